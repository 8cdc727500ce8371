#include "math/moments.h"

#include <math.h>
#include "tool/isa.h"

ISA_KERNEL(struct scan, kernel_values_scan, (const double *, size_t));
ISA_KERNEL(struct scan, kernel_values_gather, (const double *, size_t, size_t, double *));
ISA_KERNEL(struct moments, kernel_moments_scanned,
           (const double *, size_t, const struct scan *));

struct scan values_scan(const double *x, size_t n)
{
    return ISA_CALL(kernel_values_scan)(x, n);
}

struct scan values_gather(const double *from, size_t stride, size_t n, double *x)
{
    return ISA_CALL(kernel_values_gather)(from, stride, n, x);
}

struct moments moments_scanned(const double *x, size_t n, const struct scan *scan)
{
    return ISA_CALL(kernel_moments_scanned)(x, n, scan);
}

struct moments moments_of(const double *x, size_t n)
{
    const struct scan scan = values_scan(x, n);

    return moments_scanned(x, n, &scan);
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
