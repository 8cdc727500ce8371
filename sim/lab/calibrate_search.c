#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/calibrate.h"
#include "tool/address.h"

enum { WAVES = 12, MOVES = 3, LAST_MOVES = 12 };

/* What the random draws of the search are for. */
static const char *const accept_name = "accept", *const resample_name = "resample";

struct population {
    double cut, power, step;
    bool ended;                /* moved at full power */
};

struct search {
    struct calibration *all;
    struct judge *judge;
    size_t count, each;        /* vectors; of a population */
    struct vector *store;      /* [2 * count] */
    double *numbers;           /* behind the store */
    struct vector **now, **next; /* [count] */
    double *weight, *sorted;   /* [each] */
    struct population population[POPULATIONS];
    int waves, moves;          /* done so far */
    uint64_t simulated;
    uint64_t accepted, proposed; /* of the stage */
    struct cs_error *err;
};

/* --- memory ------------------------------------------------------------------------------ */

static size_t path_room(const struct search *s)
{
    return (size_t)s->all->facts * (size_t)s->all->options.luck;
}

static int allocate(struct search *s)
{
    const size_t facts = (size_t)s->all->facts, priors = (size_t)s->all->priors;
    const size_t room = priors + path_room(s) + 2 * facts;

    s->store = calloc(2 * s->count, sizeof *s->store);
    s->numbers = malloc((2 * room + facts * facts) * s->count * sizeof *s->numbers);
    s->now = calloc(s->count, sizeof *s->now);
    s->next = calloc(s->count, sizeof *s->next);
    s->weight = calloc(s->each, sizeof *s->weight);
    s->sorted = calloc(s->each, sizeof *s->sorted);
    if (!s->store || !s->numbers || !s->now || !s->next || !s->weight || !s->sorted)
        return cs_fail_memory(s->err);
    double *at = s->numbers;
    for (size_t k = 0; k < 2 * s->count; k++, at += room)
        s->store[k] = (struct vector){.z = at, .path = at + priors,
                                      .mean = at + priors + path_room(s),
                                      .variance = at + priors + path_room(s) + facts};
    for (size_t k = 0; k < s->count; k++) {
        s->now[k] = &s->store[k];
        s->next[k] = &s->store[s->count + k];
        s->store[k].residual = at + k * facts * facts;
    }
    return CS_OK;
}

static void release(struct search *s)
{
    judge_free(s->judge);
    free(s->store);
    free(s->numbers);
    free(s->now);
    free(s->next);
    free(s->weight);
    free(s->sorted);
}

static void copy_vector(const struct search *s, struct vector *to, const struct vector *from)
{
    const size_t facts = (size_t)s->all->facts;

    memcpy(to->z, from->z, (size_t)s->all->priors * sizeof *to->z);
    memcpy(to->path, from->path, path_room(s) * sizeof *to->path);
    memcpy(to->mean, from->mean, facts * sizeof *to->mean);
    memcpy(to->variance, from->variance, facts * sizeof *to->variance);
    to->second = from->second;
    to->like = from->like;
}

/* --- draws ------------------------------------------------------------------------------- */

static double uniform(const struct search *s, uint64_t path, int t, const char *name)
{
    return address_uniform(s->all->options.run.seed, path, t, DRAW_CALIBRATION,
                           address_hash(name));
}

/* The draws of a run's first paths. */
static void draw_priors(struct search *s)
{
    const struct scenario *const w = s->all->world;

    for (size_t k = 0; k < s->count; k++)
        for (int p = 0; p < w->priors; p++)
            s->now[k]->z[p] = gsl_cdf_ugaussian_Pinv(address_uniform(
                s->all->options.run.seed, k, 0, DRAW_PARAMETER, w->prior[p].hash));
}

/* --- progress ---------------------------------------------------------------------------- */

/* How many vectors there will be is not known: half a dozen stages are usual. */
static int look_up(const struct search *s)
{
    const struct cs_run_options *const run = &s->all->options.run;
    const uint64_t usual = s->count * (1 + LAST_MOVES + 8 * MOVES);
    const uint64_t luck = s->all->options.luck;

    if (run->progress)
        run->progress(run->context, (s->simulated < usual ? s->simulated : usual - 1) * luck,
                      usual * luck);
    if (run->cancelled && run->cancelled(run->context))
        return cs_fail(s->err, CS_CANCELLED, "stopped after %llu vectors",
                       (unsigned long long)s->simulated);
    return CS_OK;
}

/* --- resampling -------------------------------------------------------------------------- */

/* Lowers the cut to the median, not below CUTOFF; weights 0 and 1. */
static void weigh_by_cut(struct search *s, struct population *p, struct vector *const *v)
{
    for (size_t k = 0; k < s->each; k++)
        s->sorted[k] = v[k]->second;
    gsl_sort(s->sorted, 1, s->each);
    p->cut = fmax(calibrate_cutoff, s->sorted[(s->each - 1) / 2]);
    for (size_t k = 0; k < s->each; k++)
        s->weight[k] = v[k]->second <= p->cut;
}

/* Weights of a step of the power by `step`; returns how many vectors they leave. */
static double weigh_by_power(struct search *s, struct vector *const *v, double step)
{
    double most = -INFINITY, sum = 0, squares = 0;

    for (size_t k = 0; k < s->each; k++)
        most = fmax(most, v[k]->like);
    for (size_t k = 0; k < s->each; k++) {
        s->weight[k] = v[k]->like > -INFINITY ? exp(step * (v[k]->like - most)) : 0;
        sum += s->weight[k];
        squares += s->weight[k] * s->weight[k];
    }
    return squares > 0 ? sum * sum / squares : 0;
}

/* Raises the power as far as half of the vectors count. */
static void raise_power(struct search *s, struct population *p, struct vector *const *v)
{
    const double half = (double)s->each / 2;
    double low = 0, high = 1 - p->power;

    if (weigh_by_power(s, v, high) < half) {
        for (int k = 0; k < 50; k++) {
            const double middle = (low + high) / 2;
            if (weigh_by_power(s, v, middle) < half)
                high = middle;
            else
                low = middle;
        }
        weigh_by_power(s, v, high);
        p->power += high;
    } else {
        p->power = 1;
    }
}

/* Systematic resampling (Kitagawa 1996) into `next`, which becomes `now`. */
static void resample(struct search *s, size_t first, int population, int stage)
{
    const double u = uniform(s, (uint64_t)population, stage, resample_name);
    double total = 0, sum = 0;
    size_t from = 0;

    for (size_t k = 0; k < s->each; k++)
        total += s->weight[k];
    sum = s->weight[0];
    for (size_t k = 0; k < s->each; k++) {
        const double place = ((double)k + u) / (double)s->each * total;
        while (sum < place && from + 1 < s->each)
            sum += s->weight[++from];
        copy_vector(s, s->next[first + k], s->now[first + from]);
    }
    for (size_t k = first; k < first + s->each; k++) {
        struct vector *const was = s->now[k];
        s->now[k] = s->next[k];
        s->next[k] = was;
    }
}

static void select_vectors(struct search *s, int population, int stage)
{
    struct population *const p = &s->population[population];
    const size_t first = (size_t)population * s->each;
    struct vector *const *const v = s->now + first;

    if (p->ended || p->power >= 1)
        return;
    if (p->cut > calibrate_cutoff && stage < WAVES)
        weigh_by_cut(s, p, v);
    else
        raise_power(s, p, v);
    resample(s, first, population, stage);
}

/* --- moving ------------------------------------------------------------------------------ */

static void propose(const struct search *s, size_t index, double step)
{
    const struct scenario *const w = s->all->world;
    const double keep = sqrt(1 - step * step);

    for (int p = 0; p < w->priors; p++) {
        const double u = address_uniform(s->all->options.run.seed, index, s->moves,
                                         DRAW_CALIBRATION, w->prior[p].hash);
        s->next[index]->z[p] = keep * s->now[index]->z[p] + step * gsl_cdf_ugaussian_Pinv(u);
    }
}

/* Takes the proposal or leaves it. */
static bool decide(struct search *s, size_t index, const struct population *p)
{
    struct vector *const now = s->now[index], *const new = s->next[index];
    const double u = uniform(s, index, s->moves, accept_name);

    if (new->second > p->cut || !(log(u) < p->power * (new->like - now->like)))
        return false;
    s->now[index] = new;
    s->next[index] = now;
    return true;
}

/* Acceptance between 15 and 40 %. */
static void adapt(struct population *p, double accepted)
{
    if (accepted < 0.15)
        p->step *= 0.7;
    else if (accepted > 0.4)
        p->step = fmin(1, p->step / 0.7);
}

/* One move of every vector of the populations that have not ended. */
static int move(struct search *s, struct vector **list)
{
    size_t count = 0;

    for (size_t k = 0; k < s->count; k++) {
        const struct population *const p = &s->population[k / s->each];
        if (p->ended)
            continue;
        propose(s, k, p->step);
        list[count++] = s->next[k];
    }
    judge_all(s->judge, list, count);
    for (int q = 0; q < POPULATIONS; q++) {
        struct population *const p = &s->population[q];
        size_t accepted = 0;
        for (size_t k = (size_t)q * s->each; !p->ended && k < ((size_t)q + 1) * s->each; k++)
            accepted += decide(s, k, p);
        s->accepted += accepted;
        adapt(p, (double)accepted / (double)s->each);
    }
    s->proposed += count;
    s->simulated += count;
    s->moves++;
    return look_up(s);
}

/* --- stages ------------------------------------------------------------------------------ */

static void note_stage(struct search *s)
{
    struct stage *const stage = &s->all->stage[s->all->stages++];

    *stage = (struct stage){.power = 1, .vectors = s->simulated};
    for (int q = 0; q < POPULATIONS; q++) {
        stage->cut = fmax(stage->cut, s->population[q].cut);
        stage->power = fmin(stage->power, s->population[q].power);
    }
    stage->accepted = (double)s->accepted / (double)s->proposed;
    s->accepted = s->proposed = 0;
}

/* Until every population has full power; then the last moves. */
static int run_stages(struct search *s, struct vector **list)
{
    bool full = false;

    for (int stage = 0; !full; stage++) {
        if (stage == STAGES_MOST - 1)
            return cs_fail(s->err, CS_INPUT, "after %d stages the vectors still do not fit the "
                           "observations: a larger --discrepancy or more --vectors may help",
                           stage);
        full = true;
        for (int q = 0; q < POPULATIONS; q++) {
            s->population[q].ended = s->population[q].power >= 1;
            select_vectors(s, q, stage);
            full = full && s->population[q].ended;
        }
        int code = CS_OK;
        for (int m = 0; m < MOVES && !full && !code; m++)
            code = move(s, list);
        if (code)
            return code;
        if (!full)
            note_stage(s);
    }
    for (int q = 0; q < POPULATIONS; q++)
        s->population[q].ended = false;
    for (int m = 0; m < LAST_MOVES; m++) {
        const int code = move(s, list);
        if (code)
            return code;
    }
    note_stage(s);
    return CS_OK;
}

static int start(struct search *s)
{
    struct calibration *const c = s->all;
    size_t beyond = 0;
    bool any = false;

    draw_priors(s);
    judge_all(s->judge, s->now, s->count);
    judge_learn(s->judge, s->now, s->count);
    for (size_t k = 0; k < s->count; k++)
        s->now[k]->residual = NULL;
    s->simulated = s->count;
    for (int k = 0; k < c->facts; k++)
        any = any || !c->fact[k].aside;
    if (!any)
        return cs_fail(s->err, CS_INPUT, "%s: no vector comes near any observation: all %d are "
                       "out of the model's reach", c->world->name, c->facts);
    for (size_t k = 0; k < s->count; k++)
        beyond += s->now[k]->second > calibrate_cutoff;
    c->ruled_out = (double)beyond / (double)s->count;
    for (int q = 0; q < POPULATIONS; q++)
        s->population[q] = (struct population){.cut = INFINITY, .step = 0.5};
    return calibration_bands(c, s->now, s->count, false, s->err);
}

static void keep_posterior(struct search *s)
{
    struct calibration *const c = s->all;
    const size_t priors = (size_t)c->priors;

    for (size_t k = 0; k < s->count; k++) {
        memcpy(c->z + k * priors, s->now[k]->z, priors * sizeof *c->z);
        prior_values(c->world, s->now[k]->z, c->x + k * priors);
    }
}

int calibration_compute(struct calibration *c, struct cs_error *err)
{
    struct search s = {.all = c, .err = err, .count = (size_t)c->options.vectors,
                       .each = (size_t)c->options.vectors / POPULATIONS};
    struct vector **const list = malloc(s.count * sizeof *list);
    int code = list ? allocate(&s) : cs_fail_memory(err);

    if (!code)
        code = judge_new(c, &s.judge, err);
    if (!code)
        code = start(&s);
    if (!code)
        code = run_stages(&s, list);
    if (!code) {
        keep_posterior(&s);
        code = calibration_bands(c, s.now, s.count, true, err);
    }
    if (!code)
        code = calibration_lessons(c, err);
    release(&s);
    free(list);
    return code;
}
