/* Quantiles of a unit gamma or beta distribution through a table. */
#ifndef CHIPSPLIT_MATH_TABLE_H
#define CHIPSPLIT_MATH_TABLE_H

#include "math/shape.h"

enum { TABLE_CELLS = 24, TABLE_DEGREE = 11 };

/* Polynomials of degree TABLE_DEGREE in t = logit u, on cells of length 1 from
 * t = -12 to 12, each cell cut into up to 32 equal parts where it must be. They
 * give the quantile, or its logarithm if a < 1, when it is steep at the origin.
 * Outside, in 1.2e-5 of all draws, the quantile is solved for. */
struct quantile_table {
    struct shape shape;
    double *coefficients;        /* TABLE_DEGREE + 1 a part */
    int first[TABLE_CELLS];      /* part; -1: solve for it */
    int parts[TABLE_CELLS];
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

/* Fills a table; 0 or CS_MEMORY. Takes about 0.2 ms. */
int table_init(struct quantile_table *table, const struct shape *shape);
void table_release(struct quantile_table *table);

/* The quantile at u in (0,1), within 2e-12 of the larger of the quantile and the
 * interquartile range. */
double table_quantile(const struct quantile_table *table, double u);

#endif
