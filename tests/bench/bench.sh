#!/bin/sh
# Speed, side by side: bench.sh PROGRAM BENCH_DIR ISA...  Prints and writes BENCH_DIR/bench.csv.
# Times are the fastest of several rounds; read ratios, not nanoseconds, on a busy machine.
program=$1; dir=$2; shift 2
world=scenarios/base; paths=${PATHS:-20000}; out=$dir/bench.csv
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
echo "what,instruction_set,value,unit" >"$out"

row() { echo "$1,$2,$3,$4" | tee -a "$out"; }          # WHAT ISA VALUE UNIT
timing() { sed -n "s/^$2,//p" "$tmp/$1/timing.csv"; }    # RUN KEY
ratio() { awk "BEGIN {printf \"%.3g\", $1 / $2}"; }

# What this world needs per path and step.
"$dir/count" $world 20 >"$tmp/count" || exit 1
while IFS=, read -r what value; do row "$what" any "$value" "per path-step"; done <"$tmp/count"
counts=$(cut -d, -f2 "$tmp/count" | tr '\n' ' ')

# The yardstick: the same steps, one path at a time; it must give the program's numbers.
"$dir/plain" $world 32 check >"$tmp/plain.csv"
"$program" run $world -n 32 --trace 0:31 --quiet --out "$tmp/trace" || exit 1
awk -F, 'NR == FNR {want[$1 "," $2] = $3; next}
         $6 == "spend_usd" && $4 == "all" && $5 == "all" {
             n++; d = ($7 - want[$1 "," $2]) / ($7 + 1); if (d * d > 1e-18) bad++ }
         END {if (!n || bad) {print "bench: plain disagrees in " bad " of " n; exit 1}
              print "plain C agrees with the trace in " n " market totals"}' \
    "$tmp/plain.csv" "$tmp/trace/trace.csv" || exit 1
for round in 1 2 3; do "$dir/plain" $world 300; done | cut -d, -f2 | sort -g >"$tmp/plain"
plain=$(head -1 "$tmp/plain")
row plain_c baseline "$plain" "ns per path-step"

# Step by step, and the floor.
for isa in "$@"; do
    "$program" run tiny -n 1 --quiet --isa "$isa" --force --out "$tmp/probe" 2>/dev/null || continue
    # shellcheck disable=SC2086
    "$dir/steps_$isa" $world 2 $counts >"$tmp/steps"
    while IFS=, read -r what value; do
        case $what in *_over_*) unit=ratio;; *) unit="ns per path-step";; esac
        row "$what" "$isa" "$value" "$unit"
    done <"$tmp/steps"
    row plain_c_over_engine "$isa" "$(ratio "$plain" "$(sed -n 's/^engine,//p' "$tmp/steps")")" ratio
done

# The whole run, summary included, over threads.
for threads in 1 2 4; do
    [ $threads -le "$(nproc)" ] || continue
    best=
    for round in 1 2 3; do
        "$program" run $world -n "$paths" -j $threads --quiet --force --out "$tmp/run" || exit 1
        best=$(echo "$(timing run seconds) $best" | tr ' ' '\n' | sort -g | grep . | head -1)
    done
    [ $threads = 1 ] && alone=$best
    row "run_of_${paths}_paths_${threads}_threads" best "$best" s
    row "paths_per_second_${threads}_threads" best "$(ratio "$paths" "$best")" "paths per s"
    row "scaling_${threads}_threads" best "$(ratio "$alone" "$best")" ratio
done
row peak_memory best "$(timing run memory_mib)" MiB
"$program" run $world -n 1000 --quiet --force --out "$tmp/start"
row run_of_1000_paths best "$(timing start seconds)" s
"$program" run $world -n 4000 --draws all --quiet --force --out "$tmp/text"
row text_written best "$(ratio "$(cat "$tmp"/text/*.csv | wc -c)" "$(timing text seconds)")" "bytes per s"

# Instructions of the path loop, which no other program disturbs.
if command -v valgrind >/dev/null; then
    for isa in "$@"; do
        [ "$isa" = avx512 ] && continue # valgrind does not know it
        valgrind --tool=callgrind --callgrind-out-file="$tmp/callgrind" --toggle-collect=run_block \
            "$program" run $world -n 320 -j 1 --isa "$isa" --quiet --force --out "$tmp/run" \
            2>"$tmp/log" || continue
        steps=$(($(wc -l <"$tmp/plain.csv") * 10))
        row instructions "$isa" "$(ratio "$(sed -n 's/^summary: //p; s/^totals: //p' "$tmp/callgrind" |
            head -1)" "$steps")" "per path-step, with book and record"
    done
fi
