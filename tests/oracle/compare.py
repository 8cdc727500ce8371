#!/usr/bin/env python3
"""Join two traces and say whether they are the same numbers.

|a - b| <= rtol max(|a|, |b|) + floor, with floor = rtol x natural scale where a value can be the
small rest of a subtraction.  The natural scales are the table below; every other metric has none.
Paths with a close call (a margin below 1e-12) are left out and counted.
"""

import argparse
import csv
import sys
from collections import defaultdict

CLOSE_CALL = 1e-12
LEFT_OUT_LIMIT = 1e-4
TEXT_METRICS = ("us_regime", "cn_stance")

# money: what the buyer handles in the period, wallet + pull-forward + backlog + holds
MONEY = {"order_usd", "spend_usd", "backlog_usd", "hold_usd", "budget_usd", "wallet_usd",
         "pull_forward_usd", "repaid_usd", "refunded_usd", "compliance_usd", "refused_usd",
         "forfeited_usd", "deferred_usd", "lapsed_usd", "carry_usd", "debt_usd", "unserved_usd",
         "claims_usd", "levy_receipts_usd", "levy_on_buyers_usd"}
# deliveries: what that money would buy at the buyer's average of the period
DELIVERED = {"delivered_units", "delivered_pflops", "delivered_effective_pflops"}
# exponents, scores and differences of ratios near 1: their natural scale is 1
UNIT = {"utility", "taste_deviation", "budget_deviation", "price_deviation", "supply_deviation",
        "us_tilt", "cn_tilt", "shortfall", "shortage", "foreign_shortage", "unmet_share",
        "grey_premium", "hazard", "inquiry_probability", "wait_years"}
# shares of delivered money: 1, times the money over what was delivered
SHARES = ("_share_spend", "_share_units", "_share_pflops", "_share_effective")


def read_trace(path):
    """path -> (step, buyer, option, metric) -> text, in the order of the file."""
    paths = defaultdict(dict)
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        column = {name: k for k, name in enumerate(next(reader))}
        order = [column[name] for name in
                 ("path", "step", "buyer", "option", "metric", "value", "date")]
        for row in reader:
            number, step, buyer, option, metric, value, date = (row[k] for k in order)
            rows = paths[int(number)]
            key = (int(step), buyer, option, metric)
            if key in rows:
                raise SystemExit("%s: %s twice in path %s" % (path, key, number))
            rows[key] = value
            rows[int(step), "", "", "date"] = date
    return paths


def number(text):
    return float(text) if text not in (None, "") else 0.0


class Scales:
    """Natural scales of one path, from the first trace's own margins."""

    def __init__(self, rows):
        self.rows = rows

    def value(self, step, buyer, metric):
        return abs(number(self.rows.get((step, buyer, "all", metric))))

    def money(self, step, buyer):
        return sum(self.value(step, buyer, metric) for metric in
                   ("wallet_usd", "pull_forward_usd", "backlog_usd", "hold_usd"))

    def of(self, key):
        step, buyer, _, metric = key
        if metric in UNIT:
            return 1.0
        if metric in MONEY or metric.endswith(("_revenue_gross_usd", "_revenue_net_usd")):
            return self.money(step, buyer)
        if metric in DELIVERED or metric == "realised_share" or metric.endswith(SHARES):
            spend = self.value(step, buyer, "spend_usd")
            times = self.money(step, buyer) / spend if spend > 0.0 else 0.0
            return times * (self.value(step, buyer, metric) if metric in DELIVERED else 1.0)
        return 0.0


class Report:
    def __init__(self, rtol):
        self.rtol = rtol
        self.compared, self.missing, self.bad = 0, [], []
        self.worst = {}

    def compare(self, path, a_rows, b_rows):
        scales = Scales(a_rows)
        for key in a_rows.keys() | b_rows.keys():
            if key not in a_rows or key not in b_rows:
                self.missing.append((path, key, "second" if key in a_rows else "first"))
                continue
            self.compare_value(path, key, a_rows[key], b_rows[key], scales)

    def compare_value(self, path, key, a, b, scales):
        self.compared += 1
        metric = key[3]
        if a == b:
            self.worst.setdefault(metric, (0.0, path, key, a, b))
            return
        if metric in TEXT_METRICS or metric == "date" or "" in (a, b):
            self.bad.append((path, key, a, b))
            return
        x, y = float(a), float(b)
        if x == y:
            self.worst.setdefault(metric, (0.0, path, key, a, b))
            return
        size = max(abs(x), abs(y), scales.of(key))
        difference = abs(x - y) / size if size < float("inf") else float("inf")
        if difference >= self.worst.get(metric, (-1.0,))[0]:
            self.worst[metric] = (difference, path, key, a, b)
        if not difference <= self.rtol:
            self.bad.append((path, key, a, b))


def close_calls(path):
    if path is None:
        return {}
    with open(path, encoding="utf-8", newline="") as file:
        return {int(row["path"]): row["where"] for row in csv.DictReader(file)
                if float(row["margin"]) < CLOSE_CALL}


def describe(items, limit=8):
    """The earliest disagreements of a list of (path, key, ...), which are their causes."""
    for path, key, *rest in sorted(items, key=lambda item: (item[0], item[1]))[:limit]:
        step, buyer, option, metric = key
        print("  path %d step %d %s[%s/%s]: %s" % (path, step, metric, buyer, option,
                                                   " against ".join(rest)))
    if len(items) > limit:
        print("  ... and %d more" % (len(items) - limit))


def metrics_of(items):
    return ", ".join(sorted({item[1][3] for item in items}))


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument("--margins", help="the twin's margins: close calls are left out")
    parser.add_argument("--rtol", type=float, default=1e-9)
    parser.add_argument("--worst", type=int, default=5, help="metrics to list")
    args = parser.parse_args(argv)
    first, second = read_trace(args.first), read_trace(args.second)
    left_out = close_calls(args.margins)
    report = Report(args.rtol)
    paths = sorted(first.keys() | second.keys())
    for path in paths:
        if path not in left_out:
            report.compare(path, first.get(path, {}), second.get(path, {}))
    return verdict(report, paths, left_out, args)


def verdict(report, paths, left_out, args):
    skipped = [path for path in paths if path in left_out]
    print("%d values in %d paths compared, %d paths left out as close calls"
          % (report.compared, len(paths) - len(skipped), len(skipped)))
    for path in skipped[:5]:
        print("  path %d: %s" % (path, left_out[path]))
    if report.missing:
        print("%d rows are missing on one side (%s); absent from the one named:"
              % (len(report.missing), metrics_of(report.missing)))
        describe(report.missing)
    if report.bad:
        print("%d values differ (%s); the earliest:"
              % (len(report.bad), metrics_of(report.bad)))
        describe(report.bad)
    for metric, worst in sorted(report.worst.items(), key=lambda kv: -kv[1][0])[:args.worst]:
        difference, path, (step, buyer, option, _), a, b = worst
        print("  worst %s %.1e at path %d step %d [%s/%s] %s %s"
              % (metric, difference, path, step, buyer, option, a, b))
    too_many = len(skipped) > LEFT_OUT_LIMIT * len(paths)
    if too_many:
        print("more than one path in 10,000 was left out")
    if not report.compared:
        print("nothing was compared")
    good = bool(report.compared) and not (report.missing or report.bad or too_many)
    print("same" if good else "DIFFERENT")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
