#include "run/simulation.h"

#include <math.h>
#include <stdlib.h>
#include "tool/pages.h"

enum { RANGE = 64 };             /* places of series that a thread takes at once */
enum { LONG_WAVE = 2 * WAVE };   /* paths together in a run with bins */

static size_t kept_size(const struct simulation *e)
{
    return e->slot ? e->slot[e->places] * e->expected * sizeof *e->kept : 0;
}

void simulation_release(struct simulation *e)
{
    const int workers = e->pool ? pool_workers(e->pool) : 0;

    for (size_t k = 0; e->series && k < e->count; k++)
        series_release(&e->series[k]);
    for (int k = 0; e->desk && k < workers; k++) {
        free(e->desk[k].x);
        free(e->desk[k].kept);
    }
    pages_free(e->kept, kept_size(e));
    free(e->slot);
    free(e->series);
    free(e->desk);
    wave_free(e->wave);
    pool_free(e->pool);
}

/* The run may still end with exact quantiles up to this many paths. A rehearsal does as
 * the whole run will. */
static uint64_t last_exact(const struct simulation *e)
{
    const struct result *const r = e->result;
    const uint64_t most = r->stop->most < KEEP_PATHS ? r->stop->most : KEEP_PATHS;

    if (r->rehearses)
        return r->rehearses > KEEP_PATHS ? 0 : most;
    return e->options->enough ? most : stop_last_below(r->stop, KEEP_PATHS);
}

/* The series at a place of a wave, or `count` if the results show none there, or one that is
 * the same as another. */
static size_t series_at(const struct simulation *e, size_t place)
{
    const struct plan *const plan = e->result->plan;
    const size_t s = plan_at_place(plan, place);

    return s < e->count && plan_source(plan, s) == s ? s : e->count;
}

/* Memory for the values that series keep, in the order in which waves are read. */
static bool lend(struct simulation *e)
{
    e->slot = malloc((e->places + 1) * sizeof *e->slot);
    if (!e->slot)
        return false;
    e->slot[0] = 0;
    for (size_t p = 0; p < e->places; p++)
        e->slot[p + 1] = e->slot[p] + (series_at(e, p) < e->count);
    e->kept = pages_new(kept_size(e));
    for (size_t p = 0; e->kept && p < e->places; p++) {
        const size_t s = series_at(e, p);
        if (s == e->count)
            continue;
        e->series[s].lent = e->kept + e->slot[p] * e->expected;
        e->series[s].lent_room = e->expected;
    }
    return e->kept != NULL;
}

size_t simulation_room(const struct simulation *e)
{
    const bool one = e->exact > 0 || e->result->rehearses;

    return one ? wave_room(e->result->stop->most) : LONG_WAVE;
}

/* Values that a series keeps. If they become bins as soon as that is possible, the last
 * wave before is never kept. */
static size_t values_expected(const struct simulation *e)
{
    if (e->result->stop->most == e->exact)
        return (size_t)e->exact;
    return e->exact > FIX_PATHS ? (size_t)(e->exact + WAVE - 1) / WAVE * WAVE
                                : FIX_PATHS - (e->exact > 0 ? 0 : simulation_room(e));
}

static int prepare_desks(struct simulation *e, int workers, struct cs_error *err)
{
    e->desk = calloc((size_t)workers, sizeof *e->desk);
    for (int k = 0; e->desk && k < workers; k++) {
        e->desk[k].x = malloc(FIX_PATHS * sizeof *e->desk[k].x);
        e->desk[k].kept = malloc(FIX_PATHS * sizeof *e->desk[k].kept);
        if (!e->desk[k].x || !e->desk[k].kept)
            return cs_fail_memory(err);
    }
    return e->desk ? CS_OK : cs_fail_memory(err);
}

static bool make_series(struct simulation *e)
{
    e->series = calloc(e->count, sizeof *e->series);
    return e->series && lend(e);
}

static int prepare_series(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;

    e->exact = last_exact(e);
    e->expected = values_expected(e);
    e->places = plan_series(r->plan);
    e->count = (size_t)r->plan->shown * (size_t)r->plan->dates;
    e->once = r->stop->most <= WAVE && !e->journal;
    r->summary = malloc(e->count * sizeof *r->summary);
    if (!r->summary)
        return cs_fail_memory(err);
    const int code = wave_new(r->plan, r->threads, simulation_room(e), &e->wave, err);
    if (code)
        return code;
    e->wave->seed = r->seed;
    e->wave->uncertainty = r->uncertainty;
    return e->once || make_series(e) ? CS_OK : cs_fail_memory(err);
}

int simulation_prepare(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;
    int code = pool_new(pool_threads(e->options->threads), &e->pool, err);

    if (code)
        return code;
    r->threads = pool_workers(e->pool);
    code = prepare_desks(e, r->threads, err);
    if (!code)
        code = prepare_series(e, err);
    if (!code)
        code = regimes_new(r->plan, r->threads, !e->once, &r->regimes, err);
    if (!code)
        code = passages_new(r->plan, &r->passages, err);
    if (!code)
        code = sample_new(r->plan, r->stop->most, &r->sample, err);
    return code;
}

/* --- loops over series ------------------------------------------------------ */

static bool fix_series(struct simulation *e, int worker, size_t s)
{
    struct edges edges;

    series_edges(&e->series[s], e->desk[worker].x, &edges);
    return series_fix(&e->series[s], &edges);
}

/* What the series at these places were lent is needed no more. */
static void give_back(const struct simulation *e, size_t first, size_t end)
{
    pages_drop(e->kept + e->slot[first] * e->expected,
               (e->slot[end] - e->slot[first]) * e->expected * sizeof *e->kept);
}

/* Whether values become counts with this wave, series by series. */
static bool fixes_now(const struct simulation *e)
{
    return e->exact == 0 && e->done + (uint64_t)e->wave->paths == FIX_PATHS;
}

static bool fold_series(struct simulation *e, int worker, size_t s)
{
    struct series *const series = &e->series[s];
    double *const x = e->desk[worker].x;
    bool fine = true;

    if (fixes_now(e))
        series_move(series, e->desk[worker].kept, FIX_PATHS);
    for (int k = 0; k < wave_portions(e->wave) && fine; k++) {
        const struct wave portion = wave_portion(e->wave, k);
        series_prefetch(series);
        const struct scan scan = wave_series(&portion, s, x);
        fine = series_add_scanned(series, x, (size_t)portion.paths, &scan, e->expected);
    }
    return fine && (!fixes_now(e) || fix_series(e, worker, s));
}

/* Instead of fold and summarise if the wave is the whole run. */
static bool take_series(struct simulation *e, int worker, size_t s)
{
    struct desk *const desk = &e->desk[worker];
    const struct scan scan = wave_series(e->wave, s, desk->x);

    values_summary(desk->x, (size_t)e->wave->paths, &scan, &desk->summariser,
                   &e->result->summary[s]);
    return true;
}

static bool mark_series(struct simulation *e, int worker, size_t s)
{
    (void)worker;
    series_mark(&e->series[s]);
    return true;
}

static bool summarise_series(struct simulation *e, int worker, size_t s)
{
    series_summary(&e->series[s], &e->desk[worker].summariser, &e->result->summary[s]);
    series_release(&e->series[s]);
    return true;
}

static void work_range(void *context, int worker, size_t index)
{
    struct simulation *const e = context;
    const size_t first = index * RANGE;
    const size_t end = first + RANGE < e->places ? first + RANGE : e->places;

    for (size_t p = first; p < end; p++) {
        const size_t s = series_at(e, p);
        if (s < e->count && !e->work(e, worker, s))
            e->starved = true;
    }
    if (e->work == fix_series || (e->work == fold_series && fixes_now(e)))
        give_back(e, first, end);
}

static void each_series(struct simulation *e, series_work *work)
{
    e->work = work;
    pool_each(e->pool, (e->places + RANGE - 1) / RANGE, work_range, e);
}

static void fold_regimes(void *context, int worker, size_t cell)
{
    struct simulation *const e = context;

    for (int k = 0; k < wave_portions(e->wave); k++) {
        const struct wave portion = wave_portion(e->wave, k);
        if (!regimes_add(e->result->regimes, &portion, worker, cell))
            e->starved = true;
    }
}

static void take_regimes(void *context, int worker, size_t cell)
{
    struct simulation *const e = context;

    regimes_take(e->result->regimes, e->wave, worker, cell, &e->desk[worker].summariser);
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

/* --- a wave, and the end -------------------------------------------------------- */

int simulation_fold(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;

    each_series(e, e->once ? take_series : fold_series);
    pool_each(e->pool, regimes_cells(r->regimes), e->once ? take_regimes : fold_regimes, e);
    for (int k = 0; k < wave_portions(e->wave); k++) {
        const struct wave portion = wave_portion(e->wave, k);
        passages_add(r->passages, &portion);
        sample_add(r->sample, &portion);
        if (e->draws)
            draws_add(e->draws, &portion, e->pool);
    }
    e->done += (uint64_t)e->wave->paths;
    return e->starved ? cs_fail_memory(err) : CS_OK;
}

int simulation_settle(struct simulation *e, struct cs_error *err)
{
    if (e->done == FIX_PATHS && e->exact > 0)
        each_series(e, mark_series);
    if (e->fixed || e->done < FIX_PATHS || e->done < e->exact)
        return CS_OK;
    if (e->exact > 0 || e->done > FIX_PATHS)
        each_series(e, fix_series);
    pool_each(e->pool, regimes_cells(e->result->regimes), fix_regimes, e);
    e->fixed = true;
    return e->starved ? cs_fail_memory(err) : CS_OK;
}

void simulation_summarise(struct simulation *e)
{
    if (!e->once) {
        each_series(e, summarise_series);
        pool_each(e->pool, regimes_cells(e->result->regimes), summarise_regimes, e);
    }
    copy_summaries(e);
}
