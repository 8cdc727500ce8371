/* Policy: properties P22 to P26 of docs/model.md. */
#include <stdio.h>
#include <string.h>
#include "model/inside.h"
#include "support.h"

static const char *const EIGHT = "tests/worlds/eight";
static const char *const BASE = "scenarios/base";

static void incidents_have_the_stationary_moments(void **state)
{
    /* P22: mu = 2, n = 1/2, kappa = 2, dt = 1/4: mean 1, variance 1.109099125285.
     * After 40 steps the law is stationary to e^{-kappa (1-n) 10} = 5e-5. Paths
     * are independent: 4 standard errors with 64,000 of them. */
    enum { BLOCKS = 2000 };
    struct scenario *w = world(EIGHT, "scenario.steps=40", "scenario.incident_rate_per_year=2",
                               "scenario.incident_branching=0.5",
                               "scenario.incident_decay_per_year=2", NULL);
    struct block *b = NULL;
    double sum = 0, square = 0, fourth = 0, n = BLOCKS * LANES;

    (void)state;
    assert_int_equal(block_new(w, &b, NULL), 0);
    for (int k = 0; k < BLOCKS; k++) {
        path_start(b, 77, (uint64_t)k * LANES, true);
        for (int t = 0; t < 40; t++)
            path_step(b);
        for (int l = 0; l < LANES; l++) {
            double d = b->incidents[l] - 1;
            sum += d;
            square += d * d;
            fourth += d * d * d * d;
        }
    }
    double variance = square / n;
    assert_true(fabs(sum / n) < 4 * sqrt(variance / n));
    assert_true(fabs(variance - 1.109099125285) <
                4 * sqrt((fourth / n - variance * variance) / n));
    finish(w, b);
}

static void a_branching_ratio_of_one_is_refused(void **state)
{
    struct cs_error err = {0};
    struct scenario *w = NULL;
    const char *set = "scenario.incident_branching=1";

    (void)state;
    assert_int_equal(scenario_load(EIGHT, &set, 1, &w, &err), CS_INPUT);
    assert_null(w);
}

static void inquiries_of_three_months_equal_a_quarter(void **state)
{
    /* P24: q = 2, x = .6. */
    struct scenario *w = world(EIGHT, "cn_stances.permit.inquiries_per_year=2",
                               "buyers.b.exposure=0.6", NULL);
    struct scenario *m = world(EIGHT, "cn_stances.permit.inquiries_per_year=2",
                               "buyers.b.exposure=0.6", "scenario.step=month", NULL);
    struct block *b = block_at(w, 1, 0), *c = block_at(m, 1, 0);

    (void)state;
    assert_true(fabs(b->inquiry[0][0] - 0.259181779318) < 0.51e-12); /* 12 digits printed */
    assert_close(pow(1 - c->inquiry[0][0], 3), 1 - b->inquiry[0][0], 1e-15);
    finish(w, b);
    finish(m, c);
}

static void a_ban_closes_foreign_sales_and_refunds_queues(void **state)
{
    /* P25: f1 short of supply builds a queue under `open`; a ban in step 2
     * refunds it at once. */
    struct scenario *w = world(EIGHT, "options.f1.capacity_units_per_year=1",
                               "options.f1.backlog_patience_per_quarter=0.9",
                               "us_rates.open/ban.rate_per_year=4e3", NULL);
    struct block *b = block_at(w, 1, 0);
    int f1 = option(w, "f1"), f2 = option(w, "f2");
    double queue = b->backlog[f1][0];

    (void)state;
    assert_true(queue > 0);
    path_step(b);
    assert_int_equal(b->us[0], 0);
    assert_close(b->refunded[0][0], queue, 1e-15);
    for (; b->t < 3; path_step(b)) {
        assert_true(b->units[f1][0] == 0 && b->units[f2][0] == 0);
        assert_true(b->backlog[f1][0] == 0 && b->supply[f2][0] == 0);
    }
    finish(w, b);
}

static void a_pinned_ban_earns_nothing(void **state)
{
    /* P25: us_ban pins `ban` from 2026Q1 on, step 3. Of every queue the share
     * rho_R comes back in that step, the rest is forfeited. */
    struct scenario *w = world("scenarios/us_ban", "scenario.refund_share=0.7", NULL);
    struct block *b = block_at(w, 6, 2);
    double queue[LANES] = {0}, most = 0;

    (void)state;
    for (int k = 0; k < w->buyers * w->options; k++)
        for (int l = 0; l < LANES; l++)
            if (w->option[k % w->options].class == CLASS_FOREIGN)
                queue[l] += b->backlog[k][l] + b->hold[k][l];
    path_step(b);
    for (int l = 0; l < LANES; l++) {
        double back = 0, lost = 0;
        for (int i = 0; i < w->buyers; i++) {
            back += b->refunded[i][l];
            lost += b->forfeited[i][l];
        }
        most = fmax(most, queue[l]);
        assert_close(back, 0.7 * queue[l], 1e-12);
        assert_close(lost, 0.3 * queue[l], 1e-12);
    }
    assert_true(most > 1e6);
    for (; b->t < w->steps - 1; path_step(b))
        for (int k = 0; k < w->buyers * w->options; k++)
            for (int l = 0; l < LANES; l++)
                if (w->option[k % w->options].class == CLASS_FOREIGN)
                    assert_true(b->us[l] == 0 && b->spend[k][l] == 0 && b->units[k][l] == 0 &&
                                b->backlog[k][l] == 0 && b->hold[k][l] == 0);
    finish(w, b);
}

static void stances_do_not_matter_without_exposure(void **state)
{
    /* P26: exposure 0, no state ban, customs and grey pass 1, unlimited supply, no
     * reactions: base's four stances with all else that they differ in. */
    const char *stance[] = {"permit", "question", "discourage", "block"};
    struct scenario *w[4];
    struct block *b[4];

    (void)state;
    for (int k = 0; k < 4; k++) {
        char start[64];
        snprintf(start, sizeof start, "scenario.cn_start=%s", stance[k]);
        w[k] = world(BASE, start, "cn_rates.*/*.rate_per_year*=0", "buyers.*.exposure*=0",
                     "cn_stances.*.state_ban=0", "cn_stances.*.customs_pass=1",
                     "cn_stances.*.grey_pass=1", "options.*.capacity_units_per_year*=1e6",
                     "scenario.hbm_limit_units_per_year=none", "scenario.us_reaction_to_cn=0",
                     NULL);
        b[k] = block_at(w[k], 1, 4);
        for (int at = 0; k > 0 && at < w[k]->buyers * w[k]->options; at++)
            for (int l = 0; l < LANES; l++) {
                assert_int_equal(b[k]->cn[l], k);
                assert_true(b[k]->spend[at][l] == b[0]->spend[at][l]);
                assert_true(b[k]->utility[at][l] == b[0]->utility[at][l]);
            }
    }
    for (int k = 0; k < 4; k++)
        finish(w[k], b[k]);
}

static void a_pinned_path_is_followed_and_moves_no_draw(void **state)
{
    /* P23: hard_block pins Beijing at `block` from 2026Q1 on, step 3. */
    const char *const deaf = "scenario.us_reaction_to_cn=0";
    struct scenario *v = world(BASE, deaf, NULL);
    struct scenario *w = world("scenarios/hard_block", deaf, NULL);
    struct block *b = block_at(v, 9, 0), *c = block_at(w, 9, 0);

    (void)state;
    for (; c->t < w->steps - 1; path_step(b), path_step(c))
        for (int l = 0; l < LANES; l++) {
            assert_int_equal(c->cn[l], c->t < 3 ? b->cn[l] : 3);
            assert_int_equal(b->us[l], c->us[l]);
            for (int k = 0; k < v->buyers * v->options; k++)
                assert_true(b->taste[k][l] == c->taste[k][l]);
            for (int j = 0; j < v->options; j++)
                assert_true(b->price_deviation[j][l] == c->price_deviation[j][l]);
            for (int i = 0; i < v->buyers; i++)
                assert_true(b->budget[i][l] == c->budget[i][l]);
        }
    finish(v, b);
    finish(w, c);
}

static void both_sides_follow_their_pins(void **state)
{
    /* P23: history pins both from quarter to quarter. */
    struct scenario *w = world("scenarios/history", NULL);
    struct block *b = block_at(w, 5, 0);

    (void)state;
    for (; b->t < w->steps - 1; path_step(b))
        for (int l = 0; l < LANES; l++) {
            assert_true(w->us_pin[b->t] >= 0 && b->us[l] == w->us_pin[b->t]);
            assert_true(w->cn_pin[b->t] >= 0 && b->cn[l] == w->cn_pin[b->t]);
        }
    finish(w, b);
}

/* Copies every constant of `derive`; returns how many lane arrays that are. */
static int constants(const struct block *b, lane *to)
{
    struct inside *in = b->inside;
    const int I = b->I, J = b->J;
    const struct {
        lane *from;
        int count;
    } part[] = {
        {&in->memory_decay, 1}, {&in->incident_decay, 1}, {&in->budget_decay, 1},
        {&in->taste_decay, 1}, {&in->taste_step_sd, 1}, {&in->repay_share, 1},
        {&in->release_share, 1}, {&in->keep_share, 1}, {in->budget_step_sd, I},
        {in->price_decay, J}, {in->price_step_sd, J}, {in->supply_decay, J},
        {in->supply_step_sd, J}, {in->patience, J}, {in->survival, J},
        {in->learning_exponent, J}, {in->workload, I * J}, {in->us_hit, J * b->W},
        {in->cn_hit, b->B}};
    int count = 0;

    for (size_t k = 0; k < sizeof part / sizeof *part; k++) {
        memcpy(to + count, part[k].from, (size_t)part[k].count * sizeof *to);
        count += part[k].count;
    }
    return count;
}

static void an_event_derives_all_that_its_cell_goes_into(void **state)
{
    struct scenario *w = world(BASE, NULL);
    struct block *b = block_at(w, 4, 0);
    static lane some[1000], all[1000];
    int kept = 0;

    (void)state;
    assert_true(8 + b->I * (1 + b->J) + b->J * (7 + b->W) + b->B <= 1000);
    for (int c = 0; c < w->cells; c++) {
        const unsigned parts = derived_from(w, c);
        lane before;
        lane_copy(b->cell[c], before);
        for (int l = 0; l < LANES; l++)
            b->cell[c][l] *= 0.3; /* a customs pass of 0.9 falls below a half */
        derive(b, parts);
        const int count = constants(b, some);
        derive(b, DERIVE_ALL);
        constants(b, all);
        assert_memory_equal(some, all, (size_t)count * sizeof *some);
        kept += parts == 0;
        lane_copy(before, b->cell[c]);
        derive(b, DERIVE_ALL);
    }
    assert_true(kept > w->cells / 4 && kept < w->cells);
    finish(w, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(incidents_have_the_stationary_moments),
        cmocka_unit_test(a_branching_ratio_of_one_is_refused),
        cmocka_unit_test(inquiries_of_three_months_equal_a_quarter),
        cmocka_unit_test(a_ban_closes_foreign_sales_and_refunds_queues),
        cmocka_unit_test(a_pinned_ban_earns_nothing),
        cmocka_unit_test(stances_do_not_matter_without_exposure),
        cmocka_unit_test(a_pinned_path_is_followed_and_moves_no_draw),
        cmocka_unit_test(both_sides_follow_their_pins),
        cmocka_unit_test(an_event_derives_all_that_its_cell_goes_into),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
