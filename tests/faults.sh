#!/bin/sh
# What goes wrong around the program: faults.sh PROGRAM FAULTS TALLY
#
# FAULTS makes every allocation and call to the system fail in turn, see
# tests/fault/faults.c. The rest needs a shell: full disks, closed and narrow
# pipes, signals, two runs at once, locales. What cannot be done here (mounting a
# file system needs its permission) is said and not counted.
root=$(cd "$(dirname "$0")/.." && pwd)
program=$(cd "$(dirname "$1")" && pwd)
faults=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
tally=$(cd "$(dirname "$3")" && pwd)/$(basename "$3")
passed=0; failed=0
tmp=$(mktemp -d) || exit 1
disk=
trap '[ -z "$disk" ] || umount "$disk"; rm -rf "$tmp"' EXIT
PATH=$program:$PATH
export PATH
LC_ALL=C
export LC_ALL

# A fresh folder with `tiny`.
fresh() {
    cd "$tmp" && rm -rf here && mkdir here && cd here && cp -R "$root/scenarios/tiny" .
}
check() { # WHAT; true if what was just tested holds
    if [ $? = 0 ]; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1)); echo "faults: $1"; ls -A; cat said 2>/dev/null
}
plainly() { # what was said, without numbers of processes and paths
    sed 's/\.part-[0-9]*/.part-N/; s/after [0-9]* of/after N of/' said
}
says() { # CODE WANTED SENTENCE: and nothing is left but the scenario
    [ "$1" = "$2" ] && [ "$(plainly)" = "$3" ] && [ "$(ls -A | tr '\n' ' ')" = "said tiny " ]
}

# In memory, because hundreds of runs flush their files to disk.
memory=$(mktemp -d -p /dev/shm 2>/dev/null) || memory=$(mktemp -d)
cp -R "$root/scenarios/tiny" "$memory"
(cd "$memory" && "$faults") >"$tmp/log" 2>&1; code=$?
rm -rf "$memory"
cat "$tmp/log"
counts=$(sed -n 's/^faults: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$tmp/log")
[ -n "$counts" ] || { counts="0 1"; echo "faults: $faults ended with $code"; }
passed=${counts% *}; failed=${counts#* }

# --- where results go ---

fresh; chipsplit run tiny -n 10 -o out >/dev/full 2>said; code=$?
[ $code = 1 ] && [ "$(cat said)" = "chipsplit: standard output: No space left on device" ]
check "a full standard output"
fresh; chipsplit run tiny -n 10 --quiet -o /dev/full 2>said
says $? 2 "chipsplit: /dev/full: is a file; results need a folder"; check "a device as the result"
fresh; chipsplit run tiny -n 10 --quiet -o /proc/nothing/out 2>said
says $? 1 "chipsplit: /proc/nothing: the folder cannot be made: No such file or directory"
check "a place where nothing can be made"
fresh; mkdir gone
(cd gone && rmdir ../gone && chipsplit run "$tmp/here/tiny" -n 10 --quiet -o out) 2>said
says $? 1 "chipsplit: out: the result folder cannot be made: No such file or directory"
check "a working folder that has vanished"
fresh; (ulimit -f 1; trap '' XFSZ; chipsplit run tiny -n 10 --quiet -o out) 2>said
says $? 1 "chipsplit: out.part-N/summary.csv: File too large"; check "a quota on files"
fresh; mkdir disk
if mount -t tmpfs -o size=64k none disk 2>/dev/null; then
    disk=$tmp/here/disk
    chipsplit run tiny -n 10 --quiet -o disk/out 2>said
    [ $? = 1 ] && [ -z "$(ls -A disk)" ] &&
        [ "$(plainly)" = "chipsplit: disk/out.part-N/summary.csv: No space left on device" ]
    check "a full file system"
    mount -o remount,ro disk && chipsplit run tiny -n 10 --quiet -o disk/out 2>said
    [ $? = 1 ] && [ "$(cat said)" = "chipsplit: disk/out: the result folder cannot be made: \
Read-only file system" ]
    check "a read-only file system"
    umount disk; disk=
else
    echo "faults: not permitted to mount: a full and a read-only file system were not tried"
fi

# --- streams ---

fresh; chipsplit run tiny -n 10 -o out >&- 2>said
[ $? = 1 ] && [ "$(cat said)" = "chipsplit: standard output: Bad file descriptor" ] &&
    [ -f out/summary.csv ]
check "a closed standard output"
fresh; chipsplit run tiny -n 10 --quiet -o out >&- 2>&- <&-
[ $? = 0 ] && head -1 out/summary.csv | grep -q '^scenario,date,'; check "all streams closed"
fresh; { chipsplit run tiny -n 10 -o out 2>said; echo $? >code; } | true
sleep 0.1; code=$(cat code)
{ [ "$code" = 0 ] && [ ! -s said ]; } ||
    { [ "$code" = 1 ] && [ "$(cat said)" = "chipsplit: standard output: Broken pipe" ]; }
check "a pipe that nobody reads"
fresh; chipsplit run tiny -n 10 -o out 2>said | head -1 >first
[ -s first ] && { [ ! -s said ] || grep -q 'Broken pipe$' said; }; check "head"

# --- signals and other runs ---

# Waits until a run has made its working folder, OUT.part-PID or, with a journal,
# OUT.unfinished.
begun() {
    tries=0
    until ls -d out.part-* out.unfinished/files >/dev/null 2>&1 || [ $tries = 200 ]; do
        sleep 0.05; tries=$((tries + 1))
    done
}
for signal in INT:130 TERM:143 HUP:129; do
    fresh; # a background job of a shell without job control ignores SIGINT
    env --default-signal=INT chipsplit compare tiny tiny -n 1e9 --quiet -o out 2>said &
    pid=$!; begun; kill -"${signal%:*}" $pid; wait $pid
    says $? "${signal#*:}" "chipsplit: stopped after N of 1000000000 paths"
    check "SIG${signal%:*} during a comparison, which cannot go on"
    fresh
    env --default-signal=INT chipsplit run tiny -n 1e9 --quiet -o out 2>said &
    pid=$!; begun; sleep 0.5; kill -"${signal%:*}" $pid; wait $pid; code=$?
    [ ! -d out.unfinished ] || mv out.unfinished "$tmp/unfinished"
    says $code 3 "chipsplit: stopped after N of 1000000000 paths; the same command with --resume \
goes on from there"
    check "SIG${signal%:*} during a run, which can"; rm -rf "$tmp/unfinished"
done
for first in "compare tiny tiny" "run tiny"; do
    for second in "-n 10" "-n 20000"; do
        fresh; chipsplit $first -n 1e9 --quiet -o out 2>before &
        pid=$!; begun; chipsplit run tiny $second --quiet -o out 2>said; code=$?
        kill -TERM $pid; wait $pid; rm -rf before out.unfinished
        [ $code = 2 ] && [ ! -e out ] && grep -q ': another run is writing th' said
        check "two at once: $first, run tiny $second"
    done
done
fresh; chipsplit run tiny -n 1e9 --quiet -o out 2>first &
pid=$!; begun; kill -KILL $pid; wait $pid 2>/dev/null
chipsplit run tiny -n 10 --quiet -o out 2>said; check "a run after one that was killed"

# --- locales: a decimal comma, and an i that has no capital I ---

fresh; chipsplit run tiny -n 40 -o out >plain
for name in de_DE tr_TR; do
    mkdir -p locales
    if localedef -i $name -f UTF-8 "$tmp/here/locales/$name.UTF-8" >/dev/null 2>&1; then
        LOCPATH=$tmp/here/locales LC_ALL=$name.UTF-8 \
            chipsplit run tiny -n 40 -o out --force >there 2>said
        cmp -s plain there && [ ! -s said ]; check "$name"
    else
        echo "faults: $name cannot be made: not tried"
    fi
done

echo "faults: $passed passed, $failed failed"
echo "$passed $failed" >"$tally"
[ "$failed" = 0 ]
