/* Quantiles through tables, on one instruction set; see tool/isa.h. */
#include "math/table.h"

#include <math.h>
#include "tool/chebyshev.h"
#include "tool/vmath.h"

/* The series of one part where y, its variable, lies in [-1,1]. */
static void take_part(const struct quantile_table *table, int part, const double *y, double *x)
{
    double sum[LANES];
    int any = 0;

    FOR_LANES(l)
        any |= fabs(y[l]) <= 1;
    if (!any)
        return;
    lane_chebyshev(table->coefficients + part * TABLE_TERMS, table->terms[part], y, sum);
    FOR_LANES(l)
        x[l] = fabs(y[l]) <= 1 ? sum[l] : x[l];
}

void table_lanes(const struct quantile_table *table, const double *u, const double *z,
                 double *x)
{
    const double parts = table->parts;
    double y[LANES];
    int missing = 0;

    FOR_LANES(l)
        x[l] = (double)NAN;
    for (int part = 0; part < table->parts; part++) {
        const double from = parts - 1 - 2 * part;
        FOR_LANES(l)
            y[l] = z[l] * (parts / TABLE_EDGE) + from;
        if (table->terms[part] > 0)
            take_part(table, part, y, x);
    }
    if (table->logarithm)
        lane_exp(x, x);
    FOR_LANES(l)
        missing |= x[l] != x[l];
    for (int l = 0; l < LANES && missing; l++)
        if (isnan(x[l]))
            x[l] = shape_inverse(&table->shape, u[l], 1 - u[l], (double)NAN);
}
