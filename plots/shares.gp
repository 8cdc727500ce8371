# Domestic, leading foreign and leading domestic share of the money, as fans.
set label 1 'Who gets the money spent on AI chips'
set label 2 'Share of the money for owned chips delivered in a period'
set label 4 source('summary.csv')

array NAME[100]
stats data using (NAME[column('panel') + 1] = text('title'), column('panel')) nooutput
panels = int(STATS_max) + 1
array HUE[3] = [VERMILLION, BLUE, ORANGE]
most = 4
eval(label_periods)
set yrange [0:100]
set ytics 20 format '%.0f %%'

set multiplot
set bmargin screen 0.13
set tmargin screen 0.78
do for [k = 0:panels - 1] {
    left = 0.065 + k * 0.945 / panels
    set lmargin screen left
    set rmargin screen left + 0.945 / panels - 0.06
    set title NAME[k + 1] font BOLD offset 0,-0.3 tc rgb INK
    hue = HUE[k + 1]
    eval(fan)
    unset label
    unset key
}
unset multiplot
