"""One path through the twelve steps of docs/model.md, A.4.

`World` is what all paths share, `Path` one path: its parameters `p`, its state `s`, its draws.
Every step reads the path and a record `r` of the quantities of this period, and adds to both.
"""

from types import SimpleNamespace

import rng
from books import check_ledger, close_books, deliver
from chain import Margins
from clearing import clear_market
from demand import budgets, place_orders, scrutiny, utilities_and_shares
from policy import anticipation, policy
from supply import advance_trends, deliverable_supply, prices, start_trends


def initial_state(w, p):
    """Everything 0 but adequacy, stocks and the domestic capacity index."""
    pairs = [(i, j) for i in w.buyers for j in w.goods]
    s = SimpleNamespace()
    s.us = s.cn = None
    s.memory = {name: 0.0 for name in ("us_tighter", "us_looser", "cn_tighter", "cn_looser")}
    s.incidents = 0.0
    s.adequacy = p["scenario"]["adequacy_reference"]
    s.budget_deviation = {i: 0.0 for i in w.buyers}
    s.price_deviation = {j: 0.0 for j in w.goods}
    s.supply_deviation = {j: 0.0 for j in w.goods}
    s.cumulative = {j: 0.0 for j in w.goods}
    s.taste = {pair: 0.0 for pair in pairs}
    s.carry = {i: 0.0 for i in w.buyers}
    s.debt = {i: 0.0 for i in w.buyers}
    s.compute_price = {i: None for i in w.buyers}       # None: still the reference price
    s.backlog = {pair: 0.0 for pair in pairs}
    s.hold = {pair: 0.0 for pair in pairs}
    stock = p["installed"]
    s.installed = {pair: stock.get(pair, {}).get("pflops", 0.0) for pair in pairs}
    s.experience = {(i, y): sum(s.installed[i, j] for j in w.goods if w.platform[j] == y)
                    for i in w.buyers for y in w.platforms}
    s.wait = {j: 0.0 for j in w.goods}
    s.shortage = {j: 0.0 for j in w.goods}
    s.foreign_shortage = 0.0
    return s


class Path:
    """One path: p, s, the draws, the trends G and which events happen."""

    def __init__(self, world, seed, number):
        self.w = world
        self.draws = rng.Draws(seed, number)
        self.margins = Margins()
        self.p = world.parameters(self.draws, self.margins)
        self.s = initial_state(world, self.p)
        self.capacity_index, self.trend = start_trends(world, self.p)
        self.happens = {event[0]: self.event_happens(event[0]) for event in self.p["events"]}

    def event_happens(self, event):
        probability = self.p["events"][event,]["probability"]
        u = self.draws.uniform(rng.EVENT, 0, event)
        if 0.0 < probability < 1.0:
            self.margins.note(u, probability, "event " + event)
        return u < probability

    def step(self, t):
        """The twelve steps in order; returns the record of the period."""
        r = SimpleNamespace(t=t)
        s = self.s
        r.opening = {i: s.carry[i] + sum(s.backlog[i, j] + s.hold[i, j] for j in self.w.goods)
                     for i in self.w.buyers}
        policy(self, r)                     # 1
        advance_trends(self, r)
        prices(self, r)                     # 2
        deliverable_supply(self, r)         # 3
        budgets(self, r)                    # 4
        anticipation(self, r)               # 5
        utilities_and_shares(self, r)       # 6
        place_orders(self, r)               # 7
        scrutiny(self, r)                   # 8
        clear_market(self, r)               # 9
        deliver(self, r)                    # 10
        close_books(self, r)                # 11
        check_ledger(self, r)               # 12
        return r


def run_path(world, seed, number):
    """Yields (path, record) after every period; the state is that at the end of it."""
    path = Path(world, seed, number)
    for t in range(world.steps):
        yield path, path.step(t)
