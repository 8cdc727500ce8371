/* Scores against closed forms, hand examples and calibrated forecasts. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "math/score.h"
#include "tool/address.h"

enum { CLASS = 77 };         /* of no draw of the model */

static double uniform(uint64_t k, int which)
{
    return address_uniform(2718, k, which, (enum draw_class)CLASS, 0);
}

static double normal(uint64_t k, int which)
{
    return gsl_cdf_ugaussian_Pinv(uniform(k, which));
}

static void assert_near(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.15g is not %.15g", a, b);
}

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* --- CRPS ------------------------------------------------------------------------- */

/* P36 of docs/model.md: (sqrt 2 - 1)/sqrt pi. */
static void normal_at_its_centre(void **state)
{
    (void)state;
    assert_near(crps_normal(0, 1, 0), 0.233694977255, 5e-13);
    assert_near(crps_normal(3.7, 2.9, 3.7), 2.9 * 0.233694977255, 2e-12);
    assert_near(crps_normal(1.3, 0, -0.4), 1.7, 1e-15);
    /* far away it is the distance less sd/sqrt pi */
    assert_near(crps_normal(0, 1.3, 97), 97 - 1.3 / sqrt(acos(-1)), 1e-12);
}

/* The definition with double sums. */
static double double_sums(const double *x, const double *w, size_t n, double y)
{
    double total = 0, one = 0, two = 0;

    for (size_t k = 0; k < n; k++) {
        total += w[k];
        one += w[k] * fabs(x[k] - y);
        for (size_t m = 0; m < n; m++)
            two += w[k] * w[m] * fabs(x[k] - x[m]);
    }
    return one / total - two / total / total / 2;
}

static void points_follow_the_double_sums(void **state)
{
    const double x[] = {-1.7, 0.2, 0.2, 3.1, 8.3}, w[] = {0.3, 1.1, 0, 2.7, 0.4};
    const double one[] = {1, 1, 1, 1, 1}, y[] = {-5.3, -1.7, 0.1, 0.2, 2.9, 8.3, 11.9};
    const struct points weighted = {5, x, w}, plain = {5, x, NULL}, single = {1, x + 3, w + 3};

    (void)state;
    for (size_t k = 0; k < sizeof y / sizeof *y; k++) {
        assert_near(crps_points(&weighted, y[k]), double_sums(x, w, 5, y[k]), 1e-14);
        assert_near(crps_points(&plain, y[k]), double_sums(x, one, 5, y[k]), 1e-14);
        assert_near(crps_points(&single, y[k]), fabs(y[k] - 3.1), 1e-15);
    }
}

/* Midpoints of n equal parts. Uniform on (0,1): y^3/3 + (1-y)^3/3. */
static void many_points_reach_closed_forms(void **state)
{
    enum { N = 4001 };
    static double flat[N], bell[N];
    const struct points uniform_points = {N, flat, NULL}, normal_points = {N, bell, NULL};

    (void)state;
    for (int k = 0; k < N; k++) {
        flat[k] = (k + 0.5) / N;
        bell[k] = gsl_cdf_ugaussian_Pinv(flat[k]);
    }
    for (double y = -0.55; y < 1.6; y += 0.31) {
        const double in = fmin(fmax(y, 0), 1), out = fabs(y - in);
        assert_near(crps_points(&uniform_points, y), (pow(in, 3) + pow(1 - in, 3)) / 3 + out, 1e-7);
        assert_near(crps_points(&normal_points, y), crps_normal(0, 1, y), 1e-4);
    }
}

/* --- probabilities ------------------------------------------------------------------ */

/* (.7 - 1)^2 + .2^2 + .1^2 = .14 and .7^2 + .2^2 + .9^2 = 1.34 */
static void regimes_by_hand(void **state)
{
    const double p[] = {0.7, 0.2, 0.1}, sure[] = {0, 1, 0};

    (void)state;
    assert_near(brier_score(p, 3, 0), 0.14, 1e-15);
    assert_near(brier_score(p, 3, 2), 1.34, 1e-15);
    assert_near(log_score(p, 1), 1.6094379124341003, 1e-15); /* ln 5 */
    assert_near(brier_score(sure, 3, 1), 0, 0);
    assert_near(brier_score(sure, 3, 0), 2, 0);
    assert_near(log_score(sure, 1), 0, 0);
    assert_true(isinf(log_score(sure, 2)));
}

/* --- PIT, quantiles ------------------------------------------------------------------ */

static void pit_and_quantiles_by_hand(void **state)
{
    const double x[] = {1.5, 2.5, 2.5, 4.5}, w[] = {1, 2, 3, 4};
    const struct points p = {4, x, w};

    (void)state;
    assert_near(pit_points(&p, 0.7, 0.9), 0, 0);
    assert_near(pit_points(&p, 2.5, 0.25), (1 + 0.25 * 5) / 10, 1e-15);
    assert_near(pit_points(&p, 3.3, 0.9), 0.6, 1e-15);
    assert_near(pit_points(&p, 4.6, 0.9), 1, 0);
    assert_near(pit_normal(1.1, 0, 1.1, 0.37), 0.37, 0);
    assert_near(pit_normal(1.1, 2.3, 1.1, 0.37), 0.5, 1e-15);
    assert_near(quantile_points(&p, 0.05), 1.5, 0);
    assert_near(quantile_points(&p, 0.11), 2.5, 0);
    assert_near(quantile_points(&p, 0.61), 4.5, 0);
    assert_near(mean_points(&p), (1.5 + 5 + 7.5 + 18) / 10, 1e-15);
    assert_near(effective_points(w, 4), 100.0 / 30, 1e-14);
}

/* Pearson's statistic of values in ten equal bins. */
static double chi_square(const double *u, int n)
{
    int count[10] = {0};
    double sum = 0;

    for (int k = 0; k < n; k++)
        count[u[k] >= 1 ? 9 : (int)(u[k] * 10)]++;
    for (int b = 0; b < 10; b++)
        sum += (count[b] - n / 10.0) * (count[b] - n / 10.0) / (n / 10.0);
    return sum;
}

/* 2000 outcomes of N(m,1), m known to the forecaster: uniform at level 0.001 (the 99.9 % point
 * of chi-square with 9 degrees is 27.877); with half or twice the spread it is not. */
static void a_calibrated_forecast_has_a_flat_pit(void **state)
{
    enum { N = 2000, MEMBERS = 199 };
    static double u[3][N], x[MEMBERS], sample[N];
    const double spread[] = {1, 0.5, 2};

    (void)state;
    for (int k = 0; k < N; k++) {
        const double m = 3 * normal((uint64_t)k, 0), y = m + normal((uint64_t)k, 2);
        for (int s = 0; s < 3; s++)
            u[s][k] = pit_normal(m, spread[s], y, 0.5);
        for (int i = 0; i < MEMBERS; i++)
            x[i] = m + normal((uint64_t)k, 4 + i);
        qsort(x, MEMBERS, sizeof *x, compare_numbers);
        sample[k] = pit_points(&(struct points){MEMBERS, x, NULL}, y, uniform((uint64_t)k, 3));
    }
    assert_true(chi_square(u[0], N) < 27.877);
    assert_true(chi_square(sample, N) < 27.877);
    assert_true(chi_square(u[1], N) > 27.877);
    assert_true(chi_square(u[2], N) > 27.877);
}

/* Outcomes 0 and 1 with probabilities .8 and .2: many ties, still uniform. */
static void ties_are_broken_at_random(void **state)
{
    enum { N = 2000 };
    static double u[N];
    const double x[] = {0, 1}, w[] = {0.8, 0.2};

    (void)state;
    for (int k = 0; k < N; k++)
        u[k] = pit_points(&(struct points){2, x, w}, uniform((uint64_t)k, 0) < 0.8 ? 0 : 1,
                          uniform((uint64_t)k, 1));
    assert_true(chi_square(u, N) < 27.877);
}

/* The forecaster who knows more has the smaller mean score: propriety. */
static void the_true_law_has_the_best_mean_score(void **state)
{
    enum { N = 3000 };
    static double narrow[N], wide[N], shifted[N];
    struct dated_mean m;

    (void)state;
    for (int k = 0; k < N; k++) {
        const double y = normal((uint64_t)k, 0), own = crps_normal(0, 1, y);
        narrow[k] = crps_normal(0, 0.6, y) - own;
        wide[k] = crps_normal(0, 1.7, y) - own;
        shifted[k] = crps_normal(0.4, 1, y) - own;
    }
    mean_over_dates(narrow, N, 0, &m);
    assert_true(m.mean > 3 * m.se);
    mean_over_dates(wide, N, 0, &m);
    assert_true(m.mean > 3 * m.se);
    mean_over_dates(shifted, N, 0, &m);
    assert_true(m.mean > 3 * m.se);
}

/* --- means over dates ---------------------------------------------------------------- */

/* 1.5, 2.5, 4.5: deviations -4/3, -1/3, 5/3, squares 42/9, neighbours 4/9 - 5/9 = -1/9, which do
 * not make the error smaller; t(.975; 2) = 4.302652729749464. 1, 2, 4, 5.5: deviations -17/8,
 * -9/8, 7/8, 19/8, squares 780/64, neighbours (153 - 63 + 133)/64 = 223/64. */
static void a_short_series_by_hand(void **state)
{
    const double d[] = {1.5, 2.5, 4.5}, more[] = {1, 2, 4, 5.5};
    struct dated_mean m;

    (void)state;
    mean_over_dates(d, 3, 0, &m);
    assert_near(m.mean, 8.5 / 3, 1e-15);
    assert_near(m.se, sqrt(42.0 / 9 / 6), 1e-14);
    assert_near(m.hi - m.lo, 2 * 4.302652729749464 * m.se, 1e-11);
    mean_over_dates(d, 3, 1, &m);
    assert_near(m.se, sqrt(42.0 / 9 / 6), 1e-14);
    mean_over_dates(more, 4, 1, &m);
    assert_near(m.se, sqrt((780.0 + 223) / 64 / 12), 1e-14);
    mean_over_dates(d, 2, 0, &m);
    assert_true(m.mean == 2 && isnan(m.se) && isnan(m.lo));
    mean_over_dates(d, 0, 0, &m);
    assert_true(isnan(m.mean));
}

/* Moving averages of 4 shocks over 60 dates, 400 times: limits that look at 3 neighbours hold
 * the mean more often than limits that look at none, which a 95 % test must reject. */
static void neighbours_widen_the_error(void **state)
{
    enum { N = 60, TIMES = 400 };
    int held[2] = {0};
    double d[N];

    (void)state;
    for (int k = 0; k < TIMES; k++) {
        struct dated_mean m;
        for (int t = 0; t < N; t++) {
            d[t] = 0;
            for (int l = 0; l < 4; l++)
                d[t] += normal((uint64_t)k, t + l) / 4;
        }
        for (int lag = 0; lag < 2; lag++) {
            mean_over_dates(d, N, 3 * lag, &m);
            held[lag] += m.lo <= 0 && m.hi >= 0;
        }
    }
    assert_true(held[0] < 0.80 * TIMES); /* sd ratio near 2: about 2 P(Z < 1) - 1 = 68 % */
    assert_true(held[1] > 0.80 * TIMES && held[1] > held[0] + 0.1 * TIMES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_at_its_centre),
        cmocka_unit_test(points_follow_the_double_sums),
        cmocka_unit_test(many_points_reach_closed_forms),
        cmocka_unit_test(regimes_by_hand),
        cmocka_unit_test(pit_and_quantiles_by_hand),
        cmocka_unit_test(a_calibrated_forecast_has_a_flat_pit),
        cmocka_unit_test(ties_are_broken_at_random),
        cmocka_unit_test(the_true_law_has_the_best_mean_score),
        cmocka_unit_test(a_short_series_by_hand),
        cmocka_unit_test(neighbours_widen_the_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
