"""Steps 10, 11 and 12: deliveries, the state of the next step, the ledger."""

import math

from demand import effective_compute


# 10. Deliveries.  Units = money/P_j; levy receipts over F.
def deliver(x, r):
    r.units = {(i, j): money / r.price[j] if money > 0.0 else 0.0
               for (i, j), money in r.delivered.items()}
    r.total_units = {j: sum(r.units[i, j] for i in x.w.buyers) for j in x.w.goods}


# 11. State.
#   carry_i = e^{-d_c Delta} deferred_i, the rest lapses
#   K_ij <- K_ij e^{-d_j Delta} + f_j units_ij;  X_iy += f_j units_ij;  Q_j += units
#   w_j = min(w_max, Delta backlog_j/(S_j P_j));  Ad = sum_D S_j P_j / sum_i M_i
def close_books(x, r):
    w, s = x.w, x.s
    keep = math.exp(-x.p["scenario"]["lapse_per_year"] * w.delta)
    r.lapsed = {}
    for i in w.buyers:
        s.carry[i] = keep * r.deferred[i]
        r.lapsed[i] = r.deferred[i] - s.carry[i]
        install(x, r, i)
        remember_compute_price(x, r, i)
    for j in w.goods:
        s.cumulative[j] += r.total_units[j]
        s.wait[j] = wait(x, r, j)
        s.shortage[j] = r.unserved[j] / r.claims[j] if r.claims[j] > 0.0 else 0.0
    claims = sum(r.claims[j] for j in w.foreign)
    # nobody claimed foreign chips: a closed door is a shortage
    s.foreign_shortage = (sum(r.unserved[j] for j in w.foreign) / claims if claims > 0.0
                          else 1.0)
    money = sum(r.budget.values())
    if money > 0.0:
        s.adequacy = sum(r.capacity[j] for j in w.of_class("domestic")) / money
    r.effective = {i: effective_compute(x, r, i) for i in w.buyers}
    r.in_country = {i: effective_compute(x, r, i, ("foreign", "domestic", "grey"))
                    for i in w.buyers}
    r.shortfall = {i: max(0.0, r.target[i] - r.effective[i]) for i in w.buyers}


def install(x, r, i):
    for j in x.w.goods:
        o = x.p["options"][j,]
        added = o["pflops_fp16"] * r.units[i, j]
        decay = math.exp(-o["depreciation_per_year"] * x.w.delta)
        x.s.installed[i, j] = x.s.installed[i, j] * decay + added
        x.s.experience[i, x.w.platform[j]] += added


def remember_compute_price(x, r, i):
    """q_i: money over effective PFLOP/s in the last step in which the buyer received any."""
    received = sum(r.per_unit[i, j] * r.units[i, j] for j in x.w.goods)
    if received > 0.0:
        x.s.compute_price[i] = sum(r.delivered[i, j] for j in x.w.goods) / received


def wait(x, r, j):
    backlog = sum(x.s.backlog[i, j] for i in x.w.buyers)
    longest = x.p["scenario"]["wait_max_years"]
    if r.supply[j] == 0.0:
        return longest if backlog > 0.0 else 0.0
    if math.isinf(r.capacity[j]):
        return 0.0
    return min(longest, x.w.delta * backlog / r.capacity[j])


# 12. Ledger, for every buyer and step:
#   carry- + sum BL- + sum HQ- + M - repay + PF
#     = sum delivered + compliance + forfeited + lapsed + carry + sum BL + sum HQ
def check_ledger(x, r):
    w, s = x.w, x.s
    for i in w.buyers:
        left = r.opening[i] + r.budget[i] - r.repaid[i] + r.pull_forward[i]
        right = (sum(r.delivered[i, j] for j in w.goods) + r.compliance[i] + r.forfeited[i]
                 + r.lapsed[i] + s.carry[i]
                 + sum(s.backlog[i, j] + s.hold[i, j] for j in w.goods))
        size = r.opening[i] + r.budget[i] + r.pull_forward[i]
        if abs(left - right) > 1e-12 * size:
            raise AssertionError("ledger of %s at t=%d: %r against %r" % (i, r.t, left, right))
