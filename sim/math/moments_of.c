/* Passes over values, on one instruction set; see tool/isa.h. Eight running lanes on
 * every one of them, in as many vectors as it takes. */
#include "math/moments.h"

#include <math.h>
#include "tool/lanes.h"
#include "tool/wide.h"

enum { EIGHT = 8, PARTS = EIGHT / WIDE };

/* The last values, with NaN behind them. */
static void load_rest(const double *x, size_t n, double to[EIGHT])
{
    for (size_t k = 0; k < EIGHT; k++)
        to[k] = k < n ? x[k] : (double)NAN;
}

/* The sum of all lanes, in their order. */
static double sum_of(const wide lane[PARTS])
{
    double sum = 0;

    for (int p = 0; p < PARTS; p++)
        for (int k = 0; k < WIDE; k++)
            sum += lane[p][k];
    return sum;
}

/* What a first pass keeps. */
struct running {
    wide low[PARTS], high[PARTS], sum[PARTS], there[PARTS];
};

static inline void scan_eight(const double *x, struct running *r)
{
    const wide zero = {0}, one = zero + 1;

    for (int p = 0; p < PARTS; p++) {
        wide v;
        wide_load(x + p * WIDE, &v);
        r->low[p] = WIDE_CHOOSE(v < r->low[p], v, r->low[p]);
        r->high[p] = WIDE_CHOOSE(v > r->high[p], v, r->high[p]);
        r->sum[p] += WIDE_CHOOSE(v == v, v, zero);
        r->there[p] += WIDE_CHOOSE(v == v, one, zero);
    }
}

static inline void scan_begin(struct running *r)
{
    *r = (struct running){0};
    for (int p = 0; p < PARTS; p++) {
        wide_set(INFINITY, &r->low[p]);
        wide_set(-INFINITY, &r->high[p]);
    }
}

/* The last values, and what all n have shown. */
static struct scan scan_end(const double *end, size_t n, struct running *r)
{
    struct scan scan = {n, INFINITY, -INFINITY, 0};
    double rest[EIGHT];

    load_rest(end, n % EIGHT, rest);
    scan_eight(rest, r);
    for (int k = 0; k < EIGHT; k++) {
        const double low = r->low[k / WIDE][k % WIDE], high = r->high[k / WIDE][k % WIDE];
        scan.low = low < scan.low ? low : scan.low;
        scan.high = high > scan.high ? high : scan.high;
    }
    scan.missing -= (uint64_t)sum_of(r->there);
    scan.sum = sum_of(r->sum);
    return scan;
}

struct scan kernel_values_scan(const double *x, size_t n)
{
    const double *const end = x + n - n % EIGHT;
    struct running r;

    scan_begin(&r);
    for (; x < end; x += EIGHT)
        scan_eight(x, &r);
    return scan_end(end, n, &r);
}

/* Readers go from one gathering to the next, whose values are fetched meanwhile: they are too
 * far from each other for the processor to guess. */
struct scan kernel_values_gather(const double *from, size_t stride, size_t n, double *x)
{
    struct running r;
    size_t done = 0;

    scan_begin(&r);
    for (; done + EIGHT <= n; done += EIGHT) {
        const double *const at = from + done / LANES * stride + done % LANES;
        __builtin_prefetch(at + LANES);
        memcpy(x + done, at, EIGHT * sizeof *x);
        scan_eight(at, &r);
    }
    if (done < n)
        memcpy(x + done, from + done / LANES * stride + done % LANES, (n - done) * sizeof *x);
    return scan_end(x + done, n, &r);
}

static inline void add_deviations(const double *x, double mean, wide first[PARTS],
                                  wide second[PARTS])
{
    const wide zero = {0};

    for (int p = 0; p < PARTS; p++) {
        wide v;
        wide_load(x + p * WIDE, &v);
        const wide d = WIDE_CHOOSE(v == v, v - mean, zero);
        first[p] += d;
        second[p] += d * d;
    }
}

struct moments kernel_moments_scanned(const double *x, size_t n, const struct scan *scan)
{
    const double *const end = x + n - n % EIGHT;
    struct moments m = {.n = n - scan->missing};
    wide first[PARTS] = {0}, second[PARTS] = {0};
    double rest[EIGHT];

    if (m.n == 0)
        return m;
    m.mean = scan->sum / (double)m.n;
    load_rest(end, n % EIGHT, rest);
    for (; x < end; x += EIGHT)
        add_deviations(x, m.mean, first, second);
    add_deviations(rest, m.mean, first, second);
    /* What rounding left in the mean is small: it corrects both moments. */
    const double left = sum_of(first) / (double)m.n;
    m.m2 = sum_of(second) - left * left * (double)m.n;
    if (isfinite(left))
        m.mean += left;
    return m;
}
