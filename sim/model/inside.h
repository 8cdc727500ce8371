/* What the twelve steps keep between themselves, and their prototypes.
 *
 * `struct inside` holds the draws of the current step, constants derived from
 * the parameters of the block (again when an event fires), and the running sums
 * of growth. Nobody outside sim/model reads it. */
#ifndef CHIPSPLIT_MODEL_INSIDE_H
#define CHIPSPLIT_MODEL_INSIDE_H

#include "model/block.h"
#include "tool/address.h"
#include "tool/vmath.h"
#include "tool/wide.h"
#include "world/catalogue.h"

/* Where the draws of a step stand, in slots of one lane array each. A normal that is
 * only ever multiplied by a volatility of 0 is not drawn and stays 0. */
struct draw_slots {
    int count;
    int macro, budget, price, supply, us, cn, incident, question, approval, licence, taste;
    int moving;                /* normals from here on are not used at t = 0 */
    int uniforms;              /* slots from here on stay uniform */
    uint32_t *id;
    enum draw_class *class;
    bool *idle;                /* never needed */
    lane *now, *next;          /* [count] this step, and the odd step after an even one */
};

/* The options that buyer i can choose in some lane of this step, nest by nest; within a
 * nest in their order. */
struct reach {
    int options, nests;        /* nests of the choice with an option in reach */
    int option[LIMIT_OPTIONS];
    int end[LIMIT_OPTIONS];    /* where the options of each end */
    const double *lambda[LIMIT_OPTIONS]; /* dissimilarity of each */
    bool faint;                /* a power is so small that a sum might lose digits */
};

/* Whose variances are known, and that of a step. */
enum { SPREAD_PRICE, SPREAD_SUPPLY, SPREAD_BUDGET, SPREAD_STEP, SPREADS };

struct inside {
    struct draw_slots draw;

    /* constants of the block */
    _Alignas(64) lane memory_decay;    /* e^{-kappa_E dt} */
    lane incident_decay;       /* rho_S = e^{-kappa_S dt} */
    lane budget_decay;         /* e^{-kappa_M dt} */
    lane *budget_step_sd;      /* [I] */
    lane *price_decay, *price_step_sd;   /* [J] */
    lane *supply_decay, *supply_step_sd; /* [J] */
    _Alignas(64) lane taste_decay, taste_step_sd;
    lane repay_share;          /* 1 - e^{-dt/T_D} */
    lane release_share;        /* 1 - e^{-dt/D_q} */
    lane keep_share;           /* e^{-delta_c dt} */
    lane *patience;            /* [J] beta^{4 dt} */
    lane *survival;            /* [J] e^{-delta_j dt} */
    lane *learning_exponent;   /* [J] b_j theta_j */
    lane *workload;            /* [I*J] m zeta_tr nu + (1-m) zeta_inf */
    lane *us_hit;              /* [J*W] hW_j(W) */
    lane *cn_hit;              /* [B] hB(B) */
    int *us_hit_as;            /* [J] the first option with the same allowed column */

    /* running sums of rate times time, and t * dt */
    lane *price_growth;        /* [J] */
    lane *capacity_growth;     /* [J] */
    lane *budget_growth;       /* [I] */
    lane *target_growth;       /* [I] */
    _Alignas(64) lane hbm_growth;

    /* carried over, not shown outside */
    lane *money_per_effective; /* [I] q_i, USD per effective PFLOP/s */
    lane *has_delivery;        /* [I] 1 once q_i comes from a delivery */
    lane *before;              /* [I] left side of the ledger at the step's beginning */

    /* attributes of the regime and stance in force, per lane */
    _Alignas(64) lane levy_rate, cap_share, licence, licence_sd;
    lane tariff;               /* 1 if the levy is an import tariff */
    lane state_ban;            /* 1 if state-funded buyers may not order foreign chips */
    lane *allowed;             /* [J] 1 if the regime allows option j */
    _Alignas(64) lane pressure, inquiries, approval, approval_sd, customs, grey_pass, quota;

    /* choice: e^{(V - m_n)/lambda} and the largest utility of the nest */
    lane *power;               /* [I*J] in the order of the reach */
    lane *peak;                /* [I*N'] the same; N' = nests of the choice */
    struct known_lanes *log_sum; /* [I*N'] the same; ln of the sum of a nest's powers */
    struct known_lanes *delay; /* [J] e^{r (w + ...)} of the effective price */
    _Alignas(64) lane one;     /* 1: the dissimilarity of every nest under mnl */
    int groups;                /* N', or J under mnl */
    int *group;                /* [J] nest of the choice */
    struct reach *reach;       /* [I] */

    /* orders on their way through steps 8 and 9 */
    lane *fresh;               /* [I*J] new money, claims of the round */
    lane *released;            /* [I*J] */
    lane *award;               /* [I*J] of the round */
    lane *late;                /* [I*J] awards of backlog_first after the backlog */
    lane *pool;                /* [I] */
    lane *room;                /* [J] remaining capacity, USD */
    lane *left;                /* [J] 0 once exhausted, before that 1 */

    /* values that are often the same for all options or buyers; see vmath.h */
    struct known_lanes *spread;  /* [SPREADS] e^{-2 kappa s} - 1 */
    struct known_lanes *target;  /* [1] e^{growth of C*} */
    struct known_lanes *learned; /* [J] ln(1 + Q/Q0) */
    struct known_lanes *ported, *matured; /* [Y] ln(1 + X/X0), (1 + X/X0)^{-b} */

    void *store;
    struct known_lanes *known; /* all of them */
};

#define CELL(b, table, column, row) ((b)->cell[cell_index((b)->world, (table), (column), (row))])
#define SC(b, column) CELL(b, TABLE_SCENARIO, column, 0)
#define BUYER(b, column, i) CELL(b, TABLE_BUYERS, column, i)
#define OPTION(b, column, j) CELL(b, TABLE_OPTIONS, column, j)

/* 0 if either factor is 0, else the product: no licence for an unlimited
 * capacity is no supply. */
static inline double product0(double x, double y)
{
    return x == 0 || y == 0 ? 0 : x * y;
}

static inline double smaller(double x, double y)
{
    return x < y ? x : y;
}

static inline double larger(double x, double y)
{
    return x > y ? x : y;
}

static inline void lane_set(double *x, double value)
{
    FOR_LANES(l)
        x[l] = value;
}

static inline void lane_copy(const double *from, double *to)
{
    FOR_LANES(l)
        to[l] = from[l];
}

static inline void lane_add(const double *x, double *to)
{
    FOR_LANES(l)
        to[l] += x[l];
}

/* True if a lane of a wide is not 0. */
static inline bool some_at(const double *x, int at)
{
    const wide_mask some = WIDE_OF(x, at) != 0;

    return wide_any(&some);
}

/* True if a lane is not 0. */
static inline bool lane_any(const double *x)
{
    wide_mask some = {0};

    FOR_WIDE(at)
        some |= WIDE_OF(x, at) != 0;
    return wide_any(&some);
}

static inline enum option_class class_of(const struct block *b, int j)
{
    return b->world->option[j].class;
}

/* True for an option whose launch lies after t: masked, its trends standing. */
static inline bool before_launch(const struct block *b, int j)
{
    return b->world->option[j].launch > 0 && b->t < b->world->option[j].launch;
}

/* True if the trends of option j move in step t (t >= 1). */
static inline bool trend_moves(const struct block *b, int j)
{
    return b->world->option[j].launch <= 0 || b->t > b->world->option[j].launch;
}

/* omega(sigma, kappa, s): variance of an Ornstein-Uhlenbeck deviation after s
 * years from 0; sigma^2 s if kappa = 0. `known` are values of e^x - 1. */
void ou_variance(const double *sigma, const double *kappa, double years,
                 struct known_lanes *known, double *variance);

/* logistic(logit(mean) + sd z) for mean in [0,1]: exact at 0, 1 and sd = 0. */
void logit_normal(const double *mean, const double *sd, const double *z, double *out);

/* The draws of step b->t: normals, and uniforms from slot `uniforms` on. */
void draws_step(struct block *b);

/* Constants of the block from its cells, part by part, and the parts that a cell goes
 * into. */
enum {
    DERIVE_SCENARIO = 1, DERIVE_OPTIONS = 2, DERIVE_BUYERS = 4, DERIVE_US = 8, DERIVE_CN = 16,
    DERIVE_ALL = 31
};
void derive(struct block *b, unsigned parts);
unsigned derived_from(const struct scenario *w, int cell);

/* P(a chain that starts in row `from`, rates per year as lanes [n*n], is in
 * each state after `years`): prob[n]. */
void chain_row(int n, const lane *rates, const int32_t *from, double years, lane *prob);

/* P(a chain hits a state where alive is 0 within `years`), for each start:
 * hit[n]; 0 where it starts there. */
void chain_hit(int n, const lane *rates, const lane *alive, const double *years, lane *hit);

/* The first state whose cumulative probability is >= u; if rounding leaves
 * none, the last with positive probability. */
void chain_pick(int n, const lane *prob, const double *u, int32_t *state);

/* The smallest k with P(N <= k) >= u for N ~ Poisson(mean); the sum ends when a
 * term changes nothing. */
void poisson_count(const double *mean, const double *u, double *count);

/* Finds the reach of buyer i and prepares the powers of its utilities. */
void choice_prepare(struct block *b, int i);

/* Nested logit shares of buyer i over what is available and open: open[k] is 1 or 0 for the
 * k-th option in reach, and 1 for the defer option; share[k] 0 where closed, sum 1. Where
 * there is no money all may be 0. */
void choice_split(struct block *b, int i, const double *money, const double *const *open,
                  lane *share);

/* Splits money of buyer i in the same way and adds the parts to `fresh`; the part of the
 * defer option is deferred. */
void split_money(struct block *b, int i, const double *money, const double *const *open);

/* total = the sum of claims[i*stride], i < n, of one option. */
void sum_claims(int n, int stride, const lane *claims, double *total);

/* The part of every claim that proportional rationing serves. */
void proportional_part(const double *total, const double *room, double *part);

/* Awards of one option, awards[i*stride] for claims[i*stride], i < n, out of
 * `room` (infinite allowed): 0 <= award <= claim, sum = min(claims, room). */
void ration_proportional(int n, int stride, const lane *claims, const double *room,
                         lane *awards);
void ration_uniform(int n, int stride, const lane *claims, const double *room, lane *awards);
/* The largest tier first, proportional within a tier; tier[i]. */
void ration_priority(int n, int stride, const lane *claims, const lane *tier,
                     const double *room, lane *awards);

/* path_start and path_step of block.h on one instruction set; see tool/isa.h. */
void kernel_path_start(struct block *b, uint64_t seed, uint64_t first, bool uncertainty);
void kernel_path_step(struct block *b);

void step01_policy(struct block *b);
void step02_prices(struct block *b);
void step03_supply(struct block *b);
void step04_wallet(struct block *b);
void step05_anticipation(struct block *b);
void step06_utility(struct block *b);
void step07_orders(struct block *b);
void step08_scrutiny(struct block *b);
void step09_rationing(struct block *b);
void step10_deliveries(struct block *b);
void step11_state(struct block *b);
void step12_ledger(struct block *b);

/* Software efficiency u_iy from experience; step 4 needs it before step 6. */
void maturity_update(struct block *b);

/* Effective compute of each buyer's stock: all[i], and without rent home[i]. */
void compute_effective(const struct block *b, lane *all, lane *home);

#endif
