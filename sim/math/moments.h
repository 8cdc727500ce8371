/* Means and variances that merge in a fixed order. */
#ifndef CHIPSPLIT_MATH_MOMENTS_H
#define CHIPSPLIT_MATH_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

/* Count, mean and sum of squared deviations (Chan, Golub, LeVeque 1983). */
struct moments {
    uint64_t n;
    double mean;
    double m2;
};

/* The moments of n values in two passes; NaN values are missing and left out.
 * Sums run in 8 interleaved lanes and are then added in order, so the result
 * depends on the values and their order only. */
struct moments moments_of(const double *x, size_t n);

/* What a first pass over values sees: how many are NaN, the extremes and the sum of the
 * others; an empty range, low > high, if there are none. */
struct scan {
    uint64_t missing;
    double low, high, sum;
};
struct scan values_scan(const double *x, size_t n);

/* The same of n values that stand in runs of LANES, each `stride` after the one before,
 * while they are copied to x[n]. */
struct scan values_gather(const double *from, size_t stride, size_t n, double *x);

/* The moments of the n values that were scanned: moments_of without its first pass. */
struct moments moments_scanned(const double *x, size_t n, const struct scan *scan);

/* The same on one instruction set. */
struct scan kernel_values_scan(const double *x, size_t n);
struct scan kernel_values_gather(const double *from, size_t stride, size_t n, double *x);
struct moments kernel_moments_scanned(const double *x, size_t n, const struct scan *scan);

/* Adds the moments of the values that follow. */
void moments_merge(struct moments *into, const struct moments *next);

/* Sample standard deviation and standard error of the mean; NaN below n = 2. */
double moments_sd(const struct moments *m);
double moments_se(const struct moments *m);

#endif
