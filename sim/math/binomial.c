#include "math/binomial.h"

#include <math.h>
#include <gsl/gsl_math.h>
#include "math/special.h"

double binomial_point(uint64_t k, uint64_t n, double p)
{
    const double x = (double)k, rest = (double)(n - k), size = (double)n;

    if (k > n)
        return 0;
    if (p <= 0 || p >= 1)
        return k == (p <= 0 ? 0 : n) ? 1 : 0;
    if (k == 0)
        return exp(size * log1p(-p));
    if (k == n)
        return exp(size * log(p));
    const double gap = x - size * p;
    const double log_shape = stirling_rest(size) - stirling_rest(x) - stirling_rest(rest) -
                             deviance(x, size * p, gap) - deviance(rest, size * (1 - p), -gap);
    return exp(log_shape) * sqrt(size / (2 * M_PI * x * rest));
}

/* The terms fall off geometrically or faster away from the mean. */
static const double negligible = 1e-17;

static double sum_down(uint64_t k, uint64_t n, double p)
{
    double term = binomial_point(k, n, p), sum = term;

    for (; k > 0 && term > negligible * sum; k--) {
        term *= (double)k * (1 - p) / ((double)(n - k + 1) * p);
        sum += term;
    }
    return sum;
}

static double sum_up(uint64_t k, uint64_t n, double p)
{
    double term = binomial_point(k, n, p), sum = term;

    for (; k < n && term > negligible * sum; k++) {
        term *= (double)(n - k) * p / ((double)(k + 1) * (1 - p));
        sum += term;
    }
    return sum;
}

double binomial_at_most(uint64_t k, uint64_t n, double p)
{
    if (k >= n)
        return 1;
    if ((double)k <= (double)n * p)
        return sum_down(k, n, p);
    return 1 - sum_up(k + 1, n, p);
}

double binomial_at_least(uint64_t k, uint64_t n, double p)
{
    if (k == 0)
        return 1;
    return k > n ? 0 : (double)k >= (double)n * p ? sum_up(k, n, p) : 1 - sum_down(k - 1, n, p);
}
