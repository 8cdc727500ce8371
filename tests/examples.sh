#!/bin/sh
# The scripts of docs/examples read a fresh sweep: examples.sh PROGRAM TALLY
# Pandas, matplotlib and R are not needed to build or to test: where they are missing, that
# script is only parsed, or left out if there is nothing to parse it with.
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tally=$2
examples=$root/docs/examples
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
passed=0; failed=0

check() { # NAME COMMAND...
    name=$1; shift
    if "$@" >"$tmp/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1)); echo "examples: $name failed"; cat "$tmp/said"
    fi
}
png() { # FILE: it is one, and not an empty plot
    [ "$(head -c 4 "$1" | tail -c 3)" = PNG ] && [ "$(wc -c <"$1")" -gt 4000 ]
}
says() { # FILE: what the sweep found, to five digits
    grep -q "$(sed -n 's/^levy_maximum,.*,mean,,\([0-9.]*\),.*/\1/p' "$tmp/sweep/answers.csv" |
               cut -c 1-6)" "$1"
}

cd "$root" || exit 1
check sweep "$program" sweep tiny --vary 'us_regimes.*.levy_rate=0:0.8:0.2' -n 300 --quiet \
    --out "$tmp/sweep"
check gnuplot gnuplot -c "$examples/sweep.gp" "$tmp/sweep" "$tmp/gnuplot.png"
check "gnuplot's picture" png "$tmp/gnuplot.png"
if python3 -c 'import pandas, matplotlib' 2>/dev/null; then
    check pandas python3 "$examples/sweep_pandas.py" "$tmp/sweep" "$tmp/pandas.png"
    cp "$tmp/said" "$tmp/pandas"
    check "what pandas says" says "$tmp/pandas"
    check "pandas' picture" png "$tmp/pandas.png"
else
    check "pandas script, parsed" python3 -c \
        'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$examples/sweep_pandas.py"
fi
if command -v Rscript >/dev/null; then
    check R Rscript "$examples/sweep.R" "$tmp/sweep" "$tmp/R.png"
    cp "$tmp/said" "$tmp/R"
    check "what R says" says "$tmp/R"
    check "R's picture" png "$tmp/R.png"
fi
echo "examples: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
