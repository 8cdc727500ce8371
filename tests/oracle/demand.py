"""Steps 4, 6, 7 and 8: money, utilities and shares, orders, scrutiny."""

import math

import rng
from choice import project_quota, shares
from formulas import fraction_due, logistic_normal, omega, ou_step


# 4. Budget and wallet.
#   y_i <- e^{-k_M Delta} y_i + sqrt(omega(s_i, k_M, Delta)) ( sqrt(rho) Z0 + sqrt(1-rho) ZM_i )
#   M_i = Delta Mbar_i exp( g_i t Delta + y_i - omega(s_i, k_M, t Delta)/2 )
#   compute mode: M_i <- min(M_i, max(0, C*_i - C^eff_i) q_i)
#   j in F not allowed: refund rho_R (BL + HQ), forfeit the rest, zero both
#   repay_i = min( M_i, (1 - e^{-Delta/T_D}) debt_i )
#   wallet_i = M_i - repay_i + carry_i + refunds_i;  carry_i <- 0
def budgets(x, r):
    g, s = x.p["scenario"], x.s
    r.maturity = {(i, y): maturity(x, i, y) for i in x.w.buyers for y in x.w.platforms}
    r.efficiency = {(i, j): efficiency(x, r, i, j) for i in x.w.buyers for j in x.w.goods}
    r.target, r.budget, r.repaid, r.wallet = {}, {}, {}, {}
    r.refunded = {i: 0.0 for i in x.w.buyers}
    r.forfeited = {i: 0.0 for i in x.w.buyers}
    close_queues(x, r, g["refund_share"])
    due = fraction_due(x.w.delta, g["pull_forward_repay_years"])
    for i in x.w.buyers:
        b = x.p["buyers"][i,]
        r.target[i] = b["compute_target_pflops"] * math.exp(x.trend["target", i])
        r.budget[i] = money_of_period(x, r, i, b)
        if x.w.demand_mode == "compute":
            price = s.compute_price[i]
            price = g["reference_price_usd_per_pflops"] if price is None else price
            missing = max(0.0, r.target[i] - effective_compute(x, r, i))
            r.budget[i] = min(r.budget[i], missing * price)
        r.repaid[i] = min(r.budget[i], due * s.debt[i])
        r.wallet[i] = r.budget[i] - r.repaid[i] + s.carry[i] + r.refunded[i]
        s.carry[i] = 0.0


def money_of_period(x, r, i, b):
    g, s = x.p["scenario"], x.s
    sigma, kappa = b["budget_volatility"], g["budget_reversion_per_year"]
    if r.t > 0:
        common = g["budget_common_share"]
        z = (math.sqrt(common) * x.draws.normal(rng.MACRO, r.t, "/")
             + math.sqrt(1.0 - common) * x.draws.normal(rng.BUDGET, r.t, i + "/"))
        s.budget_deviation[i] = ou_step(s.budget_deviation[i], sigma, kappa, x.w.delta, z)
    correction = 0.5 * omega(sigma, kappa, r.t * x.w.delta)
    return (x.w.delta * b["budget_usd_per_year"]
            * math.exp(x.trend["budget", i] + s.budget_deviation[i] - correction))


def close_queues(x, r, refund):
    """Backlog and holds of foreign products that the regime does not allow (any more)."""
    for i in x.w.buyers:
        for j in x.w.foreign:
            if j not in x.w.allowed[r.us]:
                money = x.s.backlog[i, j] + x.s.hold[i, j]
                r.refunded[i] += refund * money
                r.forfeited[i] += money - refund * money
                x.s.backlog[i, j] = x.s.hold[i, j] = 0.0


#   u_iy = u8_y - (u8_y - u0_y)(1 + X~_iy/X0_y)^{-b},  X~_iy = X_iy + theta_X sum_{i'} X_i'y
def maturity(x, i, y):
    q = x.p["platforms"][y,]
    if q["learning_exponent"] == 0.0:
        return q["maturity_start"]
    spill = x.p["scenario"]["learning_spillover"]
    others = sum(x.s.experience[k, y] for k in x.w.buyers if k != i)
    known = x.s.experience[i, y] + spill * others
    gap = q["maturity_limit"] - q["maturity_start"]
    return (q["maturity_limit"]
            - gap * (1.0 + known / q["learning_pflops"]) ** -q["learning_exponent"])


def efficiency(x, r, i, j):
    """Effective over nominal: [ m ztr_j nu_j + (1-m) zinf_j ] u_{i,y(j)}"""
    o, m = x.p["options"][j,], x.p["buyers"][i,]["training_share"]
    return ((m * o["training_factor"] * o["network_factor"] + (1.0 - m) * o["inference_factor"])
            * r.maturity[i, x.w.platform[j]])


def effective_compute(x, r, i, classes=("foreign", "domestic", "grey", "rent")):
    """C^eff_i = sum_j K_ij (effective over nominal)"""
    return sum(x.s.installed[i, j] * r.efficiency[i, j] for j in x.w.goods
               if x.w.klass[j] in classes)


# 6. Utilities and shares.
#   pi_i = 1 - e^{-q_B x_i Delta}
#   P^e_ij = P_j (1 + [F] pi_i k_c) exp( r_i ( w_j + [F] pi_i D_q ) )
#   e_ij = f_j (effective over nominal)
#   eps_ij <- e^{-k Delta} eps_ij + s sqrt(1 - e^{-2 k Delta}) ZT
#   V_ij = a_j + a_ij - alpha_i ln( P^e_ij/(e_ij p_ref) ) + eta_i (platform share)
#          - [F] ( xi_i x_i psi_B + chi_i h_ij + s_i x_i load_{v(j)} E^S ) + eps_ij
def utilities_and_shares(x, r):
    w = x.w
    r.inquiry, r.effective_price, r.per_unit, r.utility = {}, {}, {}, {}
    r.available, r.share, r.quota_bound = {}, {}, {}
    for i in w.buyers:
        b = x.p["buyers"][i,]
        r.inquiry[i] = -math.expm1(-r.stance["inquiries_per_year"] * b["exposure"] * w.delta)
        stocks = platform_shares(x, i)
        for j in w.goods:
            r.available[i, j] = is_available(x, r, i, j, b)
            r.per_unit[i, j] = x.p["options"][j,]["pflops_fp16"] * r.efficiency[i, j]
            r.effective_price[i, j] = effective_price(x, r, i, j, b)
            move_taste(x, r, i, j)
            r.utility[i, j] = utility(x, r, i, j, b, stocks)
        r.utility[i, w.defer] = x.p["options"][w.defer,]["intercept"]
        open_goods = [j for j in w.goods if r.available[i, j]]
        quota = r.stance["domestic_quota"] * b["exposure"]
        r.share[i], r.quota_bound[i] = project_quota(
            logit(x, r, i, open_goods), w.klass, quota, x.margins, "quota %s t=%d" % (i, r.t))


def is_available(x, r, i, j, b):
    """S_j > 0, the owner may, and no ban in state data centres (F and G)."""
    banned = (b["state_funded"] == 1.0 and r.stance["state_ban"] == 1.0
              and x.w.klass[j] in ("foreign", "grey"))
    return r.supply[j] > 0.0 and x.w.owner[j] in ("all", i) and not banned


def effective_price(x, r, i, j, b):
    foreign = x.w.klass[j] == "foreign"
    pi = r.inquiry[i] if foreign else 0.0
    delay = x.s.wait[j] + pi * x.p["scenario"]["hold_mean_years"]
    return (r.price[j] * (1.0 + pi * b["compliance_cost_share"])
            * math.exp(b["delay_aversion_per_year"] * delay))


def move_taste(x, r, i, j):
    if r.t == 0:
        return
    g = x.p["scenario"]
    kappa = g["taste_reversion_per_year"]
    z = x.draws.normal(rng.TASTE, r.t, i + "/" + j)
    x.s.taste[i, j] = (math.exp(-kappa * x.w.delta) * x.s.taste[i, j]
                       + g["taste_volatility"]
                       * math.sqrt(-math.expm1(-2.0 * kappa * x.w.delta)) * z)


def platform_shares(x, i):
    """Each platform's share of the buyer's installed (nominal) compute; 0 without stock."""
    total = sum(x.s.installed[i, j] for j in x.w.goods)
    if total == 0.0:
        return {y: 0.0 for y in x.w.platforms}
    return {y: sum(x.s.installed[i, j] for j in x.w.goods if x.w.platform[j] == y) / total
            for y in x.w.platforms}


def utility(x, r, i, j, b, stocks):
    g, o = x.p["scenario"], x.p["options"][j,]
    ratio = r.effective_price[i, j] / r.per_unit[i, j] / g["reference_price_usd_per_pflops"]
    cost = math.log(ratio) if x.w.price_form == "log" else ratio
    taste = x.p["tastes"].get((i, j), {}).get("intercept", 0.0)
    value = (o["intercept"] + taste - b["price_sensitivity"] * cost
             + b["lock_in"] * stocks[x.w.platform[j]])
    if x.w.klass[j] == "foreign":
        load = x.p["vendors"][x.w.vendor[j],]["incident_load"]
        value -= (b["pressure_aversion"] * b["exposure"] * r.stance["pressure"]
                  + b["hazard_aversion"] * r.hazard[i, j]
                  + b["incident_aversion"] * b["exposure"] * load * x.s.incidents)
    return value + x.s.taste[i, j]


def logit(x, r, i, open_goods):
    """Shares over some goods and defer, by this step's utilities."""
    w = x.w
    choices = sorted(open_goods + [w.defer])
    values = {j: r.utility[i, j] for j in choices}
    if w.choice == "mnl":
        return shares(values, {j: j for j in choices}, {j: 1.0 for j in choices})
    scale = {w.nest[j]: x.p["nests"][w.nest[j],]["dissimilarity"] for j in choices}
    return shares(values, w.nest, scale)


# 7. Orders.  x_ij = wallet_i s_ij
#   PF_i = min( phi_i max(0, h_i - hbar), pf_max ) (sum_F s_ij) M_i, over F like s_ij,
#   h_i the largest h_ij over available F; not if quota-bound.  debt_i <- debt_i + PF_i - repay_i
def place_orders(x, r):
    g = x.p["scenario"]
    r.order, r.pull_forward = {}, {}
    for i in x.w.buyers:
        share = r.share[i]
        for j in x.w.options:
            r.order[i, j] = r.wallet[i] * share.get(j, 0.0)
        foreign = [j for j in x.w.foreign if share.get(j, 0.0) > 0.0]
        r.pull_forward[i] = 0.0
        if foreign and not r.quota_bound[i]:
            total = sum(share[j] for j in foreign)
            hazard = max(r.hazard[i, j] for j in x.w.foreign if r.available[i, j])
            rate = min(x.p["buyers"][i,]["front_loading"]
                       * max(0.0, hazard - g["anticipation_norm"]), g["pull_forward_max"])
            r.pull_forward[i] = rate * total * r.budget[i]
            for j in foreign:
                r.order[i, j] += r.pull_forward[i] * share[j] / total
        x.s.debt[i] += r.pull_forward[i] - r.repaid[i]


# 8. Scrutiny.  If UQ < pi: compliance k_c O_F; of the rest a fraction a_i joins the hold queue
#   and 1 - a_i is re-split by the logit over available non-F options (no G if quota-bound).
#   Then for everyone 1 - e^{-Delta/D_q} of the hold queue is released to the order book.
def scrutiny(x, r):
    w, s = x.w, x.s
    r.inquired, r.approved, r.compliance, r.refused = {}, {}, {}, {}
    r.new = {(i, j): r.order[i, j] for i in w.buyers for j in w.goods}
    r.deferred = {i: r.order[i, w.defer] for i in w.buyers}
    r.foreign_orders = {i: sum(r.order[i, j] for j in w.foreign) for i in w.buyers}
    for i in w.buyers:
        r.approved[i] = logistic_normal(r.stance["approval"], r.stance["approval_sd"],
                                        x.draws.normal(rng.APPROVAL, r.t, i + "/"))
        u = x.draws.uniform(rng.QUESTION, r.t, i + "/")
        x.margins.note(u, r.inquiry[i], "questioned %s t=%d" % (i, r.t))
        r.inquired[i] = u < r.inquiry[i]
        r.compliance[i] = r.refused[i] = 0.0
        if r.inquired[i]:
            question(x, r, i)
    release = fraction_due(w.delta, x.p["scenario"]["hold_mean_years"])
    r.released = {}
    for pair, held in s.hold.items():
        r.released[pair] = release * held
        s.hold[pair] = held - r.released[pair]


def question(x, r, i):
    cost = x.p["buyers"][i,]["compliance_cost_share"]
    r.compliance[i] = cost * r.foreign_orders[i]
    r.refused[i] = (1.0 - r.approved[i]) * (1.0 - cost) * r.foreign_orders[i]
    for j in x.w.foreign:
        x.s.hold[i, j] += r.approved[i] * (1.0 - cost) * r.order[i, j]
        r.new[i, j] = 0.0
    for j, share in logit(x, r, i, reopened(x, r, i)).items():
        if j == x.w.defer:
            r.deferred[i] += share * r.refused[i]
        else:
            r.new[i, j] += share * r.refused[i]


def reopened(x, r, i, exhausted=()):
    """Goods among which refused or unserved money is split again."""
    closed = set()
    if r.inquired[i] or r.quota_bound[i]:
        closed.add("foreign")
    if r.quota_bound[i]:
        closed.add("grey")
    return [j for j in x.w.goods if r.available[i, j] and j not in exhausted
            and x.w.klass[j] not in closed]
