#include "run/passage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The date a threshold speaks of: a year by its number, or a period. */
static int date_of(const struct plan *plan, const struct threshold *x)
{
    if (x->when != WHEN_DATE)
        return -1;
    for (int d = plan->world->steps; d < plan->dates; d++)
        if (!strcmp(plan->date[d].text, x->when_text))
            return d;
    return x->first;
}

int passages_new(const struct plan *plan, struct passages **out, struct cs_error *err)
{
    const struct scenario *const w = plan->world;
    struct passages *all = calloc(1, sizeof *all);
    bool fine = all != NULL;

    *out = NULL;
    if (all) {
        all->plan = plan;
        all->passage = calloc((size_t)w->thresholds + 1, sizeof *all->passage);
        all->x = malloc((size_t)w->steps * WAVE * sizeof *all->x);
        fine = all->passage && all->x;
    }
    for (int k = 0; fine && k < w->thresholds; k++) {
        struct passage *const p = &all->passage[k];
        const struct threshold *const x = &w->threshold[k];
        p->row = plan_row(plan, catalogue_find(plan->catalogue, x->metric),
                          find_buyer(w, x->buyer), find_option(w, x->option));
        p->date = date_of(plan, x);
        p->first = calloc((size_t)w->steps, sizeof *p->first);
        fine = p->first != NULL;
        all->count = k + 1;
    }
    if (!fine) {
        passages_free(all);
        return cs_fail_memory(err);
    }
    *out = all;
    return CS_OK;
}

void passages_free(struct passages *all)
{
    if (!all)
        return;
    for (int k = 0; k < all->count; k++)
        free(all->passage[k].first);
    free(all->passage);
    free(all->x);
    free(all);
}

static bool holds(enum threshold_test test, double x, double value)
{
    switch (test) {
    case TEST_LESS: return x < value;
    case TEST_LESS_EQUAL: return x <= value;
    case TEST_GREATER: return x > value;
    case TEST_GREATER_EQUAL: return x >= value;
    }
    return false;
}

/* The first period from which on the test holds (`stays`: to the end), or -1.
 * A period without a value does not satisfy. */
static int first_period(const struct threshold *x, const double *value, int steps)
{
    int first = -1;

    for (int t = 0; t < steps; t++) {
        const bool fine = holds(x->test, value[(size_t)t * WAVE], x->value);
        if (fine && first < 0)
            first = t;
        else if (!fine && x->when == WHEN_STAYS)
            first = -1;
    }
    return first;
}

static bool all_missing(const double *value, int dates)
{
    for (int t = 0; t < dates; t++)
        if (!isnan(value[(size_t)t * WAVE]))
            return false;
    return true;
}

static void add_one(struct passages *all, const struct wave *wave, int k)
{
    const struct threshold *const x = &all->plan->world->threshold[k];
    struct passage *const p = &all->passage[k];
    const bool dated = x->when == WHEN_DATE;
    const int dates = dated ? 1 : all->plan->world->steps;
    const size_t start = (size_t)p->row * (size_t)all->plan->dates + (dated ? (size_t)p->date : 0);

    for (int d = 0; d < dates; d++)
        wave_series(wave, start + (size_t)d, all->x + (size_t)d * WAVE);
    for (int path = 0; path < wave->paths; path++) {
        const int first = first_period(x, all->x + path, dates);
        p->n++;
        if (first >= 0) {
            p->satisfied++;
            p->first[first]++;
        } else if (all_missing(all->x + path, dates)) {
            p->missing++;
        }
    }
}

void passages_add(struct passages *all, const struct wave *wave)
{
    for (int k = 0; k < all->count; k++)
        add_one(all, wave, k);
}

void passages_archive(struct passages *all, struct archive *archive)
{
    const size_t steps = (size_t)all->plan->world->steps;

    for (int k = 0; k < all->count; k++) {
        struct passage *const p = &all->passage[k];
        archive_bytes(archive, &p->n, sizeof p->n);
        archive_bytes(archive, &p->missing, sizeof p->missing);
        archive_bytes(archive, &p->satisfied, sizeof p->satisfied);
        archive_bytes(archive, p->first, steps * sizeof *p->first);
    }
}

/* Years to the passage of the path of that rank, infinite for never. */
static double years_of_rank(const struct passages *all, int which, uint64_t rank)
{
    const struct scenario *const w = all->plan->world;
    uint64_t before = 0;

    for (int t = 0; t < w->steps; t++) {
        before += all->passage[which].first[t];
        if (rank <= before)
            return t * w->dt;
    }
    return INFINITY;
}

double passage_quantile(const struct passages *all, int which, double level)
{
    const struct passage *const p = &all->passage[which];
    const uint64_t m = p->n - p->missing;

    if (m == 0 || p->date >= 0)
        return NAN;
    const double place = (double)(m - 1) * level;
    const uint64_t below = (uint64_t)place;
    const double part = place - (double)below, from = years_of_rank(all, which, below + 1);
    const double to = part > 0 ? years_of_rank(all, which, below + 2) : from;
    if (isinf(from) || isinf(to))
        return NAN;
    return from + part * (to - from);
}
