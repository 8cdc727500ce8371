# Occupancy of US regimes and of Beijing's stances.
set label 1 'Which policies are in force'
set label 2 'Share of paths at the end of a period'
set label 4 source('regimes.csv')

most = 8
eval(label_periods)
colour(kind, rank) = state_colour(k == 0 ? MOST - rank : rank, MOST)
set yrange [0:100]
set ytics 25 format '%.0f %%'
set rmargin screen 0.68

set multiplot
set lmargin screen 0.065
do for [k = 0:1] {
    stats data using (column('panel') == k ? column('rank') : NaN) nooutput
    MOST = int(STATS_max)
    eval(read_entries)
    top = 0.78 - k * 0.365
    set tmargin screen top
    set bmargin screen top - 0.27
    set key at screen 0.705, top + 0.01 left top samplen 1.2 \
        spacing (MOST < 9 ? 1.3 : 0.9) Left reverse maxrows 40 maxcols 1
    set title (k ? "Beijing's stances" : 'US regimes') font BOLD offset 0,-0.3 tc rgb INK
    eval(stack_and_key)
    unset label
}
unset multiplot
