"""Steps 1 and 5: what Washington and Beijing do, and what buyers expect them to do."""

import math
from functools import lru_cache

import chain
import rng
from formulas import clip, times
from params import get, put

REGIMES = ("us.regime", "cn.stance")


# 1. Policy, in this order: events on cells, transitions, events on regimes, pins, memories.
def policy(x, r):
    effects = [e for e in x.w.effects.get(r.t, []) if x.happens[e.event]]
    for e in effects:
        if e.target not in REGIMES and e.target != "incidents":
            put(x.p, e.target, e.key, e.column, changed_value(x.p, e))
    r.us_tilt, r.cn_tilt = tilts(x)
    moved = {e.target: e.value for e in effects if e.target in REGIMES}
    us = next_regime(x, r, "us", moved.get("us.regime"), r.us_tilt)
    cn = next_regime(x, r, "cn", moved.get("cn.stance"), r.cn_tilt)
    if r.t > 0:
        remember(x, "us", tighter=x.s.us - us)      # regimes are ordered tight -> loose
        remember(x, "cn", tighter=cn - x.s.cn)      # stances are ordered loose -> tight
    x.s.us, x.s.cn = us, cn
    r.us, r.cn = x.w.us[us], x.w.cn[cn]
    r.regime = x.p["us_regimes"][r.us,]
    r.stance = x.p["cn_stances"][r.cn,]
    incidents(x, r, sum(e.value for e in effects if e.target == "incidents"))


def changed_value(p, effect):
    if effect.operation == "=":
        return effect.value
    return get(p, effect.target, effect.key, effect.column) * effect.value


#   e^W = clip( g_WB (E^{B+} - E^{B-}), +-3 )
#   e^B = clip( g_BW+ E^{W+} + g_BW- E^{W-} + g_BS E^S + g_BA (Ad - A0), +-3 )
#   all memories, E^S and Ad of the last step; 0 times infinity is 0 in a reaction
def tilts(x):
    g, m = x.p["scenario"], x.s.memory
    us = g["us_reaction_to_cn"] * (m["cn_tighter"] - m["cn_looser"])
    cn = (g["cn_reaction_to_us_tightening"] * m["us_tighter"]
          + g["cn_reaction_to_us_loosening"] * m["us_looser"]
          + g["cn_reaction_to_incidents"] * x.s.incidents
          + times(g["cn_reaction_to_adequacy"], x.s.adequacy - g["adequacy_reference"]))
    return clip(us, 3.0), clip(cn, 3.0)


#   G_kl = Q_kl e^{+e} if l tighter than k, Q_kl e^{-e} if looser
#   W <- inverse-CDF pick from row W of expm(G Delta)
def next_regime(x, r, actor, event_state, tilt):
    names = x.w.us if actor == "us" else x.w.cn
    pin = x.w.pins[actor][r.t]
    if pin is not None:
        return names.index(pin)
    if event_state is not None:
        return names.index(event_state)
    if r.t == 0:
        return names.index(x.w.us_start if actor == "us" else x.w.cn_start)
    now = x.s.us if actor == "us" else x.s.cn
    matrix = generator(x, actor, tilt)
    row = transition_matrix(matrix, x.w.delta)[now]
    u = x.draws.uniform(rng.US if actor == "us" else rng.CN, r.t, "/")
    return chain.pick(row, u, x.margins, "%s_regime t=%d" % (actor, r.t))


def generator(x, actor, tilt=0.0):
    names = x.w.us if actor == "us" else x.w.cn
    rates = x.p[actor + "_rates"]

    def rate(k, l):
        cell = rates.get((names[k], names[l]))
        if cell is None:
            return 0.0
        tighter = l < k if actor == "us" else l > k
        return cell["rate_per_year"] * math.exp(tilt if tighter else -tilt)
    return tuple(map(tuple, chain.generator(len(names), rate)))


@lru_cache(maxsize=10000)
def transition_matrix(matrix, time):
    return chain.expm(matrix, time)


@lru_cache(maxsize=10000)
def hit_probability(matrix, state, target, time):
    return chain.hit_probability(matrix, state, target, time)


#   E^{x+-} <- e^{-k_E Delta} E^{x+-} + number of regime steps moved tighter / looser
def remember(x, actor, tighter):
    keep = math.exp(-x.p["scenario"]["reaction_decay_per_year"] * x.w.delta)
    for name, moved in (("_tighter", tighter), ("_looser", -tighter)):
        x.s.memory[actor + name] = keep * x.s.memory[actor + name] + max(0, moved)


#   Lambda = mu_S Delta + n_S (1 - rho_S) E^S,  rho_S = e^{-k_S Delta};  N ~ Poisson(Lambda)
#   E^S <- rho_S E^S + N
def incidents(x, r, added):
    g = x.p["scenario"]
    rho = math.exp(-g["incident_decay_per_year"] * x.w.delta)
    mean = (g["incident_rate_per_year"] * x.w.delta
            + g["incident_branching"] * (1.0 - rho) * x.s.incidents)
    u = x.draws.uniform(rng.INCIDENT, r.t, "/")
    r.incidents = chain.poisson(mean, u, x.margins, "incidents t=%d" % r.t) + added
    x.s.incidents = rho * x.s.incidents + r.incidents


# 5. Anticipation, from the untilted generators with the target made absorbing.
#   hW_j = P(chain W enters a regime where j is not allowed within H), 0 if already there
#   hB   = P(chain B enters a stance with c < 1/2 within H), 0 if already there
#   h_ij = min(1, theta_h [1 - (1 - hW_j)(1 - x_i hB)])
def anticipation(x, r):
    w, g = x.w, x.p["scenario"]
    horizon = g["anticipation_horizon_years"]
    us, cn = generator(x, "us"), generator(x, "cn")
    shut = tuple(x.p["cn_stances"][b,]["customs_pass"] < 0.5 for b in w.cn)
    beijing = hit_probability(cn, x.s.cn, shut, horizon)
    r.hazard = {}
    for j in w.foreign:
        barred = tuple(j not in w.allowed[state] for state in w.us)
        washington = hit_probability(us, x.s.us, barred, horizon)
        for i in w.buyers:
            exposure = x.p["buyers"][i,]["exposure"]
            chance = 1.0 - (1.0 - washington) * (1.0 - exposure * beijing)
            r.hazard[i, j] = min(1.0, g["anticipation_weight"] * chance)
