/* Means and variances that merge. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "math/moments.h"
#include "tool/isa.h"
#include "tool/lanes.h"

/* NIST StRD, univariate, NumAcc4 (the hardest): 10000000.2, then .1 and .3 in
 * turn 500 times; certified mean 10000000.2 and standard deviation 0.1. The data
 * are rounded to doubles, which moves the deviation by some 1e-9 of itself. */
static void numacc4(void **state)
{
    double x[1001] = {10000000.2};

    (void)state;
    for (int i = 1; i < 1001; i++)
        x[i] = i % 2 ? 10000000.1 : 10000000.3;
    const struct moments m = moments_of(x, 1001);
    assert_true(m.n == 1001);
    assert_true(fabs(m.mean - 10000000.2) <= 2e-9);
    assert_true(fabs(moments_sd(&m) - 0.1) <= 1e-9);
    assert_true(fabs(moments_se(&m) - 0.1 / sqrt(1001)) <= 1e-10);
}

/* Small numbers by hand: mean 5, squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32. */
static void by_hand(void **state)
{
    const double x[] = {2, 4, 4, 4, 5, 5, 7, 9};
    const struct moments m = moments_of(x, 8);

    (void)state;
    assert_true(m.mean == 5);
    assert_true(m.m2 == 32);
    assert_true(moments_sd(&m) == sqrt(32.0 / 7));
    assert_true(moments_se(&m) == sqrt(32.0 / 7) / sqrt(8));
}

static void missing_values_are_left_out(void **state)
{
    const double x[] = {(double)NAN, 2, 4, (double)NAN, 4, 4, 5, 5, 7, (double)NAN, 9};
    const struct moments m = moments_of(x, 11);

    (void)state;
    assert_true(m.n == 8);
    assert_true(m.mean == 5);
    assert_true(m.m2 == 32);
}

static void few_values(void **state)
{
    const double x[] = {3.25, (double)NAN};
    const struct moments none = moments_of(x, 0), one = moments_of(x, 2);

    (void)state;
    assert_true(none.n == 0 && none.mean == 0 && none.m2 == 0);
    assert_true(isnan(moments_sd(&none)) && isnan(moments_se(&none)));
    assert_true(one.n == 1 && one.mean == 3.25 && one.m2 == 0);
    assert_true(isnan(moments_sd(&one)) && isnan(moments_se(&one)));
}

static void infinity_is_not_hidden(void **state)
{
    const double x[] = {1, HUGE_VAL, 2};
    const struct moments m = moments_of(x, 3);

    (void)state;
    assert_true(isinf(m.mean));
    assert_true(isnan(moments_sd(&m)));
}

/* Parts give the whole up to rounding; the same parts give the same bytes. */
static void merges(void **state)
{
    enum { N = 4099 };
    double x[N];
    uint32_t seed = 1;

    (void)state;
    for (int i = 0; i < N; i++) {
        seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        x[i] = 1e6 + (double)seed * 0x1p-32;
    }
    const struct moments whole = moments_of(x, N);
    struct moments sum = {0}, again = {0};
    for (int from = 0; from < N; from += 64) {
        const struct moments part = moments_of(x + from, (size_t)(N - from < 64 ? N - from : 64));
        moments_merge(&sum, &part);
        moments_merge(&again, &part);
    }
    assert_memory_equal(&sum, &again, sizeof sum);
    assert_true(sum.n == N);
    assert_true(fabs(sum.mean - whole.mean) <= 1e-9);
    assert_true(fabs(sum.m2 / whole.m2 - 1) <= 1e-9);
    const struct moments empty = {0};
    moments_merge(&sum, &empty);
    assert_memory_equal(&sum, &again, sizeof sum);
}

/* Gathered from afar, values and their scan are those of a plain array: missing and unlimited
 * ones among them, for every number of values and on every instruction set. */
static void gathering_is_scanning(void **state)
{
    enum { RUNS = 5, STRIDE = 3 * LANES, MOST = RUNS * LANES };
    static double from[RUNS * STRIDE], plain[MOST], x[MOST];
    const enum isa used = isa_used();

    (void)state;
    for (int k = 0; k < MOST; k++) {
        plain[k] = k % 37 == 11 ? (double)NAN : k == 140 ? -(double)INFINITY : cos(7.3 * k);
        from[k / LANES * STRIDE + k % LANES] = plain[k];
    }
    for (int isa = 0; isa < ISAS; isa++)
        for (size_t n = 0; isa_use((enum isa)isa) && n <= MOST; n++) {
            const struct scan scan = values_scan(plain, n);
            memset(x, 1, sizeof x);
            const struct scan gathered = values_gather(from, STRIDE, n, x);
            assert_memory_equal(&gathered, &scan, sizeof scan);
            assert_memory_equal(x, plain, n * sizeof *x);
            assert_true(n == MOST || x[n] != plain[n]);
        }
    assert_true(isa_use(used));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numacc4),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(missing_values_are_left_out),
        cmocka_unit_test(few_values),
        cmocka_unit_test(infinity_is_not_hidden),
        cmocka_unit_test(merges),
        cmocka_unit_test(gathering_is_scanning),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
