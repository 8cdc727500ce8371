#!/bin/sh
# Every fuzz target for some seconds, two at a time: fuzz.sh FOLDER TALLY SECONDS
#
# Inputs that broke a target stay as FOLDER/TARGET-* ; what was learnt stays in
# FOLDER/corpus. `FOLDER/fuzz_NAME FILE` repeats one.
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$1" && pwd); tally=$2; seconds=$3

fuzz() { # NAME
    corpus=$folder/corpus/$1; seeds=$here/fuzz/seeds/$1; dict=$here/fuzz/$1.dict
    mkdir -p "$corpus"
    [ -d "$seeds" ] || seeds=
    words=; [ ! -f "$dict" ] || words=-dict=$dict
    "$folder/fuzz_$1" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=1024 -max_len=4096 \
        -print_final_stats=1 -artifact_prefix="$folder/$1-" $words "$corpus" $seeds \
        >"$folder/$1.log" 2>&1
}

passed=0; failed=0
set -- "$folder"/fuzz_*[a-z]
while [ $# -gt 0 ]; do
    first=${1##*/fuzz_}; second=${2:+${2##*/fuzz_}}
    shift; [ $# -eq 0 ] || shift
    fuzz "$first" & one=$!
    two=
    [ -z "$second" ] || { fuzz "$second" & two=$!; }
    for pair in "$first:$one" ${second:+"$second:$two"}; do
        name=${pair%:*}
        if wait "${pair#*:}"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "fuzz: $name: see $folder/$name.log"; tail -20 "$folder/$name.log"
        fi
        sed -n "s/^stat::number_of_executed_units: */fuzz: $name: inputs tried: /p" \
            "$folder/$name.log"
    done
done
echo "fuzz: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
