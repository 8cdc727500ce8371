# Occupancy of US regimes and of Beijing's stances.
set label 1 'Which policies are in force'
set label 2 'Share of paths at the end of a period'
set label 4 source('regimes.csv')

most = 8
eval(label_periods)
colour(kind, rank) = state_colour(k == 0 ? MOST - rank : rank, MOST)
set ytics 25 format '%.0f %%'
take_states = "\
    set yrange [0:100];\
    stats data using (column('panel') == k ? column('rank') : NaN) nooutput;\
    MOST = int(STATS_max);\
    set tmargin screen 0.78 - k * 0.38;\
    set bmargin screen 0.52 - k * 0.38"

set multiplot
set lmargin screen 0.065
set rmargin screen 0.68
do for [k = 0:1] {
    eval(take_states)
    set title (k ? "Beijing's stances" : 'US regimes') font BOLD offset 0,-0.3 tc rgb INK
    eval(stack)
    unset label
}
set lmargin screen 0.70
set rmargin screen 0.99
do for [k = 0:1] {
    eval(take_states)
    eval(read_entries)
    eval(draw_key)
}
unset multiplot
