/* The points of a sweep, shared among teams of threads.
 *
 * With many points a team is one thread that computes a point alone; with few, all threads
 * are one team that shares the blocks of a point. Either way a point is computed wave by
 * wave in path order, so that nothing in it depends on the teams. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "lab/sweep.h"
#include "run/write.h"

enum { RANGE = 64 };             /* series that a thread takes at once */
enum { POINTS_PER_TEAM = 4 };    /* below that many all threads are one team */
enum { CHUNK_BYTES = 1 << 25, CHUNK_POINTS = 4096 };

/* Scratch of one thread of a team. */
struct desk {
    double x[FIX_PATHS];
    struct summariser summariser;
};

struct work;
struct team {
    struct work *work;
    struct pool *pool;
    struct desk *desk;           /* [threads of the pool] */
    struct series *series;       /* [rows x dates of the results] */
    struct series *whole;        /* the same without --given, until bins are fixed */
    /* of the point in hand */
    size_t point;
    const struct plan *plan;
    struct wave *wave;
};

struct work {
    struct sweep *sweep;
    struct pool *pool;           /* of the teams */
    struct team *team;           /* [teams] */
    int teams;
    size_t count;                /* series of the results in a point */
    size_t expected;             /* values that a series may keep */
    bool conditional;            /* --given */
    size_t first;                /* point of a chunk */
    atomic_uint_fast64_t done;   /* paths */
    atomic_int failed;           /* the first code */
    struct cs_error *error;      /* [teams] */
};

/* --- series of a point --------------------------------------------------------------------- */

/* The series of the plan behind a series of the results. */
static size_t plan_index(const struct work *w, size_t s)
{
    const struct sweep *const all = w->sweep;
    const size_t dates = (size_t)all->dates;

    return s / dates * (size_t)all->plan->dates + (size_t)all->date[s % dates];
}

/* Keeps the paths whose regimes in the date's last period are asked for; how many. */
static size_t keep_given(const struct team *team, int date, double *x)
{
    const struct sweep *const s = team->work->sweep;
    const size_t last = (size_t)team->plan->date[date].last * WAVE;
    const int32_t *const us = team->wave->us + last, *const cn = team->wave->cn + last;
    size_t n = 0;

    for (int p = 0; p < team->wave->paths; p++)
        if (s->us >> us[p] & 1 && s->cn >> cn[p] & 1)
            x[n++] = x[p];
    return n;
}

static void fold(void *context, int worker, size_t index)
{
    struct team *const team = context;
    struct work *const w = team->work;
    double *const x = team->desk[worker].x;
    bool fine = true;

    for (size_t s = index * RANGE; s < w->count && s < (index + 1) * RANGE; s++) {
        const size_t series = plan_index(w, s);
        size_t n = (size_t)team->wave->paths;
        wave_series(team->wave, series, x);
        if (team->whole && team->wave->first < FIX_PATHS) { /* its edges fix the bins */
            fine = series_add(&team->whole[s], x, n, FIX_PATHS) && fine;
            wave_series(team->wave, series, x);
        }
        if (w->conditional)
            n = keep_given(team, (int)(series % (size_t)team->plan->dates), x);
        if (n)
            fine = series_add(&team->series[s], x, n, w->conditional ? 0 : w->expected) &&
                   fine;
    }
    if (!fine)
        w->failed = CS_MEMORY;
}

static void fix(void *context, int worker, size_t index)
{
    struct team *const team = context;
    struct work *const w = team->work;
    struct edges edges;

    for (size_t s = index * RANGE; s < w->count && s < (index + 1) * RANGE; s++) {
        struct series *const whole = w->conditional ? &team->whole[s] : &team->series[s];
        series_edges(whole, team->desk[worker].x, &edges);
        if (!series_fix(&team->series[s], &edges))
            w->failed = CS_MEMORY;
        if (w->conditional)
            series_release(whole);
        if (w->conditional)
            *whole = (struct series){0};
    }
}

static void summarise(void *context, int worker, size_t index)
{
    struct team *const team = context;
    struct work *const w = team->work;
    struct summary *const summary = w->sweep->summary[team->point];

    for (size_t s = index * RANGE; s < w->count && s < (index + 1) * RANGE; s++) {
        series_summary(&team->series[s], &team->desk[worker].summariser, &summary[s]);
        series_release(&team->series[s]);
        team->series[s] = (struct series){0};
    }
}

static void add_tallies(struct team *team)
{
    const struct sweep *const s = team->work->sweep;
    double *const x = team->desk[0].x;

    for (size_t g = 0; g < s->gauges; g++) {
        const int date = (int)(s->gauge[g].series % (size_t)team->plan->dates);
        const size_t last = (size_t)team->plan->date[date].last * WAVE;
        wave_series(team->wave, s->gauge[g].series, x);
        for (int p = 0; p < team->wave->paths; p++)
            if (!(s->us >> team->wave->us[last + (size_t)p] & 1) ||
                !(s->cn >> team->wave->cn[last + (size_t)p] & 1))
                x[p] = (double)NAN;
        tally_add(&s->tally[team->point * s->gauges + g], &s->gauge[g], team->wave->first, x,
                  (size_t)team->wave->paths);
    }
}

/* --- a point ------------------------------------------------------------------------------- */

static bool is_stopped(const struct work *w)
{
    const struct cs_run_options *const o = w->sweep->options;

    return w->failed || (o->cancelled && o->cancelled(o->context));
}

static void tell(struct team *team, uint64_t paths)
{
    struct work *const w = team->work;
    const struct cs_run_options *const o = w->sweep->options;
    const uint64_t done = atomic_fetch_add(&w->done, paths) + paths;

    if (team == w->team && o->progress)
        o->progress(o->context, done, o->paths * w->sweep->points);
}

static int run_waves(struct team *team, struct cs_error *err)
{
    struct work *const w = team->work;
    const uint64_t paths = w->sweep->options->paths;
    const size_t ranges = (w->count + RANGE - 1) / RANGE;

    for (uint64_t done = 0; done < paths; done += WAVE) {
        const uint64_t rest = paths - done, now = rest < WAVE ? rest : WAVE;
        if (is_stopped(w))
            return CS_CANCELLED;
        wave_run(team->wave, team->pool, done, (int)now);
        const int code = wave_ledger(team->wave, w->sweep->options->ledger, err);
        if (code)
            return code;
        pool_each(team->pool, ranges, fold, team);
        if (paths > KEEP_PATHS && done + now == FIX_PATHS)
            pool_each(team->pool, ranges, fix, team);
        add_tallies(team);
        tell(team, now);
    }
    pool_each(team->pool, ranges, summarise, team);
    return w->failed == CS_MEMORY ? cs_fail_memory(err) : CS_OK;
}

static int run_site(struct team *team, const struct site *site, struct cs_error *err)
{
    const struct sweep *const s = team->work->sweep;
    int code = wave_new(site->plan, pool_workers(team->pool), wave_room(s->options->paths),
                        &team->wave, err);

    if (code)
        return code;
    s->summary[team->point] = calloc(team->work->count + 1, sizeof **s->summary);
    team->plan = site->plan;
    team->wave->seed = s->options->seed;
    team->wave->uncertainty = s->options->uncertainty;
    code = s->summary[team->point] ? run_waves(team, err) : cs_fail_memory(err);
    wave_free(team->wave);
    return code;
}

static void run_point(void *context, int worker, size_t index)
{
    struct work *const w = context;
    struct team *const team = &w->team[worker];
    struct site site;

    if (is_stopped(w))
        return;
    team->point = w->first + index;
    int code = site_init(&site, w->sweep, team->point, &w->error[worker]);
    if (!code)
        code = run_site(team, &site, &w->error[worker]);
    site_release(&site);
    int none = 0;
    if (code)
        atomic_compare_exchange_strong(&w->failed, &none, code);
}

/* --- teams --------------------------------------------------------------------------------- */

static void release(struct work *w)
{
    for (int t = 0; w->team && t < w->teams; t++) {
        struct team *const team = &w->team[t];
        for (size_t s = 0; team->series && s < w->count; s++)
            series_release(&team->series[s]);
        for (size_t s = 0; team->whole && s < w->count; s++)
            series_release(&team->whole[s]);
        free(team->series);
        free(team->whole);
        free(team->desk);
        pool_free(team->pool);
    }
    free(w->team);
    free(w->error);
    pool_free(w->pool);
}

static int team_init(struct work *w, struct team *team, int threads, struct cs_error *err)
{
    const int code = pool_new(threads, &team->pool, err);

    if (code)
        return code;
    team->work = w;
    team->desk = calloc((size_t)pool_workers(team->pool), sizeof *team->desk);
    team->series = calloc(w->count + 1, sizeof *team->series);
    if (w->conditional && w->sweep->options->paths > KEEP_PATHS)
        team->whole = calloc(w->count + 1, sizeof *team->whole);
    const bool whole = team->whole || !w->conditional || w->sweep->options->paths <= KEEP_PATHS;
    return team->desk && team->series && whole ? CS_OK : cs_fail_memory(err);
}

static int prepare(struct work *w, struct cs_error *err)
{
    struct sweep *const s = w->sweep;
    const int threads = pool_threads(s->options->threads);
    const bool many = s->points >= (size_t)threads * POINTS_PER_TEAM;
    int code = pool_new(many ? threads : 1, &w->pool, err);

    if (code)
        return code;
    w->count = (size_t)s->plan->shown * (size_t)s->dates;
    w->expected = s->options->paths <= KEEP_PATHS ? (size_t)s->options->paths : FIX_PATHS;
    w->conditional = s->us != UINT32_MAX || s->cn != UINT32_MAX;
    w->teams = pool_workers(w->pool);
    w->team = calloc((size_t)w->teams, sizeof *w->team);
    w->error = calloc((size_t)w->teams, sizeof *w->error);
    s->summary = calloc(s->points, sizeof *s->summary);
    s->tally = s->gauges ? calloc(s->points * s->gauges, sizeof *s->tally) : NULL;
    if (!w->team || !w->error || !s->summary || (s->gauges && !s->tally))
        return cs_fail_memory(err);
    for (int t = 0; t < w->teams && !code; t++)
        code = team_init(w, &w->team[t], many ? 1 : threads, err);
    if (!code)
        s->threads = many ? w->teams : pool_workers(w->team[0].pool);
    return code;
}

static void put_rows(const struct work *w, size_t point, struct csv_writer *csv)
{
    const struct sweep *const s = w->sweep;

    for (int row = 0; row < s->plan->shown; row++)
        for (int d = 0; d < s->dates; d++) {
            csv_integer(csv, (int64_t)point + 1);
            put_summary_row(csv, s->plan, row, s->date[d], sweep_at(s, point, row, d));
        }
}

/* Why the work stopped, of the team that says so first. */
static int failure(const struct work *w, struct cs_error *err)
{
    for (int t = 0; t < w->teams; t++)
        for (int k = 0; k < w->error[t].count; k++)
            cs_fail(err, w->error[t].code, "%s", w->error[t].text[k]);
    if (err && err->count)
        return err->code;
    if (w->failed == CS_MEMORY)
        return cs_fail_memory(err);
    return cs_fail(err, CS_CANCELLED, "stopped after %llu of %llu paths",
                   (unsigned long long)w->done,
                   (unsigned long long)(w->sweep->options->paths * w->sweep->points));
}

/* Points go in chunks, so that what is not yet written stays small. */
static size_t chunk_size(const struct work *w)
{
    const size_t each = (w->count + 1) * sizeof(struct summary), most = CHUNK_BYTES / each;
    const size_t least = (size_t)w->teams * POINTS_PER_TEAM;

    return most < least ? least : most > CHUNK_POINTS ? CHUNK_POINTS : most;
}

static int run(struct work *w, struct csv_writer *csv, struct cs_error *err)
{
    struct sweep *const s = w->sweep;
    const size_t chunk = chunk_size(w);

    for (w->first = 0; w->first < s->points; w->first += chunk) {
        const size_t rest = s->points - w->first, now = rest < chunk ? rest : chunk;
        pool_each(w->pool, now, run_point, w);
        if (w->failed || is_stopped(w))
            return failure(w, err);
        for (size_t p = w->first; p < w->first + now; p++) {
            if (csv)
                put_rows(w, p, csv);
            if (p < SWEEP_KEPT)
                continue;
            free(s->summary[p]);
            s->summary[p] = NULL;
        }
    }
    return CS_OK;
}

int sweep_compute(struct sweep *sweep, struct csv_writer *csv, struct cs_error *err)
{
    struct work work = {.sweep = sweep};
    int code = prepare(&work, err);

    if (!code)
        code = run(&work, csv, err);
    release(&work);
    return code;
}
