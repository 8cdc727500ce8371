/* Levy and price: properties P10 to P13 of docs/model.md. */
#include <stdio.h>
#include "support.h"

static const char *const EIGHT = "tests/worlds/eight";
static const char *const G1 = "tests/golden/g1";

static void a_levy_passed_on_in_full_leaves_the_vendor_whole(void **state)
{
    /* P10, rho = 1. */
    const struct {
        const char *set;
        double ratio;
    } row[] = {{"us_regimes.open.levy_rate=0.15", 1.176470588235294},
               {"us_regimes.open.levy_rate=0.25", 1.333333333333333}};

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct scenario *w = world(EIGHT, row[k].set, NULL);
        struct block *b = block_at(w, 1, 0);
        int j = option(w, "f1");
        assert_close(b->price[j][0] / b->list_price[j][0], row[k].ratio, 1e-15);
        assert_close(b->price[j][0] - b->levy[j][0], b->list_price[j][0], 1e-15);
        finish(w, b);
    }
}

static void a_tariff_is_taken_of_the_list_price(void **state)
{
    struct scenario *w = world(EIGHT, "us_regimes.open.levy_rate=0.25",
                               "us_regimes.open.levy_form=tariff",
                               "scenario.levy_pass_through=0.4", NULL);
    struct block *b = block_at(w, 1, 0);
    int j = option(w, "f1");

    (void)state;
    assert_close(b->price[j][0], 1.1, 1e-15);
    assert_close(b->levy[j][0], 0.25, 1e-15);
    finish(w, b);
}

static void a_levy_not_passed_on_changes_no_quantity(void **state)
{
    /* P10, rho = 0: receipts are proportional to tau. */
    struct scenario *v = world(G1, "scenario.levy_pass_through=0", NULL);
    struct scenario *w = world(G1, "scenario.levy_pass_through=0",
                               "us_regimes.levy.levy_rate=0.3", NULL);
    struct block *b = block_at(v, 1, 3), *c = block_at(w, 1, 3);

    (void)state;
    for (int j = 0; j < v->options; j++) {
        assert_true(b->units[j][0] == c->units[j][0]);
        assert_true(b->backlog[j][0] == c->backlog[j][0]);
        assert_close(2 * b->levy[j][0], c->levy[j][0], 1e-15);
    }
    finish(v, b);
    finish(w, c);
}

/* Foreign share of the first step with one foreign and one domestic option. */
static double foreign_share(double s0, double alpha, double tau, const char *form)
{
    char a[64], d[64], t[64], f[64];

    snprintf(a, sizeof a, "buyers.b.price_sensitivity=%.17g", alpha);
    snprintf(d, sizeof d, "options.d1.intercept=%.17g", log((1 - s0) / s0));
    snprintf(t, sizeof t, "us_regimes.open.levy_rate=%.17g", tau);
    snprintf(f, sizeof f, "scenario.price_form=%s", form);
    struct scenario *w = world(
        EIGHT, "scenario.choice=mnl", "options.defer.intercept=-700", a, d, t, f,
        "options.f2.capacity_units_per_year=0", "options.g1.capacity_units_per_year=0",
        "options.d2.capacity_units_per_year=0", "options.d3.capacity_units_per_year=0",
        "options.r1.capacity_units_per_year=0", NULL);
    struct block *b = block_at(w, 1, 0);
    double s = b->share[option(w, "f1")][0];

    finish(w, b);
    return s;
}

static void receipts_peak_where_the_formula_says(void **state)
{
    /* P12: s(tau) in closed form, the peak solves tau = 1/(1 + alpha(1 - s)). */
    const double row[3][3] = {
        {.5, 2, 0.4039283620}, {.8, 1, 0.6909830056}, {.05, 3, 0.2540735260}};

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        double s0 = row[k][0], alpha = row[k][1], peak = row[k][2];
        double s = foreign_share(s0, alpha, peak, "log");
        double x = s0 * pow(1 - peak, alpha);
        assert_close(s, x / (x + 1 - s0), 1e-13);
        assert_close(1 / (1 + alpha * (1 - s)), peak, 1e-9);
    }
}

static void the_share_never_rises_with_the_levy(void **state)
{
    /* P11, one step from a common state. */
    (void)state;
    for (int form = 0; form < 2; form++)
        for (int k = 1; k < 10; k++)
            assert_true(foreign_share(.6, 1.7, k * .1, form ? "linear" : "log") <
                        foreign_share(.6, 1.7, k * .1 - .1, form ? "linear" : "log"));
}

static void each_doubling_lowers_the_price_by_the_learning_rate(void **state)
{
    /* P13, theta = 1: price times (1 - LR)^{log2((Q + Q0)/Q0)}. */
    struct scenario *w = world(G1, "options.hw.learning_rate=0.12",
                               "options.hw.learning_price_share=1",
                               "options.hw.learning_units=50000", NULL);
    struct block *b = block_at(w, 1, 0);
    int j = option(w, "hw");

    (void)state;
    for (int t = 1; t < 4; t++) {
        double doublings = log2((b->cumulative[j][0] + 50000) / 50000);
        path_step(b);
        assert_close(b->price[j][0], 1e4 * pow(1 - 0.12, doublings), 1e-13);
    }
    finish(w, b);
}

static void gross_revenue_is_net_plus_levy(void **state)
{
    struct scenario *w = world(G1, NULL);
    struct block *b = block_at(w, 1, 0);
    int j = option(w, "nv");

    (void)state;
    /* docs/model.md, golden run G1: levy 44117647.059 in each step. */
    assert_close(b->levy[j][0] * b->units[j][0], 44117647.059, 1e-11);
    assert_close(b->price[j][0] * b->units[j][0], 25000 * 1e4 / 0.85, 1e-13);
    finish(w, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_levy_passed_on_in_full_leaves_the_vendor_whole),
        cmocka_unit_test(a_tariff_is_taken_of_the_list_price),
        cmocka_unit_test(a_levy_not_passed_on_changes_no_quantity),
        cmocka_unit_test(receipts_peak_where_the_formula_says),
        cmocka_unit_test(the_share_never_rises_with_the_levy),
        cmocka_unit_test(each_doubling_lowers_the_price_by_the_learning_rate),
        cmocka_unit_test(gross_revenue_is_net_plus_levy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
