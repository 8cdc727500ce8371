#include "run/bins.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "math/quantile.h"
#include "tool/isa.h"

ISA_KERNEL(void, kernel_bins_places,
           (const struct edges *, const double *, size_t, bool, int32_t *));

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

void bins_release(struct bins *bins)
{
    free(bins->carries);
}

void bins_places(const struct edges *edges, const double *x, size_t n, bool zeros_apart,
                 int32_t *bin)
{
    ISA_CALL(kernel_bins_places)(edges, x, n, zeros_apart, bin);
}

enum { CHUNK = 512 };

static bool carry(struct bins *bins, int bin, uint32_t times)
{
    if (!bins->carries)
        bins->carries = calloc(BINS, sizeof *bins->carries);
    if (bins->carries)
        bins->carries[bin] += times;
    return bins->carries != NULL;
}

static bool add_chunk(struct bins *bins, const double *x, size_t n)
{
    int32_t bin[CHUNK];
    bool fine = true;

    bins_places(&bins->edges, x, n, true, bin);
    for (size_t k = 0; k < n; k++)
        if (++bins->count[bin[k]] == 0)
            fine = carry(bins, bin[k], 1) && fine;
    bins->zeros += bins->count[BINS];
    bins->count[BINS] = 0;
    return fine;
}

bool bins_add(struct bins *bins, const double *x, size_t n)
{
    bool fine = true;

    for (size_t k = 0; k < n; k += CHUNK)
        fine = add_chunk(bins, x + k, n - k < CHUNK ? n - k : CHUNK) && fine;
    return fine;
}

bool bins_add_same(struct bins *bins, double x, uint64_t n)
{
    int32_t bin;

    if (x == 0) {
        bins->zeros += n;
        return true;
    }
    bins_places(&bins->edges, &x, 1, true, &bin);
    const uint64_t sum = bins->count[bin] + n;
    bins->count[bin] = (uint16_t)sum;
    return sum >> 16 == 0 || carry(bins, bin, (uint32_t)(sum >> 16));
}

static bool set_count(struct bins *bins, int bin, uint32_t count)
{
    bins->count[bin] = (uint16_t)count;
    return count >> 16 == 0 || carry(bins, bin, count >> 16);
}

bool bins_archive(struct bins *bins, struct archive *archive)
{
    uint32_t count[BINS];
    bool fine = true;

    archive_bytes(archive, &bins->edges, sizeof bins->edges);
    archive_bytes(archive, &bins->low, sizeof bins->low);
    archive_bytes(archive, &bins->high, sizeof bins->high);
    archive_bytes(archive, &bins->zeros, sizeof bins->zeros);
    for (int bin = 0; bin < BINS; bin++)
        count[bin] = (uint32_t)bins_count(bins, bin);
    archive_counts(archive, count, BINS);
    for (int bin = 0; bin < BINS && archive_reads(archive); bin++)
        fine = set_count(bins, bin, count[bin]) && fine;
    return fine;
}

void bins_prefetch(const struct bins *bins)
{
    enum { LINE = 64 / sizeof *bins->count };

    for (size_t k = 0; k <= BINS; k += LINE)
        __builtin_prefetch(bins->count + k, 1);
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
    const uint64_t zero_count = bins->zeros;
    uint64_t before = 0;
    size_t next = 0;
    bool zeros_due = zero_count > 0;

    for (int bin = 0; bin < BINS && next < count;) {
        const bool zeros = zeros_due && edge(&bins->edges, bin + 1) > 0;
        const uint64_t here = zeros ? zero_count : bins_count(bins, bin);
        for (; next < count && ranks[next] <= before + here; next++)
            values[next] = zeros ? 0 : inside(bins, bin, ranks[next] - before, here);
        before += here;
        zeros_due = zeros_due && !zeros;
        bin += !zeros;
    }
    for (; next < count; next++)
        values[next] = zeros_due && ranks[next] <= before + zero_count ? 0 : INFINITY;
}
