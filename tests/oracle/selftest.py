#!/usr/bin/env python3
"""What the twin must get right by itself: known answers and properties of docs/model.md."""

import math
import os
import sys
import tempfile

import chain
import choice
import dist
import ration
import rng
import small
import supply
from folder import load_tables
from model import run_path
from params import World
from worlds import write_world

FAILURES = []

# docs/model.md, A.3
PHILOX = (((0, 0, 0, 0), (0, 0), (0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)),
          ((0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344), (0xa4093822, 0x299f31d0),
           (0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)))
ADDRESSES = (
    (12345, 0, 1, 1, "/", 0x2a0c975e, 0.91648150477112778, 1.38178739512331),
    (12345, 0, 2, 2, "bytedance/", 0xbdda4f7f, 0.26714632903849445, -0.621466608618838),
    (12345, 7, 11, 11, "alibaba/nv_h20", 0x579dece1, 0.51768949561030342, 0.044355529844108),
    (0xdeadbeef12345678, 2**32 + 5, 4, 3, "/ascend_910c", 0x955b216a, 0.32376349492278889,
     -0.457200429265151),
    (0, 0, 0, 20, "scenario.levy_pass_through", 0x7c262a25, 0.18239227923725421,
     -0.906285877558908))

# docs/model.md, A.8, golden run G1: shares (NV, HW, DEFER), wallet, backlogs, carry, stocks
NAMES = ("NV", "HW", "DEFER", "wallet", "BL_NV", "BL_HW", "carry", "K_CUDA", "K_CANN")
GOLDEN = (
    (0.395262490564, 0.547076111507, 0.057661397929, 1000000000.000, 50572421.752, 23538055.754,
     131771875.435, 310368.827350, 145122.942450),
    (0.364446529197, 0.578611945434, 0.056941525369, 1131771875.435, 84462553.269, 89197391.193,
     238104761.420, 320231.961023, 188045.213029),
    (0.342012538920, 0.601734924155, 0.056252536925, 1238104761.420, 106896129.556,
     167104132.951, 343646796.316, 329614.063991, 228874.139769),
    (0.325045073696, 0.619319960813, 0.055634965491, 1343646796.316, 124762127.214,
     249625707.096, 449141577.455, 338538.596397, 267711.816256))


def near(what, got, expected, rtol=1e-12):
    if not abs(got - expected) <= rtol * abs(expected):
        FAILURES.append("%s: %r, expected %r" % (what, got, expected))


def equal(what, got, expected):
    if got != expected:
        FAILURES.append("%s: %r, expected %r" % (what, got, expected))


def run(tables, seed=1, sets=()):
    """All periods of path 0: a list of (path, record), each record with a copy of the books."""
    with tempfile.TemporaryDirectory() as folder:
        small.write_folder(folder, tables)
        world = World(load_tables(folder, sets))
    records = []
    for path, record in run_path(world, seed, 0):
        for name in ("backlog", "carry", "installed", "hold"):
            setattr(record, name, dict(getattr(path.s, name)))
        records.append(record)
    return records


def random_numbers():
    for counter, key, words in PHILOX:
        equal("Philox", rng.philox(counter, key), words)
    for seed, path, t, klass, name, ident, u, z in ADDRESSES:
        draws = rng.Draws(seed, path)
        equal("id of " + name, rng.fnv1a(name), ident)
        equal("u of " + name, draws.uniform(klass, t, name), u)
        near("z of " + name, draws.normal(klass, t, name), z, 1e-13)


def distributions():
    """F(F^{-1}(u)) = u, and fitted intervals hold their credibility."""
    laws = [dist.build("pert", 1.0, 2.0, 7.0, None, None),
            dist.build("triangular", 1.0, 2.0, 7.0, None, None),
            dist.build("normal", 1.0, None, 7.0, 0.8, None),
            dist.build("lognormal", 1.0, None, 7.0, None, None),
            dist.build("gamma", 1.0, None, 7.0, None, None),
            dist.build("gamma_rate", 0.7, None, 2.0, None, None),
            dist.build("beta", 0.1, None, 0.6, None, None)]
    for law in laws:
        for u in (1e-4, 0.013, 0.4, 0.5, 0.77, 0.999):
            near(type(law).__name__, law.cdf(law.quantile(u)), u, 1e-12)
    for law, low, high in ((laws[3], 1.0, 7.0), (laws[4], 1.0, 7.0), (laws[6], 0.1, 0.6)):
        near("low end", law.quantile(0.05), low)
        near("high end", law.quantile(0.95), high)
    # beta(2, 2) has the cubic F = 3x^2 - 2x^3, gamma(2) the tail (1 + x) e^-x
    near("beta(2,2)", dist.ScaledBeta(2.0, 2.0).cdf(0.3), 3 * 0.09 - 2 * 0.027)
    near("gamma(2)", dist.Gamma(2.0, 1.0).cdf(1.7), 1.0 - 2.7 * math.exp(-1.7))
    equal("discrete", [dist.build("discrete", None, None, None, None, "3:1;1:1;2:2").quantile(u)
                       for u in (0.1, 0.3, 0.7, 0.8)], [1.0, 2.0, 2.0, 3.0])


def golden_run():
    records = run(small.golden_tables())
    for r, row in zip(records, GOLDEN):
        got = (r.share["buyer"]["nv"], r.share["buyer"]["hw"], r.share["buyer"]["wait"],
               r.wallet["buyer"], r.backlog["buyer", "nv"], r.backlog["buyer", "hw"],
               r.carry["buyer"], r.installed["buyer", "nv"], r.installed["buyer", "hw"])
        digits = (12, 12, 12, 3, 3, 3, 3, 6, 6)      # as the document prints them
        for name, value, expected, places in zip(NAMES, got, row, digits):
            if abs(value - expected) > 0.51 * 10.0 ** -places + 1e-13 * expected:
                FAILURES.append("G1 t=%d %s: %r" % (r.t, name, value))
        near("G1 units NV", r.units["buyer", "nv"], 25000.0)
        near("G1 units HW", r.units["buyer", "hw"], 50000.0)
        near("G1 levy", r.levy["nv"] * r.total_units["nv"], 44117647.059, 1e-11)


def choices():
    names = list("abcdefgh")
    alone = choice.shares({j: 3.0 for j in names}, {j: j for j in names},
                          {j: 1.0 for j in names})
    for j in names:
        near("P1 logit", alone[j], 1.0 / 8.0)
    nests = dict(zip(names, "xxxyyzzz"))
    nested = choice.shares({j: 3.0 for j in names}, nests, {n: 0.5 for n in "xyz"})
    near("P1 nest of 3", nested["a"], 0.118350341907227)
    near("P1 nest of 2", nested["d"], 0.144948974278318)
    values = {j: -2.0 * math.log(x) for j, x in zip("abc", (1.0, 2.0, 4.0))}
    p6 = choice.shares(values, {j: j for j in "abc"}, {j: 1.0 for j in "abc"})
    for j, expected in zip("abc", (16 / 21, 4 / 21, 1 / 21)):
        near("P6", p6[j], expected)


def quota():
    klass = dict(a="foreign", b="foreign", c="domestic", d="domestic", e="grey", f="rent",
                 o="defer")
    share = dict(a=0.2, b=0.1, c=0.15, d=0.05, e=0.1, f=0.15, o=0.25)
    for goal in (0.1, 0.5, 1.0):
        new, bound = choice.project_quota(share, klass, goal, chain.Margins(), "")
        inside, outside = new["c"] + new["d"], new["a"] + new["b"] + new["e"]
        near("P9 fraction", inside / (inside + outside), max(goal, 0.2 / 0.6))
        near("P9 ratio in D", new["c"] / new["d"], 3.0)
        equal("P9 outside", (new["f"], new["o"]), (0.15, 0.25))
        equal("P9 bound", bound, goal > 0.2 / 0.6)
    equal("P9 g = 1", (new["a"], new["b"], new["e"]), (0.0, 0.0, 0.0))


def one_step(foreign_share, alpha, levy):
    """P12: MNL, unlimited supply, one foreign and one domestic option with odds S0 : 1-S0."""
    tables = small.golden_tables(steps=1)
    small.change(tables, "buyers", "buyer", price_sensitivity=alpha, lock_in=0, exposure=0)
    odds = math.log(foreign_share / (1.0 - foreign_share))
    small.change(tables, "options", "nv", capacity_units_per_year="", intercept=repr(odds))
    small.change(tables, "options", "hw", capacity_units_per_year="")
    small.change(tables, "options", "wait", intercept=-1e5)
    small.change(tables, "us_regimes", "levy", levy_rate=repr(levy))
    r = run(tables)[0]
    equal("P17 unlimited", (r.unserved["nv"], r.unserved["hw"], sum(r.backlog.values())),
          (0.0, 0.0, 0.0))
    return r.share["buyer"]["nv"], r.levy["nv"] * r.total_units["nv"]


def best_levy():
    for s0, alpha, expected in ((0.5, 2, 0.4039283620), (0.8, 1, 0.6909830056),
                                (0.05, 3, 0.2540735260)):
        share, receipts = one_step(s0, alpha, expected)
        left = s0 * (1.0 - expected) ** alpha
        near("P12 share", share, left / (left + 1.0 - s0))
        near("P12 best levy", 1.0 / (1.0 + alpha * (1.0 - share)), expected, 1e-9)
        for other in (expected - 0.01, expected + 0.01):
            if one_step(s0, alpha, other)[1] >= receipts:
                FAILURES.append("P12: receipts are not maximal at %r" % expected)
    near("P10 15 %", supply.price_with_levy(1.0, 0.15, "revenue", 1.0)[0], 1.176470588235294)
    near("P10 25 %", supply.price_with_levy(1.0, 0.25, "revenue", 1.0)[0], 1.333333333333333)


def rationing():
    claims = dict(a=10.0, b=20.0, c=70.0)
    tier = dict(a=1.0, b=0.0, c=0.0)
    for rule, expected in (("proportional", (6.0, 12.0, 42.0)), ("uniform", (10.0, 20.0, 30.0)),
                           ("priority", (10.0, 50.0 * 2 / 9, 50.0 * 7 / 9))):
        award = ration.award(rule, claims, 60.0, tier)
        for i, value in zip("abc", expected):
            near("P14 " + rule, award[i], value)
    first = ration.award("backlog_first", claims, 60.0, tier, dict(a=0.0, b=10.0, c=20.0))
    near("P14 backlog first", sum(first.values()), 60.0)
    near("P14 backlog first, new money", first["a"], 30.0 / 7.0)


def spill_over():
    """P15: shares (.6, .3, .1), money 100, supply of the first 30, patience 0."""
    tables = small.golden_tables(steps=1)
    small.change(tables, "buyers", "buyer", budget_usd_per_year=400, price_sensitivity=0,
                 lock_in=0, exposure=0)
    small.change(tables, "us_regimes", "levy", levy_rate=0)
    for name, share, units in (("nv", 0.6, 120), ("hw", 0.3, "")):
        small.change(tables, "options", name, price_usd=1, intercept=repr(math.log(share)),
                     capacity_units_per_year=units, backlog_patience_per_quarter=0)
    small.change(tables, "options", "wait", intercept=repr(math.log(0.1)))
    r = run(tables)[0]
    for what, got, expected in (("first", r.delivered["buyer", "nv"], 30.0),
                                ("second", r.delivered["buyer", "hw"], 52.5),
                                ("defer", r.deferred["buyer"], 17.5)):
        near("P15 " + what, got, expected)


def chains():
    two = chain.generator(2, lambda k, l: 1.2 if k == 0 else 0.4)
    near("P19 quarter", chain.expm(two, 0.25)[0][1], 0.247259965473271)
    near("P19 year", chain.expm(two, 1.0)[0][1], 0.598577611504, 1e-11)
    near("P19 stationary", chain.expm(two, 200.0)[0][1], 0.75)
    four = chain.generator(4, lambda k, l: (0.3, 1.7, 0.05, 0.9)[(k + 2 * l) % 4])
    month, quarter = chain.expm(four, 1.0 / 12.0), chain.expm(four, 0.25)
    cube = chain.multiply(month, chain.multiply(month, month))
    for k in range(4):
        for l in range(4):
            near("P20", cube[k][l], quarter[k][l])
    one = chain.generator(2, lambda k, l: 0.7 if k == 0 else 5.0)
    near("P21", chain.hit_probability(one, 0, (False, True), 1.5), -math.expm1(-0.7 * 1.5))
    equal("P21 there already", chain.hit_probability(one, 1, (False, True), 1.5), 0.0)


def inquiries():
    """P24: q = 2, x = .6: three months equal one quarter."""
    found = []
    for step in ("month", "quarter"):
        tables = small.golden_tables(steps=1, step=step)
        small.change(tables, "buyers", "buyer", exposure=0.6)
        small.change(tables, "cn_stances", "quiet", inquiries_per_year=2)
        found.append(run(tables)[0].inquiry["buyer"])
    near("P24 quarter", found[1], 0.259181779318, 1e-11)
    near("P24 months", 1.0 - (1.0 - found[0]) ** 3, found[1])


def pinned_ban():
    """P25: no foreign units, levy or revenue; queues are refunded at once."""
    tables = small.golden_tables()
    tables["us_regimes"].insert(0, dict(id="ban", allowed="", levy_rate=0, licence_throughput=0,
                                        licence_sd=1))
    tables["us_rates"] = [{"from": "levy", "to": "ban", "rate_per_year": 0.5}]
    tables["pins"] = [dict(date="2025Q4", actor="us", state="ban"),
                      dict(date="2025Q2", actor="us", state="levy")]
    records = run(tables)
    equal("P25 pinned", [r.us for r in records], ["levy", "levy", "ban", "ban"])
    for r in records[2:]:
        equal("P25 nothing", (r.total_units["nv"], r.unserved["nv"], r.backlog["buyer", "nv"]),
              (0.0, 0.0, 0.0))
    near("P25 refund", records[2].refunded["buyer"], records[1].backlog["buyer", "nv"])


def random_ledgers():
    """P16: the ledger of every buyer and step of random worlds closes (run_path checks it)."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(12):
            place = os.path.join(folder, str(number))
            write_world(number, place)
            world = World(load_tables(os.path.join(place, "scenario")))
            for path in range(2):
                for _, record in run_path(world, 99, path):
                    for j, units in record.total_units.items():
                        if not 0.0 <= units <= record.supply[j] * (1.0 + 1e-12):
                            FAILURES.append("P18: world %d, %s" % (number, j))


def main():
    for check in (random_numbers, distributions, golden_run, choices, quota, best_levy,
                  rationing, spill_over, chains, inquiries, pinned_ban, random_ledgers):
        before = len(FAILURES)
        check()
        print("%-16s %s" % (check.__name__, "ok" if len(FAILURES) == before else "FAILED"))
    for failure in FAILURES[:40]:
        print(failure, file=sys.stderr)
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
