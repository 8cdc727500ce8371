#!/bin/sh
# Includes point down: cli, lab, run, model, world, math, tool. Only sim/cli
# prints or exits, only sim/tool/csv*.c knows libcsv.
cd "$(dirname "$0")/.." || exit 1
order="tool math world model run lab cli"
bad=0
above=$order
for layer in $order; do
    above=${above#"$layer"}; above=${above# }
    for higher in $above; do
        grep -n "#include \"$higher/" sim/"$layer"/*.[ch] 2>/dev/null && bad=1
    done
    [ "$layer" = cli ] ||
        { grep -nE '\b(printf|puts|putchar|exit|abort) *\(' sim/"$layer"/*.c 2>/dev/null && bad=1; }
done
grep -ln '#include <csv.h>' sim/*/*.[ch] | grep -v '^sim/tool/csv' && bad=1
[ $bad = 0 ] && echo "layers: every include points down" && exit 0
echo "layers: the lines above break the order ($order, low to high) or print outside sim/cli" >&2
exit 1
