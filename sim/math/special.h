/* The two parts into which Loader (2000) splits probabilities so that large
 * arguments cost no digits. */
#ifndef CHIPSPLIT_MATH_SPECIAL_H
#define CHIPSPLIT_MATH_SPECIAL_H

/* ln of Gamma(x) over Stirling's sqrt(2 pi / x) (x/e)^x, for x > 0; for an
 * integer also ln of x! over sqrt(2 pi x) (x/e)^x. */
double stirling_rest(double x);

/* x ln(x/m) + m - x for x, m > 0: 0 at x = m, without cancellation near it.
 * `gap` is x - m as exactly as the caller knows it. */
double deviance(double x, double m, double gap);

#endif
