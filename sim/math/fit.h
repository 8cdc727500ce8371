/* Distributions from the ends of their central interval. */
#ifndef CHIPSPLIT_MATH_FIT_H
#define CHIPSPLIT_MATH_FIT_H

/* The gamma distribution (shape, scale) with P(X <= low) = P(X > high) =
 * (1 - credibility) / 2, for 0 < low < high. Both quantiles are met within
 * 1e-12 of themselves. Returns NULL, or why there is none that can be used. */
const char *fit_gamma(double low, double high, double credibility, double *shape, double *scale);

/* The same for the beta distribution, for 0 < low < high < 1. */
const char *fit_beta(double low, double high, double credibility, double *a, double *b);

#endif
