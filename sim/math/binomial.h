/* Binomial probabilities, accurate for any number of trials. */
#ifndef CHIPSPLIT_MATH_BINOMIAL_H
#define CHIPSPLIT_MATH_BINOMIAL_H

#include <stdint.h>

/* P(Bin(n,p) = k) for 0 <= k <= n and p in [0,1], by the saddle point form of
 * Loader (2000), "Fast and accurate computation of binomial probabilities". */
double binomial_point(uint64_t k, uint64_t n, double p);

/* P(Bin(n,p) <= k) and P(Bin(n,p) >= k). The tail that does not hold the mean
 * is summed, so a small result has full relative accuracy (about 1e-11 at
 * n = 1e9). Costs about 9 sqrt(n p (1-p)) additions. */
double binomial_at_most(uint64_t k, uint64_t n, double p);
double binomial_at_least(uint64_t k, uint64_t n, double p);

#endif
