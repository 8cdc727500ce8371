/* The tail of a loss: how bad the worst twentieth of the paths is.
 *
 * VaR_95 is the type 7 quantile of the losses at 0.95. CVaR_95 is the mean of the worst
 * 5 %: with k = n/20, the largest floor(k) losses and the fraction k - floor(k) of the
 * next, over k (Acerbi and Tasche 2002). Since CVaR_a is the least value over v of
 * v + E max(0, L - v)/(1 - a), taken on at v = VaR_a (Rockafellar and Uryasev 2000), its
 * standard error is that of this mean at the estimated VaR,
 *   se = sqrt( Var max(0, L - VaR) / n ) / 0.05,
 * and its 95 % limits are CVaR +- 1.96 se; they are given from TAIL_LEAST paths in the
 * tail on. */
#ifndef CHIPSPLIT_LAB_TAIL_H
#define CHIPSPLIT_LAB_TAIL_H

#include "run/series.h"
#include "tool/error.h"

enum { TAIL_LEAST = 10 };    /* paths in the worst 5 % that limits of CVaR need */

/* Statistics that do not exist are NaN; limits are two-sided 95 %. */
struct tail {
    uint64_t n, missing;     /* paths, and those without a loss */
    double mean, se, mean_lo, mean_hi;
    double var, var_lo, var_hi;              /* limits: order statistics */
    double cvar, cvar_se, cvar_lo, cvar_hi;
};

/* The tail of the losses that a series holds; up to KEEP_PATHS paths exact, above that
 * from its bins. CS_MEMORY is the only failure. */
int tail_of(const struct series *losses, struct summariser *scratch, struct tail *tail,
            struct cs_error *err);

#endif
