#!/usr/bin/env python3
"""Random scenario folders that every rule accepts: OUT/scenario, its bases beside it, and
OUT/args.txt with options for the command line, one a line.  The same seed, the same bytes."""

import argparse
import os
import random

from small import write_folder
from world_child import add_children
from world_columns import COLUMNS, draw_prior, draw_value, has_flag
from world_dates import Calendar
from world_events import add_events, add_pins

US_NAMES = ("ban", "h20_levy", "h20_free", "h200_levy", "open")
CN_NAMES = ("permit", "question", "discourage", "block")
CLASSES = ("foreign", "domestic", "grey", "rent")
SELLERS = {"foreign": ("nvidia", "amd"), "domestic": ("huawei", "cambricon"),
           "grey": ("smuggler",), "rent": ("cloud", "cloud2")}
PLATFORMS = {"foreign": ("cuda", "rocm"), "domestic": ("cann", "neuware"),
             "grey": ("cuda",), "rent": ("cuda", "rocm")}


class Maker:
    """One world in the making: tables as lists of rows, and what later parts must know."""

    def __init__(self, seed):
        self.rand = random.Random("world %d" % seed)
        self.tables = {}
        self.calendar = Calendar(self.rand)
        self.buyers = ["b%d" % k for k in range(self.rand.choice((1, 1, 2, 3, 4, 5, 6)))]
        self.rand.shuffle(self.buyers)
        self.prior_cells, self.taken = {}, set()
        self.blanked, self.removed, self.correlated = set(), set(), set()

    def chance(self, probability):
        return self.rand.random() < probability

    def value(self, table, column):
        return draw_value(self.rand, table, column)

    def values(self, table):
        return {column: self.value(table, column) for column in COLUMNS[table]}

    def row(self, table, ident):
        for row in self.tables[table]:
            if row["id"] == ident:
                return row
        raise KeyError(ident)


def make_options(m):
    count = m.rand.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 11))
    m.hbm = m.chance(0.5)
    rows = []
    for k in range(count):
        klass = m.rand.choice(("foreign", "foreign", "domestic", "domestic", "grey", "rent"))
        rows.append(make_option(m, "o%d_%s" % (k, klass), klass))
    rows.append({"id": "later", "class": "defer", "nest": "n_defer",
                 "intercept": m.rand.choice((-3, -2, -1, 0, 1))})
    m.rand.shuffle(rows)
    if m.chance(0.3):       # any grouping is allowed, defer with others too
        names = ["n%d" % k for k in range(m.rand.randint(1, 4))]
        for row in rows:
            row["nest"] = m.rand.choice(names)
    m.tables["options"] = rows
    m.goods = [row["id"] for row in rows if row["class"] != "defer"]
    m.klass = {row["id"]: row["class"] for row in rows}


def make_option(m, ident, klass):
    row = dict(m.values("options"), id=ident, vendor=m.rand.choice(SELLERS[klass]),
               platform=m.rand.choice(PLATFORMS[klass]), nest="n_" + klass)
    row["class"] = klass
    if klass not in ("foreign", "domestic"):
        row["backlog_patience_per_quarter"] = m.rand.choice(("", 0))
    limited = klass == "domestic" and m.hbm
    row["capacity_units_per_year"] = m.rand.choice(
        (row["capacity_units_per_year"],) * 7 + (0,) + (() if limited else ("",)))
    if klass == "foreign":
        row["us_shipments_units_per_year"] = m.rand.choice(
            (row["us_shipments_units_per_year"],) * 3 + ("", "", 0))
    else:
        row["us_shipments_units_per_year"] = ""
    if m.chance(0.2):
        row["owner"] = m.rand.choice(m.buyers)
    if m.chance(0.25):
        row["network_factor"] = ""
    if m.chance(0.3):       # no learning at all: blank, so that no wildcard can switch it on
        row["learning_rate"] = row["learning_units"] = row["learning_price_share"] = ""
    for name in ("price_volatility", "capacity_volatility", "intercept"):
        if m.chance(0.15):
            row[name] = ""
    if m.chance(0.3):
        row["available_from"] = m.calendar.text(m.calendar.launch_period())
    return row


def make_regimes(m):
    us = [name for name in US_NAMES if m.chance(0.7)] or ["ban"]
    cn = [name for name in CN_NAMES if m.chance(0.7)] or ["question"]
    foreign = [j for j in m.goods if m.klass[j] == "foreign"]
    m.us, m.cn = us, cn
    m.tables["us_regimes"] = []
    for k, name in enumerate(us):
        openness = 0.2 + 0.8 * (k + 1) / len(us)
        allowed = [j for j in foreign if name != "ban" and m.chance(openness)]
        m.tables["us_regimes"].append(dict(
            m.values("us_regimes"), id=name, allowed=";".join(allowed),
            levy_form=m.rand.choice(("", "revenue", "tariff"))))
    for row in m.tables["us_regimes"]:
        if m.chance(0.5):
            row["cap_share_of_us_shipments"] = ""
    m.tables["cn_stances"] = [dict(m.values("cn_stances"), id=name,
                                   state_ban=m.rand.choice((0, 0, 1))) for name in cn]
    for row in m.tables["cn_stances"]:
        if m.chance(0.2):
            row["grey_pass"] = ""
    for table, names in (("us_rates", us), ("cn_rates", cn)):
        m.tables[table] = [{"from": a, "to": b, "rate_per_year": m.value(table, "rate_per_year")}
                           for a in names for b in names if a != b and m.chance(0.8)]


def make_scenario(m):
    values = m.values("scenario")
    values.update(
        title="world, \"quoted\"", start=m.calendar.text(0), step=m.calendar.step,
        steps=m.calendar.steps, us_start=m.rand.choice(m.us), cn_start=m.rand.choice(m.cn),
        choice=m.rand.choice(("nested", "nested", "mnl")),
        price_form=m.rand.choice(("log", "log", "linear")),
        demand_mode=m.rand.choice(("budget", "budget", "compute")),
        rationing=m.rand.choice(("proportional", "priority", "uniform", "backlog_first")),
        hbm_limit_units_per_year=values["hbm_limit_units_per_year"] if m.hbm else "")
    if m.calendar.levels:
        values["levels_as_of"] = m.calendar.text(m.calendar.levels)
    m.tables["scenario"] = [{"key": key, "value": value} for key, value in values.items()]


def make_rest(m):
    m.tables["buyers"] = [
        dict(m.values("buyers"), id=i, state_funded=m.rand.choice((0, 0, 1)))
        for i in m.buyers]
    for row in m.tables["buyers"]:
        if m.chance(0.06):
            row["budget_usd_per_year"] = 0
        if m.chance(0.1):
            row["compute_target_pflops"] = 0
    rows = m.tables["options"]
    vendors = sorted({row["vendor"] for row in rows if "vendor" in row})
    platforms = sorted({row["platform"] for row in rows if "platform" in row})
    m.tables["vendors"] = [dict(m.values("vendors"), id=v) for v in vendors]
    m.tables["platforms"] = [dict(m.values("platforms"), id=y) for y in platforms]
    for row in m.tables["platforms"]:
        if m.chance(0.3):
            row["learning_pflops"] = row["learning_exponent"] = ""
    m.tables["nests"] = [dict(m.values("nests"), id=n)
                         for n in sorted({row["nest"] for row in rows})]
    pairs = [(i, j) for i in m.buyers for j in m.goods]
    m.tables["installed"] = [dict(buyer=i, option=j, pflops=m.value("installed", "pflops"))
                             for i, j in pairs if m.chance(0.4)]
    m.tables["tastes"] = [dict(buyer=i, option=j, intercept=m.value("tastes", "intercept"))
                          for i, j in pairs if m.chance(0.3)]
    if m.chance(0.2):
        m.tables["thresholds"] = [dict(id="half", metric="domestic_share_spend", test=">=",
                                       value=0.5, when="any")]


def ident_of(table, row):
    if table == "scenario":
        return row["key"]
    if table in ("us_rates", "cn_rates"):
        return row["from"] + "/" + row["to"]
    if table in ("installed", "tastes"):
        return row["buyer"] + "/" + row["option"]
    return row["id"]


def filled_cells(m, flag):
    """(table, ident, column) of every cell that is not blank, not off limits, and read."""
    out = []
    for table, columns in COLUMNS.items():
        for row in m.tables.get(table, []):
            names = [row["key"]] if table == "scenario" else columns
            for column in names:
                if column in columns and has_flag(table, column, flag):
                    cell = row["value"] if table == "scenario" else row.get(column, "")
                    if cell != "" and is_read(m, table, row, column):
                        out.append((table, ident_of(table, row), column))
    return out


def is_read(m, table, row, column):
    """Columns a class does not read, and p_ref where its history matters, are left alone."""
    if table == "options":
        klass = row["class"]
        if klass == "defer":
            return column == "intercept"
        if column == "backlog_patience_per_quarter":
            return klass in ("foreign", "domestic")
        if column == "capacity_induced_growth_per_year":
            return klass == "domestic"
        if column == "capacity_reversion_per_year":
            return klass != "domestic"
    return True


def address(table, ident, column):
    return "scenario." + column if table == "scenario" else ".".join((table, ident, column))


def add_priors(m):
    """Some cells get a prior, some columns one shared draw; no cell has two."""
    rows, names = [], []
    cells = filled_cells(m, "p")
    for _ in range(m.rand.choice((0, 0, 2, 4, 8, 12))):
        table, ident, column = m.rand.choice(cells)
        # patience must stay 0 for some classes, so it is never shared
        wild = (table != "scenario" and column != "backlog_patience_per_quarter"
                and m.chance(0.3))
        taken = {(t, i) for t, i, c in m.prior_cells if (t, c) == (table, column)}
        if (table, ident) in taken or (wild and taken):
            continue
        if wild:
            ident = wild_ident(m, table, ident)
        elif (table, "*", column) in m.prior_cells:
            continue
        name = address(table, ident, column)
        rows.append(dict(draw_prior(m.rand, table, column), parameter=name))
        m.prior_cells[table, "*" if wild else ident, column] = name
        if rows[-1]["distribution"] != "constant":
            names.append(name)
    m.tables["priors"] = rows
    for event in {row["id"]: row for row in m.tables["events"]}:
        if m.chance(0.3):
            names.append("events.%s.probability" % event)
            rows.append(dict(draw_prior(m.rand, "events", "probability"),
                             parameter=names[-1]))
            m.prior_cells["events", event, "probability"] = names[-1]
    add_correlations(m, names)


def wild_ident(m, table, ident):
    if "/" in ident:
        first, second = ident.split("/")
        return m.rand.choice((first + "/*", "*/" + second, "*/*"))
    return m.rand.choice(("*", "*", ident[0] + "*"))


def add_correlations(m, names):
    """Disjoint pairs and one triple: positive definite whatever their ranks in +-0.6, +-0.3."""
    m.rand.shuffle(names)
    rows = []
    if len(names) >= 3 and m.chance(0.4):
        three = [names.pop() for _ in range(3)]
        for a, b in ((0, 1), (1, 2), (0, 2)):
            rows.append(dict(a=three[a], b=three[b], rank=round(m.rand.uniform(-0.3, 0.3), 2)))
    while len(names) >= 2 and m.chance(0.4):
        rows.append(dict(a=names.pop(), b=names.pop(),
                         rank=round(m.rand.uniform(-0.6, 0.6), 2)))
    for row in rows:
        m.correlated |= {row["a"], row["b"]}
    m.tables["correlations"] = rows


def write_world(seed, out):
    m = Maker(seed)
    make_options(m)
    make_regimes(m)
    make_scenario(m)
    make_rest(m)
    add_events(m, filled_cells(m, "e"))
    add_pins(m)
    add_priors(m)
    folders, options = add_children(m, filled_cells(m, "e"))
    for name, tables in folders.items():
        write_folder(os.path.join(out, name), tables)
    with open(os.path.join(out, "args.txt"), "w", encoding="utf-8") as file:
        file.write("".join(option + "\n" for option in options))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    write_world(args.seed, args.out)


if __name__ == "__main__":
    main()
