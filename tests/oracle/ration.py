"""Who gets a scarce product (docs/model.md, step 9): one product, money against money."""


def proportional(claims, capacity):
    total = sum(claims.values())
    if total == 0.0:
        return {i: 0.0 for i in claims}
    return {i: capacity * claim / total for i, claim in claims.items()}


def by_groups(groups, capacity):
    """Groups one after the other, each whole while it fits, else proportional."""
    award, left = {}, capacity
    for claims in groups:
        total = sum(claims.values())
        given = dict(claims) if total <= left else proportional(claims, left)
        left = max(0.0, left - total)
        for i, money in given.items():
            award[i] = award.get(i, 0.0) + money
    return award


def priority(claims, capacity, tier):
    """The largest tier first, proportional within a tier."""
    tiers = sorted({tier[i] for i in claims}, reverse=True)
    return by_groups([{i: c for i, c in claims.items() if tier[i] == level}
                      for level in tiers], capacity)


def uniform(claims, capacity):
    """Water-filling: the same amount for all whose claim is not smaller."""
    award, left = {}, capacity
    waiting = sorted(claims, key=lambda i: (claims[i], i))
    while waiting:
        level = left / len(waiting)
        i = waiting.pop(0)
        award[i] = min(claims[i], level)
        left -= award[i]
    return award


def award(rule, claims, capacity, tier, backlog=None):
    """Awards by buyer when claims exceed the capacity.

    `backlog` is the part of the claims that backlog_first serves first; in later rounds there is
    none and that rule is proportional.
    """
    if rule == "priority":
        return priority(claims, capacity, tier)
    if rule == "uniform":
        return uniform(claims, capacity)
    if rule == "backlog_first" and backlog is not None:
        fresh = {i: claims[i] - backlog[i] for i in claims}
        return by_groups([backlog, fresh], capacity)
    return proportional(claims, capacity)
