"""What the tables of a scenario folder hold: keys, columns, domains and what a blank means."""

import math

INF = math.inf
SHARE = (0.0, 1.0)
POSITIVE = (0.0, INF)
REAL = (-INF, INF)

KEYS = {
    "scenario": ("key",), "buyers": ("id",), "options": ("id",), "vendors": ("id",),
    "platforms": ("id",), "nests": ("id",), "installed": ("buyer", "option"),
    "tastes": ("buyer", "option"), "us_regimes": ("id",), "cn_stances": ("id",),
    "us_rates": ("from", "to"), "cn_rates": ("from", "to"), "priors": ("parameter",),
    "correlations": ("a", "b"), "events": ("id", "date", "parameter"),
    "pins": ("date", "actor"), "thresholds": ("id",),
    "history": ("date", "metric", "buyer", "option"),
}

TEXT = {
    "scenario": {"title", "description", "base", "start", "step", "levels_as_of", "us_start",
                 "cn_start", "choice", "price_form", "demand_mode", "rationing"},
    "buyers": {"id", "name"},
    "options": {"id", "name", "vendor", "owner", "class", "platform", "nest", "available_from"},
    "vendors": {"id", "name"}, "platforms": {"id", "name"}, "nests": {"id"},
    "installed": {"buyer", "option"}, "tastes": {"buyer", "option"},
    "us_regimes": {"id", "name", "allowed", "levy_form"}, "cn_stances": {"id", "name"},
    "us_rates": {"from", "to"}, "cn_rates": {"from", "to"},
}

REALS = {
    "scenario": {
        "steps": POSITIVE, "reference_price_usd_per_pflops": POSITIVE,
        "budget_reversion_per_year": POSITIVE, "budget_common_share": SHARE,
        "levy_pass_through": POSITIVE, "grey_premium": REAL, "grey_premium_tightness": POSITIVE,
        "hbm_limit_units_per_year": POSITIVE, "hbm_growth_per_year": REAL,
        "wait_max_years": POSITIVE, "taste_volatility": POSITIVE,
        "taste_reversion_per_year": POSITIVE, "cn_reaction_to_us_tightening": REAL,
        "cn_reaction_to_us_loosening": REAL, "cn_reaction_to_incidents": REAL,
        "cn_reaction_to_adequacy": REAL, "adequacy_reference": POSITIVE,
        "us_reaction_to_cn": REAL, "reaction_decay_per_year": POSITIVE,
        "incident_rate_per_year": POSITIVE, "incident_branching": SHARE,
        "incident_decay_per_year": POSITIVE, "anticipation_horizon_years": POSITIVE,
        "anticipation_weight": POSITIVE, "anticipation_norm": SHARE,
        "pull_forward_max": POSITIVE, "pull_forward_repay_years": POSITIVE,
        "hold_mean_years": POSITIVE, "refund_share": SHARE, "lapse_per_year": POSITIVE,
        "learning_spillover": SHARE},
    "buyers": {
        "budget_usd_per_year": POSITIVE, "budget_growth_per_year": REAL,
        "budget_volatility": POSITIVE, "exposure": SHARE, "state_funded": POSITIVE,
        "training_share": SHARE, "price_sensitivity": REAL, "lock_in": REAL,
        "pressure_aversion": REAL, "incident_aversion": REAL, "hazard_aversion": REAL,
        "delay_aversion_per_year": REAL, "front_loading": POSITIVE,
        "compliance_cost_share": SHARE, "priority_tier": REAL,
        "compute_target_pflops": POSITIVE, "compute_target_growth_per_year": REAL},
    "options": {
        "pflops_fp16": POSITIVE, "training_factor": POSITIVE, "inference_factor": POSITIVE,
        "network_factor": POSITIVE, "price_usd": POSITIVE, "price_drift_per_year": REAL,
        "price_volatility": POSITIVE, "price_reversion_per_year": POSITIVE,
        "learning_rate": SHARE, "learning_price_share": POSITIVE, "learning_units": POSITIVE,
        "capacity_units_per_year": POSITIVE, "capacity_growth_per_year": REAL,
        "capacity_induced_growth_per_year": REAL, "capacity_volatility": POSITIVE,
        "capacity_reversion_per_year": POSITIVE, "us_shipments_units_per_year": POSITIVE,
        "depreciation_per_year": POSITIVE, "intercept": REAL,
        "backlog_patience_per_quarter": SHARE},
    "vendors": {"incident_load": REAL},
    "platforms": {"maturity_start": POSITIVE, "maturity_limit": POSITIVE,
                  "learning_pflops": POSITIVE, "learning_exponent": POSITIVE},
    "nests": {"dissimilarity": SHARE},
    "installed": {"pflops": POSITIVE},
    "tastes": {"intercept": REAL},
    "us_regimes": {"levy_rate": SHARE, "cap_share_of_us_shipments": POSITIVE,
                   "licence_throughput": SHARE, "licence_sd": POSITIVE},
    "cn_stances": {"pressure": POSITIVE, "inquiries_per_year": POSITIVE, "approval": SHARE,
                   "approval_sd": POSITIVE, "customs_pass": SHARE, "grey_pass": SHARE,
                   "domestic_quota": SHARE, "state_ban": POSITIVE},
    "us_rates": {"rate_per_year": POSITIVE},
    "cn_rates": {"rate_per_year": POSITIVE},
}

# What a blank means where it is not an error; a real column that is absent here stays None, so
# that reading it fails loudly.
BLANK = {
    ("scenario", "hbm_limit_units_per_year"): INF, ("scenario", "taste_volatility"): 0.0,
    ("scenario", "learning_spillover"): 0.0, ("buyers", "budget_volatility"): 0.0,
    ("options", "network_factor"): 1.0, ("options", "price_volatility"): 0.0,
    ("options", "learning_rate"): 0.0, ("options", "learning_price_share"): 0.0,
    ("options", "learning_units"): 0.0, ("options", "capacity_units_per_year"): INF,
    ("options", "capacity_volatility"): 0.0, ("options", "us_shipments_units_per_year"): INF,
    ("options", "intercept"): 0.0, ("options", "backlog_patience_per_quarter"): 0.0,
    ("platforms", "learning_pflops"): 0.0, ("platforms", "learning_exponent"): 0.0,
    ("us_regimes", "cap_share_of_us_shipments"): INF, ("cn_stances", "grey_pass"): 1.0,
    ("tastes", "intercept"): 0.0, ("installed", "pflops"): 0.0,
    ("us_rates", "rate_per_year"): 0.0, ("cn_rates", "rate_per_year"): 0.0,
}

PAIR_TABLES = {"installed", "tastes", "us_rates", "cn_rates"}


def domain(table, column):
    """The closed interval in which a real cell may lie."""
    if table == "events":
        return SHARE
    return REALS[table][column]


def is_real(table, column):
    return column in REALS.get(table, {})
