# A sweep of one address at a time: how far each moves the median of a metric.
array TITLE_OF[3]
date = ''
stats data using (date = stringcolumn('date'), 1) nooutput
stats data using (column('panel')) nooutput
panels = int(STATS_max) + 1
stats data using (column('x')) nooutput
bars = int(STATS_max) + 1
do for [i = 1:panels] {
    stats data using (column('panel') == i - 1 ? (TITLE_OF[i] = text('title'), 1) : NaN) nooutput
}
set label 1 'What moves the outcome most'
set label 2 'Median of the paths when one address takes its lowest and its highest value; '.date
set label 4 source('outcomes.csv')
unset grid
set grid xtics lc rgb FAINT lw 1 lt 1
set border 1
unset ytics
set xtics font FONT.','.SMALL
half = 0.32
row(unused) = column('panel') == k ? column('x') : NaN
array WHO[15]; array WHAT[15]
entry_of(unused) = column('panel') == k ? column('x') + 1 : 15
middle(unused) = column('p50')

set multiplot
do for [i = 0:panels - 1] {
    k = i
    left = panels > 1 ? 0.215 + i * 0.5 : 0.3
    set lmargin screen left
    set rmargin screen (panels > 1 ? left + 0.27 : 0.96)
    set tmargin screen 0.78
    set bmargin screen 0.12
    set title TITLE_OF[i + 1] font BOLD.','.SMALL offset 0,-0.6 tc rgb INK
    set xrange [*:*] # stats leaves out what is outside
    set yrange [*:*]
    stats data using (at('p05')) nooutput
    least = STATS_min; most = STATS_max
    stats data using (at('p95')) nooutput
    least = STATS_min < least ? STATS_min : least
    most = STATS_max > most ? STATS_max : most
    stats data using (at('p50')) nooutput
    centre = STATS_mean
    least = centre < least ? centre : least
    most = centre > most ? centre : most
    span = most > least ? most - least : 1
    set yrange [bars - 0.4:-0.6]
    set xrange [least - 0.05 * span:most + 0.05 * span]
    set arrow 1 from first centre, graph 0 to first centre, graph 1 nohead lw 1.5 lc rgb INK front
    stats data using (WHO[entry_of(0)] = short(text('name'), 34), 1) nooutput
    stats data using (WHAT[entry_of(0)] = short(text('other'), 34), 1) nooutput
    do for [b = 1:bars] {
        set label 10 + b WHO[b]."\n".WHAT[b] at graph -0.03, first b - 1.15 right \
            font FONT.','.SMALL tc rgb INK
    }
    plot data using (middle(0)):(row(0)):(at('p05') < middle(0) ? at('p05') : middle(0)): \
            (at('p05') < middle(0) ? middle(0) : at('p05')):(row(0) - half):(row(0) + half) \
            with boxxyerror lc rgb BLUE title 'at the lowest value', \
        data using (middle(0)):(row(0)):(at('p95') < middle(0) ? at('p95') : middle(0)): \
            (at('p95') < middle(0) ? middle(0) : at('p95')):(row(0) - half):(row(0) + half) \
            with boxxyerror lc rgb VERMILLION title 'at the highest value'
    unset label
    unset key
}
unset multiplot
