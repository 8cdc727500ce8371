#include "math/shape.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include "math/special.h"

enum { TERMS = 100000, STEPS = 200 };

/* The distribution of 1 - X. */
static struct shape mirrored(const struct shape *s)
{
    struct shape m = *s;

    m.a = s->b;
    m.b = s->a;
    m.log_origin = s->log_origin + log(s->a / s->b);
    m.half = 1 - s->half;
    return m;
}

/* x^a e^-x / Gamma(a), or x^a (1-x)^b / B(a,b) with y = 1 - x. */
static double kernel(const struct shape *s, double x, double y)
{
    if (s->kind == SHAPE_GAMMA)
        return exp(s->log_factor - deviance(s->a, x, s->a - x));
    const double gap = s->a * y - s->b * x, n = s->a + s->b;
    return exp(s->log_factor - deviance(s->a, n * x, gap) - deviance(s->b, n * y, -gap));
}

/* P(X <= x) over the kernel, for x below a + 1. */
static double gamma_series(double a, double x)
{
    double term = 1 / a, sum = term;

    for (int n = 1; n < TERMS && term > 0.1 * DBL_EPSILON * sum; n++) {
        term *= x / (a + n);
        sum += term;
    }
    return sum;
}

/* Lentz's method: the fraction b0 + a1/(b1 + a2/(b2 + ...)), one term a call. */
struct fraction {
    double value, c, d;
};

static bool fraction_step(struct fraction *f, double a, double b)
{
    const double d = b + a * f->d, c = b + a / f->c;

    f->d = 1 / (fabs(d) < DBL_MIN ? DBL_MIN : d);
    f->c = fabs(c) < DBL_MIN ? DBL_MIN : c;
    const double factor = f->c * f->d;
    f->value *= factor;
    return fabs(factor - 1) > DBL_EPSILON;
}

/* P(X > x) over the kernel, for x above a + 1. */
static double gamma_fraction(double a, double x)
{
    struct fraction f = {x + 1 - a, x + 1 - a, 0};

    for (int n = 1; n < TERMS; n++)
        if (!fraction_step(&f, -n * (n - a), x + 2 * n + 1 - a))
            break;
    return 1 / f.value;
}

/* P(X <= x) over the kernel, for x below (a+1)/(a+b+2). */
static double beta_fraction(double a, double b, double x)
{
    struct fraction f = {1, 1, 0};

    for (int n = 0; n < TERMS; n++) {
        const double odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1));
        const double even = (n + 1) * (b - n - 1) * x / ((a + 2 * n + 1) * (a + 2 * n + 2));
        const bool more = fraction_step(&f, odd, 1);
        if (!fraction_step(&f, even, 1) && !more)
            break;
    }
    return 1 / (a * f.value);
}

/* Both probabilities at 0 < x, y = 1 - x; returns the kernel. */
static double probabilities(const struct shape *s, double x, double y, double *below,
                            double *above)
{
    const double k = kernel(s, x, y);
    const bool low = s->kind == SHAPE_GAMMA ? x < s->a + 1
                                            : x < (s->a + 1) / (s->a + s->b + 2);

    if (low) {
        *below = k * (s->kind == SHAPE_GAMMA ? gamma_series(s->a, x)
                                             : beta_fraction(s->a, s->b, x));
        *above = 1 - *below;
    } else {
        *above = k * (s->kind == SHAPE_GAMMA ? gamma_fraction(s->a, x)
                                             : beta_fraction(s->b, s->a, y));
        *below = 1 - *above;
    }
    return k;
}

struct shape shape_make(enum shape_kind kind, double a, double b)
{
    struct shape s = {.kind = kind, .a = a, .b = b};
    gsl_sf_result value;
    double rest;

    if (kind == SHAPE_GAMMA) {
        s.log_factor = 0.5 * log(a / (2 * M_PI)) - stirling_rest(a);
        s.log_origin = gsl_sf_lngamma_e(a + 1, &value) ? (double)NAN : -value.val;
    } else {
        s.log_factor = 0.5 * log(a / (a + b) * b / (2 * M_PI)) + stirling_rest(a + b) -
                       stirling_rest(a) - stirling_rest(b);
        s.log_origin = gsl_sf_lnbeta_e(a, b, &value) ? (double)NAN : -value.val - log(a);
        probabilities(&s, 0.5, 0.5, &s.half, &rest);
    }
    return s;
}

double shape_below(const struct shape *s, double x)
{
    double below, above;

    if (x <= 0)
        return 0;
    if (isinf(x) || (s->kind == SHAPE_BETA && x >= 1))
        return 1;
    probabilities(s, x, 1 - x, &below, &above);
    return below;
}

double shape_above(const struct shape *s, double x)
{
    double below, above;

    if (x <= 0)
        return 1;
    if (isinf(x) || (s->kind == SHAPE_BETA && x >= 1))
        return 0;
    probabilities(s, x, 1 - x, &below, &above);
    return above;
}

/* Wilson and Hilferty (1931), Carter (Abramowitz and Stegun 26.5.22), or the
 * leading term at the origin where these do not hold. */
static double first_guess(const struct shape *s, double below, double above, double origin)
{
    const double a = s->a, b = s->b;
    const double z = below < above ? gsl_cdf_ugaussian_Pinv(below) : gsl_cdf_ugaussian_Qinv(above);

    if (s->kind == SHAPE_GAMMA) {
        const double root = 1 - 1 / (9 * a) + z / (3 * sqrt(a));
        return a > 0.5 && root > 0.5 ? a * root * root * root : origin;
    }
    if (a <= 1 || b <= 1)
        return origin < 0.9 ? origin : 0.9;
    const double h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1)), r = (z * z - 3) / 6;
    const double w = -z * sqrt(h + r) / h -
                     (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (r + 5.0 / 6 - 2 / (3 * h));
    return a / (a + b * exp(2 * w));
}

/* Halley's method for ln of the smaller probability in ln x, where it is nearly
 * straight; steps that leave the bracket halve it instead. */
static double solve(const struct shape *s, double below, double above, double x)
{
    const bool beta = s->kind == SHAPE_BETA, lower = below <= above;
    double least = DBL_MIN, most = beta ? 1 : DBL_MAX;

    for (int i = 0; i < STEPS && least < most; i++) {
        double p, q;
        const double y = 1 - x, k = probabilities(s, x, y, &p, &q);
        const double gap = lower ? log(p / below) : -log(q / above);
        /* Slope of gap, and that of the density times x, both in ln x. */
        const double slope = k / (lower ? p : q) / (beta ? y : 1);
        const double bend = beta ? s->a - (s->b - 1) * x / y : s->a - x;
        const double newton = -gap / slope;
        const double step = newton / (1 + 0.5 * newton * (lower ? bend - slope : bend + slope));
        if (fabs(newton) * (1 + slope + fabs(bend)) < 1e-5)
            return x * exp(step);
        if (gap > 0)
            most = x;
        else
            least = x;
        const double next = x * exp(fmax(-8, fmin(8, step * newton > 0 ? step : newton)));
        x = next > least && next < most ? next : sqrt(least) * sqrt(most);
    }
    return x;
}

double shape_inverse(const struct shape *s, double below, double above, double guess)
{
    if (s->kind == SHAPE_BETA && below > s->half) { /* 1 - x is the smaller one */
        const struct shape m = mirrored(s);
        return 1 - shape_inverse(&m, above, below, 1 - guess);
    }
    /* Where the leading term is all there is, it is the answer. */
    const double origin = exp((log(below) - s->log_origin) / s->a);
    if (origin * (1 + s->b) < 0.1 * DBL_EPSILON)
        return origin;
    if (!(guess > DBL_MIN) || (s->kind == SHAPE_BETA && !(guess < 1)))
        guess = first_guess(s, below, above, origin);
    return solve(s, below, above, guess);
}
