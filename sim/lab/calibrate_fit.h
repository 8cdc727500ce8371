/* A row of priors.csv that says what a sample of draws says. */
#ifndef CHIPSPLIT_LAB_CALIBRATE_FIT_H
#define CHIPSPLIT_LAB_CALIBRATE_FIT_H

#include "math/dist.h"

/* A draw must occur this often, on average, for its sample to count as discrete. */
enum { FIT_REPEATS = 4, FIT_TEXT = 4096 };

struct fitted {
    enum dist_kind kind;
    double low, high;        /* ends of the central 90 %, four digits */
    char values[FIT_TEXT];   /* DIST_DISCRETE: `v:w;v:w` */
    double gap;              /* largest difference of the quantiles from 5 to 95 % of fit and
                                sample, over the width of that interval */
};

/* The normal, lognormal, gamma or beta distribution with the 5 and 95 % quantiles of n
 * ascending draws that comes nearest to the others; draws and fit lie in [least, most].
 * 0; CS_INPUT if none fits: the draws are too far from all of these. */
int fit_draws(const double *sorted, size_t n, double least, double most, struct fitted *out);

#endif
