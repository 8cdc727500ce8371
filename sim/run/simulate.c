#include "run/simulate.h"

#include "run/simulation.h"

enum { SAVE_PATHS = 128 * WAVE };    /* a killed run loses this many paths at most */

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
    const uint64_t room = simulation_room(e);
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
    code = simulation_fold(e, err);
    if (!code && r->stop->reason == STOP_NOT_YET && may_end(e) &&
        asks(e, e->options->enough)) {
        code = stop_now(r->stop, e->done, err);
        if (!code && e->journal)
            code = save(e, err);
    }
    if (!code && r->stop->reason == STOP_NOT_YET)
        code = simulation_settle(e, err);
    return code;
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
    simulation_summarise(e);
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
    int code = simulation_prepare(&all, err);

    if (!code && journal && !journal->fresh)
        code = restore(&all, err);
    if (!code)
        code = run(&all, err);
    if (!code)
        code = finish(&all, err);
    simulation_release(&all);
    return code;
}
