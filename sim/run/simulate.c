#include "run/simulate.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "tool/pages.h"

enum { RANGE = 64 };         /* places of series that a thread takes at once */
enum { LONG_WAVE = 2 * WAVE }; /* paths together in a run with bins */
enum { SAVE_PATHS = 128 * WAVE };    /* a killed run loses this many paths at most */

/* Scratch of one worker. */
struct desk {
    double *x, *kept;        /* [FIX_PATHS] each */
    struct summariser summariser;
};

struct simulation {
    struct result *result;
    const struct cs_run_options *options;
    struct draws *draws;
    struct journal *journal;
    struct pool *pool;
    struct wave *wave;
    struct desk *desk;       /* [workers] */
    bool once;               /* one wave is the whole run: its values need not be kept */
    size_t count;            /* series that are summarised */
    struct series *series;   /* [count]; NULL if once */
    size_t places;           /* of series in a wave: more than `count` if some are not shown */
    size_t *slot;            /* [places + 1] series before the place that keep values */
    size_t expected;         /* values that a series may keep */
    double *kept;            /* [slots][expected] lent to the series */
    uint64_t exact;          /* see last_exact */
    uint64_t done;           /* paths folded */
    bool fixed;              /* values have become counts */
    atomic_bool starved;     /* a worker found no memory */
};

static size_t kept_size(const struct simulation *e)
{
    return e->slot ? e->slot[e->places] * e->expected * sizeof *e->kept : 0;
}

static void release(struct simulation *e)
{
    const int workers = e->pool ? pool_workers(e->pool) : 0;

    for (size_t k = 0; e->series && k < e->count; k++)
        series_release(&e->series[k]);
    for (int k = 0; e->desk && k < workers; k++)
        free(e->desk[k].x);
    for (int k = 0; e->desk && k < workers; k++)
        free(e->desk[k].kept);
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

/* Paths that are computed together at most. A rehearsal is timed by the wave. */
static size_t most_together(const struct simulation *e)
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
                                : FIX_PATHS - (e->exact > 0 ? 0 : most_together(e));
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
    const int code = wave_new(r->plan, r->threads, most_together(e), &e->wave, err);
    if (code)
        return code;
    e->wave->seed = r->seed;
    e->wave->uncertainty = r->uncertainty;
    return e->once || make_series(e) ? CS_OK : cs_fail_memory(err);
}

static int prepare(struct simulation *e, struct cs_error *err)
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

static size_t range_end(const struct simulation *e, size_t index)
{
    return (index + 1) * RANGE < e->places ? (index + 1) * RANGE : e->places;
}

static void each_range(struct simulation *e, void (*work)(void *, int, size_t))
{
    pool_each(e->pool, (e->places + RANGE - 1) / RANGE, work, e);
}

static void fold(void *context, int worker, size_t index)
{
    struct simulation *const e = context;

    for (size_t p = index * RANGE; p < range_end(e, index); p++) {
        const size_t s = series_at(e, p);
        if (s < e->count && !fold_series(e, worker, s))
            e->starved = true;
    }
    if (fixes_now(e))
        give_back(e, index * RANGE, range_end(e, index));
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

/* Instead of fold and summarise if the wave is the whole run. */
static void take(void *context, int worker, size_t index)
{
    struct simulation *const e = context;
    struct desk *const desk = &e->desk[worker];

    for (size_t p = index * RANGE; p < range_end(e, index); p++) {
        const size_t s = series_at(e, p);
        if (s == e->count)
            continue;
        const struct scan scan = wave_series(e->wave, s, desk->x);
        values_summary(desk->x, (size_t)e->wave->paths, &scan, &desk->summariser,
                       &e->result->summary[s]);
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

static void mark(void *context, int worker, size_t index)
{
    struct simulation *const e = context;

    (void)worker;
    for (size_t p = index * RANGE; p < range_end(e, index); p++) {
        const size_t s = series_at(e, p);
        if (s < e->count)
            series_mark(&e->series[s]);
    }
}

static void fix(void *context, int worker, size_t index)
{
    struct simulation *const e = context;

    for (size_t p = index * RANGE; p < range_end(e, index); p++) {
        const size_t s = series_at(e, p);
        if (s < e->count && !fix_series(e, worker, s))
            e->starved = true;
    }
    give_back(e, index * RANGE, range_end(e, index));
}

static void summarise(void *context, int worker, size_t index)
{
    struct simulation *const e = context;

    for (size_t p = index * RANGE; p < range_end(e, index); p++) {
        const size_t s = series_at(e, p);
        if (s == e->count)
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

/* --- state to go on from ------------------------------------------------------ */

static int move_state(struct simulation *e, struct archive *archive, struct cs_error *err)
{
    struct result *const r = e->result;
    uint64_t most = r->stop->most;
    bool fine = true;

    archive_bytes(archive, &most, sizeof most);
    archive_bytes(archive, &e->done, sizeof e->done);
    archive_bytes(archive, &e->fixed, sizeof e->fixed);
    if (archive_reads(archive) && most > r->stop->most)
        return cs_fail(err, CS_INPUT, "%s: was begun with --max-paths %llu and cannot go on with "
                       "fewer", e->journal->name, (unsigned long long)most);
    for (size_t k = 0; k < e->count && fine; k++)
        fine = series_archive(&e->series[k], archive);
    fine = fine && regimes_archive(r->regimes, archive);
    passages_archive(r->passages, archive);
    sample_archive(r->sample, archive);
    if (!fine || !stop_archive(r->stop, archive, e->done))
        return cs_fail_memory(err);
    return e->draws ? draws_archive(e->draws, archive, err) : CS_OK;
}

/* Leaves the state after the last whole wave. */
static int save(struct simulation *e, struct cs_error *err)
{
    struct archive *archive;
    int code = archive_create(e->journal->state, &archive, err);

    if (code)
        return code;
    code = move_state(e, archive, err);
    if (code)
        archive_abandon(archive);
    else
        code = archive_close(archive, err);
    return code;
}

static int restore(struct simulation *e, struct cs_error *err)
{
    struct archive *archive;
    int code = archive_open(e->journal->state, &archive, err);

    if (code)
        return code;
    code = move_state(e, archive, err);
    if (code)
        archive_abandon(archive);
    else
        code = archive_close(archive, err);
    return code;
}

/* --- the run ---------------------------------------------------------------- */

static bool asks(const struct simulation *e, bool (*question)(void *context))
{
    return question && question(e->options->context);
}

/* Values become counts once there can be no more need of them. */
static void settle(struct simulation *e)
{
    if (e->done == FIX_PATHS && e->exact > 0)
        each_range(e, mark);
    if (e->fixed || e->done < FIX_PATHS || e->done < e->exact)
        return;
    if (e->exact > 0 || e->done > FIX_PATHS)
        each_range(e, fix);
    pool_each(e->pool, regimes_cells(e->result->regimes), fix_regimes, e);
    e->fixed = true;
}

static int fold_wave(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;

    each_range(e, e->once ? take : fold);
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

/* Whether the results after these paths would be those of a run of so many. */
static bool may_end(const struct simulation *e)
{
    const bool traced = !e->options->trace || e->options->trace_to < e->done;

    return traced && (!e->fixed || e->done > KEEP_PATHS);
}

/* Paths to compute together next: bins are fixed at the end of a wave. */
static int paths_together(const struct simulation *e)
{
    const uint64_t done = e->done, rest = e->result->stop->most - done;
    const uint64_t room = most_together(e);
    const uint64_t most = done < FIX_PATHS && done + room > FIX_PATHS ? FIX_PATHS - done : room;

    return (int)(rest < most ? rest : most);
}

/* Looks at the paths of a wave, up to the one at which the run ends, if that is in it. */
static int look_at_wave(struct simulation *e, struct cs_error *err)
{
    struct stop *const stop = e->result->stop;
    uint64_t end = 0;
    int code = CS_OK;

    for (int k = 0; k < wave_portions(e->wave) && !end && !code; k++) {
        const struct wave portion = wave_portion(e->wave, k);
        code = stop_take(stop, &portion, e->done + (uint64_t)k * WAVE, &end, err);
    }
    if (!code && e->journal && stop->reason == STOP_MOST)
        code = save(e, err);
    if (end)
        e->wave->paths = (int)(end - e->done);
    return code;
}

static int take_wave(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;

    wave_run(e->wave, e->pool, r->first + e->done, paths_together(e));
    int code = wave_ledger(e->wave, e->options->ledger, err);
    if (!code)
        code = look_at_wave(e, err);
    if (code)
        return code;
    code = fold_wave(e, err);
    if (!code && r->stop->reason == STOP_NOT_YET && may_end(e) &&
        asks(e, e->options->enough)) {
        code = stop_now(r->stop, e->done, err);
        if (!code && e->journal)
            code = save(e, err);
    }
    if (!code && r->stop->reason == STOP_NOT_YET)
        settle(e);
    return e->starved ? cs_fail_memory(err) : code;
}

static int cancel(struct simulation *e, struct cs_error *err)
{
    const uint64_t most = e->result->stop->most;
    const int code = e->journal ? save(e, err) : CS_OK;

    if (code)
        return code;
    if (!e->journal)
        return cs_fail(err, CS_CANCELLED, "stopped after %llu of %llu paths",
                       (unsigned long long)e->done, (unsigned long long)most);
    e->journal->stays = true;
    return cs_fail(err, CS_UNFINISHED, "stopped after %llu of %s%llu paths; the same command with "
                   "--resume goes on from there", (unsigned long long)e->done,
                   e->result->stop->count ? "at most " : "", (unsigned long long)most);
}

static void show(const struct simulation *e)
{
    const struct stop *const stop = e->result->stop;

    if (e->options->progress)
        e->options->progress(e->options->context, e->done,
                             looks_paths(stop->first, stop->most, stop->taken));
}

static int run(struct simulation *e, struct cs_error *err)
{
    struct stop *const stop = e->result->stop;
    int code = CS_OK;

    for (uint64_t saved = e->done; stop->reason == STOP_NOT_YET && !code;) {
        show(e);
        if (asks(e, e->options->cancelled))
            return cancel(e, err);
        code = take_wave(e, err);
        if (code || !e->journal || e->done < saved + SAVE_PATHS || stop->reason != STOP_NOT_YET)
            continue;
        saved = e->done;
        code = save(e, err);
    }
    return code;
}

static int finish(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;

    r->paths = e->done;
    if (e->journal)
        e->journal->stays = cs_result_cut(r);
    if (!e->once) {
        each_range(e, summarise);
        pool_each(e->pool, regimes_cells(r->regimes), summarise_regimes, e);
    }
    copy_summaries(e);
    if (e->options->progress)
        e->options->progress(e->options->context, r->paths, r->paths);
    if (!e->journal && asks(e, e->options->cancelled))
        return cs_fail(err, CS_CANCELLED, "stopped before anything was written");
    return CS_OK;
}

int simulate(struct result *result, const struct cs_run_options *options, struct draws *draws,
             struct journal *journal, struct cs_error *err)
{
    struct simulation all = {
        .result = result, .options = options, .draws = draws, .journal = journal};
    int code = prepare(&all, err);

    if (!code && journal && !journal->fresh)
        code = restore(&all, err);
    if (!code)
        code = run(&all, err);
    if (!code)
        code = finish(&all, err);
    release(&all);
    return code;
}
