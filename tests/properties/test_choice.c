/* Choice: properties P1 to P9 of docs/model.md, on the world of eight options
 * with equal utilities in nests of 3 (f1 f2 g1), 2 (d1 d2) and 3 (d3 r1 defer). */
#include <stdio.h>
#include "support.h"

static const char *const EIGHT = "tests/worlds/eight";

/* Options without supply, as arguments of world(). */
#define NO_FOREIGN \
    "options.f1.capacity_units_per_year=0", "options.f2.capacity_units_per_year=0"
#define NO_DOMESTIC                                                                   \
    "options.d1.capacity_units_per_year=0", "options.d2.capacity_units_per_year=0", \
        "options.d3.capacity_units_per_year=0"
#define NO_OTHERS \
    "options.g1.capacity_units_per_year=0", "options.r1.capacity_units_per_year=0"

static double share(const char *name, struct scenario *w)
{
    struct block *b = block_at(w, 1, 0);
    double s = b->share[option(w, name)][0];
    finish(w, b);
    return s;
}

static void equal_utilities_share_by_nest(void **state)
{
    /* P1: nest weights sqrt3 : sqrt2 : sqrt3. */
    (void)state;
    assert_close(share("f1", world(EIGHT, "scenario.choice=mnl", NULL)), 1.0 / 8, 1e-14);
    assert_close(share("f1", world(EIGHT, NULL)), 0.118350341907227, 1e-13);
    assert_close(share("d1", world(EIGHT, NULL)), 0.144948974278318, 1e-13);
    assert_close(share("r1", world(EIGHT, NULL)), 0.118350341907227, 1e-13);
}

/* The sum is 1 and nothing is negative. */
static void whole(struct scenario *w)
{
    struct block *b = block_at(w, 1, 0);
    double sum = 0;

    for (int j = 0; j < w->options; j++) {
        assert_true(b->share[j][0] >= 0);
        sum += b->share[j][0];
    }
    assert_close(sum, 1, 1e-14);
    finish(w, b);
}

static void shares_survive_extreme_utilities_and_masks(void **state)
{
    /* P2 */
    const char *size[] = {"1e5", "-1e5", "300", "-3"}, *lambda[] = {"0.01", "0.3", "1"};
    char a[64], n[64];

    (void)state;
    for (size_t k = 0; k < 4; k++)
        for (size_t m = 0; m < 3; m++) {
            snprintf(a, sizeof a, "options.f1.intercept=%s", size[k]);
            snprintf(n, sizeof n, "nests.*.dissimilarity=%s", lambda[m]);
            whole(world(EIGHT, a, n, NULL));
            whole(world(EIGHT, a, n, "scenario.choice=mnl", NULL));
            whole(world(EIGHT, a, n, NO_FOREIGN, NO_DOMESTIC, NULL));
            whole(world(EIGHT, a, n, NO_FOREIGN, NO_DOMESTIC, NO_OTHERS, NULL));
        }
}

static void a_constant_added_to_all_changes_nothing(void **state)
{
    /* P3 */
    (void)state;
    assert_close(share("d1", world(EIGHT, "options.*.intercept=7.25", NULL)),
                 0.144948974278318, 1e-13);
}

static void deleting_an_option_scales_the_rest(void **state)
{
    /* P4: s_j / (1 - s_k) under MNL. */
    double s, k, left;

    (void)state;
    s = share("d1", world(EIGHT, "scenario.choice=mnl", "options.f2.intercept=1.5", NULL));
    k = share("f2", world(EIGHT, "scenario.choice=mnl", "options.f2.intercept=1.5", NULL));
    left = share("d1", world(EIGHT, "scenario.choice=mnl", "options.f2.intercept=1.5",
                             "options.f2.capacity_units_per_year=0", NULL));
    assert_close(left, s / (1 - k), 1e-13);
}

/* d ln s_name / d ln price of `priced` by a central difference. */
static double elasticity(const char *name, const char *priced, const char *choice,
                         const char *form)
{
    /* A linear price term is alpha, not 0, at price 1: waiting follows it down. */
    const char *wait = form[1] == 'i' ? "options.defer.intercept=-2.5"
                                      : "options.defer.intercept=0";
    const char *alpha = "buyers.b.price_sensitivity=2.5";
    char up[64], down[64], c[64], f[64];

    snprintf(up, sizeof up, "options.%s.price_usd=%.17g", priced, exp(1e-5));
    snprintf(down, sizeof down, "options.%s.price_usd=%.17g", priced, exp(-1e-5));
    snprintf(c, sizeof c, "scenario.choice=%s", choice);
    snprintf(f, sizeof f, "scenario.price_form=%s", form);
    return (log(share(name, world(EIGHT, up, c, f, alpha, wait, NULL))) -
            log(share(name, world(EIGHT, down, c, f, alpha, wait, NULL)))) /
           2e-5;
}

static void elasticities_follow_the_closed_forms(void **state)
{
    /* P5, alpha = 2.5, lambda = 1/2, prices 1: the shares are those of P1. */
    double a = 2.5, s = 1.0 / 8, own = 0.118350341907227, other = 0.144948974278318;
    double within = 1.0 / 3; /* s_{j|n}, equal utilities in a nest of three */

    (void)state;
    assert_close(elasticity("d1", "d1", "mnl", "log"), -a * (1 - s), 1e-7);
    assert_close(elasticity("f1", "d1", "mnl", "log"), a * s, 1e-7);
    assert_close(elasticity("f1", "f1", "nested", "log"), -a * (2 - within - own), 1e-7);
    assert_close(elasticity("f2", "f1", "nested", "log"), a * (within + own), 1e-7);
    assert_close(elasticity("f1", "d1", "nested", "log"), a * other, 1e-7);
    assert_close(elasticity("d1", "d1", "mnl", "linear"), -a * (1 - s), 1e-7);
}

static void prices_of_1_2_4_split_16_4_1(void **state)
{
    /* P6: alpha = 2; the other options without supply, waiting out of reach. */
    struct scenario *w = world(
        EIGHT, "scenario.choice=mnl", "buyers.b.price_sensitivity=2", "options.d1.price_usd=1",
        "options.d2.price_usd=2", "options.d3.price_usd=4",
        NO_FOREIGN, NO_OTHERS, "options.defer.intercept=-700", NULL);
    struct block *b = block_at(w, 1, 0);

    (void)state;
    assert_close(b->share[option(w, "d1")][0], 16.0 / 21, 1e-14);
    assert_close(b->share[option(w, "d2")][0], 4.0 / 21, 1e-14);
    assert_close(b->share[option(w, "d3")][0], 1.0 / 21, 1e-14);
    finish(w, b);
}

/* ln sum_m e^{lambda_m I_m} of the utilities in V, with nests and lambdas of the world. */
static double inclusive_value(const struct scenario *w, const double *V)
{
    double all = 0;

    for (int n = 0; n < w->nests; n++) {
        const double lambda = w->value[cell_index(w, TABLE_NESTS, NEST_DISSIMILARITY, n)];
        double sum = 0;
        for (int j = 0; j < w->options; j++)
            sum += w->option[j].nest == n ? exp(V[j] / lambda) : 0;
        all += pow(sum, lambda);
    }
    return log(all);
}

static void shares_are_the_slopes_of_the_inclusive_value(void **state)
{
    /* P7, with unequal utilities and lambdas; a central difference of 1e-5. */
    struct scenario *w = world(EIGHT, "nests.n1.dissimilarity=0.3", "nests.n3.dissimilarity=0.8",
                               "options.f1.intercept=0.9", "options.g1.intercept=-0.4",
                               "options.d2.intercept=0.6", "options.r1.intercept=-1.1", NULL);
    struct block *b = block_at(w, 1, 0);
    double V[8];

    (void)state;
    for (int j = 0; j < w->options; j++)
        V[j] = b->utility[j][0];
    for (int j = 0; j < w->options; j++) {
        const double middle = V[j];
        V[j] = middle + 1e-5;
        const double up = inclusive_value(w, V);
        V[j] = middle - 1e-5;
        const double down = inclusive_value(w, V);
        V[j] = middle;
        assert_close((up - down) / 2e-5, b->share[j][0], 1e-8);
    }
    finish(w, b);
}

static void a_price_ratio_undoes_lock_in(void **state)
{
    /* P8: platform shares (1,0), eta = 1.5, alpha = 2: price ratio e^{eta/alpha}. */
    char price[64];
    double f, d;

    (void)state;
    snprintf(price, sizeof price, "options.f1.price_usd=%.17g", exp(1.5 / 2));
    for (int k = 0; k < 2; k++) {
        struct scenario *w = world(EIGHT, "scenario.choice=mnl", "buyers.b.price_sensitivity=2",
                                   "buyers.b.lock_in=1.5", "installed.b/f2.pflops=1000",
                                   k ? price : "options.f1.price_usd=1", NULL);
        struct block *b = block_at(w, 1, 0);
        f = b->share[option(w, "f1")][0];
        d = b->share[option(w, "d1")][0];
        finish(w, b);
        assert_close(f / d, k ? 1 : exp(1.5), 1e-13);
    }
}

static void a_quota_lifts_the_domestic_part(void **state)
{
    /* P9: d = 3/6 of owned chips under MNL; g = .8, .3 and 1. */
    const struct {
        const char *quota;
        double want;
    } row[] = {{"0.8", 0.8}, {"0.3", 0.5}, {"1", 1}};

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        char set[64];
        snprintf(set, sizeof set, "cn_stances.permit.domestic_quota=%s", row[k].quota);
        struct scenario *w = world(EIGHT, "scenario.choice=mnl", "options.d2.intercept=1",
                                   "options.f2.intercept=1", set, NULL);
        struct block *b = block_at(w, 1, 0);
        const lane *s = (const lane *)b->share;
        double d = s[option(w, "d1")][0] + s[option(w, "d2")][0] + s[option(w, "d3")][0];
        double f = s[option(w, "f1")][0] + s[option(w, "f2")][0] + s[option(w, "g1")][0];
        double outside = s[option(w, "r1")][0] + s[option(w, "defer")][0];
        assert_close(d / (d + f), row[k].want, 1e-14);
        assert_close(s[option(w, "d2")][0] / s[option(w, "d1")][0], exp(1), 1e-14);
        if (row[k].want < 1)
            assert_close(s[option(w, "f2")][0] / s[option(w, "g1")][0], exp(1), 1e-13);
        else
            assert_true(f == 0);
        assert_close(outside, 2 / (6 + 2 * exp(1)), 1e-14);
        assert_true(b->quota_bound[0][0] == (row[k].want > 0.5));
        finish(w, b);
    }
}

static void pressure_exposure_and_compliance_never_raise_foreign_shares(void **state)
{
    /* P27, one step from a common state. */
    const char *address[] = {"cn_stances.permit.pressure", "buyers.b.pressure_aversion",
                             "buyers.b.exposure", "buyers.b.compliance_cost_share"};

    (void)state;
    for (size_t k = 0; k < 4; k++) {
        double last = 1;
        for (int v = 0; v <= 4; v++) {
            char set[64];
            snprintf(set, sizeof set, "%s=%.2f", address[k], v * 0.25);
            struct scenario *w = world(
                EIGHT, "cn_stances.permit.pressure=1", "buyers.b.pressure_aversion=0.7",
                "cn_stances.permit.inquiries_per_year=2", "buyers.b.compliance_cost_share=0.1",
                "buyers.b.price_sensitivity=2", set, NULL);
            struct block *b = block_at(w, 1, 0);
            double f = b->share[option(w, "f1")][0] + b->share[option(w, "f2")][0];
            finish(w, b);
            assert_true(v == 0 || f < last);
            last = f;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_utilities_share_by_nest),
        cmocka_unit_test(shares_survive_extreme_utilities_and_masks),
        cmocka_unit_test(a_constant_added_to_all_changes_nothing),
        cmocka_unit_test(deleting_an_option_scales_the_rest),
        cmocka_unit_test(elasticities_follow_the_closed_forms),
        cmocka_unit_test(prices_of_1_2_4_split_16_4_1),
        cmocka_unit_test(shares_are_the_slopes_of_the_inclusive_value),
        cmocka_unit_test(a_price_ratio_undoes_lock_in),
        cmocka_unit_test(a_quota_lifts_the_domestic_part),
        cmocka_unit_test(pressure_exposure_and_compliance_never_raise_foreign_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
