# Domestic, leading foreign and leading domestic share of the money, as fans.
set label 1 'Who gets the money spent on AI chips'
set label 2 about('share of money for owned chips delivered in a period')
set label 3 source('summary.csv')

array NAME[100]
stats data using (NAME[column('panel') + 1] = stringcolumn('title'), column('panel')) nooutput
panels = int(STATS_max) + 1
array COLOUR[3] = [VERMILLION, BLUE, ORANGE]
most = 4
eval(label_periods)
set yrange [0:100]
set ytics 20 format '%.0f %%'
in(k, y) = column('panel') == k ? y : NaN

set multiplot
set bmargin screen 0.19
set tmargin screen 0.82
do for [k = 0:panels - 1] {
    left = 0.06 + k * 0.94 / panels
    set lmargin screen left
    set rmargin screen left + 0.94 / panels - 0.045
    set title NAME[k + 1] font FONT.':Bold' offset 0,-0.3 tc rgb INK
    plot data using (period(strcol('date'))):(in(k, column('p05'))):(column('p95')) \
            with filledcurves fc rgb COLOUR[k + 1] fs transparent solid 0.22, \
        data using (period(strcol('date'))):(in(k, column('p25'))):(column('p75')) \
            with filledcurves fc rgb COLOUR[k + 1] fs transparent solid 0.40, \
        data using (period(strcol('date'))):(in(k, column('p50'))) \
            with lines lw 3 lc rgb COLOUR[k + 1]
    unset label
}
unset multiplot
