/* Unit gamma and beta distributions: probabilities and their inverses. */
#ifndef CHIPSPLIT_MATH_SHAPE_H
#define CHIPSPLIT_MATH_SHAPE_H

enum shape_kind { SHAPE_GAMMA, SHAPE_BETA };

/* Within these bounds probabilities are accurate to 1e-13 of themselves, or to
 * 1e-16 times b in the upper tail of a beta distribution with a large b. */
#define SHAPE_LEAST 0.01
#define SHAPE_MOST 1e6

/* A gamma distribution of scale 1 (b unused) or a beta distribution, with what
 * its densities have in common. Set up by shape_make. */
struct shape {
    enum shape_kind kind;
    double a, b;
    double log_factor; /* of the density in the saddle point form */
    double log_origin; /* ln P(X <= x) - a ln x for x towards 0 */
    double half;       /* P(X <= 1/2) of a beta distribution */
};

/* a, and b of a beta distribution, in [SHAPE_LEAST, SHAPE_MOST]. */
struct shape shape_make(enum shape_kind kind, double a, double b);

/* P(X <= x) and P(X > x) for any x; the smaller of the two has full relative
 * accuracy. By series and continued fractions (Abramowitz and Stegun 6.5.29,
 * 6.5.31, 26.5.8) after a factor in Loader's form: GSL's own functions lose
 * digits beyond shapes of 1000. */
double shape_below(const struct shape *s, double x);
double shape_above(const struct shape *s, double x);

/* The x with P(X <= x) = below, where above = 1 - below and both are > 0; the
 * smaller one counts. `guess` is where to start, NaN for no idea. */
double shape_inverse(const struct shape *s, double below, double above, double guess);

#endif
