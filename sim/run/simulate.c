#include "run/simulate.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "tool/pages.h"

enum { RANGE = 64 };         /* series that a thread takes at once */
enum { SAVE_WAVES = 64 };    /* a killed run loses this many waves at most */

/* Scratch of one worker. */
struct desk {
    double *x;               /* [WAVE] or [FIX_PATHS] */
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
    size_t expected;         /* values that a series may keep */
    double *kept;            /* [kept_size] lent to the series, in their order */
    size_t kept_size;
    uint64_t exact;          /* see last_exact */
    uint64_t done;           /* paths folded */
    bool fixed;              /* values have become counts */
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

static bool make_series(struct simulation *e)
{
    e->series = calloc(e->count, sizeof *e->series);
    return e->series && lend(e);
}

static int prepare(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;
    int code = pool_new(pool_threads(e->options->threads), &e->pool, err);

    if (code)
        return code;
    const int workers = pool_workers(e->pool);
    r->threads = workers;
    e->exact = last_exact(e);
    e->expected = r->stop->most == e->exact ? (size_t)e->exact
                  : e->exact > FIX_PATHS    ? (size_t)(e->exact + WAVE - 1) / WAVE * WAVE
                                            : FIX_PATHS;
    e->count = (size_t)r->plan->shown * (size_t)r->plan->dates;
    e->once = r->stop->most <= WAVE && !e->journal;
    e->desk = calloc((size_t)workers, sizeof *e->desk);
    r->summary = malloc(e->count * sizeof *r->summary);
    bool fine = e->desk && r->summary && (e->once || make_series(e));
    for (int k = 0; fine && k < workers; k++) {
        e->desk[k].x = malloc(FIX_PATHS * sizeof *e->desk[k].x);
        fine = e->desk[k].x != NULL;
    }
    code = fine ? wave_new(r->plan, workers, &e->wave, err) : cs_fail_memory(err);
    if (!code)
        code = regimes_new(r->plan, workers, !e->once, &r->regimes, err);
    if (!code)
        code = passages_new(r->plan, &r->passages, err);
    if (!code)
        code = sample_new(r->plan, r->stop->most, &r->sample, err);
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

/* Instead of fold and summarise if the wave is the whole run. */
static void take(void *context, int worker, size_t index)
{
    struct simulation *const e = context;
    struct desk *const desk = &e->desk[worker];

    for (size_t s = index * RANGE; s < e->count && s < (index + 1) * RANGE; s++) {
        if (plan_source(e->result->plan, s) != s)
            continue;
        wave_series(e->wave, s, desk->x);
        values_summary(desk->x, (size_t)e->wave->paths, &desk->summariser,
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
    for (size_t s = index * RANGE; s < e->count && s < (index + 1) * RANGE; s++)
        series_mark(&e->series[s]);
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
    const size_t ranges = (e->count + RANGE - 1) / RANGE;

    if (e->done == FIX_PATHS)
        pool_each(e->pool, ranges, mark, e);
    if (e->fixed || e->done < FIX_PATHS || e->done < e->exact)
        return;
    pool_each(e->pool, ranges, fix, e);
    pool_each(e->pool, regimes_cells(e->result->regimes), fix_regimes, e);
    e->fixed = true;
}

static int fold_wave(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;

    pool_each(e->pool, (e->count + RANGE - 1) / RANGE, e->once ? take : fold, e);
    pool_each(e->pool, regimes_cells(r->regimes), e->once ? take_regimes : fold_regimes, e);
    passages_add(r->passages, e->wave);
    sample_add(r->sample, e->wave);
    if (e->draws)
        draws_add(e->draws, e->wave, e->pool);
    e->done += (uint64_t)e->wave->paths;
    return e->starved ? cs_fail_memory(err) : CS_OK;
}

/* Whether the results after these paths would be those of a run of so many. */
static bool may_end(const struct simulation *e)
{
    const bool traced = !e->options->trace || e->options->trace_to < e->done;

    return traced && (!e->fixed || e->done > KEEP_PATHS);
}

/* One wave; up to the path at which the run ends, if that is in it. */
static int take_wave(struct simulation *e, struct cs_error *err)
{
    struct result *const r = e->result;
    const uint64_t rest = r->stop->most - e->done;
    uint64_t end = 0;

    wave_run(e->wave, e->pool, r->first + e->done, (int)(rest < WAVE ? rest : WAVE));
    int code = wave_ledger(e->wave, e->options->ledger, err);
    if (!code)
        code = stop_take(r->stop, e->wave, e->done, &end, err);
    if (!code && e->journal && r->stop->reason == STOP_MOST)
        code = save(e, err);
    if (code)
        return code;
    if (end)
        e->wave->paths = (int)(end - e->done);
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

    for (unsigned waves = 1; stop->reason == STOP_NOT_YET && !code; waves++) {
        show(e);
        if (asks(e, e->options->cancelled))
            return cancel(e, err);
        code = take_wave(e, err);
        if (!code && e->journal && waves % SAVE_WAVES == 0 && stop->reason == STOP_NOT_YET)
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
        pool_each(e->pool, (e->count + RANGE - 1) / RANGE, summarise, e);
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
