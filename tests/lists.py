"""docs/formats.md against what the program lists: lists.py PROGRAM

Metrics: name, unit, kind and definition. Columns of the tables: unit and meaning.
Both directions, so that neither has anything the other lacks."""
import csv
import io
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
problems = []


def listed(program, *words):
    text = subprocess.run([program, "list", *words, "--csv"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout
    return list(csv.DictReader(io.StringIO(text)))


def plain(text):
    return text.replace("`", "").replace("\u221a", "sqrt ").replace("\u2013", "").strip()


def tables(lines):
    """Tables of a piece of Markdown as lists of dictionaries."""
    head = None
    for line in lines:
        if not line.startswith("|"):
            head = None
            continue
        cells = [plain(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if head is None:
            head = cells
        elif not set(line) <= set("|-: "):
            yield dict(zip(head, cells))


def section(text, title):
    """The lines between a heading and the next one of its level or above."""
    level = len(title) - len(title.lstrip("#"))
    lines = text.split("\n")
    start = lines.index(title) + 1
    end = next((k for k in range(start, len(lines))
                if re.match("#{1,%d} " % level, lines[k])), len(lines))
    return lines[start:end]


def compare(what, documented, program):
    for name in sorted(documented.keys() - program.keys()):
        problems.append(f"{what} {name}: the program does not list it")
    for name in sorted(program.keys() - documented.keys()):
        problems.append(f"{what} {name}: docs/formats.md does not name it")
    for name in sorted(documented.keys() & program.keys()):
        if documented[name] != program[name]:
            problems.append(f"{what} {name}: docs/formats.md {documented[name]}, "
                            f"the program {program[name]}")


def expand(name, vendors, platforms):
    """The ids that X, V and PLATFORM stand for; None for a plain name."""
    if name.startswith("X_"):
        return "X", ["domestic", *vendors, *platforms]
    if name.startswith("V_"):
        return "V", vendors
    if name.startswith("PLATFORM_"):
        return "PLATFORM", platforms
    return None, [None]


def check_metrics(program, text, vendors, platforms):
    documented, traced = {}, {}
    for row in tables(section(text, "### Metrics")):
        letter, ids = expand(row["metric"], vendors, platforms)
        for one in ids:
            name, meaning = row["metric"], row["definition"]
            if letter:
                name = name.replace(letter, one, 1)
                meaning = re.sub(r"\b%s\b" % letter, one, meaning)
            documented[name] = (row["unit"], row["kind"], meaning)
    for row in tables(section(text, "#### trace.csv")):
        for name in row["inside quantities, beside the metrics below"].split(", "):
            letter, ids = expand(name, vendors, platforms)
            for one in ids:
                traced[name.replace(letter, one, 1) if letter else name] = row["level"]
    metrics = listed(program, "metrics", "tiny")
    compare("metric", documented, {m["metric"]: (m["unit"], m["kind"], m["definition"])
                                   for m in metrics if m["file"] == "summary"})
    compare("metric", traced, {m["metric"]: m["level"] for m in metrics if m["file"] == "trace"})


def check_columns(program, text):
    """Columns that tiny gives or leaves blank, and that are parameters."""
    listing = {}
    for row in listed(program, "parameters", "tiny"):
        table, column = row["address"].split(".")[0], row["address"].split(".")[-1]
        listing[f"{table}.{column}"] = (row["unit"], row["definition"])
    names = sorted({name.split(".")[0] for name in listing} - {"events"})
    for table in names:
        title = "#### us_rates.csv and cn_rates.csv" if table.endswith("_rates") \
            else f"#### {table}.csv"
        for row in tables(section(text, title)):
            column = row.get("column") or row.get("key")
            have = listing.get(f"{table}.{column}")
            want = (row.get("unit", ""), row["meaning"])
            if have and have != want:
                problems.append(f"{table}.{column}: docs/formats.md {want}, the program {have}")


def main():
    program = str(Path(sys.argv[1]).resolve())
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    ids = {row["address"].split(".")[1] for row in listed(program, "parameters", "tiny", "vendors.")}
    platforms = {row["address"].split(".")[1]
                 for row in listed(program, "parameters", "tiny", "platforms.")}
    check_metrics(program, text, sorted(ids), sorted(platforms))
    check_columns(program, text)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
