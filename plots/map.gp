# A sweep over two numbers: a cell for each point, with contours of the median.
array TITLE_OF[3]
xname = ''; yname = ''; date = ''
stats data using (xname = text('name'), yname = text('other'), date = stringcolumn('date'), 1) \
    nooutput
stats data using (column('panel')) nooutput
panels = int(STATS_max) + 1
do for [i = 1:panels] {
    stats data using (column('panel') == i - 1 ? (TITLE_OF[i] = text('title'), 1) : NaN) nooutput
}
set label 1 'Two numbers at once'
set label 2 'Median of the paths, the same at every point; '.date
set label 4 source('outcomes.csv')
unset grid
unset key
set border 15
# Dark means little, light means much; even in black and white (cividis of Nunez et al. 2018).
set style textbox opaque noborder fillcolor rgb 'white' margins 0.4,0.2
set palette defined (0 '#00224e', 0.25 '#3b496c', 0.5 '#7d7c78', 0.75 '#bcaf6f', 1 '#fee838')
set colorbox user size 0.012, 0.52
set cbtics font FONT.','.SMALL scale 0.4
set xtics font FONT.','.SMALL
set ytics font FONT.','.SMALL
median(unused) = column('panel') == k ? column('p95') : NaN

# Contours as tables of points, one for each panel.
set contour base
unset surface
set cntrparam linear
set cntrparam levels auto 7
splot_panel = "splot data using (column('x')):(column('y')):(median(0))"
k = 0
set table $CONTOUR0
eval(splot_panel)
unset table
if (panels > 1) {
    k = 1
    set table $CONTOUR1
    eval(splot_panel)
    unset table
}
unset contour
set surface

set multiplot
do for [i = 0:panels - 1] {
    k = i
    left = 0.08 + i * 0.48
    set lmargin screen left
    set rmargin screen left + (panels > 1 ? 0.34 : 0.80)
    set tmargin screen 0.78
    set bmargin screen 0.17
    set title TITLE_OF[i + 1] font BOLD.','.SMALL offset 0,-0.6 tc rgb INK
    set xlabel short(xname, 44) font FONT.','.SMALL tc rgb INK
    set ylabel short(yname, 44) font FONT.','.SMALL offset 1,0 tc rgb INK
    set colorbox user origin left + (panels > 1 ? 0.35 : 0.82), 0.22
    set xrange [*:*] # stats leaves out what is outside
    set yrange [*:*]
    stats data using (column('p05')):(column('p25')) nooutput
    xlow = STATS_min_x; xhigh = STATS_max_y
    stats data using (column('p50')):(column('p75')) nooutput
    ylow = STATS_min_x; yhigh = STATS_max_y
    stats data using (median(0)) nooutput
    set xrange [xlow:xhigh]
    set yrange [ylow:yhigh]
    set cbrange [STATS_min:STATS_max > STATS_min ? STATS_max : STATS_min + 1]
    plot data using (column('panel') == k ? column('x') : NaN):(column('y')): \
            (column('p05')):(column('p25')):(column('p50')):(column('p75')):(median(0)) \
            with boxxyerror fc palette fs solid 1 border rgb 'white'
    unset label
    # The contours over it, which gnuplot wrote in its own way: blanks between numbers.
    unset title
    unset xlabel
    unset ylabel
    set format ''
    set datafile separator whitespace
    set datafile commentschars '#'
    set datafile nocolumnheaders
    eval(sprintf("plot $CONTOUR%d using 1:2 with lines lw 2 lc rgb 'white', \
        $CONTOUR%d using 1:2 with lines lw 1 lc rgb 'black', \
        $CONTOUR%d using 1:2:(sprintf('%%.3g', $3)) every 100::2 with labels \
            font FONT.','.SMALL boxed", i, i, i))
    set format
    set datafile separator comma
    set datafile commentschars ''
    set datafile columnheaders
}
unset multiplot
