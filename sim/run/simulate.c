#include "run/simulate.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "tool/pages.h"

enum { RANGE = 64 };         /* series that a thread takes at once */

/* Scratch of one worker. */
struct desk {
    double *x;               /* [WAVE] or [FIX_PATHS] */
    struct summariser summariser;
};

struct simulation {
    struct result *result;
    const struct cs_run_options *options;
    struct draws *draws;
    struct pool *pool;
    struct wave *wave;
    struct desk *desk;       /* [workers] */
    size_t count;            /* series that are summarised */
    struct series *series;   /* [count] */
    size_t expected;         /* values that a series may keep */
    double *kept;            /* [kept_size] lent to the series, in their order */
    size_t kept_size;
    atomic_bool starved;     /* a worker found no memory */
};

static void release(struct simulation *e)
{
    const int workers = e->pool ? pool_workers(e->pool) : 0;

    for (size_t k = 0; e->series && k < e->count; k++)
        series_release(&e->series[k]);
    for (int k = 0; e->desk && k < workers; k++)
        free(e->desk[k].x);
    pages_free(e->kept, e->kept_size * sizeof *e->kept);
    free(e->series);
    free(e->desk);
    wave_free(e->wave);
    pool_free(e->pool);
}

/* Whether every value is kept to the end. A rehearsal does as the whole run will. */
static bool keeps_values(const struct result *r)
{
    return (r->rehearses ? r->rehearses : r->paths) <= KEEP_PATHS;
}

/* Memory for the values of all series that are summarised themselves. */
static bool lend(struct simulation *e)
{
    size_t taken = 0;

    for (size_t s = 0; s < e->count; s++)
        e->kept_size += plan_source(e->result->plan, s) == s ? e->expected : 0;
    e->kept = pages_new(e->kept_size * sizeof *e->kept);
    for (size_t s = 0; e->kept && s < e->count; s++) {
        e->series[s].lent = e->kept + taken;
        e->series[s].lent_room = plan_source(e->result->plan, s) == s ? e->expected : 0;
        taken += e->series[s].lent_room;
    }
    return e->kept != NULL;
}

static int prepare(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;
    int code = pool_new(pool_threads(e->options->threads), &e->pool, err);

    if (code)
        return code;
    const int workers = pool_workers(e->pool);
    r->threads = workers;
    e->expected = keeps_values(r) ? (size_t)r->paths : FIX_PATHS;
    e->count = (size_t)r->plan->shown * (size_t)r->plan->dates;
    e->series = calloc(e->count, sizeof *e->series);
    e->desk = calloc((size_t)workers, sizeof *e->desk);
    r->summary = malloc(e->count * sizeof *r->summary);
    bool fine = e->series && e->desk && r->summary && lend(e);
    for (int k = 0; fine && k < workers; k++) {
        e->desk[k].x = malloc(FIX_PATHS * sizeof *e->desk[k].x);
        fine = e->desk[k].x != NULL;
    }
    code = fine ? wave_new(r->plan, workers, &e->wave, err) : cs_fail_memory(err);
    if (!code)
        code = regimes_new(r->plan, workers, &r->regimes, err);
    if (!code)
        code = passages_new(r->plan, &r->passages, err);
    if (!code)
        code = sample_new(r->plan, r->paths, &r->sample, err);
    if (!code) {
        e->wave->seed = r->seed;
        e->wave->uncertainty = r->uncertainty;
    }
    return code;
}

/* --- loops over series ------------------------------------------------------ */

static void fold(void *context, int worker, size_t index)
{
    struct simulation *const e = context;
    double *const x = e->desk[worker].x;

    for (size_t s = index * RANGE; s < e->count && s < (index + 1) * RANGE; s++) {
        if (plan_source(e->result->plan, s) != s)
            continue;
        wave_series(e->wave, s, x);
        if (!series_add(&e->series[s], x, (size_t)e->wave->paths, e->expected))
            e->starved = true;
    }
}

static void fold_regimes(void *context, int worker, size_t cell)
{
    struct simulation *const e = context;

    if (!regimes_add(e->result->regimes, e->wave, worker, cell))
        e->starved = true;
}

/* After the parents, which have edges then and have given back their values. */
static void fix_regimes(void *context, int worker, size_t cell)
{
    struct simulation *const e = context;
    const size_t parent =
        plan_source(e->result->plan, regimes_parent(e->result->regimes, cell));
    struct edges edges;

    series_edges(&e->series[parent], e->desk[worker].x, &edges);
    if (!regimes_fix(e->result->regimes, cell, &edges))
        e->starved = true;
}

/* Ranges give back what they were lent as they go. */
static void fix(void *context, int worker, size_t index)
{
    struct simulation *const e = context;
    const size_t first = index * RANGE, end = first + RANGE < e->count ? first + RANGE : e->count;
    double *const lent = e->series[first].lent;
    struct edges edges;

    for (size_t s = first; s < end; s++) {
        if (plan_source(e->result->plan, s) != s)
            continue;
        series_edges(&e->series[s], e->desk[worker].x, &edges);
        if (!series_fix(&e->series[s], &edges))
            e->starved = true;
    }
    const double *const last = e->series[end - 1].lent + e->series[end - 1].lent_room;
    pages_drop(lent, (size_t)(last - lent) * sizeof *lent);
}

static void summarise(void *context, int worker, size_t index)
{
    struct simulation *const e = context;

    for (size_t s = index * RANGE; s < e->count && s < (index + 1) * RANGE; s++) {
        if (plan_source(e->result->plan, s) != s)
            continue;
        series_summary(&e->series[s], &e->desk[worker].summariser, &e->result->summary[s]);
        series_release(&e->series[s]);
    }
}

static void copy_summaries(const struct simulation *e)
{
    struct summary *const summary = e->result->summary;

    for (size_t s = 0; s < e->count; s++)
        summary[s] = summary[plan_source(e->result->plan, s)];
}

static void summarise_regimes(void *context, int worker, size_t cell)
{
    struct simulation *const e = context;

    regimes_summarise(e->result->regimes, cell, &e->desk[worker].summariser);
}

/* --- the run ---------------------------------------------------------------- */

static bool is_cancelled(const struct simulation *e)
{
    return e->options->cancelled && e->options->cancelled(e->options->context);
}

static int take_wave(struct simulation *e, uint64_t done, int paths, struct cs_error *err)
{
    struct result *const r = e->result;
    const size_t ranges = (e->count + RANGE - 1) / RANGE, cells = regimes_cells(r->regimes);

    wave_run(e->wave, e->pool, r->first + done, paths);
    const int code = wave_ledger(e->wave, e->options->ledger, err);
    if (code)
        return code;
    pool_each(e->pool, ranges, fold, e);
    pool_each(e->pool, cells, fold_regimes, e);
    if (!keeps_values(r) && done + (uint64_t)paths == FIX_PATHS) {
        pool_each(e->pool, ranges, fix, e);
        pool_each(e->pool, cells, fix_regimes, e);
    }
    passages_add(r->passages, e->wave);
    sample_add(r->sample, e->wave);
    if (e->draws)
        draws_add(e->draws, e->wave);
    return e->starved ? cs_fail_memory(err) : CS_OK;
}

static int run(struct simulation *e, struct cs_error *err)
{
    const uint64_t paths = e->result->paths;
    int code = CS_OK;

    for (uint64_t done = 0; done < paths && !code; done += WAVE) {
        const uint64_t rest = paths - done, now = rest < WAVE ? rest : WAVE;
        if (e->options->progress)
            e->options->progress(e->options->context, done, paths);
        if (is_cancelled(e))
            return cs_fail(err, CS_CANCELLED, "stopped after %llu of %llu paths",
                           (unsigned long long)done, (unsigned long long)paths);
        code = take_wave(e, done, (int)now, err);
    }
    if (code)
        return code;
    pool_each(e->pool, (e->count + RANGE - 1) / RANGE, summarise, e);
    copy_summaries(e);
    pool_each(e->pool, regimes_cells(e->result->regimes), summarise_regimes, e);
    if (e->options->progress)
        e->options->progress(e->options->context, paths, paths);
    return is_cancelled(e) ? cs_fail(err, CS_CANCELLED, "stopped before anything was written")
                           : CS_OK;
}

int simulate(struct result *result, const struct cs_run_options *options, struct draws *draws,
             struct cs_error *err)
{
    struct simulation all = {.result = result, .options = options, .draws = draws};
    int code = prepare(&all, err);

    if (!code)
        code = run(&all, err);
    release(&all);
    return code;
}
