# shellcheck shell=sh disable=SC2034
# For bench.sh and check.sh: the full world, and a Python that has NumPy, or none.
world=scenarios/base                # 6 buyers, 12 options, all noise on
set=scenario.steps=12               # quarters, one more than it ships with
for python in python3 /usr/bin/python3; do
    "$python" -c 'import numpy' 2>/dev/null && break
    python=
done
