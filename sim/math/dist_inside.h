/* A prepared distribution, and its draws on lanes. Nobody outside sim/math and
 * sim/world/draw_lanes.c reads it. */
#ifndef CHIPSPLIT_MATH_DIST_INSIDE_H
#define CHIPSPLIT_MATH_DIST_INSIDE_H

#include "math/dist.h"
#include "math/table.h"

struct dist {
    enum dist_kind kind;
    double low, mode, high;  /* bounded kinds */
    double location, scale;  /* normal and lognormal; low end and scale of a table */
    double below, inside;    /* probability below and inside the domain */
    double least, most;      /* what the quantile may be */
    struct quantile_table *table;     /* or NULL */
    size_t count;            /* discrete */
    double *values, *cumulated;
};

/* True if tails outside the domain are cut. */
static inline bool dist_cuts(const struct dist *dist)
{
    return dist->below > 0 || dist->inside < 1;
}

/* Maps LANES uniforms onto [F(domain_low), F(domain_high)], in place. */
void dist_cut(const struct dist *dist, double *u);

/* The quantiles of LANES draws after the cut: u in (0,1), z = Phi^-1(u). */
void dist_lanes(const struct dist *dist, const double *u, const double *z, double *x);

/* The quantiles of LANES draws before it, from u or from their scores; see tool/isa.h. */
void kernel_dist_quantiles(const struct dist *dist, const double *u, double *x);
void kernel_dist_at_scores(const struct dist *dist, const double *z, double *x);

#endif
