"""A scenario as numbers: sets, dates, priors, events, pins, and the parameters of one path."""

import math
import re
from collections import namedtuple

import dist
import rng
from schema import BLANK, REALS, domain

Effect = namedtuple("Effect", "event t target key column operation value")


def month_number(text):
    """Months since year 0 of the first day that a date names."""
    found = re.fullmatch(r"(\d{4})Q([1-4])", text)
    if found:
        return int(found[1]) * 12 + (int(found[2]) - 1) * 3
    found = re.fullmatch(r"(\d{4})(?:M|-)(\d{2})(?:-\d{2})?", text)
    if not found:
        raise ValueError("not a date: " + text)
    return int(found[1]) * 12 + int(found[2]) - 1


class Prior:
    """One row of priors.csv that still has cells to act on (or none, when it is off)."""

    def __init__(self, address, row, tables):
        self.address = address
        self.relative = row.text("scale") == "relative"
        cells = tables.find(address)
        self.targets = [where for where in cells if tables.cell(*where).depth <= row.depth]
        kind = row.text("distribution")
        inner = dist.build(kind, row.number("low"), row.number("mode"), row.number("high"),
                           row.number("credibility"), row.text("values"))
        self.discrete = inner if kind == "discrete" else None
        low, high = domain(*column_of(cells[0])) if cells else (-math.inf, math.inf)
        self.law = inner if self.relative else dist.cut_to_domain(inner, low, high)


def column_of(where):
    table, key, column = where
    return (table, key[0]) if table == "scenario" else (table, column)


class World:
    """Everything of a scenario that is the same in all paths."""

    def __init__(self, tables, uncertainty=True):
        self.tables, rows = tables, tables.rows
        self.read_time(rows["scenario"])
        self.read_sets(rows)
        self.base = self.central_values()
        self.priors = []
        if uncertainty:
            self.priors = [Prior(key[0], row, tables)
                           for key, row in sorted(rows["priors"].items(), key=lambda kr: kr[0])]
        self.factor_rows = self.copula() if uncertainty else {}
        self.effects = self.read_events(rows["events"])
        self.pins = self.read_pins(rows["pins"])

    # -- time -------------------------------------------------------------------------------

    def read_time(self, scenario):
        def text(name, blank=None):
            row = scenario.get((name,))
            return blank if row is None else row.text("value", blank)
        self.months = {"quarter": 3, "month": 1}[text("step")]
        self.delta = self.months / 12.0
        self.start = month_number(text("start")) // self.months
        self.steps = int(float(text("steps")))
        levels = month_number(text("levels_as_of", text("start"))) // self.months
        # periods from the date of the levels to start; negative when they date after it
        self.level_age = (self.start - levels) * self.delta
        for name in ("us_start", "cn_start", "choice", "price_form", "demand_mode", "rationing"):
            setattr(self, name, text(name))

    def period(self, text):
        """The step that holds the first day of a date."""
        return month_number(text) // self.months - self.start

    def label(self, t):
        number = self.start + t
        if self.months == 3:
            return "%04dQ%d" % (number // 4, number % 4 + 1)
        return "%04d-%02d" % (number // 12, number % 12 + 1)

    # -- sets: ids in byte order, regimes in the order of their tables -------------------------

    def read_sets(self, rows):
        def ids(table):
            return sorted((key[0] for key in rows[table]), key=lambda name: name.encode())
        self.buyers, self.options = ids("buyers"), ids("options")
        self.vendors, self.platforms = ids("vendors"), ids("platforms")
        self.us = [key[0] for key in rows["us_regimes"]]
        self.cn = [key[0] for key in rows["cn_stances"]]
        option = {j: rows["options"][(j,)] for j in self.options}
        self.klass = {j: option[j].text("class") for j in self.options}
        self.vendor = {j: option[j].text("vendor") for j in self.options}
        self.platform = {j: option[j].text("platform") for j in self.options}
        self.owner = {j: option[j].text("owner", "all") for j in self.options}
        self.nest = {j: option[j].text("nest") for j in self.options}
        self.launch = {}
        for j in self.options:
            date = option[j].text("available_from")
            self.launch[j] = 0 if date is None else max(0, self.period(date))
        self.defer = [j for j in self.options if self.klass[j] == "defer"][0]
        self.goods = [j for j in self.options if j != self.defer]
        self.foreign = self.of_class("foreign")
        self.allowed = {w: set((rows["us_regimes"][(w,)].text("allowed") or "").split(";"))
                        for w in self.us}
        self.levy_form = {w: rows["us_regimes"][(w,)].text("levy_form", "revenue")
                          for w in self.us}

    def of_class(self, *names):
        return [j for j in self.options if self.klass[j] in names]

    # -- values -------------------------------------------------------------------------------

    def central_values(self):
        """Table -> id -> column -> number as the tables have it, factors included."""
        base = {"scenario": {}, "events": {}}
        for name in REALS["scenario"]:
            row = self.tables.rows["scenario"].get((name,))
            value = None if row is None else row.number("value")
            base["scenario"][name] = BLANK.get(("scenario", name)) if value is None else value
        for table in REALS:
            if table != "scenario":
                base[table] = {key: {column: self.value_of(table, row, column)
                                     for column in REALS[table]}
                               for key, row in self.tables.rows[table].items()}
        for event, cell in self.tables.probability.items():
            base["events"][(event,)] = {"probability": cell.number()}
        return base

    @staticmethod
    def value_of(table, row, column):
        value = row.number(column)
        return BLANK.get((table, column)) if value is None else value

    def copula(self):
        """Rows of the lower Cholesky factor of the normal scores, addresses in byte order."""
        correlations = self.tables.rows["correlations"]
        names = [prior.address for prior in self.priors]
        if not correlations:
            return {}
        matrix = [[1.0 if a == b else 0.0 for b in names] for a in names]
        for (a, b), row in correlations.items():
            r = 2.0 * math.sin(math.pi * row.number("rank") / 6.0)
            matrix[names.index(a)][names.index(b)] = r
            matrix[names.index(b)][names.index(a)] = r
        return dict(zip(names, cholesky(matrix)))

    def prior_uniforms(self, draws):
        """u of every prior after the copula: z = L Phi^{-1}(u), u = Phi(z)."""
        names = [prior.address for prior in self.priors]
        plain = {name: draws.uniform(rng.PARAM, 0, name) for name in names}
        if not self.factor_rows:
            return plain
        scores = [rng.normal_quantile(plain[name]) for name in names]
        out = {}
        for k, name in enumerate(names):
            row = self.factor_rows[name]
            if any(row[:k]):
                out[name] = dist.normal_cdf(sum(row[l] * scores[l] for l in range(k + 1)))
            else:       # its own score alone: the uniform as drawn
                out[name] = plain[name]
        return out

    def parameters(self, draws, margins):
        """The parameters of one path before events: priors first, factors multiply."""
        p = {table: {key: dict(cells) for key, cells in rows.items()}
             for table, rows in self.base.items() if table != "scenario"}
        p["scenario"] = dict(self.base["scenario"])
        uniforms = self.prior_uniforms(draws)
        for prior in self.priors:
            if not prior.targets:
                continue
            u = uniforms[prior.address]
            if prior.discrete:
                for edge in prior.discrete.boundaries():
                    margins.note(u, edge, "prior " + prior.address)
            draw = prior.law.quantile(u)
            for table, key, column in prior.targets:
                cell = self.tables.cell(table, key, column)
                value = draw * float(cell.text) if prior.relative else draw
                put(p, table, key, column, value * cell.factor)
        return p

    # -- events and pins ------------------------------------------------------------------------

    def read_events(self, rows):
        """Effects by period, in the order of the file (two on one cell never share a period)."""
        effects = {}
        for (event, date, parameter), row in rows.items():
            t = self.period(date)
            text = row.text("value")
            if parameter in ("us.regime", "cn.stance", "incidents"):
                value = float(text) if parameter == "incidents" else text
                found = [Effect(event, t, parameter, None, None, "=", value)]
            else:
                factor = text.startswith("*")
                value = float(text[1:] if factor else text)
                found = [Effect(event, t, table, key, column, "*" if factor else "=", value)
                         for table, key, column in self.tables.find(parameter, factor)]
            effects.setdefault(t, []).extend(found)
        return effects

    def read_pins(self, rows):
        """Actor -> state by period, None where its chain is free."""
        pins = {"us": [None] * self.steps, "cn": [None] * self.steps}
        for (date, actor), row in sorted(rows.items(), key=lambda kr: self.period(kr[0][0])):
            state = row.text("state")
            for t in range(self.period(date), self.steps):
                pins[actor][t] = None if state == "free" else state
        return pins


def put(p, table, key, column, value):
    if table == "scenario":
        p["scenario"][key[0]] = value
    else:
        p[table].setdefault(key, {})[column] = value


def get(p, table, key, column):
    """A value in force; a pair without a row has the value of a blank."""
    if table == "scenario":
        return p["scenario"][key[0]]
    return p[table].get(key, {}).get(column, BLANK.get((table, column)))


def cholesky(matrix):
    """L with L L' = matrix, L lower triangular."""
    n = len(matrix)
    lower = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(lower[i][k] * lower[j][k] for k in range(j))
            lower[i][j] = math.sqrt(rest) if i == j else rest / lower[j][j]
    return lower

