#!/usr/bin/env python3
"""The slow readable twin: simulates paths of a scenario one by one and writes trace.csv."""

import argparse
import sys

from folder import load_tables
from model import run_path
from params import World
from trace import HEADER, write_period


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("-s", "--seed", type=lambda text: int(text, 0), default=1)
    parser.add_argument("--trace", default="0:0", metavar="FROM:TO")
    parser.add_argument("--set", action="append", default=[], metavar="A=V", dest="sets")
    parser.add_argument("--uncertainty", choices=("on", "off"), default="on")
    parser.add_argument("--margins", metavar="FILE")
    parser.add_argument("-o", "--out", default="trace.csv")
    return parser.parse_args(argv)


def write_trace(world, seed, paths, out, margins=None):
    out.write(HEADER)
    if margins:
        margins.write("path,margin,where\n")
    for number in paths:
        path = None
        for path, record in run_path(world, seed, number):
            write_period(out, number, path, record)
        if margins:
            margins.write("%d,%r,%s\n" % (number, path.margins.smallest, path.margins.where))


def main(argv):
    args = arguments(argv)
    world = World(load_tables(args.scenario, args.sets), args.uncertainty == "on")
    first, last = (int(part) for part in args.trace.split(":"))
    with open(args.out, "w", encoding="utf-8", newline="") as out:
        if args.margins:
            with open(args.margins, "w", encoding="utf-8", newline="") as margins:
                write_trace(world, args.seed, range(first, last + 1), out, margins)
        else:
            write_trace(world, args.seed, range(first, last + 1), out)


if __name__ == "__main__":
    main(sys.argv[1:])
