"""The twelve steps of docs/model.md on a chunk `c` of paths; see numpy_model.py."""

import numpy as np

from numpy_formulas import TINY, logistic_normal, lookup, reciprocal, uniformised
from numpy_world import rng

NOT_DERIVED_FROM = ("us_regimes",)      # an event on their cells leaves c.derive() as it is


# 1. Policy: events on cells, transitions, events on regimes, pins, memories, incidents.
def step01_policy(c):
    w, p = c.w, c.p
    effects = [e for e in w.effects.get(c.t, []) if c.events[e.event].any()]
    cells = [e for e in effects if e.column is not None]
    for e in cells:
        old = p.get(e.target, e.key, e.column)
        new = e.value if e.operation == "=" else old * e.value
        p.put(e.target, e.key, e.column, np.where(c.events[e.event], new, old))
    if any(e.target not in NOT_DERIVED_FROM for e in cells):
        c.derive()
    us_tilt, cn_tilt = tilts(c)
    us = next_state(c, "us", us_tilt, rng.US)
    cn = next_state(c, "cn", cn_tilt, rng.CN)
    for e in effects:
        if e.target == "us.regime" and w.pins["us"][c.t] is None:
            us = np.where(c.events[e.event], w.us.index(e.value), us)
        elif e.target == "cn.stance" and w.pins["cn"][c.t] is None:
            cn = np.where(c.events[e.event], w.cn.index(e.value), cn)
    if c.t > 0:
        remember(c.us_memory, c.remember, c.us - us)    # regimes are ordered tight -> loose
        remember(c.cn_memory, c.remember, cn - c.cn)    # stances are ordered loose -> tight
    c.us, c.cn = us, cn
    incidents(c, sum(e.value * c.events[e.event] for e in effects if e.target == "incidents"))


def tilts(c):
    g = c.p.scalar
    us = g("us_reaction_to_cn") * (c.cn_memory[0] - c.cn_memory[1])
    cn = (g("cn_reaction_to_us_tightening") * c.us_memory[0]
          + g("cn_reaction_to_us_loosening") * c.us_memory[1]
          + g("cn_reaction_to_incidents") * c.incident_memory
          + g("cn_reaction_to_adequacy") * (c.adequacy - g("adequacy_reference")))
    return np.clip(us, -3.0, 3.0), np.clip(cn, -3.0, 3.0)


def next_state(c, actor, tilt, klass):
    """The first state whose cumulative probability is >= u."""
    w = c.w
    names, tighter = (w.us, w.us_tighter) if actor == "us" else (w.cn, w.cn_tighter)
    pin = w.pins[actor][c.t]
    now = c.us if actor == "us" else c.cn
    if pin is not None:
        return np.full(c.n, names.index(pin))
    if c.t == 0:
        return now
    up = np.exp(tilt)
    rates = c.p[actor + "_rates", "rate_per_year"] * np.where(tighter, up, 1.0 / up)
    start = (np.arange(len(names))[:, None] == now).astype(float)
    row = uniformised(rates, w.delta, start, True)
    u = c.draws.uniform(klass, c.t, ["/"])
    state = (np.cumsum(row, axis=0) < u).sum(axis=0)
    last = len(names) - 1 - np.argmax(row[::-1] > 0.0, axis=0)
    return np.minimum(state, last)


#   E^{x+-} <- e^{-k_E Delta} E^{x+-} + number of regime steps moved tighter / looser
def remember(memory, keep, tighter):
    memory *= keep
    memory[0] += np.maximum(tighter, 0)
    memory[1] += np.maximum(-tighter, 0)


#   N ~ Poisson(mu_S Delta + n_S (1 - rho_S) E^S) by inversion;  E^S <- rho_S E^S + N
def incidents(c, added):
    rho = c.incident_decay
    mean = (c.p.scalar("incident_rate_per_year") * c.w.delta
            + c.p.scalar("incident_branching") * (1.0 - rho) * c.incident_memory)
    u = c.draws.uniform(rng.INCIDENT, c.t, ["/"])[0]
    term = np.exp(-mean) + c.zeros()
    total, count, k = term.copy(), c.zeros(), 0
    short = total < u
    while short.any():
        k += 1
        count += short
        term *= mean / k
        grown = total + term
        short &= (grown < u) & (grown != total)
        total = grown
    c.incidents = count + added
    c.incident_memory = rho * c.incident_memory + c.incidents


# 2. Prices.
#   d_j <- e^{-k_p Delta} d_j + sqrt(omega(s_p, k_p, Delta)) ZP
#   p_j = pbar_j exp( mu_j t Delta + d_j - omega(s_p, k_p, t Delta)/2 ) ((Q_j + Q0_j)/Q0_j)^{-b th}
#   grey: p_j (1 + m_0 + m_1 shortage_F);  F: P_j = p_j [1 + rho (1/(1-tau) - 1)], levy tau P_j
#   or, for a tariff, p_j (1 + rho tau), levy tau p_j
def step02_prices(c):
    w, g = c.w, c.p.scalar
    if c.t > 0:
        keep, shock = c.ou["price"]
        z = c.draws.normal(rng.PRICE, c.t, c.option_names)
        c.price_deviation = keep * c.price_deviation + shock * z
        c.price_variance = keep ** 2 * c.price_variance + shock ** 2
        c.price_trend = c.price_trend + np.where(
            c.t > w.launches, c.good("price_drift_per_year") * w.delta, 0.0)
    c.list_price = c.good("price_usd") * np.exp(
        c.price_trend + c.price_deviation - 0.5 * c.price_variance)
    who = c.learners
    first = c.good("learning_units")[who]
    c.list_price[who] *= np.power(c.cumulative[who] / first + 1.0, -c.learning_power[who])
    c.grey_premium = g("grey_premium") + g("grey_premium_tightness") * c.foreign_shortage
    c.list_price[w.G] *= 1.0 + c.grey_premium
    rate, on_revenue = c.pick("levy_rate", "us_regimes"), w.levy_on_revenue[c.us]
    mark_up = np.where(on_revenue, rate / (1.0 - rate), rate) * g("levy_pass_through") + 1.0
    c.price = c.list_price.copy()
    c.price[w.F] *= mark_up
    c.levy = rate * np.where(on_revenue, c.price[w.F], c.list_price[w.F])


# 3. Supply, units in this step.
#   F: S_j = [allowed] min( Delta cap_j e^{g t Delta + e_j - omega/2} l, k_W US_j Delta ) c_B
#   D: S_j = Delta cap_j Kap_j, then scaled so that sum S <= Delta HBM e^{g_H t Delta}
#   G, R: S_j = Delta cap_j e^{g t Delta + e_j - omega/2}, G times c^G_B
def step03_supply(c):
    w, delta = c.w, c.w.delta
    z = c.draws.normal(rng.LICENCE, c.t, ["/"])[0]
    licence = logistic_normal(c.pick("licence_throughput", "us_regimes"),
                              c.pick("licence_sd", "us_regimes"), z)
    if c.t > 0:
        move_capacity(c)
    level = delta * c.good("capacity_units_per_year")
    supply = c.supply = c.zeros(len(w.goods))
    supply[w.D] = level[w.D] * c.index
    supply[w.FGR] = level[w.FGR] * np.exp(
        c.capacity_trend + c.supply_deviation - 0.5 * c.supply_variance)
    cap = (c.pick("cap_share_of_us_shipments", "us_regimes") * delta
           * c.good("us_shipments_units_per_year")[w.F])
    allowed = w.us_allowed[:, c.us]
    supply[w.F] = np.minimum(supply[w.F] * licence, cap) * (
        allowed * c.pick("customs_pass", "cn_stances"))
    supply[w.G] *= c.pick("grey_pass", "cn_stances")
    for j in np.flatnonzero(w.launches[:, 0] > c.t):
        supply[j] = 0.0
    limit = delta * c.p.scalar("hbm_limit_units_per_year") * np.exp(c.hbm_trend)
    total = supply[w.D].sum(axis=0)
    supply[w.D] *= np.minimum(1.0, limit / np.maximum(total, TINY))


def move_capacity(c):
    w, delta = c.w, c.w.delta
    z = c.draws.normal(rng.SUPPLY, c.t, c.option_names)
    keep, shock = c.ou["supply"]
    c.supply_deviation = keep * c.supply_deviation + shock * z[w.FGR]
    c.supply_variance = keep ** 2 * c.supply_variance + shock ** 2
    launched = c.t > w.launches
    growth = c.good("capacity_growth_per_year")
    c.capacity_trend = c.capacity_trend + np.where(
        launched[w.FGR], growth[w.FGR] * delta, 0.0)
    sigma = c.good("capacity_volatility")[w.D]
    rise = ((growth[w.D] + c.good("capacity_induced_growth_per_year")[w.D] * c.shortage[w.D]
             - 0.5 * sigma ** 2) * delta + sigma * np.sqrt(delta) * z[w.D])
    c.index = c.index * np.exp(np.where(launched[w.D], rise, 0.0))
    c.hbm_trend = c.hbm_trend + c.p.scalar("hbm_growth_per_year") * delta


# 4. Budget and wallet.
#   y_i <- e^{-k_M Delta} y_i + sqrt(omega(s_i, k_M, Delta)) ( sqrt(rho) Z0 + sqrt(1-rho) ZM_i )
#   M_i = Delta Mbar_i exp( g_i t Delta + y_i - omega(s_i, k_M, t Delta)/2 )
#   F not allowed: refund rho_R (BL + HQ), forfeit the rest;  repay_i = min(M_i, due debt_i)
#   wallet_i = M_i - repay_i + carry_i + refunds_i
def step04_wallet(c):
    w, p, delta = c.w, c.p, c.w.delta
    if c.t > 0:
        common = p.scalar("budget_common_share")
        keep, shock = c.ou["budget"]
        z = (np.sqrt(common) * c.draws.normal(rng.MACRO, c.t, ["/"])
             + np.sqrt(1.0 - common) * c.draws.normal(rng.BUDGET, c.t, c.buyer_names))
        c.budget_deviation = keep * c.budget_deviation + shock * z
        c.budget_variance = keep ** 2 * c.budget_variance + shock ** 2
        c.budget_trend = c.budget_trend + p["buyers", "budget_growth_per_year"] * delta
        c.target_trend = c.target_trend + p["buyers", "compute_target_growth_per_year"] * delta
    c.budget = delta * p["buyers", "budget_usd_per_year"] * np.exp(
        c.budget_trend + c.budget_deviation - 0.5 * c.budget_variance)
    c.target = p["buyers", "compute_target_pflops"] * np.exp(c.target_trend)
    software(c)
    if w.demand_mode == "compute":
        missing = np.maximum(0.0, c.target - effective_compute(c))
        c.budget = np.minimum(c.budget, missing * c.compute_price)
    c.opening = c.carry + c.backlog.sum(axis=0) + c.hold.sum(axis=0)
    closed = ~w.us_allowed[:, c.us][:, None]
    queued = ((c.backlog[w.F] + c.hold) * closed).sum(axis=0)
    c.backlog[w.F] *= ~closed
    c.hold *= ~closed
    c.refunded = p.scalar("refund_share") * queued
    c.forfeited = queued - c.refunded
    c.repaid = np.minimum(c.budget, c.due * c.debt)
    c.wallet = c.budget - c.repaid + c.carry + c.refunded


#   u_iy = u8_y - (u8_y - u0_y)(1 + X~_iy/X0_y)^{-b},  X~_iy = X_iy + theta_X sum_{i'} X_i'y
def software(c):
    p = c.p
    who = c.learning_platforms
    column = {name: p["platforms", name][:, None] for name in
              ("maturity_start", "maturity_limit", "learning_pflops", "learning_exponent")}
    c.maturity = np.empty_like(c.experience)
    c.maturity[:] = column["maturity_start"]
    spill = p.scalar("learning_spillover")
    own = c.experience[who]
    known = (1.0 - spill) * own + spill * own.sum(axis=1, keepdims=True)
    limit = column["maturity_limit"][who]
    c.maturity[who] = limit - (limit - column["maturity_start"][who]) * np.power(
        1.0 + known / column["learning_pflops"][who], -column["learning_exponent"][who])
    c.efficiency = c.usefulness * c.maturity[c.w.platform_of]


def effective_compute(c):
    """C^eff_i = sum_j K_ij (effective over nominal)"""
    return np.einsum("jin,jin->in", c.installed, c.efficiency)


# 5. Anticipation.  h_ij = min(1, theta_h [1 - (1 - hW_j)(1 - x_i hB)])
def step05_anticipation(c):
    safe = 1.0 - c.p["buyers", "exposure"] * lookup(c.cn_hit, c.cn)
    weight = c.p.scalar("anticipation_weight")
    c.hazard = np.empty((len(c.us_hit),) + c.wallet.shape)
    for j, hit in enumerate(c.us_hit):
        known = [k for k in range(j) if c.us_hit[k] is hit]
        c.hazard[j] = c.hazard[known[0]] if known else np.minimum(
            1.0, weight * (1.0 - (1.0 - lookup(hit, c.us)) * safe))


# 6. Utilities and shares.
#   P^e_ij = P_j (1 + [F] pi_i k_c) exp( r_i ( w_j + [F] pi_i D_q ) )
#   V_ij = a_j + a_ij - alpha_i ln( P^e_ij/(e_ij p_ref) ) + eta_i (platform share)
#          - [F] ( xi_i x_i psi_B + chi_i h_ij + s_i x_i load_{v(j)} E^S ) + eps_ij
# with the logarithm as a sum, so that only prices and maturities need one.
def step06_utility(c):
    w, p = c.w, c.p
    b = {name: p["buyers", name] for name in (
        "exposure", "price_sensitivity", "lock_in", "pressure_aversion", "incident_aversion",
        "hazard_aversion", "delay_aversion_per_year", "compliance_cost_share")}
    c.inquiry = -np.expm1(-c.pick("inquiries_per_year", "cn_stances") * b["exposure"] * w.delta)
    cost = c.wait[:, None] * b["delay_aversion_per_year"]
    cost += np.log(c.price)[:, None]
    cost[w.F] += (np.log1p(c.inquiry * b["compliance_cost_share"])
                  + b["delay_aversion_per_year"] * c.inquiry * p.scalar("hold_mean_years"))
    cost -= c.log_useful
    cost -= np.log(c.maturity)[w.platform_of]
    if w.price_form == "linear":
        np.exp(cost, out=cost)
    cost *= b["price_sensitivity"]
    utility = c.utility = c.intercept - cost
    stock = np.array([c.installed[m].sum(axis=0) for m in w.members])
    utility += (b["lock_in"] * stock * reciprocal(stock.sum(axis=0)))[w.platform_of]
    loads = p["vendors", "incident_load"][[w.vendors.index(w.vendor[j]) for j in w.goods[w.F]]]
    utility[w.F] -= (b["hazard_aversion"] * c.hazard
                     + (loads * c.incident_memory)[:, None]
                     * (b["incident_aversion"] * b["exposure"])
                     + b["pressure_aversion"] * b["exposure"] * c.pick("pressure", "cn_stances"))
    if c.t > 0:
        keep, shock = c.ou["taste"]
        z = c.draws.normal(rng.TASTE, c.t, c.pair_names).reshape(c.taste.shape)
        z *= shock
        c.taste *= keep
        c.taste += z
        utility += c.taste
    weights(c)
    quota(c, c.pick("domestic_quota", "cn_stances") * b["exposure"])


def weights(c):
    """e^{(V - top of its nest)/lambda} of what is available, and e^{top - top of all} by nest."""
    w = c.w
    available = w.may_own & (c.supply > 0.0)[:, None]
    banned = w.state_funded * w.state_ban[c.cn] != 0.0
    if banned.any():
        available[w.FG] &= ~banned
    c.available = available
    tops = []
    values = np.empty((len(w.options),) + c.wallet.shape)
    values[:-1] = c.utility
    values[-1] = c.p["options", "intercept"][-1]
    for nest, lam in zip(w.nests, c.lam):
        top = values[nest].max(axis=0)
        values[nest] = np.exp((values[nest] - top) / lam)
        tops.append(top)
    values[:-1] *= available
    c.weight = values
    top = np.maximum.reduce(tops)
    c.scale = [np.exp(t - top) for t in tops]
    c.share = c.split(values.copy(), c.scale, c.lam)


#   0 < d < g: D times g/d, F and G times (1-g)/(1-d), outside options unchanged
def quota(c, least):
    w = c.w
    domestic, other = c.share[w.D].sum(axis=0), c.share[w.FG].sum(axis=0)
    d = domestic * reciprocal(domestic + other)
    c.bound = (d > 0.0) & (d < least)
    if c.bound.any():
        c.share[w.D] *= np.where(c.bound, least * reciprocal(d), 1.0)
        c.share[w.FG] *= np.where(c.bound, (1.0 - least) * reciprocal(1.0 - d), 1.0)


# 7. Orders.  x_ij = wallet_i s_ij
#   PF_i = min( phi_i max(0, h_i - hbar), pf_max ) (sum_F s_ij) M_i, over F like s_ij
def step07_orders(c):
    w, g = c.w, c.p.scalar
    c.order = c.share * c.wallet
    foreign = c.share[w.F]
    hazard = (c.hazard * c.available[w.F]).max(axis=0)
    ahead = np.minimum(c.p["buyers", "front_loading"]
                       * np.maximum(0.0, hazard - g("anticipation_norm")),
                       g("pull_forward_max")) * c.budget
    ahead *= ~c.bound
    c.order[w.F] += ahead * foreign
    c.pull_forward = ahead * foreign.sum(axis=0)
    c.debt += c.pull_forward
    c.debt -= c.repaid


# 8. Scrutiny.  If UQ < pi: compliance k_c O_F; of the rest a fraction a_i is held and 1 - a_i
#   split again over available non-F options (no G if quota-bound); then 1 - e^{-Delta/D_q} of
#   every hold is released.
def step08_scrutiny(c):
    w = c.w
    z = c.draws.normal(rng.APPROVAL, c.t, c.buyer_names)
    approved = logistic_normal(c.pick("approval", "cn_stances"),
                               c.pick("approval_sd", "cn_stances"), z)
    c.asked = c.draws.uniform(rng.QUESTION, c.t, c.buyer_names) < c.inquiry
    cost = c.p["buyers", "compliance_cost_share"]
    ordered = c.order[w.F].sum(axis=0) * c.asked
    c.compliance = cost * ordered
    c.refused = (1.0 - approved) * (1.0 - cost) * ordered
    c.hold += c.order[w.F] * (approved * (1.0 - cost) * c.asked)
    c.new = c.order.copy()
    c.new[w.F] *= ~c.asked
    again = np.flatnonzero(c.refused.ravel() > 0.0)
    if again.size:
        weight = flat(c.weight)[:, again]
        weight[w.F] = 0.0
        weight[w.G] *= ~c.bound.ravel()[again]
        share = c.split(weight, flat(c.scale)[:, again],
                        [by_pair(c, power, again) for power in c.lam])
        flat(c.new)[:, again] += share * c.refused.ravel()[again]
    c.released = c.hold * c.release
    c.hold -= c.released


def flat(array):
    """[rows, buyer, path] as [rows, pair]."""
    return np.reshape(array, (len(array), -1))


def by_pair(c, power, pairs):
    return power if np.size(power) == 1 else power[pairs % c.n]


# 9. Rationing and spill-over, proportional.  Claims BL + released + new against S_j P_j; of the
#   unserved money beta_j stays as backlog, the rest is split again over what is open.
def step09_rationing(c):
    w = c.w
    claims = c.backlog
    claims += c.new[:-1]
    claims[w.F] += c.released
    c.capacity = c.supply * c.price
    left = c.capacity.copy()
    c.claims = claims.sum(axis=1)
    c.delivered, c.unserved, open_ = serve(claims, c.claims, left)
    unserved = claims - c.delivered
    c.backlog = unserved * c.patience[:, None]
    pool = unserved.sum(axis=0) - c.backlog.sum(axis=0)
    c.deferred = c.new[-1].copy()
    spill_over(c, pool, left, open_)


def serve(claims, total, left):
    """Awards, unserved by option and what stays open; `left` is brought down."""
    short = total > left
    served = np.minimum(total, left)
    part = served / np.maximum(total, TINY)
    left -= served
    left[short] = 0.0
    return claims * part[:, None], total - served, ~short


def spill_over(c, pool, left, open_):
    w, lam = c.w, c.lam
    weight, scale = c.weight.copy(), np.array(c.scale)
    weight[w.F] *= ~(c.asked | c.bound)
    weight[w.G] *= ~c.bound
    weight[:-1] *= open_[:, None]
    paths = None                                    # all
    for _ in w.options:
        live = (pool > 0.0).any(axis=0)
        if not live.any():
            return
        if np.count_nonzero(live) < 0.8 * live.size:
            paths = np.flatnonzero(live) if paths is None else paths[live]
            weight, scale, pool = weight[:, :, live], scale[:, :, live], pool[:, live]
            left = left[:, live]
            lam = [x if np.size(x) == 1 else x[live] for x in lam]
        money = c.split(weight.copy(), scale, lam)
        money *= pool
        keep = money[-1]
        claims = money[:-1]
        total = claims.sum(axis=1)
        award, _, open_ = serve(claims, total, left)
        here = slice(None) if paths is None else paths
        c.deferred[:, here] += keep
        c.delivered[:, :, here] += award
        claims -= award
        pool = claims.sum(axis=0)
        weight[:-1] *= open_[:, None]
    c.deferred[:, slice(None) if paths is None else paths] += pool


# 10. Deliveries.  Units = money/P_j; levy receipts over F.
def step10_deliveries(c):
    w = c.w
    c.units = c.delivered / c.price[:, None]
    c.total_units = c.units.sum(axis=1)
    c.gross = c.price * c.total_units
    c.receipts = c.levy * c.total_units[w.F]


# 11. State.
#   carry_i = e^{-d_c Delta} deferred_i;  K <- K e^{-d_j Delta} + f units;  X += f units
#   w_j = min(w_max, Delta backlog_j/(S_j P_j));  Ad = sum_D S_j P_j / sum_i M_i
def step11_state(c):
    w, p = c.w, c.p
    c.carry = c.lapse * c.deferred
    c.lapsed = c.deferred - c.carry
    added = c.units * c.pflops[:, None]
    c.installed *= c.decay
    c.installed += added
    for y, members in enumerate(w.members):
        c.experience[y] += added[members].sum(axis=0)
    received = np.einsum("jin,jin->in", added, c.efficiency)
    spent = c.delivered.sum(axis=0)
    c.compute_price = np.where(received > 0.0, spent * reciprocal(received), c.compute_price)
    c.cumulative += c.total_units
    queue = c.backlog.sum(axis=1)
    longest = p.scalar("wait_max_years")
    c.wait = np.minimum(longest * (queue > 0.0), w.delta * queue / np.maximum(c.capacity, TINY))
    c.shortage = c.unserved * reciprocal(c.claims)
    claims = c.claims[w.F].sum(axis=0)
    c.foreign_shortage = np.where(claims > 0.0, c.unserved[w.F].sum(axis=0) * reciprocal(claims),
                                  1.0)
    money = c.budget.sum(axis=0)
    c.adequacy = np.where(money > 0.0, c.capacity[w.D].sum(axis=0) * reciprocal(money),
                          c.adequacy)
    c.effective = effective_compute(c)
    c.shortfall = np.maximum(0.0, c.target - c.effective)


# 12. Ledger: carry- + BL- + HQ- + M - repay + PF = delivered + compliance + forfeited + lapsed
#   + carry + BL + HQ
def step12_ledger(c):
    before = c.opening + c.budget - c.repaid + c.pull_forward
    after = (c.delivered.sum(axis=0) + c.compliance + c.forfeited + c.lapsed + c.carry
             + c.backlog.sum(axis=0) + c.hold.sum(axis=0))
    c.gap = np.max(np.abs(before - after) / np.maximum(before, 1.0))


STEPS = (step01_policy, step02_prices, step03_supply, step04_wallet, step05_anticipation,
         step06_utility, step07_orders, step08_scrutiny, step09_rationing, step10_deliveries,
         step11_state, step12_ledger)
