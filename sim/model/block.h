/* The state of a block: LANES paths of one world in lockstep.
 *
 * Every quantity is a lane array, `x[LANES]`, with the index of its dimension
 * before it: `price[j][l]`. Pairs are row-major: buyer i, option j stand at
 * [i * J + j], buyer i, platform y at [i * Y + y]. Indices run in the order of
 * struct scenario (byte order of ids). Symbols are those of docs/model.md.
 * Nothing here is allocated or resized while a block runs.
 *
 * After path_step(b) everything below describes step b->t, unless it says
 * otherwise. Flows are per step, money in USD, chips in units, compute in
 * PFLOP/s. Entries that do not apply (a foreign part of a domestic option, any
 * part of the defer option) are 0. */
#ifndef CHIPSPLIT_MODEL_BLOCK_H
#define CHIPSPLIT_MODEL_BLOCK_H

#include <stdint.h>
#include "tool/lanes.h"
#include "world/scenario.h"

typedef double lane[LANES];

struct block {
    const struct scenario *world;
    uint64_t seed;
    _Alignas(64) uint64_t path[LANES]; /* vectors do not cross lines of the cache */
    int t;
    int I, J, V, Y, N, W, B;   /* buyers, options, vendors, platforms, nests, regimes, stances */
    int defer;                 /* index of the defer option */
    bool choices_only;         /* true: utility and effective_price only of pairs (i, j) that
                                  are available in a lane; anything in the others */

    /* parameters: cells of the world, changed by events from their period on */
    lane *cell;                /* [cells] */
    lane *happens;             /* [events] 1 in the paths where the event happens */

    /* 1 policy */
    _Alignas(64) int32_t us[LANES];    /* W: regime in force */
    int32_t cn[LANES];         /* B: stance in force */
    lane us_tightening, us_loosening;   /* E^{W+}, E^{W-} after this step */
    lane cn_tightening, cn_loosening;   /* E^{B+}, E^{B-} */
    lane incident_memory;      /* E^S */
    lane incidents;            /* N^S, count in this step, dated ones included */
    lane us_tilt, cn_tilt;     /* e^W, e^B used in this step; 0 at t = 0 */

    /* 2 prices */
    lane *price_deviation;     /* [J] d_j, log */
    lane *list_price;          /* [J] p_j, USD per unit before any levy passed on */
    lane *price;               /* [J] P_j, USD per unit that the buyer pays */
    lane *levy;                /* [J] USD per unit; 0 unless foreign */
    _Alignas(64) lane grey_premium;    /* m_0 + m_1 * last step's foreign shortage */

    /* 3 supply */
    lane *supply_deviation;    /* [J] e_j, log; foreign, grey, rent */
    lane *growth_factor;       /* [J] Kap_j of domestic options, 1 at the level */
    lane *supply;              /* [J] S_j, units in this step; infinite = no limit */
    _Alignas(64) lane licence; /* licence fraction l */

    /* 4 budget and wallet */
    lane *budget_deviation;    /* [I] y_i */
    lane *budget;              /* [I] M_i, USD in this step */
    lane *wallet;              /* [I] USD */
    lane *repaid;              /* [I] USD */
    lane *refunded;            /* [I] USD */
    lane *forfeited;           /* [I] USD */

    /* 5 anticipation */
    lane *hazard;              /* [I*J] h_ij; foreign options */

    /* 6 utilities and shares */
    lane *maturity;            /* [I*Y] u_iy, software efficiency */
    lane *effective;           /* [I*J] e_ij, effective PFLOP/s per unit */
    lane *effective_price;     /* [I*J] P^e_ij, USD per unit */
    lane *taste;               /* [I*J] eps_ij, utils */
    lane *utility;             /* [I*J] V_ij, utils; the defer option too */
    lane *available;           /* [I*J] 1 or 0; the defer option too */
    lane *share;               /* [I*J] s_ij after the quota; the defer option too */
    lane *inquiry;             /* [I] pi_i, probability of an inquiry in this step */
    lane *quota_bound;         /* [I] 1 or 0 */

    /* 7 orders */
    lane *order;               /* [I*J] x_ij + PF_ij, USD; the defer option too */
    lane *pull_forward;        /* [I] PF_i, USD */

    /* 8 scrutiny */
    lane *inquired;            /* [I] 1 if UQ < pi */
    lane *approved;            /* [I] a_i, drawn approved fraction (inquired or not) */
    lane *compliance;          /* [I] USD */
    lane *refused;             /* [I] USD refused and split again */

    /* 9 rationing and 10 deliveries */
    lane *claims;              /* [J] first-round claims, USD */
    lane *unserved;            /* [J] first-round unserved claims, USD */
    lane *spend;               /* [I*J] delivered, USD */
    lane *units;               /* [I*J] delivered, units */
    lane *deferred;            /* [I] money left for DEFER, USD */

    /* 11 state carried over, after this step */
    lane *backlog;             /* [I*J] BL_ij, USD */
    lane *hold;                /* [I*J] HQ_ij, USD */
    lane *carry;               /* [I] USD */
    lane *lapsed;              /* [I] USD */
    lane *debt;                /* [I] USD of pull-forward not yet repaid */
    lane *installed;           /* [I*J] K_ij, nominal PFLOP/s */
    lane *experience;          /* [I*Y] X_iy, nominal PFLOP/s, cumulative */
    lane *cumulative;          /* [J] Q_j, units delivered since the start */
    lane *wait;                /* [J] w_j, years */
    lane *shortage;            /* [J] unserved over claims, 0 if nobody claimed */
    _Alignas(64) lane foreign_shortage; /* the same for all foreign options; 1 if nobody claimed */
    lane adequacy;             /* Ad; infinite if domestic supply is unlimited */

    /* compute at the end of the step, effective PFLOP/s */
    lane *compute;             /* [I] rent included */
    lane *compute_in_country;  /* [I] without rent */
    lane *compute_target;      /* [I] C*_i */

    double ledger_error;       /* largest relative gap of step 12; infinite if not a number */
    struct inside *inside;     /* what only the steps themselves need */
};

/* Allocates a block for a world; the world must outlive it. */
int block_new(const struct scenario *world, struct block **out, struct cs_error *err);
void block_free(struct block *block);

/* Places LANES paths at the beginning: parameters drawn, state at its initial
 * values, t = -1. path[l] = first + l. */
void path_start(struct block *block, uint64_t seed, uint64_t first, bool uncertainty);

/* Advances one step: t becomes t + 1 and the twelve steps run. */
void path_step(struct block *block);

#endif
