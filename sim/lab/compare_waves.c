#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "lab/compare.h"

enum { RANGE = 64 };         /* pairs that a thread takes at once */

/* Scratch of one worker: enough for the most that a part asks for. */
enum { STEPS_MOST = 4096, ROOM = DIVERSION_ROOM };
_Static_assert((int)ROOM >= (int)FIX_PATHS && (int)ROOM >= 3 * (int)WAVE + 2 * STEPS_MOST,
               "the scratch is too small");

struct desk {
    double *x;               /* [ROOM] */
    struct summariser summariser;
};

struct work {
    struct comparison *all;
    const struct cs_run_options *options;
    struct pool *pool;
    struct desk *desk;       /* [workers] */
    size_t expected;         /* values that a series may keep */
    struct contrast *now;    /* the contrast of a loop over pairs */
    atomic_bool starved;     /* a worker found no memory */
};

static void release(struct work *w)
{
    const int workers = w->pool ? pool_workers(w->pool) : 0;

    for (int k = 0; w->desk && k < workers; k++)
        free(w->desk[k].x);
    free(w->desk);
    pool_free(w->pool);
}

static int prepare(struct work *w, struct cs_error *err)
{
    struct comparison *const c = w->all;
    int code = pool_new(pool_threads(w->options->threads), &w->pool, err);

    if (code)
        return code;
    c->threads = pool_workers(w->pool);
    w->expected = c->paths <= KEEP_PATHS ? (size_t)c->paths : FIX_PATHS;
    w->desk = calloc((size_t)c->threads, sizeof *w->desk);
    bool fine = w->desk != NULL;
    for (int k = 0; fine && k < c->threads; k++) {
        w->desk[k].x = malloc(ROOM * sizeof *w->desk[k].x);
        fine = w->desk[k].x != NULL;
    }
    if (!fine)
        return cs_fail_memory(err);
    for (int k = 0; k < c->members && !code; k++) {
        code = wave_new(c->member[k].plan, c->threads, wave_room(c->paths),
                        &c->member[k].wave, err);
        if (code)
            break;
        c->member[k].wave->seed = c->seed;
        c->member[k].wave->uncertainty = c->uncertainty;
    }
    return code;
}

/* --- loops over pairs ------------------------------------------------------------ */

static void fold(void *context, int worker, size_t index)
{
    struct work *const w = context;
    struct contrast *const c = w->now;
    double *const x = w->desk[worker].x, *const y = x + WAVE;
    const size_t n = (size_t)c->reference->wave->paths;

    for (size_t p = index * RANGE; p < c->match->pairs && p < (index + 1) * RANGE; p++) {
        const struct pair *const pair = &c->match->pair[p];
        if (pair->source != p)
            continue;
        wave_series(c->reference->wave, pair->reference, x);
        wave_series(c->scenario->wave, pair->scenario, y);
        if (!difference_add(&c->running[p], x, y, n, w->expected))
            w->starved = true;
    }
}

static void settle(void *context, int worker, size_t index)
{
    struct work *const w = context;
    struct contrast *const c = w->now;

    for (size_t p = index * RANGE; p < c->match->pairs && p < (index + 1) * RANGE; p++)
        if (c->match->pair[p].source == p &&
            !series_settle(&c->running[p].series, w->desk[worker].x))
            w->starved = true;
}

static void summarise(void *context, int worker, size_t index)
{
    struct work *const w = context;
    struct contrast *const c = w->now;

    for (size_t p = index * RANGE; p < c->match->pairs && p < (index + 1) * RANGE; p++) {
        if (c->match->pair[p].source != p)
            continue;
        difference_summary(&c->running[p], &w->desk[worker].summariser, &c->paired[p]);
        series_release(&c->running[p].series);
    }
}

/* --- what stands beside the pairs: dips, capacity, loss, diversion ------------------ */

/* Tasks of a contrast: a dip each, then the loss, then the years, then the dates. */
static size_t extras(const struct contrast *c)
{
    return DIPS + 1 + (size_t)c->reference->plan->years + (size_t)c->reference->plan->dates;
}

static bool add_loss(struct contrast *c, double *x, size_t expected)
{
    double *const y = x + WAVE;
    const size_t n = (size_t)c->reference->wave->paths;

    if (c->loss_reference == NO_SERIES)
        return true;
    wave_series(c->reference->wave, c->loss_reference, x);
    wave_series(c->scenario->wave, c->loss_scenario, y);
    for (size_t k = 0; k < n; k++) {
        const double loss = x[k] == y[k] ? 0 : x[k] - y[k];
        x[k] = isfinite(loss) ? loss : (double)NAN;
    }
    return series_add(&c->losses, x, n, expected);
}

static void add_extra(void *context, int worker, size_t index)
{
    struct work *const w = context;
    struct contrast *const c = w->now;
    const struct wave *const a = c->reference->wave, *const b = c->scenario->wave;
    const size_t years = (size_t)c->reference->plan->years;
    double *const x = w->desk[worker].x;
    bool fine = true;

    if (index < DIPS) {
        fine = dip_add(&c->dip[index], a, b, x, w->expected);
    } else if (index == DIPS) {
        fine = add_loss(c, x, w->expected);
    } else if (index <= DIPS + years) {
        struct capacity *const capacity = &c->capacity[index - DIPS - 1];
        if (c->match->date[capacity->date] >= 0)
            fine = capacity_add(capacity, a, b, x, w->expected);
    } else {
        const int date = (int)(index - DIPS - 1 - years);
        if (c->match->date[date] >= 0)
            diversion_add(c->diversion, a, b, date, x);
    }
    if (!fine)
        w->starved = true;
}

static void settle_extras(struct work *w, struct contrast *c)
{
    double *const x = w->desk[0].x;
    bool fine = series_settle(&c->losses, x);

    for (int k = 0; k < DIPS; k++)
        fine = series_settle(&c->dip[k].depth, x) && series_settle(&c->dip[k].share, x) && fine;
    for (int y = 0; y < c->reference->plan->years; y++)
        fine = series_settle(&c->capacity[y].difference.series, x) &&
               series_settle(&c->capacity[y].ratio, x) && fine;
    if (!fine)
        w->starved = true;
}

static int summarise_extras(struct work *w, struct contrast *c, struct cs_error *err)
{
    struct summariser *const s = &w->desk[0].summariser;

    for (int k = 0; k < DIPS; k++)
        dip_summary(&c->dip[k], s, &c->dipped[k]);
    for (int y = 0; y < c->reference->plan->years; y++) {
        difference_summary(&c->capacity[y].difference, s, &c->capacities[y]);
        series_summary(&c->capacity[y].ratio, s, &c->ratios[y]);
    }
    return tail_of(&c->losses, s, &c->tail, err);
}

/* --- waves ---------------------------------------------------------------------------- */

static size_t ranges(const struct contrast *c)
{
    return (c->match->pairs + RANGE - 1) / RANGE;
}

static bool is_cancelled(const struct work *w)
{
    return w->options->cancelled && w->options->cancelled(w->options->context);
}

static int take_wave(struct work *w, uint64_t done, int paths, struct cs_error *err)
{
    struct comparison *const all = w->all;
    int code = CS_OK;

    for (int k = 0; k < all->members && !code; k++) {
        wave_run(all->member[k].wave, w->pool, done, paths);
        code = wave_ledger(all->member[k].wave, w->options->ledger, err);
        if (!code && all->member[k].draws)
            draws_add(all->member[k].draws, all->member[k].wave, w->pool);
    }
    if (code)
        return code;
    const bool fix = all->paths > KEEP_PATHS && done + (uint64_t)paths == FIX_PATHS;
    for (int k = 0; k < all->members - 1; k++) {
        w->now = &all->contrast[k];
        pool_each(w->pool, ranges(w->now), fold, w);
        pool_each(w->pool, extras(w->now), add_extra, w);
        if (fix) {
            pool_each(w->pool, ranges(w->now), settle, w);
            settle_extras(w, w->now);
        }
    }
    return w->starved ? cs_fail_memory(err) : CS_OK;
}

static int finish(struct work *w, struct cs_error *err)
{
    int code = CS_OK;

    for (int k = 0; k < w->all->members - 1 && !code; k++) {
        struct contrast *const c = &w->all->contrast[k];
        w->now = c;
        pool_each(w->pool, ranges(c), summarise, w);
        for (size_t p = 0; p < c->match->pairs; p++)
            c->paired[p] = c->paired[c->match->pair[p].source];
        code = summarise_extras(w, c, err);
    }
    return code;
}

static int run(struct work *w, struct cs_error *err)
{
    const uint64_t paths = w->all->paths;
    int code = CS_OK;

    for (uint64_t done = 0; done < paths && !code; done += WAVE) {
        const uint64_t rest = paths - done, now = rest < WAVE ? rest : WAVE;
        if (w->options->progress)
            w->options->progress(w->options->context, done, paths);
        if (is_cancelled(w))
            return cs_fail(err, CS_CANCELLED, "stopped after %llu of %llu paths",
                           (unsigned long long)done, (unsigned long long)paths);
        code = take_wave(w, done, (int)now, err);
    }
    if (!code)
        code = finish(w, err);
    if (!code && w->options->progress)
        w->options->progress(w->options->context, paths, paths);
    return code;
}

int comparison_compute(struct comparison *comparison, const struct cs_run_options *options,
                       struct cs_error *err)
{
    struct work work = {.all = comparison, .options = options};
    int code = prepare(&work, err);

    if (!code)
        code = run(&work, err);
    release(&work);
    return code;
}
