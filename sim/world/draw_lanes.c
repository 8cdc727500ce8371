/* Draws of parameters, on one instruction set; see tool/isa.h. */
#include "math/dist_inside.h"
#include "tool/address_lanes.h"
#include "tool/normal.h"
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
    for (int k = 0; k <= last; k++)
        uniforms(seed, path, w->prior[copula->prior[k]].hash, z[k]);
    lanes_normal(z, last + 1);
    for (int k = last; k >= 0; k--) {
        const double *row = copula->lower + (size_t)k * (size_t)copula->count;
        FOR_LANES(l)
            z[k][l] *= row[k];
        for (int m = 0; m < k; m++)
            FOR_LANES(l)
                z[k][l] += row[m] * z[m][l];
    }
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

/* Priors that are drawn together, since a batch of inverse normals costs less. */
enum { BATCH = 32 };
struct batch {
    int count;
    const struct prior *prior[BATCH];
    double u[BATCH][LANES], z[BATCH][LANES];
};

static void add_prior(struct batch *batch, const struct prior *prior, uint64_t seed,
                      const uint64_t path[LANES])
{
    double *const u = batch->u[batch->count];

    batch->prior[batch->count] = prior;
    uniforms(seed, path, prior->hash, u);
    dist_cut(prior->dist, u);
    memcpy(batch->z[batch->count++], u, sizeof batch->z[0]);
}

static void fill_batch(const struct scenario *w, struct batch *batch, double (*cell)[LANES])
{
    double x[LANES];

    lanes_normal(batch->z, batch->count);
    for (int k = 0; k < batch->count; k++) {
        dist_lanes(batch->prior[k]->dist, batch->u[k], batch->z[k], x);
        fill_cells(w, batch->prior[k], x, cell);
    }
    batch->count = 0;
}

/* The priors in the copula that depend on others there. */
static void draw_joint(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                       double (*cell)[LANES])
{
    const int count = w->copula.count;
    double z[LIMIT_COPULA][LANES], x[LANES];

    if (count)
        draw_scores(w, seed, path, count - 1, z);
    for (int k = 0; k < count; k++) {
        const struct prior *const prior = &w->prior[w->copula.prior[k]];
        if (copula_depends(&w->copula, k)) {
            kernel_dist_at_scores(prior->dist, z[k], x);
            fill_cells(w, prior, x, cell);
        }
    }
}

static void draw_others(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                        double (*cell)[LANES])
{
    struct batch batch;

    batch.count = 0;
    for (int p = 0; p < w->priors; p++) {
        if (w->prior[p].cell_count && copula_place(&w->copula, p) < 0)
            add_prior(&batch, &w->prior[p], seed, path);
        if (batch.count == BATCH)
            fill_batch(w, &batch, cell);
    }
    fill_batch(w, &batch, cell);
}

void kernel_draw_cells(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                       bool uncertainty, double (*cell)[LANES])
{
    for (int c = 0; c < w->cells; c++) {
        double value = w->value[c] * w->factor[c];
        FOR_LANES(l)
            cell[c][l] = value;
    }
    if (uncertainty) {
        draw_joint(w, seed, path, cell);
        draw_others(w, seed, path, cell);
    }
}

void kernel_draw_prior(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                       int prior, double x[LANES])
{
    const struct dist *const dist = w->prior[prior].dist;
    const int place = copula_place(&w->copula, prior);
    double z[LIMIT_COPULA][LANES], u[LANES];

    if (place < 0) {
        uniforms(seed, path, w->prior[prior].hash, u);
        kernel_dist_quantiles(dist, u, x);
    } else {
        draw_scores(w, seed, path, place, z);
        kernel_dist_at_scores(dist, z[place], x);
    }
}
