/* One series under two scenarios: paired differences and what is said of them. */
#ifndef CHIPSPLIT_LAB_COMPARE_SERIES_H
#define CHIPSPLIT_LAB_COMPARE_SERIES_H

#include "run/series.h"

/* Values of one scenario in the paths that count. */
struct side {
    struct moments moments;  /* of the finite ones */
    uint64_t infinite;
};

/* A pair of series while paths come in. A path counts if both sides have a value;
 * if only one of them is unlimited, it has no difference and is missing. Two
 * unlimited values differ by 0. Start from {0}. */
struct difference {
    struct series series;    /* scenario - reference */
    struct side reference, scenario;
    uint64_t more, same, less;
};

/* What is said of it. Statistics that do not exist are NaN. */
struct paired {
    struct summary summary;  /* of the differences */
    double mean_reference, se_reference, mean;
    double more, same, less; /* shares of the n - missing paths */
    double variance_ratio;   /* (Var X + Var Y) / Var(X - Y), NaN if that is 0 */
};

/* Adds the paths of a wave: x[n] of the reference, y[n] of the scenario, in path
 * order; both are rearranged. False without memory. */
bool difference_add(struct difference *difference, double *x, double *y, size_t n,
                    size_t expected);

/* Counts in bins from now on; `scratch` has room for all values kept. False without
 * memory. */
bool series_settle(struct series *series, double *scratch);

void difference_summary(const struct difference *difference, struct summariser *scratch,
                        struct paired *paired);

/* Half the width of the two-sided 95 % limits of a mean over n values with standard
 * error se: Student's t; NaN below n = 2. */
double mean_half_width(double se, uint64_t n);

#endif
