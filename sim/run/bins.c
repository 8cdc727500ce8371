#include "run/bins.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>
#include "math/quantile.h"

void edges_of(const double *x, size_t n, double *scratch, struct edges *edges)
{
    size_t m = 0;

    for (size_t k = 0; k < n; k++)
        if (x[k] != 0 && isfinite(x[k]))
            scratch[m++] = x[k];
    if (m == 0)
        scratch[m++] = 1; /* nothing to go by: any bins will do */
    const uint64_t ranks[4] = {1, (m + 99) / 100, m - m / 100, m};
    quantile_select(scratch, m, ranks, 4);
    const double low = scratch[0], high = scratch[m - 1];
    const double q01 = scratch[ranks[1] - 1], q99 = scratch[ranks[2] - 1];
    const double least = 1e-12 * fmax(fabs(q01), fabs(q99));
    const double inner = fmax(q99 - q01, least);
    double below = q01 > low ? 2 * (q01 - low) : inner;
    double above = high > q99 ? 2 * (high - q99) : inner;

    if (low > 0 && below > q01)
        below = q01;
    if (high < 0 && above > -q99)
        above = -q99;
    /* A hair more than the bins of a zone, so that whatever rounding does a value
     * at the end of one zone falls on the first bin of the next. */
    const double hair = 1 + 1e-12;
    *edges = (struct edges){
        .low = q01 - below,
        .inner_low = q01,
        .inner_high = q01 + inner,
        .low_scale = BINS_TAIL * hair / below,
        .inner_scale = BINS_INNER * hair / inner,
        .high_scale = BINS_TAIL / above,
    };
}

void bins_init(struct bins *bins, const struct edges *edges)
{
    memset(bins, 0, sizeof *bins);
    bins->low = INFINITY;
    bins->high = -INFINITY;
    bins->edges = *edges;
}

/* A zone's part of a bin number: 0 below the zone, `size` from its end on. */
static inline double part(double x, double start, double scale, double size)
{
    const double place = (x - start) * scale;
    const double inside = place > 0 ? place : 0;

    return inside < size ? inside : size;
}

enum { CHUNK = 512 };

static void add_chunk(struct bins *bins, const double *x, size_t n)
{
    const struct edges e = bins->edges;
    int32_t bin[CHUNK];

    for (size_t k = 0; k < n; k++) {
        const double place = part(x[k], e.low, e.low_scale, BINS_TAIL) +
                             part(x[k], e.inner_low, e.inner_scale, BINS_INNER) +
                             part(x[k], e.inner_high, e.high_scale, BINS_TAIL - 0.5);
        bin[k] = (int32_t)(x[k] == 0 ? BINS : place);
    }
    for (size_t k = 0; k < n; k++)
        bins->count[bin[k]]++;
}

void bins_add(struct bins *bins, const double *x, size_t n)
{
    for (size_t k = 0; k < n; k += CHUNK)
        add_chunk(bins, x + k, n - k < CHUNK ? n - k : CHUNK);
}

static double edge(const struct edges *e, int bin)
{
    if (bin < BINS_TAIL)
        return e->low + bin / e->low_scale;
    if (bin < BINS_TAIL + BINS_INNER)
        return e->inner_low + (bin - BINS_TAIL) / e->inner_scale;
    return e->inner_high + (bin - BINS_TAIL - BINS_INNER) / e->high_scale;
}

/* The value of the k-th of `count` values in a bin, k from 1. */
static double inside(const struct bins *bins, int bin, uint64_t k, uint64_t count)
{
    double from = edge(&bins->edges, bin), to = edge(&bins->edges, bin + 1);

    if (bin == 0 || from < bins->low)
        from = bins->low;
    if (bin == BINS - 1 || to > bins->high)
        to = bins->high;
    return from + (to - from) * (((double)k - 0.5) / (double)count);
}

/* Zeros stand before the first bin that reaches above 0. */
void bins_order(const struct bins *bins, const uint64_t *ranks, size_t count, double *values)
{
    const uint64_t zero_count = bins->count[BINS];
    uint64_t before = 0;
    size_t next = 0;
    bool zeros_due = zero_count > 0;

    for (int bin = 0; bin < BINS && next < count;) {
        const bool zeros = zeros_due && edge(&bins->edges, bin + 1) > 0;
        const uint64_t here = zeros ? zero_count : bins->count[bin];
        for (; next < count && ranks[next] <= before + here; next++)
            values[next] = zeros ? 0 : inside(bins, bin, ranks[next] - before, here);
        before += here;
        zeros_due = zeros_due && !zeros;
        bin += !zeros;
    }
    for (; next < count; next++)
        values[next] = zeros_due && ranks[next] <= before + zero_count ? 0 : INFINITY;
}
