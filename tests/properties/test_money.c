/* Money: properties P15 to P18 and P28 of docs/model.md, and golden run G1. */
#include <stdio.h>
#include <string.h>
#include "support.h"

static const char *const EIGHT = "tests/worlds/eight";
static const char *const G1 = "tests/golden/g1";
static const char *const BASE = "scenarios/base";

static void spill_over_splits_what_is_left(void **state)
{
    /* P15: shares (.6,.3,.1), money 100, the first has 30, patience 0. */
    struct scenario *w = world(
        EIGHT, "scenario.choice=mnl", "buyers.b.budget_usd_per_year=400",
        "options.f1.intercept=1.791759469228055", /* ln 6 */
        "options.d1.intercept=1.0986122886681098", /* ln 3 */
        "options.f1.capacity_units_per_year=120", "options.f2.capacity_units_per_year=0",
        "options.g1.capacity_units_per_year=0", "options.d2.capacity_units_per_year=0",
        "options.d3.capacity_units_per_year=0", "options.r1.capacity_units_per_year=0", NULL);
    struct block *b = block_at(w, 1, 0);

    (void)state;
    assert_close(b->share[option(w, "f1")][0], 0.6, 1e-14);
    assert_close(b->spend[option(w, "f1")][0], 30, 1e-13);
    assert_close(b->spend[option(w, "d1")][0], 52.5, 1e-13);
    assert_close(b->deferred[0][0], 17.5, 1e-13);
    finish(w, b);
}

/* One line of g1_expected.csv against the block. */
static int check_line(const struct scenario *w, const struct block *b, const char *line)
{
    char metric[32], id[32];
    double want;
    int t;

    if (sscanf(line, "%d,%31[^,],buyer,%31[^,],%lf", &t, metric, id, &want) != 4 || t != b->t)
        return 0;
    int j = strcmp(id, "all") == 0 ? -1 : option(w, id);
    double have = strcmp(metric, "desired_share") == 0     ? b->share[j][0]
                  : strcmp(metric, "wallet_usd") == 0      ? b->wallet[0][0]
                  : strcmp(metric, "delivered_units") == 0 ? b->units[j][0]
                  : strcmp(metric, "backlog_usd") == 0     ? b->backlog[j][0]
                  : strcmp(metric, "carry_usd") == 0       ? b->carry[0][0]
                  : strcmp(metric, "installed_pflops") == 0
                      ? b->installed[j][0]
                      : NAN;
    if (isnan(have))
        return 0;
    /* The table prints 12 digits of shares, 3 decimals of USD, 6 of PFLOP/s. */
    assert_true(fabs(have - want) <= 0.5001e-12 * (want < 1) + 0.5001e-3 * (want >= 1));
    return 1;
}

static void golden_run_g1_is_met(void **state)
{
    struct scenario *w = world(G1, NULL);
    struct block *b = block_at(w, 1, 0);
    int checked = 0;

    (void)state;
    for (int t = 0; t < 4; t++) {
        FILE *file = fopen("tests/golden/g1_expected.csv", "r");
        char line[512];
        assert_non_null(file);
        while (fgets(line, sizeof line, file))
            checked += check_line(w, b, line);
        fclose(file);
        if (t < 3)
            path_step(b);
    }
    assert_true(checked >= 40);
    finish(w, b);
}

static void unlimited_supply_leaves_no_queue_and_rules_do_not_matter(void **state)
{
    /* P17 */
    const char *rule[] = {"scenario.rationing=proportional", "scenario.rationing=priority",
                          "scenario.rationing=uniform", "scenario.rationing=backlog_first"};
    double first[8] = {0};

    (void)state;
    for (int k = 0; k < 4; k++) {
        struct scenario *w = world(EIGHT, rule[k], NULL);
        struct block *b = block_at(w, 1, 3);
        for (int j = 0; j < w->options; j++) {
            assert_true(b->backlog[j][0] == 0 && b->unserved[j][0] == 0 && b->wait[j][0] == 0);
            assert_true(k == 0 || b->spend[j][0] == first[j]);
            first[j] = b->spend[j][0];
        }
        finish(w, b);
    }
}

static void deliveries_stay_within_supply_and_the_ledger_closes(void **state)
{
    /* P16 (in block_at) and P18, under every rule, on the base world. */
    const char *rule[] = {"scenario.rationing=proportional", "scenario.rationing=priority",
                          "scenario.rationing=uniform", "scenario.rationing=backlog_first"};

    (void)state;
    for (int k = 0; k < 4; k++) {
        struct scenario *w = world(BASE, rule[k], NULL);
        struct block *b = block_at(w, 11, 0);
        for (int t = 0; t < w->steps; t++) {
            for (int j = 0; j < w->options; j++)
                for (int l = 0; l < LANES; l++) {
                    double units = 0;
                    for (int i = 0; i < w->buyers; i++)
                        units += b->units[i * w->options + j][l];
                    assert_true(units <= b->supply[j][l] * (1 + 1e-12));
                }
            if (t + 1 < w->steps)
                path_step(b);
        }
        assert_true(b->ledger_error <= 1e-12);
        finish(w, b);
    }
}

static void a_ledger_that_is_not_a_number_does_not_close(void **state)
{
    /* In the first lane: the others, which close, must not hide it. */
    struct scenario *w = world(EIGHT, NULL);
    struct block *b = block_at(w, 1, 0);

    (void)state;
    b->carry[0][0] = NAN;
    path_step(b);
    assert_true(!(b->ledger_error <= 1e-12));
    path_step(b);
    assert_true(!(b->ledger_error <= 1e-12));
    finish(w, b);
}

static void supply_is_what_every_gate_lets_through(void **state)
{
    /* Step 3 by hand, a quarter: f1 1000 / 4 by licence 1/2 and customs 0.4; f2 without limit
     * by the cap 0.25 of 960 / 4 and customs; g1 80 / 4 by 0.3; d1 and d2 scaled by 200 / 400. */
    struct scenario *w = world(
        EIGHT, "options.f1.capacity_units_per_year=1000", "us_regimes.open.licence_throughput=0.5",
        "cn_stances.permit.customs_pass=0.4", "cn_stances.permit.grey_pass=0.3",
        "us_regimes.open.cap_share_of_us_shipments=0.25",
        "options.f2.us_shipments_units_per_year=960", "options.g1.capacity_units_per_year=80",
        "options.d1.capacity_units_per_year=100", "options.d2.capacity_units_per_year=300",
        "options.d3.capacity_units_per_year=0", "scenario.hbm_limit_units_per_year=200", NULL);
    struct block *b = block_at(w, 1, 0);

    (void)state;
    assert_close(b->supply[option(w, "f1")][0], 50, 1e-14);
    assert_close(b->supply[option(w, "f2")][0], 24, 1e-14);
    assert_close(b->supply[option(w, "g1")][0], 6, 1e-14);
    assert_close(b->supply[option(w, "d1")][0], 12.5, 1e-14);
    assert_close(b->supply[option(w, "d2")][0], 37.5, 1e-14);
    assert_true(isinf(b->supply[option(w, "r1")][0]));
    finish(w, b);
}

static void debt_is_what_was_pulled_forward_less_what_was_repaid(void **state)
{
    /* P28: no pull-forward at phi = 0, nor below the norm. */
    const char *set[] = {"scenario.anticipation_norm=0.1", "buyers.*.front_loading=0",
                         "scenario.anticipation_norm=1"};

    (void)state;
    for (int k = 0; k < 3; k++) {
        struct scenario *w = world(BASE, set[k], "us_rates.h20_levy/ban.rate_per_year=1.5",
                                   "scenario.anticipation_weight=1", NULL);
        struct block *b = block_at(w, 3, 0);
        double net[LANES] = {0}, pulled = 0;
        for (int t = 0; t < w->steps; t++) {
            for (int l = 0; l < LANES; l++) {
                net[l] += b->pull_forward[0][l] - b->repaid[0][l];
                pulled += b->pull_forward[0][l];
                assert_true(fabs(net[l] - b->debt[0][l]) <= 1e-5); /* USD of 10^9 */
            }
            if (t + 1 < w->steps)
                path_step(b);
        }
        assert_true(k == 0 ? pulled > 0 : pulled == 0);
        finish(w, b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spill_over_splits_what_is_left),
        cmocka_unit_test(golden_run_g1_is_met),
        cmocka_unit_test(unlimited_supply_leaves_no_queue_and_rules_do_not_matter),
        cmocka_unit_test(deliveries_stay_within_supply_and_the_ledger_closes),
        cmocka_unit_test(a_ledger_that_is_not_a_number_does_not_close),
        cmocka_unit_test(supply_is_what_every_gate_lets_through),
        cmocka_unit_test(debt_is_what_was_pulled_forward_less_what_was_repaid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
