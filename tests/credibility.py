#!/usr/bin/env python3
"""The shipped worlds against the record: credibility.py PROGRAM TALLY.

What docs/credibility.md claims of base, history, stockpile_2025q1 and the pair scrutiny and no_scrutiny,
with the paths and the seed that it names. Bounds come from the record and its errors, spelt out in the
tables of scenarios/history/history.csv and docs/credibility.md, never from a run; the first table of that
page must hold what the program prints.
"""
import csv
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATHS, SEED = "20000", "1"
BN = 1e9


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Result:
    """A summary or a comparison, by (date, metric, buyer, option)."""

    def __init__(self, program, file, *words):
        with tempfile.TemporaryDirectory() as tmp:
            out = os.path.join(tmp, "out")
            subprocess.run([program, *words, "-n", PATHS, "-s", SEED, "--quiet", "--out", out], check=True, cwd=ROOT)
            self.rows = {(r["date"], r["metric"], r["buyer"], r["option"]): r
                         for r in rows_of(os.path.join(out, file))}

    def get(self, column, date, metric, buyer="all", option="all"):
        return float(self.rows[date, metric, buyer, option][column])


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def same(self, what, said, found):
        if said == found:
            self.passed += 1
        else:
            self.failed += 1
            print("credibility: %s: %s stands there, the program finds %s" % (what, said, found))

    def between(self, what, low, value, high):
        if low <= value <= high:
            self.passed += 1
        else:
            self.failed += 1
            print("credibility: %s: %.4g is not between %.4g and %.4g" % (what, value, low, high))


def price_of_scrutiny(program, checks):
    """Nvidia guided to 2 to 5 bn USD of H20 for the quarter in which it sold 0.05 (Nvidia, August and
    November 2025): the questions cost at least 2 at the median. Nothing is sold in 2025Q2, under the ban."""
    pair = Result(program, "compare.csv", "compare", "no_scrutiny", "scrutiny", "--detail", "market")
    checks.between("revenue lost to scrutiny in 2025Q3 and Q4", 2 * BN,
                   -pair.get("diff_p50", "2025", "nvidia_revenue_gross_usd"), 20 * BN)


def order_wave(program, checks):
    """16 bn USD of H20 ordered in one quarter against about 4.3 before (The Information, April 2025), of which
    4.6 arrived (Nvidia, May 2025): 0.29; a third within a fifth of the order either way."""
    wave = Result(program, "summary.csv", "run", "stockpile_2025q1")
    ordered = wave.get("p50", "2025Q1", "order_usd", option="nv_h20")
    checks.between("orders of 2025Q1 over those of 2024Q4", 2.5,
                   ordered / wave.get("p50", "2024Q4", "order_usd", option="nv_h20"), 4)
    checks.between("part delivered before the ban", 0.25,
                   wave.get("p50", "2025Q1", "spend_usd", option="nv_h20") / ordered, 0.45)


def autumn_of_2025(program, checks):
    """0.05 bn USD came, 2 to 5 were called possible (Nvidia, August and November 2025). Ascend keeps 0.75 of its
    nominal compute, software included (Huawei and press, 2025: 0.6 to 1)."""
    base = Result(program, "summary.csv", "run", "base")
    checks.between("5 % point of H20 money in 2025Q3", 0, base.get("p05", "2025Q3", "spend_usd", option="nv_h20"),
                   0.05 * BN)
    checks.between("95 % point of H20 money in 2025Q3", 2 * BN,
                   base.get("p95", "2025Q3", "spend_usd", option="nv_h20"), 10 * BN)
    checks.between("effective over nominal compute of Ascend in 2025Q3", 0.70,
                   base.get("p50", "2025Q3", "delivered_effective_pflops", option="ascend_910c") /
                   base.get("p50", "2025Q3", "delivered_pflops", option="ascend_910c"), 0.80)


def documented():
    """[(label, model)] of the table of docs/credibility.md that holds history against the record."""
    with open(os.path.join(ROOT, "docs", "credibility.md"), encoding="utf-8") as file:
        text = file.read().split("## `history` against the record")[1].split("| further checks")[0]
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| 20")]
    return [(row[1].strip(), row[3].strip()) for row in rows]


def as_documented(label, row):
    """Median and band as the table prints them: bn USD and shares with two decimals, thousands without."""
    scale, decimals = (1e-3, 0) if "thousand" in label else (1e-9, 2) if "bn USD" in label else (1, 2)
    return "%.*f [%.*f, %.*f]" % tuple(x for q in ("p50", "p05", "p95")
                                       for x in (decimals, float(row[q]) * scale))


def record(program, checks):
    """H20 money by quarter within the record's own error; domestic units and Huawei's money within 25 %; shares
    in the order of the record, units above money above effective compute."""
    history = Result(program, "summary.csv", "run", "history", "--detail", "full")
    rows = rows_of(os.path.join(ROOT, "scenarios", "history", "history.csv"))
    checks.between("rows of docs/credibility.md for those of history.csv", len(rows), len(documented()), len(rows))
    for row, (label, model) in zip(rows, documented()):
        key = row["date"], row["metric"], row["buyer"], row["option"]
        checks.same("docs/credibility.md, " + label, model, as_documented(label, history.rows[key]))
        seen, sd = float(row["value"]), float(row["sd"])
        if key[1] == "spend_usd" and key[3] == "nv_h20" and "Q" in key[0]:
            checks.between("H20 money of " + key[0], seen - sd, history.get("p50", *key), seen + sd)
        elif key[0] == "2025" and (key[1] == "huawei_revenue_gross_usd" or
                                   key[1] == "delivered_units" and key[3] != "nv_h20"):
            checks.between("2025 %s %s" % (key[1], key[3]), 0.75 * seen, history.get("p50", *key), 1.25 * seen)
    for year in ("2024", "2025"):
        units, money, effective = (history.get("p50", year, "domestic_share_" + base)
                                   for base in ("units", "spend", "effective"))
        checks.between("domestic share of money over that of units in " + year, 0, money / units, 1)
        checks.between("domestic share of effective compute over that of money in " + year, 0, effective / money, 1)


def main():
    program = os.path.abspath(sys.argv[1])
    checks = Checks()
    for part in (price_of_scrutiny, order_wave, autumn_of_2025, record):
        part(program, checks)
    print("credibility: %d passed, %d failed" % (checks.passed, checks.failed))
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write("%d %d\n" % (checks.passed, checks.failed))
    return checks.failed > 0


if __name__ == "__main__":
    sys.exit(main())
