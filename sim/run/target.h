/* A target of the stop rule: METRIC[BUYER/OPTION]@DATE STAT TOL.
 *
 * STAT is `mean`, `pNN` (a quantile) or `P(<x)`, `P(>x)` (a probability); TOL is a number
 * or, not for probabilities, a `%` of the estimate. A target is met when no limit of the
 * statistic's interval is farther than TOL from the estimate. */
#ifndef CHIPSPLIT_RUN_TARGET_H
#define CHIPSPLIT_RUN_TARGET_H

#include "run/quantity.h"

enum statistic { STATISTIC_MEAN, STATISTIC_QUANTILE, STATISTIC_BELOW, STATISTIC_ABOVE };

struct stop_target {
    struct quantity quantity;
    enum statistic statistic;
    double at;               /* quantile: its probability in (0,1); P: the bound x */
    double tolerance;        /* > 0 */
    bool relative;           /* tolerance is a share of the estimate */
};

/* Reads a target. Returns NULL, or the rule that the text breaks as a phrase. No name is
 * looked up; whatever bytes the text holds are safe. */
const char *target_parse(const char *text, struct stop_target *target);

/* An estimate with its limits; NaN where they do not exist. */
struct interval {
    double estimate, low, high;
};

/* The statistic of n values in path order, NaN for missing, at the two-sided level
 * 1 - alpha: Student's t for a mean, binomial order statistics for a quantile (its
 * estimate of type 7), Clopper-Pearson for a probability; all over the values that are
 * there. `scratch` has room for n. */
struct interval target_interval(const struct stop_target *target, const double *x, size_t n,
                                double alpha, double *scratch);

/* Whether the limits are within the tolerance; an interval without limits never is. */
bool target_met(const struct stop_target *target, const struct interval *interval);

#endif
