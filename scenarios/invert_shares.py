#!/usr/bin/env python3
"""Intercepts by exact inversion of shares (Berry, 1994), for a nested logit.

    python3 scenarios/invert_shares.py SCENARIO TARGETS.csv [--program P] [--set ADDRESS=VALUE ...] [--write]

TARGETS.csv has the columns buyer,option,share,like,offset,source:
  * a row with a share: the part of its wallet that the buyer would give the option at t = 0 if all options
    named for it were on sale. The shares of a buyer must add to 1 and one of them is that of the option
    that defers.
  * a row with a buyer `all` and `like`: an option that was never on sale. Its intercept is that of the
    option in `like` plus `offset`, and so are its tastes.

One run with `--uncertainty off`, no allegations and all intercepts and tastes at 0 gives the utilities V0 of
step 6 of docs/model.md at t = 0, price, lock-in, pressure and hazard included; `--set` says under which
regime and stance the shares were observed. The shares fix the utilities up to a constant,

    V_j = ln s_j - (1 - lambda_n) ln s_{j|n} + c,

and c follows because the deferring option keeps the intercept that it has. V - V0 is what the intercept of
the option (the mean over buyers, weighted by budget) and the buyer's taste (the rest) have to add. The script
prints the intercepts, checks the shares by a second run, and with `--write` puts the intercepts into
options.csv and replaces tastes.csv of SCENARIO, which must both be complete there.
"""
import argparse
import csv
import math
import os
import subprocess
import sys
import tempfile


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(program, scenario, sets):
    """Resolved cells by table and row, and {(buyer, option, metric): value} at t = 0."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        command = [program, "run", scenario, "-n", "1", "--uncertainty", "off", "--trace", "0:0", "--detail", "full",
                   "--quiet", "--out", out]
        for one in sets:
            command += ["--set", one]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        tables = {}
        for row in rows_of(os.path.join(out, "manifest.csv")):
            part = row["key"].split(".")
            if part[0] == "cell" and len(part) == 4:
                tables.setdefault(part[1], {}).setdefault(part[2], {})[part[3]] = row["value"]
        trace = {(r["buyer"], r["option"], r["metric"]): r["value"]
                 for r in rows_of(os.path.join(out, "trace.csv")) if r["step"] == "0"}
    return {name: list(table.values()) for name, table in tables.items()}, trace


def utilities(shares, nest_of, dissimilarity, defer, defer_intercept):
    """V_j that give exactly these shares, the deferring option keeping its intercept."""
    nest_share = {}
    for option, share in shares.items():
        nest_share[nest_of[option]] = nest_share.get(nest_of[option], 0) + share
    value = {}
    for option, share in shares.items():
        nest = nest_of[option]
        value[option] = math.log(share) - (1 - dissimilarity[nest]) * math.log(share / nest_share[nest])
    shift = defer_intercept - value[defer]
    return {option: v + shift for option, v in value.items()}


def write_rows(path, head, rows):
    with open(path + ".tmp", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(path + ".tmp", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scenario")
    parser.add_argument("targets")
    parser.add_argument("--program", default="build/cc-release/chipsplit")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()

    targets = {}
    source = {}
    alike = {}
    for row in rows_of(args.targets):
        if row["like"]:
            alike[row["option"]] = (row["like"], float(row["offset"] or 0))
        else:
            targets.setdefault(row["buyer"], {})[row["option"]] = float(row["share"])
            source[row["buyer"], row["option"]] = row["source"]
    for buyer, shares in targets.items():
        if abs(sum(shares.values()) - 1) > 1e-9:
            sys.exit(f"the shares of {buyer} add to {sum(shares.values())}, not to 1")

    tables, _ = run(args.program, args.scenario, args.set)
    nest_of = {o["id"]: o["nest"] for o in tables["options"]}
    dissimilarity = {n["id"]: float(n["dissimilarity"]) for n in tables["nests"]}
    defer = next(o["id"] for o in tables["options"] if o["class"] == "defer")
    defer_intercept = float(next(o["intercept"] for o in tables["options"] if o["id"] == defer))
    zero = [f"options.{o}.intercept=0" for o in nest_of if o != defer]
    zero += [f"tastes.{t['buyer']}/{t['option']}.intercept=0" for t in tables.get("tastes", [])]
    _, trace = run(args.program, args.scenario, args.set + ["scenario.incident_rate_per_year=0"] + zero)

    total = {}
    for buyer, shares in targets.items():
        wanted = utilities(shares, nest_of, dissimilarity, defer, defer_intercept)
        for option, value in wanted.items():
            if option != defer:
                total[buyer, option] = value - float(trace[buyer, option, "utility"])
    budget = {b: float(trace[b, "all", "budget_usd"]) for b in targets}
    intercept = {}
    for option in nest_of:
        have = [b for b in targets if (b, option) in total]
        if have:
            weight = sum(budget[b] for b in have)
            intercept[option] = round(sum(budget[b] * total[b, option] for b in have) / weight, 4)
    taste = {(b, o): round(v - intercept[o], 4) for (b, o), v in total.items()}
    for option, (like, offset) in alike.items():
        intercept[option] = round(intercept[like] + offset, 4)
        for buyer in targets:
            if (buyer, like) in taste:
                taste[buyer, option] = taste[buyer, like]
                source[buyer, option] = f"as for {like}"
    lines = [{"buyer": b, "option": o, "intercept": f"{v:.10g}",
              "source": source[b, o] if (b, o) not in total else
              f"inverted from a share of {targets[b][o]:.10g} of the wallet; {source[b, o]}"}
             for (b, o), v in taste.items() if v]
    for option, value in intercept.items():
        print(f"options.{option}.intercept = {value}")

    check = args.set + ["scenario.incident_rate_per_year=0"] + [f"options.{o}.intercept={v}" for o, v in intercept.items()]
    check += [f"tastes.{t['buyer']}/{t['option']}.intercept=0" for t in tables.get("tastes", [])]
    check += [f"tastes.{b}/{o}.intercept={v}" for (b, o), v in taste.items()]
    _, trace = run(args.program, args.scenario, check)
    worst = max(abs(float(trace[b, o, "desired_share"]) - s) for b in targets for o, s in targets[b].items())
    print(f"largest difference between a share asked for and got: {worst:.2g}")

    if args.write:
        path = os.path.join(args.scenario, "options.csv")
        options = rows_of(path)
        for row in options:
            if row["id"] in intercept:
                row["intercept"] = f"{intercept[row['id']]:.10g}"
        write_rows(path, list(options[0]), options)
        write_rows(os.path.join(args.scenario, "tastes.csv"), ["buyer", "option", "intercept", "source"], lines)


if __name__ == "__main__":
    main()
