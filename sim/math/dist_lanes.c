/* Draws of prepared distributions, on one instruction set; see tool/isa.h. */
#include "math/dist_inside.h"

#include <math.h>
#include "tool/normal.h"

/* Of a product that may be too large for a double. */
static inline double root_of(double a, double b)
{
    const double product = a * b, roots = sqrt(a) * sqrt(b);

    return product < INFINITY ? sqrt(product) : roots;
}

static void triangular(const struct dist *d, const double *u, double *x)
{
    const double range = d->high - d->low, rise = d->mode - d->low, fall = d->high - d->mode;

    FOR_LANES(l) {
        const double up = d->low + root_of(u[l] * range, rise);
        const double down = d->high - root_of((1 - u[l]) * range, fall);
        x[l] = u[l] * range < rise ? up : down;
    }
}

static double discrete(const struct dist *d, double u)
{
    size_t low = 0, high = d->count - 1;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (d->cumulated[middle] >= u)
            high = middle;
        else
            low = middle + 1;
    }
    return d->values[low];
}

static void by_kind(const struct dist *d, const double *u, const double *z, double *x)
{
    switch (d->kind) {
    case DIST_UNIFORM:
        FOR_LANES(l)
            x[l] = d->low + u[l] * (d->high - d->low);
        break;
    case DIST_TRIANGULAR:
        triangular(d, u, x);
        break;
    case DIST_NORMAL:
    case DIST_LOGNORMAL:
        FOR_LANES(l)
            x[l] = d->location + d->scale * z[l];
        if (d->kind == DIST_LOGNORMAL)
            lane_exp(x, x);
        break;
    case DIST_DISCRETE:
        for (int l = 0; l < LANES; l++)
            x[l] = discrete(d, u[l]);
        break;
    default:
        FOR_LANES(l)
            x[l] = d->mode;
    }
}

void dist_cut(const struct dist *d, double *u)
{
    const double most = 1 - 0x1p-53; /* the cut may round to 1, which has no quantile */

    FOR_LANES(l) {
        const double cut = d->below + u[l] * d->inside;
        u[l] = cut < most ? cut : most;
    }
}

void dist_lanes(const struct dist *d, const double *u, const double *z, double *x)
{
    if (d->table) {
        table_lanes(d->table, u, z, x);
        FOR_LANES(l)
            x[l] = d->location + d->scale * x[l];
    } else {
        by_kind(d, u, z, x);
    }
    FOR_LANES(l)
        x[l] = x[l] < d->least ? d->least : x[l] > d->most ? d->most : x[l];
}

void kernel_dist_quantiles(const struct dist *d, const double *u, double *x)
{
    double cut[LANES], z[LANES];

    memcpy(cut, u, sizeof cut);
    dist_cut(d, cut);
    lane_normal(cut, z);
    dist_lanes(d, cut, z, x);
}

void kernel_dist_at_scores(const struct dist *d, const double *z, double *x)
{
    double u[LANES];

    lane_normal_below(z, u);
    if (dist_cuts(d))
        kernel_dist_quantiles(d, u, x);
    else
        dist_lanes(d, u, z, x);
}
