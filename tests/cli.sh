#!/bin/sh
# The program as a user calls it: cli.sh PROGRAM TALLY [CASE...]
#
# A case is a folder tests/cli/NAME with `cmd`, a shell script that finds the
# program as `chipsplit` and runs in a fresh folder that holds the contents of
# `input/`, if any, and a link to scenarios; `stdout` and `stderr`, word for
# word (a missing file stands for nothing), and `code`, the exit status
# (missing: 0). With UPDATE=1 the three files are written instead.
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)
tally=$2
shift 2
[ $# -gt 0 ] || set -- "$root"/tests/cli/*/
passed=0; failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
PATH=$program:$PATH
export PATH
LC_ALL=C
export LC_ALL

expected() { # FILE, or nothing
    if [ -f "$1" ]; then cat "$1"; fi
}

for case; do
    case=$(cd "$case" && pwd)
    here=$tmp/case
    rm -rf "$here"; mkdir "$here"
    [ ! -d "$case/input" ] || cp -R "$case/input/." "$here"
    [ -e "$here/scenarios" ] || ln -s "$root/scenarios" "$here/scenarios"
    (cd "$here" && sh "$case/cmd") >"$tmp/stdout" 2>"$tmp/stderr" </dev/null
    code=$?
    if [ -n "$UPDATE" ]; then
        for file in stdout stderr; do
            rm -f "$case/$file"
            [ ! -s "$tmp/$file" ] || cp "$tmp/$file" "$case/$file"
        done
        rm -f "$case/code"
        [ $code = 0 ] || echo $code >"$case/code"
    fi
    bad=0
    for file in stdout stderr; do
        expected "$case/$file" >"$tmp/want"
        cmp -s "$tmp/want" "$tmp/$file" ||
            { bad=1; diff -u --label "$(basename "$case")/$file" --label got \
                          "$tmp/want" "$tmp/$file"; }
    done
    want=$(expected "$case/code"); want=${want:-0}
    [ "$code" = "$want" ] || { bad=1; echo "$(basename "$case"): exit $code, not $want"; }
    if [ $bad = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "cli: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
