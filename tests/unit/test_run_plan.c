/* Which rows and dates a run has, counted by hand for scenarios/tiny: 2 buyers,
 * 2 chips and waiting, 2 vendors, 2 platforms, 2025Q2 to 2026Q3. */
#include <stdlib.h>
#include <string.h>
#include "run/plan.h"
#include "support.h"

static struct scenario *tiny(struct catalogue **catalogue)
{
    struct scenario *w = world("scenarios/tiny", NULL);
    struct cs_error err = {0};

    assert_int_equal(catalogue_new(w, catalogue, &err), 0);
    return w;
}

static struct plan *plan_of(const struct scenario *w, const struct catalogue *c,
                            enum plan_scope scope, enum cs_detail detail)
{
    struct plan *plan;
    struct cs_error err = {0};

    if (plan_new(w, c, scope, detail, &plan, &err))
        fail_msg("%s", err.text[0]);
    return plan;
}

static void rows_are_counted_by_detail(void **state)
{
    /* market: 20 shares, 4 revenues, 5 others; 10 totals of pairs, 16 of buyers.
     * buyer adds options (8 x 2 + 2 x 3 of pairs, 5 x 2 + 1 of options) and buyers
     * (26 x 2); full adds 22 pairs for each of 2 buyers; the trace adds 24 of pairs,
     * 10 + 1 of buyers, 2 x 3 of platforms, 12 of options, 10 of the market. */
    static const struct {
        enum plan_scope scope;
        enum cs_detail detail;
        int rows, dates;
    } cases[] = {
        {PLAN_RESULTS, CS_DETAIL_MARKET, 55, 9},
        {PLAN_RESULTS, CS_DETAIL_BUYER, 140, 9},
        {PLAN_RESULTS, CS_DETAIL_FULL, 184, 9},
        {PLAN_TRACE, CS_DETAIL_FULL, 247, 6},
    };
    struct catalogue *c;
    struct scenario *w = tiny(&c);

    (void)state;
    for (int k = 0; k < 4; k++) {
        struct plan *plan = plan_of(w, c, cases[k].scope, cases[k].detail);
        assert_int_equal(plan->rows, cases[k].rows);
        assert_int_equal(plan->shown, cases[k].rows);
        assert_int_equal(plan->dates, cases[k].dates);
        plan_free(plan);
    }
    catalogue_free(c);
    scenario_free(w);
}

static void dates_are_periods_then_years_then_total(void **state)
{
    static const char *const names[] = {"2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2",
                                        "2026Q3", "2025",   "2026",   "total"};
    static const int periods[] = {1, 1, 1, 1, 1, 1, 3, 3, 6};
    struct catalogue *c;
    struct scenario *w = tiny(&c);
    struct plan *plan = plan_of(w, c, PLAN_RESULTS, CS_DETAIL_MARKET);

    (void)state;
    for (int d = 0; d < plan->dates; d++) {
        assert_string_equal(plan->date[d].text, names[d]);
        assert_int_equal(span_periods(&plan->date[d]), periods[d]);
        assert_int_equal(plan_date(plan, names[d]), d);
    }
    assert_int_equal(plan_date(plan, "2027"), -1);
    /* as in a scenario's tables: the period that holds the first day */
    assert_int_equal(plan_date(plan, "2026M02"), 3);
    assert_int_equal(plan_date(plan, "2026-09-30"), 5);
    assert_int_equal(plan_date(plan, "2025-03"), -1);
    assert_int_equal(plan_date(plan, "2026-10"), -1);
    assert_int_equal(plan_full_year(plan), 7); /* none is whole: the last */
    plan_free(plan);
    catalogue_free(c);
    scenario_free(w);
}

static void the_last_whole_year_stands_for_the_end(void **state)
{
    struct catalogue *c;
    struct scenario *w = world("scenarios/tiny", "scenario.steps=9", NULL);
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(catalogue_new(w, &c, &err), 0);
    struct plan *plan = plan_of(w, c, PLAN_RESULTS, CS_DETAIL_MARKET);
    assert_string_equal(plan->date[plan_full_year(plan)].text, "2026"); /* 2027 has 2 quarters */
    plan_free(plan);
    catalogue_free(c);
    scenario_free(w);
}

static void names_are_made_for_each_vendor_and_platform(void **state)
{
    static const char *const made[] = {
        "domestic_share_spend",     "nvidia_share_units",       "cann_share_effective",
        "huawei_share_pflops",      "nvidia_revenue_gross_usd", "huawei_revenue_net_usd",
        "cuda_experience_pflops",   "levy_receipts_usd",        "grey_premium",
    };
    struct catalogue *c;
    struct scenario *w = tiny(&c);

    (void)state;
    for (size_t k = 0; k < sizeof made / sizeof *made; k++)
        assert_non_null(catalogue_find(c, made[k]));
    assert_null(catalogue_find(c, "nvidia_share")); /* a share of what? */
    assert_null(catalogue_find(c, "cuda_revenue_gross_usd"));
    assert_string_equal(catalogue_nearest(c, "nvidia_share_unit"), "nvidia_share_units");
    assert_string_equal(catalogue_nearest(c, "domestic_share"), "domestic_share_spend");
    assert_null(catalogue_nearest(c, "yield_of_wafers"));
    assert_string_equal(w->vendor[vendor_lead(w, CLASS_FOREIGN)].id, "nvidia");
    assert_string_equal(w->vendor[vendor_lead(w, CLASS_DOMESTIC)].id, "huawei");
    catalogue_free(c);
    scenario_free(w);
}

/* A world with one threshold of our own. */
static struct scenario with_threshold(const struct scenario *w, struct threshold *x,
                                      const char *metric, const char *buyer, const char *option)
{
    struct scenario copy = *w;

    *x = (struct threshold){.id = "x", .metric = metric, .buyer = buyer, .option = option,
                            .when = WHEN_ANY, .when_text = "any", .file = "t/thresholds.csv",
                            .line = 4};
    copy.threshold = x;
    copy.thresholds = 1;
    return copy;
}

static void a_threshold_adds_the_row_that_it_needs(void **state)
{
    struct catalogue *c;
    struct scenario *w = tiny(&c);
    struct threshold x;
    const struct scenario copy = with_threshold(w, &x, "spend_usd", "cloud", "nv_h20");
    struct plan *plan = plan_of(&copy, c, PLAN_RESULTS, CS_DETAIL_MARKET);
    const int row = plan_row(plan, catalogue_find(c, "spend_usd"), buyer(w, "cloud"),
                             option(w, "nv_h20"));

    (void)state;
    assert_int_equal(plan->shown, 55);
    assert_int_equal(plan->rows, 56);
    assert_int_equal(row, 55);
    assert_false(plan->row[row].shown);
    plan_free(plan);
    catalogue_free(c);
    scenario_free(w);
}

/* Of all rows two metrics stay, a ratio and a flow, with their options and buyers; rows that
 * are needed later come after them. */
static void a_plan_is_narrowed_to_metrics(void **state)
{
    struct catalogue *c;
    struct scenario *w = tiny(&c);
    struct plan *plan = plan_of(w, c, PLAN_RESULTS, CS_DETAIL_BUYER);
    const struct metric *const share = catalogue_find(c, "realised_share");
    const struct metric *const levy = catalogue_find(c, "levy_receipts_usd");
    const struct metric *const other = catalogue_find(c, "spend_usd");
    bool *const wanted = calloc((size_t)c->count, sizeof *wanted);
    const char *rule;

    (void)state;
    assert_non_null(wanted);
    wanted[share - c->metric] = wanted[levy - c->metric] = true;
    plan_keep(plan, wanted);
    free(wanted);
    assert_int_equal(plan->rows, 1 + 2 + 2 + 1); /* all, two chips, two buyers; the levy */
    assert_int_equal(plan->shown, plan->rows);
    assert_int_equal(plan->ratios, 5);
    for (int r = 0; r < plan->rows; r++) {
        const struct row *const row = &plan->row[r];
        assert_true(row->metric == share || row->metric == levy);
        assert_int_equal(plan_row(plan, row->metric, row->buyer, row->option), r);
    }
    assert_int_equal(plan_row(plan, other, EVERYONE, EVERYONE), -1);
    assert_int_equal(plan_need(plan, other, EVERYONE, EVERYONE, &rule), 6);
    assert_int_equal(plan->shown, 6);
    plan_free(plan);
    catalogue_free(c);
    scenario_free(w);
}

static void a_wrong_threshold_is_refused_with_its_place(void **state)
{
    static const char *const cases[][4] = {
        {"nvidia_share_spent", "all", "all",
         "t/thresholds.csv:4: column 'metric': nvidia_share_spent: there is no such metric; did "
         "you mean 'nvidia_share_spend'?"},
        {"adequacy", "all", "all",
         "t/thresholds.csv:4: column 'metric': adequacy: is written to trace.csv only"},
        {"levy_receipts_usd", "cloud", "all",
         "t/thresholds.csv:4: column 'metric': levy_receipts_usd: is a metric of the whole "
         "market: buyer and option must be all"},
        {"shortfall", "all", "nv_h20",
         "t/thresholds.csv:4: column 'metric': shortfall: is a metric of buyers: option must be "
         "all"},
        {"price_usd", "all", "all",
         "t/thresholds.csv:4: column 'metric': price_usd: is a metric of options: buyer must be "
         "all, and option one of them"},
        {"spend_usd", "all", "defer",
         "t/thresholds.csv:4: column 'metric': spend_usd: does not exist for this option"},
        {"spend_usd", "clout", "all",
         "t/thresholds.csv:4: column 'buyer': clout: there is no such buyer"},
    };
    struct catalogue *c;
    struct scenario *w = tiny(&c);

    (void)state;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct threshold x;
        const struct scenario copy =
            with_threshold(w, &x, cases[k][0], cases[k][1], cases[k][2]);
        struct cs_error err = {0};
        struct plan *plan;
        assert_int_equal(plan_new(&copy, c, PLAN_RESULTS, CS_DETAIL_BUYER, &plan, &err), CS_INPUT);
        assert_null(plan);
        assert_int_equal(err.count, 1);
        assert_string_equal(err.text[0], cases[k][3]);
    }
    catalogue_free(c);
    scenario_free(w);
}

static void a_stock_of_a_year_is_that_of_its_last_period(void **state)
{
    struct catalogue *c;
    struct scenario *w = tiny(&c);
    struct plan *plan = plan_of(w, c, PLAN_RESULTS, CS_DETAIL_MARKET);
    const size_t stock = (size_t)plan_row(plan, catalogue_find(c, "carry_usd"), -1, -1) * 9;
    const size_t flow = (size_t)plan_row(plan, catalogue_find(c, "budget_usd"), -1, -1) * 9;

    (void)state;
    assert_int_equal(plan_source(plan, stock + 6), stock + 2);
    assert_int_equal(plan_source(plan, stock + 8), stock + 5);
    assert_int_equal(plan_source(plan, stock + 4), stock + 4);
    assert_int_equal(plan_source(plan, flow + 6), flow + 6);
    plan_free(plan);
    catalogue_free(c);
    scenario_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_counted_by_detail),
        cmocka_unit_test(dates_are_periods_then_years_then_total),
        cmocka_unit_test(the_last_whole_year_stands_for_the_end),
        cmocka_unit_test(names_are_made_for_each_vendor_and_platform),
        cmocka_unit_test(a_threshold_adds_the_row_that_it_needs),
        cmocka_unit_test(a_plan_is_narrowed_to_metrics),
        cmocka_unit_test(a_wrong_threshold_is_refused_with_its_place),
        cmocka_unit_test(a_stock_of_a_year_is_that_of_its_last_period),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
