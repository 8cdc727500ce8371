#!/bin/sh
# The yardsticks of `make bench` compute the same model: check.sh PROGRAM PLAIN TALLY. The money
# delivered in every path and step is the program's, to 1e-9.
program=$1; plain=$2; tally=$3
. tests/bench/world.sh
passed=0; failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

agrees() { # NAME: its market totals in $tmp/NAME.csv
    if awk -F, -v name="$1" 'NR == FNR {want[$1 "," $2] = $3; next}
           $6 == "spend_usd" && $4 == "all" && $5 == "all" {
               n++; d = $7 - want[$1 "," $2]; bad += d * d > 1e-18 * $7 * $7 }
           END {print "bench: " name " agrees with the trace in " n - bad " of " n " market totals"
                exit !n || bad}' "$tmp/$1.csv" "$tmp/run/trace.csv"
    then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

"$program" run $world --set $set -n 32 --trace 0:31 --draws all --detail market --quiet \
    --out "$tmp/run" || exit 1
"$plain" check $world 32 $set >"$tmp/plain.csv"
agrees plain
if [ "$python" ]; then
    "$python" tests/bench/numpy_time.py $world --set $set --check "$tmp/run" >"$tmp/numpy.csv"
    agrees numpy
else
    echo "bench: NumPy is missing and left out (Debian: apt-get install python3-numpy)"
fi
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
