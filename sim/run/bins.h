/* Counts of values in bins, from which quantiles come when there are too many
 * values to keep.
 *
 * Edges are fixed by a first sample. The inner zone spans its 1 % and 99 %
 * quantiles in 3,072 equal bins; each tail has 512 equal bins over twice the
 * sample's own tail (but not beyond 0 if the sample is on one side of it), and
 * the outermost bins are open. Zeros are counted apart and make no edges. Inside
 * a bin the values are taken as equally spaced, and no bin reaches beyond the
 * extremes, which are exact. So a quantile inside the inner zone errs by less
 * than (q99 - q01) / 3072, and a quantile that is 0 or an extreme is exact. */
#ifndef CHIPSPLIT_RUN_BINS_H
#define CHIPSPLIT_RUN_BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tool/archive.h"

enum { BINS_TAIL = 512, BINS_INNER = 3072, BINS = BINS_INNER + 2 * BINS_TAIL };

struct edges {
    double low, inner_low, inner_high;          /* where the three zones start */
    double low_scale, inner_scale, high_scale;  /* bins per unit in each */
};

/* Thousands of series have bins, so counters are small; what overflows is carried. */
struct bins {
    struct edges edges;
    double low, high;            /* extremes of the finite values: the caller's to set */
    uint64_t zeros;
    uint32_t *carries;           /* [BINS] times 65,536; NULL until a counter overflows */
    uint16_t count[BINS + 1];    /* the last is 0 between calls */
};

/* Edges from a sample of n values, zeros and infinities in it left out;
 * `scratch` has room for n. */
void edges_of(const double *x, size_t n, double *scratch, struct edges *edges);

/* Starts empty bins; bins_release afterwards. */
void bins_init(struct bins *bins, const struct edges *edges);
void bins_release(struct bins *bins);

static inline uint64_t bins_count(const struct bins *bins, int bin)
{
    return bins->count[bin] + (bins->carries ? (uint64_t)bins->carries[bin] << 16 : 0);
}

/* The bin of each of n finite values: bin[n]; BINS for a zero if zeros are apart. */
void bins_places(const struct edges *edges, const double *x, size_t n, bool zeros_apart,
                 int32_t *bin);
/* The same on one instruction set. */
void kernel_bins_places(const struct edges *edges, const double *x, size_t n, bool zeros_apart,
                        int32_t *bin);

/* Counts n finite values, or n times the same. False without memory. */
bool bins_add(struct bins *bins, const double *x, size_t n);
bool bins_add_same(struct bins *bins, double x, uint64_t n);
/* Fetches the counters while something else is done: thousands of series take
 * turns, so they are never near. */
void bins_prefetch(const struct bins *bins);

/* Writes the bins to an archive, or fills bins of zeros from one. False without memory. */
bool bins_archive(struct bins *bins, struct archive *archive);

/* The order statistics of `count` ascending ranks, from 1; infinite beyond the
 * number of values. */
void bins_order(const struct bins *bins, const uint64_t *ranks, size_t count, double *values);

#endif
