/* Paired differences, tails, dips and diversion. */
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>
#include "lab/compare.h"
#include "math/moments.h"
#include "support.h"
#include "tool/address.h"

static const char *const TINY = "scenarios/tiny";

/* --- the tail -------------------------------------------------------------------- */

/* The numbers 1 to n in an order that is not ascending: k * 37 mod (n + 1), n + 1 prime. */
static void fill_series(struct series *series, size_t n)
{
    double *const x = malloc(n * sizeof *x);

    assert_non_null(x);
    for (size_t k = 1; k <= n; k++)
        x[k - 1] = (double)(k * 37 % (n + 1));
    assert_true(series_add(series, x, n, n));
    free(x);
}

static struct tail tail_to(size_t n)
{
    struct summariser *const scratch = calloc(1, sizeof *scratch);
    struct series series = {0};
    struct tail tail;

    assert_non_null(scratch);
    if (n > 0)
        fill_series(&series, n);
    assert_int_equal(tail_of(&series, scratch, &tail, NULL), 0);
    series_release(&series);
    free(scratch);
    return tail;
}

static void cvar_is_the_mean_of_the_worst_twentieth(void **state)
{
    (void)state;
    /* P36 of docs/model.md: 98 = (96 + ... + 100) / 5; VaR of type 7 = 1 + 0.95 * 99. Over it
     * stand .95, 1.95, ... 4.95 with squares 53.5125: se = sqrt((53.5125 - 14.75^2 / 100) / 99 /
     * 100) / .05. */
    const struct tail hundred = tail_to(100);
    assert_close(hundred.cvar, 98, 1e-15);
    assert_close(hundred.var, 95.05, 1e-15);
    assert_close(hundred.cvar_se, sqrt(51.336875 / 99 / 100) / .05, 1e-12);
    assert_true(isnan(hundred.cvar_lo) && isnan(hundred.cvar_hi)); /* 5 paths are too few */
    /* (30 + .5 * 29) / 1.5, (10 * .5) / .5 */
    assert_close(tail_to(30).cvar, 89.0 / 3, 1e-15);
    assert_close(tail_to(10).cvar, 10, 1e-15);
    assert_true(tail_to(210).cvar_lo < tail_to(210).cvar);
    assert_true(isnan(tail_to(0).cvar));
}

static void limits_of_a_mean_cover(void **state)
{
    /* P37 of docs/model.md: 4000 samples of 12 normals of mean 3; mean +- half-width holds 3 at
     * 95 %, within 4.5 standard errors (a level of 7e-6). With 1.96 for Student's t 92.4 % would
     * hold it. */
    enum { N = 12, SAMPLES = 4000 };
    int held = 0;

    (void)state;
    for (int s = 0; s < SAMPLES; s++) {
        double x[N];
        for (int k = 0; k < N; k++)
            x[k] = 3 + gsl_cdf_ugaussian_Pinv(
                           address_uniform(11, (uint64_t)s, k, DRAW_MACRO, 1));
        const struct moments m = moments_of(x, N);
        held += fabs(m.mean - 3) <= mean_half_width(moments_se(&m), N);
    }
    assert_true(fabs(held - 0.95 * SAMPLES) <= 4.5 * sqrt(SAMPLES * 0.95 * 0.05));
}

/* Losses of 0 but for a few: the worst twentieth is reached by zeros. */
static void a_constant_loss_has_itself_as_tail(void **state)
{
    struct summariser *const scratch = calloc(1, sizeof *scratch);
    struct series series = {0};
    struct tail tail;
    double x[300];

    (void)state;
    assert_non_null(scratch);
    for (size_t k = 0; k < 300; k++)
        x[k] = 2.75;
    assert_true(series_add(&series, x, 300, 300));
    assert_int_equal(tail_of(&series, scratch, &tail, NULL), 0);
    assert_true(tail.var == 2.75 && tail.cvar == 2.75 && tail.cvar_se == 0);
    series_release(&series);
    free(scratch);
}

/* Above KEEP_PATHS the losses are in bins; uniform numbers 1 ... n, so that the exact
 * CVaR is n - (n/20 - 1)/2 = 97.5 % of n and a half. */
static void bins_give_the_tail_within_a_bin(void **state)
{
    enum { N = 40960 };
    struct summariser *const scratch = calloc(1, sizeof *scratch);
    double *const x = malloc(N * sizeof *x), *const room = malloc(FIX_PATHS * sizeof *x);
    struct series series = {0};
    struct tail tail;

    (void)state;
    assert_true(scratch && x && room);
    for (size_t k = 0; k < N; k++)
        x[k] = (double)(k * 40503 % N + 1); /* odd factor: a permutation of 1 ... N */
    for (size_t k = 0; k < N; k += FIX_PATHS) {
        assert_true(series_add(&series, x + k, FIX_PATHS, FIX_PATHS));
        if (k == 0)
            assert_true(series_settle(&series, room));
    }
    assert_int_equal(tail_of(&series, scratch, &tail, NULL), 0);
    assert_close(tail.cvar, N - (N / 20 - 1) / 2.0, 1e-4);
    assert_close(tail.mean, (N + 1) / 2.0, 1e-13);
    series_release(&series);
    free(scratch);
    free(room);
    free(x);
}

/* --- one series under two scenarios ------------------------------------------------- */

static struct paired pair_of(const double *x, const double *y, size_t n)
{
    struct summariser *const scratch = calloc(1, sizeof *scratch);
    struct difference difference = {0};
    struct paired paired;
    double a[16], b[16];

    assert_true(scratch && n <= 16);
    memcpy(a, x, n * sizeof *x);
    memcpy(b, y, n * sizeof *y);
    assert_true(difference_add(&difference, a, b, n, n));
    difference_summary(&difference, scratch, &paired);
    series_release(&difference.series);
    free(scratch);
    return paired;
}

static void differences_are_taken_path_by_path(void **state)
{
    /* differences .5, -1.25, 0, 2.5 */
    const double x[] = {1.5, 7.25, 3.25, 2.5}, y[] = {2, 6, 3.25, 5};
    const struct paired p = pair_of(x, y, 4);

    (void)state;
    assert_close(p.mean_reference, 3.625, 1e-15);
    assert_close(p.mean, 4.0625, 1e-15);
    assert_close(p.summary.mean, 0.4375, 1e-15);
    assert_true(p.more == 0.5 && p.same == 0.25 && p.less == 0.25);
    /* sums of squares: X 2.125^2 + 3.625^2 + .375^2 + 1.125^2 = 19.0625, Y 4.25390625 + 3.75390625
     * + .66015625 + .87890625 = 9.546875, X - Y .00390625 + 2.84765625 + .19140625 + 4.25390625 =
     * 7.296875 */
    assert_close(p.variance_ratio, (19.0625 + 9.546875) / 7.296875, 1e-14);
}

static void a_path_needs_both_sides(void **state)
{
    const double x[] = {1.5, NAN, 3.25, INFINITY, INFINITY, 4.5};
    const double y[] = {NAN, 2.5, 3.75, INFINITY, 7.5, 4.5};
    const struct paired p = pair_of(x, y, 6);

    (void)state;
    assert_int_equal(p.summary.n, 6);
    assert_int_equal(p.summary.missing, 3);
    assert_close(p.summary.mean, 0.5 / 3, 1e-15);
    assert_true(isinf(p.mean_reference) && isinf(p.mean));
    assert_true(isnan(p.variance_ratio));
    assert_close(p.more, 1.0 / 3, 1e-15);
    assert_close(p.same, 2.0 / 3, 1e-15);
}

/* --- worlds -------------------------------------------------------------------------- */

struct worlds {
    struct scenario *world[3];
    int count;
};

static struct comparison *compared(const struct worlds *w, int count, uint64_t paths, int threads)
{
    const struct scenario *worlds[3] = {w->world[0], w->world[1], w->world[2]};
    struct cs_run_options options = cs_run_options_default();
    struct comparison *c = NULL;
    struct cs_error err = {0};

    options.paths = paths;
    options.threads = threads;
    options.seed = 23;
    options.ledger = true;
    if (compare(worlds, count, NULL, &options, &c, &err))
        fail_msg("%s", err.text[0]);
    return c;
}

/* The second has fewer licences, the third a buyer that Beijing can lean on more. */
static struct worlds three_worlds(void)
{
    return (struct worlds){{world(TINY, NULL),
                            world(TINY, "us_regimes.h20_levy.licence_throughput=0.31", NULL),
                            world(TINY, "buyers.cloud.exposure=0.87", NULL)}, 3};
}

static void release_worlds(struct worlds *w)
{
    for (int k = 0; k < w->count; k++)
        scenario_free(w->world[k]);
}

/* P31 of docs/model.md */
static void equal_scenarios_differ_by_nothing(void **state)
{
    struct worlds w = {{world(TINY, NULL), world(TINY, NULL)}, 2};
    struct comparison *const c = compared(&w, 2, 300, 2);
    const struct contrast *const x = &c->contrast[0];

    (void)state;
    assert_string_equal(x->reference->label, "tiny");
    assert_string_equal(x->scenario->label, "tiny_2");
    assert_int_equal(x->match->pairs, (size_t)x->reference->plan->shown *
                                          (size_t)x->reference->plan->dates);
    for (size_t k = 0; k < x->match->pairs; k++) {
        const struct paired *const p = &x->paired[k];
        if (p->summary.n == p->summary.missing)
            continue;
        assert_true(p->summary.mean == 0 && p->summary.q[P05] == 0 && p->summary.q[P95] == 0);
        assert_true(p->same == 1 && p->mean == p->mean_reference);
    }
    assert_true(x->tail.mean == 0 && x->tail.cvar == 0);
    assert_int_equal(x->dip[DIP_AT_HAND].dips, 0);
    assert_int_equal(dip_deepest(x, &x->dip[DIP_AT_HAND]), -1);
    comparison_free(c);
    release_worlds(&w);
}

static void same_contrast(const struct contrast *a, const struct contrast *b)
{
    assert_int_equal(a->match->pairs, b->match->pairs);
    for (size_t k = 0; k < a->match->pairs; k++) {
        const struct paired *const p = &a->paired[k], *const q = &b->paired[k];
        assert_memory_equal(&p->summary.mean, &q->summary.mean,
                            sizeof p->summary - offsetof(struct summary, mean));
        assert_memory_equal(&p->mean_reference, &q->mean_reference,
                            sizeof *p - offsetof(struct paired, mean_reference));
    }
    assert_memory_equal(&a->tail, &b->tail, sizeof a->tail);
    assert_memory_equal(&a->dipped[0].depth.mean, &b->dipped[0].depth.mean, sizeof(double));
    for (int date = 0; date < a->reference->plan->dates; date++) {
        struct diverted d, e;
        diversion_at(a->diversion, date, TO_DOMESTIC, &d);
        diversion_at(b->diversion, date, TO_DOMESTIC, &e);
        assert_memory_equal(&d, &e, sizeof d);
    }
}

static void neither_threads_nor_a_third_scenario_change_a_contrast(void **state)
{
    struct worlds w = three_worlds();
    struct comparison *const two = compared(&w, 2, 1100, 1);
    struct comparison *const three = compared(&w, 3, 1100, 3);

    (void)state;
    same_contrast(&two->contrast[0], &three->contrast[0]);
    comparison_free(two);
    comparison_free(three);
    release_worlds(&w);
}

static double mean_change(const struct contrast *c, const char *metric, int date)
{
    return contrast_market(c, metric, date)->summary.mean;
}

/* The parts against compare's own means, and their sums. */
static void a_dollar_is_divided_whole(void **state)
{
    struct worlds w = three_worlds();
    struct comparison *const c = compared(&w, 3, 500, 2);
    const struct contrast *const x = &c->contrast[0];
    const int total = x->reference->plan->dates - 1, steps = x->reference->world->steps;
    struct diverted d[DIVISIONS];

    (void)state;
    for (int part = 0; part < DIVISIONS; part++)
        diversion_at(x->diversion, total, (enum division)part, &d[part]);
    assert_true(d[0].foreign < 0 && d[0].cents_se > 0 && d[0].lo < d[0].hi);
    assert_close(d[0].foreign, mean_change(x, "nvidia_revenue_gross_usd", total), 1e-12);
    assert_close(d[TO_DOMESTIC].change, mean_change(x, "huawei_revenue_gross_usd", total), 1e-9);
    assert_close(d[TO_DEFERRED].change, mean_change(x, "carry_usd", total), 1e-9);
    assert_close(d[UNSPENT_LOST].change,
                 mean_change(x, "lapsed_usd", total) + mean_change(x, "forfeited_usd", total) +
                     mean_change(x, "compliance_usd", total), 1e-9);
    assert_close(d[UNSPENT_QUEUED].change,
                 mean_change(x, "backlog_usd", steps - 1) + mean_change(x, "hold_usd", steps - 1),
                 1e-9);
    assert_close(d[TO_DOMESTIC].cents + d[TO_GREY].cents + d[TO_RENT].cents +
                     d[TO_DEFERRED].cents + d[TO_UNSPENT].cents, 100, 1e-9);
    assert_close(d[UNSPENT_QUEUED].cents + d[UNSPENT_LOST].cents + d[UNSPENT_AHEAD].cents +
                     d[UNSPENT_BUDGET].cents, d[TO_UNSPENT].cents, 1e-9);
    assert_true(d[UNSPENT_BUDGET].change == 0);
    comparison_free(c);
    release_worlds(&w);
}

/* --- the dip ------------------------------------------------------------------------- */

/* Compute at hand of the only contrast of two waves, set by hand. */
static void set_compute(const struct wave *wave, int path, const double *values)
{
    const size_t series = plan_series_of(wave->plan, "effective_pflops", EVERYONE, EVERYONE, 0);

    for (int t = 0; t < wave->plan->world->steps; t++)
        *wave_at(wave, series + (size_t)t, path) = values[t];
}

static void the_dip_is_the_spell_that_holds_the_deepest_period(void **state)
{
    /* Reference 40 throughout; no dip, one of two periods after a shallower one, one that lasts. */
    static const double reference[6] = {40, 40, 40, 40, 40, 40};
    static const double paths[3][6] = {{40, 41.5, 40, 43, 40, 40},
                                       {38.5, 40, 37.25, 33.5, 40, 39.5},
                                       {40, 40, 39.5, 31, 36, 38.75}};
    struct worlds w = {{world(TINY, NULL), world(TINY, NULL)}, 2};
    struct comparison *const c = compared(&w, 2, 32, 1);
    const struct contrast *const x = &c->contrast[0];
    struct summariser *const scratch = calloc(1, sizeof *scratch);
    double *const room = malloc((3 * WAVE + 12) * sizeof *room);
    struct dip dip = {0};
    struct dipped d;

    (void)state;
    assert_true(scratch && room);
    x->reference->wave->paths = x->scenario->wave->paths = 3;
    for (int p = 0; p < 3; p++) {
        set_compute(x->reference->wave, p, reference);
        set_compute(x->scenario->wave, p, paths[p]);
    }
    assert_int_equal(dip_init(&dip, x->match, "effective_pflops", NULL), 0);
    assert_true(dip_add(&dip, x->reference->wave, x->scenario->wave, room, 3));
    dip_summary(&dip, scratch, &d);
    assert_int_equal(dip.dips, 2);
    assert_int_equal(dip.back, 1);
    assert_close(d.depth.mean, (0 + 6.5 + 9) / 3, 1e-15);
    assert_close(d.share.q[P50], 6.5 / 40, 1e-15);
    assert_true(d.years.q[P50] == 0.5);    /* 2026Q1 back: periods 2 and 3 */
    assert_true(isinf(d.years.q[P75]));
    dip_release(&dip);
    free(scratch);
    free(room);
    comparison_free(c);
    release_worlds(&w);
}

/* --- what is refused ------------------------------------------------------------------- */

static void refuses(struct scenario *a, struct scenario *b, const char *loss, const char *sentence)
{
    const struct scenario *const worlds[] = {a, b};
    struct cs_run_options options = cs_run_options_default();
    struct comparison *c = NULL;
    struct cs_error err = {0};

    options.paths = 10;
    assert_int_equal(compare(worlds, 2, loss, &options, &c, &err), CS_INPUT);
    assert_null(c);
    assert_string_equal(err.text[0], sentence);
}

static void worlds_must_share_step_and_periods(void **state)
{
    struct scenario *const a = world(TINY, NULL);
    struct scenario *const month = world(TINY, "scenario.step=month", NULL);
    struct scenario *const early = world("tests/golden/g1", NULL);
    struct scenario *const late = world("tests/golden/g1", "scenario.start=2027Q1", NULL);

    (void)state;
    refuses(a, month, NULL, "tiny and tiny_2 cannot be compared: the step of the first is a "
            "quarter, that of the second a month");
    refuses(early, late, NULL, "g1 and g1_2 cannot be compared: they have no period in common "
            "(2025Q1 to 2025Q4, 2027Q1 to 2027Q4)");
    scenario_free(a);
    scenario_free(month);
    scenario_free(early);
    scenario_free(late);
}

static void a_loss_must_exist(void **state)
{
    struct scenario *const a = world(TINY, NULL);
    struct scenario *const longer = world(TINY, "scenario.steps=7", NULL);

    (void)state;
    refuses(a, a, "spend_usd", "loss spend_usd: must be METRIC@DATE or METRIC[BUYER/OPTION]@DATE, "
            "such as nvidia_revenue_gross_usd@total");
    refuses(a, a, "spend_usd[@total", "loss spend_usd[@total: must be METRIC@DATE or "
            "METRIC[BUYER/OPTION]@DATE, such as nvidia_revenue_gross_usd@total");
    refuses(a, a, "spent_usd@total",
            "loss spent_usd@total: tiny has no metric 'spent_usd'; did you mean 'spend_usd'?");
    refuses(a, a, "spend_usd[clouds]@total",
            "loss spend_usd[clouds]@total: tiny has no buyer 'clouds'; did you mean 'cloud'?");
    refuses(a, a, "spend_usd[all/abacus]@total",
            "loss spend_usd[all/abacus]@total: tiny has no option 'abacus'");
    refuses(a, a, "spend_usd[cloud/nv_h20]@total", "loss spend_usd[cloud/nv_h20]@total: tiny has "
            "no row for spend_usd of buyer cloud, option nv_h20; --detail full has one");
    refuses(a, a, "spend_usd[cloud/defer]@total", "loss spend_usd[cloud/defer]@total: tiny has "
            "no row for spend_usd of buyer cloud, option defer");
    refuses(a, a, "spend_usd@2031", "loss spend_usd@2031: tiny has no date '2031'; it has periods "
            "such as 2025Q2, years such as 2025, and total");
    refuses(a, longer, "spend_usd@total", "loss spend_usd@total: total does not cover the same "
            "periods in tiny and tiny_2");
    scenario_free(a);
    scenario_free(longer);
}

/* Worlds of different length share what lies in both; a part of a year is not that year. */
static void dates_match_by_name_and_cover(void **state)
{
    struct worlds w = {{world(TINY, NULL), world(TINY, "scenario.steps=7", NULL)}, 2};
    struct comparison *const c = compared(&w, 2, 40, 1);
    const struct contrast *const x = &c->contrast[0];

    (void)state;
    assert_non_null(contrast_market(x, "spend_usd", plan_date(x->reference->plan, "2026Q3")));
    assert_non_null(contrast_market(x, "spend_usd", plan_date(x->reference->plan, "2025")));
    assert_null(contrast_market(x, "spend_usd", plan_date(x->reference->plan, "2026")));
    assert_null(contrast_market(x, "spend_usd", plan_date(x->reference->plan, "total")));
    assert_string_equal(c->loss.at.date, "2025");
    assert_true(x->tail.mean == 0);
    comparison_free(c);
    release_worlds(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cvar_is_the_mean_of_the_worst_twentieth),
        cmocka_unit_test(limits_of_a_mean_cover),
        cmocka_unit_test(a_constant_loss_has_itself_as_tail),
        cmocka_unit_test(bins_give_the_tail_within_a_bin),
        cmocka_unit_test(differences_are_taken_path_by_path),
        cmocka_unit_test(a_path_needs_both_sides),
        cmocka_unit_test(equal_scenarios_differ_by_nothing),
        cmocka_unit_test(neither_threads_nor_a_third_scenario_change_a_contrast),
        cmocka_unit_test(a_dollar_is_divided_whole),
        cmocka_unit_test(the_dip_is_the_spell_that_holds_the_deepest_period),
        cmocka_unit_test(worlds_must_share_step_and_periods),
        cmocka_unit_test(a_loss_must_exist),
        cmocka_unit_test(dates_match_by_name_and_cover),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
