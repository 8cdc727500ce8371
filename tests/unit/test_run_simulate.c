/* Whole runs: the same numbers for any number of threads, regimes that add up,
 * a run from a later path on, cancelling. */
#include <stdlib.h>
#include "run/result.h"
#include "run/simulate.h"
#include "support.h"
#include "tool/address.h"

static const char *const TINY = "scenarios/tiny";

static struct result *run(const struct scenario *w, uint64_t paths, int threads)
{
    struct cs_run_options options = cs_run_options_default();
    struct cs_error err = {0};
    struct result *result = NULL;

    options.paths = paths;
    options.seed = UINT64_MAX;
    options.threads = threads;
    options.ledger = true;
    if (cs_run(w, &options, &result, &err))
        fail_msg("%s", err.text[0]);
    return result;
}

static size_t shown(const struct result *r)
{
    return (size_t)r->plan->shown * (size_t)r->plan->dates;
}

static void threads_change_no_byte(void **state)
{
    static const uint64_t paths[] = {1, 33, 2500, 17000}; /* the last one beyond 16384 */
    struct scenario *w = world(TINY, NULL);

    (void)state;
    for (int k = 0; k < 4; k++) {
        struct result *one = run(w, paths[k], 1);
        for (int threads = 2; threads < 6; threads += 3) {
            struct result *many = run(w, paths[k], threads);
            const size_t groups = regimes_cells(one->regimes) * (size_t)one->regimes->groups;
            assert_memory_equal(one->summary, many->summary, shown(one) * sizeof *one->summary);
            assert_memory_equal(one->regimes->summary, many->regimes->summary,
                                groups * sizeof *one->regimes->summary);
            for (int x = 0; x < one->passages->count; x++)
                assert_int_equal(one->passages->passage[x].satisfied,
                                 many->passages->passage[x].satisfied);
            cs_result_free(many);
        }
        cs_result_free(one);
    }
    scenario_free(w);
}

static void bins_agree_with_kept_values(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct result *kept = run(w, 16384, 0), *binned = run(w, 16416, 0);

    (void)state; /* 32 paths more move a quantile by far less than its limits */
    for (int d = 0; d < kept->plan->dates; d++) {
        const struct summary *a = result_market(kept, "nvidia_revenue_gross_usd", d);
        const struct summary *b = result_market(binned, "nvidia_revenue_gross_usd", d);
        assert_true(b->q[P50] >= a->lo[LIMIT_P50] - 1 && b->q[P50] <= a->hi[LIMIT_P50] + 1);
        assert_true(fabs(a->mean - b->mean) <= 0.01 * a->sd);
    }
    cs_result_free(kept);
    cs_result_free(binned);
    scenario_free(w);
}

static void regimes_add_up_to_all_paths(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct result *r = run(w, 3000, 0);
    const int date = plan_date(r->plan, "2026");
    double sum = 0;
    uint64_t us = 0, cn = 0, both = 0;

    (void)state;
    for (int g = 0; g < w->us_regimes; g++)
        us += regimes_at(r->regimes, 0, date, group_us(g))->n;
    for (int g = 0; g < w->cn_stances; g++) {
        const struct summary *s = regimes_at(r->regimes, 0, date, group_cn(w, g));
        cn += s->n;
        sum += (double)s->n * s->mean;
    }
    for (int g = 0; g < w->us_regimes * w->cn_stances; g++)
        both += regimes_at(r->regimes, 0, date,
                           group_both(w, g / w->cn_stances, g % w->cn_stances))->n;
    assert_true(us == 3000 && cn == 3000 && both == 3000);
    const char *name = r->plan->row[r->regimes->row[0]].metric->name;
    assert_string_equal(name, "nvidia_revenue_gross_usd");
    assert_close(sum / 3000, result_market(r, name, date)->mean, 1e-12);
    cs_result_free(r);
    scenario_free(w);
}

static void a_run_may_start_at_a_later_path(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct cs_run_options options = cs_run_options_default();
    struct cs_error err = {0};
    struct result part = {.world = w, .seed = UINT64_MAX, .paths = 1000, .first = 1024,
                          .uncertainty = true};
    struct result *whole = run(w, 2024, 0), *start = run(w, 1024, 0);

    (void)state;
    options.threads = 2;
    assert_int_equal(catalogue_new(w, &part.catalogue, &err), 0);
    assert_int_equal(plan_new(w, part.catalogue, PLAN_RESULTS, CS_DETAIL_BUYER, &part.plan, &err),
                     0);
    options.paths = part.paths;
    assert_int_equal(stop_new(&options, part.plan, &part.stop, &err), 0);
    assert_int_equal(simulate(&part, &options, NULL, NULL, &err), 0);
    const int total = part.plan->dates - 1;
    const struct summary *a = result_market(start, "levy_receipts_usd", total);
    const struct summary *b = result_market(&part, "levy_receipts_usd", total);
    const struct summary *all = result_market(whole, "levy_receipts_usd", total);
    assert_close((1024 * a->mean + 1000 * b->mean) / 2024, all->mean, 1e-13);
    stop_free(part.stop);
    sample_free(part.sample);
    passages_free(part.passages);
    regimes_free(part.regimes);
    free(part.summary);
    plan_free(part.plan);
    catalogue_free(part.catalogue);
    cs_result_free(whole);
    cs_result_free(start);
    scenario_free(w);
}

static bool stop_at_once(void *context)
{
    ++*(int *)context;
    return true;
}

static void a_run_that_is_cancelled_leaves_nothing(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct cs_run_options options = cs_run_options_default();
    struct cs_error err = {0};
    struct result *result = NULL;
    int asked = 0;

    (void)state;
    options.cancelled = stop_at_once;
    options.context = &asked;
    assert_int_equal(cs_run(w, &options, &result, &err), CS_CANCELLED);
    assert_null(result);
    assert_int_equal(asked, 1);
    assert_string_equal(err.text[0], "stopped after 0 of 10000 paths");
    scenario_free(w);
}

static void the_width_of_an_outcome_is_split_into_three(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct result *r = run(w, 6000, 0);
    struct width width[OUTCOMES], same[OUTCOMES];
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(sample_widths(r->sample, 1, width, &err), 0);
    for (int k = 0; k < OUTCOMES; k++) {
        const double *const share = width[k].share;
        assert_true(width[k].known && width[k].paths == 6000 && width[k].priors == 2);
        assert_close(share[0] + share[1] + share[2], 1, 1e-14);
        assert_true(share[PART_STANCE] > 0.1 && share[PART_LUCK] > 0.1);
    }
    assert_int_equal(sample_widths(r->sample, 4, same, &err), 0);
    for (int k = 0; k < OUTCOMES; k++) {
        assert_memory_equal(width[k].share, same[k].share, sizeof same[k].share);
        assert_memory_equal(width[k].error, same[k].error, sizeof same[k].error);
    }

    r->sample->value[1][0] = NAN; /* outcomes that are missing in different paths */
    assert_int_equal(sample_widths(r->sample, 2, same, &err), 0);
    assert_memory_equal(width[0].error, same[0].error, sizeof same[0].error);
    assert_true(same[1].known);
    assert_close(same[1].share[PART_LUCK], width[1].share[PART_LUCK], 0.01);
    r->sample->n = 32; /* as many as it takes for two priors, but for a degree of freedom */
    assert_int_equal(sample_widths(r->sample, 2, same, &err), 0);
    assert_false(same[0].known || same[1].known);
    cs_result_free(r);
    scenario_free(w);
}

/* What is drawn from a linear model with known parts is split into these parts. */
static void a_linear_outcome_is_split_as_it_was_made(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct result *r = run(w, 16000, 0);
    struct width width[OUTCOMES];
    struct cs_error err = {0};
    double z[LANES];

    (void)state;
    for (size_t k = 0; k < r->sample->n; k++) {
        z[0] = address_uniform(r->seed, k, 0, DRAW_PARAMETER, w->prior[0].hash);
        /* variances: stance p(1-p) 16, prior 3/12 x 4 of which 0.955 linear in the
         * normal score, luck 4/12 x 6 */
        const double luck = address_uniform(5, k, 0, DRAW_MACRO, 9);
        r->sample->value[1][k] = 4 * r->sample->stance[k] + sqrt(12) * z[0] + sqrt(24) * luck;
    }
    double p = 0;
    for (size_t k = 0; k < r->sample->n; k++)
        p += r->sample->stance[k] / (double)r->sample->n;
    const double stance = 16 * p * (1 - p), total = stance + 1 + 2;
    assert_int_equal(sample_widths(r->sample, 3, width, &err), 0);
    assert_true(fabs(width[1].share[PART_STANCE] - stance / total) <
                4 * width[1].error[PART_STANCE]);
    assert_true(fabs(width[1].share[PART_PARAMETERS] - 0.9549296585513721 / total) <
                4 * width[1].error[PART_PARAMETERS]); /* 3/pi: squared correlation of u and z(u) */
    assert_true(width[1].error[PART_PARAMETERS] > 0 && width[1].error[PART_PARAMETERS] < 0.02);
    cs_result_free(r);
    scenario_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_no_byte),
        cmocka_unit_test(bins_agree_with_kept_values),
        cmocka_unit_test(regimes_add_up_to_all_paths),
        cmocka_unit_test(a_run_may_start_at_a_later_path),
        cmocka_unit_test(a_run_that_is_cancelled_leaves_nothing),
        cmocka_unit_test(the_width_of_an_outcome_is_split_into_three),
        cmocka_unit_test(a_linear_outcome_is_split_as_it_was_made),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
