/* Draws of parameters, on one instruction set; see tool/isa.h. */
#include <gsl/gsl_cdf.h>
#include "tool/address_lanes.h"
#include "world/catalogue.h"
#include "world/copula.h"
#include "world/scenario.h"

/* The class-20 uniforms of an address, which belong to t = 0. */
static void uniforms(uint64_t seed, const uint64_t path[LANES], uint32_t hash, double u[LANES])
{
    double odd[LANES];
    address_pair(seed, path, 0, DRAW_PARAMETER, hash, u, odd);
}

/* Normal scores of the correlated priors up to place `last` of the copula,
 * z = L Phi^-1(u). Rows run from last to first, so that it is done in place. */
static void draw_scores(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                        int last, double (*z)[LANES])
{
    const struct copula *copula = &w->copula;
    for (int k = 0; k <= last; k++) {
        uniforms(seed, path, w->prior[copula->prior[k]].hash, z[k]);
        FOR_LANES(l)
            z[k][l] = gsl_cdf_ugaussian_Pinv(z[k][l]);
    }
    for (int k = last; k >= 0; k--) {
        const double *row = copula->lower + (size_t)k * (size_t)copula->count;
        FOR_LANES(l)
            z[k][l] *= row[k];
        for (int m = 0; m < k; m++)
            FOR_LANES(l)
                z[k][l] += row[m] * z[m][l];
    }
}

/* Turns scores into quantiles of a prior. */
static void quantiles_of_scores(const struct prior *prior, const double z[LANES],
                                double x[LANES])
{
    double u[LANES];
    for (int l = 0; l < LANES; l++)
        u[l] = copula_uniform(z[l]);
    dist_quantiles(prior->dist, u, x, LANES);
}

static void draw_alone(const struct prior *prior, uint64_t seed, const uint64_t path[LANES],
                       double x[LANES])
{
    double u[LANES];
    uniforms(seed, path, prior->hash, u);
    dist_quantiles(prior->dist, u, x, LANES);
}

static void fill_cells(const struct scenario *w, const struct prior *prior,
                       const double x[LANES], double (*cell)[LANES])
{
    for (int k = 0; k < prior->cell_count; k++) {
        int c = prior->cells[k];
        double scale = (prior->relative ? w->value[c] : 1) * w->factor[c];
        FOR_LANES(l) {
            double value = x[l] * scale;
            cell[c][l] = value < prior->least ? prior->least
                         : value > prior->most ? prior->most
                                               : value;
        }
    }
}

void kernel_draw_cells(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                bool uncertainty, double (*cell)[LANES])
{
    double z[LIMIT_COPULA][LANES], x[LANES];
    for (int c = 0; c < w->cells; c++) {
        double value = w->value[c] * w->factor[c];
        FOR_LANES(l)
            cell[c][l] = value;
    }
    if (!uncertainty)
        return;
    if (w->copula.count)
        draw_scores(w, seed, path, w->copula.count - 1, z);
    for (int p = 0; p < w->priors; p++) {
        const struct prior *prior = &w->prior[p];
        if (!prior->cell_count)
            continue;
        int place = copula_place(&w->copula, p);
        if (place >= 0)
            quantiles_of_scores(prior, z[place], x);
        else
            draw_alone(prior, seed, path, x);
        fill_cells(w, prior, x, cell);
    }
}

void kernel_draw_prior(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                int prior, double x[LANES])
{
    double z[LIMIT_COPULA][LANES];
    int place = copula_place(&w->copula, prior);
    if (place < 0) {
        draw_alone(&w->prior[prior], seed, path, x);
        return;
    }
    draw_scores(w, seed, path, place, z);
    quantiles_of_scores(&w->prior[prior], z[place], x);
}
