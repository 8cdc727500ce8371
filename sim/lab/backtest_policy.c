/* Forecasts of the regimes from the moves known at each origin. */
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/backtest.h"
#include "lab/rates.h"
#include "math/dist.h"
#include "tool/address.h"

enum { STATES = 16, DRAWS_MOST = 4096 };
static const double prior_shape = 0.5, prior_years = 0.25;

/* What is known of a chain at an origin. */
struct exposure {
    int moves[STATES * STATES];
    double years[STATES];
};

struct work {
    struct backtest *all;
    struct exposure *exposure; /* [CHAINS][origins] */
    int shapes;
    struct dist **shape;       /* [shapes] Gamma(1/2 + k, 1), or NULL where no pair needs it */
    bool *failed;              /* [CHAINS][origins] */
};

static int states_of(const struct backtest *b, int chain)
{
    return chain == ACTOR_US ? b->world->us_regimes : b->world->cn_stances;
}

/* --- exposure ------------------------------------------------------------------------- */

/* From the pins: a period in a state is a period from the middle of one to that of the next. */
static void expose_by_pins(const struct backtest *b, int chain, int origin, struct exposure *x)
{
    const int n = states_of(b, chain), *const state = b->state[chain];

    for (int t = 0; t < origin; t++) {
        x->years[state[t]] += b->world->dt;
        x->moves[state[t] * n + state[t + 1]] += state[t] != state[t + 1];
    }
}

/* The middle of a period, when its regime is read: 15 February, May, ...; of a month its 15th. */
static void middle_of(const struct scenario *w, int t, char text[DATE_TEXT * 2])
{
    const int period = w->start + t, year = date_year(w->step, period);
    const int month = w->step == STEP_QUARTER ? period % 4 * 3 + 2 : period % 12 + 1;

    snprintf(text, 2 * DATE_TEXT, "%04d-%02d-15", year, month);
}

static int expose_by_record(struct work *w, int origin, struct cs_error *err)
{
    struct backtest *const b = w->all;
    char day[DATE_TEXT * 2];
    struct cs_error own = {0};
    struct rates *rates;

    middle_of(b->world, origin, day);
    const int code = rates_estimate(b->world, b->options.record, day, &rates, &own);
    if (code && !strncmp(own.text[0], "--as-of", 7))
        return cs_fail(err, CS_INPUT, "--record: %s: holds no spell that begins by %s, the middle "
                       "of the start", b->options.record, day);
    for (int k = 0; code && k < own.count; k++)
        cs_fail(err, own.code, "%s", own.text[k]);
    if (code)
        return code;
    memcpy(b->record_sha256, rates->sha256, sizeof b->record_sha256);
    for (int k = 0; k < rates->count; k++) {
        const struct rate *const rate = &rates->rate[k];
        struct exposure *const x = &w->exposure[rate->actor * b->origins + origin];
        x->years[rate->from] = rate->years;
        x->moves[rate->from * states_of(b, rate->actor) + rate->to] = rate->moves;
    }
    rates_free(rates);
    return CS_OK;
}

static int expose(struct work *w, struct cs_error *err)
{
    const struct backtest *const b = w->all;
    int code = CS_OK;

    for (int origin = 0; origin < b->origins && !code; origin++) {
        for (int chain = 0; chain < CHAINS && !b->options.record; chain++)
            expose_by_pins(b, chain, origin, &w->exposure[chain * b->origins + origin]);
        if (b->options.record)
            code = expose_by_record(w, origin, err);
    }
    return code;
}

/* --- rates ---------------------------------------------------------------------------- */

/* Gamma(shape, rate) is Gamma(shape, 1) / rate, so that a table serves every exposure. */
static int make_shapes(struct work *w, struct cs_error *err)
{
    char rule[CS_SENTENCE];
    int most = 0;

    for (int k = 0; k < CHAINS * w->all->origins; k++)
        for (int pair = 0; pair < STATES * STATES; pair++)
            if (w->exposure[k].moves[pair] > most)
                most = w->exposure[k].moves[pair];
    w->shape = calloc((size_t)most + 1, sizeof *w->shape);
    if (!w->shape)
        return cs_fail_memory(err);
    w->shapes = most + 1;
    for (int k = 0; k < w->shapes; k++) {
        const struct dist_spec spec = {.kind = DIST_GAMMA_RATE, .low = prior_shape + k, .mode = NAN,
                                       .high = 1, .credibility = 0.9, .domain_low = 0,
                                       .domain_high = INFINITY};
        const int code = dist_new(&spec, &w->shape[k], rule);
        if (code)
            return code == CS_MEMORY ? cs_fail_memory(err)
                                     : cs_fail(err, CS_BUG, "a Gamma prior: %s", rule);
    }
    return CS_OK;
}

/* Uniforms have the addresses of the rates, the same at every origin. */
static uint32_t rate_hash(const struct backtest *b, int chain, int from, int to)
{
    char address[CS_SENTENCE];

    cell_address(b->world, cell_pair(b->world, chain == ACTOR_US ? TABLE_US_RATES : TABLE_CN_RATES,
                                     from, to), address, sizeof address);
    return address_hash(address);
}

struct chain {
    int n;
    uint32_t hash[STATES * STATES];
    gsl_matrix *generator, *step;
};

static bool chain_init(struct chain *c, const struct backtest *b, int chain)
{
    c->n = states_of(b, chain);
    for (int pair = 0; pair < c->n * c->n; pair++)
        c->hash[pair] = rate_hash(b, chain, pair / c->n, pair % c->n);
    c->generator = gsl_matrix_calloc((size_t)c->n, (size_t)c->n);
    c->step = gsl_matrix_alloc((size_t)c->n, (size_t)c->n);
    return c->generator && c->step;
}

static void chain_release(struct chain *c)
{
    if (c->generator)
        gsl_matrix_free(c->generator);
    if (c->step)
        gsl_matrix_free(c->step);
}

static double rate_drawn(const struct work *w, const struct exposure *x, const struct chain *c,
                         int pair, uint64_t draw)
{
    const double u = address_uniform(w->all->options.run.seed, draw, 0, DRAW_FORECAST,
                                     c->hash[pair]);

    return dist_quantile(w->shape[x->moves[pair]], u) / (prior_years + x->years[pair / c->n]);
}

/* generator <- rates of a draw times `years`, rows summing to 0. */
static void fill_generator(const struct work *w, const struct exposure *x, struct chain *c,
                           uint64_t draw, double years)
{
    for (int from = 0; from < c->n; from++) {
        double leave = 0;
        for (int to = 0; to < c->n; to++) {
            const double rate =
                to == from ? 0 : years * rate_drawn(w, x, c, from * c->n + to, draw);
            gsl_matrix_set(c->generator, (size_t)from, (size_t)to, rate);
            leave += rate;
        }
        gsl_matrix_set(c->generator, (size_t)from, (size_t)from, -leave);
    }
}

static void advance(const struct chain *c, double *p)
{
    double next[STATES] = {0};

    for (int from = 0; from < c->n; from++)
        for (int to = 0; to < c->n; to++)
            next[to] += p[from] * gsl_matrix_get(c->step, (size_t)from, (size_t)to);
    memcpy(p, next, sizeof next);
}

/* The stationary law of the mean rates: pi Q = 0, sum pi = 1. */
static bool stationary(const struct exposure *x, int n, double *share)
{
    gsl_matrix *const a = gsl_matrix_calloc((size_t)n, (size_t)n);
    gsl_vector *const one = gsl_vector_calloc((size_t)n), *const pi = gsl_vector_alloc((size_t)n);
    gsl_permutation *const order = gsl_permutation_alloc((size_t)n);
    bool fine = a && one && pi && order;
    int sign;

    for (int from = 0; fine && from < n; from++)
        for (int to = 0; to < n; to++) {
            const double rate = to == from ? 0 : (prior_shape + x->moves[from * n + to]) /
                                                     (prior_years + x->years[from]);
            *gsl_matrix_ptr(a, (size_t)to, (size_t)from) += rate;
            *gsl_matrix_ptr(a, (size_t)from, (size_t)from) -= rate;
        }
    for (int from = 0; fine && from < n; from++) /* one equation follows from the others */
        gsl_matrix_set(a, (size_t)n - 1, (size_t)from, 1);
    if (fine) {
        gsl_vector_set(one, (size_t)n - 1, 1);
        fine = !gsl_linalg_LU_decomp(a, order, &sign) && !gsl_linalg_LU_solve(a, order, one, pi);
    }
    for (int k = 0; fine && k < n; k++)
        share[k] = gsl_vector_get(pi, (size_t)k);
    if (a)
        gsl_matrix_free(a);
    if (one)
        gsl_vector_free(one);
    if (pi)
        gsl_vector_free(pi);
    if (order)
        gsl_permutation_free(order);
    return fine;
}

/* --- forecasts -------------------------------------------------------------------------- */

static int periods_ahead(const struct backtest *b, int origin)
{
    const int rest = b->end - origin;
    return rest < b->options.horizon ? rest : b->options.horizon;
}

/* Adds the law after 1, 2, ... periods over all draws to MODEL's forecasts. */
static bool forecast_chain(const struct work *w, int chain, int origin)
{
    const struct backtest *const b = w->all;
    const struct exposure *const x = &w->exposure[chain * b->origins + origin];
    const uint64_t paths = b->options.run.paths, draws = paths < DRAWS_MOST ? paths : DRAWS_MOST;
    struct chain c = {0};
    bool fine = chain_init(&c, b, chain);

    for (uint64_t k = 0; k < draws && fine; k++) {
        double p[STATES] = {0};
        p[b->state[chain][origin]] = 1;
        fill_generator(w, x, &c, k, b->world->dt);
        fine = !gsl_linalg_exponential_ss(c.generator, c.step, GSL_PREC_DOUBLE);
        for (int h = 1; h <= periods_ahead(b, origin) && fine; h++) {
            advance(&c, p);
            for (int s = 0; s < c.n; s++)
                policy_at(b, chain, origin, h, MODEL)->probability[s] += p[s] / (double)draws;
        }
    }
    chain_release(&c);
    return fine;
}

static void score(const struct backtest *b, int chain, int origin, int ahead, enum forecaster who)
{
    struct policy_forecast *const f = policy_at(b, chain, origin, ahead, who);

    f->made = true;
    f->from = b->state[chain][origin];
    f->came = b->state[chain][origin + ahead];
    f->brier = brier_score(f->probability, states_of(b, chain), f->came);
    f->log = log_score(f->probability, f->came);
}

static void forecast_origin(void *context, int worker, size_t index)
{
    struct work *const w = context;
    struct backtest *const b = w->all;
    const int chain = (int)index / b->origins, origin = (int)index % b->origins;
    const int n = states_of(b, chain);
    double share[STATES];

    (void)worker;
    w->failed[index] = !stationary(&w->exposure[index], n, share) ||
                       !forecast_chain(w, chain, origin);
    for (int h = 1; h <= periods_ahead(b, origin) && !w->failed[index]; h++) {
        policy_at(b, chain, origin, h, PERSISTENCE)->probability[b->state[chain][origin]] = 1;
        for (int s = 0; s < n; s++) {
            policy_at(b, chain, origin, h, STATIONARY)->probability[s] = share[s];
            policy_at(b, chain, origin, h, FLAT)->probability[s] = 1.0 / n;
        }
        score(b, chain, origin, h, MODEL);
        score(b, chain, origin, h, PERSISTENCE);
        score(b, chain, origin, h, STATIONARY);
        score(b, chain, origin, h, FLAT);
    }
}

int backtest_policy(struct backtest *b, struct pool *pool, struct cs_error *err)
{
    const size_t tasks = CHAINS * (size_t)b->origins;
    struct work work = {.all = b, .exposure = calloc(tasks, sizeof *work.exposure),
                        .failed = calloc(tasks, sizeof *work.failed)};
    int code = work.exposure && work.failed ? CS_OK : cs_fail_memory(err);

    if (!code)
        code = expose(&work, err);
    if (!code)
        code = make_shapes(&work, err);
    if (!code)
        pool_each(pool, tasks, forecast_origin, &work);
    for (size_t k = 0; k < tasks && !code; k++)
        if (work.failed[k])
            code = cs_fail_memory(err);
    for (int k = 0; k < work.shapes; k++)
        dist_free(work.shape[k]);
    free(work.shape);
    free(work.exposure);
    free(work.failed);
    return code;
}
