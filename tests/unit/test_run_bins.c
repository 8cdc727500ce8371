/* Order statistics and quantiles from bins against sorted values. */
#include <stdlib.h>
#include <string.h>
#include "math/quantile.h"
#include "run/series.h"
#include "support.h"
#include "tool/address.h"

enum { MANY = 60000 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Heavy-tailed, a quarter zeros, and one value in ten the same 1.375. */
static double value(uint64_t k)
{
    const double u = address_uniform(977, k, 0, DRAW_MACRO, 1);
    const double v = address_uniform(977, k, 0, DRAW_BUDGET, 1);

    if (v < 0.25)
        return 0;
    return v < 0.35 ? 1.375 : exp(1.7 * (u < 0.5 ? log(2 * u) : -log(2 - 2 * u)));
}

static double *make(size_t n, double scale, double shift)
{
    double *x = malloc(n * sizeof *x);

    assert_non_null(x);
    for (size_t k = 0; k < n; k++)
        x[k] = shift + scale * value(k);
    return x;
}

/* A series of n values in waves of 1024, fixed after FIX_PATHS if `binned`. */
static void fill(struct series *s, const double *x, size_t n, bool binned)
{
    double wave[1024], *scratch = malloc(FIX_PATHS * sizeof *scratch);
    struct edges edges;

    assert_non_null(scratch);
    memset(s, 0, sizeof *s);
    for (size_t k = 0; k < n; k += 1024) {
        const size_t part = n - k < 1024 ? n - k : 1024;
        memcpy(wave, x + k, part * sizeof *wave);
        assert_true(series_add(s, wave, part, binned ? FIX_PATHS : n));
        if (binned && k + part == FIX_PATHS) {
            series_edges(s, scratch, &edges);
            assert_true(series_fix(s, &edges));
        }
    }
    free(scratch);
}

static void summarise(struct series *s, struct summary *summary)
{
    struct summariser *scratch = calloc(1, sizeof *scratch);

    assert_non_null(scratch);
    series_summary(s, scratch, summary);
    series_release(s);
    free(scratch);
}

static void quantiles_from_bins_err_by_less_than_a_bin(void **state)
{
    static const double levels[QUANTILES] = {0.05, 0.25, 0.5, 0.75, 0.95};
    static const double shifts[] = {0, -3, 1e6, -40};
    struct series series;
    struct summary s;

    (void)state;
    for (size_t k = 0; k < 4; k++) {
        double *x = make(MANY, shifts[k] < 0 ? -2.5 : 1e9, shifts[k]);
        fill(&series, x, MANY, true);
        summarise(&series, &s);
        qsort(x, MANY, sizeof *x, ascending);
        const double bin = 1.1 * (quantile_sorted(x, MANY, 0.99) - quantile_sorted(x, MANY, 0.01)) /
                           BINS_INNER;
        for (int q = 0; q < QUANTILES; q++)
            assert_true(fabs(s.q[q] - quantile_sorted(x, MANY, levels[q])) <= bin);
        for (int q = 0; q < LIMITS; q++) {
            uint64_t low, high;
            quantile_ranks(MANY, levels[2 * q], &low, &high);
            assert_true(fabs(s.lo[q] - x[low - 1]) <= bin);
            assert_true(fabs(s.hi[q] - x[high - 1]) <= bin);
        }
        free(x);
    }
}

static void zeros_and_extremes_are_exact_in_bins(void **state)
{
    struct series series;
    struct summary s;
    double *x = make(MANY, 1, 0);

    (void)state;
    for (size_t k = 0; k < MANY; k++) /* 25 % zeros, 10 % ones as the largest value */
        x[k] = x[k] > 1 ? 1 : x[k];
    fill(&series, x, MANY, true);
    summarise(&series, &s);
    assert_true(s.q[P05] == 0);
    assert_true(s.q[P95] == 1);
    assert_true(s.hi[LIMIT_P95] == 1);
    free(x);
}

static void a_value_that_comes_after_the_edges_were_fixed_is_counted(void **state)
{
    struct series series;
    struct summary s;
    double *x = calloc(MANY, sizeof *x);

    (void)state;
    assert_non_null(x);
    for (size_t k = FIX_PATHS; k < MANY; k++)
        x[k] = 7.25;
    fill(&series, x, MANY, true);
    summarise(&series, &s);
    assert_true(s.q[P05] == 0); /* 6.8 % zeros */
    assert_true(s.q[P50] > 0 && s.q[P50] <= 7.25);
    assert_true(s.n == MANY && s.missing == 0);
    free(x);
}

static void a_series_is_summarised_exactly_while_it_is_kept(void **state)
{
    enum { N = 5000 };
    struct series series;
    struct summary s;
    double *x = make(N, 1, 0), *y = malloc(N * sizeof *y);
    size_t m = 0;

    (void)state;
    assert_non_null(y);
    for (size_t k = 0; k < N; k++) {
        if (k % 7 == 3)
            x[k] = NAN;
        else
            y[m++] = x[k];
    }
    fill(&series, x, N, false);
    const struct moments all = moments_of(y, m);
    summarise(&series, &s);
    qsort(y, m, sizeof *y, ascending);
    assert_true(s.n == N && s.missing == N - m);
    assert_true(s.q[P05] == quantile_sorted(y, m, 0.05));
    assert_true(s.q[P75] == quantile_sorted(y, m, 0.75));
    assert_close(s.mean, all.mean, 1e-14);
    assert_close(s.sd, moments_sd(&all), 1e-13);
    free(x);
    free(y);
}

static void a_constant_series_keeps_no_array(void **state)
{
    enum { N = 3000 };
    struct series series;
    struct summary s;
    double *x = malloc(N * sizeof *x);

    (void)state;
    assert_non_null(x);
    for (size_t k = 0; k < N; k++)
        x[k] = 0.3;
    fill(&series, x, N, false);
    assert_null(series.value);
    summarise(&series, &s);
    assert_true(s.mean == 0.3 && s.sd == 0 && s.q[P05] == 0.3 && s.hi[LIMIT_P95] == 0.3);

    x[N - 1] = 0.7; /* the last wave breaks the rule: the others are remembered */
    fill(&series, x, N, false);
    assert_non_null(series.value);
    assert_true(series.kept == N && series.value[0] == 0.3 && series.value[N - 1] == 0.7);
    series_release(&series);
    free(x);
}

static void infinite_values_stand_behind_all_others(void **state)
{
    enum { N = 20000 };
    struct series series;
    struct summary s;
    double *x = make(N, 1, 1);

    (void)state;
    for (int binned = 0; binned < 2; binned++) {
        const size_t n = binned ? N : 10000;
        for (size_t k = 0; k < n; k++)
            x[k] = k % 10 == 0 ? (double)INFINITY : 1 + value(k);
        fill(&series, x, n, binned);
        summarise(&series, &s);
        assert_true(isinf(s.mean) && isnan(s.sd) && isinf(s.q[P95]));
        assert_true(isfinite(s.q[P75]) && s.missing == 0 && s.n == n);
    }
    free(x);
}

static void a_series_without_values_has_no_statistics(void **state)
{
    struct series series;
    struct summary s;
    double x[3] = {NAN, NAN, NAN};

    (void)state;
    fill(&series, x, 3, false);
    summarise(&series, &s);
    assert_true(s.n == 3 && s.missing == 3);
    assert_true(isnan(s.mean) && isnan(s.sd) && isnan(s.q[P50]) && isnan(s.lo[LIMIT_P50]));
    fill(&series, (double[]){4.5}, 1, false);
    summarise(&series, &s);
    assert_true(s.mean == 4.5 && isnan(s.se) && s.q[P95] == 4.5 && isnan(s.lo[LIMIT_P50]));
}

/* Small counters overflow after 65,535: the sum of all must not notice. */
static void counters_carry(void **state)
{
    enum { SAME = 70001, TIMES = 137 };
    struct bins bins;
    struct edges edges = {.low = -1, .inner_low = 0.5, .inner_high = 2.5, .low_scale = 341,
                          .inner_scale = 1536, .high_scale = 256};
    static double x[SAME];
    uint64_t sum = 0;
    double middle;

    (void)state;
    bins_init(&bins, &edges);
    for (int k = 0; k < SAME; k++)
        x[k] = 1.625;
    for (int k = 0; k < TIMES; k++)
        assert_true(bins_add(&bins, x, SAME));
    assert_true(bins_add_same(&bins, 1.625, 3000000007));
    assert_true(bins_add_same(&bins, 0, 99991));
    assert_true(bins_add_same(&bins, 2.25, 65535));
    for (int k = 0; k < BINS; k++)
        sum += bins_count(&bins, k);
    assert_int_equal(sum, TIMES * (uint64_t)SAME + 3000000007 + 65535);
    assert_int_equal(bins.zeros, 99991);
    bins.low = 1.625;
    bins.high = 2.25;
    bins_order(&bins, (uint64_t[]){1000000}, 1, &middle);
    assert_true(fabs(middle - 1.625) <= 1 / 1536.0);
    bins_release(&bins);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_from_bins_err_by_less_than_a_bin),
        cmocka_unit_test(zeros_and_extremes_are_exact_in_bins),
        cmocka_unit_test(a_value_that_comes_after_the_edges_were_fixed_is_counted),
        cmocka_unit_test(counters_carry),
        cmocka_unit_test(a_series_is_summarised_exactly_while_it_is_kept),
        cmocka_unit_test(a_constant_series_keeps_no_array),
        cmocka_unit_test(infinite_values_stand_behind_all_others),
        cmocka_unit_test(a_series_without_values_has_no_statistics),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
