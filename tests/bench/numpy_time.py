#!/usr/bin/env python3
"""The model in vectorised NumPy, one thread: nanoseconds per path and step, or the market totals.

numpy_time.py FOLDER [--set A=V]...                  prints `numpy,NS` of the fastest chunk, and
    `numpy_addressed,NS` with random numbers made as the program makes them
numpy_time.py FOLDER [--set A=V]... --check RESULT   prints `path,step,spend_usd` of the paths of
    RESULT/inputs.csv, drawn from the program's addressed random numbers of seed 1
"""

import os

# before NumPy is there
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse  # noqa: E402
import csv  # noqa: E402
import time  # noqa: E402

from numpy_draws import AddressedDraws, FastDraws  # noqa: E402
from numpy_model import Chunk  # noqa: E402
from numpy_world import ArrayWorld, Parameters  # noqa: E402


def spend(chunk):
    return chunk.delivered.sum(axis=(0, 1))


def check(world, result):
    with open(os.path.join(result, "inputs.csv"), encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    inputs = {name: [float(row[name]) for row in rows] for name in rows[0]}
    chunk = Chunk(world, Parameters(world), AddressedDraws(world, 1, len(rows), inputs))
    for after in chunk.run():
        for path, money in enumerate(spend(after)):
            print("%d,%d,%.17g" % (path, after.t, money))
        if after.gap > 1e-12:
            raise SystemExit("numpy: the ledger does not close")


def fastest(world, draws_of, paths, seconds):
    """ns of this process per path and step of the fastest chunk; each draws its own priors."""
    parameters, draws = Parameters(world), draws_of(world, 1, paths)
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        before = time.process_time()
        for after in Chunk(world, parameters, draws).run():
            assert after.gap < 1e-12 and spend(after).mean() > 0.0
        best = min(best, time.process_time() - before)
    return 1e9 * best / (paths * world.steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario")
    parser.add_argument("--set", action="append", default=[], metavar="A=V", dest="sets")
    parser.add_argument("--chunks", default="250,500,1000,2000", metavar="PATHS,...")
    parser.add_argument("--seconds", type=float, default=1.5, help="for each size of chunk")
    parser.add_argument("--check", metavar="RESULT")
    args = parser.parse_args()
    world = ArrayWorld(args.scenario, args.sets)
    if args.check:
        check(world, args.check)
        return
    sizes = [int(size) for size in args.chunks.split(",")]
    for name, draws in ("numpy", FastDraws), ("numpy_addressed", AddressedDraws):
        print("%s,%.4g" % (name, min(fastest(world, draws, size, args.seconds) for size in sizes)))


if __name__ == "__main__":
    main()
