/* Paths of a world at each origin, weighted by the record up to it. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/backtest.h"
#include "run/wave.h"

/* The weighted paths must be worth at least this part of them all. */
static const double least_share = 0.05;
/* An observation that no path comes within so many errors of says nothing about paths. */
static const double reach = 3;
enum { HALVINGS = 50 };

/* One world at the targets. It is a copy that knows the events up to an origin, ends with the
 * record, and asks in its thresholds for the rows of the targets. */
struct ensemble {
    struct scenario world;
    struct threshold *asked;
    struct effect *effect;
    double *factor;
    int effects;              /* in all */
    struct catalogue *catalogue;
    struct plan *plan;
    struct wave *wave;
    size_t paths, done;
    double *value;            /* [targets][paths] */
};

struct member {
    double x, weight;
};

/* Scratch of one worker, [paths] each. */
struct desk {
    struct member *member;
    double *x, *weight, *noisy, *noisy_weight, *noise, *error;
};

struct work {
    struct backtest *all;
    struct pool *pool;
    struct ensemble real, flat, *now;
    double *like, *weight;    /* [paths] */
    struct desk *desk;        /* [workers] */
    int origin;
};

/* --- worlds without preferences ------------------------------------------------------- */

/* Utilities of 0 whatever is drawn, so that every option on sale has the same share. */
static void forget_preferences(struct ensemble *e)
{
    static const int of_buyers[] = {BUYER_PRICE_SENSITIVITY, BUYER_LOCK_IN,
                                    BUYER_PRESSURE_AVERSION, BUYER_INCIDENT_AVERSION,
                                    BUYER_HAZARD_AVERSION,   BUYER_FRONT_LOADING};
    struct scenario *const w = &e->world;
    int kept = 0;

    for (size_t k = 0; k < sizeof of_buyers / sizeof *of_buyers; k++)
        for (int i = 0; i < w->buyers; i++)
            e->factor[cell_index(w, TABLE_BUYERS, of_buyers[k], i)] = 0;
    for (int j = 0; j < w->options; j++)
        e->factor[cell_index(w, TABLE_OPTIONS, OPTION_INTERCEPT, j)] = 0;
    for (int i = 0; i < w->buyers; i++)
        for (int j = 0; j < w->options; j++)
            e->factor[cell_pair(w, TABLE_TASTES, i, j)] = 0;
    e->factor[cell_index(w, TABLE_SCENARIO, SC_TASTE_VOLATILITY, 0)] = 0;
    for (int k = 0; k < e->effects; k++) {
        const enum effect_kind kind = e->effect[k].kind;
        const bool on_cell = kind == EFFECT_VALUE || kind == EFFECT_FACTOR;
        if (!on_cell || e->factor[e->effect[k].cell] != 0)
            e->effect[kept++] = e->effect[k];
    }
    e->effects = kept;
    w->choice = CHOICE_MNL;
}

static int copy_world(struct ensemble *e, const struct backtest *b, bool flat)
{
    const struct scenario *const w = b->world;
    const size_t effects = (size_t)w->effects, cells = (size_t)w->cells;

    e->world = *w;
    e->asked = calloc((size_t)b->targets + 1, sizeof *e->asked);
    e->effect = malloc((effects + 1) * sizeof *e->effect);
    e->factor = malloc(cells * sizeof *e->factor);
    if (!e->asked || !e->effect || !e->factor)
        return CS_MEMORY;
    if (effects)
        memcpy(e->effect, w->effect, effects * sizeof *e->effect);
    memcpy(e->factor, w->factor, cells * sizeof *e->factor);
    e->effects = w->effects;
    e->world.effect = e->effect;
    e->world.factor = e->factor;
    e->world.steps = b->end + 1;
    e->world.thresholds = 0;
    e->world.threshold = e->asked;
    for (int k = 0; k < b->targets; k++) {
        const struct observation *const x = b->target[k].seen;
        if (b->target[k].theme >= 0)
            e->asked[e->world.thresholds++] =
                (struct threshold){.metric = x->metric, .buyer = x->buyer, .option = x->option,
                                   .file = x->file, .line = x->line};
    }
    if (flat)
        forget_preferences(e);
    return CS_OK;
}

static size_t series_of(const struct plan *plan, const struct observation *x)
{
    const struct metric *const metric = catalogue_find(plan->catalogue, x->metric);
    const int row = plan_row(plan, metric, find_buyer(plan->world, x->buyer),
                             find_option(plan->world, x->option));
    int date = 0;

    while (plan->date[date].first != x->first || plan->date[date].last != x->last)
        date++;
    return (size_t)row * (size_t)plan->dates + (size_t)date;
}

static int ensemble_init(struct ensemble *e, struct backtest *b, bool flat, struct cs_error *err)
{
    e->paths = (size_t)b->options.run.paths;
    int code = copy_world(e, b, flat) ? cs_fail_memory(err) : CS_OK;

    if (!code)
        code = catalogue_new(&e->world, &e->catalogue, err);
    if (!code)
        code = plan_new(&e->world, e->catalogue, PLAN_RESULTS, CS_DETAIL_MARKET, &e->plan, err);
    if (!code)
        code = wave_new(e->plan, b->threads, wave_room(e->paths), &e->wave, err);
    if (code)
        return code;
    e->wave->seed = b->options.run.seed;
    e->wave->uncertainty = b->options.run.uncertainty;
    e->value = malloc((size_t)b->targets * e->paths * sizeof *e->value);
    for (int k = 0; k < b->targets; k++)
        if (b->target[k].theme >= 0) {
            const struct observation *const x = b->target[k].seen;
            b->target[k].series = series_of(e->plan, x);
            b->theme[b->target[k].theme].unit = catalogue_find(e->catalogue, x->metric)->unit;
        }
    return e->value ? CS_OK : cs_fail_memory(err);
}

static void ensemble_release(struct ensemble *e)
{
    wave_free(e->wave);
    plan_free(e->plan);
    catalogue_free(e->catalogue);
    free(e->asked);
    free(e->effect);
    free(e->factor);
    free(e->value);
}

/* --- simulation ----------------------------------------------------------------------- */

static void keep_target(void *context, int worker, size_t index)
{
    struct work *const w = context;
    const struct target *const target = &w->all->target[index];

    (void)worker;
    if (target->theme >= 0 && target->seen->last < w->now->world.steps)
        wave_series(w->now->wave, target->series,
                    w->now->value + index * w->now->paths + w->now->done);
}

static int check_wave(const struct work *w, uint64_t done, struct cs_error *err)
{
    const struct cs_run_options *const o = &w->all->options.run;

    if (o->progress)
        o->progress(o->context, done, 2 * (uint64_t)w->all->origins * o->paths);
    if (o->cancelled && o->cancelled(o->context))
        return cs_fail(err, CS_CANCELLED, "stopped at origin %d of %d", w->origin + 1,
                       w->all->origins);
    return wave_ledger(w->now->wave, o->ledger, err);
}

static int events_known(const struct work *w, const struct ensemble *e, int origin)
{
    int known = 0;

    while (known < e->effects && (w->all->options.foresee || e->effect[known].t <= origin))
        known++;
    return known;
}

/* Simulates the ensemble unless an earlier origin did so with the same events; as far as the
 * origins with these events look ahead. */
static int ensemble_run(struct work *w, struct ensemble *e, struct cs_error *err)
{
    const uint64_t before = (2 * (uint64_t)w->origin + (e == &w->flat)) * e->paths;
    const int known = events_known(w, e, w->origin);
    int last = w->origin, code = CS_OK;

    if (w->origin && known == e->world.effects)
        return CS_OK;
    while (last + 1 < w->all->origins && events_known(w, e, last + 1) == known)
        last++;
    last += w->all->options.horizon;
    e->world.effects = known;
    e->world.steps = (last < w->all->end ? last : w->all->end) + 1;
    w->now = e;
    for (e->done = 0; e->done < e->paths && !code; e->done += WAVE) {
        const size_t rest = e->paths - e->done;
        wave_run(e->wave, w->pool, e->done, rest < WAVE ? (int)rest : WAVE);
        pool_each(w->pool, (size_t)w->all->targets, keep_target, w);
        code = check_wave(w, before + e->done, err);
    }
    return code;
}

/* --- weights --------------------------------------------------------------------------- */

/* The error that separates an observation from a path's value. */
static double error_at(const struct work *w, int target, double value)
{
    return hypot(w->all->target[target].error, w->all->options.discrepancy * value);
}

/* Adds the log-likelihood of an observation within reach; a path without a value has none. */
static bool add_evidence(struct work *w, int target)
{
    const struct target *const x = &w->all->target[target];
    const double *const value = w->real.value + (size_t)target * w->real.paths;
    bool near = false;

    if (x->error <= 0)
        return false;
    for (size_t k = 0; k < w->real.paths && !near; k++)
        near = fabs(value[k] - x->seen->value) <= reach * error_at(w, target, value[k]);
    for (size_t k = 0; near && k < w->real.paths; k++) {
        const double error = error_at(w, target, value[k]);
        const double z = (value[k] - x->seen->value) / error;
        w->like[k] -= isfinite(value[k]) ? z * z / 2 + log(error) : (double)INFINITY;
    }
    return near;
}

static double temper(struct work *w, double exponent, double best)
{
    for (size_t k = 0; k < w->real.paths; k++)
        w->weight[k] = isfinite(w->like[k]) ? exp(exponent * (w->like[k] - best)) : 0;
    return effective_points(w->weight, w->real.paths);
}

/* Weights exp(exponent * log-likelihood) with the largest exponent up to 1 that leaves
 * enough paths. Their effective number falls with the exponent. */
static void weigh(struct work *w)
{
    struct origin *const origin = &w->all->origin[w->origin];
    const double least = least_share * (double)w->real.paths;
    double best = -INFINITY, low = 0, high = 1;

    memset(w->like, 0, w->real.paths * sizeof *w->like);
    for (int k = 0; k < w->all->targets; k++)
        if (w->all->target[k].theme >= 0 && w->all->target[k].seen->last <= w->origin) {
            origin->known++;
            origin->used += add_evidence(w, k);
        }
    for (size_t k = 0; k < w->real.paths; k++)
        best = fmax(best, w->like[k]);
    if (!isfinite(best)) {
        memset(w->like, 0, w->real.paths * sizeof *w->like);
        best = 0;
    }
    if (temper(w, 1, best) >= least)
        low = 1;
    for (int k = 0; k < HALVINGS && low < 1; k++) {
        const double middle = (low + high) / 2;
        if (temper(w, middle, best) >= least)
            low = middle;
        else
            high = middle;
    }
    origin->exponent = low;
    origin->effective = temper(w, low, best);
}

/* --- forecasts ------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const struct member *const x = a, *const y = b;
    return (x->x > y->x) - (x->x < y->x);
}

/* Sorts values that exist into points, with or without errors; false if none does. */
static bool sort_points(struct desk *desk, const double *value, const double *error,
                        const double *weight, size_t paths, struct points *points)
{
    double *const x = error ? desk->noisy : desk->x;
    double *const w = error ? desk->noisy_weight : desk->weight;
    size_t n = 0;

    for (size_t k = 0; k < paths; k++)
        if (isfinite(value[k]) && (!weight || weight[k] > 0))
            desk->member[n++] = (struct member){value[k] + (error ? error[k] : 0),
                                                weight ? weight[k] : 1};
    qsort(desk->member, n, sizeof *desk->member, by_value);
    for (size_t k = 0; k < n; k++) {
        x[k] = desk->member[k].x;
        w[k] = desk->member[k].weight;
    }
    *points = (struct points){n, x, w};
    return n > 0;
}

static void forecast_paths(struct work *w, struct desk *desk, int target, enum forecaster who)
{
    const int ahead = w->all->target[target].seen->last - w->origin;
    const struct ensemble *const e = who == FLAT ? &w->flat : &w->real;
    const double *const value = e->value + (size_t)target * e->paths;
    const double *const weight = who == MODEL ? w->weight : NULL;
    struct forecast *const f = forecast_at(w->all, target, ahead, who);
    struct points plain, points;

    for (size_t k = 0; k < e->paths; k++) {
        f->missing += isfinite(value[k]) ? 0 : 1;
        desk->error[k] = desk->noise[k] * error_at(w, target, value[k]);
    }
    if (!sort_points(desk, value, NULL, weight, e->paths, &plain))
        return;
    sort_points(desk, value, desk->error, weight, e->paths, &points);
    f->effective = effective_points(plain.weight, plain.n);
    forecast_score(w->all, target, ahead, who,
                   &(struct distribution){.plain = &plain, .points = &points});
}

static void forecast_target(void *context, int worker, size_t index)
{
    struct work *const w = context;
    const struct target *const target = &w->all->target[index];
    const int ahead = target->seen->last - w->origin;

    if (target->theme < 0 || ahead < 1 || ahead > w->all->options.horizon)
        return;
    forecast_noise(w->all, (int)index, w->real.paths, w->desk[worker].noise);
    forecast_paths(w, &w->desk[worker], (int)index, MODEL);
    forecast_paths(w, &w->desk[worker], (int)index, UNTAUGHT);
    forecast_paths(w, &w->desk[worker], (int)index, FLAT);
}

/* --- the whole ------------------------------------------------------------------------- */

static bool allocate(struct work *w, size_t paths)
{
    w->like = malloc(paths * sizeof *w->like);
    w->weight = malloc(paths * sizeof *w->weight);
    w->desk = calloc((size_t)w->all->threads, sizeof *w->desk);
    bool fine = w->like && w->weight && w->desk;
    for (int k = 0; k < w->all->threads && fine; k++) {
        struct desk *const d = &w->desk[k];
        d->member = malloc(paths * sizeof *d->member);
        d->x = malloc(6 * paths * sizeof *d->x);
        fine = d->member && d->x;
        if (!fine)
            break;
        d->weight = d->x + paths;
        d->noisy = d->weight + paths;
        d->noisy_weight = d->noisy + paths;
        d->noise = d->noisy_weight + paths;
        d->error = d->noise + paths;
    }
    return fine;
}

static void release(struct work *w)
{
    for (int k = 0; w->desk && k < w->all->threads; k++) {
        free(w->desk[k].member);
        free(w->desk[k].x);
    }
    free(w->desk);
    free(w->like);
    free(w->weight);
    ensemble_release(&w->real);
    ensemble_release(&w->flat);
}

int backtest_simulate(struct backtest *b, struct pool *pool, struct cs_error *err)
{
    struct work work = {.all = b, .pool = pool};
    int code = allocate(&work, (size_t)b->options.run.paths) ? CS_OK : cs_fail_memory(err);

    if (!code)
        code = ensemble_init(&work.real, b, false, err);
    if (!code)
        code = ensemble_init(&work.flat, b, true, err);
    for (; work.origin < b->origins && !code; work.origin++) {
        code = ensemble_run(&work, &work.real, err);
        if (!code)
            code = ensemble_run(&work, &work.flat, err);
        if (code)
            break;
        weigh(&work);
        pool_each(pool, (size_t)b->targets, forecast_target, &work);
    }
    release(&work);
    return code;
}
