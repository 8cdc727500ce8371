/* Calibration: planted parameters, calibration of the posterior itself, parts. */
#include "world_folder.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include "lab/calibrate.h"
#include "lab/calibrate_fit.h"
#include "math/quantile.h"
#include "run/wave.h"
#include "tool/address.h"

/* Three periods under a pinned policy: a budget and two prices that the observations
 * tell apart, one of them in spite of much luck, and a reaction that nothing can show while
 * the policy is pinned. */
static const char priors[] =
    "parameter,distribution,low,mode,high\n"
    "buyers.cloud.budget_usd_per_year,pert,5e9,8e9,1.3e10\n"
    "options.nv.price_usd,uniform,9000,,16000\n"
    "options.hw.price_usd,lognormal,13000,,27000\n"
    "scenario.cn_reaction_to_incidents,pert,0,0.3,1\n";

static void put_world(void)
{
    folder_edit("scenario.csv", "steps,7", "steps,3");
    folder_edit("buyers.csv", "8.1e9,0.31,0.22", "8.1e9,0.31,0.05");
    folder_edit("options.csv", "12100,-0.11,0.12", "12100,-0.11,0.02");
    folder_put("w/base/priors.csv", priors);
    folder_put("w/base/pins.csv", "date,actor,state\n2025Q2,us,open\n2025Q2,cn,permit\n");
    folder_put("w/base/history.csv",
               "date,metric,buyer,option,value,sd\n"
               "2025Q3,budget_usd,cloud,all,2.1e9,1e8\n"
               "2025Q4,budget_usd,cloud,all,2.2e9,1e8\n"
               "2025Q3,price_usd,all,nv,12000,250\n"
               "2025Q4,price_usd,all,hw,19000,600\n"
               "2025Q4,domestic_share_units,all,all,0.3,0.05\n"
               "2031Q1,price_usd,all,nv,12000,250\n");
}

static struct calibrate_options few(uint64_t vectors)
{
    struct calibrate_options o = calibrate_options_default();

    o.vectors = vectors;
    o.discrepancy = 0;
    o.run.threads = 2;
    return o;
}

/* What another seed's path shows at every fact, with an error of the size that each
 * observation has. */
static void plant(struct calibration *c, const struct wave *wave, int path, double errors)
{
    for (int k = 0; k < c->facts; k++) {
        const double u = address_uniform(wave->seed, wave->first + (uint64_t)path, k,
                                         DRAW_CALIBRATION, 1);
        c->fact[k].value = wave_value(wave, c->fact[k].series, path) +
                           errors * sqrt(c->fact[k].own) * gsl_cdf_ugaussian_Pinv(u);
    }
}

/* Paths of another seed, whose parameters are known. */
static struct wave *truths(const struct calibration *c, struct pool *pool, int paths)
{
    struct wave *wave;

    assert_int_equal(wave_new(c->plan, pool_workers(pool), (size_t)paths, &wave, NULL), 0);
    wave->seed = 991;
    wave->uncertainty = true;
    wave_run(wave, pool, 64, paths);
    return wave;
}

static double truth(const struct scenario *w, const struct wave *wave, int path, int prior)
{
    const uint64_t first = wave->first + (uint64_t)(path / LANES * LANES);
    uint64_t at[LANES];
    double x[LANES];

    for (int l = 0; l < LANES; l++)
        at[l] = first + (uint64_t)l;
    draw_prior(w, wave->seed, at, prior, x);
    return x[path % LANES];
}

/* --- parts ---------------------------------------------------------------------------- */

static void scores_give_the_draws_of_a_path(void **state)
{
    (void)state;
    put_world();
    folder_put("w/base/correlations.csv", "a,b,rank\noptions.nv.price_usd,"
                                          "options.hw.price_usd,0.7\n");
    struct scenario *const w = folder_load("base", NULL);
    uint64_t path[LANES];
    double z[8], x[8], drawn[LANES];

    assert_int_equal(w->priors, 4);
    for (int l = 0; l < LANES; l++)
        path[l] = (uint64_t)l;
    for (int l = 0; l < LANES; l++) {
        for (int p = 0; p < w->priors; p++)
            z[p] = gsl_cdf_ugaussian_Pinv(
                address_uniform(12, (uint64_t)l, 0, DRAW_PARAMETER, w->prior[p].hash));
        prior_values(w, z, x);
        for (int p = 0; p < w->priors; p++) {
            draw_prior(w, 12, path, p, drawn);
            assert_true(fabs(x[p] - drawn[l]) <= 1e-9 * fabs(drawn[l]));
        }
    }
    scenario_free(w);
}

/* Quantiles of a known law come back as that law. */
static void draws_are_fitted(void **state)
{
    enum { N = 2000 };
    static double x[N];
    struct fitted fit;

    (void)state;
    for (int k = 0; k < N; k++)
        x[k] = gsl_cdf_lognormal_Pinv((k + 0.5) / N, 1.7, 0.35);
    assert_int_equal(fit_draws(x, N, 0, INFINITY, &fit), 0);
    assert_int_equal(fit.kind, DIST_LOGNORMAL);
    assert_true(fit.gap < 2e-3);
    for (int k = 0; k < N; k++)
        x[k] = -3 + gsl_cdf_gaussian_Pinv((k + 0.5) / N, 0.6);
    assert_int_equal(fit_draws(x, N, -INFINITY, INFINITY, &fit), 0);
    assert_int_equal(fit.kind, DIST_NORMAL);
    assert_true(fabs(fit.low + 3.9869) < 4e-3 && fabs(fit.high + 2.0131) < 4e-3); /* 1.6449 * .6 */
    for (int k = 0; k < N; k++)
        x[k] = k < 700 ? 0.25 : 0.75;
    assert_int_equal(fit_draws(x, N, 0, 1, &fit), 0);
    assert_int_equal(fit.kind, DIST_DISCRETE);
    assert_string_equal(fit.values, "0.25:700;0.75:1300");
}

/* --- the whole ------------------------------------------------------------------------ */

static const struct lesson *lesson_of(const struct calibration *c, const char *address)
{
    for (int k = 0; k < c->lessons; k++)
        if (!strcmp(c->world->prior[c->lesson[k].prior].address, address))
            return &c->lesson[k];
    fail_msg("no lesson %s", address);
    return NULL;
}

/* The record without errors of path 3 of another seed. Its parameters lie inside the
 * central 99 % of the posterior; those that show are learned, the reaction is not. */
static void planted_parameters_are_found(void **state)
{
    static const char *const shown[] = {"buyers.cloud.budget_usd_per_year",
                                        "options.hw.price_usd", "options.nv.price_usd"};
    const struct calibrate_options o = few(256);
    struct calibration *c;
    struct pool *pool;

    (void)state;
    put_world();
    struct scenario *const w = folder_load("base", NULL);
    assert_int_equal(calibration_new(w, &o, &c, NULL), 0);
    assert_int_equal(c->facts, 5);
    assert_int_equal(c->outside, 1);
    assert_int_equal(pool_new(2, &pool, NULL), 0);
    struct wave *const wave = truths(c, pool, 8);
    plant(c, wave, 3, 0);
    assert_int_equal(calibration_compute(c, NULL), 0);
    for (int k = 0; k < 3; k++) {
        const struct lesson *const l = lesson_of(c, shown[k]);
        const double planted = truth(w, wave, 3, l->prior);
        assert_int_equal(l->verdict, LEARNED);
        assert_true(fabs(planted - l->mean) < 2.576 * l->sd);
    }
    assert_true(lesson_of(c, "options.nv.price_usd")->learned > 0.5);
    assert_int_equal(lesson_of(c, "scenario.cn_reaction_to_incidents")->verdict, NOT_IDENTIFIED);
    for (int k = 0; k < c->facts; k++)
        assert_true(!c->fact[k].aside && c->fact[k].pit > 0.005 && c->fact[k].pit < 0.995);
    wave_free(wave);
    pool_free(pool);
    calibration_free(c);
    scenario_free(w);
}

/* An observation that no parameters can give is set aside, and the rest are fitted. */
static void what_is_out_of_reach_is_set_aside(void **state)
{
    const struct calibrate_options o = few(64);
    struct calibration *c;

    (void)state;
    put_world();
    struct scenario *const w = folder_load("base", NULL);
    assert_int_equal(calibration_new(w, &o, &c, NULL), 0);
    c->fact[2].value = 51000;   /* the price is at most 16000 */
    assert_int_equal(calibration_compute(c, NULL), 0);
    assert_true(c->fact[2].aside && c->fact[2].nearest > 3);
    assert_true(!c->fact[0].aside && !c->fact[1].aside && !c->fact[3].aside);
    calibration_free(c);
    scenario_free(w);
}

/* Simulation-based calibration (Talts and others 2018): if parameters come from the prior
 * and the record from the model, the rank of a parameter among draws of its posterior is
 * uniform. Chi-square over CLASSES classes of REPEATS ranks, at 1 % for the four parameters
 * together. */
static void ranks_are_uniform(void **state)
{
#ifdef CS_DEBUG
    enum { REPEATS = 4, CLASSES = 2, VECTORS = 64 };  /* slow builds look for crashes only */
#else
    enum { REPEATS = 128, CLASSES = 8, VECTORS = 64 };
#endif
    const struct calibrate_options o = few(VECTORS);
    int count[4][CLASSES] = {{0}};
    struct calibration *planned, *c;   /* the plan of the truths, and each calibration */
    struct pool *pool;

    (void)state;
    put_world();
    struct scenario *const w = folder_load("base", NULL);
    assert_int_equal(pool_new(2, &pool, NULL), 0);
    assert_int_equal(calibration_new(w, &o, &planned, NULL), 0);
    struct wave *const wave = truths(planned, pool, REPEATS);
    for (int r = 0; r < REPEATS; r++) {
        struct calibrate_options own = o;
        own.run.seed = (uint64_t)r + 1;
        assert_int_equal(calibration_new(w, &own, &c, NULL), 0);
        plant(c, wave, r, 1);
        assert_int_equal(calibration_compute(c, NULL), 0);
        for (int p = 0; p < 4; p++) {
            const double planted = truth(w, wave, r, p);
            int below = 0;
            for (int v = 0; v < VECTORS; v++)
                below += c->x[v * 4 + p] < planted;
            count[p][below * CLASSES / (VECTORS + 1)]++;
        }
        calibration_free(c);
    }
    for (int p = 0; p < 4; p++) {
        double square = 0;
        for (int k = 0; k < CLASSES; k++)
            square += pow(count[p][k] - (double)REPEATS / CLASSES, 2) * CLASSES / REPEATS;
        print_message("%s: chi-square %.1f\n", w->prior[p].address, square);
        assert_true(gsl_cdf_chisq_Q(square, CLASSES - 1) > 0.01 / 4);
    }
    wave_free(wave);
    calibration_free(planned);
    pool_free(pool);
    scenario_free(w);
}

/* Threads change nothing. */
static void same_for_any_number_of_threads(void **state)
{
    struct calibration *c[2];

    (void)state;
    put_world();
    struct scenario *const w = folder_load("base", NULL);
    for (int k = 0; k < 2; k++) {
        struct calibrate_options o = few(64);
        o.run.threads = k ? 3 : 1;
        assert_int_equal(calibrate(w, &o, &c[k], NULL), 0);
    }
    assert_memory_equal(c[0]->x, c[1]->x, 64 * 4 * sizeof(double));
    assert_memory_equal(c[0]->stage, c[1]->stage, sizeof c[0]->stage);
    for (int k = 0; k < 2; k++)
        calibration_free(c[k]);
    scenario_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(scores_give_the_draws_of_a_path),
        cmocka_unit_test(draws_are_fitted),
        folder_test(planted_parameters_are_found),
        folder_test(what_is_out_of_reach_is_set_aside),
        folder_test(same_for_any_number_of_threads),
        folder_test(ranks_are_uniform),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
