"""Steps 2 and 3: prices and what can be delivered; and the trends behind both."""

import math

import rng
from formulas import logistic_normal, omega, ou_step, times

OPTION_TRENDS = (("price", "price_drift_per_year"), ("capacity", "capacity_growth_per_year"))
BUYER_TRENDS = (("budget", "budget_growth_per_year"),
                ("target", "compute_target_growth_per_year"))


def trend_rates(w, p):
    """(name, id) -> (rate, launch): every x of a growth e^{x t Delta}; D grows by its index."""
    out = {("hbm", ""): (p["scenario"]["hbm_growth_per_year"], 0)}
    for name, column in BUYER_TRENDS:
        out.update({(name, i): (p["buyers"][i,][column], 0) for i in w.buyers})
    for name, column in OPTION_TRENDS:
        out.update({(name, j): (p["options"][j,][column], w.launch[j]) for j in w.goods
                    if name == "price" or w.klass[j] != "domestic"})
    return out


# G at t = 0 is the growth from `levels_as_of` to start at the rates before any event; an option
# that is launched after start stands still at its level until then.
def start_trends(w, p):
    trend = {name: rate * w.level_age if launch == 0 else 0.0
             for name, (rate, launch) in trend_rates(w, p).items()}
    index = {}
    for j in w.of_class("domestic"):
        grown = p["options"][j,]["capacity_growth_per_year"] * w.level_age
        index[j] = math.exp(grown) if w.launch[j] == 0 else 1.0
    return index, trend


# G <- G + x Delta from t = 1, or from the period after the launch
def advance_trends(x, r):
    if r.t == 0:
        return
    for name, (rate, launch) in trend_rates(x.w, x.p).items():
        if r.t > launch:
            x.trend[name] += rate * x.w.delta


# 2. Prices.
#   d_j <- e^{-k_p Delta} d_j + sqrt(omega(s_p, k_p, Delta)) ZP
#   p_j = pbar_j exp( mu_j t Delta + d_j - omega(s_p, k_p, t Delta)/2 )
#         ((Q_j + Q0_j)/Q0_j)^{-b_j theta_j},   b_j = -log2(1 - LR_j)
#   GREY: p_j <- p_j (1 + m_0 + m_1 shortage of F last step)
#   F, revenue: P_j = p_j [1 + rho (1/(1-tau) - 1)], levy per unit tau P_j
#   F, tariff:  P_j = p_j (1 + rho tau),             levy per unit tau p_j;  other j: P_j = p_j
def prices(x, r):
    w, g = x.w, x.p["scenario"]
    r.grey_premium = g["grey_premium"] + g["grey_premium_tightness"] * x.s.foreign_shortage
    r.list_price, r.price, r.levy = {}, {}, {}
    for j in w.goods:
        o = x.p["options"][j,]
        price = base_price(x, r, j, o)
        if w.klass[j] == "grey":
            price *= 1.0 + r.grey_premium
        r.list_price[j] = price
        r.price[j], r.levy[j] = price, 0.0
        if w.klass[j] == "foreign":
            r.price[j], r.levy[j] = price_with_levy(
                price, r.regime["levy_rate"], w.levy_form[r.us], g["levy_pass_through"])


def base_price(x, r, j, o):
    sigma, kappa = o["price_volatility"], o["price_reversion_per_year"]
    if r.t > 0:
        z = x.draws.normal(rng.PRICE, r.t, "/" + j)
        x.s.price_deviation[j] = ou_step(x.s.price_deviation[j], sigma, kappa, x.w.delta, z)
    correction = 0.5 * omega(sigma, kappa, r.t * x.w.delta)
    price = o["price_usd"] * math.exp(x.trend["price", j] + x.s.price_deviation[j] - correction)
    power = -math.log2(1.0 - o["learning_rate"]) * o["learning_price_share"]
    if power == 0.0:
        return price
    first = o["learning_units"]
    return price * ((x.s.cumulative[j] + first) / first) ** -power


def price_with_levy(price, rate, form, pass_through):
    """(P, levy per unit) of a foreign product."""
    if form == "tariff":
        return price * (1.0 + pass_through * rate), rate * price
    paid = price * (1.0 + pass_through * (1.0 / (1.0 - rate) - 1.0))
    return paid, rate * paid


# 3. Deliverable supply, units in this step.
#   F: S_j = [allowed] min( Delta cap_j e^{g_j t Delta + e_j - omega/2} l, k_W US_j Delta ) c_B,
#      l = logistic(logit lbar_W + s_l ZL)
#   D: S_j = Delta cap_j Kap_j, then all D scaled so that sum S <= Delta HBM e^{g_H t Delta}
#   G, R: S_j = Delta cap_j e^{g_j t Delta + e_j - omega/2}, G times c^G_B
def deliverable_supply(x, r):
    w = x.w
    z = x.draws.normal(rng.LICENCE, r.t, "/")
    r.licence = logistic_normal(r.regime["licence_throughput"], r.regime["licence_sd"], z)
    r.supply, r.domestic_capacity = {}, {}
    for j in w.goods:
        o = x.p["options"][j,]
        if w.klass[j] == "domestic":
            r.domestic_capacity[j] = times(o["capacity_units_per_year"],
                                           move_capacity_index(x, r, j, o))
            units = times(w.delta, r.domestic_capacity[j])
        else:
            units = times(w.delta, o["capacity_units_per_year"], noisy_growth(x, r, j, o))
            units = let_through(x, r, j, o, units)
        r.supply[j] = units if r.t >= w.launch[j] else 0.0
    share_memory_limit(x, r)


def noisy_growth(x, r, j, o):
    sigma, kappa = o["capacity_volatility"], o["capacity_reversion_per_year"]
    if r.t > 0:
        z = x.draws.normal(rng.SUPPLY, r.t, "/" + j)
        x.s.supply_deviation[j] = ou_step(x.s.supply_deviation[j], sigma, kappa, x.w.delta, z)
    correction = 0.5 * omega(sigma, kappa, r.t * x.w.delta)
    return math.exp(x.trend["capacity", j] + x.s.supply_deviation[j] - correction)


def let_through(x, r, j, o, units):
    """What regime, licence, cap and customs leave of the units a seller could send."""
    if x.w.klass[j] == "rent":
        return units
    if x.w.klass[j] == "grey":
        return times(units, r.stance["grey_pass"])
    if j not in x.w.allowed[r.us]:
        return 0.0
    share, shipments = r.regime["cap_share_of_us_shipments"], o["us_shipments_units_per_year"]
    # a blank on either side means that the cap does not apply
    capped = not (math.isinf(share) or math.isinf(shipments))
    cap = share * shipments * x.w.delta if capped else math.inf
    return times(min(times(units, r.licence), cap), r.stance["customs_pass"])


#   Kap_j <- Kap_j exp( (g_j + g1_j shortage_j - s^2/2) Delta + s sqrt(Delta) ZS )
def move_capacity_index(x, r, j, o):
    if r.t > x.w.launch[j]:
        sigma, delta = o["capacity_volatility"], x.w.delta
        growth = (o["capacity_growth_per_year"]
                  + o["capacity_induced_growth_per_year"] * x.s.shortage[j])
        z = x.draws.normal(rng.SUPPLY, r.t, "/" + j)
        x.capacity_index[j] *= math.exp((growth - 0.5 * sigma * sigma) * delta
                                        + sigma * math.sqrt(delta) * z)
    return x.capacity_index[j]


def share_memory_limit(x, r):
    domestic = x.w.of_class("domestic")
    limit = times(x.w.delta, x.p["scenario"]["hbm_limit_units_per_year"],
                  math.exp(x.trend["hbm", ""]))
    total = sum(r.supply[j] for j in domestic)
    if total > limit:
        for j in domestic:
            r.supply[j] *= limit / total
