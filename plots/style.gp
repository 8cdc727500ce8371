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
array FOREIGN[4] = [BLUE, SKY, 0xB7DDF5, 0x003F63]
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
state_colour(rank, most) = most < 1 ? BLUE : state_at(4.0 * rank / most)

# --- frame, text ---------------------------------------------------------------------------
set border 3 lc rgb INK lw 1
set tics nomirror out scale 0.6 tc rgb INK
set grid ytics lc rgb FAINT lw 1 lt 1
set key noautotitle
set style fill solid 1 noborder
set bars 0
unset mxtics

array NOTE[4]
stats 'notes.csv' using (NOTE[int($0) + 1] = stringcolumn(2), 1) nooutput
TITLE = NOTE[1]; SCENARIO = NOTE[2]; MADE = NOTE[3]; RESULT = NOTE[4]
# Label 1 is the headline, 2 the line below it, 3 the source.
set label 1 '' at screen 0.02, 0.955 left font FONT.':Bold,'.(format eq 'svg' ? 24 : 18) tc rgb INK
set label 2 '' at screen 0.02, 0.905 left tc rgb 0x555555
set label 3 '' at screen 0.02, 0.03 left font FONT.','.(format eq 'svg' ? 13 : 10) tc rgb 0x777777
about(text) = text.'  |  '.SCENARIO
source(file) = 'Source: '.MADE.'; '.RESULT.'/'.file

# --- time: the number of a period, and labels for at most `most` of them --------------------
per_year(date) = strstrt(date, 'Q') ? 4 : 12
period(date) = strlen(date) < 6 ? NaN : int(date[1:4]) * per_year(date) + \
    (strstrt(date, 'Q') ? int(date[6:6]) : int(date[6:7])) - 1
date_of(number, year) = year == 4 ? sprintf('%dQ%d', number / 4, number % 4 + 1) : \
    sprintf('%d-%02d', number / 12, number % 12 + 1)
if (picture ne 'revenue') {
    stats data using (period(stringcolumn('date'))) nooutput
    FIRST = int(STATS_min)
    LAST = int(STATS_max)
    YEAR = 4
    stats data using (YEAR = per_year(stringcolumn('date')), 1) nooutput
    set xrange [FIRST - 0.6:LAST + 0.6]
}
label_periods = "\
    set xtics ('' -1);\
    do for [every in (YEAR == 4 ? '1 2 4 8 16 32 64' : '1 3 6 12 24 60 120')] {\
        if ((LAST - FIRST) / every < most) { break }\
    }\
    do for [t = FIRST:LAST] {\
        if (t % every == 0) { set xtics add (date_of(t, YEAR) t) }\
    }"
