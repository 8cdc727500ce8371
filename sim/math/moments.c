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

/* Count and sum of the values that are there. */
static uint64_t total(const double *x, size_t n, double *sum)
{
    double lane[LANES] = {0};
    uint64_t count = 0;

    for (size_t i = 0; i < n; i++) {
        const int there = !isnan(x[i]);
        lane[i % LANES] += there ? x[i] : 0;
        count += (uint64_t)there;
    }
    *sum = sum_of(lane);
    return count;
}

struct moments moments_of(const double *x, size_t n)
{
    double first[LANES] = {0}, second[LANES] = {0}, sum;
    struct moments m = {.n = total(x, n, &sum)};

    if (m.n == 0)
        return m;
    m.mean = sum / (double)m.n;
    for (size_t i = 0; i < n; i++) {
        const double d = isnan(x[i]) ? 0 : x[i] - m.mean;
        first[i % LANES] += d;
        second[i % LANES] += d * d;
    }
    /* What rounding left in the mean is small: it corrects both moments. */
    const double rest = sum_of(first) / (double)m.n;
    m.m2 = sum_of(second) - rest * rest * (double)m.n;
    if (isfinite(rest))
        m.mean += rest;
    return m;
}

void moments_merge(struct moments *into, const struct moments *next)
{
    const uint64_t n = into->n + next->n;

    if (next->n == 0)
        return;
    if (into->n == 0) {
        *into = *next;
        return;
    }
    const double d = next->mean - into->mean;
    const double weight = (double)next->n / (double)n;
    into->mean += d * weight;
    into->m2 += next->m2 + d * d * weight * (double)into->n;
    into->n = n;
}

double moments_sd(const struct moments *m)
{
    return m->n < 2 ? (double)NAN : sqrt(m->m2 / (double)(m->n - 1));
}

double moments_se(const struct moments *m)
{
    return m->n < 2 ? (double)NAN : moments_sd(m) / sqrt((double)m->n);
}
