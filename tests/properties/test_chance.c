/* Randomness: properties P13 (OU), P29, P32, P33 of docs/model.md, and that all
 * builds of the steps give the same bytes. */
#include <stdio.h>
#include <string.h>
#include "support.h"
#include "tool/isa.h"

static const char *const EIGHT = "tests/worlds/eight";
static const char *const BASE = "scenarios/base";
static const char *const TINY = "scenarios/tiny";

/* Everything that a block shows outside, summed up bit by bit. */
static uint64_t digest(const struct block *b)
{
    lane *const array[] = {b->price, b->supply, b->wallet, b->share, b->order, b->spend,
                           b->backlog, b->installed, b->wait, b->utility, b->hold, b->debt};
    const int count[] = {b->J, b->J, b->I, b->I * b->J, b->I * b->J, b->I * b->J,
                         b->I * b->J, b->I * b->J, b->J, b->I * b->J, b->I * b->J, b->I};
    uint64_t sum = 14695981039346656037u;

    for (size_t a = 0; a < sizeof array / sizeof *array; a++)
        for (int k = 0; k < count[a]; k++)
            for (int l = 0; l < LANES; l++) {
                uint64_t bits;
                memcpy(&bits, &array[a][k][l], sizeof bits);
                sum = (sum ^ bits) * 1099511628211u;
            }
    return sum;
}

static void every_instruction_set_gives_the_same_bytes(void **state)
{
    const enum isa best = isa_used();
    struct scenario *w = world(BASE, NULL);
    struct block *b = NULL;
    uint64_t first = 0;

    (void)state;
    assert_int_equal(block_new(w, &b, NULL), 0);
    for (int isa = 0; isa < ISAS; isa++) {
        if (!isa_use((enum isa)isa))
            continue;
        path_start(b, 5, 64, true);
        for (int t = 0; t < w->steps; t++)
            path_step(b);
        if (isa == ISA_BASELINE)
            first = digest(b);
        assert_int_equal(digest(b), first);
    }
    assert_true(isa_use(best));
    finish(w, b);
}

static void without_noise_every_path_and_seed_is_the_same(void **state)
{
    /* P29 */
    struct scenario *w = world("tests/golden/g1", NULL);
    struct block *b = block_at(w, 1, 3), *c = block_at(w, 999, 3);

    (void)state;
    assert_int_equal(digest(b), digest(c));
    for (int j = 0; j < w->options; j++)
        for (int l = 1; l < LANES; l++)
            assert_true(b->installed[j][l] == b->installed[j][0]);
    block_free(c);
    finish(w, b);
}

static void ou_deviations_keep_their_law(void **state)
{
    /* P13: E[p_t] = level e^{mu t}; lag-k autocovariance e^{-kappa k dt} Var.
     * 4 standard errors, 64,000 paths, sigma = .3, kappa = 1, mu = -.1. */
    enum { BLOCKS = 2000 };
    struct scenario *w = world(EIGHT, "options.d1.price_volatility=0.3",
                               "options.d1.price_reversion_per_year=1",
                               "options.d1.price_drift_per_year=-0.1", NULL);
    struct block *b = NULL;
    double n = BLOCKS * LANES, mean = 0, square = 0, cross = 0, early2 = 0, cross2 = 0;

    (void)state;
    assert_int_equal(block_new(w, &b, NULL), 0);
    int j = option(w, "d1");
    for (int k = 0; k < BLOCKS; k++) {
        double early[LANES];
        path_start(b, 4, (uint64_t)k * LANES, true);
        for (int t = 0; t < 4; t++) {
            path_step(b);
            if (t == 1)
                memcpy(early, b->price_deviation[j], sizeof early);
        }
        for (int l = 0; l < LANES; l++) {
            double p = b->price[j][l], c = early[l] * b->price_deviation[j][l];
            mean += p;
            square += p * p;
            early2 += early[l] * early[l];
            cross += c;
            cross2 += c * c;
        }
    }
    mean /= n;
    assert_true(fabs(mean - exp(-0.1 * 0.75)) < 4 * sqrt((square / n - mean * mean) / n));
    double variance = 0.09 * (1 - exp(-0.5)) / 2; /* omega(.3, 1, 1/4) at t = 1 */
    double want = exp(-0.5) * variance, se = sqrt((cross2 / n - want * want) / n);
    assert_true(fabs(cross / n - want) < 4 * se);
    assert_true(fabs(early2 / n - variance) < 4 * variance * sqrt(2 / n));
    finish(w, b);
}

static void budgets_keep_their_mean_and_common_part(void **state)
{
    /* P33: E[M] = dt M e^{gt}; correlation of ln M between buyers rho_M = .5.
     * 64,000 paths, 4 standard errors. */
    enum { BLOCKS = 2000 };
    struct scenario *w = world(TINY, "buyers.*.budget_volatility=0.4",
                               "buyers.*.budget_growth_per_year=0.2",
                               "scenario.budget_common_share=0.5", NULL);
    struct block *b = NULL;
    double n = BLOCKS * LANES, mean = 0, square = 0, xy = 0, xx = 0, yy = 0;

    (void)state;
    assert_int_equal(block_new(w, &b, NULL), 0);
    for (int k = 0; k < BLOCKS; k++) {
        path_start(b, 21, (uint64_t)k * LANES, false);
        for (int t = 0; t < 3; t++)
            path_step(b);
        for (int l = 0; l < LANES; l++) {
            double x = b->budget_deviation[0][l], y = b->budget_deviation[1][l];
            mean += b->budget[0][l];
            square += b->budget[0][l] * b->budget[0][l];
            xy += x * y;
            xx += x * x;
            yy += y * y;
        }
    }
    mean /= n;
    double level = w->value[cell_index(w, TABLE_BUYERS, BUYER_BUDGET, 0)];
    double growth = exp(0.2 * (0.5 + w->growth_years));
    assert_true(fabs(mean - w->dt * level * growth) < 4 * sqrt((square / n - mean * mean) / n));
    assert_true(fabs(xy / sqrt(xx * yy) - 0.5) < 4 * 0.75 / sqrt(n)); /* se (1 - r^2)/sqrt n */
    finish(w, b);
}

static void what_is_empty_changes_nothing(void **state)
{
    /* P32: a buyer without budget, stock and target and an option without
     * capacity: `eight_padded` is `eight` with both added and rows reordered. */
    struct scenario *v = world(EIGHT, "options.d1.capacity_units_per_year=20", NULL);
    struct scenario *w = world("tests/worlds/eight_padded",
                               "options.d1.capacity_units_per_year=20", NULL);
    struct block *b = block_at(v, 8, 3), *c = block_at(w, 8, 3);

    (void)state;
    for (int j = 0; j < v->options; j++) {
        int at = buyer(w, "b") * w->options + option(w, v->option[j].id);
        assert_true(b->spend[j][0] == c->spend[at][0]);
        assert_true(b->utility[j][0] == c->utility[at][0]);
        assert_true(b->backlog[j][0] == c->backlog[at][0]);
    }
    finish(v, b);
    finish(w, c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_instruction_set_gives_the_same_bytes),
        cmocka_unit_test(without_noise_every_path_and_seed_is_the_same),
        cmocka_unit_test(ou_deviations_keep_their_law),
        cmocka_unit_test(budgets_keep_their_mean_and_common_part),
        cmocka_unit_test(what_is_empty_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
