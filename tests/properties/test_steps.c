/* Parts of steps 1 to 11 of docs/model.md by hand, that no numbered property is about. */
#include <stdio.h>
#include "support.h"

static const char *const EIGHT = "tests/worlds/eight";
static const char *const G1 = "tests/golden/g1";

static void washington_answers_beijing_by_the_sign_of_its_reaction(void **state)
{
    /* Step 1. Beijing blocks at t = 1 for sure, so the tilt of t = 2 is 3, the clip of 4. Then
     * Washington moves from open to ban with 1 - exp(-0.1 e^3 / 4). 6,400 paths, 4 standard
     * errors. */
    enum { BLOCKS = 200 };
    struct scenario *w = world(EIGHT, "cn_rates.permit/block.rate_per_year=4e3",
                               "us_rates.open/ban.rate_per_year=0.1",
                               "scenario.us_reaction_to_cn=4", NULL);
    struct block *b = NULL;
    const double want = -expm1(-0.1 * exp(3) / 4), n = BLOCKS * LANES;
    double moved = 0, at_risk = 0;

    (void)state;
    assert_int_equal(block_new(w, &b, NULL), 0);
    for (int k = 0; k < BLOCKS; k++) {
        int32_t before[LANES];
        path_start(b, 8, (uint64_t)k * LANES, true);
        path_step(b);
        path_step(b);
        for (int l = 0; l < LANES; l++)
            before[l] = b->us[l];
        path_step(b);
        for (int l = 0; l < LANES; l++) {
            assert_true(b->us_tilt[l] == 3);
            at_risk += before[l] == 1;
            moved += before[l] == 1 && b->us[l] == 0;
        }
    }
    assert_true(at_risk > 0.9 * n);
    assert_true(fabs(moved / at_risk - want) < 4 * sqrt(want * (1 - want) / at_risk));
    finish(w, b);
}

static void shortage_speeds_up_domestic_capacity(void **state)
{
    /* Step 3: Kap <- Kap exp((g + g1 shortage) dt) without noise. */
    struct scenario *w = world(G1, "options.hw.capacity_growth_per_year=0.3",
                               "options.hw.capacity_induced_growth_per_year=0.7", NULL);
    struct block *b = block_at(w, 1, 0);
    int j = option(w, "hw");

    (void)state;
    for (int t = 1; t < 4; t++) {
        double last = b->growth_factor[j][0], shortage = b->shortage[j][0];
        assert_true(shortage > 0.01);
        path_step(b);
        assert_close(b->growth_factor[j][0], last * exp((0.3 + 0.7 * shortage) / 4), 1e-14);
    }
    finish(w, b);
}

static void the_door_may_close_from_either_side(void **state)
{
    /* Step 5, rates 0.5 and 0.8 a year, a year ahead, exposure 0.6, weight 0.9. */
    struct scenario *w = world(EIGHT, "us_rates.open/ban.rate_per_year=0.5",
                               "cn_rates.permit/block.rate_per_year=0.8",
                               "cn_stances.block.customs_pass=0.1", "buyers.b.exposure=0.6",
                               "scenario.anticipation_horizon_years=1",
                               "scenario.anticipation_weight=0.9", NULL);
    struct block *b = block_at(w, 1, 0);

    (void)state;
    assert_close(b->hazard[option(w, "f1")][0],
                 0.9 * (1 - exp(-0.5) * (1 + 0.6 * expm1(-0.8))), 1e-13);
    assert_true(b->hazard[option(w, "d1")][0] == 0);
    finish(w, b);
}

static void a_state_ban_stops_new_foreign_and_grey_orders(void **state)
{
    /* Step 6, for state-funded buyers only. */
    const char *funded[] = {"buyers.b.state_funded=0", "buyers.b.state_funded=1"};

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct scenario *w = world(EIGHT, "cn_stances.permit.state_ban=1", funded[k], NULL);
        struct block *b = block_at(w, 1, 0);
        for (int j = 0; j < w->options; j++) {
            enum option_class class = w->option[j].class;
            bool closed = k == 1 && (class == CLASS_FOREIGN || class == CLASS_GREY);
            assert_true(b->available[j][0] == (closed ? 0 : 1));
            assert_true(closed == (b->share[j][0] == 0));
        }
        finish(w, b);
    }
}

static void who_is_questioned_gets_what_is_approved_and_no_more(void **state)
{
    /* Steps 8 and 9: d1 has nothing to spare, so that money spills over; a questioned buyer may
     * not turn to foreign chips with it. Nothing is held (D_q = 0). */
    struct scenario *w = world(EIGHT, "cn_stances.permit.inquiries_per_year=1e6",
                               "cn_stances.permit.approval=0.3", "buyers.b.exposure=1",
                               "buyers.b.compliance_cost_share=0.1", "scenario.hold_mean_years=0",
                               "options.d1.capacity_units_per_year=0.1", NULL);
    struct block *b = block_at(w, 1, 0);
    int f1 = option(w, "f1"), f2 = option(w, "f2"), d2 = option(w, "d2");

    (void)state;
    assert_true(b->inquired[0][0] == 1 && b->unserved[option(w, "d1")][0] > 0);
    assert_close(b->spend[f1][0], 0.3 * 0.9 * b->order[f1][0], 1e-13);
    assert_close(b->compliance[0][0], 0.1 * (b->order[f1][0] + b->order[f2][0]), 1e-13);
    assert_close(b->refused[0][0], 0.7 * 0.9 * (b->order[f1][0] + b->order[f2][0]), 1e-13);
    assert_true(b->spend[d2][0] > b->order[d2][0]);
    finish(w, b);
}

static void who_is_bound_by_the_quota_spills_over_to_neither_foreign_nor_grey(void **state)
{
    /* Step 9. */
    struct scenario *w = world(EIGHT, "cn_stances.permit.domestic_quota=0.9",
                               "buyers.b.exposure=1", "options.d1.capacity_units_per_year=0.1",
                               NULL);
    struct block *b = block_at(w, 1, 0);
    int f1 = option(w, "f1"), g1 = option(w, "g1"), r1 = option(w, "r1");

    (void)state;
    assert_true(b->quota_bound[0][0] == 1 && b->unserved[option(w, "d1")][0] > 0);
    assert_close(b->spend[f1][0], b->order[f1][0], 1e-14);
    assert_close(b->spend[g1][0], b->order[g1][0], 1e-14);
    assert_true(b->spend[r1][0] > b->order[r1][0]);
    finish(w, b);
}

static void money_put_off_lapses_and_supply_is_held_against_budgets(void **state)
{
    /* Step 11: carry = e^{-0.8/4} deferred; Ad = domestic supply in money over budgets. */
    struct scenario *w = world(G1, "scenario.lapse_per_year=0.8", NULL);
    struct block *b = block_at(w, 1, 1);
    int hw = option(w, "hw");

    (void)state;
    assert_close(b->carry[0][0], exp(-0.2) * b->deferred[0][0], 1e-14);
    assert_close(b->lapsed[0][0], -expm1(-0.2) * b->deferred[0][0], 1e-13);
    assert_close(b->adequacy[0], b->supply[hw][0] * b->price[hw][0] / b->budget[0][0], 1e-14);
    finish(w, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(washington_answers_beijing_by_the_sign_of_its_reaction),
        cmocka_unit_test(shortage_speeds_up_domestic_capacity),
        cmocka_unit_test(the_door_may_close_from_either_side),
        cmocka_unit_test(a_state_ban_stops_new_foreign_and_grey_orders),
        cmocka_unit_test(who_is_questioned_gets_what_is_approved_and_no_more),
        cmocka_unit_test(who_is_bound_by_the_quota_spills_over_to_neither_foreign_nor_grey),
        cmocka_unit_test(money_put_off_lapses_and_supply_is_held_against_budgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
