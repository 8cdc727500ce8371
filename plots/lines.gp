# A sweep over one number: metrics along it, the median in bands of 50 % and 90 % of paths. With
# words beside it a median for each word, in its band of 50 %.
array TITLE_OF[5]
name = ''; date = ''
stats data using (name = text('name'), date = stringcolumn('date'), 1) nooutput
stats data using (column('panel')) nooutput
panels = int(STATS_max) + 1
do for [i = 1:panels] {
    stats data using (column('panel') == i - 1 ? (TITLE_OF[i] = text('title'), 1) : NaN) nooutput
}
stats data using (column('y')) nooutput
lines = int(STATS_max) + 1
array WORD[7]
do for [i = 1:lines] {
    stats data using (column('y') == i - 1 ? (WORD[i] = text('other'), 1) : NaN) nooutput
}
set label 1 'Along '.short(name, 70)
set label 2 'The same paths at every point; '.(date eq 'total' ? 'total' : date)
set label 4 source('outcomes.csv')
stats data using (column('x')) nooutput
set xrange [STATS_min:STATS_max]
set xtics autofreq font FONT.','.SMALL
set ytics font FONT.','.SMALL
array HUE[6] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY]
on(name) = column('y') == g ? at(name) : NaN
set datafile missing NaN # rows of another line do not break this one
columns = panels > 1 ? 2 : 1
rows = (panels + 1) / 2
dot = format eq 'svg' ? 0.35 : 0.7

set multiplot
do for [i = 0:panels - 1] {
    k = i
    left = 0.065 + (i % columns) * 0.94 / columns
    top = 0.785 - (i / columns) * 0.385
    set lmargin screen left
    set rmargin screen left + 0.94 / columns - 0.06
    set tmargin screen top
    set bmargin screen (rows > 1 ? top - 0.27 : 0.13)
    set title TITLE_OF[i + 1] font BOLD.','.SMALL offset 0,-0.6 tc rgb INK
    set yrange [*:*] # stats leaves out what is outside
    stats data using (at(lines > 1 ? 'p75' : 'p95')) nooutput
    set yrange [0:STATS_max > 0 ? STATS_max * 1.05 : 1]
    hue = HUE[i % 4 + 1]
    if (lines > 1) {
        plot for [g = 0:lines - 1] data using (column('x')):(on('p25')):(on('p75')) \
                with filledcurves fc rgb HUE[g + 1] fs transparent solid 0.15, \
            for [g = 0:lines - 1] data using (column('x')):(on('p50')) \
                with linespoints lw 3 pt 7 ps dot lc rgb HUE[g + 1], \
            for [g = 0:lines - 1] keyentry with lines lw 3 lc rgb HUE[g + 1] \
                title short(WORD[g + 1], 30), \
            keyentry with boxes fc rgb 0xDADADA title '50 % of paths'
    } else {
        plot data using (column('x')):(at('p05')):(at('p95')) with filledcurves \
                fc rgb hue fs transparent solid 0.22, \
            data using (column('x')):(at('p25')):(at('p75')) with filledcurves \
                fc rgb hue fs transparent solid 0.40, \
            data using (column('x')):(at('p50')) with linespoints lw 3 pt 7 ps dot lc rgb hue, \
            data using (column('x')):(at('mean')) with lines lw 2 dt 2 lc rgb INK, \
            keyentry with lines lw 3 lc rgb INK title 'median', \
            keyentry with lines lw 2 dt 2 lc rgb INK title 'mean', \
            keyentry with boxes fc rgb 0x9A9A9A title '50 % of paths', \
            keyentry with boxes fc rgb 0xDADADA title '90 % of paths'
    }
    unset label
    unset key
}
unset multiplot
