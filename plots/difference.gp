# Paired differences of one scenario to the reference, as fans; one sheet a scenario.
set label 1 'What changes'
set label 4 source('compare.csv')

array TITLE_OF[16]
name = ''
panel(unused) = column('panel') - 100 * sheet
inside(unused) = panel(0) >= 0 && panel(0) < 16 ? panel(0) + 1 : NaN
stats data using (inside(0) > 0 ? (name = text('name'), inside(0)) : NaN) nooutput
panels = int(STATS_max)
do for [i = 1:panels] {
    stats data using (panel(0) == i - 1 ? (TITLE_OF[i] = text('title'), 1) : NaN) nooutput
}
set label 1 'What changes: '.name
set label 2 'Difference path by path in the same random worlds, in a period'
most = 6
set ytics font FONT.','.SMALL
eval(label_periods)
array HUE[4] = [VERMILLION, PURPLE, BLUE, ORANGE]
columns = panels > 1 ? 2 : 1
rows = (panels + 1) / 2
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead lw 1.5 lc rgb INK back

set multiplot
do for [i = 0:panels - 1] {
    k = 100 * sheet + i
    left = 0.065 + (i % columns) * 0.94 / columns
    top = 0.785 - (i / columns) * 0.385
    set lmargin screen left
    set rmargin screen left + 0.94 / columns - 0.06
    set tmargin screen top
    set bmargin screen (rows > 1 ? top - 0.27 : 0.13)
    set title TITLE_OF[i + 1] font BOLD.','.SMALL offset 0,-0.6 tc rgb INK
    set yrange [*:*] # stats leaves out what is outside
    stats data using (at('p05')) nooutput
    least = STATS_min < 0 ? STATS_min : 0
    stats data using (at('p95')) nooutput
    largest = STATS_max > 0 ? STATS_max : 0
    if (largest - least < 1e-9) { least = -1; largest = 1 }
    span = largest - least
    set yrange [least - 0.05 * span:largest + 0.05 * span]
    hue = HUE[i % 4 + 1]
    eval(fan)
    unset label
    unset key
}
unset multiplot
