# One look for every picture, loaded before its script. Given are `picture`, `sheet` and
# `format`; read are notes.csv and PICTURE.csv, as data only. The picture is written to the
# file `picture` of the working folder.

set encoding utf8
set datafile separator comma
set datafile columnheaders
set datafile commentschars ''
data = picture.'.csv'

FONT = 'sans-serif'
if (format eq 'svg') {
    set terminal svg noenhanced size 1280,720 dynamic background rgb 'white' font FONT.',16' \
        name 'chipsplit'
} else {
    set terminal pngcairo noenhanced size 1280,720 background rgb 'white' font FONT.',12.5'
}
set output 'picture'

# --- colours: Okabe and Ito, with darker and lighter shades inside a class ----------------
INK = 0x333333; FAINT = 0xDDDDDD
BLUE = 0x0072B2; SKY = 0x56B4E9; GREEN = 0x009E73; YELLOW = 0xF0E442
ORANGE = 0xE69F00; VERMILLION = 0xD55E00; PURPLE = 0xCC79A7
array DOMESTIC[6] = [VERMILLION, ORANGE, YELLOW, 0x7F3800, 0xF3C299, 0xFBF7B5]
array FOREIGN[4] = [BLUE, SKY, 0xB7DDF5, GREEN]
array GREY[2] = [0x555555, 0x999999]
array RENT[2] = [PURPLE, 0xE8C4D8]
option_colour(kind, rank) = kind == 0 ? DOMESTIC[rank + 1] : kind == 1 ? FOREIGN[rank + 1] : \
    kind == 2 ? GREY[rank + 1] : kind == 3 ? RENT[rank + 1] : FAINT
# From loose (blue) to tight (vermillion) for states of any number.
array STATE[5] = [BLUE, SKY, YELLOW, ORANGE, VERMILLION]
channel(c, shift) = (c >> shift) & 0xFF
blend(a, b, f, shift) = int(channel(a, shift) * (1 - f) + channel(b, shift) * f + 0.5) << shift
mix(a, b, f) = blend(a, b, f, 16) + blend(a, b, f, 8) + blend(a, b, f, 0)
state_at(x) = mix(STATE[int(x) + 1], STATE[int(x) + (x < 4 ? 2 : 1)], x - int(x))
state_colour(rank, most) = most < 1 ? BLUE : \
    rank >= 0 && rank <= most ? state_at(4.0 * rank / most) : INK

# --- frame, text ---------------------------------------------------------------------------
set border 3 lc rgb INK lw 1
set tics nomirror out scale 0.6 tc rgb INK
set grid ytics lc rgb FAINT lw 1 lt 1
set key noautotitle
set style fill solid 1 noborder
set errorbars 0
unset mxtics

# A unit separator stands for a comma: gnuplot cuts a field at it even inside quotes.
COMMA = "\037"
commas(s) = strstrt(s, COMMA) == 0 ? s : \
    s[1:strstrt(s, COMMA) - 1].','.commas(s[strstrt(s, COMMA) + 1:strlen(s)])
text(name) = commas(stringcolumn(name))

array NOTE[4]
stats 'notes.csv' using (NOTE[int($0) + 1] = text('text'), 1) nooutput
TITLE = NOTE[1]; SCENARIO = NOTE[2]; MADE = NOTE[3]; RESULT = NOTE[4]
short(s, most) = strlen(s) > most ? s[1:most - 1].'…' : s
# Label 1 is the headline, 2 says what is shown, 3 of which world, 4 from where; a script
# sets the texts of labels 1, 2 and 4.
# The svg terminal has no bold.
BOLD = format eq 'svg' ? FONT : FONT.':Bold'
HEAD = format eq 'svg' ? 24 : 18; SMALL = format eq 'svg' ? '13.5' : '10.5'
set label 1 '' at screen 0.02, 0.955 left font BOLD.','.HEAD tc rgb INK
set label 2 '' at screen 0.02, 0.908 left tc rgb INK
set label 3 short(TITLE, 100).' ('.SCENARIO.')' at screen 0.02, 0.87 left \
    font FONT.','.SMALL tc rgb 0x777777
set label 4 '' at screen 0.02, 0.03 left font FONT.','.SMALL tc rgb 0x777777
source(file) = 'Source: '.MADE.'; '.short(RESULT, 100).'/'.file
# Broken at the last blank before `most` characters.
blank_before(s, i) = i < 2 ? 0 : s[i:i] eq ' ' ? i : blank_before(s, i - 1)
halves(s, i, most) = i == 0 ? short(s, most) : s[1:i - 1]."\n".short(s[i + 1:strlen(s)], most)
wrapped(s, most) = strlen(s) <= most ? s : halves(s, blank_before(s, most), most)

# --- time: the number of a period, and labels for at most `most` of them --------------------
per_year(date) = strstrt(date, 'Q') ? 4 : 12
period(date) = strlen(date) < 6 ? NaN : int(date[1:4]) * per_year(date) + \
    (strstrt(date, 'Q') ? int(date[6:6]) : int('1'.date[6:7]) - 100) - 1
date_of(number, year) = year == 4 ? sprintf('%dQ%d', number / 4, number % 4 + 1) : \
    sprintf('%d-%02d', number / 12, number % 12 + 1)
if (strstrt('revenue lines map tornado', picture) == 0) {
    stats data using (period(stringcolumn('date'))) nooutput
    FIRST = int(STATS_min)
    LAST = int(STATS_max)
    YEAR = 4
    stats data using (YEAR = per_year(stringcolumn('date')), 1) nooutput
    set xrange [FIRST - 0.6:LAST + 0.6]
}
label_periods = "\
    set xtics ('' -1);\
    strides = YEAR == 4 ? '1 2 4 8 16 32 64' : '1 3 6 12 24 60 120';\
    stride = 0;\
    do for [s in strides] {\
        if (stride == 0 && (LAST - FIRST) / s < most) { stride = s + 0 }\
    };\
    do for [t = FIRST:LAST] {\
        set xtics add ('' t 1);\
        if (t % stride == 0) { set xtics add (date_of(t, YEAR) t) }\
    }"

# --- parts of pictures: of the rows with panel `k` -------------------------------------------
at(column_name) = column('panel') == k ? column(column_name) : NaN
when(unused) = period(stringcolumn('date'))

# A fan of the colour `hue`, and its key at the top right.
fan = "plot data using (when(0)):(at('p05')):(at('p95')) with filledcurves \
        fc rgb hue fs transparent solid 0.22, \
    data using (when(0)):(at('p25')):(at('p75')) with filledcurves \
        fc rgb hue fs transparent solid 0.40, \
    data using (when(0)):(at('p50')) with lines lw 3 lc rgb hue, \
    keyentry with lines lw 3 lc rgb INK title 'median', \
    keyentry with boxes fc rgb 0x9A9A9A title '50 % of paths', \
    keyentry with boxes fc rgb 0xDADADA title '90 % of paths'"
set key at screen 0.985, 0.97 right top samplen 2.5 font FONT.','.SMALL tc rgb INK

# Stacked bars of the means of panel `k`, in the order of the file; `colour(kind, rank)` is the
# script's. TOP is how high the bar of a period has grown.
slot(unused) = int(when(0)) - FIRST + 1
shown(unused) = column('panel') == k && column('mean') > 0
top(unused) = TOP[slot(0)]
stack = "array TOP[LAST - FIRST + 1];\
    do for [t = 1:LAST - FIRST + 1] { TOP[t] = 0 };\
    plot data using (shown(0) ? when(0) : NaN): \
        (TOP[slot(0)] = TOP[slot(0)] + (shown(0) ? column('mean') : 0), top(0)): \
        (when(0) - 0.42):(when(0) + 0.42):(top(0) - column('mean')):(top(0)): \
        (colour(column('kind'), column('rank'))) \
        with boxxyerror lc rgb variable fs solid 1 border rgb 'white'"

# The kinds and ranks of panel `k`, each once, with their names; as a key the last stands on top.
array LABEL[128]
array ENTRY[128]
entry(unused) = column('panel') == k ? 16 * column('kind') + column('rank') + 1 : 128
read_entries = "do for [i = 1:128] { LABEL[i] = '' };\
    stats data using (LABEL[entry(0)] = text('name'), 1) nooutput;\
    entries = 0;\
    do for [i = 1:127] {\
        if (strlen(LABEL[i]) > 0) { entries = entries + 1; ENTRY[entries] = i }\
    }"
entry_colour(i) = colour((ENTRY[i] - 1) / 16, (ENTRY[i] - 1) % 16)
# The key alone, as a plot of its own in the margins that are set.
draw_key = "unset border; unset tics; unset grid; unset title; unset ylabel; unset label;\
    set key inside left top vertical Left reverse samplen 1.2 maxcols 1 \
        spacing (entries < 16 ? 1.3 : 0.9);\
    set xrange [0:1]; set yrange [0:1];\
    plot 2, for [i = entries:1:-1] keyentry with boxes fc rgb entry_colour(i) \
        title short(LABEL[ENTRY[i]], 36)"
