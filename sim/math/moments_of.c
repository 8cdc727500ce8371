/* Passes over values, on one instruction set; see tool/isa.h. */
#include "math/moments.h"

#include <math.h>

enum { LANES = 8 };

static double sum_of(const double lane[LANES])
{
    double sum = 0;

    for (int k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

/* A pass over values that are a lane each, so that the compiler takes LANES of
 * them at once; the rest at the end starts again from lane 0. */
static uint64_t add_lanes(const double *x, int n, double *lane)
{
    uint64_t count = 0;

    for (int k = 0; k < n; k++) {
        const int there = !isnan(x[k]);
        lane[k] += there ? x[k] : 0;
        count += (uint64_t)there;
    }
    return count;
}

static void add_deviations(const double *x, int n, double mean, double *first, double *second)
{
    for (int k = 0; k < n; k++) {
        const double d = isnan(x[k]) ? 0 : x[k] - mean;
        first[k] += d;
        second[k] += d * d;
    }
}

/* Count and sum of the values that are there. */
static uint64_t total(const double *x, size_t n, double *sum)
{
    const size_t whole = n - n % LANES;
    double lane[LANES] = {0};
    uint64_t count = 0;

    for (size_t i = 0; i < whole; i += LANES)
        count += add_lanes(x + i, LANES, lane);
    count += add_lanes(x + whole, (int)(n - whole), lane);
    *sum = sum_of(lane);
    return count;
}

struct moments kernel_moments_of(const double *x, size_t n)
{
    const size_t whole = n - n % LANES;
    double first[LANES] = {0}, second[LANES] = {0}, sum;
    struct moments m = {.n = total(x, n, &sum)};

    if (m.n == 0)
        return m;
    m.mean = sum / (double)m.n;
    for (size_t i = 0; i < whole; i += LANES)
        add_deviations(x + i, LANES, m.mean, first, second);
    add_deviations(x + whole, (int)(n - whole), m.mean, first, second);
    /* What rounding left in the mean is small: it corrects both moments. */
    const double rest = sum_of(first) / (double)m.n;
    m.m2 = sum_of(second) - rest * rest * (double)m.n;
    if (isfinite(rest))
        m.mean += rest;
    return m;
}
