/* Poisson counts and logit-normal fractions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include "model/inside.h"
#include "tool/address.h"

static void counts_invert_the_poisson_law(void **state)
{
    /* P(N <= k - 1) < u <= P(N <= k) with GSL's distribution function. */
    const double mean[] = {0, 0.1, 1, 12.5, 300, 599, 601, 744, 5000, 2e5};

    (void)state;
    for (size_t m = 0; m < sizeof mean / sizeof *mean; m++)
        for (int k = 0; k < 20; k++) {
            lane lambda, u, count;
            lane_set(lambda, mean[m]);
            for (int l = 0; l < LANES; l++)
                u[l] = address_uniform(2, (uint64_t)l, k, DRAW_INCIDENT, (uint32_t)m);
            poisson_count(lambda, u, count);
            for (int l = 0; l < LANES; l++) {
                unsigned n = (unsigned)count[l];
                if (mean[m] == 0) {
                    assert_int_equal(n, 0);
                    continue;
                }
                double below = n > 0 ? gsl_cdf_poisson_P(n - 1, mean[m]) : 0;
                assert_true(gsl_cdf_poisson_P(n, mean[m]) >= u[l] * (1 - 1e-9));
                assert_true(below < u[l] * (1 + 1e-9));
            }
        }
}

static void fractions_are_exact_where_nothing_varies(void **state)
{
    const double mean[] = {0, 0.3, 1, 1, 0, 0.3}, sd[] = {2, 0, 0, 300, 300, 1};
    lane m, s, z, out;

    (void)state;
    lane_set(m, 0.5);
    lane_set(s, 0);
    lane_set(z, -4);
    for (int l = 0; l < 6; l++) {
        m[l] = mean[l];
        s[l] = sd[l];
    }
    logit_normal(m, s, z, out);
    assert_true(out[0] == 0 && out[1] == 0.3 && out[2] == 1 && out[3] == 1 && out[4] == 0);
    /* logistic(logit .3 - 4) */
    assert_true(fabs(out[5] - 1 / (1 + exp(4) * 0.7 / 0.3)) < 1e-16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_invert_the_poisson_law),
        cmocka_unit_test(fractions_are_exact_where_nothing_varies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
