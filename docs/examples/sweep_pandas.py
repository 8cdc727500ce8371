"""A sweep in pandas: sweep_pandas.py RESULT [PICTURE]

Prints the mean of the levy's receipts at every point and the short answers, and draws the
receipts along the first address that was varied if matplotlib is there.
"""
import os
import sys

import pandas as pd


def read(result):
    """Points and outcomes as one table: a row per run, date and metric."""
    points = pd.read_csv(os.path.join(result, "points.csv"))
    outcomes = pd.read_csv(os.path.join(result, "outcomes.csv"), dtype={"date": str})
    return points, outcomes.merge(points, on="run")


def pick(table, metric, date, buyer="all", option="all"):
    """The rows of one metric, one for each run."""
    return table.query("metric == @metric and date == @date and buyer == @buyer"
                       " and option == @option").sort_values("run")


def main(result, picture=None):
    points, table = read(result)
    varied = list(points.columns[1:])
    rows = pick(table, "levy_receipts_usd", "total")
    print(rows[["run", *varied, "n", "mean", "se", "p50", "p50_lo", "p50_hi"]]
          .to_string(index=False))
    print(rows.pivot_table(index=varied[0], columns=varied[1:] or None, values="mean").to_string())
    answers = pd.read_csv(os.path.join(result, "answers.csv"))
    print(answers[["question", "where", "value", "lo", "hi"]]
          .to_string(index=False, na_rep="", float_format="%.6g"))
    if picture:
        import matplotlib
        matplotlib.use("Agg")
        axes = rows.sort_values(varied[0]).plot(x=varied[0], y=["p50", "mean"], style=["o-", "--"])
        axes.fill_between(rows[varied[0]], rows["p05"], rows["p95"], alpha=0.2)
        axes.set_ylabel("levy receipts, USD")
        axes.figure.savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:3])
