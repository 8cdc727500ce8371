#include "lab/compare_series.h"

#include <math.h>
#include "math/quantile.h"

double mean_half_width(double se, uint64_t n)
{
    return student_half_width(se, n, 0.05);
}

static bool all_finite(const double *x, size_t n)
{
    uint64_t odd = 0;

    for (size_t k = 0; k < n; k++)
        odd += x[k] - x[k] != 0 ? 1 : 0;
    return odd == 0;
}

/* Keeps the paths that count, in order. */
static size_t keep_common(double *x, double *y, size_t n)
{
    size_t m = 0;

    if (all_finite(x, n) && all_finite(y, n))
        return n;
    for (size_t k = 0; k < n; k++) {
        const bool both = isfinite(x[k]) && isfinite(y[k]);
        if (!both && !(x[k] == y[k]))
            continue;
        x[m] = x[k];
        y[m++] = y[k];
    }
    return m;
}

/* A constant has no rounding error in its mean. */
static struct moments moments_exactly(const double *x, size_t n)
{
    size_t k = 0;

    while (k < n && x[k] == x[0])
        k++;
    return k == n && n > 0 ? (struct moments){n, x[0], 0} : moments_of(x, n);
}

static void side_add(struct side *side, const double *x, size_t n)
{
    if (all_finite(x, n)) {
        const struct moments wave = moments_exactly(x, n);
        moments_merge(&side->moments, &wave);
        return;
    }
    for (size_t k = 0; k < n; k++) {
        const struct moments one = {1, x[k], 0};
        if (isfinite(x[k]))
            moments_merge(&side->moments, &one);
        else
            side->infinite++;
    }
}

static void count(struct difference *d, const double *x, size_t n)
{
    uint64_t more = 0, less = 0;

    for (size_t k = 0; k < n; k++) {
        more += x[k] > 0 ? 1 : 0;
        less += x[k] < 0 ? 1 : 0;
    }
    d->more += more;
    d->less += less;
    d->same += n - more - less;
}

bool difference_add(struct difference *d, double *x, double *y, size_t n, size_t expected)
{
    const size_t m = keep_common(x, y, n);

    d->series.missing += n - m;
    if (m == 0)
        return true;
    side_add(&d->reference, x, m);
    side_add(&d->scenario, y, m);
    for (size_t k = 0; k < m; k++)
        y[k] = x[k] == y[k] ? 0 : y[k] - x[k];
    count(d, y, m);
    return series_add(&d->series, y, m, expected);
}

bool series_settle(struct series *series, double *scratch)
{
    struct edges edges;

    series_edges(series, scratch, &edges);
    return series_fix(series, &edges);
}

static double side_mean(const struct side *side)
{
    if (side->infinite)
        return INFINITY;
    return side->moments.n ? side->moments.mean : (double)NAN;
}

static double variance(const struct side *side)
{
    const double sd = side->infinite ? (double)NAN : moments_sd(&side->moments);

    return sd * sd;
}

void difference_summary(const struct difference *d, struct summariser *scratch,
                        struct paired *paired)
{
    const double m = (double)(d->more + d->same + d->less);

    series_summary(&d->series, scratch, &paired->summary);
    paired->mean_reference = side_mean(&d->reference);
    paired->se_reference =
        d->reference.infinite ? (double)NAN : moments_se(&d->reference.moments);
    paired->mean = side_mean(&d->scenario);
    paired->more = (double)d->more / m;
    paired->same = (double)d->same / m;
    paired->less = (double)d->less / m;
    const double sd = paired->summary.sd;
    paired->variance_ratio =
        sd > 0 ? (variance(&d->reference) + variance(&d->scenario)) / (sd * sd) : (double)NAN;
}
