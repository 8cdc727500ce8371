"""Random values and priors for every real column of a scenario folder."""

import math

import dist
from schema import domain

# (table, column): kind, low, high, flags.  Kinds: pos (log-uniform), nn (0 or more), vol (often
# 0), real, share (in [low, high], often at an end), int.  Flags: e = an event may change it,
# p = it may have a prior, b = priors of bounded kinds only, t = kept as typed (no patches).
COLUMNS = {
    "scenario": {
        "reference_price_usd_per_pflops": ("pos", 1e4, 5e4, "pb"),
        "budget_reversion_per_year": ("vol", 0.2, 2, "pb"),
        "budget_common_share": ("share", 0, 1, "ep"),
        "levy_pass_through": ("nn", 0.1, 1.1, "ep"),
        "grey_premium": ("real", -0.2, 1, "ep"),
        "grey_premium_tightness": ("nn", 0.1, 1.5, "ep"),
        "hbm_limit_units_per_year": ("pos", 1e4, 1e6, "ep"),
        "hbm_growth_per_year": ("real", -0.2, 0.8, "ep"),
        "wait_max_years": ("nn", 0.5, 3, "ep"),
        "taste_volatility": ("vol", 0.1, 0.6, "pb"),
        "taste_reversion_per_year": ("vol", 1, 6, "pb"),
        "cn_reaction_to_us_tightening": ("real", -1, 1, "ep"),
        "cn_reaction_to_us_loosening": ("real", -1, 1, "ep"),
        "cn_reaction_to_incidents": ("real", 0, 1, "ep"),
        "cn_reaction_to_adequacy": ("real", -1, 2, "ep"),
        "adequacy_reference": ("pos", 0.2, 0.8, "p"),
        "us_reaction_to_cn": ("real", -1, 1, "ep"),
        "reaction_decay_per_year": ("nn", 1, 4, "pb"),
        "incident_rate_per_year": ("nn", 0.2, 4, "ep"),
        "incident_branching": ("share", 0, 0.7, "epb"),
        "incident_decay_per_year": ("nn", 1, 6, "pb"),
        "anticipation_horizon_years": ("nn", 0.3, 1.5, "ep"),
        "anticipation_weight": ("nn", 0.3, 1.5, "ep"),
        "anticipation_norm": ("share", 0, 0.6, "ep"),
        "pull_forward_max": ("nn", 0.5, 4, "ep"),
        "pull_forward_repay_years": ("nn", 0.3, 2, "ep"),
        "hold_mean_years": ("nn", 0.1, 0.75, "ep"),
        "refund_share": ("share", 0, 1, "ep"),
        "lapse_per_year": ("nn", 0.1, 0.6, "ep"),
        "learning_spillover": ("share", 0, 1, "ep")},
    "buyers": {
        "budget_usd_per_year": ("pos", 2e8, 1.5e10, "ep"),
        "budget_growth_per_year": ("real", -0.3, 0.8, "ep"),
        "budget_volatility": ("vol", 0.05, 0.4, "pb"),
        "exposure": ("share", 0, 1, "ep"),
        "training_share": ("share", 0, 1, "ep"),
        "price_sensitivity": ("real", 0.3, 4, "ep"),
        "lock_in": ("real", -0.5, 3, "ep"),
        "pressure_aversion": ("real", -0.2, 2, "ep"),
        "incident_aversion": ("real", -0.1, 0.6, "ep"),
        "hazard_aversion": ("real", -0.2, 1.5, "ep"),
        "delay_aversion_per_year": ("real", -0.1, 1.2, "ep"),
        "front_loading": ("nn", 1, 7, "ep"),
        "compliance_cost_share": ("share", 0, 0.3, "ep"),
        "priority_tier": ("int", 0, 2, ""),
        "compute_target_pflops": ("pos", 5e4, 5e6, "ep"),
        "compute_target_growth_per_year": ("real", -0.2, 1, "ep")},
    "options": {
        "pflops_fp16": ("pos", 0.1, 2.5, "epb"),
        "training_factor": ("pos", 0.4, 1.3, "epb"),
        "inference_factor": ("pos", 0.5, 4.5, "epb"),
        "network_factor": ("pos", 0.5, 1, "epb"),
        "price_usd": ("pos", 6e3, 5e4, "epb"),
        "price_drift_per_year": ("real", -0.3, 0.2, "ep"),
        "price_volatility": ("vol", 0.05, 0.4, "pb"),
        "price_reversion_per_year": ("nn", 0.5, 3, "pb"),
        "learning_rate": ("share", 0, 0.3, "epb"),
        "learning_price_share": ("share", 0, 1, "ep"),
        "learning_units": ("pos", 1e3, 1e6, "pb"),
        "capacity_units_per_year": ("pos", 1e3, 3e5, "ep"),
        "capacity_growth_per_year": ("real", -0.3, 0.8, "ep"),
        "capacity_induced_growth_per_year": ("nn", 0.1, 1, "ep"),
        "capacity_volatility": ("vol", 0.1, 0.6, "pb"),
        "capacity_reversion_per_year": ("nn", 0.5, 2, "pb"),
        "us_shipments_units_per_year": ("pos", 1e4, 1e6, "ep"),
        "depreciation_per_year": ("nn", 0.1, 1, "ep"),
        "intercept": ("real", -1, 1, "ep"),
        "backlog_patience_per_quarter": ("share", 0, 1, "ep")},
    "vendors": {"incident_load": ("real", -0.2, 1, "ep")},
    "platforms": {
        "maturity_start": ("pos", 0.3, 0.9, "epb"),
        "maturity_limit": ("pos", 0.7, 1.1, "epb"),
        "learning_pflops": ("pos", 1e4, 1e6, "pb"),
        "learning_exponent": ("pos", 0.1, 0.9, "epb")},
    "nests": {"dissimilarity": ("share", 0.2, 1, "epb")},
    "installed": {"pflops": ("pos", 1e3, 1e5, "p")},
    "tastes": {"intercept": ("real", -1, 1, "ep")},
    "us_regimes": {
        "levy_rate": ("share", 0, 0.4, "epb"),
        "cap_share_of_us_shipments": ("nn", 0.1, 1, "ep"),
        "licence_throughput": ("share", 0, 1, "ep"),
        "licence_sd": ("vol", 0.2, 1.5, "pb")},
    "cn_stances": {
        "pressure": ("nn", 0.2, 3, "ep"),
        "inquiries_per_year": ("nn", 0.5, 12, "ep"),
        "approval": ("share", 0, 1, "ep"),
        "approval_sd": ("vol", 0.2, 1.2, "pb"),
        "customs_pass": ("share", 0, 1, "ep"),
        "grey_pass": ("share", 0, 1, "ep"),
        "domestic_quota": ("share", 0, 0.9, "ep")},
    "events": {"probability": ("share", 0, 1, "")},
    "us_rates": {"rate_per_year": ("nn", 0.02, 3, "ep")},
    "cn_rates": {"rate_per_year": ("nn", 0.02, 3, "ep")},
}
RATES = {("us_rates", "rate_per_year"), ("cn_rates", "rate_per_year"),
         ("scenario", "incident_rate_per_year"), ("cn_stances", "inquiries_per_year")}


def short(value):
    """Four digits are enough, and some of them look like 12e9."""
    return float("%.4g" % value)


def draw_value(rand, table, column):
    kind, low, high, _ = COLUMNS[table][column]
    if kind == "int":
        return rand.randint(low, high)
    if kind == "pos":
        return short(math.exp(rand.uniform(math.log(low), math.log(high))))
    zero = {"nn": 0.15, "vol": 0.35, "real": 0.1, "share": 0.12}[kind]
    if rand.random() < zero:
        return float(low) if kind == "share" else 0.0
    if kind == "share" and rand.random() < 0.12:
        return float(high)
    return short(rand.uniform(low, high))


def draw_factor(rand, table, column):
    """A factor that cannot leave the domain."""
    kind = COLUMNS[table][column][0]
    return short(rand.uniform(0.4, 1.0) if kind == "share" else rand.uniform(0.5, 1.6))


def has_flag(table, column, flag):
    return flag in COLUMNS[table][column][3]


def three_points(rand, kind, low, high):
    """Low, mode, high inside the usual range of the column."""
    a, b, c = sorted(rand.uniform(0.05, 0.95) for _ in range(3))
    if c - a < 0.2:
        a, c = max(0.02, a - 0.2), min(0.98, c + 0.2)
    if kind == "pos":
        points = [math.exp(math.log(low) + x * (math.log(high) - math.log(low)))
                  for x in (a, b, c)]
    else:
        points = [low + x * (high - low) for x in (a, b, c)]
    return [short(x) for x in points]


def prior_kinds(table, column):
    kind, _, _, flags = COLUMNS[table][column]
    kinds = ["constant", "uniform", "triangular", "pert", "pert", "discrete"]
    if "b" not in flags:
        kinds += {"real": ["normal", "normal"], "share": ["beta", "beta", "normal", "lognormal"],
                  }.get(kind, ["normal", "lognormal", "lognormal", "gamma"])
    if (table, column) in RATES:
        kinds += ["gamma_rate", "gamma_rate"]
    return kinds


def draw_prior(rand, table, column):
    """The cells of one row of priors.csv, sure to be accepted."""
    while True:
        row = try_prior(rand, table, column)
        if acceptable(row, table, column):
            return row


def try_prior(rand, table, column):
    kind, low, high, _ = COLUMNS[table][column]
    name = rand.choice(prior_kinds(table, column))
    if name not in ("normal", "beta", "gamma_rate") and kind != "real" and rand.random() < 0.25:
        return relative_prior(rand, kind)
    a, b, c = three_points(rand, kind, low, high)
    row = {"distribution": name}
    if name == "constant":
        row["mode"] = b
    elif name == "discrete":
        row["values"] = ";".join("%r:%r" % (v, rand.randint(1, 9)) for v in (c, a, b))
    elif name == "gamma_rate":
        row.update(low=short(rand.uniform(0.5, 4)), high=short(rand.uniform(0.5, 5)))
    else:
        row.update(low=a, high=c)
        if name in ("triangular", "pert"):
            row["mode"] = rand.choice((a, b, b, b, c))
        elif name not in ("uniform",) and rand.random() < 0.4:
            row["credibility"] = rand.choice((0.5, 0.8, 0.95))
    if name != "constant" and rand.random() < 0.1:
        row["scale"] = ""
    return row


def relative_prior(rand, kind):
    """A factor near 1, not above 1 for shares."""
    low, high = (0.4, 1.0) if kind == "share" else (0.6, 1.5)
    name = rand.choice(("uniform", "pert", "discrete"))
    row = {"distribution": name, "scale": "relative"}
    if name == "discrete":
        row["values"] = "%r:1;%r:2" % (high, low)
    else:
        row.update(low=low, high=high)
        if name == "pert":
            row["mode"] = short(rand.uniform(low, high))
    return row


def acceptable(row, table, column):
    """Ends in the domain, low < high, and not more than 4 % of the tails outside."""
    low, high = row.get("low"), row.get("high")
    if row["distribution"] != "gamma_rate" and low is not None and not low < high:
        return False
    if row.get("scale") == "relative" or row["distribution"] in ("constant", "discrete"):
        return True
    if row["distribution"] in ("lognormal", "gamma", "beta") and low <= 0.0:
        return False
    law = dist.build(row["distribution"], low, row.get("mode"), high, row.get("credibility"), "")
    bottom, top = domain(table, column)
    outside = (law.cdf(bottom) if math.isfinite(bottom) else 0.0)
    outside += (1.0 - law.cdf(top) if math.isfinite(top) else 0.0)
    return outside < 0.04
