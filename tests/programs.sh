#!/bin/sh
# Runs cmocka programs: programs.sh TALLY PROGRAM... Writes "passed failed".
tally=$1; shift
passed=0; failed=0
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
for program; do
    if "$program" >"$log" 2>&1; then status=0; else status=$?; fi
    ok=$(grep -c '^\[       OK \]' "$log")
    no=$(grep -c '^\[  ERROR   \]' "$log")
    [ $status = 0 ] || { [ "$no" -gt 0 ] || no=1; cat "$log"; }
    printf '%-40s %s passed, %s failed\n' "$(basename "$program")" "$ok" "$no"
    passed=$((passed + ok)); failed=$((failed + no))
done
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
