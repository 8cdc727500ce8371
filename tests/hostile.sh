#!/bin/sh
# Every way of being wrong, and its sentence: hostile.sh PROGRAM TALLY [FILE...]
#
# A file tests/hostile/NAME holds cases, divided by lines that begin with `# `
# and say what is wrong. The other lines are a shell script, which runs in `w`,
# a fresh copy of scenarios/tiny, except those that begin with `chipsplit: `:
# they are what the program has to say on stderr, word for word, when it is
# asked to run the folder. It has to leave with 2, say nothing on stdout, write
# nothing, and take no longer than SECONDS_MOST. In a script `swap FILE OLD NEW`
# replaces the first OLD, which must be there; `set -- ...` gives options to the
# run; `world=DIR` names another folder than w, seen from the folder around it.
# With UPDATE=1 the sentences are written instead.
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)
tally=$2
shift 2
[ $# -gt 0 ] || set -- "$root"/tests/hostile/*
passed=0; failed=0
SECONDS_MOST=10
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
PATH=$program:$PATH
export PATH root SECONDS_MOST
LC_ALL=C
export LC_ALL

cat >"$tmp/before" <<'END'
set -e
swap() {
    awk -v old="$2" -v new="$3" 'BEGIN { RS = "\001"; ORS = "" }
        { at = index($0, old); if (!at) exit 1
          print substr($0, 1, at - 1) new substr($0, at + length(old)) }' "$1" >"$1.new" ||
        { echo "swap $1: there is no '$2'"; exit 9; }
    mv "$1.new" "$1"
}
world=w
END
cat >"$tmp/after" <<'END'
cd ..
find . >../files
set +e
timeout $SECONDS_MOST chipsplit run "$world" -n 10 --quiet -o out "$@" 2>../stderr
code=$?
find . | diff ../files -
exit $code
END

for file; do
    rm -rf "$tmp/cases"; mkdir "$tmp/cases"
    awk -v to="$tmp/cases" '
        /^# /         { part = sprintf("%s/%03d", to, ++n); print substr($0, 3) >(part ".name")
                        printf "" >(part ".want"); printf "" >(part ".script"); next }
        /^chipsplit: / { print >(part ".want"); next }
                       { print >(part ".script") }' "$file"
    : >"$tmp/updated"
    for name in "$tmp"/cases/*.name; do
        part=${name%.name}
        rm -rf "$tmp/here"; mkdir "$tmp/here"
        cp -R "$root/scenarios/tiny" "$tmp/here/w"
        cat "$tmp/before" "$part.script" "$tmp/after" >"$tmp/script"
        (cd "$tmp/here/w" && sh "$tmp/script") >"$tmp/stdout" </dev/null
        code=$?
        bad=0
        diff -u --label expected "$part.want" --label got "$tmp/stderr" >"$tmp/diff" || bad=1
        [ $code = 2 ] || { bad=1; echo "exit $code, not 2" >>"$tmp/diff"; }
        [ ! -s "$tmp/stdout" ] || { bad=1; cat "$tmp/stdout" >>"$tmp/diff"; }
        [ $bad = 0 ] || { echo "$(basename "$file"): $(cat "$name")"; cat "$tmp/diff"; }
        if [ $bad = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
        { [ ! -s "$tmp/updated" ] || echo; echo "# $(cat "$name")"
          sed '/^$/d' "$part.script"; cat "$tmp/stderr"; } >>"$tmp/updated"
        : >"$tmp/stderr"
    done
    [ -z "$UPDATE" ] || cp "$tmp/updated" "$file"
done
echo "hostile: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
