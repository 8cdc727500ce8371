/* Quantiles and limits. Missing values are the caller's business: pass none. */
#ifndef CHIPSPLIT_MATH_QUANTILE_H
#define CHIPSPLIT_MATH_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

/* Ranks (from 1) of the order statistics that hold the p-quantile of n values
 * with two-sided confidence 0.95: *lower is the largest l with
 * P(Bin(n,p) <= l-1) <= 0.025, *upper the smallest u with
 * P(Bin(n,p) <= u-1) >= 0.975; 0 where there is none. */
void quantile_ranks(uint64_t n, double p, uint64_t *lower, uint64_t *upper);

/* The same with confidence 1 - alpha: alpha / 2 takes the place of 0.025. */
void quantile_ranks_at(uint64_t n, double p, double alpha, uint64_t *lower, uint64_t *upper);

/* Type 7 quantile (Hyndman and Fan) of n >= 1 ascending values. */
double quantile_sorted(const double *sorted, size_t n, double p);

/* Rearranges x so that each x[rank[k]-1] is the order statistic of that rank
 * (ranks ascending, from 1 to n, repeats allowed). O(n) per distinct rank at
 * worst, far less for close ranks. No NaN. */
void quantile_select(double *x, size_t n, const uint64_t *ranks, size_t count);

/* Clopper-Pearson limits of k successes in n trials at the two-sided level
 * 1 - alpha; [0,1] for n = 0. */
void clopper_pearson(uint64_t k, uint64_t n, double alpha, double *low, double *high);

/* Half the width of the two-sided limits, at level 1 - alpha, of a mean over n values with
 * standard error se: Student's t. NaN below n = 2, 0 for se = 0. */
double student_half_width(double se, uint64_t n, double alpha);

#endif
