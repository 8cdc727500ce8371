#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/calibrate.h"
#include "math/moments.h"
#include "run/wave.h"
#include "world/fixed.h"

/* What one thread needs. */
struct bench {
    struct scenario *fixed;
    struct crew crew;
    lane *values;              /* [dates][rows] */
    double *x;                 /* [priors] */
    gsl_matrix *covariance;    /* of the facts in use */
    gsl_vector *gap;
};

struct judge {
    struct calibration *all;
    struct pool *pool;
    int workers;
    struct bench *bench;       /* [workers] */
    bool learned;
    int used;                  /* facts that are not set aside */
    int *use;                  /* [used] */
    double *correlation;       /* [facts][facts] of luck */
    struct vector *const *vectors; /* of the loop that runs */
};

static size_t facts_of(const struct judge *j)
{
    return (size_t)j->all->facts;
}

/* --- making ----------------------------------------------------------------------------- */

static void bench_release(struct bench *b)
{
    crew_release(&b->crew);
    fixed_free(b->fixed);
    free(b->values);
    free(b->x);
    gsl_matrix_free(b->covariance);
    gsl_vector_free(b->gap);
}

static int bench_init(struct bench *b, struct calibration *c, struct cs_error *err)
{
    int code = fixed_new(c->world, &b->fixed, err);

    if (!code)
        code = crew_init(&b->crew, c->plan, err);
    if (code)
        return code;
    b->crew.block->world = b->fixed; /* the plan's world but for the values of cells */
    b->values = aligned_alloc(64, plan_series(c->plan) * sizeof *b->values);
    b->x = malloc((size_t)c->priors * sizeof *b->x);
    b->covariance = gsl_matrix_alloc((size_t)c->facts, (size_t)c->facts);
    b->gap = gsl_vector_alloc((size_t)c->facts);
    return b->values && b->x && b->covariance && b->gap ? CS_OK : cs_fail_memory(err);
}

int judge_new(struct calibration *c, struct judge **out, struct cs_error *err)
{
    struct judge *const j = calloc(1, sizeof *j);
    int code = j ? pool_new(pool_threads(c->options.run.threads), &j->pool, err)
                 : cs_fail_memory(err);

    *out = NULL;
    if (!code) {
        j->all = c;
        c->threads = pool_workers(j->pool);
        j->bench = calloc((size_t)c->threads, sizeof *j->bench);
        j->use = calloc((size_t)c->facts, sizeof *j->use);
        j->correlation = calloc((size_t)(c->facts * c->facts), sizeof *j->correlation);
        code = j->bench && j->use && j->correlation ? CS_OK : cs_fail_memory(err);
    }
    while (!code && j->workers < c->threads)
        code = bench_init(&j->bench[j->workers++], c, err);
    if (code)
        judge_free(j);
    else
        *out = j;
    return code;
}

void judge_free(struct judge *j)
{
    if (!j)
        return;
    for (int k = 0; k < j->workers; k++)
        bench_release(&j->bench[k]);
    free(j->bench);
    free(j->use);
    free(j->correlation);
    pool_free(j->pool);
    free(j);
}

/* --- simulating -------------------------------------------------------------------------- */

/* The paths of one block from `first` on. */
static void run_block(const struct judge *j, struct bench *b, uint64_t first, struct vector *v)
{
    const struct calibration *const c = j->all;

    path_start(b->crew.block, c->options.run.seed, first, false);
    for (int t = 0; t < c->world->steps; t++) {
        path_step(b->crew.block);
        book_fill(b->crew.book);
        recorder_step(b->crew.recorder, b->crew.book, b->values);
    }
    for (int k = 0; k < c->facts; k++)
        for (int l = 0; l < LANES; l++) {
            const double x = b->values[plan_place(c->plan, c->fact[k].series)][l];
            v->path[(size_t)k * c->options.luck + first + (size_t)l] = isfinite(x) ? x
                                                                                : (double)NAN;
        }
}

static void take_moments(const struct judge *j, struct vector *v)
{
    const size_t luck = (size_t)j->all->options.luck;

    for (size_t k = 0; k < facts_of(j); k++) {
        const struct moments m = moments_of(v->path + k * luck, luck);
        v->mean[k] = m.n > 1 ? m.mean : (double)NAN;
        v->variance[k] = m.n > 1 ? m.m2 / (double)(m.n - 1) : (double)NAN;
    }
}

/* Sums over paths of products of residuals in units of their standard deviation. */
static void take_residuals(const struct judge *j, struct vector *v)
{
    const size_t facts = facts_of(j), luck = (size_t)j->all->options.luck;

    memset(v->residual, 0, facts * facts * sizeof *v->residual);
    for (size_t a = 0; a < luck; a++)
        for (size_t k = 0; k < facts; k++) {
            const double one = (v->path[k * luck + a] - v->mean[k]) / sqrt(v->variance[k]);
            for (size_t l = 0; isfinite(one) && l <= k; l++) {
                const double other = (v->path[l * luck + a] - v->mean[l]) / sqrt(v->variance[l]);
                v->residual[k * facts + l] += isfinite(other) ? one * other : 0;
            }
        }
}

/* --- judging ----------------------------------------------------------------------------- */

static double luck_variance(const struct judge *j, const struct vector *v, int k)
{
    return (1 + 1 / (double)j->all->options.luck) * v->variance[k];
}

static double implausibility(const struct judge *j, const struct vector *v, int k)
{
    const struct fact *const f = &j->all->fact[k];
    const double all = f->own + f->allowed + luck_variance(j, v, k);

    return isfinite(v->mean[k]) ? fabs(f->value - v->mean[k]) / sqrt(all) : INFINITY;
}

/* With a single fact in use, its own. */
static double second_largest(const struct judge *j, const struct vector *v)
{
    double first = -1, second = -1;

    for (int n = 0; n < j->used; n++) {
        const double one = implausibility(j, v, j->use[n]);
        if (one > first) {
            second = first;
            first = one;
        } else if (one > second) {
            second = one;
        }
    }
    return j->used > 1 ? second : first;
}

/* ln N(y; mean, covariance) without the constant. */
static double log_likelihood(const struct judge *j, struct bench *b, const struct vector *v)
{
    const struct calibration *const c = j->all;
    const size_t used = (size_t)j->used;
    gsl_matrix_view s = gsl_matrix_submatrix(b->covariance, 0, 0, used, used);
    gsl_vector_view r = gsl_vector_subvector(b->gap, 0, used);
    double sum = 0;

    for (size_t n = 0; n < used; n++) {
        const int k = j->use[n];
        if (!isfinite(v->mean[k]))
            return -INFINITY;
        gsl_vector_set(&r.vector, n, c->fact[k].value - v->mean[k]);
        for (size_t m = 0; m <= n; m++) {
            const int l = j->use[m];
            const double common = sqrt(luck_variance(j, v, k) * luck_variance(j, v, l)) *
                                  j->correlation[k * c->facts + l];
            gsl_matrix_set(&s.matrix, n, m,
                           common + (n == m ? c->fact[k].own + c->fact[k].allowed : 0));
        }
    }
    if (gsl_linalg_cholesky_decomp1(&s.matrix))
        return -INFINITY;
    gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &s.matrix, &r.vector);
    for (size_t n = 0; n < used; n++) {
        const double one = gsl_vector_get(&r.vector, n);
        sum -= 0.5 * one * one + log(gsl_matrix_get(&s.matrix, n, n));
    }
    return sum;
}

static void judge_one(void *context, int worker, size_t index)
{
    struct judge *const j = context;

    j->vectors[index]->second = second_largest(j, j->vectors[index]);
    j->vectors[index]->like = log_likelihood(j, &j->bench[worker], j->vectors[index]);
}

static void simulate_one(void *context, int worker, size_t index)
{
    struct judge *const j = context;
    struct bench *const b = &j->bench[worker];
    struct vector *const v = j->vectors[index];

    prior_values(j->all->world, v->z, b->x);
    fixed_set(b->fixed, j->all->world, b->x);
    for (uint64_t first = 0; first < j->all->options.luck; first += LANES)
        run_block(j, b, first, v);
    take_moments(j, v);
    if (v->residual)
        take_residuals(j, v);
    if (j->learned)
        judge_one(j, worker, index);
}

void judge_all(struct judge *j, struct vector *const *vectors, size_t count)
{
    j->vectors = vectors;
    pool_each(j->pool, count, simulate_one, j);
}

/* --- learning ---------------------------------------------------------------------------- */

/* Law of total variance; NaN if nothing varies. */
static double share_of_parameters(struct vector *const *vectors, size_t count, int k)
{
    double n = 0, mean = 0, between = 0, within = 0;

    for (size_t v = 0; v < count; v++) {
        if (!isfinite(vectors[v]->mean[k]))
            continue;
        const double gap = vectors[v]->mean[k] - mean;
        n++;
        mean += gap / n;
        between += gap * (vectors[v]->mean[k] - mean);
        within += vectors[v]->variance[k];
    }
    return between + within > 0 ? between / (between + within) : (double)NAN;
}

static void set_aside(struct judge *j, struct vector *const *vectors, size_t count)
{
    struct calibration *const c = j->all;

    for (int k = 0; k < c->facts; k++) {
        struct fact *const f = &c->fact[k];
        f->nearest = INFINITY;
        for (size_t n = 0; n < count; n++)
            f->nearest = fmin(f->nearest, implausibility(j, vectors[n], k));
        f->aside = f->nearest > calibrate_cutoff;
        f->parameters = share_of_parameters(vectors, count, k);
        if (!f->aside)
            j->use[j->used++] = k;
    }
}

static void take_correlations(struct judge *j, struct vector *const *vectors, size_t count)
{
    const size_t facts = facts_of(j);
    double *const r = j->correlation;

    for (size_t n = 0; n < count; n++)
        for (size_t k = 0; k < facts; k++)
            for (size_t l = 0; l <= k; l++)
                r[k * facts + l] += vectors[n]->residual[k * facts + l];
    for (size_t k = facts; k-- > 0;)
        for (size_t l = 0; l < k; l++) {
            const double scale = sqrt(r[k * facts + k] * r[l * facts + l]);
            r[k * facts + l] = r[l * facts + k] = scale > 0 ? r[k * facts + l] / scale : 0;
        }
    for (size_t k = 0; k < facts; k++)
        r[k * facts + k] = 1;
}

void judge_learn(struct judge *j, struct vector *const *vectors, size_t count)
{
    set_aside(j, vectors, count);
    take_correlations(j, vectors, count);
    j->learned = true;
    j->vectors = vectors;
    if (j->used)
        pool_each(j->pool, count, judge_one, j);
}
