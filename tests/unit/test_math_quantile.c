/* Quantiles, their limits, and the binomial probabilities behind them. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_rng.h>
#include "math/binomial.h"
#include "math/quantile.h"

/* Against GSL where it is accurate: it loses digits beyond n = 500. */
static void binomial_against_gsl(void **state)
{
    static const double ps[] = {1e-9, 0.01, 0.05, 0.31, 0.5, 0.75, 0.95, 0.999};
    static const unsigned ns[] = {1, 2, 7, 40, 333};

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        for (size_t j = 0; j < 8; j++) {
            for (unsigned k = 0; k <= ns[i]; k++) {
                const double below = gsl_cdf_binomial_P(k, ps[j], ns[i]);
                const double above = k ? gsl_cdf_binomial_Q(k - 1, ps[j], ns[i]) : 1;
                assert_true(fabs(binomial_at_most(k, ns[i], ps[j]) - below) <=
                            1e-12 * below + DBL_MIN);
                assert_true(fabs(binomial_at_least(k, ns[i], ps[j]) - above) <=
                            1e-12 * above + 1e-15);
            }
        }
    }
}

static void binomial_at_the_ends(void **state)
{
    (void)state;
    assert_true(binomial_point(0, 0, 0.3) == 1);
    assert_true(binomial_point(0, 9, 0) == 1 && binomial_point(1, 9, 0) == 0);
    assert_true(binomial_point(9, 9, 1) == 1 && binomial_point(8, 9, 1) == 0);
    assert_true(binomial_point(10, 9, 0.5) == 0);
    assert_true(binomial_at_most(9, 9, 0.5) == 1 && binomial_at_least(0, 9, 0.5) == 1);
    assert_true(binomial_at_least(10, 9, 0.5) == 0);
    assert_true(binomial_at_most(3, 9, 0) == 1 && binomial_at_most(3, 9, 1) == 0);
    assert_true(binomial_at_least(3, 9, 0) == 0 && binomial_at_least(3, 9, 1) == 1);
}

/* Computed with mpmath 1.3 at 40 digits, as sums of exact terms; rows with few
 * values also by hand: 2^-6 < 0.025 < 2^-5, and 11 and 56 over 1024 for n = 10. */
static void ranks_known(void **state)
{
    static const struct {
        uint64_t n;
        double p;
        uint64_t lower, upper;
    } cases[] = {
        {0, 0.5, 0, 0},
        {1, 0.5, 0, 0},
        {5, 0.5, 0, 0},
        {6, 0.5, 1, 6},
        {10, 0.05, 0, 3},
        {10, 0.5, 2, 9},
        {10, 0.95, 8, 0},
        {72, 0.05, 1, 9},
        {72, 0.95, 64, 72},
        {1000, 0.05, 37, 65},
        {1000, 0.5, 469, 532},
        {10000, 0.05, 458, 544},
        {10000, 0.5, 4902, 5099},
        {10000, 0.95, 9457, 9543},
        {16384, 0.5, 8067, 8318},
        {1000000, 0.05, 49573, 50429},
        {1000000, 0.5, 499020, 500981},
        {123456789, 0.95, 117279203, 117288696},
        {1000000000, 0.5, 499969010, 500030991},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t lower = 99, upper = 99;
        quantile_ranks(cases[i].n, cases[i].p, &lower, &upper);
        assert_int_equal(lower, cases[i].lower);
        assert_int_equal(upper, cases[i].upper);
    }
}

/* The definition, rank by rank, with GSL. */
static void ranks_by_definition(void **state)
{
    static const double ps[] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

    (void)state;
    for (unsigned n = 1; n <= 400; n += n < 60 ? 1 : 37) {
        for (size_t j = 0; j < 7; j++) {
            uint64_t lower, upper, l = 0, u = 0;
            quantile_ranks(n, ps[j], &lower, &upper);
            for (unsigned r = 1; r <= n; r++) {
                const double p = gsl_cdf_binomial_P(r - 1, ps[j], n);
                if (p <= 0.025)
                    l = r;
                if (p >= 0.975 && u == 0)
                    u = r;
            }
            assert_int_equal(lower, l);
            assert_int_equal(upper, u);
        }
    }
}

/* P37 of docs/model.md: 4000 samples of 200 uniform values: the limits of the 5 %, 50 % and 95 %
 * quantiles hold the true ones as often as the binomial law says, within 4.5
 * standard errors (a level of 7e-6 each; the seed is fixed). */
static void limits_cover(void **state)
{
    enum { N = 200, SAMPLES = 4000 };
    static const double ps[] = {0.05, 0.5, 0.95};
    gsl_rng *const rng = gsl_rng_alloc(gsl_rng_taus2);

    (void)state;
    gsl_rng_set(rng, 17);
    for (int j = 0; j < 3; j++) {
        uint64_t rank[2];
        int held = 0;
        quantile_ranks(N, ps[j], &rank[0], &rank[1]);
        const double level = binomial_at_most(rank[1] - 1, N, ps[j]) -
                             binomial_at_most(rank[0] - 1, N, ps[j]);
        assert_true(level >= 0.95 && level < 0.98);
        for (int s = 0; s < SAMPLES; s++) {
            double x[N];
            for (int i = 0; i < N; i++)
                x[i] = gsl_rng_uniform(rng);
            quantile_select(x, N, rank, 2);
            held += x[rank[0] - 1] <= ps[j] && ps[j] <= x[rank[1] - 1];
        }
        assert_true(fabs(held - level * SAMPLES) <= 4.5 * sqrt(SAMPLES * level * (1 - level)));
    }
    gsl_rng_free(rng);
}

/* By hand: the place is (n-1) p, so 0.4 between 1 and 2, and 3.6 between 8 and 16. */
static void type_seven(void **state)
{
    const double x[] = {1, 2, 4, 8, 16}, two[] = {-1, 3};
    const double inf[] = {-HUGE_VAL, -HUGE_VAL, 5, HUGE_VAL};

    (void)state;
    assert_true(quantile_sorted(x, 5, 0) == 1);
    assert_true(fabs(quantile_sorted(x, 5, 0.1) - 1.4) < 1e-15);
    assert_true(quantile_sorted(x, 5, 0.25) == 2);
    assert_true(quantile_sorted(x, 5, 0.5) == 4);
    assert_true(fabs(quantile_sorted(x, 5, 0.9) - 12.8) < 1e-14);
    assert_true(quantile_sorted(x, 5, 1) == 16);
    assert_true(quantile_sorted(two, 2, 0.75) == 2);
    assert_true(quantile_sorted(two, 1, 0.3) == -1);
    assert_true(quantile_sorted(inf, 4, 0.2) == -HUGE_VAL);
    assert_true(quantile_sorted(inf, 4, 1) == HUGE_VAL);
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Orders that trouble selection: few different values, sorted, reversed, organ
 * pipe, saw teeth, infinities. */
static double pattern(int kind, int i, int n, gsl_rng *rng)
{
    switch (kind) {
    case 0:
        return gsl_rng_uniform(rng);
    case 1:
        return 0;
    case 2:
        return (double)gsl_rng_uniform_int(rng, 3);
    case 3:
        return i;
    case 4:
        return -i;
    case 5:
        return i < n / 2 ? i : n - i;
    case 6:
        return i % 7;
    case 7:
        return gsl_rng_uniform(rng) < 0.9 ? 0 : gsl_rng_uniform(rng);
    default:
        return i % 3 == 0 ? HUGE_VAL : i % 3 == 1 ? -HUGE_VAL : gsl_rng_uniform(rng);
    }
}

static void check_selection(double *x, double *sorted, size_t n, gsl_rng *rng)
{
    uint64_t ranks[12];
    const size_t count = 1 + gsl_rng_uniform_int(rng, 12);

    memcpy(sorted, x, n * sizeof *x);
    qsort(sorted, n, sizeof *sorted, ascending);
    ranks[0] = 1 + gsl_rng_uniform_int(rng, n);
    for (size_t i = 1; i < count; i++)
        ranks[i] = gsl_rng_uniform(rng) < 0.5 && ranks[i - 1] < n ? ranks[i - 1] + 1
                                                                  : ranks[i - 1];
    if (gsl_rng_uniform(rng) < 0.5) {
        ranks[0] = 1;
        ranks[count - 1] = n;
    }
    quantile_select(x, n, ranks, count);
    for (size_t i = 0; i < count; i++)
        assert_true(x[ranks[i] - 1] == sorted[ranks[i] - 1]);
    qsort(x, n, sizeof *x, ascending); /* nothing lost, nothing made up */
    assert_memory_equal(x, sorted, n * sizeof *x);
}

static void selects(void **state)
{
    static const int sizes[] = {1, 2, 3, 24, 25, 100, 599, 601, 5000, 30000};
    gsl_rng *const rng = gsl_rng_alloc(gsl_rng_taus2);
    double *const x = malloc(30000 * sizeof *x), *const sorted = malloc(30000 * sizeof *x);

    (void)state;
    gsl_rng_set(rng, 23);
    for (int kind = 0; kind < 9; kind++) {
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
            for (int i = 0; i < sizes[s]; i++)
                x[i] = pattern(kind, i, sizes[s], rng);
            check_selection(x, sorted, (size_t)sizes[s], rng);
        }
    }
    quantile_select(x, 5, NULL, 0);
    free(x);
    free(sorted);
    gsl_rng_free(rng);
}

/* 0 and n successes, and the lower limit of one, in closed form; the others from
 * gsl_cdf_beta_Pinv and mpmath 1.3, which agree. */
static void clopper_pearson_known(void **state)
{
    double low, high;

    (void)state;
    clopper_pearson(0, 0, 0.05, &low, &high);
    assert_true(low == 0 && high == 1);
    clopper_pearson(0, 10, 0.05, &low, &high);
    assert_true(low == 0 && fabs(high - (1 - pow(0.025, 0.1))) <= 1e-15);
    clopper_pearson(10, 10, 0.05, &low, &high);
    assert_true(high == 1 && fabs(low - pow(0.025, 0.1)) <= 1e-15);
    clopper_pearson(5, 10, 0.05, &low, &high);
    assert_true(fabs(low - 0.18708602844739852) <= 1e-15);
    assert_true(fabs(high - 0.81291397155260148) <= 1e-15);
    clopper_pearson(1, 1000000, 0.05, &low, &high);
    assert_true(fabs(low / 2.5317807663794201e-08 - 1) <= 1e-13); /* -expm1(ln(.975)/1e6) */
    assert_true(fabs(high / 5.5716306551722451e-06 - 1) <= 1e-13);
}

/* The definition: at its limits the data are just as unlikely as alpha / 2. */
static void clopper_pearson_by_definition(void **state)
{
    static const uint64_t cases[][2] = {{1, 3},         {3, 400},         {200, 400},
                                        {399, 400},     {12, 16384},      {8000, 16384},
                                        {31, 10000000}, {5000000, 10000000}};
    static const double alphas[] = {0.05, 0.2, 1e-6};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int a = 0; a < 3; a++) {
            const uint64_t k = cases[i][0], n = cases[i][1];
            const double tail = alphas[a] / 2;
            double low, high;
            clopper_pearson(k, n, alphas[a], &low, &high);
            assert_true(low > 0 && low < (double)k / (double)n && high < 1);
            assert_true(high > (double)k / (double)n);
            assert_true(fabs(binomial_at_least(k, n, low) - tail) <= 1e-11 * tail);
            /* Rounding of 1 - high shows where it is tiny. */
            assert_true(fabs(binomial_at_most(k, n, high) - tail) <=
                        (1e-11 + 1e-15 / (1 - high)) * tail);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binomial_against_gsl),
        cmocka_unit_test(binomial_at_the_ends),
        cmocka_unit_test(ranks_known),
        cmocka_unit_test(ranks_by_definition),
        cmocka_unit_test(limits_cover),
        cmocka_unit_test(type_seven),
        cmocka_unit_test(selects),
        cmocka_unit_test(clopper_pearson_known),
        cmocka_unit_test(clopper_pearson_by_definition),
    };

    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
