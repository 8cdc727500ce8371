/* Thresholds on paths whose values are written here by hand. */
#include "run/passage.h"
#include "support.h"

enum { PATHS = 8 };

/* domestic_share_spend of scenarios/tiny in six quarters, path by path. */
static const double values[PATHS][6] = {
    {.1, .2, .3, .4, .5, .6},  /* >= .5 from t = 4 on */
    {.6, .1, .1, .1, .1, .1},  /* once, at t = 0 */
    {.1, .1, .1, .1, .1, .1},  /* never */
    {.1, .5, .5, .5, .5, .5},  /* from t = 1 on, the bound itself included */
    {.1, .7, .1, .7, .7, .7},  /* first at 1, stays from 3 on */
    {NAN, NAN, NAN, NAN, NAN, NAN},
    {NAN, .9, NAN, .9, .9, .9}, /* a missing value does not satisfy */
    {.1, .1, .1, .1, .1, .9},  /* at the end only */
};

struct setting {
    struct scenario *world, copy;
    struct threshold x;
    struct catalogue *catalogue;
    struct plan *plan;
    struct wave *wave;
    struct passages *passages;
};

static void prepare(struct setting *s, enum threshold_when when, const char *text, int first)
{
    struct cs_error err = {0};

    s->world = world("scenarios/tiny", NULL);
    s->x = (struct threshold){.id = "half", .metric = "domestic_share_spend", .buyer = "all",
                              .option = "all", .test = TEST_GREATER_EQUAL, .value = 0.5,
                              .when = when, .when_text = text, .first = first, .last = first,
                              .file = "t.csv", .line = 2};
    s->copy = *s->world;
    s->copy.threshold = &s->x;
    s->copy.thresholds = 1;
    assert_int_equal(catalogue_new(&s->copy, &s->catalogue, &err), 0);
    assert_int_equal(plan_new(&s->copy, s->catalogue, PLAN_RESULTS, CS_DETAIL_MARKET, &s->plan,
                              &err), 0);
    assert_int_equal(wave_new(s->plan, 1, PATHS, &s->wave, &err), 0);
    assert_int_equal(passages_new(s->plan, &s->passages, &err), 0);
    const int row = s->passages->passage[0].row;
    for (int path = 0; path < PATHS; path++)
        for (int d = 0; d < s->plan->dates; d++) /* a year: the value of its last period */
            *wave_at(s->wave, (size_t)(row * s->plan->dates + d), path) =
                values[path][s->plan->date[d].last];
    s->wave->paths = PATHS;
    passages_add(s->passages, s->wave);
}

static void release(struct setting *s)
{
    passages_free(s->passages);
    wave_free(s->wave);
    plan_free(s->plan);
    catalogue_free(s->catalogue);
    scenario_free(s->world);
}

static void any_counts_paths_that_satisfy_once(void **state)
{
    struct setting s;

    (void)state;
    prepare(&s, WHEN_ANY, "any", 0);
    assert_int_equal(s.passages->passage[0].n, 8);
    assert_int_equal(s.passages->passage[0].missing, 1);
    assert_int_equal(s.passages->passage[0].satisfied, 6);
    /* of 7: 0, .25, .25, .25, 1, 1.25 years, never; type 7 at (7 - 1) p */
    assert_close(passage_quantile(s.passages, 0, 0.05), 0.075, 1e-12);
    assert_true(passage_quantile(s.passages, 0, 0.5) == 0.25);
    assert_close(passage_quantile(s.passages, 0, 0.75), 1.125, 1e-12);
    assert_true(isnan(passage_quantile(s.passages, 0, 0.95)));
    release(&s);
}

static void stays_asks_for_the_rest_of_the_horizon(void **state)
{
    struct setting s;

    (void)state;
    prepare(&s, WHEN_STAYS, "stays", 0);
    assert_int_equal(s.passages->passage[0].missing, 1);
    assert_int_equal(s.passages->passage[0].satisfied, 5);
    /* of 7: .25, .75, .75, 1, 1.25 years, never, never */
    assert_true(passage_quantile(s.passages, 0, 0.5) == 1);
    assert_true(isnan(passage_quantile(s.passages, 0, 0.75)));
    release(&s);
}

static void a_date_asks_for_that_date_only(void **state)
{
    struct setting s;

    (void)state;
    prepare(&s, WHEN_DATE, "2025Q4", 2);
    assert_int_equal(s.passages->passage[0].missing, 2);
    assert_int_equal(s.passages->passage[0].satisfied, 1);
    assert_true(isnan(passage_quantile(s.passages, 0, 0.05)));
    release(&s);
    prepare(&s, WHEN_DATE, "2026", 3);
    assert_int_equal(s.plan->date[s.passages->passage[0].date].last, 5);
    assert_int_equal(s.passages->passage[0].missing, 1);
    assert_int_equal(s.passages->passage[0].satisfied, 5);
    release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_counts_paths_that_satisfy_once),
        cmocka_unit_test(stays_asks_for_the_rest_of_the_horizon),
        cmocka_unit_test(a_date_asks_for_that_date_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
