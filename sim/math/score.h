/* Scores of probabilistic forecasts: how far a distribution lies from what came.
 *
 * Smaller is better for every score here. References: Gneiting and Raftery (2007), "Strictly
 * proper scoring rules, prediction, and estimation"; Diebold and Mariano (1995). */
#ifndef CHIPSPLIT_MATH_SCORE_H
#define CHIPSPLIT_MATH_SCORE_H

#include <stddef.h>

/* A distribution that stands on n >= 1 points. */
struct points {
    size_t n;
    const double *x;         /* [n] ascending, finite */
    const double *weight;    /* [n] >= 0 with a positive sum; NULL: all alike */
};

/* The continuous ranked probability score of points for the outcome y, in the unit of x:
 * integral of (F(z) - 1{y <= z})^2 dz = sum w|x - y| - 1/2 sum sum w w'|x - x'| with weights
 * that sum to 1. Exact, in one pass. */
double crps_points(const struct points *points, double y);

/* The same for a normal distribution, sd >= 0: sd (z (2 Phi(z) - 1) + 2 phi(z) - 1/sqrt(pi)),
 * z = (y - mean)/sd; |y - mean| for sd = 0. */
double crps_normal(double mean, double sd, double y);

/* The probability integral transform F(y-) + v (F(y) - F(y-)): uniform on (0,1) if y comes from
 * the distribution and v is uniform. Where no point equals y, v has no say. */
double pit_points(const struct points *points, double y, double v);
double pit_normal(double mean, double sd, double y, double v);

/* The smallest point at which the distribution function reaches p, 0 < p < 1. */
double quantile_points(const struct points *points, double p);
/* Mean. */
double mean_points(const struct points *points);
/* Kish's effective number of points, (sum w)^2 / sum w^2; n for equal weights. */
double effective_points(const double *weight, size_t n);

/* Brier's score of n probabilities when `came` happened: sum over states of (p - 1{came})^2,
 * 0 to 2. */
double brier_score(const double *probability, int n, int came);
/* The logarithmic score -ln p[came], in nats; infinite for a state held impossible. */
double log_score(const double *probability, int came);

/* A mean over a short series of dates and how far it can be trusted. */
struct dated_mean {
    size_t n;
    double mean, se;         /* se is NaN for n < 3 */
    double lo, hi;           /* mean -+ t se, t the 97.5 % point with n - 1 degrees */
};

/* The mean of d[n] in order of date, with the standard error of Newey and West (1987):
 * (g_0 + 2 sum_{l=1}^{lag} (1 - l/(lag+1)) g_l) / (n - 1), g_l = 1/n sum (d_t - mean)(d_{t-l} -
 * mean); lag 0 is the usual standard error, and se is never below it, since in a short series the
 * sum is biased towards 0. Forecasts h dates ahead share the errors of up to lag = h - 1
 * neighbours. With d the differences of two scores this is the test of Diebold and Mariano with
 * Student's t (Harvey, Leybourne and Newbold 1997). */
void mean_over_dates(const double *d, size_t n, int lag, struct dated_mean *mean);

#endif
