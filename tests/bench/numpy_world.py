"""A scenario as arrays whose last axis is the path.

A parameter that is the same in all paths has a last axis of length 1 and is broadcast. Options
stand by class, so that every class is a slice: domestic, foreign, grey, rent, defer. Scenarios
are read by the twin of tests/oracle.
"""

import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))

import dist  # noqa: E402
import rng  # noqa: E402
from folder import load_tables  # noqa: E402
from params import World, cholesky  # noqa: E402

CLASSES = ("domestic", "foreign", "grey", "rent", "defer")
NODES = np.linspace(-7.5, 7.5, 2001)        # normal scores at which quantiles are tabulated


class ArrayWorld(World):
    """The twin's world with its sets as slices and index arrays."""

    def __init__(self, folder, sets=()):
        super().__init__(load_tables(folder, list(sets)))
        self.arrange_options()
        if self.rationing != "proportional":
            raise SystemExit("numpy: only rationing = proportional is written here")
        us, cn = range(len(self.us)), range(len(self.cn))
        self.us_allowed = np.array([[j in self.allowed[w] for w in self.us]
                                    for j in self.goods[self.F]])
        self.levy_on_revenue = np.array([self.levy_form[w] == "revenue" for w in self.us])
        self.state_ban = np.array([self.base["cn_stances"][b,]["state_ban"] for b in self.cn])
        self.state_funded = np.array([self.base["buyers"][i,]["state_funded"]
                                      for i in self.buyers])[:, None]
        self.us_tighter = np.array([[[l < k] for l in us] for k in us])
        self.cn_tighter = np.array([[[l > k] for l in cn] for k in cn])
        self.laws = [Law(self, prior) for prior in self.priors if prior.targets]
        self.joined = [k for k, law in enumerate(self.laws) if law.joined]
        self.factor = self.copula_of(self.joined)

    def arrange_options(self):
        self.options.sort(key=lambda j: CLASSES.index(self.klass[j]))
        self.goods = self.options[:-1]
        count = [sum(k == name for k in self.klass.values()) for name in CLASSES]
        edge = np.cumsum([0] + count)
        self.D, self.F, self.G, self.R = (slice(a, b) for a, b in zip(edge[:4], edge[1:5]))
        self.FG, self.FGR = slice(edge[1], edge[3]), slice(edge[1], edge[4])
        self.owned = slice(0, edge[3])
        self.platform_of = np.array([self.platforms.index(self.platform[j]) for j in self.goods])
        self.members = [np.flatnonzero(self.platform_of == y)
                        for y in range(len(self.platforms))]
        names = (sorted(set(self.nest.values())) if self.choice == "nested" else self.options)
        nest_of = self.nest if self.choice == "nested" else {j: j for j in self.options}
        self.nest_names = names
        self.nests = [as_slice([k for k, j in enumerate(self.options) if nest_of[j] == n])
                      for n in names]
        self.may_own = np.array([[[self.owner[j] in ("all", i)] for i in self.buyers]
                                 for j in self.goods])
        self.launches = np.array([self.launch[j] for j in self.goods])[:, None]

    def copula_of(self, joined):
        names = [self.laws[k].address for k in joined]
        matrix = np.eye(len(names))
        for (a, b), row in self.tables.rows["correlations"].items():
            if a in names and b in names:
                rank = 2.0 * np.sin(np.pi * row.number("rank") / 6.0)
                matrix[names.index(a), names.index(b)] = rank
                matrix[names.index(b), names.index(a)] = rank
        return np.array(cholesky(matrix.tolist()))

    def rows_of(self, table):
        """Keys of a table in the order of its array, one tuple per row."""
        one = {"scenario": [""], "buyers": self.buyers, "options": self.options,
               "vendors": self.vendors, "platforms": self.platforms,
               "nests": [n for (n,) in self.base["nests"]], "us_regimes": self.us,
               "cn_stances": self.cn, "events": [event for (event,) in self.base["events"]]}
        pairs = {"installed": (self.buyers, self.goods), "tastes": (self.buyers, self.goods),
                 "us_rates": (self.us, self.us), "cn_rates": (self.cn, self.cn)}
        if table in one:
            return [(name,) for name in one[table]]
        first, second = pairs[table]
        return [(a, b) for a in first for b in second]


def as_slice(members):
    """A slice if the members are neighbours: a view costs nothing."""
    first, last = members[0], members[-1]
    return slice(first, last + 1) if last - first + 1 == len(members) else np.array(members)


class Law:
    """A prior: NumPy's sampler where it has one, else (and in a copula) a table of quantiles."""

    def __init__(self, world, prior):
        self.address, self.relative, self.targets = prior.address, prior.relative, prior.targets
        row = world.factor_rows.get(prior.address, [])
        pairs = world.tables.rows["correlations"]
        self.joined = bool(row) and any(prior.address in pair for pair in pairs)
        law = prior.law
        if isinstance(law, dist.Cut) and law.low == 0.0 and law.high == 1.0:
            law = law.inner
        self.law = law
        self.table = None
        if self.joined or not isinstance(law, (dist.ScaledBeta, dist.Gamma, dist.Lognormal)):
            self.table = np.array([law.quantile(dist.normal_cdf(z)) for z in NODES])

    def sample(self, random, paths):
        law = self.law
        if isinstance(law, dist.ScaledBeta):
            return law.low + (law.high - law.low) * random.beta(law.a, law.b, paths)
        if isinstance(law, dist.Gamma):
            return law.scale * random.standard_gamma(law.shape, paths)
        return random.lognormal(law.log.mean, law.log.sd, paths)


class Parameters:
    """Cells of all paths of a chunk: p[table, column] is an array [rows..., paths or 1]."""

    def __init__(self, world):
        self.world = world
        self.row = {}
        self.fixed = {}
        for table, cells in world.base.items():
            keys = world.rows_of(table)
            self.row[table] = {key: k for k, key in enumerate(keys)}
            columns = cells if table == "scenario" else next(iter(cells.values()), {})
            for column in columns:
                values = [cells[column] if table == "scenario"
                          else cells.get(key, {}).get(column, 0.0) for key in keys]
                self.fixed[table, column] = np.array(values, dtype=float)[:, None]
        self.value = {}

    def start(self, draws):
        """Tables with the priors of `draws` (law index -> [paths]) put in."""
        self.value = dict(self.fixed)
        for law, draw in zip(self.world.laws, draws):
            for table, key, column in law.targets:
                cell = self.world.tables.cell(table, key, column)
                factor = cell.factor * (float(cell.text) if law.relative else 1.0)
                self.put(table, key, column, draw if factor == 1.0 else draw * factor)

    def place(self, table, key, column):
        if table == "scenario":
            return (table, key[0]), 0
        return (table, column), self.row[table][key]

    def put(self, table, key, column, value):
        name, row = self.place(table, key, column)
        cells = self.value[name]
        if cells.shape[1] == 1 or cells is self.fixed[name]:
            cells = self.value[name] = np.repeat(cells, value.size // cells.shape[1], axis=1)
        cells[row] = value

    def get(self, table, key, column):
        name, row = self.place(table, key, column)
        return self.value[name][row]

    def __getitem__(self, name):
        """An array by (table, column): [rows, paths], pairs [option, buyer] or [from, to]."""
        cells = self.value[name]
        table = name[0]
        w = self.world
        if table in ("installed", "tastes"):
            return cells.reshape(len(w.buyers), len(w.goods), -1).transpose(1, 0, 2)
        if table in ("us_rates", "cn_rates"):
            states = len(w.us if table == "us_rates" else w.cn)
            return cells.reshape(states, states, -1)
        return cells

    def scalar(self, column):
        return self.value["scenario", column][0]
