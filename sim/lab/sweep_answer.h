/* Short answers from a sweep, with their errors.
 *
 * A gauge is a mean over paths: of a metric, or of whether it lies below or above a bound.
 * Each point gathers it in batches of paths, the same paths in every point; answers are
 * functions of the means, and their limits are those of a bootstrap over batches that draws
 * the same batches for all points. */
#ifndef CHIPSPLIT_LAB_SWEEP_ANSWER_H
#define CHIPSPLIT_LAB_SWEEP_ANSWER_H

#include "run/quantity.h"

enum { BATCHES = 256, REPLICATES = 1000 };

enum gauge_kind { GAUGE_MEAN, GAUGE_BELOW, GAUGE_ABOVE, GAUGE_UP_TO };

struct gauge {
    struct quantity quantity;
    const char *text;            /* as asked, or NULL: asked by the program */
    size_t series;               /* of the plan */
    enum gauge_kind kind;
    double bound;                /* of GAUGE_BELOW (<), GAUGE_ABOVE (>), GAUGE_UP_TO (<=) */
    double target;               /* what the mean is then: p50 passes VALUE where half of
                                    the paths are up to it; NaN: no crossing is asked */
    char stat[40];               /* mean, p50, P(>0.8) as the user wrote it */
    double threshold;            /* the VALUE that the statistic is to pass; NaN: none */
};

/* A gauge in a point: path k belongs to batch k % BATCHES. */
struct tally {
    double sum[BATCHES];
    uint32_t count[BATCHES];
};

/* Adds n paths from `first` on; NaN is missing and left out. */
void tally_add(struct tally *tally, const struct gauge *gauge, uint64_t first, const double *x,
               size_t n);

enum question {
    ASK_MAXIMUM,                 /* the value of the axis at which the gauge is largest */
    ASK_HEIGHT,                  /* and the gauge there */
    ASK_CROSSING,                /* the value at which the gauge passes its target */
    ASK_BUYERS                   /* cents of a dollar of levy that buyers pay, at a point */
};

/* An answer along an axis while the other values stay. Numbers that do not exist are NaN. */
struct answer {
    enum question question;
    size_t gauge, axis, point;   /* point: the first of the line, or the one it is about */
    double value, se, low, high; /* estimate, bootstrap standard error and 95 % limits */
    double found;                /* share of bootstrap replicates that have one */
    bool edge;                   /* the maximum is at an end of the line */
    double first, last;          /* ends of the line */
    double least, most;          /* of the gauge's mean along the line */
};

struct sweep;
/* Which gauges the sweep needs: levy receipts and what buyers pay of them if rates of levies
 * are varied, then one for each crossing asked for. Their series are not yet known. */
/* Whether an axis is the rate of a levy. */
bool sweep_varies_levy(const struct sweep *sweep, size_t axis);
int sweep_read_gauges(struct sweep *sweep, struct cs_error *err);
/* Works out sweep->answer from the tallies. */
int sweep_find_answers(struct sweep *sweep, struct cs_error *err);

#endif
