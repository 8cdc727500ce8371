#!/bin/sh
# Same seed, same bytes: bytes.sh PROGRAM TALLY. Every result file but
# timing.csv must be equal for 1, 2 and 7 threads and on every instruction set
# that this machine runs, and a path must not depend on how many paths run with it.
program=$1; tally=$2
passed=0; failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

report() { # NAME STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "bytes: $1"; fi
}

same() { # NAME A B: all files but timing.csv
    diff -r -x timing.csv "$2" "$3" >"$tmp/diff" 2>&1
    report "$1" $?
    [ ! -s "$tmp/diff" ] || cut -c1-200 "$tmp/diff" | head -5
}

run() { # OUT ARGS...
    out=$1; shift
    "$program" run "$@" --quiet --out "$tmp/$out" || echo "bytes: run $* failed"
}

for world in base base_monthly tiny; do
    n=1500
    [ $world = tiny ] && n=20000 # beyond the exact quantiles
    for threads in 1 2 7; do
        run $world-$threads $world -n $n -s 18446744073709551615 -j $threads --draws all \
            --trace 5:9 --detail full
    done
    same "$world: 1 and 2 threads" "$tmp/$world-1" "$tmp/$world-2"
    same "$world: 1 and 7 threads" "$tmp/$world-1" "$tmp/$world-7"
done

for isa in baseline avx2 avx512; do
    "$program" run tiny -n 1 --quiet --isa $isa --out "$tmp/probe-$isa" 2>"$tmp/probe" ||
        { echo "bytes: skipped, $(cat "$tmp/probe")"; continue; }
    run base-$isa base -n 1500 -s 18446744073709551615 --draws all --trace 5:9 --detail full \
        --isa $isa
    run tiny-$isa tiny -n 20000 -s 18446744073709551615 --draws all --trace 5:9 --detail full \
        --isa $isa
    same "base: $isa" "$tmp/base-1" "$tmp/base-$isa"
    same "tiny: $isa" "$tmp/tiny-1" "$tmp/tiny-$isa"
done

for threads in 1 2 7; do
    "$program" backtest history -n 300 -s 5 -j $threads --quiet --out "$tmp/back-$threads" \
        --record scenarios/record/regime_spells.csv || echo "bytes: backtest failed"
done
same "backtest history: 1 and 2 threads" "$tmp/back-1" "$tmp/back-2"
same "backtest history: 1 and 7 threads" "$tmp/back-1" "$tmp/back-7"

# The first paths of a long run are the paths of a short one.
run short base -n 700 -s 3 --draws all --trace 33:40
run long base -n 1300 -s 3 --draws all --trace 33:40
for file in draws inputs; do
    lines=$(wc -l <"$tmp/short/$file.csv")
    head -n "$lines" "$tmp/long/$file.csv" | cmp -s - "$tmp/short/$file.csv"
    report "$file.csv of 700 paths begins that of 1300" $?
done
cmp -s "$tmp/short/trace.csv" "$tmp/long/trace.csv"
report "a path alone is the path in a batch" $?

# A run that doubles its paths ends with the bytes of a run of so many paths; one that is
# stopped or killed and gone on with, with those of one that was not.
target='levy_receipts_usd@2026 mean 2.2%'
run doubled tiny -n 5000 --until "$target" --detail market
paths=$(sed -n 's/^paths,//p' "$tmp/doubled/manifest.csv")
run plain tiny -n "$paths" --detail market
same "--until ends as a run of $paths paths" "$tmp/plain" "$tmp/doubled"

cut() { # SIGNAL THREADS: stopped once there is a state after the first 131,072 paths
    "$program" run tiny -n 160000 -j "$2" --detail market --draws all --draws-format npy --quiet \
        --resume --out "$tmp/cut" 2>"$tmp/cut.said" &
    until [ -e "$tmp/cut.unfinished/state" ] || ! kill -0 $! 2>/dev/null; do sleep 0.05; done
    kill -"$1" $! 2>/dev/null
    wait $!
}
run whole tiny -n 160000 --detail market --draws all --draws-format npy
for signal in TERM KILL; do
    threads=1; want=3
    [ $signal = TERM ] || { threads=2; want=137; }
    rm -rf "$tmp/cut"
    cut $signal $threads 2>"$tmp/shell"
    code=$?
    [ $code = $want ]; report "$signal ends with code $want, not $code" $?
    [ -d "$tmp/cut.unfinished" ]; report "$signal leaves an unfinished run" $?
    run cut tiny -n 160000 -j $threads --detail market --draws all --draws-format npy --resume
    same "$signal and --resume, $threads threads" "$tmp/whole" "$tmp/cut"
    [ ! -e "$tmp/cut.unfinished" ]; report "nothing unfinished is left" $?
done

echo "bytes: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
