/* Chains, the choice at the start, and warnings, on the golden world and on worlds
 * whose chains are small enough to reason about. */
#include <string.h>
#include "lab/survey.h"
#include "support.h"

static struct survey *survey_of(const struct scenario *w, bool uncertainty)
{
    struct survey *survey;
    struct cs_error err = {0};

    if (survey_new(w, uncertainty, &survey, &err))
        fail_msg("%s", err.text[0]);
    return survey;
}

static void the_start_is_that_of_the_golden_run(void **state)
{
    /* model.md, golden run G1, t = 0 */
    static const double share[] = {0.395262490564, 0.547076111507, 0.057661397929};
    struct scenario *const w = world("tests/golden/g1", NULL);
    struct start start;
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(w->options, 3);
    assert_int_equal(survey_start(w, 0, &start, &err), 0);
    for (int k = 0; k < 3; k++) {
        const struct start_option *const option = &start.option[k];
        const char *const id = w->option[option->option].id;
        const int row = !strcmp(id, "nv") ? 0 : !strcmp(id, "hw") ? 1 : 2;
        assert_close(option->share, share[row], 1e-11);
        assert_string_equal(option->why_not, "");
        assert_true(isnan(option->price) == (row == 2));
        assert_true(isnan(option->hazard) == (row != 0));
    }
    scenario_free(w);
}

static void the_start_has_no_luck(void **state)
{
    /* Incidents, licences and events with a chance would move it in random paths: with
     * none of the first two and a chance of 0.49 nothing happens, with 0.51 it does. */
    struct scenario *const w = world("scenarios/tiny", "scenario.incident_rate_per_year=40",
                                     "us_regimes.ban.licence_sd=3", NULL);
    struct scenario *const calm = world("scenarios/tiny", "scenario.incident_rate_per_year=0",
                                        "us_regimes.ban.licence_sd=0", NULL);
    struct start a, b;
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(survey_start(w, 1, &a, &err), 0);
    assert_int_equal(survey_start(calm, 1, &b, &err), 0);
    for (int k = 0; k < 3; k++) {
        assert_true(a.option[k].utility == b.option[k].utility);
        assert_true(a.option[k].share == b.option[k].share);
    }
    scenario_free(w);
    scenario_free(calm);
}

static void what_cannot_be_chosen_says_why(void **state)
{
    /* Of the options of base, bytedance may not choose what others own, what comes later,
     * and foreign chips under the ban of 2025Q2. */
    static const char *const why[][2] = {
        {"nv_h20", "not allowed under ban"},   {"nv_b30a", "available from 2026Q1"},
        {"kunlun", "only baidu may choose it"}, {"rent", ""}, {"defer", ""},
    };
    struct scenario *const w = world("scenarios/base", NULL);
    struct scenario *const shut = world("scenarios/tiny", "scenario.cn_start=block",
                                        "scenario.us_start=h20_levy", NULL);
    struct start start;
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(survey_start(w, buyer(w, "bytedance"), &start, &err), 0);
    assert_string_equal(w->us[start.us].id, "ban");
    for (int k = 0; k < w->options; k++)
        for (size_t m = 0; m < sizeof why / sizeof *why; m++)
            if (start.option[k].option == option(w, why[m][0]))
                assert_string_equal(start.option[k].why_not, why[m][1]);
    assert_int_equal(survey_start(shut, buyer(shut, "state"), &start, &err), 0);
    for (int k = 0; k < shut->options; k++)
        if (start.option[k].option == option(shut, "nv_h20"))
            assert_string_equal(start.option[k].why_not,
                                "closed to state-funded buyers under block");
    scenario_free(w);
    scenario_free(shut);
}

static bool warns(const struct survey *s, const char *part)
{
    for (int k = 0; k < s->warnings; k++)
        if (strstr(s->warning[k], part))
            return true;
    return false;
}

static void a_regime_may_be_out_of_reach(void **state)
{
    struct scenario *const w = world("scenarios/tiny", "us_rates.ban/h20_levy.rate_per_year=0",
                                     "events.licences.probability=0", NULL);
    struct survey *const s = survey_of(w, true);

    (void)state;
    assert_string_equal(s->us.id[s->us.start], "ban");
    assert_true(s->us.reached[s->us.start]);
    assert_false(s->us.reached[!s->us.start]);
    assert_true(warns(s, "us: no path reaches h20_levy"));
    assert_true(s->cn.reached[0] && s->cn.reached[1]);
    assert_false(warns(s, "cn: no path"));
    survey_free(s);
    scenario_free(w);
}

static void an_event_or_a_prior_can_open_the_way(void **state)
{
    /* tiny's event `licences` puts the US at h20_levy in all paths. */
    struct scenario *const w = world("scenarios/tiny", "us_rates.ban/h20_levy.rate_per_year=0",
                                     NULL);
    struct survey *const s = survey_of(w, true);

    (void)state;
    assert_true(s->us.reached[0] && s->us.reached[1]);
    assert_false(warns(s, "us: no path"));
    survey_free(s);
    scenario_free(w);
}

static void fear_under_a_pin_is_said(void **state)
{
    /* tiny pins Beijing at `question` in 2025Q3, from where it may come to `block`. */
    struct scenario *const w = world("scenarios/tiny", NULL);
    struct scenario *const calm = world("scenarios/tiny", "scenario.anticipation_weight=0", NULL);
    struct scenario *const stuck = world("scenarios/tiny",
                                         "cn_rates.question/block.rate_per_year=0", NULL);
    struct survey *a = survey_of(w, true), *b = survey_of(calm, true), *c = survey_of(stuck, true);

    (void)state;
    assert_int_equal(a->cn.pins, 1);
    assert_int_equal(a->cn.first_pin, 1);
    assert_int_equal(a->us.pins, 0);
    assert_true(warns(a, "cn is pinned in 1 of 6 periods (2025Q3)"));
    assert_false(warns(b, "is pinned"));
    assert_false(warns(c, "is pinned"));
    survey_free(a);
    survey_free(b);
    survey_free(c);
    scenario_free(w);
    scenario_free(calm);
    scenario_free(stuck);
}

static void rates_are_table_values_times_factors(void **state)
{
    struct scenario *const w = world("scenarios/tiny", "us_rates.*/*.rate_per_year*=3", NULL);
    struct survey *const s = survey_of(w, false);

    (void)state;
    /* 0.6 and 0.5 a year in the table: shares 5/11 and 6/11 whatever the factor. */
    assert_close(s->us.rate[1], 1.8, 1e-15);
    assert_close(s->us.rate[2], 1.5, 1e-15);
    assert_true(s->us.settles);
    assert_close(s->us.share[0], 5.0 / 11, 1e-15);
    survey_free(s);
    scenario_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_start_is_that_of_the_golden_run),
        cmocka_unit_test(the_start_has_no_luck),
        cmocka_unit_test(what_cannot_be_chosen_says_why),
        cmocka_unit_test(a_regime_may_be_out_of_reach),
        cmocka_unit_test(an_event_or_a_prior_can_open_the_way),
        cmocka_unit_test(fear_under_a_pin_is_said),
        cmocka_unit_test(rates_are_table_values_times_factors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
