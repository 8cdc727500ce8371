"""Discrete choice and the domestic quota (docs/model.md, step 6)."""

import math


def shares(utility, nest_of, dissimilarity):
    """Nested logit over the options that are keys of `utility`.

    I_n = ln sum_{j in n} e^{V_j/lambda_n}
    s_j = [e^{lambda_n I_n} / sum_m e^{lambda_m I_m}] e^{V_j/lambda_n - I_n}
    """
    nests = {}
    for j in utility:
        nests.setdefault(nest_of[j], []).append(j)
    inclusive = {n: log_sum([utility[j] / dissimilarity[n] for j in members])
                 for n, members in nests.items()}
    top = log_sum([dissimilarity[n] * inclusive[n] for n in nests])
    return {j: math.exp(dissimilarity[n] * inclusive[n] - top)
            * math.exp(utility[j] / dissimilarity[n] - inclusive[n])
            for j in utility for n in (nest_of[j],)}


def log_sum(values):
    """ln sum e^v without overflow."""
    largest = max(values)
    if largest == -math.inf:
        return -math.inf
    return largest + math.log(sum(math.exp(v - largest) for v in values))


def project_quota(share, klass, quota, margins, where):
    """Domestic fraction d of owned-chip spend up to the quota g; (shares, quota-bound).

    0 < d < g: D times g/d, F and G times (1-g)/(1-d), outside options unchanged.
    """
    domestic = sum(s for j, s in share.items() if klass[j] == "domestic")
    other = sum(s for j, s in share.items() if klass[j] in ("foreign", "grey"))
    if domestic == 0.0:
        return share, False
    d = domestic / (domestic + other)
    if quota > 0.0 and other > 0.0:
        margins.note(d, quota, where)
    if not d < quota:
        return share, False
    factor = {"domestic": quota / d, "foreign": (1.0 - quota) / (1.0 - d),
              "grey": (1.0 - quota) / (1.0 - d)}
    return {j: s * factor.get(klass[j], 1.0) for j, s in share.items()}, True
