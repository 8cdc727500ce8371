"""trace.csv: every metric at every level it exists, and the inside quantities by name."""

import math

HEADER = "path,step,date,buyer,option,metric,value\n"
OWNED = ("foreign", "domestic", "grey")


def ratio(numerator, denominator):
    return numerator / denominator if denominator != 0.0 else None


def text(value):
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if math.isinf(value):
        return "inf" if value > 0.0 else "-inf"
    return repr(float(value))


class Writer:
    """Rows of one period."""

    def __init__(self, file, path, t, date):
        self.file, self.start = file, "%d,%d,%s," % (path, t, date)

    def row(self, metric, value, buyer="all", option="all"):
        self.file.write("%s%s,%s,%s,%s\n" % (self.start, buyer, option, metric, text(value)))


def write_period(file, number, path, r):
    out = Writer(file, number, r.t, path.w.label(r.t))
    pair_metrics(out, path, r)
    shares(out, path, r)
    buyer_metrics(out, path, r)
    option_metrics(out, path, r)
    market_metrics(out, path, r)
    market_shares(out, path, r)
    inside_pairs(out, path, r)
    inside_market(out, path, r)


def with_margins(out, w, metric, value, options):
    """A flow or stock by buyer and option, its sums over either and over both."""
    for i in w.buyers:
        for j in options:
            out.row(metric, value[i, j], i, j)
        out.row(metric, sum(value[i, j] for j in options), i)
    for j in options:
        out.row(metric, sum(value[i, j] for i in w.buyers), "all", j)
    out.row(metric, sum(value[i, j] for i in w.buyers for j in options))


def pair_metrics(out, x, r):
    w = x.w
    pflops = {j: x.p["options"][j,]["pflops_fp16"] for j in w.goods}
    pairs = list(r.units)
    with_margins(out, w, "order_usd", r.order, w.options)
    for metric, value in (
            ("spend_usd", r.delivered), ("delivered_units", r.units),
            ("delivered_pflops", {(i, j): pflops[j] * r.units[i, j] for i, j in pairs}),
            ("delivered_effective_pflops", {p: r.per_unit[p] * r.units[p] for p in pairs}),
            ("backlog_usd", x.s.backlog), ("hold_usd", x.s.hold),
            ("installed_pflops", x.s.installed)):
        with_margins(out, w, metric, value, w.goods)


def shares(out, x, r):
    """Ratios: desired (of the wallet) and realised (of delivered money); margins of sums."""
    w = x.w
    desired = {(i, j): r.wallet[i] * r.share[i].get(j, 0.0) for i in w.buyers for j in w.options}
    for metric, money, options in (("desired_share", desired, w.options),
                                   ("realised_share", r.delivered, w.goods)):
        whole = {i: sum(money[i, j] for j in options) for i in w.buyers}
        if metric == "desired_share":
            whole = r.wallet
        total = sum(whole.values())
        for i in w.buyers:
            for j in options:
                out.row(metric, ratio(money[i, j], whole[i]), i, j)
            out.row(metric, ratio(sum(money[i, j] for j in options), whole[i]), i)
        for j in options:
            out.row(metric, ratio(sum(money[i, j] for i in w.buyers), total), "all", j)
        out.row(metric, ratio(sum(money.values()), total))


def buyer_metrics(out, x, r):
    questioned = {i: 1 if r.inquired[i] and r.foreign_orders[i] > 0.0 else 0 for i in x.w.buyers}
    for metric, value in (
            ("budget_usd", r.budget), ("wallet_usd", r.wallet),
            ("pull_forward_usd", r.pull_forward), ("repaid_usd", r.repaid),
            ("refunded_usd", r.refunded), ("compliance_usd", r.compliance),
            ("refused_usd", r.refused), ("forfeited_usd", r.forfeited),
            ("deferred_usd", r.deferred), ("lapsed_usd", r.lapsed),
            ("carry_usd", x.s.carry), ("debt_usd", x.s.debt), ("questioned", questioned),
            ("effective_pflops", r.effective), ("effective_pflops_in_country", r.in_country)):
        for i in x.w.buyers:
            out.row(metric, value[i], i)
        out.row(metric, sum(value[i] for i in x.w.buyers))
    for i in x.w.buyers:
        out.row("shortfall", ratio(r.shortfall[i], r.target[i]), i)
    out.row("shortfall", ratio(sum(r.shortfall.values()), sum(r.target.values())))


def option_metrics(out, x, r):
    for metric, value in (
            ("price_usd", r.price), ("supply_units", r.supply), ("unserved_usd", r.unserved),
            ("claims_usd", r.claims), ("wait_years", x.s.wait),
            ("domestic_capacity_units_per_year", r.domestic_capacity),
            ("list_price_usd", r.list_price), ("levy_usd_per_unit", r.levy),
            ("shortage", x.s.shortage), ("cumulative_units", x.s.cumulative),
            ("price_deviation", x.s.price_deviation)):
        for j in value:
            out.row(metric, value[j], "all", j)
    for j in x.w.goods:
        out.row("supply_deviation", x.s.supply_deviation.get(j, 0.0), "all", j)


def market_metrics(out, x, r):
    w = x.w
    for v in w.vendors:
        goods = [j for j in w.goods if w.vendor[j] == v]
        out.row(v + "_revenue_gross_usd", sum(r.price[j] * r.total_units[j] for j in goods))
        out.row(v + "_revenue_net_usd",
                sum((r.price[j] - r.levy[j]) * r.total_units[j] for j in goods))
    out.row("levy_receipts_usd", sum(r.levy[j] * r.total_units[j] for j in w.foreign))
    out.row("levy_on_buyers_usd",
            sum((r.price[j] - r.list_price[j]) * r.total_units[j] for j in w.foreign))
    out.row("unmet_share", ratio(sum(r.unserved.values()), sum(r.claims.values())))
    out.row("incidents", r.incidents)
    out.row("grey_premium", r.grey_premium)


def market_shares(out, x, r):
    """Shares of what was delivered on owned chips: domestic, every vendor, every platform."""
    w = x.w
    owned = w.of_class(*OWNED)
    pflops = {j: x.p["options"][j,]["pflops_fp16"] for j in owned}
    sums = {
        "spend": {j: sum(r.delivered[i, j] for i in w.buyers) for j in owned},
        "units": {j: r.total_units[j] for j in owned},
        "pflops": {j: pflops[j] * r.total_units[j] for j in owned},
        "effective": {j: sum(r.per_unit[i, j] * r.units[i, j] for i in w.buyers)
                      for j in owned}}
    groups = {"domestic": [j for j in owned if w.klass[j] == "domestic"]}
    groups.update({v: [j for j in owned if w.vendor[j] == v] for v in w.vendors})
    groups.update({y: [j for j in owned if w.platform[j] == y] for y in w.platforms})
    for kind, amount in sums.items():
        total = sum(amount.values())
        for name, members in groups.items():
            out.row("%s_share_%s" % (name, kind), ratio(sum(amount[j] for j in members), total))


def inside_pairs(out, x, r):
    w = x.w
    for i in w.buyers:
        for j in w.goods:
            out.row("utility", r.utility[i, j], i, j)
            out.row("available", 1 if r.available[i, j] else 0, i, j)
            out.row("taste_deviation", x.s.taste[i, j], i, j)
            out.row("effective_price_usd", r.effective_price[i, j], i, j)
            out.row("effective_pflops_per_unit", r.per_unit[i, j], i, j)
            out.row("hazard", r.hazard.get((i, j), 0.0), i, j)
        out.row("approved_fraction", r.approved[i], i)
        out.row("inquiry_probability", r.inquiry[i], i)
        out.row("quota_bound", 1 if r.quota_bound[i] else 0, i)
        out.row("compute_target_pflops", r.target[i], i)
        out.row("budget_deviation", x.s.budget_deviation[i], i)
        for y in w.platforms:
            out.row(y + "_experience_pflops", x.s.experience[i, y], i)
    out.row("compute_target_pflops", sum(r.target[i] for i in w.buyers))
    for y in w.platforms:
        out.row(y + "_experience_pflops", sum(x.s.experience[i, y] for i in w.buyers))


def inside_market(out, x, r):
    m = x.s.memory
    for metric, value in (
            ("us_regime", r.us), ("cn_stance", r.cn), ("incident_memory", x.s.incidents),
            ("us_tightening_memory", m["us_tighter"]), ("us_loosening_memory", m["us_looser"]),
            ("cn_tightening_memory", m["cn_tighter"]), ("cn_loosening_memory", m["cn_looser"]),
            ("us_tilt", r.us_tilt), ("cn_tilt", r.cn_tilt), ("licence_fraction", r.licence),
            ("foreign_shortage", x.s.foreign_shortage), ("adequacy", x.s.adequacy)):
        out.row(metric, value)
