"""The twelve steps of docs/model.md over all paths of a chunk at once, with NumPy.

Arrays are [option, buyer, path], [option, path], [buyer, path] or [path]: the path comes last,
so that every operation runs over long rows. What is the same in all steps is formed once a chunk
(`derive`); one exponential per utility serves every later split; the rounds of step 9 go on only
with the paths that still have money to place.
"""

import numpy as np

from numpy_formulas import TINY, fraction_due, omega, uniformised
from numpy_steps import STEPS
from numpy_world import rng


class Chunk:
    """Parameters, state and the quantities of the present step of a chunk of paths."""

    def __init__(self, world, parameters, draws):
        self.w, self.p, self.draws = world, parameters, draws
        self.n = draws.paths
        self.every = np.arange(self.n)
        self.p.start(draws.priors())
        self.events = {}
        for (event,), cells in world.base["events"].items():
            u = draws.uniform(rng.EVENT, 0, [event])[0]
            self.events[event] = u < self.p.get("events", (event,), "probability")
        self.name_draws()
        self.start_state()
        self.derive()

    def name_draws(self):
        """Names of the draws of a step."""
        w = self.w
        self.buyer_names = [i + "/" for i in w.buyers]
        self.option_names = ["/" + j for j in w.goods]
        self.pair_names = [i + "/" + j for j in w.goods for i in w.buyers]

    def zeros(self, *shape):
        return np.zeros(shape + (self.n,))

    def start_state(self):
        w, p = self.w, self.p
        buyers, goods = len(w.buyers), len(w.goods)
        self.us = np.full(self.n, w.us.index(w.us_start))
        self.cn = np.full(self.n, w.cn.index(w.cn_start))
        self.us_memory, self.cn_memory = self.zeros(2), self.zeros(2)   # tighter, looser
        self.incident_memory = self.zeros()
        self.adequacy = np.broadcast_to(p.scalar("adequacy_reference"), self.n)
        self.budget_deviation, self.carry, self.debt = (self.zeros(buyers) for _ in range(3))
        self.price_deviation = self.zeros(goods)
        self.supply_deviation = self.zeros(w.FGR.stop - w.FGR.start)
        self.cumulative, self.wait, self.shortage = (self.zeros(goods) for _ in range(3))
        self.foreign_shortage = self.zeros()
        self.taste, self.backlog = self.zeros(goods, buyers), self.zeros(goods, buyers)
        self.hold = self.zeros(w.F.stop - w.F.start, buyers)
        self.installed = self.zeros(goods, buyers) + p["installed", "pflops"]
        self.experience = np.array([self.installed[m].sum(axis=0) for m in w.members])
        self.compute_price = self.zeros(buyers) + p.scalar("reference_price_usd_per_pflops")
        rows = np.where(w.launches == 0, w.level_age, 0.0)
        self.price_trend = self.good("price_drift_per_year") * rows
        growth = self.good("capacity_growth_per_year") * rows
        self.capacity_trend, self.index = growth[w.FGR], np.exp(growth[w.D])
        self.budget_trend = p["buyers", "budget_growth_per_year"] * w.level_age
        self.target_trend = p["buyers", "compute_target_growth_per_year"] * w.level_age
        self.hbm_trend = p.scalar("hbm_growth_per_year") * w.level_age
        self.price_variance = self.supply_variance = self.budget_variance = 0.0

    def good(self, column):
        return self.p["options", column][:-1]

    def derive(self):
        """What depends on parameters only; formed again when an event changes one."""
        w, p, delta = self.w, self.p, self.w.delta
        self.ou = {}
        for name, sigma, kappa in (
                ("price", self.good("price_volatility"), self.good("price_reversion_per_year")),
                ("supply", self.good("capacity_volatility")[w.FGR],
                 self.good("capacity_reversion_per_year")[w.FGR]),
                ("budget", p["buyers", "budget_volatility"],
                 p.scalar("budget_reversion_per_year"))):
            self.ou[name] = np.exp(-kappa * delta), np.sqrt(omega(sigma, kappa, delta))
        kappa = p.scalar("taste_reversion_per_year")
        self.ou["taste"] = (np.exp(-kappa * delta), p.scalar("taste_volatility")
                            * np.sqrt(-np.expm1(-2.0 * kappa * delta)))
        learning = np.nan_to_num(self.good("learning_rate"))
        self.learning_power = -np.log2(1.0 - learning) * np.nan_to_num(
            self.good("learning_price_share"))
        self.learners = as_rows(self.learning_power)
        m = p["buyers", "training_share"]
        self.usefulness = (
            m * (self.good("training_factor") * self.good("network_factor"))[:, None]
            + (1.0 - m) * self.good("inference_factor")[:, None])
        self.pflops = self.good("pflops_fp16")
        with np.errstate(divide="ignore"):
            self.log_useful = np.log(self.pflops[:, None] * self.usefulness
                                     * p.scalar("reference_price_usd_per_pflops"))
        self.intercept = self.good("intercept")[:, None] + p["tastes", "intercept"]
        self.decay = np.exp(-self.good("depreciation_per_year") * delta)[:, None]
        self.patience = self.good("backlog_patience_per_quarter") ** (4.0 * delta)
        self.lapse = np.exp(-p.scalar("lapse_per_year") * delta)
        self.due = fraction_due(delta, p.scalar("pull_forward_repay_years"))
        self.release = fraction_due(delta, p.scalar("hold_mean_years"))
        self.remember = np.exp(-p.scalar("reaction_decay_per_year") * delta)
        self.incident_decay = np.exp(-p.scalar("incident_decay_per_year") * delta)
        self.lam = ([p.value["nests", "dissimilarity"][p.row["nests"][n,]]
                     for n in w.nest_names] if w.choice == "nested" else [1.0] * len(w.nests))
        self.learning_platforms = as_rows(p["platforms", "learning_exponent"])
        self.derive_hazards()

    def derive_hazards(self):
        """Hit probabilities of every starting state [state, path], per set of closed options."""
        w, p = self.w, self.p
        self.us_hit = [None] * len(w.us_allowed)
        for j, allowed in enumerate(w.us_allowed):
            same = [k for k in range(j) if (w.us_allowed[k] == allowed).all()]
            self.us_hit[j] = (self.us_hit[same[0]] if same
                              else self.hit("us_rates", ~allowed[:, None]))
        self.cn_hit = self.hit("cn_rates", p["cn_stances", "customs_pass"] < 0.5)

    def hit(self, table, target):
        """P(the target is entered within H), from the chain with the target made absorbing."""
        rates = self.p[table, "rate_per_year"] * ~target[:, None]
        rates = rates + self.zeros(1, 1)
        inside = target + self.zeros(1)
        chance = uniformised(rates, self.p.scalar("anticipation_horizon_years"), inside, False)
        return chance * (1.0 - inside)

    def pick(self, column, of):
        """A column of the regime or stance in force, [path]."""
        cells = self.p[of, column]
        state = self.us if of == "us_regimes" else self.cn
        return cells[state, 0] if cells.shape[1] == 1 else cells[state, self.every]

    def split(self, weight, scale, lam):
        """Nested logit over what has a weight e^{V/lambda} > 0: weights become shares."""
        sums = [weight[nest].sum(axis=0) for nest in self.w.nests]
        tops = [s * np.power(x, power) for s, x, power in zip(scale, sums, lam)]
        total = sum(tops[1:], tops[0])
        for nest, x, top in zip(self.w.nests, sums, tops):
            weight[nest] *= top / ((x + TINY) * total)
        return weight

    def run(self):
        """All steps; yields the chunk after each."""
        for self.t in range(self.w.steps):
            for step in STEPS:
                step(self)
            yield self


def as_rows(array):
    """The rows in which some path has a number other than 0."""
    rows = np.flatnonzero((array != 0.0).any(axis=1))
    return rows if rows.size < len(array) else slice(None)
