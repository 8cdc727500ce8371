# Receipts of the levy, as a fan.
set label 1 'What the levy brings in'
set label 2 'Levy receipts in a period, billion USD'
set label 4 source('summary.csv')

most = 12
eval(label_periods)
k = 0
hue = GREEN
set lmargin screen 0.06
set rmargin screen 0.965
set bmargin screen 0.13
set tmargin screen 0.81
stats data using (column('p95')) nooutput
set yrange [0:STATS_max > 0 ? STATS_max * 1.05 : 1]
eval(fan.", data using (when(0)):(at('mean')) with lines lw 2 dt 2 lc rgb INK title 'mean'")
