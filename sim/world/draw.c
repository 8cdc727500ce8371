#include "tool/isa.h"
#include "world/copula.h"
#include "world/scenario.h"

ISA_KERNEL(void, kernel_draw_cells, (const struct scenario *, uint64_t, const uint64_t *, bool,
                                     double (*)[LANES]));
ISA_KERNEL(void, kernel_draw_prior, (const struct scenario *, uint64_t, const uint64_t *, int,
                                     double *));

void draw_cells(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                bool uncertainty, double (*cell)[LANES])
{
    ISA_CALL(kernel_draw_cells)(w, seed, path, uncertainty, cell);
}

void draw_prior(const struct scenario *w, uint64_t seed, const uint64_t path[LANES], int prior,
                double x[LANES])
{
    ISA_CALL(kernel_draw_prior)(w, seed, path, prior, x);
}

void prior_scores(const struct scenario *w, const double *z, double *score)
{
    const struct copula *const copula = &w->copula;

    for (int p = 0; p < w->priors; p++) {
        const int place = copula_place(copula, p);
        score[p] = place < 0 ? z[p] : 0;
        for (int k = 0; k <= place; k++)
            score[p] += copula->lower[place * copula->count + k] * z[copula->prior[k]];
    }
}

void prior_values(const struct scenario *w, const double *z, double *x)
{
    prior_scores(w, z, x);
    for (int p = 0; p < w->priors; p++)
        x[p] = dist_at_score(w->prior[p].dist, x[p]);
}
