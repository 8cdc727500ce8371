/* Where the width of an outcome comes from: Beijing's stance, parameters, luck.
 *
 * The variance of an outcome in the last full year is split into the part
 * between stances at the year's end (analysis of variance), the part that a
 * linear regression on the normal scores of the priors explains within stances
 * (common slopes, adjusted R squared), and the rest. The second is a lower
 * bound of what parameters do; whatever they do otherwise counts as luck. */
#ifndef CHIPSPLIT_RUN_WIDTH_H
#define CHIPSPLIT_RUN_WIDTH_H

#include "run/wave.h"
#include "tool/archive.h"

enum { OUTCOMES = 2 };       /* lead foreign vendor's gross revenue; domestic share by money */
enum { PART_STANCE, PART_PARAMETERS, PART_LUCK, PARTS };

/* The outcomes of the first paths, at most KEEP_PATHS. */
struct sample {
    const struct plan *plan;
    uint64_t seed, first;
    bool uncertainty;
    int date;                /* the last full year */
    int row[OUTCOMES];       /* of the plan, or -1 */
    size_t n, room;
    double *value[OUTCOMES]; /* [n], NaN for missing */
    int32_t *stance;         /* [n] */
};

int sample_new(const struct plan *plan, uint64_t paths, struct sample **out,
               struct cs_error *err);
void sample_free(struct sample *sample);
void sample_add(struct sample *sample, const struct wave *wave);
/* Writes or reads the outcomes taken so far. */
void sample_archive(struct sample *sample, struct archive *archive);

struct width {
    bool known;              /* false: no such outcome, no width, or too few paths */
    int priors;              /* how many the regression used */
    size_t paths;
    double share[PARTS];     /* of the variance; they sum to 1 */
    double error[PARTS];     /* standard errors, by a jackknife over ten groups of paths */
};

/* Splits the variance of each outcome. The result does not depend on the number of threads. */
int sample_widths(const struct sample *sample, int threads, struct width width[OUTCOMES],
                  struct cs_error *err);

/* What takes time in it, on one instruction set. */
/* Normal scores of p priors, z[LANES][p], before the copula: they span the same lines as
 * those after it. */
void kernel_width_scores(uint64_t seed, const uint64_t path[LANES], const uint32_t *hash, size_t p,
                         double *z);
/* A symmetric matrix is its lower triangle, row after row: where row i begins. */
static inline size_t triangle_row(size_t i)
{
    return i * (i + 1) / 2;
}
/* Adds their products to a triangle of p rows. */
void kernel_width_products(const double *z, size_t p, double *zz);
/* The Cholesky factor of a triangle of p rows, in its place; false if there is none.
 * `column` is scratch [p]. GSL's would come from a BLAS that knows no vectors. */
bool kernel_width_factor(double *a, size_t p, double *column);

#endif
