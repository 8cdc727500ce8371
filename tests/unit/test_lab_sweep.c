/* Sweeps: designs over priors, and short answers with their limits. */
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "lab/sweep.h"
#include "math/design.h"

static struct cs_run_options options_of(uint64_t seed, uint64_t paths)
{
    struct cs_run_options options = cs_run_options_default();

    options.seed = seed;
    options.paths = paths;
    options.detail = CS_DETAIL_MARKET;
    options.threads = 2;
    return options;
}

/* Prepares a sweep of tiny. */
static struct sweep *prepare(const struct sweep_call *call, const struct cs_run_options *options,
                             const char *const *set, size_t sets)
{
    struct cs_error err = {0};
    struct sweep *sweep = NULL;

    if (sweep_prepare("scenarios/tiny", call, set, sets, options, &sweep, &err))
        fail_msg("%s", err.text[0]);
    return sweep;
}

static struct sweep *run(const struct sweep_call *call, const struct cs_run_options *options,
                         const char *const *set, size_t sets)
{
    struct sweep *const sweep = prepare(call, options, set, sets);
    struct cs_error err = {0};

    if (sweep_run(sweep, &err))
        fail_msg("%s", err.text[0]);
    return sweep;
}

static const struct answer *find_answer(const struct sweep *s, enum question question,
                                        size_t nth)
{
    for (size_t k = 0; k < s->answers; k++)
        if (s->answer[k].question == question && nth-- == 0)
            return &s->answer[k];
    return NULL;
}

/* --- points ------------------------------------------------------------------------------ */

static void steps_reach_the_end(void **state)
{
    static const char *const vary[] = {"scenario.grey_premium=0:0.3:0.1",
                                       "us_regimes.*.levy_rate=0.5:0.15:-0.05"};
    static const char *const first[] = {"0", "0.1", "0.2", "0.3"};
    static const char *const second[] = {"0.5", "0.45", "0.4", "0.35", "0.3", "0.25", "0.2",
                                         "0.15"};
    const struct sweep_call call = {.vary = vary, .varies = 2};
    const struct cs_run_options options = options_of(1, 1);
    struct sweep *const s = prepare(&call, &options, NULL, 0);

    (void)state;
    assert_int_equal(s->points, 4 * 8);
    for (size_t p = 0; p < s->points; p++) { /* the first varies slowest */
        assert_string_equal(s->text[2 * p], first[p / 8]);
        assert_string_equal(s->text[2 * p + 1], second[p % 8]);
    }
    sweep_free(s);
}

/* A design over a prior alone takes its quantiles at the design's uniforms. */
static void priors_are_inverted(void **state)
{
    static const char *const vary[] = {"scenario.levy_pass_through=prior"};
    const struct sweep_call call = {.vary = vary, .varies = 1, .sobol = 16};
    const struct cs_run_options options = options_of(77, 1);
    struct sweep *const s = prepare(&call, &options, NULL, 0);
    double u[16];

    (void)state;
    design_sobol(77, 16, 1, u);
    for (size_t p = 0; p < 16; p++)
        assert_true(sweep_value(s, p, 0) ==
                    dist_quantile(s->world->prior[s->axis[0].prior].dist, u[p]));
    sweep_free(s);
}

/* tiny asks for a rank correlation of -0.3 between its two priors. Over 4,096 points that
 * fill the square the sample's is off by far less than the 0.05 of chance (3 / sqrt 4096). */
static void priors_are_correlated(void **state)
{
    enum { N = 4096 };
    static const char *const vary[] = {"priors"};
    const struct sweep_call call = {.vary = vary, .varies = 1, .sobol = N};
    const struct cs_run_options options = options_of(5, 1);
    struct sweep *const s = prepare(&call, &options, NULL, 0);
    static double x[N], y[N], work[2 * N];

    (void)state;
    assert_int_equal(s->axes, 2);
    for (size_t p = 0; p < N; p++) {
        x[p] = sweep_value(s, p, 0);
        y[p] = sweep_value(s, p, 1);
    }
    assert_true(fabs(gsl_stats_spearman(x, 1, y, 1, N, work) + 0.3) < 0.005);
    sweep_free(s);
}

/* A draw of a prior through a wildcard becomes a value of every cell that it takes, with
 * the factor that a path's draw would meet. */
static void draws_become_settings(void **state)
{
    static const char *const vary[] = {"buyers.*.price_sensitivity=prior"};
    static const char *const set[] = {"buyers.state.price_sensitivity*=0.5"};
    const struct sweep_call call = {.vary = vary, .varies = 1, .lhs = 3};
    const struct cs_run_options options = options_of(5, 1);
    struct sweep *const s = prepare(&call, &options, set, 1);
    const struct prior *const prior = &s->world->prior[s->axis[0].prior];
    struct cs_error err = {0};
    struct site site;

    (void)state;
    assert_int_equal(site_init(&site, s, 1, &err), 0);
    assert_int_equal(site.settings.own, 2);
    for (int k = 0; k < prior->cell_count; k++) {
        const int c = prior->cells[k];
        const double scale = (prior->relative ? s->world->value[c] : 1) * s->world->factor[c];
        assert_true(site.world->value[c] == sweep_value(s, 1, 0) * scale);
        assert_true(site.world->factor[c] == 1);
    }
    assert_true(s->world->factor[prior->cells[1]] == 0.5);
    for (int p = 0; p < site.world->priors; p++)
        if (!strcmp(site.world->prior[p].address, prior->address))
            assert_int_equal(site.world->prior[p].cell_count, 0);
    site_release(&site);
    sweep_free(s);
}

/* --- answers -------------------------------------------------------------------------------- */

/* On revenue at rate t with pass-through r a unit at list price p costs
 * P = p (1 + r t / (1 - t)), and the levy is t P: of a dollar of it buyers pay
 * (P - p) / (t P) = r / (1 - t + r t). */
static void who_pays(void **state)
{
    static const char *const vary[] = {"us_regimes.*.levy_rate=0,0.15,0.4"};
    static const char *const set[] = {"scenario.levy_pass_through=0.65"};
    static const double rate[] = {0, 0.15, 0.4};
    const struct sweep_call call = {.vary = vary, .varies = 1};
    struct cs_run_options options = options_of(3, 200);
    options.uncertainty = false;
    struct sweep *const s = run(&call, &options, set, 1);

    (void)state;
    assert_true(isnan(find_answer(s, ASK_BUYERS, 0)->value));
    for (size_t p = 1; p < 3; p++) {
        const struct answer *const a = find_answer(s, ASK_BUYERS, p);
        const double cents = 100 * 0.65 / (1 - rate[p] + 0.65 * rate[p]);
        assert_true(a->point == p && fabs(a->value - cents) < 1e-10);
        assert_true(a->low <= a->value + 1e-10 && a->high >= a->value - 1e-10);
    }
    sweep_free(s);
}

/* The values, not their order, make a line; the answer is the same. */
static void order_does_not_matter(void **state)
{
    static const char *const up[] = {"us_regimes.*.levy_rate=0.2,0.4,0.6,0.8"};
    static const char *const mixed[] = {"us_regimes.*.levy_rate=0.6,0.2,0.8,0.4"};
    static const char *const crossing[] = {"domestic_share_spend@2026 mean=0.86"};
    const struct sweep_call a = {.vary = up, .varies = 1, .crossing = crossing, .crossings = 1};
    const struct sweep_call b = {.vary = mixed, .varies = 1, .crossing = crossing,
                                 .crossings = 1};
    const struct cs_run_options options = options_of(3, 300);
    struct sweep *const s = run(&a, &options, NULL, 0), *const t = run(&b, &options, NULL, 0);

    (void)state;
    for (int question = ASK_MAXIMUM; question <= ASK_CROSSING; question++) {
        const struct answer *const x = find_answer(s, (enum question)question, 0);
        const struct answer *const y = find_answer(t, (enum question)question, 0);
        assert_true(x->value == y->value && x->low == y->low && x->high == y->high);
        assert_true(x->low <= x->value && x->value <= x->high && x->found == 1);
    }
    sweep_free(s);
    sweep_free(t);
}

/* A median that passes a value lies on the other side of it in the neighbouring runs. */
static void crossing_brackets(void **state)
{
    static const char *const vary[] = {"us_regimes.*.levy_rate=0.2,0.4,0.6,0.8"};
    static const char *const crossing[] = {"domestic_share_spend@2026 p50=0.86",
                                           "domestic_share_spend@2026 P(>0.86)=0.5",
                                           "domestic_share_spend@2026 P(<0.86)=0.5"};
    const struct sweep_call call = {.vary = vary, .varies = 1, .crossing = crossing,
                                    .crossings = 3, .metrics = "domestic_share_spend",
                                    .dates = "2026"};
    const struct cs_run_options options = options_of(3, 1000);
    struct sweep *const s = run(&call, &options, NULL, 0);
    const struct answer *const a = find_answer(s, ASK_CROSSING, 0);
    const size_t k = (size_t)(a->value / 0.2) - 1;

    (void)state;
    assert_true(sweep_at(s, k, 0, 0)->q[P50] < 0.86 && sweep_at(s, k + 1, 0, 0)->q[P50] > 0.86);
    /* P(>x) = 1/2 and P(<x) = 1/2 are one crossing if no path is at x. */
    assert_true(fabs(find_answer(s, ASK_CROSSING, 1)->value -
                     find_answer(s, ASK_CROSSING, 2)->value) < 1e-12);
    sweep_free(s);
}

/* 40 sweeps with other seeds: limits at 95 % should hold the answer of 20,000 paths in 38 of
 * them; fewer than 34 has a probability of 0.3 % (binomial, 40 at 0.95). */
static void limits_cover(void **state)
{
    enum { SWEEPS = 40, LEAST = 34 };
    static const char *const vary[] = {"us_regimes.*.levy_rate=0.3,0.5,0.7,0.9"};
    static const char *const crossing[] = {"domestic_share_spend@2026 mean=0.86",
                                           "domestic_share_spend@2026 p50=0.86"};
    const struct sweep_call call = {.vary = vary, .varies = 1, .crossing = crossing,
                                    .crossings = 2, .metrics = "levy_receipts_usd",
                                    .dates = "total"};
    const struct cs_run_options most = options_of(1000, 20000);
    struct sweep *const truth = run(&call, &most, NULL, 0);
    int maximum = 0, mean = 0, median = 0, buyers = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SWEEPS; seed++) {
        const struct cs_run_options few = options_of(seed, 256);
        struct sweep *const s = run(&call, &few, NULL, 0);
        int *const counts[] = {&maximum, &mean, &median, &buyers};
        static const enum question asked[] = {ASK_MAXIMUM, ASK_CROSSING, ASK_CROSSING,
                                              ASK_BUYERS};
        static const size_t nth[] = {0, 0, 1, 2};
        for (int k = 0; k < 4; k++) {
            const struct answer *const a = find_answer(s, asked[k], nth[k]);
            const double value = find_answer(truth, asked[k], nth[k])->value;
            *counts[k] += !(a->low > value) && !(a->high < value); /* NaN: beyond the range */
        }
        sweep_free(s);
    }
    sweep_free(truth);
    assert_true(maximum >= LEAST && mean >= LEAST && median >= LEAST && buyers >= LEAST);
}

/* Without a path that counts there is no answer, not a zero. */
static void nothing_given(void **state)
{
    static const char *const vary[] = {"us_regimes.*.levy_rate=0.2,0.4"};
    static const char *const given[] = {"us=ban"};
    static const char *const set[] = {"us_rates.*/*.rate_per_year=0", "scenario.us_start=ban"};
    static const char *const crossing[] = {"domestic_share_spend@2026 mean=0.82"};
    const struct sweep_call call = {.vary = vary, .varies = 1, .given = given, .givens = 1,
                                    .crossing = crossing, .crossings = 1};
    const struct cs_run_options options = options_of(3, 100);
    struct sweep *const s = run(&call, &options, set, 2);

    (void)state;
    assert_true(isnan(find_answer(s, ASK_MAXIMUM, 0)->value)); /* a ban brings no levy */
    assert_true(isnan(find_answer(s, ASK_CROSSING, 0)->value));
    assert_true(isnan(find_answer(s, ASK_BUYERS, 1)->value));
    sweep_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_reach_the_end),  cmocka_unit_test(priors_are_inverted),
        cmocka_unit_test(priors_are_correlated), cmocka_unit_test(draws_become_settings),
        cmocka_unit_test(who_pays),             cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(crossing_brackets),    cmocka_unit_test(limits_cover),
        cmocka_unit_test(nothing_given),
    };

    return cmocka_run_group_tests_name("sweeps", tests, NULL, NULL);
}
