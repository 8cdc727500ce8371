#!/bin/sh
# What README.md says: docs.sh PROGRAM TALLY. Its table must be what the program
# prints, its commands must work, and every relative link in the documents must
# lead somewhere. docs/scenarios.md must be what `make docs` writes, and the tests
# that docs/design.md names must exist.
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
tally=$2
passed=0; failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
cd "$root" || exit 1

report() { # NAME STATUS
    if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "docs: $1"; fi
}

"$program" run base --out "$tmp/base" | sed '/^Results:/,$d' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' \
    >"$tmp/have"
awk '/^base: / {on = 1} /^```/ {if (on) exit} on' README.md >"$tmp/want"
diff -u "$tmp/want" "$tmp/have" >"$tmp/diff"
report "the table in README.md is not what 'run base' prints" $?
head -20 "$tmp/diff"

"$program" backtest history -n 4000 --record scenarios/record/regime_spells.csv \
    --out "$tmp/backtest" | sed '/^Results:/,$d' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$tmp/have"
awk '/^history: / {on = 1} /^```/ {if (on) exit} on' docs/backtest.md >"$tmp/want"
diff -u "$tmp/want" "$tmp/have" >"$tmp/diff"
report "the table in docs/backtest.md is not what 'backtest history' prints" $?
head -20 "$tmp/diff"

# In order, in one fresh folder, so that a command may use the results of an earlier one.
mkdir "$tmp/work"
ln -s "$root/plots" "$tmp/work"
cp -R "$root/scenarios" "$tmp/work"
grep '^build/cc-release/chipsplit' README.md | sed 's/ *#.*//' >"$tmp/commands"
while read -r line; do
    words=${line#build/cc-release/chipsplit }
    case $words in
        *' -h') few= ;;
        run\ *|compare\ *|sweep\ *) few='-n 20 --quiet' ;;
        *) few= ;;
    esac
    (cd "$tmp/work" && eval "$program $words $few" >/dev/null)
    report "README.md: $line" $?
done <"$tmp/commands"

python3 scenarios/describe.py "$program" "$tmp/scenarios.md"
diff -u docs/scenarios.md "$tmp/scenarios.md" >"$tmp/diff"
report "docs/scenarios.md is not what the scenarios say: run 'make docs'" $?
head -20 "$tmp/diff"

python3 tests/lists.py "$program"
report "docs/formats.md and 'chipsplit list' name other metrics, units or meanings" $?

for page in README.md docs/*.md scenarios/README.md plots/README.md; do
    grep -oE '\]\([^)#]+' "$page" | sed 's/^](//' | grep -v '^http' | sort -u >"$tmp/links"
    while read -r link; do
        [ -e "$(dirname "$page")/$link" ]
        report "$page: the link $link leads nowhere" $?
    done <"$tmp/links"
done

# The tests that docs/design.md names for the properties.
grep -E '^\| [PG][0-9]' docs/design.md | grep -oE '`[^`]+`' | tr -d '`' >"$tmp/tests"
while read -r name; do
    [ -e "$name" ] || grep -rqE "cmocka_unit_test\($name\)" tests/unit tests/properties
    report "docs/design.md: there is no test $name" $?
done <"$tmp/tests"

# An installed program finds its scenarios and its plots from anywhere. Only what knows the
# place is compiled again, in a copy of the build.
built=$(dirname "$program"); kind=${built##*/}
mkdir "$tmp/build" "$tmp/away"
cp -Rp "$built" "$tmp/build"
make -s BUILD="$tmp/build" CC="${kind%-*}" MODE="${kind##*-}" PREFIX="$tmp/installed" install >/dev/null
(cd "$tmp/away" && "$tmp/installed/bin/chipsplit" run tiny -n 20 --quiet \
    && "$tmp/installed/bin/chipsplit" plot results/tiny >/dev/null 2>&1)
report "an installed program does not find its scenarios or plots" $?

echo "docs: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ $failed = 0 ]
