/* Rank correlations between priors as a Gaussian copula. */
#ifndef CHIPSPLIT_WORLD_COPULA_H
#define CHIPSPLIT_WORLD_COPULA_H

#include <gsl/gsl_cdf.h>
#include "world/build.h"

/* Reads correlations.csv into b->world->copula: normal scores get r = 2 sin(pi
 * rank / 6) and L is the lower Cholesky factor over the addresses in byte
 * order. Refused: an address without a prior, a pair with itself, a matrix that
 * is not positive definite (with its smallest eigenvalue). Needs priors_read.
 * Returns 0 or a code that stops the load. */
int copula_read(struct build *b);

/* The place of a prior; -1 if it is in none, or depends on no prior before it, so that
 * its score is that of its own uniform. */
static inline int copula_place(const struct copula *copula, int prior)
{
    int place = 0;

    while (place < copula->count && copula->prior[place] != prior)
        place++;
    for (int k = 0; place < copula->count && k < place; k++)
        if (copula->lower[place * copula->count + k] != 0)
            return place;
    return -1;
}

/* The probability below a score, which a quantile takes: never 0 or 1. */
static inline double copula_uniform(double score)
{
    const double u = gsl_cdf_ugaussian_P(score), most = 1 - 0x1p-53;

    return u < 0x1p-1000 ? 0x1p-1000 : u > most ? most : u;
}

#endif
