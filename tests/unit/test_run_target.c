/* The stop rule: what a target says, when it is met, and that its interval holds. */
#include <gsl/gsl_cdf.h>
#include <stdlib.h>
#include <string.h>
#include "math/binomial.h"
#include "run/stop.h"
#include "support.h"
#include "tool/address.h"

static void a_target_is_read(void **state)
{
    struct stop_target t;

    (void)state;
    assert_null(target_parse("nvidia_revenue_gross_usd@2026 p50 2%", &t));
    assert_string_equal(t.quantity.metric, "nvidia_revenue_gross_usd");
    assert_string_equal(t.quantity.buyer, "all");
    assert_string_equal(t.quantity.option, "all");
    assert_string_equal(t.quantity.date, "2026");
    assert_true(t.statistic == STATISTIC_QUANTILE && t.relative);
    assert_close(t.at, 0.5, 1e-15);
    assert_close(t.tolerance, 0.02, 1e-15);
    assert_null(target_parse("  spend_usd[bytedance/nv_h20]@2026-07\tmean  1.5e8 ", &t));
    assert_string_equal(t.quantity.buyer, "bytedance");
    assert_string_equal(t.quantity.option, "nv_h20");
    assert_string_equal(t.quantity.date, "2026-07");
    assert_true(t.statistic == STATISTIC_MEAN && !t.relative && t.tolerance == 1.5e8);
    assert_null(target_parse("shortfall[tencent]@total P( > -0.8 ) 0.01", &t));
    assert_string_equal(t.quantity.buyer, "tencent");
    assert_string_equal(t.quantity.option, "all");
    assert_true(t.statistic == STATISTIC_ABOVE && t.at == -0.8 && t.tolerance == 0.01);
    assert_null(target_parse("x@2026Q4 P(<.2) .01", &t));
    assert_true(t.statistic == STATISTIC_BELOW && t.at == 0.2);
    assert_null(target_parse("x@2026Q4 p97.5 1", &t));
    assert_close(t.at, 0.975, 1e-15);
}

static void a_wrong_target_breaks_a_rule(void **state)
{
    static const char *const shape = "must be METRIC@DATE STAT TOL";
    static const char *const statistic = "its statistic must be mean";
    static const struct {
        const char *text, *rule;
    } cases[] = {
        {"", shape}, {"x", shape}, {"x@", shape}, {"@2026 mean 1", shape},
        {"x[@2026 mean 1", shape}, {"x[]@2026 mean 1", shape}, {"x[a/]@2026 mean 1", shape},
        {"x[a/b/c]@2026 mean 1", shape}, {"x@2026mean 1", statistic}, {"x@2026", shape},
        {"x@2026 median 1", statistic}, {"x@2026 mean", statistic}, {"x@2026 meann 1", statistic},
        {"x@2026 p 1", statistic}, {"x@2026 P(0.5) 1", statistic},
        {"x@2026 P(<0.5 1", statistic}, {"x@2026 P(<) 1", statistic},
        {"x@2026 p0 1", "its quantile must be"}, {"x@2026 p100 1", "its quantile must be"},
        {"x@2026 mean 0", "its tolerance must be above 0"},
        {"x@2026 mean -1%", "its tolerance must be above 0"},
        {"x@2026 mean 1,5", "its tolerance must be a number"},
        {"x@2026 mean 1% 2", shape},
        {"x@2026 P(<1) 1%", "the tolerance of a probability"},
    };
    struct stop_target t;

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *const rule = target_parse(cases[k].text, &t);
        if (!rule || strncmp(rule, cases[k].rule, strlen(cases[k].rule)))
            fail_msg("'%s': %s", cases[k].text, rule ? rule : "is taken");
    }
}

/* Whatever the bytes: the sanitizers watch. */
static void any_bytes_are_safe_to_read(void **state)
{
    static const char alphabet[] = "abz09_[]/@ \tpP(<>).%-+eE\x80\xff\x01";
    char text[400];
    struct stop_target t;

    (void)state;
    for (uint64_t k = 0; k < 200000; k++) {
        const size_t length = (size_t)(address_uniform(7, k, 0, DRAW_MACRO, 1) * 40);
        for (size_t c = 0; c < length; c++) {
            const double u = address_uniform(7, k, (int)c, DRAW_MACRO, 2);
            text[c] = alphabet[(size_t)(u * (double)(sizeof alphabet - 1))];
        }
        text[length] = '\0';
        target_parse(text, &t);
    }
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_non_null(target_parse(text, &t));
    memcpy(text + 200, "@2026 mean 1", 13);
    assert_non_null(target_parse(text, &t)); /* a name that is too long */
}

static void looks_double_up_to_the_most(void **state)
{
    (void)state; /* 10000, 20000, ..., 640000, 1000000 */
    assert_int_equal(looks_count(10000, 1000000), 8);
    assert_int_equal(looks_paths(10000, 1000000, 0), 10000);
    assert_int_equal(looks_paths(10000, 1000000, 6), 640000);
    assert_int_equal(looks_paths(10000, 1000000, 7), 1000000);
    assert_int_equal(looks_count(7, 7), 1);
    assert_int_equal(looks_count(7, 8), 2);
    assert_int_equal(looks_count(8, 64), 4);
    assert_int_equal(looks_count(1, UINT32_MAX), 33);
    assert_int_equal(looks_paths(3, UINT32_MAX, 60), UINT32_MAX);
}

static void intervals_are_those_of_the_textbook(void **state)
{
    double x[101], scratch[101];
    struct stop_target t;

    (void)state;
    for (int k = 0; k < 101; k++)
        x[k] = (k * 37) % 101; /* 0 to 100 in some order */
    x[17] = NAN;               /* which was 629 mod 101 = 23 */
    target_parse("x@2026 mean 1", &t);
    struct interval i = target_interval(&t, x, 101, 0.05, scratch);
    /* sum 5050 - 23, squares 338350 - 529; t(99, .975) = 1.98421695158631, by
     * Simpson's rule on the density */
    const double mean = 50.27, sd = sqrt((337821 - 100 * mean * mean) / 99);
    assert_close(i.estimate, mean, 1e-13);
    assert_close(i.high - mean, 1.98421695158631 * sd / 10, 1e-11);
    assert_close(mean - i.low, 1.98421695158631 * sd / 10, 1e-11);

    target_parse("x@2026 P(<10) 1", &t);
    i = target_interval(&t, x, 101, 0.05, scratch);
    /* 10 of 100, Clopper-Pearson (R binom.test): 0.0490046, 0.1762226 */
    assert_close(i.estimate, 0.1, 1e-15);
    assert_close(i.low, 0.04900469, 1e-6);
    assert_close(i.high, 0.17622260, 1e-6);

    target_parse("x@2026 p50 1", &t);
    i = target_interval(&t, x, 101, 0.05, scratch);
    /* without 23: order statistics 50 and 51 are 50 and 51, 40 and 61 are 40 and 61 */
    assert_close(i.estimate, 50.5, 1e-15);
    assert_true(i.low == 40 && i.high == 61);
    i = target_interval(&t, x, 3, 0.05, scratch);
    assert_true(isnan(i.low) && isnan(i.high) && i.estimate == 37);
    assert_false(target_met(&t, &i));
    for (int k = 0; k < 101; k++)
        x[k] = NAN;
    i = target_interval(&t, x, 101, 0.05, scratch);
    assert_true(isnan(i.estimate) && !target_met(&t, &i));
}

static void the_farther_limit_decides(void **state)
{
    struct interval i = {-200, -202, -197};
    struct stop_target t;

    (void)state;
    target_parse("x@2026 p50 3", &t);
    assert_true(target_met(&t, &i));
    target_parse("x@2026 p50 2.9", &t);
    assert_false(target_met(&t, &i));
    target_parse("x@2026 p50 1.5%", &t);
    assert_true(target_met(&t, &i));
    target_parse("x@2026 p50 1.4%", &t);
    assert_false(target_met(&t, &i));
    i = (struct interval){0, 0, 0}; /* a constant 0 is known at once */
    assert_true(target_met(&t, &i));
}

/* --- coverage ------------------------------------------------------------------------ */

enum { REPETITIONS = 1500, FIRST = 128, MOST = 4096 };

/* One run of the rule on made-up paths; whether the interval at its end holds `truth`,
 * and at which look it ended. */
static bool run_covers(const char *text, uint64_t seed, double alpha, double truth, int *taken)
{
    static lane values[WAVE_BLOCKS];
    struct plan plan = {.rows = 1, .dates = 1};
    struct wave wave = {.plan = &plan, .series = 1, .paths = WAVE, .values = values};
    struct goal goal = {.series = 0};
    struct stop stop = {.first = FIRST, .most = MOST, .looks = looks_count(FIRST, MOST),
                        .count = 1, .goal = &goal};
    struct cs_error err = {0};
    uint64_t end = 0;

    stop.alpha = alpha > 0 ? alpha : 0.05 / stop.looks;
    assert_null(target_parse(text, &goal.target));
    for (uint64_t done = 0; !end; done += WAVE) {
        for (int p = 0; p < WAVE; p++)
            values[p / LANES][p % LANES] = gsl_cdf_ugaussian_Pinv(
                address_uniform(seed, done + (uint64_t)p, 0, DRAW_MACRO, 3));
        assert_int_equal(stop_take(&stop, &wave, done, &end, &err), 0);
    }
    free(goal.value);
    *taken = stop.taken;
    return goal.interval.low <= truth && truth <= goal.interval.high;
}

/* The share of runs that cover, as a count; every look must end some of them. */
static int count_covered(const char *text, double alpha, double truth)
{
    int covered = 0, at[8] = {0};

    for (int k = 0; k < REPETITIONS; k++) {
        int taken = 0;
        covered += run_covers(text, 1000 + (uint64_t)k, alpha, truth, &taken);
        at[taken]++;
    }
    int looks = 0;
    for (int k = 0; k < 8; k++)
        looks += at[k] > 0;
    if (looks < 2)
        fail_msg("%s: all runs end at one look", text);
    return covered;
}

/* Level of the test 1e-4 for each target. The tolerances are near those that three looks
 * in the middle meet, so that the run stops when its spread happens to be small: the worst
 * case for a rule that looks often. */
static void the_final_interval_holds_at_its_level(void **state)
{
    static const struct {
        const char *text;
        double truth;
    } cases[] = {
        {"x@2026 mean 0.12", 0},
        {"x@2026 p50 0.16", 0},
        {"x@2026 p90 0.26", 1.2815515655446004}, /* normal quantile */
        {"x@2026 P(<-0.8416212335729143) 0.0475", 0.2},
    };

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const int covered = count_covered(cases[k].text, 0, cases[k].truth);
        if (binomial_at_most((uint64_t)covered, REPETITIONS, 0.95) < 1e-4)
            fail_msg("%s: %d of %d", cases[k].text, covered, REPETITIONS);
        print_message("%s: covers in %.1f %%\n", cases[k].text, 100.0 * covered / REPETITIONS);
    }
}

/* The same test finds a rule that does not pay for its looks: a twentieth at every look. */
static void a_rule_that_forgets_its_looks_is_found_out(void **state)
{
    (void)state;
    const int covered = count_covered("x@2026 p50 0.12", 0.2, 0);
    assert_true(binomial_at_most((uint64_t)covered, REPETITIONS, 0.95) < 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_is_read),
        cmocka_unit_test(a_wrong_target_breaks_a_rule),
        cmocka_unit_test(any_bytes_are_safe_to_read),
        cmocka_unit_test(looks_double_up_to_the_most),
        cmocka_unit_test(intervals_are_those_of_the_textbook),
        cmocka_unit_test(the_farther_limit_decides),
        cmocka_unit_test(the_final_interval_holds_at_its_level),
        cmocka_unit_test(a_rule_that_forgets_its_looks_is_found_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
