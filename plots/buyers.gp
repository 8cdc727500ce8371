# Each buyer's split of the money delivered, by option.
set label 1 'How each buyer splits its money'
set label 2 'Mean share of the money delivered in a period, by option'
set label 4 source('summary.csv')

array NAME[100]
stats data using (NAME[column('panel') + 1] = text('title'), column('panel')) nooutput
panels = int(STATS_max) + 1
columns = panels > 6 ? 4 : panels > 4 ? 3 : panels > 1 ? 2 : 1
rows = ceil(1.0 * panels / columns)
most = columns > 2 ? 3 : 5
eval(label_periods)
colour(kind, rank) = option_colour(kind, rank)
k = 0
eval(read_entries)
set yrange [0:100]
set ytics 50 format '%.0f %%'

set multiplot
width = 0.69 / columns
height = 0.71 / rows
do for [k = 0:panels - 1] {
    left = 0.065 + (k % columns) * width
    top = 0.77 - (k / columns) * height
    set lmargin screen left
    set rmargin screen left + width - 0.02
    set tmargin screen top
    set bmargin screen top - height + (rows > 2 ? 0.095 : 0.12)
    set format y (k % columns == 0 ? '%.0f %%' : '')
    set title wrapped(NAME[k + 1], int(93 / columns)) font BOLD.','.SMALL offset 0,-0.6 tc rgb INK
    eval(stack)
    unset label
}
set lmargin screen 0.738
set rmargin screen 0.99
set tmargin screen 0.77
set bmargin screen 0.1
k = 0
eval(draw_key)
unset multiplot
