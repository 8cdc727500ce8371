/* Chains: properties P19 to P21 of docs/model.md and the pick of a state. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/inside.h"

static void fill(lane *x, int count, const double *value)
{
    for (int k = 0; k < count; k++)
        lane_set(x[k], value[k]);
}

static double row(int n, const double *rate, int from, int to, double years)
{
    lane rates[16], prob[4];
    int32_t start[LANES];

    fill(rates, n * n, rate);
    for (int l = 0; l < LANES; l++)
        start[l] = from;
    chain_row(n, (const lane *)rates, start, years, prob);
    return prob[to][LANES - 1];
}

static void two_states_follow_the_closed_form(void **state)
{
    /* P19: a = 1.2, b = .4; P(1|0) = a/(a+b) (1 - e^{-(a+b)t}). */
    const double rate[4] = {0, 1.2, 0.4, 0};

    (void)state;
    assert_true(fabs(row(2, rate, 0, 1, 0.25) - 0.247259965473271) < 1e-14);
    assert_true(fabs(row(2, rate, 0, 1, 1) - 0.598577611504) < 1e-12);
    assert_true(fabs(row(2, rate, 0, 1, 200) - 0.75) < 1e-12);
}

static const double us[25] = { /* the generator of docs/model.md, section 6 */
    0, .6, .2, .4, .02, .5, 0, .1, .6, .02, .5, .1, 0, .2, .02,
    .3, .2, .05, 0, .1, .1, .1, .1, .3, 0};

static void three_months_make_a_quarter(void **state)
{
    /* P20: expm(Q/12)^3 = expm(Q/4), and a row sums to 1. */
    (void)state;
    for (int from = 0; from < 5; from++) {
        double sum = 0;
        lane rates[25], prob[5];
        int32_t start[LANES];
        for (int to = 0; to < 5; to++) {
            double three = 0, quarter = 0;
            for (int a = 0; a < 5; a++)
                for (int c = 0; c < 5; c++) {
                    fill(rates, 25, us);
                    for (int l = 0; l < LANES; l++)
                        start[l] = from;
                    chain_row(5, (const lane *)rates, start, 1.0 / 12, prob);
                    double first = prob[a][0];
                    for (int l = 0; l < LANES; l++)
                        start[l] = a;
                    chain_row(5, (const lane *)rates, start, 1.0 / 12, prob);
                    double second = prob[c][0];
                    for (int l = 0; l < LANES; l++)
                        start[l] = c;
                    chain_row(5, (const lane *)rates, start, 1.0 / 12, prob);
                    three += first * second * prob[to][0];
                }
            fill(rates, 25, us);
            for (int l = 0; l < LANES; l++)
                start[l] = from;
            chain_row(5, (const lane *)rates, start, 0.25, prob);
            quarter = prob[to][0];
            assert_true(fabs(three - quarter) < 1e-14);
            sum += quarter;
        }
        assert_true(fabs(sum - 1) < 1e-14);
    }
}

static void the_long_run_is_the_stationary_law(void **state)
{
    /* docs/model.md, section 6: stationary shares of the starting generator. */
    const double want[5] = {0.226, 0.191, 0.112, 0.388, 0.082};
    lane rates[25], prob[5];
    int32_t start[LANES] = {0};

    (void)state;
    fill(rates, 25, us);
    chain_row(5, (const lane *)rates, start, 400, prob); /* many parts of the span */
    for (int k = 0; k < 5; k++)
        assert_true(fabs(prob[k][3] - want[k]) < 6e-4);
}

static void huge_rates_are_quick_and_stationary(void **state)
{
    /* a = 3e9, b = 1e9 a year: stationary (1/4, 3/4) after any step. */
    const double rate[4] = {0, 3e9, 1e9, 0};

    (void)state;
    assert_true(fabs(row(2, rate, 0, 1, 0.25) - 0.75) < 1e-6);
}

static void one_rate_hits_exponentially(void **state)
{
    /* P21: 1 - e^{-rH}. A state that is never left, and H = 0, give 0. */
    const double rate[4] = {0, 0.7, 5, 0}, one[2] = {1, 0}, all[2] = {1, 1};
    lane rates[4], alive[2], years, hit[2];

    (void)state;
    fill(rates, 4, rate);
    fill(alive, 2, one);
    lane_set(years, 1.5);
    years[1] = 0;
    chain_hit(2, (const lane *)rates, (const lane *)alive, years, hit);
    assert_true(fabs(hit[0][0] - 0.65006225088884473) < 1e-15); /* 1 - e^{-1.05} */
    assert_true(hit[0][1] == 0);
    assert_true(hit[1][0] == 0);
    fill(alive, 2, all);
    chain_hit(2, (const lane *)rates, (const lane *)alive, years, hit);
    assert_true(hit[0][0] == 0 && hit[1][0] == 0);
}

static void a_pick_inverts_the_cumulative_law(void **state)
{
    const double law[3] = {0.2, 0, 0.8};
    lane prob[3], u;
    int32_t picked[LANES];

    (void)state;
    fill(prob, 3, law);
    lane_set(u, 0.2);
    u[1] = 0.2000001;
    u[2] = 1 - 0x1p-53;
    chain_pick(3, (const lane *)prob, u, picked);
    assert_int_equal(picked[0], 0);
    assert_int_equal(picked[1], 2);
    assert_int_equal(picked[2], 2);
    lane_set(prob[2], 0.7); /* rounding left none: the last with a chance */
    chain_pick(3, (const lane *)prob, u, picked);
    assert_int_equal(picked[2], 2);
    lane_set(prob[2], 0);
    chain_pick(3, (const lane *)prob, u, picked);
    assert_int_equal(picked[2], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_states_follow_the_closed_form),
        cmocka_unit_test(three_months_make_a_quarter),
        cmocka_unit_test(the_long_run_is_the_stationary_law),
        cmocka_unit_test(huge_rates_are_quick_and_stationary),
        cmocka_unit_test(one_rate_hits_exponentially),
        cmocka_unit_test(a_pick_inverts_the_cumulative_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
