/* Inverse distribution functions of priors, from GSL, through tables. */
#ifndef CHIPSPLIT_MATH_DIST_H
#define CHIPSPLIT_MATH_DIST_H

#include <stddef.h>
#include "tool/error.h"

enum dist_kind {
    DIST_CONSTANT,    /* mode */
    DIST_UNIFORM,     /* low, high: ends */
    DIST_TRIANGULAR,  /* low, mode, high: ends and peak */
    DIST_PERT,        /* the same; beta with shape 4 */
    DIST_NORMAL,      /* low, high: ends of the central `credibility` interval */
    DIST_LOGNORMAL,   /* the same, both > 0 */
    DIST_BETA,        /* the same, inside (0,1) */
    DIST_GAMMA,       /* the same, both > 0 */
    DIST_GAMMA_RATE,  /* low = shape, high = rate */
    DIST_DISCRETE,    /* values and weights, inverted in ascending order */
    DIST_KINDS
};

/* The words of the `distribution` column, in the order of dist_kind. */
extern const char *const dist_names[DIST_KINDS];

/* What a row of priors.csv says. Unused numbers are NaN. */
struct dist_spec {
    enum dist_kind kind;
    double low, mode, high;
    double credibility;          /* (0,1); 0.9 if the cell is blank */
    const double *values, *weights; /* discrete: ascending, weights sum to 1 */
    size_t count;
    double domain_low, domain_high; /* the cell's domain, infinities allowed */
    bool domain_low_open, domain_high_open; /* end itself not allowed */
    struct quantile_table **shelf;        /* tables of other distributions, or NULL; see table.h */
};

/* A prepared distribution: parameters fitted, tails outside the domain cut
 * (u is mapped onto [F(domain_low), F(domain_high)]), and where the inverse
 * has no closed form a table made here. Its quantile is the same for one draw
 * and for a million. Read-only after dist_new: share it between threads. */
struct dist;

/* Prepares a distribution, which is the caller's and goes to dist_free. Returns 0,
 * CS_MEMORY, or CS_INPUT with the broken rule as a phrase in `rule` (of size
 * CS_SENTENCE) and *out = NULL: ends not in order, outside the domain, not
 * positive, mode outside the ends, weights negative or all 0, tails outside the
 * domain holding more than 5 %, draws that no double holds. */
int dist_new(const struct dist_spec *spec, struct dist **out, char *rule);
void dist_free(struct dist *dist);

/* The quantile at u in (0,1), after the cut. Error at most 1e-11 relative to
 * the larger of |quantile| and the interquartile range. */
double dist_quantile(const struct dist *dist, double u);
void dist_quantiles(const struct dist *dist, const double *u, double *x, size_t n);

/* The quantile at u = Phi(z) of a normal score, before the cut; the ends of a double's u
 * are kept off, 2^-1000 and 1 - 2^-53. */
double dist_at_score(const struct dist *dist, double z);

#endif
