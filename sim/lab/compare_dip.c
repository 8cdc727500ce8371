#include "lab/compare_dip.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "math/quantile.h"

/* --- the dip --------------------------------------------------------------------- */

int dip_init(struct dip *dip, const struct match *match, const char *metric,
             struct cs_error *err)
{
    dip->match = match;
    dip->metric = metric;
    dip->length = calloc((size_t)(match->last - match->first + 1), sizeof *dip->length);
    return dip->length ? CS_OK : cs_fail_memory(err);
}

/* What one path says. */
struct fall {
    double depth, share;
    int periods;             /* 0: no dip; -1: not back within the horizon */
};

/* From the differences scenario - reference of the periods and the reference's value in
 * each of them. */
static struct fall fall_of(const double *difference, const double *reference, int periods)
{
    struct fall fall = {0, 0, 0};
    int deepest = 0;

    for (int t = 1; t < periods; t++)
        if (difference[t] < difference[deepest])
            deepest = t;
    if (!(difference[deepest] < 0))
        return fall;
    int from = deepest, to = deepest;
    while (from > 0 && difference[from - 1] < 0)
        from--;
    while (to < periods && difference[to] < 0)
        to++;
    fall.depth = 0 - difference[deepest];
    fall.share = reference[deepest] > 0 ? fall.depth / reference[deepest] : (double)NAN;
    fall.periods = to < periods ? to - from : -1;
    return fall;
}

static void count_fall(struct dip *dip, int periods)
{
    dip->dips += periods != 0;
    dip->back += periods > 0;
    if (periods >= 0)
        dip->length[periods]++;
}

bool dip_add(struct dip *dip, const struct wave *reference, const struct wave *scenario,
             double *x, size_t expected)
{
    const struct match *const m = dip->match;
    const int periods = m->last - m->first + 1;
    const size_t n = (size_t)reference->paths;
    const size_t a = plan_series_of(m->reference, dip->metric, EVERYONE, EVERYONE, m->first);
    const size_t b = plan_series_of(m->scenario, dip->metric, EVERYONE, EVERYONE,
                                    m->date[m->first]);
    double *const depth = x, *const share = depth + WAVE, *const level = share + WAVE;
    double *const difference = level + periods;

    for (int p = 0; p < reference->paths; p++) {
        for (int t = 0; t < periods; t++) {
            level[t] = wave_value(reference, a + (size_t)t, p);
            difference[t] = wave_value(scenario, b + (size_t)t, p) - level[t];
        }
        const struct fall fall = fall_of(difference, level, periods);
        depth[p] = fall.depth;
        share[p] = fall.share;
        count_fall(dip, fall.periods);
    }
    return series_add(&dip->depth, depth, n, expected) &&
           series_add(&dip->share, share, n, expected);
}

/* --- what is said ------------------------------------------------------------------- */

/* The length in years of the path of that rank, from 1. */
static double years_of_rank(const struct dip *dip, uint64_t rank)
{
    const int periods = dip->match->last - dip->match->first + 1;
    uint64_t before = 0;

    for (int t = 0; t < periods; t++) {
        before += dip->length[t];
        if (rank <= before)
            return t * dip->match->reference->world->dt;
    }
    return INFINITY;
}

/* Type 7; infinite as soon as one of the two order statistics is. */
static double years_quantile(const struct dip *dip, uint64_t n, double level)
{
    const double place = (double)(n - 1) * level;
    const uint64_t below = (uint64_t)place;
    const double part = place - (double)below, from = years_of_rank(dip, below + 1);
    const double to = part > 0 ? years_of_rank(dip, below + 2) : from;

    return isinf(to) ? to : from + part * (to - from);
}

static void summarise_years(const struct dip *dip, uint64_t n, struct summary *s)
{
    static const double levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    uint64_t lower, upper;

    *s = (struct summary){.n = n, .mean = NAN, .se = NAN, .sd = NAN};
    for (int k = 0; k < QUANTILES; k++)
        s->q[k] = years_quantile(dip, n, levels[k]);
    for (int k = 0; k < LIMITS; k++)
        s->lo[k] = s->hi[k] = NAN;
    quantile_ranks(n, 0.5, &lower, &upper);
    if (lower)
        s->lo[LIMIT_P50] = years_of_rank(dip, lower);
    if (upper)
        s->hi[LIMIT_P50] = years_of_rank(dip, upper);
}

void dip_summary(const struct dip *dip, struct summariser *scratch, struct dipped *dipped)
{
    series_summary(&dip->depth, scratch, &dipped->depth);
    series_summary(&dip->share, scratch, &dipped->share);
    summarise_years(dip, dipped->depth.n, &dipped->years);
}

void dip_release(struct dip *dip)
{
    series_release(&dip->depth);
    series_release(&dip->share);
    free(dip->length);
}

/* --- domestic capacity -------------------------------------------------------------- */

static void sum_capacity(const struct wave *wave, int date, double *sum, double *x)
{
    const struct scenario *const w = wave->plan->world;

    memset(sum, 0, (size_t)wave->paths * sizeof *sum);
    for (int j = 0; j < w->options; j++) {
        if (w->option[j].class != CLASS_DOMESTIC)
            continue;
        wave_series(wave, plan_series_of(wave->plan, "domestic_capacity_units_per_year",
                                         EVERYONE, j, date), x);
        for (int p = 0; p < wave->paths; p++)
            sum[p] += x[p];
    }
}

bool capacity_add(struct capacity *c, const struct wave *reference, const struct wave *scenario,
                  double *x, size_t expected)
{
    const size_t n = (size_t)reference->paths;
    double *const y = x + WAVE, *const ratio = y + WAVE;

    sum_capacity(reference, c->date, x, ratio);
    sum_capacity(scenario, c->match->date[c->date], y, ratio);
    for (size_t p = 0; p < n; p++)
        ratio[p] = x[p] > 0 && isfinite(x[p]) && isfinite(y[p]) ? y[p] / x[p] : (double)NAN;
    return series_add(&c->ratio, ratio, n, expected) &&
           difference_add(&c->difference, x, y, n, expected);
}

void capacity_release(struct capacity *c)
{
    series_release(&c->ratio);
    series_release(&c->difference.series);
}
