/* The library as a program sees it: through chipsplit.h and nothing else. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "chipsplit.h"

static const char *const TINY = "scenarios/tiny";

static cs_scenario *load(const char *const *set, size_t sets)
{
    struct cs_error err = {0};
    cs_scenario *world = NULL;

    if (cs_scenario_load(TINY, set, sets, &world, &err))
        fail_msg("%s", err.text[0]);
    return world;
}

static cs_result *run(const cs_scenario *world, const struct cs_run_options *options)
{
    struct cs_error err = {0};
    cs_result *result = NULL;

    if (cs_run(world, options, &result, &err))
        fail_msg("%s", err.text[0]);
    return result;
}

static struct cs_summary_row find(const cs_result *result, const char *date, const char *metric,
                                  const char *buyer, const char *option)
{
    struct cs_error err = {0};
    struct cs_summary_row row;

    if (cs_result_find(result, date, metric, buyer, option, &row, &err))
        fail_msg("%s", err.text[0]);
    return row;
}

static void a_scenario_runs_and_its_rows_are_found(void **state)
{
    struct cs_run_options options = cs_run_options_default();
    cs_scenario *world = load(NULL, 0);

    (void)state;
    assert_int_equal(options.seed, 1);
    assert_int_equal(options.paths, 10000);
    options.paths = 500;
    cs_result *result = run(world, &options);
    const struct cs_summary_row row = find(result, "2026", "domestic_share_spend", NULL, NULL);
    assert_string_equal(row.buyer, "all");
    assert_string_equal(row.option, "all");
    assert_string_equal(row.unit, "share");
    assert_true(row.n == 500 && row.missing == 0);
    assert_true(row.p05 <= row.p25 && row.p25 <= row.p50 && row.p50 <= row.p75);
    assert_true(row.p75 <= row.p95 && row.p50_lo <= row.p50 && row.p50 <= row.p50_hi);
    assert_true(row.p05 >= 0 && row.p95 <= 1 && row.sd > 0);
    assert_true(fabs(row.se - row.sd / sqrt(500)) < 1e-15);
    const struct cs_summary_row cloud = find(result, "total", "spend_usd", "cloud", "all");
    const struct cs_summary_row state_row = find(result, "total", "spend_usd", "state", NULL);
    const struct cs_summary_row all = find(result, "total", "spend_usd", NULL, NULL);
    assert_true(fabs(cloud.mean + state_row.mean - all.mean) <= 1e-12 * all.mean);
    cs_result_free(result);
    cs_scenario_free(world);
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
    struct cs_run_options options = cs_run_options_default();
    cs_scenario *world = load(NULL, 0);
    struct cs_summary_row row[3];

    (void)state;
    options.paths = 300;
    for (int k = 0; k < 3; k++) {
        options.seed = k == 2 ? 0 : 7;
        options.threads = k + 1;
        cs_result *result = run(world, &options);
        row[k] = find(result, "total", "nvidia_revenue_gross_usd", NULL, NULL);
        cs_result_free(result);
    }
    assert_true(row[0].mean == row[1].mean && row[0].p95 == row[1].p95);
    assert_true(row[0].mean != row[2].mean);
    cs_scenario_free(world);
}

static void set_and_uncertainty_reach_the_model(void **state)
{
    static const char *const shut[] = {"us_rates.ban/h20_levy.rate_per_year=0",
                                       "options.nv_h20.capacity_units_per_year*=0"};
    struct cs_run_options options = cs_run_options_default();
    cs_scenario *world = load(shut, 2);

    (void)state;
    options.paths = 100;
    options.uncertainty = false;
    options.detail = CS_DETAIL_FULL;
    cs_result *result = run(world, &options);
    const struct cs_summary_row row = find(result, "total", "delivered_units", "cloud", "nv_h20");
    assert_true(row.mean == 0 && row.sd == 0 && row.p95 == 0);
    cs_result_free(result);
    cs_scenario_free(world);
}

static void what_does_not_exist_is_refused_in_words(void **state)
{
    struct cs_run_options options = cs_run_options_default();
    struct cs_error err = {0};
    struct cs_summary_row row;
    cs_scenario *world = load(NULL, 0);

    (void)state;
    options.paths = 40;
    cs_result *result = run(world, &options);
    assert_int_equal(cs_result_find(result, "2026", "nvidia_share_spent", NULL, NULL, &row, &err),
                     CS_INPUT);
    assert_string_equal(err.text[0], "nvidia_share_spent: there is no such metric; did you mean "
                                     "'nvidia_share_spend'?");
    assert_int_equal(cs_result_find(result, "2030", "incidents", NULL, NULL, &row, &err), CS_INPUT);
    assert_string_equal(err.text[1], "2030: the result has no such date");
    assert_int_equal(cs_result_find(result, "2026", "spend_usd", "cloud", "nv_h20", &row, &err),
                     CS_INPUT);
    assert_string_equal(err.text[2],
                        "the result has no row for spend_usd of buyer cloud, option nv_h20");
    cs_result_free(result);
    cs_scenario_free(world);
}

static void impossible_options_are_refused_before_anything_runs(void **state)
{
    struct cs_run_options options = cs_run_options_default();
    struct cs_error err = {0};
    cs_scenario *world = load(NULL, 0);
    cs_result *result = NULL;

    (void)state;
    options.paths = 0;
    options.threads = -1;
    options.draws = true;
    assert_int_equal(cs_run(world, &options, &result, &err), CS_INPUT);
    assert_null(result);
    assert_int_equal(err.count, 3);
    assert_string_equal(err.text[0],
                        "the number of paths must be between 1 and 4294967295 (found 0)");
    assert_string_equal(err.text[1],
                        "the number of threads must be 0 (one per core) or more (found -1)");
    assert_string_equal(err.text[2], "draws and traces need a result folder");
    cs_scenario_free(world);
}

static void a_missing_folder_is_said_and_nothing_needs_freeing(void **state)
{
    struct cs_error err = {0};
    cs_scenario *world = NULL;

    (void)state;
    assert_int_not_equal(cs_scenario_load("scenarios/no_such", NULL, 0, &world, &err), 0);
    assert_null(world);
    assert_true(err.count >= 1 && strlen(err.text[0]) > 10);
    cs_scenario_free(NULL);
    cs_result_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_runs_and_its_rows_are_found),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
        cmocka_unit_test(set_and_uncertainty_reach_the_model),
        cmocka_unit_test(what_does_not_exist_is_refused_in_words),
        cmocka_unit_test(impossible_options_are_refused_before_anything_runs),
        cmocka_unit_test(a_missing_folder_is_said_and_nothing_needs_freeing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
