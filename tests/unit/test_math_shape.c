/* Unit gamma and beta distributions: probabilities, inverses, tables, fits. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include "math/fit.h"
#include "math/shape.h"
#include "math/table.h"
#include "tool/normal.h"

static void near(double value, double wanted, double tolerance, const char *what, double a,
                 double b)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%s at %g, %g: %.17g instead of %.17g", what, a, b, value, wanted);
}

/* GSL's own functions keep 13 digits up to shapes of some hundreds. */
static void probabilities_against_gsl(void **state)
{
    static const double shapes[] = {0.05, 0.5, 1, 1.7, 4.4, 30, 300};

    (void)state;
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < 7; j++) {
            const double a = shapes[i], b = shapes[j];
            const struct shape beta = shape_make(SHAPE_BETA, a, b);
            const struct shape gamma = shape_make(SHAPE_GAMMA, a, 0);
            for (int k = 1; k < 40; k++) {
                const double x = k / 40.0, y = a * k / 15.0;
                const double low = gsl_cdf_beta_P(x, a, b), high = gsl_cdf_beta_Q(x, a, b);
                near(shape_below(&beta, x), low, 2e-12 * low + 1e-300, "beta below", a, x);
                near(shape_above(&beta, x), high, 2e-12 * high + 1e-15, "beta above", a, x);
                near(shape_below(&gamma, y), gsl_cdf_gamma_P(y, a, 1), 1e-13, "gamma below", a, y);
                near(shape_above(&gamma, y), gsl_cdf_gamma_Q(y, a, 1), 1e-13, "gamma above", a, y);
            }
        }
    }
}

/* Where GSL loses digits: P(X <= 9900) for a = 10000 from mpmath 1.3 at 30 digits;
 * for equal shapes 1/2 by symmetry. */
static void large_shapes(void **state)
{
    const struct shape gamma = shape_make(SHAPE_GAMMA, 1e4, 0);

    (void)state;
    near(shape_below(&gamma, 9900), 0.158651192193564656957, 1e-14, "gamma", 1e4, 9900);
    for (double a = 0.01; a <= SHAPE_MOST; a *= 10) {
        const struct shape beta = shape_make(SHAPE_BETA, a, a);
        near(shape_below(&beta, 0.5), 0.5, 1e-12, "beta", a, 0.5);
    }
}

static void outside_the_support(void **state)
{
    const struct shape beta = shape_make(SHAPE_BETA, 2, 3), gamma = shape_make(SHAPE_GAMMA, 2, 0);

    (void)state;
    assert_true(shape_below(&beta, -1) == 0 && shape_above(&beta, 0) == 1);
    assert_true(shape_below(&beta, 1) == 1 && shape_above(&beta, HUGE_VAL) == 0);
    assert_true(shape_below(&gamma, -HUGE_VAL) == 0 && shape_above(&gamma, -3) == 1);
    assert_true(shape_below(&gamma, HUGE_VAL) == 1 && shape_above(&gamma, HUGE_VAL) == 0);
}

/* u = logistic(t) and 1 - u for t = -34.5 to 34.5: 1e-15 to 1 - 1e-15. */
static void tails(int k, double *below, double *above)
{
    *below = 1 / (1 + exp(-k * 0.69));
    *above = 1 - *below;
    if (k < 0) {
        *below = exp(k * 0.69) / (1 + exp(k * 0.69));
        *above = 1 - *below;
    }
}

/* The inverse leads back to the smaller probability within 1e-12, as far as the
 * doubles next to x allow: those near 1 lie far apart for the upper tail of a beta
 * distribution, and its probabilities lose the digits of 1 - x to a large b. */
static void check_round_trip(const struct shape *s)
{
    for (int k = -50; k <= 50; k++) {
        double below, above;
        tails(k, &below, &above);
        const double x = shape_inverse(s, below, above, (double)NAN);
        const double up = nextafter(x, HUGE_VAL), down = nextafter(x, -HUGE_VAL);
        if (x < 1e-290)
            continue;
        const double part = 1e-12 + DBL_EPSILON * s->b;
        if (below < above)
            near(shape_below(s, x), below,
                 part * below + shape_below(s, up) - shape_below(s, down), "below", s->a, below);
        else
            near(shape_above(s, x), above,
                 part * above + shape_above(s, down) - shape_above(s, up), "above", s->a, above);
    }
}

static const double shapes[] = {0.05, 0.3, 0.5, 1, 1.2, 2.2, 3.8, 5, 17, 120, 900, 1e4};
enum { SHAPES = 12 };

static void round_trips(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        const struct shape gamma = shape_make(SHAPE_GAMMA, shapes[i], 0);
        check_round_trip(&gamma);
        for (int j = 0; j < SHAPES; j++) {
            const struct shape beta = shape_make(SHAPE_BETA, shapes[i], shapes[j]);
            check_round_trip(&beta);
        }
    }
}

/* The errors promised in the header, against the solver. */
static void check_table(const struct shape *s)
{
    enum { DRAWS = 10 * LANES };
    const double error = s->kind == SHAPE_BETA && s->b > 1000 ? 2e-12 : 5e-13;
    struct quantile_table table;
    double u[LANES], z[LANES], x[LANES];

    assert_int_equal(table_init(&table, s), 0);
    const double range = shape_inverse(s, 0.75, 0.25, (double)NAN) -
                         shape_inverse(s, 0.25, 0.75, (double)NAN);
    for (int k = 0; k < DRAWS; k += LANES) {
        for (int l = 0; l < LANES; l++) /* 1e-6 to 1 - 1e-6, and beyond */
            u[l] = 1 / (1 + exp(-(k + l - DRAWS / 2 + 0.3) / 11));
        lane_normal(u, z);
        table_lanes(&table, u, z, x);
        for (int l = 0; l < LANES; l++) {
            const double wanted = shape_inverse(s, u[l], 1 - u[l], (double)NAN);
            near(x[l], wanted, error * fmax(wanted, range), "table", s->a, u[l]);
        }
    }
    for (int l = 0; l < LANES; l++) /* beyond the table */
        u[l] = ldexp(1, -900 - l);
    lane_normal(u, z);
    table_lanes(&table, u, z, x);
    for (int l = 0; l < LANES; l++)
        near(x[l], shape_inverse(s, u[l], 1, (double)NAN), 0, "table", s->a, u[l]);
    table_release(&table);
    table_release(&table);
}

static void tables(void **state)
{
    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        const struct shape gamma = shape_make(SHAPE_GAMMA, shapes[i], 0);
        check_table(&gamma);
        for (int j = 0; j < SHAPES; j++) {
            const struct shape beta = shape_make(SHAPE_BETA, shapes[i], shapes[j]);
            check_table(&beta);
        }
    }
}

/* Usual priors have one series, the steep and the extreme several, and where probabilities
 * are too noisy for a series the solver is asked: the parts are found by trying. */
static void parts_of_tables(void **state)
{
    static const struct known {
        enum shape_kind kind;
        double a, b;
        int parts, most_terms;
        bool solved;
    } known[] = {
        {SHAPE_BETA, 3, 3, 1, 30, false},      {SHAPE_BETA, 1, 5, 1, 45, false},
        {SHAPE_GAMMA, 0.5, 0, 1, 60, false},   {SHAPE_GAMMA, 1e6, 0, 1, 6, false},
        {SHAPE_GAMMA, 0.05, 0, 2, 60, false},  {SHAPE_BETA, 1.2, 0.01, 8, 30, false},
        {SHAPE_BETA, 2.5, 1e6, 16, 65, true},
    };

    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const struct shape s = shape_make(known[k].kind, known[k].a, known[k].b);
        struct quantile_table table;
        bool solved = false;
        assert_int_equal(table_init(&table, &s), 0);
        assert_int_equal(table.parts, known[k].parts);
        for (int i = 0; i < table.parts; i++) {
            assert_true(table.terms[i] <= known[k].most_terms);
            solved = solved || table.terms[i] == 0;
        }
        assert_true(solved == known[k].solved);
        table_release(&table);
    }
}

/* Closed forms: beta(1/2,1/2) is the arc sine law, beta(a,1) a power, gamma(1)
 * exponential, and gamma(1/2) half the square of a normal variable. */
static void closed_forms(void **state)
{
    const struct shape arc = shape_make(SHAPE_BETA, 0.5, 0.5), power = shape_make(SHAPE_BETA, 3, 1);
    const struct shape unit = shape_make(SHAPE_GAMMA, 1, 0), half = shape_make(SHAPE_GAMMA, 0.5, 0);

    (void)state;
    for (int k = -50; k <= 50; k++) {
        double u, v;
        tails(k, &u, &v);
        const double s = sin(M_PI * u / 2), z = gsl_cdf_ugaussian_Qinv(v / 2);
        const double rest = u < v ? -log1p(-u) : -log(v);
        near(shape_inverse(&arc, u, v, (double)NAN), s * s, 1e-13 * s * s, "arc", u, v);
        near(shape_inverse(&power, u, v, (double)NAN), cbrt(u), 1e-13, "power", u, v);
        near(shape_inverse(&unit, u, v, (double)NAN), rest, 1e-13 * rest, "exponential", u, v);
        if (u > 1e-3) /* below, 1 - v/2 has lost the digits of z */
            near(shape_inverse(&half, u, v, (double)NAN), z * z / 2, 1e-11 * z * z, "chi", u, v);
    }
}

/* Fitted distributions meet both ends within 1e-12 of themselves. Narrow beta
 * distributions have shapes of about mean / variance: those beyond 3e5 are left
 * out, since the largest shape is 1e6. */
static void check_fit(double low, double high, double credibility)
{
    const double tail = (1 - credibility) / 2;
    double a = 0, b = 0, scale = 0;

    assert_null(fit_gamma(low, high, credibility, &a, &scale));
    const struct shape gamma = shape_make(SHAPE_GAMMA, a, 0);
    near(scale * shape_inverse(&gamma, tail, 1 - tail, (double)NAN), low, 1e-12 * low, "low", low,
         high);
    near(scale * shape_inverse(&gamma, 1 - tail, tail, (double)NAN), high, 1e-12 * high, "high",
         low, high);
    const double sd = (high - low) / 2 / gsl_cdf_ugaussian_Qinv(tail);
    if (high >= 1 || high / (sd * sd) > 3e5)
        return;
    assert_null(fit_beta(low, high, credibility, &a, &b));
    const struct shape beta = shape_make(SHAPE_BETA, a, b);
    near(shape_inverse(&beta, tail, 1 - tail, (double)NAN), low, 1e-12 * low, "low", low, high);
    near(shape_inverse(&beta, 1 - tail, tail, (double)NAN), high, 1e-12 * high, "high", low, high);
}

static void fits(void **state)
{
    static const double lows[] = {1e-6, 0.003, 0.05, 0.31, 0.7, 0.98, 2, 4e9};
    static const double ratios[] = {1.02, 1.3, 3, 40, 3000};
    static const double levels[] = {0.5, 0.9, 0.99};

    (void)state;
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 5; j++)
            for (int k = 0; k < 3; k++)
                check_fit(lows[i], lows[i] * ratios[j], levels[k]);
}

static void no_fit(void **state)
{
    double a, b;

    (void)state;
    assert_string_equal(fit_gamma(1, 1.0001, 0.9, &a, &b),
                        "low and high are too close together for this distribution; a normal one "
                        "fits as well");
    assert_string_equal(fit_beta(0.4, 0.4001, 0.9, &a, &b),
                        "low and high are too close together for this distribution; a normal one "
                        "fits as well");
    assert_string_equal(fit_gamma(1e-280, 1e280, 0.9, &a, &b),
                        "low and high are too far apart for this distribution");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probabilities_against_gsl), cmocka_unit_test(large_shapes),
        cmocka_unit_test(outside_the_support),       cmocka_unit_test(round_trips),
        cmocka_unit_test(tables),
        cmocka_unit_test(parts_of_tables),                    cmocka_unit_test(closed_forms),
        cmocka_unit_test(fits),                      cmocka_unit_test(no_fit),
    };

    gsl_set_error_handler_off();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
