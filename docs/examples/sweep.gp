# A line with its band from a sweep over one number: gnuplot -c sweep.gp RESULT PICTURE.png
# Rows of outcomes.csv are picked by date, metric, buyer and option; the value that belongs to
# their run stands in points.csv.
result = ARG1
metric = 'levy_receipts_usd'
date = 'total'
set datafile separator comma
set datafile columnheaders
set datafile missing NaN         # rows that are not picked do not break the lines

array VALUE[10000]
stats result.'/points.csv' using (VALUE[int(column(1))] = column(2), 1) nooutput
picked(name) = stringcolumn('metric') eq metric && stringcolumn('date') eq date && \
    stringcolumn('buyer') eq 'all' && stringcolumn('option') eq 'all' ? column(name) * 1e-9 : NaN
x(unused) = VALUE[int(column('run'))]

set terminal pngcairo noenhanced size 900,500
set output ARG2
set title metric.', '.date.' (billion USD): median, mean, 90 % of paths'
set key top left
set style fill transparent solid 0.3 noborder
plot result.'/outcomes.csv' \
        using (x(0)):(picked('p05')):(picked('p95')) with filledcurves lc rgb '#0072B2' notitle, \
    '' using (x(0)):(picked('p50')) with linespoints lw 2 pt 7 lc rgb '#0072B2' title 'median', \
    '' using (x(0)):(picked('mean')) with lines lw 2 dt 2 lc rgb '#333333' title 'mean'
