#!/usr/bin/env python3
"""Writes docs/scenarios.md: what each scenario says, with its numbers.

    python3 scenarios/describe.py PROGRAM OUT.md

The scenarios and their order are those of the table in scenarios/README.md. Every number comes from
`run` and `compare` with the paths and the seed below, so the page is the same for the same scenarios
and program; a test makes it again and compares.
"""
import csv
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PATHS, SEED = 5000, 1

# Whom a scenario is held against; the rest stand alone or start at another date.
REFERENCE = {name: "base" for name in (
    "no_scrutiny", "hard_block", "us_ban", "no_levy", "levy_25", "nvidia_price_cut", "ascend_price_cut",
    "ascend_ramp", "hbm_crunch", "backdoor_incident", "domestic_quota", "h200_deal", "h200_blocked_to_2027")}
REFERENCE["scrutiny"] = "no_scrutiny"

# Metric, heading, factor, decimals of a level and of a difference.
LINES = (
    ("nvidia_revenue_gross_usd", "Nvidia China revenue, bn USD", 1e-9, 1, 1),
    ("nvidia_revenue_net_usd", "the same net of levy, bn USD", 1e-9, 1, 1),
    ("levy_receipts_usd", "US levy receipts, bn USD", 1e-9, 2, 2),
    ("domestic_share_spend", "Domestic share of money, %", 100, 0, 1),
    ("nvidia_share_spend", "Nvidia share of money, %", 100, 0, 1),
    ("huawei_share_spend", "Huawei share of money, %", 100, 0, 1),
    ("domestic_share_effective", "Domestic share of effective compute, %", 100, 0, 1),
    ("delivered_effective_pflops", "Compute bought, 1000 effective PFLOP/s", 1e-3, 0, 0),
    ("shortfall", "Capability shortfall, %", 100, 0, 1),
)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def call(program, words, folder):
    subprocess.run([program, *words, "-n", str(PATHS), "-s", str(SEED), "--detail", "market", "--quiet",
                    "--out", folder], check=True, cwd=os.path.dirname(HERE))


def listed():
    """[(name, question)] of scenarios/README.md."""
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
        return re.findall(r"^\| \[`(\w+)`\]\(\w+/\) \| (.*) \|$", file.read(), re.M)


def number(text, factor, decimals):
    """The text of a field for people; a dash where there is no value."""
    if text == "":
        return "–"
    value = round(float(text) * factor, decimals)
    return "%.*f" % (decimals, value + 0.0 if value else 0.0)


def percent(share):
    """A whole number of per cent that is 0 or 100 only if the share is exactly so."""
    value = float(share)
    return "<1" if 0 < value < 0.005 else ">99" if 0.995 <= value < 1 else number(share, 100, 0)


def error(se, factor, decimals):
    """Half the width of the 95 % limits, never printed as a zero that it is not."""
    half = 1.96 * float(se) * factor
    least = 10.0 ** -decimals
    return "0" if half == 0 else "<%g" % least if half < least / 2 else "%.*f" % (decimals, half)


# --- parts of a page ------------------------------------------------------------------------------

def settings(name):
    """The key,value rows of scenario.csv, without what is not inherited."""
    return {row["key"]: row["value"] for row in rows_of(os.path.join(HERE, name, "scenario.csv"))}


def differs(name, base):
    """What the folder changes, table by table: the values where they are few, else how many rows."""
    lines = []
    for file in sorted(os.listdir(os.path.join(HERE, name))):
        if not file.endswith(".csv") or file == "history.csv":
            continue
        rows = rows_of(os.path.join(HERE, name, file))
        if file == "scenario.csv":
            rows = [r for r in rows if r["key"] not in ("title", "description", "base")]
        words = [", ".join(v for k, v in row.items() if v and k not in ("source", "note")) for row in rows]
        if words:
            few = len(words) <= 8
            lines.append("- `%s`: %s" % (file, "; ".join("`%s`" % w for w in words) if few
                                         else "%d rows" % len(words)))
    if not lines:
        return []
    return ["Beside `%s` it changes" % os.path.basename(base), "", *lines, ""]


def levels(summary):
    """Median and band of each year."""
    years = sorted({row["date"] for row in summary if re.fullmatch(r"\d{4}", row["date"])})
    at = {(row["metric"], row["date"]): row for row in summary if row["buyer"] == row["option"] == "all"}
    periods = {row["date"]: int(row["periods"]) for row in summary}
    whole = max(periods[year] for year in years)
    names = [year if periods[year] == whole else "%s (part)" % year for year in years]
    lines = ["| median, and 5 to 95 % of the paths | " + " | ".join(names) + " |", "|---" * (len(years) + 1) + "|"]
    for metric, heading, factor, decimals, _ in LINES:
        cells = []
        for year in years:
            row = at.get((metric, year))
            cells.append("–" if row is None or row["p50"] == "" else "%s [%s to %s]" % tuple(
                number(row[q], factor, decimals) for q in ("p50", "p05", "p95")))
        if any(cell != "–" for cell in cells):
            lines.append("| %s | %s |" % (heading, " | ".join(cells)))
    return [*lines, ""]


def stances(regimes):
    """Beijing's stances at the end of the last year, with the money of that year in each."""
    year = max(row["date"] for row in regimes if re.fullmatch(r"\d{4}", row["date"]))
    parts = []
    for row in regimes:
        if (row["date"], row["actor"], row["metric"]) == (year, "cn", "nvidia_revenue_gross_usd") and row["p50"]:
            parts.append("%s %s %% of paths, %s bn USD" % (row["regime"], percent(row["share"]),
                                                           number(row["p50"], 1e-9, 1)))
    return ["By Beijing's stance at the end of %s, with the median of Nvidia's revenue in that year: %s." %
            (year, "; ".join(parts)), ""] if parts else []


def difference(rows, metric, date, heading, factor, decimals):
    row = next((r for r in rows if (r["metric"], r["date"], r["buyer"], r["option"]) ==
                (metric, date, "all", "all")), None)
    if row is None or row["diff"] == "":
        return []
    return ["| %s | %s | %s ± %s | %s to %s | %s / %s / %s |" % (
        heading, number(row["mean_ref"], factor, decimals), number(row["diff"], factor, decimals),
        error(row["diff_se"], factor, decimals), number(row["diff_p05"], factor, decimals),
        number(row["diff_p95"], factor, decimals), *(percent(row[p]) for p in ("p_more", "p_same", "p_less")))]


def against(reference, folder, name):
    """Paired differences over the whole horizon, where a dollar goes, and the dip."""
    mine = {table: [row for row in rows_of(os.path.join(folder, table + ".csv")) if row["scenario"] == name]
            for table in ("compare", "diversion", "dip")}
    lines = ["Against `%s`, path by path with the same luck, over the whole horizon:" % reference, "",
             "| mean | `%s` | difference | 90 %% of the paths | more / same / less, %% |" % reference,
             "|---|---|---|---|---|"]
    for metric, heading, factor, _, decimals in LINES:
        lines += difference(mine["compare"], metric, "total", heading, factor, decimals)
    return [*lines, "", *dollar(mine["diversion"]), *dip(mine["dip"])]


def dollar(rows):
    cents = {row["part"]: row for row in rows if row["date"] == "total" and row["of"] == "dollar"}
    if not cents or any(row["cents"] == "" for row in cents.values()):
        return ["Spending on foreign chips does not differ measurably.", ""]
    less = float(cents["domestic"]["foreign_usd"]) < 0
    words = (("domestic", "domestic chips"), ("grey", "the grey market"), ("rent", "renting abroad"),
             ("deferred", "money put off"), ("unspent", "money unspent"))
    parts = ["%s %s (± %s)" % (number(cents[p]["cents"], 1, 0), w, error(cents[p]["cents_se"], 1, 0)) for p, w in words]
    return ["Of each dollar %s on foreign chips, cents %s: %s." %
            ("less" if less else "more", "to" if less else "from", ", ".join(parts)), ""]


def dip(rows):
    at = {(row["measure"], row["metric"], row["date"]): row for row in rows}
    has = at.get(("has_dip", "effective_pflops", ""))
    depth = at.get(("depth_share", "effective_pflops", ""))
    length = at.get(("length", "effective_pflops", ""))
    if not has or float(has["mean"]) == 0:
        return []
    back = at[("is_back", "effective_pflops", "")]
    text = "Compute at hand falls below the reference in %s %% of the paths, by %s %% (± %s) on average at the deepest" % (
        percent(has["mean"]), number(depth["mean"], 100, 1), error(depth["se"], 100, 1))
    text += "; the median path is back after %s years" % number(length["p50"], 1, 2) if length["p50"] else \
        "; the median path is not back within the horizon"
    text += " (%s %% of the paths with a dip are back)." % percent(back["mean"])
    ratios = [row for row in rows if row["measure"] == "capacity_ratio"]
    if ratios:
        last = ratios[-1]
        text += " Domestic capacity at the end of %s is %s times that of the reference (± %s)." % (
            last["date"], number(last["mean"], 1, 3), error(last["se"], 1, 3))
    return [text, ""]


HEAD = """# What the scenarios say

Made by `make docs` from `run` and `compare` with %s paths and seed %d; do not edit. Bands hold the
uncertainty of parameters, of policy and of luck; ± is the Monte Carlo error (95 %%), which says how exactly a
mean is computed, not how sure the world is. What the numbers are worth is in [credibility.md](credibility.md), how to
make a scenario in [scenarios/README.md](../scenarios/README.md).
"""


def page(program, tmp, name, question):
    info = settings(name)
    call(program, ["run", "scenarios/" + name], os.path.join(tmp, name))
    lines = ["## %s" % name, "", "**%s** %s" % (question, info.get("description", "")), ""]
    if "base" in info:
        lines += differs(name, info["base"])
    lines += levels(rows_of(os.path.join(tmp, name, "summary.csv")))
    lines += stances(rows_of(os.path.join(tmp, name, "regimes.csv")))
    if name in REFERENCE:
        lines += against(REFERENCE[name], os.path.join(tmp, "against_" + REFERENCE[name]), name)
    return lines


def main():
    program, out = os.path.abspath(sys.argv[1]), sys.argv[2]
    lines = (HEAD % ("{:,}".format(PATHS), SEED)).splitlines() + [""]
    with tempfile.TemporaryDirectory() as tmp:
        for reference in sorted(set(REFERENCE.values())):
            members = [name for name in REFERENCE if REFERENCE[name] == reference]
            call(program, ["compare", *("scenarios/" + name for name in [reference, *members])],
                 os.path.join(tmp, "against_" + reference))
        for name, question in listed():
            lines += page(program, tmp, name, question)
    text = "\n".join(lines).rstrip() + "\n"
    with open(out + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(out + ".new", out)


if __name__ == "__main__":
    main()
