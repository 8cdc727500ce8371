/* Backtests of the tiny world against data that it made itself, and parts by hand. */
#include <gsl/gsl_cdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/backtest.h"
#include "run/wave.h"
#include "support.h"
#include "tool/address.h"

static const char *const TINY = "scenarios/tiny";

/* --- worlds with a record --------------------------------------------------------------- */

/* Both sides held at one state from period 1 to the end; a link that stays in the world. */
static void hold(struct scenario *w, int us, int cn)
{
    for (int t = 0; t < w->steps; t++) {
        w->us_pin[t] = us;
        w->cn_pin[t] = cn;
    }
}

static struct observation seen(const char *metric, const char *option, int t, double value,
                               double sd)
{
    static const char *const dates[] = {"2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"};

    return (struct observation){.metric = metric, .buyer = "all", .option = option,
                                .value = value, .sd = sd, .first = t, .last = t,
                                .date = dates[t], .file = "history.csv", .line = t + 2};
}

static struct backtest *score(struct scenario *w, struct observation *x, int count,
                              const struct backtest_options *options)
{
    static struct cs_error err;
    struct backtest *b = NULL;

    memset(&err, 0, sizeof err);
    w->observation = x;
    w->observations = count;
    if (backtest(w, options, &b, &err))
        fail_msg("%s", err.text[0]);
    return b;
}

static struct backtest_options few(uint64_t paths, int horizon)
{
    struct backtest_options o = backtest_options_default();

    o.run.paths = paths;
    o.run.threads = 2;
    o.horizon = horizon;
    return o;
}

/* --- synthetic data ----------------------------------------------------------------------- */

enum { TRUTHS = 100, PATHS = 512, ROWS = 3, FIRST = 1, LAST = 5,
       CELLS = ROWS * (LAST - FIRST + 1) };
static const char *const rows[ROWS][2] = {
    {"spend_usd", "nv_h20"}, {"spend_usd", "ascend_910c"}, {"budget_usd", "all"}};
enum { PROBES = 4 };         /* forecasts looked at in each truth */

/* What a path of another seed gives at the periods FIRST to LAST, [TRUTHS][CELLS]. */
static void simulate_truths(const struct scenario *w, double (*truth)[CELLS])
{
    struct cs_error err = {0};
    struct catalogue *catalogue = NULL;
    struct plan *plan = NULL;
    struct pool *pool = NULL;
    struct wave *wave = NULL;

    assert_false(catalogue_new(w, &catalogue, &err) ||
                 plan_new(w, catalogue, PLAN_RESULTS, CS_DETAIL_BUYER, &plan, &err) ||
                 pool_new(1, &pool, &err) || wave_new(plan, 1, TRUTHS, &wave, &err));
    wave->seed = 90210;
    wave->uncertainty = true;
    wave_run(wave, pool, 0, TRUTHS);
    for (int k = 0; k < TRUTHS; k++)
        for (int c = 0; c < CELLS; c++) {
            const struct metric *const metric = catalogue_find(catalogue, rows[c % ROWS][0]);
            const int row = plan_row(plan, metric, EVERYONE, find_option(w, rows[c % ROWS][1]));
            const size_t t = (size_t)(FIRST + c / ROWS);
            truth[k][c] = wave_value(wave, (size_t)row * (size_t)plan->dates + t, k);
        }
    wave_free(wave);
    pool_free(pool);
    plan_free(plan);
    catalogue_free(catalogue);
}

static double normal(int k, int c, int which)
{
    return gsl_cdf_ugaussian_Pinv(
        address_uniform(90210, (uint64_t)k, 2 * c + which, DRAW_FORECAST, 17));
}

/* The truth with the error that a backtest takes it to have. */
static void observe(const double *truth, int k, double discrepancy, struct observation *x)
{
    for (int c = 0; c < CELLS; c++) {
        const double sd = 0.6e9;
        const double value = truth[c] * (1 + discrepancy * normal(k, c, 0)) + sd * normal(k, c, 1);
        x[c] = seen(rows[c % ROWS][0], rows[c % ROWS][1], FIRST + c / ROWS, value, sd);
    }
}

/* PIT values of PROBES forecasts per truth, and the mean CRPS of each truth by world. */
struct trial {
    double pit[PROBES][TRUTHS];
    double crps[TRUTHS];
    double gain[TRUTHS];     /* of squared distance to the truth by knowing the record */
    int tempered;
};

static void try_world(struct scenario *w, double (*truth)[CELLS], int truths,
                      struct trial *trial)
{
    struct backtest_options o = few(PATHS, 2);
    struct observation x[CELLS];

    o.foresee = true;         /* as when the truth was made */
    for (int k = 0; k < truths; k++) {
        observe(truth[k], k, o.discrepancy, x);
        struct backtest *const b = score(w, x, CELLS, &o);
        for (int probe = 0; probe < PROBES; probe++) /* at the last period but one */
            trial->pit[probe][k] = forecast_at(b, 3 * ROWS + probe % 2, 1 + probe / 2, MODEL)->pit;
        trial->crps[k] = trial->gain[k] = 0;
        for (int c = ROWS; c < CELLS; c++) {
            trial->crps[k] += forecast_at(b, c, 1, MODEL)->crps / (CELLS - ROWS);
            trial->gain[k] += pow(forecast_at(b, c, 1, UNTAUGHT)->mean - truth[k][c], 2) -
                              pow(forecast_at(b, c, 1, MODEL)->mean - truth[k][c], 2);
            trial->tempered += b->origin[(c - ROWS) / ROWS].exponent < 1;
        }
        backtest_free(b);
    }
    w->observations = 0;
}

/* Five bins of 20: the 99.9 % point of chi-square with 4 degrees is 18.467. Inside counts of
 * Bin(100, .5), (.8), (.95) lie within these ends with probability 0.999. */
static void assert_calibrated(const double *pit)
{
    static const double content[] = {0.5, 0.8, 0.95};
    static const int least[] = {34, 66, 87}, most[] = {66, 92, 100};
    double statistic = 0;

    for (int bin = 0; bin < 5; bin++) {
        int count = 0;
        for (int k = 0; k < TRUTHS; k++)
            count += pit[k] >= bin / 5.0 && pit[k] < (bin + 1) / 5.0;
        statistic += (count - 20.0) * (count - 20.0) / 20;
    }
    assert_true(statistic < 18.467);
    for (int band = 0; band < 3; band++) {
        int inside = 0;
        for (int k = 0; k < TRUTHS; k++)
            inside += fabs(pit[k] - 0.5) <= content[band] / 2;
        assert_in_range(inside, least[band], most[band]);
    }
}

/* Weighted by the record up to each origin a world forecasts its own data: flat PIT, bands that
 * hold what they say. It comes nearer to the truth than without the record, and scores better than
 * a world whose buyers spend 40 % more. */
static void a_world_forecasts_its_own_data(void **state)
{
    static double truth[TRUTHS][CELLS];
    static struct trial right, wrong;
    struct scenario *const w = world(TINY, NULL);
    struct scenario *const other = world(TINY, "buyers.*.budget_usd_per_year*=1.4", NULL);
    double gap[TRUTHS];
    struct dated_mean m;

    (void)state;
    hold(w, 1, 0);
    hold(other, 1, 0);
    simulate_truths(w, truth);
    try_world(w, truth, TRUTHS, &right);
    assert_true(right.tempered <= 3 * TRUTHS * (CELLS - ROWS) / 100); /* else wider than Bayes */
    for (int probe = 0; probe < PROBES; probe++)
        assert_calibrated(right.pit[probe]);
    mean_over_dates(right.gain, TRUTHS, 0, &m);
    assert_true(m.mean > 3 * m.se);
    try_world(other, truth, TRUTHS / 4, &wrong);
    for (int k = 0; k < TRUTHS / 4; k++)
        gap[k] = wrong.crps[k] - right.crps[k];
    mean_over_dates(gap, TRUTHS / 4, 0, &m);
    assert_true(m.mean > 4 * m.se);
    finish(w, NULL);
    finish(other, NULL);
}

/* --- by hand ------------------------------------------------------------------------------- */

/* 1.3, 2.1, 2.4, (none), 4.2 bn USD at periods 0, 1, 2 and 4: from period 2 the drift is .55, the
 * changes are .25 above and below it, s^2 = .125 with one degree, span 2. */
static void baselines_by_hand(void **state)
{
    struct scenario *const w = world(TINY, NULL);
    struct observation x[] = {
        seen("spend_usd", "nv_h20", 0, 1.3e9, 1e8), seen("spend_usd", "nv_h20", 1, 2.1e9, NAN),
        seen("spend_usd", "nv_h20", 2, 2.4e9, 2e8), seen("spend_usd", "nv_h20", 4, 4.2e9, 3e8)};
    struct backtest_options o = few(64, 3);

    (void)state;
    hold(w, 1, 0);
    struct backtest *const b = score(w, x, 4, &o);
    assert_true(b->end == 5 && b->themes == 1 && b->theme[0].count == 4);
    assert_int_equal(b->theme[0].blanks, 2); /* periods 3 and 5 */
    assert_string_equal(b->target[0].why, "is the start, which is known and not forecast");
    const struct forecast *const stay = forecast_at(b, 3, 2, PERSISTENCE);
    const struct forecast *const walk = forecast_at(b, 3, 2, WALK);
    assert_true(stay->made && walk->made && !forecast_at(b, 2, 1, WALK)->made);
    assert_close(stay->mean, 2.4e9, 1e-15);
    assert_close(stay->level[4], 2.4e9, 1e-15);
    assert_close(stay->level[8] - stay->level[0], 2 * 1.959963984540054 * hypot(2e8, 3e8), 1e-12);
    assert_close(walk->mean, 3.5e9, 1e-15);
    assert_close(walk->level[8] - walk->mean, 1.959963984540054e9 * sqrt(.125 * 4), 1e-12);
    assert_close(walk->crps, crps_normal(3.5e9, 1e9 * sqrt(.5), 4.2e9), 1e-15);
    backtest_free(b);
    w->observations = 0;
    finish(w, NULL);
}

/* Three options on sale, no quota, no preferences: a third each. */
static void a_flat_split_is_flat(void **state)
{
    struct scenario *const w = world(TINY, "events.new_line.probability=0", NULL);
    struct observation x[] = {seen("desired_share", "nv_h20", 2, 0.4, NAN),
                              seen("desired_share", "defer", 3, 0.1, NAN)};
    struct backtest_options o = few(96, 2);

    (void)state;
    o.discrepancy = 0;
    hold(w, 1, 0);
    struct backtest *const b = score(w, x, 2, &o);
    assert_close(forecast_at(b, 0, 1, FLAT)->mean, 1.0 / 3, 1e-12);
    assert_close(forecast_at(b, 1, 2, FLAT)->level[0], 1.0 / 3, 1e-12);
    assert_close(forecast_at(b, 0, 1, FLAT)->crps, 0.4 - 1.0 / 3, 1e-11);
    assert_true(fabs(forecast_at(b, 0, 1, MODEL)->mean - 1.0 / 3) > 0.02);
    backtest_free(b);
    w->observations = 0;
    finish(w, NULL);
}

/* new_line lifts domestic capacity by half in period 3, which origin 2 does not know. */
static void events_after_the_origin_are_unknown(void **state)
{
    struct scenario *const w = world(TINY, "events.new_line.probability=1", NULL);
    struct observation x[] = {
        seen("domestic_capacity_units_per_year", "ascend_910c", 4, 5e5, NAN)};
    struct backtest_options o = few(64, 2);

    (void)state;
    o.discrepancy = 0;
    hold(w, 1, 0);
    struct backtest *const b = score(w, x, 1, &o);
    o.foresee = true;
    struct backtest *const all = score(w, x, 1, &o);
    assert_close(forecast_at(all, 0, 2, MODEL)->mean, forecast_at(all, 0, 1, MODEL)->mean, 1e-12);
    assert_close(forecast_at(b, 0, 1, MODEL)->mean, forecast_at(all, 0, 1, MODEL)->mean, 1e-12);
    assert_true(forecast_at(b, 0, 2, MODEL)->mean < 0.8 * forecast_at(all, 0, 2, MODEL)->mean);
    backtest_free(b);
    backtest_free(all);
    w->observations = 0;
    finish(w, NULL);
}

/* One observation of normal log-likelihood: the weights are those that a sum over paths gives;
 * a sharp one is tempered to a twentieth of the paths; one out of reach has no say. */
static void evidence_is_weighed_and_tempered(void **state)
{
    struct scenario *const w = world(TINY, NULL);
    struct observation x[] = {seen("budget_usd", "all", 1, 3.1e9, 9e8),
                              seen("budget_usd", "all", 2, 3.2e9, 9e8)};
    struct backtest_options o = few(640, 2);

    (void)state;
    hold(w, 1, 0);
    struct backtest *const mild = score(w, x, 2, &o);
    assert_true(mild->origin[1].known == 1 && mild->origin[1].used == 1);
    assert_true(mild->origin[1].exponent == 1 && mild->origin[1].effective > 320);
    assert_true(mild->origin[0].known == 0 && mild->origin[0].effective == 640);
    x[0].sd = 1e5;
    o.discrepancy = 0;
    struct backtest *const sharp = score(w, x, 2, &o);
    assert_true(sharp->origin[1].exponent > 0 && sharp->origin[1].exponent < 1);
    assert_close(sharp->origin[1].effective, 32, 1e-3);
    x[0].value = 77e9;
    struct backtest *const far = score(w, x, 2, &o);
    assert_true(far->origin[1].known == 1 && far->origin[1].used == 0);
    assert_true(far->origin[1].effective == 640);
    backtest_free(mild);
    backtest_free(sharp);
    backtest_free(far);
    w->observations = 0;
    finish(w, NULL);
}

/* E[pi + (1 - pi) e^{-(a+b) h}], a two-state chain still in its state, on a grid of quantiles
 * of a ~ Gamma(sa, ra) and b ~ Gamma(sb, rb). */
static double stays_put(const double a[2], const double b[2], double years)
{
    enum { GRID = 300 };
    double sum = 0;

    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            const double out = gsl_cdf_gamma_Pinv((i + 0.5) / GRID, a[0], 1 / a[1]);
            const double in = gsl_cdf_gamma_Pinv((j + 0.5) / GRID, b[0], 1 / b[1]);
            const double all = out + in;
            sum += in / all + out / all * exp(-all * years);
        }
    return sum / GRID / GRID;
}

/* ban, ban, levy, levy, levy, ban: at period 4 a move in .5 years of ban, none in .5 of levy.
 * Probabilities are within 4 standard errors, 4 * .35 / sqrt(4096), of the grid's. */
static void rates_are_those_of_the_day(void **state)
{
    static const int us[] = {0, 0, 1, 1, 1, 0};
    const double leave[] = {0.5, 0.75}, back[] = {1.5, 0.75};
    struct scenario *const w = world(TINY, NULL);
    struct observation x[] = {seen("spend_usd", "nv_h20", 2, 1e9, NAN)};
    struct backtest_options o = few(4096, 2);

    (void)state;
    hold(w, 1, 0);
    memcpy(w->us_pin, us, sizeof us);
    struct backtest *const b = score(w, x, 1, &o);
    const struct policy_forecast *const now = policy_at(b, 0, 4, 1, MODEL);
    assert_true(now->made && now->from == 1 && now->came == 0);
    assert_true(fabs(now->probability[1] - stays_put(leave, back, 0.25)) < 0.022);
    assert_close(now->probability[0] + now->probability[1], 1, 1e-12);
    assert_close(now->brier, 2 * now->probability[1] * now->probability[1], 1e-12);
    assert_close(now->log, -log(now->probability[0]), 1e-12);
    /* mean rates out .5/.75 and back 1.5/.75: three quarters of the time in levy */
    assert_close(policy_at(b, 0, 4, 1, STATIONARY)->probability[1], 0.75, 1e-12);
    assert_true(isinf(policy_at(b, 0, 4, 1, PERSISTENCE)->log));
    assert_close(policy_at(b, 0, 4, 1, FLAT)->brier, 0.5, 1e-15);
    assert_false(policy_at(b, 0, 4, 2, MODEL)->made);
    backtest_free(b);
    w->observations = 0;
    finish(w, NULL);
}

/* Means by date of outcome, then over dates: two rows at one date are one vote. */
static void contests_count_dates(void **state)
{
    struct scenario *const w = world(TINY, NULL);
    struct observation x[] = {
        seen("spend_usd", "nv_h20", 1, 1.1e9, 1e8), seen("spend_usd", "ascend_910c", 1, 1.7e9, 1e8),
        seen("spend_usd", "nv_h20", 2, 1.2e9, 1e8), seen("spend_usd", "ascend_910c", 2, 1.6e9, 1e8),
        seen("spend_usd", "nv_h20", 3, 0.9e9, 1e8)};
    struct backtest_options o = few(256, 1);
    double mine = 0, other = 0;

    (void)state;
    hold(w, 1, 0);
    struct backtest *const b = score(w, x, 5, &o);
    const struct contest like = {.score = SCORE_CRPS, .chain = ALL, .theme = ALL, .yearly = ALL,
                                 .horizon = 1, .other = PERSISTENCE};
    const struct contest *const c = backtest_find(b, &like);
    assert_non_null(c);
    for (int k = 2; k < 5; k++) {
        const double vote = (k < 4 ? 0.5 : 1) / b->theme[k % 2].scale / 2;
        mine += vote * forecast_at(b, k, 1, MODEL)->crps;
        other += vote * forecast_at(b, k, 1, PERSISTENCE)->crps;
    }
    assert_true(c->forecasts == 3 && c->difference.n == 2);
    assert_close(c->model, mine, 1e-12);
    assert_close(c->reference, other, 1e-12);
    assert_close(contest_skill(c), 1 - mine / other, 1e-10);
    assert_string_equal(contest_verdict(c), "too few dates");
    backtest_free(b);
    w->observations = 0;
    finish(w, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_world_forecasts_its_own_data),
        cmocka_unit_test(baselines_by_hand),
        cmocka_unit_test(a_flat_split_is_flat),
        cmocka_unit_test(events_after_the_origin_are_unknown),
        cmocka_unit_test(evidence_is_weighed_and_tempered),
        cmocka_unit_test(rates_are_those_of_the_day),
        cmocka_unit_test(contests_count_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
