#include "run/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "math/quantile.h"

static const double quantile_levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
static const double limit_levels[LIMITS] = {0.05, 0.5, 0.95};

static size_t drop_missing(double *x, size_t n)
{
    size_t m = 0;

    for (size_t k = 0; k < n; k++)
        if (!isnan(x[k]))
            x[m++] = x[k];
    return m;
}

/* Moments of a wave without its missing values; infinities are counted apart. */
static void add_moments(struct series *s, const double *x, size_t n, const struct scan *scan)
{
    struct moments wave = {n, scan->low, 0};
    struct moments part = {0, 0, 0};

    if (isfinite(scan->low) && isfinite(scan->high)) {
        if (scan->low < scan->high)
            wave = scan->missing ? moments_of(x, n) : moments_scanned(x, n, scan);
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
    if (!s->value && size <= s->lent_room) {
        s->value = s->lent;
        s->room = s->lent_room;
        return true;
    }
    double *const own = s->value == s->lent ? NULL : s->value;
    double *const value = realloc(own, room * sizeof *value);
    if (!value)
        return false;
    if (s->value && !own)
        memcpy(value, s->value, s->kept * sizeof *value);
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
static bool count_values(struct series *s, double *x, size_t n, const struct scan *scan)
{
    double low = scan->low, high = scan->high;
    bool fine;

    if (isinf(low) || isinf(high)) {
        n = drop_infinite(x, n);
        const struct scan finite = values_scan(x, n);
        low = finite.low;
        high = finite.high;
    }
    if (low == high)
        fine = bins_add_same(s->bins, low, n);
    else
        fine = bins_add(s->bins, x, n);
    s->bins->low = fmin(s->bins->low, low);
    s->bins->high = fmax(s->bins->high, high);
    return fine;
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

/* Counts and moments. Returns how many values are left when those missing are not. */
static size_t measure(struct series *s, double *x, size_t n, const struct scan *scan)
{
    s->missing += scan->missing;
    if (scan->missing)
        n = drop_missing(x, n);
    if (n > 0)
        add_moments(s, x, n, scan);
    return n;
}

void series_prefetch(const struct series *s)
{
    if (s->bins)
        bins_prefetch(s->bins);
}

bool series_add_scanned(struct series *s, double *x, size_t n, const struct scan *scan,
                        size_t expected)
{
    const bool first = s->moments.n + s->infinite == 0;

    n = measure(s, x, n, scan);
    if (n == 0)
        return true;
    if (s->bins ? !count_values(s, x, n, scan) : !keep(s, x, n, scan, expected))
        return false;
    s->low = first || scan->low < s->low ? scan->low : s->low;
    s->high = first || scan->high > s->high ? scan->high : s->high;
    return true;
}

bool series_add(struct series *s, double *x, size_t n, size_t expected)
{
    series_prefetch(s);
    const struct scan scan = values_scan(x, n);
    return series_add_scanned(s, x, n, &scan, expected);
}

void series_mark(struct series *s)
{
    s->marked = true;
    s->mark = s->kept;
}

void series_edges(const struct series *s, double *scratch, struct edges *edges)
{
    const size_t n = s->marked ? s->mark : s->kept;

    if (s->bins)
        *edges = s->bins->edges;
    else if (s->value)
        edges_of(s->value, n, scratch, edges);
    else
        edges_of(&s->low, n ? 1 : 0, scratch, edges);
}

static void drop_values(struct series *s)
{
    if (s->value != s->lent)
        free(s->value);
    s->value = NULL;
}

void series_move(struct series *s, double *to, size_t room)
{
    const bool holds = s->value != NULL;

    if (holds)
        memcpy(to, s->value, s->kept * sizeof *to);
    drop_values(s);
    s->lent = to;
    s->lent_room = room;
    s->value = holds ? to : NULL;
    s->room = holds ? room : 0;
}

bool series_fix(struct series *s, const struct edges *edges)
{
    struct bins *const bins = malloc(sizeof *bins);

    if (!bins)
        return false;
    const struct scan scan = {0, s->low, s->high, 0};
    bins_init(bins, edges);
    s->bins = bins;
    if (s->kept > 0 && (s->value || isfinite(s->low)) &&
        !count_values(s, s->value, s->kept, &scan))
        return false;
    drop_values(s);
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

/* The ranks for n values, which many series share. */
static const struct ranks *ranks_for(struct summariser *s, uint64_t n)
{
    struct ranks *const r = &s->ranks[n % RANKS_KEPT];

    if (r->n != n) {
        r->n = n;
        for (int k = 0; k < LIMITS; k++)
            quantile_ranks(n, limit_levels[k], &r->lower[k], &r->upper[k]);
    }
    return r;
}

/* The values of all ranks in the order, exact or from the bins. */
static void order_fill(struct order *order, const struct series *s, struct summariser *scratch)
{
    if (s->bins) {
        bins_order(s->bins, order->rank, order->count, order->value);
        return;
    }
    if (s->value && !s->infinite) {
        select_values(s->value, s->kept, order->rank, order->count, order->value, &scratch->room);
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
    const struct ranks *const ranks = ranks_for(scratch, m);
    struct order order = {0};

    for (int k = 0; k < QUANTILES; k++) {
        const uint64_t below = (uint64_t)((double)(m - 1) * quantile_levels[k]);
        order_need(&order, below + 1);
        order_need(&order, below + 2 <= m ? below + 2 : m);
    }
    for (int k = 0; k < LIMITS; k++) {
        order_need(&order, ranks->lower[k] ? ranks->lower[k] : 1);
        order_need(&order, ranks->upper[k] ? ranks->upper[k] : m);
    }
    order_fill(&order, s, scratch);
    for (int k = 0; k < QUANTILES; k++)
        summary->q[k] = interpolate(&order, m, quantile_levels[k]);
    for (int k = 0; k < LIMITS; k++) {
        summary->lo[k] = ranks->lower[k] ? order_find(&order, ranks->lower[k]) : (double)NAN;
        summary->hi[k] = ranks->upper[k] ? order_find(&order, ranks->upper[k]) : (double)NAN;
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

void values_summary(double *x, size_t n, const struct scan *scan, struct summariser *scratch,
                    struct summary *summary)
{
    struct series s = {0};

    s.kept = measure(&s, x, n, scan);
    s.low = scan->low;
    s.high = scan->high;
    s.value = s.low < s.high ? x : NULL;
    series_summary(&s, scratch, summary);
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
        s->bins = calloc(1, sizeof *s->bins);
    return s->bins && bins_archive(s->bins, archive);
}

bool series_archive(struct series *s, struct archive *archive)
{
    struct series all = *s;
    bool fine = true;

    all.lent = NULL;
    all.lent_room = 0;
    archive_bytes(archive, &all, sizeof all);
    const bool values = all.value != NULL, bins = all.bins != NULL;
    if (archive_reads(archive)) {
        all.lent = s->lent;
        all.lent_room = s->lent_room;
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
    drop_values(s);
    if (s->bins)
        bins_release(s->bins);
    free(s->bins);
    s->bins = NULL;
}
