# Mean money ordered and delivered in a period, by option.
set label 1 'What buyers order, and what they get'
set label 2 'Mean money in a period by option, billion USD'
set label 4 source('summary.csv')

most = 4
eval(label_periods)
colour(kind, rank) = option_colour(kind, rank)
k = 0
eval(read_entries)
set yrange [0:*]

set multiplot
set bmargin screen 0.13
set tmargin screen 0.78
do for [k = 0:1] {
    set lmargin screen 0.05 + k * 0.35
    set rmargin screen 0.36 + k * 0.35
    set title (k ? 'Delivered' : 'Ordered') font BOLD offset 0,-0.3 tc rgb INK
    eval(stack)
    set yrange [0:GPVAL_Y_MAX]
    unset label
}
set lmargin screen 0.735
set rmargin screen 0.99
k = 0
eval(draw_key)
unset multiplot
