/* What the pictures of a result folder are drawn from: small tables, made from
 * the result files, that the gnuplot scripts of plots/ read. */
#ifndef CHIPSPLIT_LAB_PLOT_H
#define CHIPSPLIT_LAB_PLOT_H

#include "tool/error.h"

/* In the order in which they are made. Each has a script of its name. */
enum plot_picture {
    PLOT_SHARES,       /* domestic, leading foreign and domestic share by money */
    PLOT_SPLIT,        /* money ordered and delivered by option */
    PLOT_BUYERS,       /* money delivered by option, for each buyer */
    PLOT_REGIMES,      /* occupancy of US regimes and of Beijing's stances */
    PLOT_REVENUE,      /* a year's revenue of the leading foreign vendor by stance */
    PLOT_LEVY,         /* receipts of the levy */
    PLOT_DIFFERENCE,   /* paired differences to the reference */
    PLOT_LINES,        /* a sweep over one number: metrics along it */
    PLOT_MAP,          /* a sweep over two numbers: a heat map with contours */
    PLOT_TORNADO,      /* a sweep of one address at a time: how far each one moves a metric */
    PLOT_PICTURES
};

extern const char *const plot_names[PLOT_PICTURES];

struct plot_sheets {
    int count[PLOT_PICTURES];          /* sheets that can be drawn; more than one only of
                                          PLOT_DIFFERENCE, one for each scenario */
    const char *note[PLOT_PICTURES];   /* why there is none, or what it lacks; or NULL */
};

/* Reads the result folder `result` and writes a table for each picture, NAME.csv, into the
 * existing folder `folder`; a picture that cannot be drawn gets one without rows. A row is
 * a row of a result file with the panel and the colour (kind and rank) it is drawn in; in
 * revenue.csv a row of panel 1 is a path's sum over the year. Money is in billions of USD,
 * shares are in per cent; what is missing or unlimited is empty. Text is printable, without
 * double quotes, and has \x1f for a comma: data for the scripts, never part of them.
 * CS_INPUT if the folder holds no manifest.csv, or if a file lacks a column. */
/* The same for the pictures of a sweep, PLOT_LINES to PLOT_TORNADO, which plot_prepare calls:
 * from points.csv and outcomes.csv, with columns x, y and others that plot_sweep.c names. */
struct table;
int plot_prepare_sweep(const char *result, const struct table *manifest, const char *folder,
                       struct plot_sheets *sheets, struct cs_error *err);

int plot_prepare(const char *result, const char *folder, struct plot_sheets *sheets,
                 struct cs_error *err);

#endif
