#include "run/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "math/quantile.h"

static const double quantile_levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
static const double limit_levels[LIMITS] = {0.05, 0.5, 0.95};

enum { WIDE = 8 };

struct scan {
    size_t missing;
    double low, high;
};

/* Eight running extremes, so that the loop has no chain of comparisons. */
static struct scan scan_values(const double *x, size_t n)
{
    struct scan scan = {0, INFINITY, -INFINITY};
    double low[WIDE], high[WIDE];
    uint64_t missing[WIDE] = {0};
    size_t k = 0;

    for (int w = 0; w < WIDE; w++) {
        low[w] = INFINITY;
        high[w] = -INFINITY;
    }
    for (; k + WIDE <= n; k += WIDE)
        for (int w = 0; w < WIDE; w++) {
            const double v = x[k + (size_t)w];
            low[w] = v < low[w] ? v : low[w];
            high[w] = v > high[w] ? v : high[w];
            missing[w] += isnan(v) ? 1 : 0;
        }
    for (; k < n; k++) {
        low[0] = x[k] < low[0] ? x[k] : low[0];
        high[0] = x[k] > high[0] ? x[k] : high[0];
        missing[0] += isnan(x[k]) ? 1 : 0;
    }
    for (int w = 0; w < WIDE; w++) {
        scan.low = low[w] < scan.low ? low[w] : scan.low;
        scan.high = high[w] > scan.high ? high[w] : scan.high;
        scan.missing += missing[w];
    }
    return scan;
}

static size_t drop_missing(double *x, size_t n)
{
    size_t m = 0;

    for (size_t k = 0; k < n; k++)
        if (!isnan(x[k]))
            x[m++] = x[k];
    return m;
}

/* Moments of a wave; infinities are counted apart. */
static void add_moments(struct series *s, const double *x, size_t n, const struct scan *scan)
{
    struct moments wave = {n, scan->low, 0};
    struct moments part = {0, 0, 0};

    if (isfinite(scan->low) && isfinite(scan->high)) {
        if (scan->low < scan->high)
            wave = moments_of(x, n);
        moments_merge(&s->moments, &wave);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        part = (struct moments){1, x[k], 0};
        if (isfinite(x[k]))
            moments_merge(&s->moments, &part);
        else
            s->infinite++;
    }
}

static bool make_room(struct series *s, size_t size, size_t expected)
{
    size_t room = 2 * s->room;

    if (size <= s->room)
        return true;
    if (s->room == 0 && expected >= size)
        room = expected;
    if (room < size)
        room = size;
    double *const value = realloc(s->value, room * sizeof *value);
    if (!value)
        return false;
    s->value = value;
    s->room = room;
    return true;
}

static size_t drop_infinite(double *x, size_t n)
{
    size_t m = 0;

    for (size_t k = 0; k < n; k++)
        if (isfinite(x[k]))
            x[m++] = x[k];
    return m;
}

/* Infinities are counted by the series and stand behind all bins. */
static void count_values(struct series *s, double *x, size_t n, const struct scan *scan)
{
    double low = scan->low, high = scan->high;

    if (isinf(low) || isinf(high)) {
        n = drop_infinite(x, n);
        const struct scan finite = scan_values(x, n);
        low = finite.low;
        high = finite.high;
    }
    if (low == high)
        bins_add_same(s->bins, low, n);
    else
        bins_add(s->bins, x, n);
    s->bins->low = fmin(s->bins->low, low);
    s->bins->high = fmax(s->bins->high, high);
}

/* `low` and `high` of the series still speak of the values before these. */
static bool keep(struct series *s, const double *x, size_t n, const struct scan *scan,
                 size_t expected)
{
    const bool same = scan->low == scan->high && (s->kept == 0 || scan->low == s->low);

    if (!s->value && !(same && (s->kept == 0 || s->low == s->high))) {
        if (!make_room(s, s->kept + n, expected))
            return false;
        for (size_t k = 0; k < s->kept; k++)
            s->value[k] = s->low;
    }
    if (s->value) {
        if (!make_room(s, s->kept + n, expected))
            return false;
        memcpy(s->value + s->kept, x, n * sizeof *x);
    }
    s->kept += n;
    return true;
}

bool series_add(struct series *s, double *x, size_t n, size_t expected)
{
    if (s->bins)
        bins_prefetch(s->bins);
    const struct scan scan = scan_values(x, n);
    const bool first = s->moments.n + s->infinite == 0;

    s->missing += scan.missing;
    if (scan.missing)
        n = drop_missing(x, n);
    if (n == 0)
        return true;
    add_moments(s, x, n, &scan);
    if (s->bins)
        count_values(s, x, n, &scan);
    else if (!keep(s, x, n, &scan, expected))
        return false;
    s->low = first || scan.low < s->low ? scan.low : s->low;
    s->high = first || scan.high > s->high ? scan.high : s->high;
    return true;
}

void series_mark(struct series *s)
{
    s->marked = true;
    s->mark = s->kept;
}

void series_edges(const struct series *s, double *scratch, struct edges *edges)
{
    const size_t n = s->marked ? s->mark : s->kept;

    if (s->value)
        edges_of(s->value, n, scratch, edges);
    else
        edges_of(&s->low, n ? 1 : 0, scratch, edges);
}

bool series_fix(struct series *s, const struct edges *edges)
{
    struct bins *const bins = malloc(sizeof *bins);

    if (!bins)
        return false;
    const struct scan scan = {0, s->low, s->high};
    bins_init(bins, edges);
    s->bins = bins;
    if (s->kept > 0 && (s->value || isfinite(s->low)))
        count_values(s, s->value, s->kept, &scan);
    free(s->value);
    s->value = NULL;
    s->kept = s->room = 0;
    return true;
}

/* The ranks that quantiles and limits need, sorted, with where they belong. */
struct order {
    size_t count;
    uint64_t rank[2 * QUANTILES + 2 * LIMITS];
    double value[2 * QUANTILES + 2 * LIMITS];
};

static void order_need(struct order *order, uint64_t rank)
{
    size_t k = order->count++;

    for (; k > 0 && order->rank[k - 1] > rank; k--)
        order->rank[k] = order->rank[k - 1];
    order->rank[k] = rank;
}

static double order_find(const struct order *order, uint64_t rank)
{
    for (size_t k = 0; k < order->count; k++)
        if (order->rank[k] == rank)
            return order->value[k];
    return NAN;
}

static void ranks_prepare(struct summariser *s, uint64_t n)
{
    if (s->n == n)
        return;
    s->n = n;
    for (int k = 0; k < LIMITS; k++)
        quantile_ranks(n, limit_levels[k], &s->lower[k], &s->upper[k]);
}

/* The values of all ranks in the order, exact or from the bins. */
static void order_fill(struct order *order, const struct series *s, struct summariser *scratch)
{
    if (s->bins) {
        bins_order(s->bins, order->rank, order->count, order->value);
        return;
    }
    if (s->value && !s->infinite) {
        bins_select(s->value, s->kept, order->rank, order->count, order->value, &scratch->room);
        return;
    }
    double *const x = scratch->room.x;
    if (s->value) {
        memcpy(x, s->value, s->kept * sizeof *x);
        quantile_select(x, s->kept, order->rank, order->count);
    }
    for (size_t k = 0; k < order->count; k++)
        order->value[k] = s->value ? x[order->rank[k] - 1] : s->low;
}

/* Type 7 (Hyndman and Fan 1996) between two order statistics. */
static double interpolate(const struct order *order, uint64_t m, double level)
{
    const double place = (double)(m - 1) * level;
    const uint64_t below = (uint64_t)place;
    const double part = place - (double)below;
    const double from = order_find(order, below + 1);

    if (part <= 0 || below + 2 > m)
        return from;
    const double to = order_find(order, below + 2);
    return from == to ? from : from + part * (to - from);
}

static void summarise_order(const struct series *s, struct summariser *scratch, uint64_t m,
                            struct summary *summary)
{
    struct order order = {0};

    ranks_prepare(scratch, m);
    for (int k = 0; k < QUANTILES; k++) {
        const uint64_t below = (uint64_t)((double)(m - 1) * quantile_levels[k]);
        order_need(&order, below + 1);
        order_need(&order, below + 2 <= m ? below + 2 : m);
    }
    for (int k = 0; k < LIMITS; k++) {
        order_need(&order, scratch->lower[k] ? scratch->lower[k] : 1);
        order_need(&order, scratch->upper[k] ? scratch->upper[k] : m);
    }
    order_fill(&order, s, scratch);
    for (int k = 0; k < QUANTILES; k++)
        summary->q[k] = interpolate(&order, m, quantile_levels[k]);
    for (int k = 0; k < LIMITS; k++) {
        summary->lo[k] = scratch->lower[k] ? order_find(&order, scratch->lower[k]) : (double)NAN;
        summary->hi[k] = scratch->upper[k] ? order_find(&order, scratch->upper[k]) : (double)NAN;
    }
}

void series_summary(const struct series *s, struct summariser *scratch, struct summary *summary)
{
    const uint64_t m = s->moments.n + s->infinite;

    summary->n = m + s->missing;
    summary->missing = s->missing;
    summary->mean = s->infinite ? (double)INFINITY : m ? s->moments.mean : (double)NAN;
    summary->sd = s->infinite ? (double)NAN : moments_sd(&s->moments);
    summary->se = s->infinite ? (double)NAN : moments_se(&s->moments);
    for (int k = 0; k < QUANTILES; k++)
        summary->q[k] = NAN;
    for (int k = 0; k < LIMITS; k++)
        summary->lo[k] = summary->hi[k] = NAN;
    if (m > 0)
        summarise_order(s, scratch, m, summary);
}

static bool archive_values(struct series *s, struct archive *archive)
{
    if (archive_reads(archive)) {
        s->value = NULL;
        s->room = 0;
        if (!make_room(s, s->kept ? s->kept : 1, 0))
            return false;
    }
    archive_bytes(archive, s->value, s->kept * sizeof *s->value);
    return true;
}

static bool archive_bins(struct series *s, struct archive *archive)
{
    if (archive_reads(archive))
        s->bins = malloc(sizeof *s->bins);
    if (!s->bins)
        return false;
    archive_bytes(archive, &s->bins->edges, sizeof s->bins->edges);
    archive_bytes(archive, &s->bins->low, sizeof s->bins->low);
    archive_bytes(archive, &s->bins->high, sizeof s->bins->high);
    archive_counts(archive, s->bins->count, BINS + 1);
    return true;
}

bool series_archive(struct series *s, struct archive *archive)
{
    struct series all = *s;
    bool fine = true;

    archive_bytes(archive, &all, sizeof all);
    const bool values = all.value != NULL, bins = all.bins != NULL;
    if (archive_reads(archive)) {
        *s = all;
        s->value = NULL;
        s->bins = NULL;
    }
    if (values)
        fine = archive_values(s, archive);
    return fine && (!bins || archive_bins(s, archive));
}

void series_release(struct series *s)
{
    free(s->value);
    free(s->bins);
    s->value = NULL;
    s->bins = NULL;
}
