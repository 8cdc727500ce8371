/* Values of periods, years and the total, and margins, against sums over the
 * state of the block itself. */
#include <stdlib.h>
#include "run/wave.h"
#include "support.h"

static const char *const TINY = "scenarios/tiny";

/* One block of a world, recorded from start to end. */
struct record {
    struct scenario *world;
    struct catalogue *catalogue;
    struct plan *plan;
    struct crew crew;
    lane *values;
};

static void record(struct record *r, const char *folder, enum cs_detail detail)
{
    struct cs_error err = {0};

    *r = (struct record){.world = world(folder, NULL)};
    assert_int_equal(catalogue_new(r->world, &r->catalogue, &err), 0);
    assert_int_equal(plan_new(r->world, r->catalogue, PLAN_RESULTS, detail, &r->plan, &err), 0);
    assert_int_equal(crew_init(&r->crew, r->plan, &err), 0);
    r->values = aligned_alloc(64, plan_series(r->plan) * sizeof *r->values);
    assert_non_null(r->values);
    path_start(r->crew.block, 11, 64, true);
    for (int t = 0; t < r->world->steps; t++) {
        path_step(r->crew.block);
        book_fill(r->crew.book);
        recorder_step(r->crew.recorder, r->crew.book, r->values);
    }
}

static void release(struct record *r)
{
    crew_release(&r->crew);
    free(r->values);
    plan_free(r->plan);
    catalogue_free(r->catalogue);
    scenario_free(r->world);
}

static const double *at(const struct record *r, const char *metric, int i, int j,
                        const char *date)
{
    const int row = plan_row(r->plan, catalogue_find(r->catalogue, metric), i, j);
    const int d = plan_date(r->plan, date);

    assert_true(row >= 0 && d >= 0);
    return r->values[d * r->plan->rows + row];
}

static const char *const year_2025[] = {"2025Q2", "2025Q3", "2025Q4"};

static double sum_2025(const struct record *r, const char *metric, int i, int j, int l)
{
    double sum = 0;

    for (int k = 0; k < 3; k++)
        sum += at(r, metric, i, j, year_2025[k])[l];
    return sum;
}

static void flows_are_summed_and_stocks_are_the_last(void **state)
{
    struct record r;

    (void)state;
    record(&r, TINY, CS_DETAIL_BUYER);
    for (int l = 0; l < LANES; l++) {
        assert_close(at(&r, "spend_usd", -1, -1, "2025")[l], sum_2025(&r, "spend_usd", -1, -1, l),
                     1e-14);
        assert_close(at(&r, "wallet_usd", 1, -1, "2025")[l], sum_2025(&r, "wallet_usd", 1, -1, l),
                     1e-14);
        assert_true(at(&r, "installed_pflops", 0, -1, "2025")[l] ==
                    at(&r, "installed_pflops", 0, -1, "2025Q4")[l]);
        assert_true(at(&r, "carry_usd", -1, -1, "total")[l] ==
                    at(&r, "carry_usd", -1, -1, "2026Q3")[l]);
        assert_true(at(&r, "shortfall", -1, -1, "2026")[l] ==
                    at(&r, "shortfall", -1, -1, "2026Q3")[l]);
        assert_true(at(&r, "grey_premium", -1, -1, "2025")[l] ==
                    at(&r, "grey_premium", -1, -1, "2025Q4")[l]);
    }
    release(&r);
}

static void ratios_are_ratios_of_sums(void **state)
{
    struct record r;

    (void)state;
    record(&r, TINY, CS_DETAIL_FULL);
    const int chip = option(r.world, "nv_h20"), own = option(r.world, "ascend_910c");
    for (int l = 0; l < LANES; l++) {
        const double mine = sum_2025(&r, "spend_usd", -1, own, l);
        const double all = mine + sum_2025(&r, "spend_usd", -1, chip, l);
        assert_close(at(&r, "domestic_share_spend", -1, -1, "2025")[l], mine / all, 1e-14);
        assert_close(at(&r, "realised_share", -1, own, "2025")[l], mine / all, 1e-14);
        assert_close(at(&r, "unmet_share", -1, -1, "2025")[l],
                     (sum_2025(&r, "unserved_usd", -1, chip, l) +
                      sum_2025(&r, "unserved_usd", -1, own, l)) /
                         (sum_2025(&r, "claims_usd", -1, chip, l) +
                          sum_2025(&r, "claims_usd", -1, own, l)), 1e-14);
        /* the wallets weigh what buyers want */
        double wanted = 0, wallets = 0;
        for (int i = 0; i < 2; i++) {
            const double wallet = at(&r, "wallet_usd", i, -1, "2026Q1")[l];
            wanted += wallet * at(&r, "desired_share", i, own, "2026Q1")[l];
            wallets += wallet;
        }
        assert_close(at(&r, "desired_share", -1, own, "2026Q1")[l], wanted / wallets, 1e-14);
    }
    release(&r);
}

static void prices_are_money_over_units(void **state)
{
    struct record r;

    (void)state;
    record(&r, TINY, CS_DETAIL_BUYER);
    const int chip = option(r.world, "nv_h20");
    for (int l = 0; l < LANES; l++) {
        const double units = sum_2025(&r, "delivered_units", -1, chip, l);
        const double money = sum_2025(&r, "spend_usd", -1, chip, l);
        const double price = at(&r, "price_usd", -1, chip, "2025")[l];
        if (units > 0)
            assert_close(price, money / units, 1e-14);
        else
            assert_true(isnan(price));
        /* nobody may buy in 2025Q2, and yet there is a price */
        assert_true(at(&r, "delivered_units", -1, chip, "2025Q2")[l] == 0);
        assert_true(at(&r, "price_usd", -1, chip, "2025Q2")[l] > 1000);
        assert_true(at(&r, "price_usd", -1, chip, "2026Q3")[l] == r.crew.block->price[chip][l]);
    }
    release(&r);
}

static void margins_are_sums_of_their_parts(void **state)
{
    static const char *const metrics[] = {"order_usd", "spend_usd", "delivered_effective_pflops",
                                          "backlog_usd"};
    struct record r;

    (void)state;
    record(&r, "scenarios/base", CS_DETAIL_FULL);
    for (size_t m = 0; m < 4; m++)
        for (int l = 0; l < LANES; l += 5) {
            const struct metric *const metric = catalogue_find(r.catalogue, metrics[m]);
            double buyers = 0, options = 0, pairs = 0;
            for (int i = 0; i < r.world->buyers; i++)
                buyers += at(&r, metrics[m], i, -1, "2026")[l];
            for (int j = 0; j < r.world->options; j++) {
                if (!metric_has_option(metric, r.world, j))
                    continue;
                options += at(&r, metrics[m], -1, j, "2026")[l];
                for (int i = 0; i < r.world->buyers; i++)
                    pairs += at(&r, metrics[m], i, j, "2026")[l];
            }
            const double all = at(&r, metrics[m], -1, -1, "2026")[l];
            assert_close(buyers, all, 1e-13);
            assert_close(options, all, 1e-13);
            assert_close(pairs, all, 1e-13);
        }
    release(&r);
}

static void shares_leave_out_rent_and_revenue_does_not(void **state)
{
    struct record r;

    (void)state;
    record(&r, "scenarios/base", CS_DETAIL_BUYER);
    const struct scenario *const w = r.world;
    for (int l = 0; l < LANES; l++) {
        double owned = 0, domestic = 0, rent = 0;
        for (int j = 0; j < w->options; j++) {
            if (w->option[j].class == CLASS_DEFER)
                continue;
            const double spend = at(&r, "spend_usd", -1, j, "2027")[l];
            owned += w->option[j].class == CLASS_RENT ? 0 : spend;
            domestic += w->option[j].class == CLASS_DOMESTIC ? spend : 0;
            rent += w->option[j].class == CLASS_RENT ? spend : 0;
        }
        assert_close(at(&r, "domestic_share_spend", -1, -1, "2027")[l], domestic / owned, 1e-13);
        assert_true(at(&r, "cloud_abroad_share_spend", -1, -1, "2027")[l] == 0);
        assert_close(at(&r, "cloud_abroad_revenue_gross_usd", -1, -1, "2027")[l], rent, 1e-13);
        assert_close(at(&r, "nvidia_revenue_gross_usd", -1, -1, "2027")[l] +
                         at(&r, "amd_revenue_gross_usd", -1, -1, "2027")[l],
                     at(&r, "nvidia_revenue_net_usd", -1, -1, "2027")[l] +
                         at(&r, "amd_revenue_net_usd", -1, -1, "2027")[l] +
                         at(&r, "levy_receipts_usd", -1, -1, "2027")[l], 1e-12);
    }
    release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_are_summed_and_stocks_are_the_last),
        cmocka_unit_test(ratios_are_ratios_of_sums),
        cmocka_unit_test(prices_are_money_over_units),
        cmocka_unit_test(margins_are_sums_of_their_parts),
        cmocka_unit_test(shares_leave_out_rent_and_revenue_does_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
