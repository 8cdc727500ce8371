#!/bin/sh
# Speed, side by side: bench.sh PROGRAM BENCH_DIR ISA...  Prints and writes BENCH_DIR/bench.csv.
# Times are the fastest of several rounds, in which the programs take turns on one core each;
# read ratios, not nanoseconds, on a busy machine.
program=$1; dir=$2; shift 2
. tests/bench/world.sh
paths=${PATHS:-20000}; steps=${set#*=}; out=$dir/bench.csv
tests/bench/check.sh "$program" "$dir/plain" /dev/null || exit 1
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
echo "what,instruction_set,value,unit" >"$out"

row() { echo "$1,$2,$3,$4" | tee -a "$out"; }          # WHAT ISA VALUE UNIT
timing() { sed -n "s/^$2,//p" "$tmp/$1/timing.csv"; }    # RUN KEY
ratio() { awk "BEGIN {printf \"%.3g\", $1 / $2}"; }
value() { awk -F, -v what="$1" -v isa="$2" '$1 == what && $2 == isa {print $3}' "$out"; }
run() { # OUT ARGS...
    to=$tmp/$1; shift
    "$program" run $world --set $set "$@" --quiet --force --out "$to"
}

isas=
for isa in "$@"; do
    run probe -n 1 --isa "$isa" 2>/dev/null && isas="$isas $isa"
done

# What this world needs per path and step: known values are found a vector at a time.
for isa in $isas; do
    "$dir/count_$isa" $world 20 $set >"$tmp/count_$isa" || exit 1
    while IFS=, read -r what number; do
        row "$what" "$isa" "$number" "per path-step"
    done <"$tmp/count_$isa"
done

# The engine step by step with its floor, and the yardsticks; then ratios of the fastest.
for _ in 1 2 3; do
    for isa in $isas; do
        # shellcheck disable=SC2046
        "$dir/steps_$isa" $world 2 $(cut -d, -f2 "$tmp/count_$isa") $set | sed "s/,/,$isa,/"
    done
    "$dir/plain" time $world 64 $set | sed 's/,/,any,/'
    [ -z "$python" ] || "$python" tests/bench/numpy_time.py $world --set $set | sed 's/,/,any,/'
done >"$tmp/times" || exit 1
awk -F, -v OFS=, '/_over_/ {next} !($1 FS $2 in best) {order[++n] = $1 FS $2; best[$1 FS $2] = $3}
    $3 + 0 < best[$1 FS $2] + 0 {best[$1 FS $2] = $3}
    END {for (k = 1; k <= n; k++) print order[k], best[order[k]], "ns per path-step"}' \
    "$tmp/times" | tee -a "$out"
for isa in $isas; do
    engine=$(value engine "$isa")
    for pair in "engine floor" "path floor"; do
        row "${pair% *}_over_${pair#* }" "$isa" \
            "$(ratio "$(value "${pair% *}" "$isa")" "$(value "${pair#* }" "$isa")")" ratio
    done
    for yard in plain_c plain_c_addressed numpy numpy_addressed; do
        time=$(value $yard any)
        [ -z "$time" ] || row "${yard}_over_engine" "$isa" "$(ratio "$time" "$engine")" ratio
    done
done

# The whole run, summary included, over threads; on one thread against the yardsticks' paths,
# of which no summary is made.
for threads in 1 2 4; do
    [ $threads -le "$(nproc)" ] || continue
    best=
    for _ in 1 2 3; do
        run run -n "$paths" -j $threads || exit 1
        best=$(echo "$(timing run seconds) $best" | tr ' ' '\n' | sort -g | grep . | head -1)
    done
    [ $threads = 1 ] && alone=$best
    row "run_of_${paths}_paths_${threads}_threads" best "$best" s
    row "paths_per_second_${threads}_threads" best "$(ratio "$paths" "$best")" "paths per s"
    row "scaling_${threads}_threads" best "$(ratio "$alone" "$best")" ratio
done
for yard in plain_c numpy; do
    time=$(value $yard any)
    [ -z "$time" ] || row "${yard}_over_run" best \
        "$(awk "BEGIN {printf \"%.3g\", $time * $paths * $steps / $alone / 1e9}")" ratio
done
row peak_memory best "$(timing run memory_mib)" MiB
run start -n 1000
row run_of_1000_paths best "$(timing start seconds)" s
run text -n 4000 --draws all
row text_written best \
    "$(ratio "$(cat "$tmp"/text/*.csv | wc -c)" "$(timing text seconds)")" "bytes per s"

# Instructions of the path loop, which no other program disturbs.
if command -v valgrind >/dev/null; then
    for isa in $isas; do
        [ "$isa" = avx512 ] && continue # valgrind does not know it
        valgrind --tool=callgrind --callgrind-out-file="$tmp/callgrind" --toggle-collect=run_block \
            "$program" run $world --set $set -n 320 -j 1 --isa "$isa" --quiet --force \
            --out "$tmp/run" 2>"$tmp/log" || continue
        row instructions "$isa" "$(ratio "$(sed -n 's/^summary: //p; s/^totals: //p' \
            "$tmp/callgrind" | head -1)" $((320 * steps)))" "per path-step, with book and record"
    done
fi
