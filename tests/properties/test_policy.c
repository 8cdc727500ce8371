/* Policy: properties P22 to P26 of docs/model.md. */
#include <stdio.h>
#include <string.h>
#include "support.h"

static const char *const EIGHT = "tests/worlds/eight";
static const char *const BASE = "scenarios/base";

static void incidents_have_the_stationary_moments(void **state)
{
    /* P22: mu = 2, n = 1/2, kappa = 2, dt = 1/4: mean 1, variance 1.109099125285.
     * After 40 steps the law is stationary to e^{-kappa (1-n) 10} = 5e-5. Paths
     * are independent: 4 standard errors with 64,000 of them. */
    enum { BLOCKS = 2000 };
    struct scenario *w = world(EIGHT, "scenario.steps=40", "scenario.incident_rate_per_year=2",
                               "scenario.incident_branching=0.5",
                               "scenario.incident_decay_per_year=2", NULL);
    struct block *b = NULL;
    double sum = 0, square = 0, fourth = 0, n = BLOCKS * LANES;

    (void)state;
    assert_int_equal(block_new(w, &b, NULL), 0);
    for (int k = 0; k < BLOCKS; k++) {
        path_start(b, 77, (uint64_t)k * LANES, true);
        for (int t = 0; t < 40; t++)
            path_step(b);
        for (int l = 0; l < LANES; l++) {
            double d = b->incidents[l] - 1;
            sum += d;
            square += d * d;
            fourth += d * d * d * d;
        }
    }
    double variance = square / n;
    assert_true(fabs(sum / n) < 4 * sqrt(variance / n));
    assert_true(fabs(variance - 1.109099125285) <
                4 * sqrt((fourth / n - variance * variance) / n));
    finish(w, b);
}

static void a_branching_ratio_of_one_is_refused(void **state)
{
    struct cs_error err = {0};
    struct scenario *w = NULL;
    const char *set = "scenario.incident_branching=1";

    (void)state;
    assert_int_equal(scenario_load(EIGHT, &set, 1, &w, &err), CS_INPUT);
    assert_null(w);
}

static void inquiries_of_three_months_equal_a_quarter(void **state)
{
    /* P24: q = 2, x = .6. */
    struct scenario *w = world(EIGHT, "cn_stances.permit.inquiries_per_year=2",
                               "buyers.b.exposure=0.6", NULL);
    struct scenario *m = world(EIGHT, "cn_stances.permit.inquiries_per_year=2",
                               "buyers.b.exposure=0.6", "scenario.step=month", NULL);
    struct block *b = block_at(w, 1, 0), *c = block_at(m, 1, 0);

    (void)state;
    assert_true(fabs(b->inquiry[0][0] - 0.259181779318) < 0.51e-12); /* 12 digits printed */
    assert_close(pow(1 - c->inquiry[0][0], 3), 1 - b->inquiry[0][0], 1e-15);
    finish(w, b);
    finish(m, c);
}

static void a_ban_closes_foreign_sales_and_refunds_queues(void **state)
{
    /* P25: f1 short of supply builds a queue under `open`; a ban in step 2
     * refunds it at once. */
    struct scenario *w = world(EIGHT, "options.f1.capacity_units_per_year=1",
                               "options.f1.backlog_patience_per_quarter=0.9",
                               "us_rates.open/ban.rate_per_year=4e3", NULL);
    struct block *b = block_at(w, 1, 0);
    int f1 = option(w, "f1"), f2 = option(w, "f2");
    double queue = b->backlog[f1][0];

    (void)state;
    assert_true(queue > 0);
    path_step(b);
    assert_int_equal(b->us[0], 0);
    assert_close(b->refunded[0][0], queue, 1e-15);
    for (; b->t < 3; path_step(b)) {
        assert_true(b->units[f1][0] == 0 && b->units[f2][0] == 0);
        assert_true(b->backlog[f1][0] == 0 && b->supply[f2][0] == 0);
    }
    finish(w, b);
}

static void stances_do_not_matter_without_exposure(void **state)
{
    /* P26: exposure 0, no state ban, customs and grey pass 1, no reactions. */
    struct scenario *v = world(EIGHT, "buyers.b.exposure=0",
                               "cn_stances.block.domestic_quota=0.9",
                               "cn_stances.block.pressure=3",
                               "cn_stances.block.inquiries_per_year=9",
                               "cn_stances.block.approval=0.1", NULL);
    struct scenario *w = world(EIGHT, "buyers.b.exposure=0", "scenario.cn_start=block",
                               "cn_stances.block.domestic_quota=0.9",
                               "cn_stances.block.pressure=3",
                               "cn_stances.block.inquiries_per_year=9",
                               "cn_stances.block.approval=0.1", NULL);
    struct block *b = block_at(v, 1, 3), *c = block_at(w, 1, 3);

    (void)state;
    for (int j = 0; j < v->options; j++) {
        assert_true(b->spend[j][0] == c->spend[j][0]);
        assert_true(b->utility[j][0] == c->utility[j][0]);
    }
    finish(v, b);
    finish(w, c);
}

static void a_pinned_path_is_followed_and_moves_no_draw(void **state)
{
    /* P23: base with both sides pinned by their start and no rates. */
    struct scenario *v = world(BASE, NULL);
    struct scenario *w = world(BASE, "us_rates.*/*.rate_per_year*=0",
                               "cn_rates.*/*.rate_per_year*=0", NULL);
    struct block *b = block_at(v, 9, 4), *c = block_at(w, 9, 4);

    (void)state;
    for (int l = 0; l < LANES; l++) {
        assert_int_equal(c->cn[l], w->cn_start);
        for (int k = 0; k < v->buyers * v->options; k++)
            assert_true(b->taste[k][l] == c->taste[k][l]);
        for (int j = 0; j < v->options; j++)
            assert_true(b->price_deviation[j][l] == c->price_deviation[j][l]);
    }
    finish(v, b);
    finish(w, c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(incidents_have_the_stationary_moments),
        cmocka_unit_test(a_branching_ratio_of_one_is_refused),
        cmocka_unit_test(inquiries_of_three_months_equal_a_quarter),
        cmocka_unit_test(a_ban_closes_foreign_sales_and_refunds_queues),
        cmocka_unit_test(stances_do_not_matter_without_exposure),
        cmocka_unit_test(a_pinned_path_is_followed_and_moves_no_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
