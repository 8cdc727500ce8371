/* Rank correlations between priors as a Gaussian copula. */
#ifndef CHIPSPLIT_WORLD_COPULA_H
#define CHIPSPLIT_WORLD_COPULA_H

#include "world/build.h"

/* Reads correlations.csv into b->world->copula: normal scores get r = 2 sin(pi
 * rank / 6) and L is the lower Cholesky factor over the addresses in byte
 * order. Refused: an address without a prior, a pair with itself, a matrix that
 * is not positive definite (with its smallest eigenvalue). Needs priors_read.
 * Returns 0 or a code that stops the load. */
int copula_read(struct build *b);

/* True if the prior at a place depends on one before it; else its score is that of its
 * own uniform. */
static inline bool copula_depends(const struct copula *copula, int place)
{
    for (int k = 0; k < place; k++)
        if (copula->lower[place * copula->count + k] != 0)
            return true;
    return false;
}

/* The place of a prior; -1 if it is in none, or depends on no prior before it. */
static inline int copula_place(const struct copula *copula, int prior)
{
    int place = 0;

    while (place < copula->count && copula->prior[place] != prior)
        place++;
    return place < copula->count && copula_depends(copula, place) ? place : -1;
}

#endif
