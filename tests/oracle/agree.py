#!/usr/bin/env python3
"""The program against the twin, path by path: agree.py PROGRAM TALLY [--worlds N] [--first K].

Shipped scenarios and N random worlds are traced by both and compared to 1e-9. A path with a close
call at a branch (twin's margin below 1e-12) is left out and counted; more than 1 in 10,000 fails.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def shipped():
    """Every folder of scenarios/ that holds a scenario."""
    home = os.path.join(ROOT, "scenarios")
    return sorted(os.path.join(home, name) for name in os.listdir(home)
                  if os.path.exists(os.path.join(home, name, "scenario.csv")))


def call(*words):
    """(exit status, text) of a command."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    return done.returncode, done.stdout


def script(name):
    return os.path.join(HERE, name)


def compare(program, folder, seed, paths, arguments):
    """Complaint, or '' if both say the same; and the number of close calls."""
    with tempfile.TemporaryDirectory() as tmp:
        out = os.path.join(tmp, "result")
        theirs, margins = os.path.join(tmp, "twin.csv"), os.path.join(tmp, "margins.csv")
        code, text = call(program, "run", folder, "--quiet", "-n", str(paths), "-s", str(seed),
                          "--trace", "0:%d" % (paths - 1), "-j", "1", "--ledger", "--out", out,
                          *arguments)
        if code:
            return "the program fails: " + text, 0
        code, text = call(sys.executable, script("twin.py"), folder, "--seed", str(seed),
                          "--trace", "0:%d" % (paths - 1), "--margins", margins, "-o", theirs,
                          *arguments)
        if code:
            return "the twin fails: " + text[-2000:], 0
        with open(margins, encoding="utf-8") as file:
            close = sum(float(line.split(",")[1]) < 1e-12 for line in list(file)[1:])
        code, text = call(sys.executable, script("compare.py"), theirs,
                          os.path.join(out, "trace.csv"), "--margins", margins)
        return (text[-3000:] if code else ""), close


def random_world(program, number, paths):
    with tempfile.TemporaryDirectory() as tmp:
        code, text = call(sys.executable, script("worlds.py"), "--seed", str(number), "--out", tmp)
        if code:
            return "the generator fails: " + text, 0
        with open(os.path.join(tmp, "args.txt"), encoding="utf-8") as file:
            arguments = file.read().split("\n")[:-1]
        return compare(program, os.path.join(tmp, "scenario"), number + 1000, paths, arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("tally")
    parser.add_argument("--worlds", type=int, default=300)
    parser.add_argument("--first", type=int, default=0)
    args = parser.parse_args()
    jobs = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for folder in shipped():
            name = os.path.basename(folder)
            jobs.append((name, 6, pool.submit(compare, args.program, folder, 7, 6, [])))
            jobs.append((name + ", priors off", 2,
                         pool.submit(compare, args.program, folder, 8, 2,
                                     ["--uncertainty", "off"])))
        for number in range(args.first, args.first + args.worlds):
            jobs.append(("world %d" % number, 3,
                         pool.submit(random_world, args.program, number, 3)))
        passed = failed = paths = close = 0
        for name, count, job in jobs:
            complaint, calls = job.result()
            paths, close = paths + count, close + calls
            passed, failed = passed + (not complaint), failed + bool(complaint)
            if complaint:
                print("%s\n%s" % (name, complaint))
    if close > 1e-4 * paths:
        print("%d of %d paths were close calls" % (close, paths))
        failed += 1
    print("oracle: %d passed, %d failed; %d paths, %d close calls left out"
          % (passed, failed, paths, close))
    with open(args.tally, "w", encoding="utf-8") as file:
        file.write("%d %d\n" % (passed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
