# A year's revenue of the leading foreign vendor by Beijing's stance at its end: distribution
# over the paths, if there are any, above quantiles.
array NAME[17]; array ID[17]; array SHARE[17]
slot(unused) = column('panel') == 0 ? column('rank') + 1 : 17
stats data using (NAME[slot(0)] = text('name'), 1) nooutput
stats data using (ID[slot(0)] = stringcolumn('title'), 1) nooutput
stats data using (SHARE[slot(0)] = column('mean'), 1) nooutput
stats data using (column('panel') == 0 ? column('rank') : NaN) nooutput
stances = int(STATS_max) + 1
year = 0
vendor = ''
stats data using (year = int(column('date')), 1) nooutput
stats data using (column('panel') == 2 ? (vendor = text('title'), 1) : 1) nooutput
stats data using (column('panel') == 1 ? 1 : 0) nooutput
paths = int(STATS_sum)

# The axis: three decades below the largest value, and a place for what is less.
stats data using (column(column('panel') == 1 ? 'p05' : 'p95')) nooutput
HIGH = STATS_max > 0 ? ceil(log10(STATS_max) * 10) / 10.0 : 1
LOW = HIGH - 3
place(v) = v < 10**LOW ? LOW - 0.1 : log10(v)
set xrange [LOW - 0.2:HIGH]
set xtics ('less' LOW - 0.1)
do for [decade = -6:6] {
    do for [digit in '1 2 5'] {
        v = digit * 10**decade
        if (v >= 10**LOW * 1.05 && v <= 10**HIGH * 1.001) {
            set xtics add (sprintf('%g', v) log10(v))
        }
    }
}

set label 1 sprintf('Revenue of %s in %d', vendor, year)
set label 2 "By Beijing's stance at the end of the year, billion USD on a logarithmic scale"
set label 4 source(paths ? 'draws.csv, regimes.csv' : 'regimes.csv')
set lmargin screen 0.075
set rmargin screen 0.70

set multiplot
if (paths) {
    # Bin 0 is what is less, bins 1 to 30 are a tenth of a decade each.
    array COUNT[18 * 31]
    do for [i = 1:18 * 31] { COUNT[i] = 0 }
    stance_of(id, i) = i > stances ? 17 : ID[i] eq id ? i : stance_of(id, i + 1)
    bin(v) = v < 10**LOW ? 0 : int((log10(v) - LOW) * 10 + 1e-9) > 29 ? 30 : \
        int((log10(v) - LOW) * 10 + 1e-9) + 1
    box(unused) = column('panel') == 1 && column('p05') == column('p05') ? \
        stance_of(stringcolumn('title'), 1) * 31 + bin(column('p05')) + 1 : 18 * 31
    stats data using (COUNT[box(0)] = COUNT[box(0)] + 1, 1) nooutput
    array TOP[18 * 31]
    do for [i = 1:18 * 31] { TOP[i] = 0 }
    do for [b = 1:31] {
        sum = 0.0
        do for [s = stances:1:-1] {
            sum = sum + COUNT[s * 31 + b]
            TOP[s * 31 + b] = 100 * sum / paths
        }
    }
    stance(i) = int(i - 1) / 31
    left(i) = int(i - 1) % 31 == 0 ? LOW - 0.15 : LOW + (int(i - 1) % 31 - 1) / 10.0
    set tmargin screen 0.80
    set bmargin screen 0.44
    set ylabel 'share of paths' offset 0.5,0 tc rgb INK
    set yrange [0:*]
    set format y '%.0f %%'
    plot for [s = 1:stances] TOP using (stance($1) == s ? left($1) + 0.05 : NaN): \
        (TOP[$1]):(left($1) + 0.003):(left($1) + 0.097): \
        (TOP[$1] - 100.0 * COUNT[$1] / paths):(TOP[$1]) \
        with boxxyerror lc rgb state_colour(s - 1, stances - 1) fs solid 1 noborder
    unset label
}
unset ylabel
unset grid
set tmargin screen (paths ? 0.36 : 0.70)
set bmargin screen 0.13
set yrange [stances + 0.5:0.5]
unset ytics
set border 1
set label 5 'Dot: median.  Box: 50 % of paths.  Line: 90 %.' \
    at screen 0.712, screen (paths ? 0.385 : 0.73) left font FONT.','.SMALL tc rgb 0x777777
dot = format eq 'svg' ? 0.5 : 1
thin = paths ? 0.06 : 0.04
row(unused) = column('rank') + 1
shown(unused) = column('panel') == 0 && column('mean') > 0
hue(unused) = state_colour(column('rank'), stances - 1)
note(unused) = sprintf('%s: %.0f %% of paths', short(text('name'), 26), column('mean'))
plot data using (shown(0) ? place(column('p50')) : NaN):(row(0)): \
        (place(column('p05'))):(place(column('p95'))):(row(0) - thin):(row(0) + thin):(hue(0)) \
        with boxxyerror lc rgb variable, \
    data using (shown(0) ? place(column('p50')) : NaN):(row(0)): \
        (place(column('p25'))):(place(column('p75'))): \
        (row(0) - 5 * thin):(row(0) + 5 * thin):(hue(0)) \
        with boxxyerror lc rgb variable, \
    data using (shown(0) ? place(column('p50')) : NaN):(row(0)):(hue(0)) \
        with points pt 7 ps 2 * dot lc rgb variable, \
    data using (shown(0) ? place(column('p50')) : NaN):(row(0)) \
        with points pt 7 ps dot lc rgb 'white', \
    data using (shown(0) ? HIGH : NaN):(row(0)):(note(0)) \
        with labels left offset 1.5,0 font FONT.','.SMALL tc rgb INK
unset multiplot
