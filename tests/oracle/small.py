"""Small scenario folders for tests: tables as Python lists, written as CSV."""

import csv
import os

HEADS = {
    "scenario": "key,value",
    "buyers": "id,budget_usd_per_year,budget_growth_per_year,budget_volatility,exposure,"
              "state_funded,training_share,price_sensitivity,lock_in,pressure_aversion,"
              "incident_aversion,hazard_aversion,delay_aversion_per_year,front_loading,"
              "compliance_cost_share,priority_tier,compute_target_pflops,"
              "compute_target_growth_per_year",
    "options": "id,vendor,owner,class,platform,nest,available_from,pflops_fp16,training_factor,"
               "inference_factor,network_factor,price_usd,price_drift_per_year,price_volatility,"
               "price_reversion_per_year,learning_rate,learning_price_share,learning_units,"
               "capacity_units_per_year,capacity_growth_per_year,"
               "capacity_induced_growth_per_year,capacity_volatility,"
               "capacity_reversion_per_year,us_shipments_units_per_year,depreciation_per_year,"
               "intercept,backlog_patience_per_quarter",
    "vendors": "id,incident_load",
    "platforms": "id,maturity_start,maturity_limit,learning_pflops,learning_exponent",
    "nests": "id,dissimilarity",
    "installed": "buyer,option,pflops",
    "tastes": "buyer,option,intercept",
    "us_regimes": "id,allowed,levy_rate,levy_form,cap_share_of_us_shipments,"
                  "licence_throughput,licence_sd",
    "cn_stances": "id,pressure,inquiries_per_year,approval,approval_sd,customs_pass,grey_pass,"
                  "domestic_quota,state_ban",
    "us_rates": "from,to,rate_per_year",
    "cn_rates": "from,to,rate_per_year",
    "priors": "parameter,distribution,low,mode,high,credibility,values,scale",
    "correlations": "a,b,rank",
    "events": "id,date,probability,parameter,value",
    "pins": "date,actor,state",
    "thresholds": "id,metric,buyer,option,test,value,when",
}
REQUIRED = ("scenario", "buyers", "options", "vendors", "platforms", "nests", "installed",
            "us_regimes", "cn_stances", "us_rates", "cn_rates")


def write_folder(folder, tables):
    """Tables: name -> list of dicts; a column that a row lacks is written blank."""
    os.makedirs(folder, exist_ok=True)
    for name, rows in tables.items():
        head = HEADS[name].split(",")
        for row in rows:
            unknown = set(row) - set(head)
            assert not unknown, unknown
        path = os.path.join(folder, name + ".csv")
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, head, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def scenario_rows(**values):
    return [{"key": key, "value": value} for key, value in values.items()]


QUIET = dict(
    start="2025Q2", step="quarter", steps=4, us_start="levy", cn_start="quiet", choice="mnl",
    price_form="log", demand_mode="budget", rationing="proportional",
    reference_price_usd_per_pflops="1e4", budget_reversion_per_year=1, budget_common_share=0.5,
    levy_pass_through=1, grey_premium=0, grey_premium_tightness=0, hbm_growth_per_year=0,
    wait_max_years=2, taste_volatility=0, taste_reversion_per_year=1,
    cn_reaction_to_us_tightening=0, cn_reaction_to_us_loosening=0, cn_reaction_to_incidents=0,
    cn_reaction_to_adequacy=0, adequacy_reference=0.4, us_reaction_to_cn=0,
    reaction_decay_per_year=2, incident_rate_per_year=0, incident_branching=0,
    incident_decay_per_year=2, anticipation_horizon_years=1, anticipation_weight=1,
    anticipation_norm=0.4, pull_forward_max=3, pull_forward_repay_years=1, hold_mean_years=0.25,
    refund_share=1, lapse_per_year=0, learning_spillover=0)

BUYER = dict(
    budget_usd_per_year="4e9", budget_growth_per_year=0, exposure=1, state_funded=0,
    training_share=0.5, price_sensitivity=2, lock_in=1, pressure_aversion=1, incident_aversion=0,
    hazard_aversion=0, delay_aversion_per_year=0, front_loading=0, compliance_cost_share=0,
    priority_tier=0, compute_target_pflops=0, compute_target_growth_per_year=0)

CHIP = dict(
    pflops_fp16=1, training_factor=1, inference_factor=1, network_factor=1, price_usd="1e4",
    price_drift_per_year=0, price_reversion_per_year=1, capacity_growth_per_year=0,
    capacity_induced_growth_per_year=0, capacity_reversion_per_year=1, depreciation_per_year=0.2,
    backlog_patience_per_quarter=0.5)


def golden_tables(**changes):
    """The golden run G1 of docs/model.md, A.8; `changes` are keys of scenario.csv."""
    return {
        "scenario": scenario_rows(**dict(QUIET, **changes)),
        "buyers": [dict(BUYER, id="buyer")],
        "options": [
            dict(CHIP, id="nv", vendor="nvidia", platform="cuda", nest="foreign",
                 capacity_units_per_year="1e5", **{"class": "foreign"}),
            dict(CHIP, id="hw", vendor="huawei", platform="cann", nest="domestic",
                 capacity_units_per_year="2e5", **{"class": "domestic"}),
            dict(id="wait", nest="defer", intercept=-2, **{"class": "defer"})],
        "vendors": [dict(id="nvidia", incident_load=1), dict(id="huawei", incident_load=0)],
        "platforms": [dict(id=y, maturity_start=1, maturity_limit=1) for y in ("cuda", "cann")],
        "nests": [dict(id=n, dissimilarity=1) for n in ("foreign", "domestic", "defer")],
        "installed": [dict(buyer="buyer", option="nv", pflops="3e5"),
                      dict(buyer="buyer", option="hw", pflops="1e5")],
        "us_regimes": [dict(id="levy", allowed="nv", levy_rate=0.15, licence_throughput=1,
                            licence_sd=0)],
        "cn_stances": [dict(id="quiet", pressure=0.5, inquiries_per_year=0, approval=1,
                            approval_sd=0, customs_pass=1, domestic_quota=0, state_ban=0)],
        "us_rates": [], "cn_rates": [],
    }


def change(tables, table, ident, **values):
    """Set cells of one row in place."""
    for row in tables[table]:
        if row.get("id", row.get("key")) == ident:
            row.update(values)
            return
    raise KeyError(ident)
