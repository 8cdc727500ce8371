/* Selection against sorted values. */
#include "math/select.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include "run/series.h"
#include "support.h"
#include "tool/address.h"
#include "tool/isa.h"

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double uniform(uint64_t k, enum draw_class class)
{
    return address_uniform(4021, k, 0, class, 1);
}

/* Shapes of values that a series may have. */
enum shape {
    EVEN, HEAVY, ONE_IN_SIX, MOSTLY_ZERO, FEW_DIFFERENT, TWO, ASCENDING, HUGE_RANGE, SHAPES
};

static double value(enum shape shape, uint64_t k)
{
    const double u = uniform(k, DRAW_MACRO), v = uniform(k, DRAW_BUDGET);

    switch (shape) {
    case HEAVY:
        return exp(7 * (u < 0.5 ? log(2 * u) : -log(2 - 2 * u)));
    case ONE_IN_SIX:
        return v < 1.0 / 6 ? 0.731 : u;
    case MOSTLY_ZERO:
        return v < 0.83 ? 0 : u - 0.5;
    case FEW_DIFFERENT:
        return floor(7 * u);
    case TWO:
        return k == 3 ? -1e-300 : 0;
    case ASCENDING:
        return (double)k - 100;
    case HUGE_RANGE:
        return (v < 0.5 ? -1 : 1) * (u < 0.3 ? DBL_MAX * u : u < 0.7 ? 1 : DBL_MIN);
    default:
        return u;
    }
}

static void check(enum shape shape, size_t n, struct select_scratch *scratch)
{
    double *x = malloc(n * sizeof *x), *before = malloc(n * sizeof *x), found[SELECT_RANKS];
    uint64_t ranks[SELECT_RANKS];

    assert_true(x && before);
    for (size_t k = 0; k < n; k++)
        before[k] = x[k] = value(shape, k);
    for (size_t k = 0; k < SELECT_RANKS; k++)
        ranks[k] = 1 + k / 2 * 2 * (n - 1) / (SELECT_RANKS - 2); /* each twice */
    select_values(x, n, ranks, SELECT_RANKS, found, scratch);
    assert_memory_equal(x, before, n * sizeof *x);
    qsort(x, n, sizeof *x, ascending);
    for (size_t k = 0; k < SELECT_RANKS; k++)
        assert_true(found[k] == x[ranks[k] - 1]);
    free(x);
    free(before);
}

static void selection_is_exact(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 17, 64, 65, 72, 95, 96, 411, 1000, 1024, 9973, 16384};
    struct select_scratch *scratch = malloc(sizeof *scratch);

    (void)state;
    assert_non_null(scratch);
    for (int isa = 0; isa < ISAS; isa++)
        for (size_t k = 0; isa_use((enum isa)isa) && k < sizeof sizes / sizeof *sizes; k++)
            for (int shape = 0; shape < SHAPES; shape++)
                check((enum shape)shape, sizes[k], scratch);
    free(scratch);
}

/* The whole summary of values and of a series that they were added to. */
static void values_that_are_all_there_is_need_no_series(void **state)
{
    enum { N = 1024 };
    struct summariser *scratch = calloc(1, sizeof *scratch);
    double x[N], y[N];

    (void)state;
    assert_non_null(scratch);
    for (int kind = 0; kind < 5; kind++)
        for (size_t n = 0; n <= N; n += 341) {
            struct series series = {0};
            struct summary a = {0}, b = {0};
            for (size_t k = 0; k < n; k++)
                x[k] = kind == 0 ? 0.3 : kind == 1 ? NAN : value(HEAVY, k);
            for (size_t k = 0; k < n && kind > 2; k += 5)
                x[k] = kind == 3 ? (double)NAN : (double)INFINITY;
            memcpy(y, x, sizeof y);
            assert_true(series_add(&series, x, n, n));
            series_summary(&series, scratch, &a);
            series_release(&series);
            const struct scan scan = values_scan(y, n);
            values_summary(y, n, &scan, scratch, &b);
            assert_memory_equal(&a, &b, sizeof a);
        }
    free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(selection_is_exact),
        cmocka_unit_test(values_that_are_all_there_is_need_no_series),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
