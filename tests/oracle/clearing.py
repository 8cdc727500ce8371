"""Step 9: rationing and spill-over."""

import ration
from demand import logit, reopened
from formulas import times


# Claims on j: BL_ij + released_ij + new_ij; capacity in money S_j P_j.  First round: a fraction
# beta_j of the unserved money stays as backlog, the rest goes to the buyer's pool.  Pools are
# split again by the logit over what is open, later unserved money returns to the pool.
def clear_market(x, r):
    w, s = x.w, x.s
    r.left = {j: times(r.supply[j], r.price[j]) for j in w.goods}
    r.capacity = dict(r.left)
    r.delivered = {(i, j): 0.0 for i in w.buyers for j in w.goods}
    r.exhausted = set()
    claims = {(i, j): s.backlog[i, j] + r.released[i, j] + r.new[i, j]
              for i in w.buyers for j in w.goods}
    r.claims = {j: sum(claims[i, j] for i in w.buyers) for j in w.goods}
    unserved = serve_round(x, r, claims, backlog=dict(s.backlog))
    r.unserved = {j: sum(unserved[i, j] for i in w.buyers) for j in w.goods}
    pool = {i: 0.0 for i in w.buyers}
    for (i, j), money in unserved.items():
        kept = patience(x, j) * money
        s.backlog[i, j] = kept
        pool[i] += money - kept
    for _ in range(len(w.options)):     # J more rounds after the first
        if not any(pool.values()):
            break
        pool = later_round(x, r, pool)
    for i in w.buyers:                  # defer takes what is left
        r.deferred[i] += pool[i]


def patience(x, j):
    """beta is given per quarter; per step beta^{4 Delta}."""
    beta = x.p["options"][j,]["backlog_patience_per_quarter"]
    return beta ** (4.0 * x.w.delta)


def serve_round(x, r, claims, backlog=None):
    """Award every product's claims out of what is left of it; returns the unserved money."""
    unserved = {pair: 0.0 for pair in claims}
    for j in x.w.goods:
        wanted = {i: claims[i, j] for i in x.w.buyers if claims[i, j] > 0.0}
        total = sum(wanted.values())
        if total == 0.0:
            continue
        if total > r.left[j]:
            awarded = award(x, r, j, wanted, backlog)
            r.exhausted.add(j)
        else:
            awarded = wanted
        if r.left[j] > 0.0:
            x.margins.note(total, r.left[j], "exhausted %s t=%d" % (j, r.t),
                           scale=max(total, r.capacity[j]))
        for i, money in awarded.items():
            r.delivered[i, j] += money
            unserved[i, j] = wanted[i] - money
        r.left[j] = 0.0 if j in r.exhausted else r.left[j] - total
    return unserved


def award(x, r, j, wanted, backlog):
    if r.left[j] == 0.0:
        return {i: 0.0 for i in wanted}
    tier = {i: x.p["buyers"][i,]["priority_tier"] for i in wanted}
    first = None if backlog is None else {i: backlog[i, j] for i in wanted}
    return ration.award(x.w.rationing, wanted, r.left[j], tier, first)


def later_round(x, r, pool):
    """Split every pool again, ration again; all unserved money returns to the pool."""
    w = x.w
    claims = {(i, j): 0.0 for i in w.buyers for j in w.goods}
    for i, money in pool.items():
        if money == 0.0:
            continue
        for j, share in logit(x, r, i, reopened(x, r, i, r.exhausted)).items():
            if j == w.defer:
                r.deferred[i] += share * money
            else:
                claims[i, j] = share * money
    unserved = serve_round(x, r, claims)
    return {i: sum(unserved[i, j] for j in w.goods) for i in w.buyers}
