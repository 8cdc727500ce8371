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

#endif
