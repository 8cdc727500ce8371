/* Quantiles of a unit gamma or beta distribution through a table. */
#ifndef CHIPSPLIT_MATH_TABLE_H
#define CHIPSPLIT_MATH_TABLE_H

#include "math/shape.h"

enum { TABLE_TERMS = 65, TABLE_PARTS = 16 };
#define TABLE_EDGE 4.25

/* Chebyshev series in the normal score z of a draw, in which quantiles are smooth: one
 * on [-TABLE_EDGE, TABLE_EDGE] for usual shapes, of 20 to 50 terms, or one on each of up
 * to TABLE_PARTS equal parts. They give the quantile, or its logarithm if a < 1, when it
 * is steep at the origin. Outside, in 2e-5 of all draws, the quantile is solved for. */
struct quantile_table {
    struct shape shape;
    double *coefficients;        /* TABLE_TERMS a part */
    int parts;
    int terms[TABLE_PARTS];      /* of each part; 0: solve for it */
    int logarithm;
    int users;                   /* of a shared one */
    struct quantile_table *next;          /* in its shelf */
};

/* The table of a shape from a shelf, which starts as NULL and is not shared between
 * threads: made if no equal shape has one. 0 or CS_MEMORY. table_return goes with each;
 * the table lasts as long as one user has it, and the shelf until the first return. */
int table_take(struct quantile_table **shelf, const struct shape *shape,
               struct quantile_table **out);
void table_return(struct quantile_table *table);

/* Fills a table; 0 or CS_MEMORY. Takes about 0.05 ms. */
int table_init(struct quantile_table *table, const struct shape *shape);
void table_release(struct quantile_table *table);

/* The quantiles of LANES draws: u in (0,1), z = Phi^-1(u). Within 5e-13 of the larger of
 * the quantile and the interquartile range; 2e-12 where probabilities have lost digits to
 * a b of 1e4, see shape.h. */
void table_lanes(const struct quantile_table *table, const double *u, const double *z,
                 double *x);

#endif
