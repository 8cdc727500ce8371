/* Priors: quantiles, cuts, and refusals word for word. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include "math/dist.h"

/* A row whose cell may hold any real number. */
static struct dist_spec spec_of(enum dist_kind kind, double low, double mode, double high)
{
    return (struct dist_spec){.kind = kind, .low = low, .mode = mode, .high = high,
                              .credibility = (double)NAN,
                              .domain_low = -HUGE_VAL, .domain_high = HUGE_VAL};
}

static struct dist *made(const struct dist_spec *spec)
{
    struct dist *dist = NULL;
    char rule[CS_SENTENCE];

    if (dist_new(spec, &dist, rule))
        fail_msg("refused: %s", rule);
    return dist;
}

static void near(const struct dist *dist, double u, double wanted, double tolerance)
{
    const double x = dist_quantile(dist, u);

    if (!(fabs(x - wanted) <= tolerance))
        fail_msg("at %g: %.17g instead of %.17g", u, x, wanted);
}

static void names(void **state)
{
    (void)state;
    for (int i = 0; i < DIST_KINDS; i++)
        assert_non_null(dist_names[i]);
    assert_string_equal(dist_names[DIST_CONSTANT], "constant");
    assert_string_equal(dist_names[DIST_PERT], "pert");
    assert_string_equal(dist_names[DIST_GAMMA_RATE], "gamma_rate");
    assert_string_equal(dist_names[DIST_DISCRETE], "discrete");
}

static void constant_and_uniform(void **state)
{
    const struct dist_spec c = spec_of(DIST_CONSTANT, (double)NAN, 2.5, (double)NAN);
    const struct dist_spec u = spec_of(DIST_UNIFORM, -3, (double)NAN, 7);
    struct dist *dist = made(&c);

    (void)state;
    near(dist, 0.01, 2.5, 0);
    near(dist, 0.99, 2.5, 0);
    dist_free(dist);
    dist = made(&u);
    near(dist, 0.25, -0.5, 0);
    near(dist, 0.125, -1.75, 0);
    near(dist, 1 - 0x1p-53, 7, 1e-14);
    dist_free(dist);
    dist_free(NULL);
}

/* By integrating the triangle: F(mode) = rise / range. */
static void triangular(void **state)
{
    const struct dist_spec spec = spec_of(DIST_TRIANGULAR, 2, 5, 12);
    const struct dist_spec left = spec_of(DIST_TRIANGULAR, 0, 0, 1);
    const struct dist_spec right = spec_of(DIST_TRIANGULAR, 0, 1, 1);
    struct dist *dist = made(&spec);

    (void)state;
    near(dist, 0.3, 5, 1e-14);
    near(dist, 0.1, 2 + sqrt(0.1 * 10 * 3), 1e-14);
    near(dist, 0.9, 12 - sqrt(0.1 * 10 * 7), 1e-14);
    dist_free(dist);
    dist = made(&left);
    near(dist, 0.75, 0.5, 1e-15);
    dist_free(dist);
    dist = made(&right);
    near(dist, 0.25, 0.5, 1e-15);
    dist_free(dist);
}

/* beta(2.2, 3.8) on [2,12] from mpmath 1.3 at 30 digits; with the mode at an end
 * the inverse is a fifth root. */
static void pert(void **state)
{
    const struct dist_spec spec = spec_of(DIST_PERT, 2, 5, 12);
    const struct dist_spec left = spec_of(DIST_PERT, 10, 10, 20);
    const struct dist_spec right = spec_of(DIST_PERT, 10, 20, 20);
    struct dist *dist = made(&spec);

    (void)state;
    near(dist, 0.05, 2.95704283529198873610, 1e-12);
    near(dist, 0.5, 5.50999484949117984730, 1e-12);
    near(dist, 0.95, 8.91551017711626505682, 1e-12);
    dist_free(dist);
    struct dist *const other = made(&right);
    dist = made(&left);
    for (int k = 1; k < 100; k++) {
        near(dist, k / 100.0, 20 - 10 * pow(1 - k / 100.0, 0.2), 1e-12);
        near(other, k / 100.0, 10 + 10 * pow(k / 100.0, 0.2), 1e-12);
    }
    dist_free(dist);
    dist_free(other);
}

/* The ends hold the tails of 5 %, or as asked; 1.9599639845400545 is the normal
 * quantile at 0.975 (any table). */
static void normal_and_lognormal(void **state)
{
    struct dist_spec spec = spec_of(DIST_NORMAL, 10, (double)NAN, 20);
    struct dist *dist = made(&spec);

    (void)state;
    near(dist, 0.05, 10, 1e-14);
    near(dist, 0.95, 20, 1e-14);
    near(dist, 0.5, 15, 1e-14);
    dist_free(dist);
    spec.credibility = 0.8;
    dist = made(&spec);
    near(dist, 0.1, 10, 1e-14);
    near(dist, 0.975, 15 + 5 * 1.9599639845400545 / 1.2815515655446004, 1e-13);
    dist_free(dist);
    spec = spec_of(DIST_LOGNORMAL, 0.5, (double)NAN, 32);
    dist = made(&spec);
    near(dist, 0.05, 0.5, 1e-15);
    near(dist, 0.5, 4, 1e-14);
    near(dist, 0.95, 32, 1e-13);
    dist_free(dist);
}

/* gamma(2.5) from mpmath 1.3 at 30 digits, rate 2; shape 1 is exponential. */
static void gamma_rate(void **state)
{
    struct dist_spec spec = spec_of(DIST_GAMMA_RATE, 2.5, (double)NAN, 2);
    struct dist *dist = made(&spec);

    (void)state;
    near(dist, 0.01, 0.277149038364138570263 / 2, 1e-12);
    near(dist, 0.5, 2.17573009554776365786 / 2, 1e-12);
    near(dist, 0.999, 10.2575028262164392162 / 2, 1e-11);
    dist_free(dist);
    spec = spec_of(DIST_GAMMA_RATE, 1, (double)NAN, 0.25);
    dist = made(&spec);
    for (int k = 1; k < 100; k++)
        near(dist, k / 100.0, -4 * log1p(-k / 100.0), 1e-11);
    dist_free(dist);
}

static void beta_and_gamma(void **state)
{
    struct dist_spec spec = spec_of(DIST_BETA, 0.2, (double)NAN, 0.6);
    struct dist *dist = made(&spec);

    (void)state;
    near(dist, 0.05, 0.2, 1e-12);
    near(dist, 0.95, 0.6, 1e-12);
    dist_free(dist);
    spec = spec_of(DIST_GAMMA, 3e9, (double)NAN, 2e10);
    spec.credibility = 0.5;
    dist = made(&spec);
    near(dist, 0.25, 3e9, 1e-1); /* 1e-11 of the range */
    near(dist, 0.75, 2e10, 1e-1);
    dist_free(dist);
}

static void discrete(void **state)
{
    const double values[] = {-1, 0, 2, 5, 9}, weights[] = {0, 1, 2, 1, 0};
    struct dist_spec spec = spec_of(DIST_DISCRETE, (double)NAN, (double)NAN, (double)NAN);

    (void)state;
    spec.values = values;
    spec.weights = weights;
    spec.count = 5;
    struct dist *const dist = made(&spec);
    near(dist, 1e-300, 0, 0);
    near(dist, 0.25, 0, 0);
    near(dist, 0.2500001, 2, 0);
    near(dist, 0.75, 2, 0);
    near(dist, 0.7500001, 5, 0);
    near(dist, 1 - 0x1p-53, 5, 0);
    dist_free(dist);
}

/* u is mapped onto [F(0), F(1)]: normal with mean 0.3 and deviation 0.2. */
static void tails_are_cut(void **state)
{
    const double z = 1.6448536269514722; /* normal quantile at 0.95 */
    struct dist_spec spec = spec_of(DIST_NORMAL, 0.35 - 0.2 * z, (double)NAN, 0.35 + 0.2 * z);

    (void)state;
    spec.domain_low = 0;
    spec.domain_high = 1;
    spec.low = 0.01;
    spec.high = 0.69;
    const double sd = 0.34 / z, below = gsl_cdf_ugaussian_P(-0.35 / sd);
    const double inside = gsl_cdf_ugaussian_P(0.65 / sd) - below;
    struct dist *const dist = made(&spec);
    for (int k = 1; k < 100; k++)
        near(dist, k / 100.0, 0.35 + sd * gsl_cdf_ugaussian_Pinv(below + k / 100.0 * inside),
             1e-13);
    assert_true(dist_quantile(dist, 1e-300) >= 0);
    assert_true(dist_quantile(dist, 1 - 0x1p-53) <= 1);
    dist_free(dist);
}

/* Whatever u, the quantile is in the domain and between the ends, and it rises
 * (but for the error of the table, 1e-11 of the range). */
static void stays_inside_and_rises(void **state)
{
    static const double us[] = {0x1p-64, 1e-12, 1e-7, 1e-4, 0.1, 0.4, 0.7, 0.99, 1 - 1e-9,
                                1 - 0x1p-53};

    (void)state;
    for (int kind = DIST_UNIFORM; kind < DIST_GAMMA_RATE; kind++) {
        struct dist_spec spec = spec_of((enum dist_kind)kind, 0.02, 0.3, 0.9);
        double x[10];
        spec.domain_low = 0;
        spec.domain_low_open = true;
        spec.domain_high = kind < DIST_NORMAL || kind == DIST_BETA ? 1 : 2;
        struct dist *const dist = made(&spec);
        dist_quantiles(dist, us, x, 10);
        for (int i = 0; i < 10; i++) {
            assert_true(x[i] > 0 && x[i] <= spec.domain_high);
            assert_true(kind >= DIST_NORMAL || (x[i] >= 0.02 && x[i] <= 0.9));
            assert_true(i == 0 || x[i] >= x[i - 1] - 1e-11);
            assert_true(x[i] == dist_quantile(dist, us[i]));
        }
        dist_free(dist);
    }
}

static void refused(const struct dist_spec *spec, const char *phrase)
{
    struct dist *dist = (struct dist *)&dist;
    char rule[CS_SENTENCE];

    assert_int_equal(dist_new(spec, &dist, rule), CS_INPUT);
    assert_string_equal(rule, phrase);
    assert_null(dist);
}

static void refuses_numbers(void **state)
{
    struct dist_spec spec = spec_of(DIST_PERT, 0.2, 0.5, 1.4);

    (void)state;
    spec.domain_low = 0;
    spec.domain_high = 1;
    refused(&spec, "high (1.4) lies outside the domain of the cell, [0,1]");
    spec.domain_high = HUGE_VAL;
    spec.low = -1;
    refused(&spec, "low (-1) lies outside the domain of the cell, [0,inf)");
    spec.low = 0;
    spec.domain_low_open = true;
    refused(&spec, "low (0) lies outside the domain of the cell, (0,inf)");
    spec.low = 0.6;
    refused(&spec, "mode (0.5) must lie between low (0.6) and high (1.4)");
    spec.low = 1.4;
    refused(&spec, "low (1.4) must be below high (1.4)");
    spec.low = (double)NAN;
    refused(&spec, "a pert distribution needs low");
    spec = spec_of(DIST_TRIANGULAR, 0, (double)NAN, 1);
    refused(&spec, "a triangular distribution needs mode");
    spec = spec_of(DIST_CONSTANT, 0, (double)NAN, 1);
    refused(&spec, "a constant distribution needs mode");
    spec = spec_of(DIST_NORMAL, 0, 0, HUGE_VAL);
    refused(&spec, "a normal distribution needs high");
    spec = spec_of(DIST_NORMAL, 0, 0, 1);
    spec.credibility = 1;
    refused(&spec, "credibility must be above 0 and below 1");
    spec = spec_of(DIST_KINDS, 0, 0, 1);
    refused(&spec, "no such distribution");
}

static void refuses_shapes(void **state)
{
    struct dist_spec spec = spec_of(DIST_LOGNORMAL, 0, 0, 1);

    (void)state;
    refused(&spec, "low must be above 0 for a lognormal distribution");
    spec.kind = DIST_GAMMA;
    refused(&spec, "low must be above 0 for a gamma distribution");
    spec.kind = DIST_BETA;
    refused(&spec, "low must be above 0 for a beta distribution");
    spec.low = 0.5;
    refused(&spec, "high must be below 1 for a beta distribution");
    spec.high = 0.50001;
    refused(&spec, "low and high are too close together for this distribution; a normal one fits "
                   "as well");
    spec = spec_of(DIST_GAMMA_RATE, 0, 0, 1);
    refused(&spec, "low is the shape of a gamma_rate distribution and must be between 0.01 and "
                   "1000000");
    spec.low = 2;
    spec.high = 0;
    refused(&spec, "high is the rate of a gamma_rate distribution and must be above 0");
    /* mean 0.5, deviation 0.4 / 1.645 = 0.243: P(Z < -2.056) = 1.99 % on either side */
    spec = spec_of(DIST_NORMAL, 0.1, 0, 0.9);
    spec.domain_low = 0;
    spec.domain_high = 1;
    dist_free(made(&spec));
    spec.credibility = 0.8; /* deviation 0.312: P(Z < -1.602) = 5.46 % on either side */
    refused(&spec, "the tails outside the domain of the cell, [0,1], hold 10.9 % of the "
                   "distribution; at most 5 % may be cut");
}

static void refuses_weights(void **state)
{
    const double values[] = {1, 2, 3}, falling[] = {1, 3, 2};
    const double weights[] = {0.2, 0.3, 0.5}, negative[] = {0.2, -0.3, 0.5}, none[] = {0, 0, 0};
    struct dist_spec spec = spec_of(DIST_DISCRETE, (double)NAN, (double)NAN, (double)NAN);

    (void)state;
    refused(&spec, "a discrete distribution needs values such as 1:0.3;2:0.7");
    spec.count = 3;
    spec.values = falling;
    spec.weights = weights;
    refused(&spec, "the values must be in ascending order");
    spec.values = values;
    spec.weights = negative;
    refused(&spec, "a weight must be 0 or more");
    spec.weights = none;
    refused(&spec, "the weights must not all be 0");
    spec.weights = weights;
    spec.domain_low = 0;
    spec.domain_high = 2;
    refused(&spec, "a value (3) lies outside the domain of the cell, [0,2]");
}

/* The range, its square and the tail (exp of 8.2 deviations) against DBL_MAX. */
static void near_the_largest_number(void **state)
{
    static const char rule[] = "its values must be of size below 1.8e308";
    struct dist_spec spec = spec_of(DIST_UNIFORM, -1.3e308, 0, 1.3e308);

    (void)state;
    refused(&spec, rule);
    spec = spec_of(DIST_LOGNORMAL, 1, 0, 6.8e217);
    refused(&spec, rule);
    spec = spec_of(DIST_TRIANGULAR, -1.27e241, 0, 1.27e241);
    struct dist *const dist = made(&spec);
    near(dist, 0.5, 0, 1e230);
    near(dist, 0.125, -0.635e241, 1e230); /* u = (x - low)^2 / (2 c^2), x = -c/2 */
    near(dist, 0.875, 0.635e241, 1e230);
    dist_free(dist);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),          cmocka_unit_test(constant_and_uniform),
        cmocka_unit_test(triangular),     cmocka_unit_test(pert),
        cmocka_unit_test(gamma_rate),     cmocka_unit_test(normal_and_lognormal),
        cmocka_unit_test(beta_and_gamma), cmocka_unit_test(discrete),
        cmocka_unit_test(tails_are_cut),  cmocka_unit_test(stays_inside_and_rises),
        cmocka_unit_test(refuses_numbers), cmocka_unit_test(refuses_shapes),
        cmocka_unit_test(refuses_weights), cmocka_unit_test(near_the_largest_number),
    };

    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
