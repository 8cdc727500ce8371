/* The model of docs/model.md as a straightforward program in C and GSL would have it: one
 * path at a time, plain loops over buyers and options, libm's functions, GSL's random
 * numbers and matrix exponential. It takes the scenario from the library and nothing else;
 * `check` alone draws what the program draws. */
#ifndef CHIPSPLIT_TESTS_PLAIN_H
#define CHIPSPLIT_TESTS_PLAIN_H

#include <gsl/gsl_rng.h>
#include "tool/address.h"
#include "world/scenario.h"

/* The largest world, and the most priors in its copula. */
enum { BUYERS = 12, OPTIONS = 24, PLATFORMS = 12, NESTS = 24, STATES = 8, EVENTS = 32,
       JOINED = 64 };

struct path {
    const struct scenario *w;
    double *cell;               /* parameters of this path, see cells.h */
    gsl_rng *rng;               /* NULL: addressed draws of `seed` and `number` */
    uint64_t seed, number;
    int t, defer;
    bool happens[EVENTS];

    /* policy; memories hold moves tighter and looser */
    int us, cn;
    double us_memory[2], cn_memory[2], incident_memory, incidents, adequacy;
    double us_hit[OPTIONS][STATES], cn_hit[STATES];

    /* options: running sums of growth, deviations, what the last step left */
    double price_trend[OPTIONS], price_deviation[OPTIONS];
    double supply_trend[OPTIONS], supply_deviation[OPTIONS], capacity_index[OPTIONS];
    double cumulative[OPTIONS], wait[OPTIONS], shortage[OPTIONS];
    double foreign_shortage, hbm_trend;
    double list_price[OPTIONS], price[OPTIONS], levy[OPTIONS], supply[OPTIONS];
    double capacity[OPTIONS], claims[OPTIONS], unserved[OPTIONS], total_units[OPTIONS];

    /* buyers */
    double budget_trend[BUYERS], target_trend[BUYERS], budget_deviation[BUYERS];
    double carry[BUYERS], debt[BUYERS], compute_price[BUYERS];
    double budget[BUYERS], target[BUYERS], wallet[BUYERS], repaid[BUYERS];
    double refunded[BUYERS], forfeited[BUYERS], opening[BUYERS], lapsed[BUYERS];
    double inquiry[BUYERS], pull_forward[BUYERS], compliance[BUYERS], refused[BUYERS];
    double deferred[BUYERS], effective[BUYERS];
    bool bound[BUYERS], asked[BUYERS];

    /* both */
    double experience[BUYERS][PLATFORMS], maturity[BUYERS][PLATFORMS];
    double installed[BUYERS][OPTIONS], efficiency[BUYERS][OPTIONS];
    double backlog[BUYERS][OPTIONS], hold[BUYERS][OPTIONS], released[BUYERS][OPTIONS];
    double taste[BUYERS][OPTIONS], hazard[BUYERS][OPTIONS], utility[BUYERS][OPTIONS];
    double share[BUYERS][OPTIONS], order[BUYERS][OPTIONS], fresh[BUYERS][OPTIONS];
    double delivered[BUYERS][OPTIONS], units[BUYERS][OPTIONS];
    bool available[BUYERS][OPTIONS];
};

/* Parameters in force. */
static inline double scenario_cell(const struct path *p, enum scenario_column column)
{
    return p->cell[cell_index(p->w, TABLE_SCENARIO, (int)column, 0)];
}
static inline double buyer_cell(const struct path *p, enum buyer_column column, int i)
{
    return p->cell[cell_index(p->w, TABLE_BUYERS, (int)column, i)];
}
static inline double option_cell(const struct path *p, enum option_column column, int j)
{
    return p->cell[cell_index(p->w, TABLE_OPTIONS, (int)column, j)];
}
static inline double platform_cell(const struct path *p, enum platform_column column, int y)
{
    return p->cell[cell_index(p->w, TABLE_PLATFORMS, (int)column, y)];
}
static inline double us_cell(const struct path *p, enum us_column column)
{
    return p->cell[cell_index(p->w, TABLE_US_REGIMES, (int)column, p->us)];
}
static inline double cn_cell(const struct path *p, enum cn_column column)
{
    return p->cell[cell_index(p->w, TABLE_CN_STANCES, (int)column, p->cn)];
}
static inline bool is_class(const struct path *p, int j, enum option_class class)
{
    return p->w->option[j].class == class;
}

/* Draws of a step; buyer and option are indices, or -1 where they do not apply. */
double draw_uniform(struct path *p, enum draw_class class, int buyer, int option);
double draw_normal(struct path *p, enum draw_class class, int buyer, int option);

/* The beginning of a path whose cells are set, and one step of it. */
void path_begin(struct path *p);
void path_advance(struct path *p);

/* Parameters by GSL's samplers; false if a prior is of a kind that is not written here. */
bool parameters_draw(struct path *p);

/* Steps 1 and 5, and the hit probabilities, which are formed again when an event has
 * changed a cell. */
void hazards_derive(struct path *p);
void policy(struct path *p);
void anticipation(struct path *p);

/* Steps 6 to 9. */
void utilities(struct path *p);
void orders(struct path *p);
void scrutiny(struct path *p);
void rationing(struct path *p);

/* sum_j K_ij (effective over nominal), with the maturity of this step. */
double effective_compute(const struct path *p, int i);

/* logistic(logit centre + sd z), exactly 0 or 1 at 0 and 1. */
double logistic_normal(double centre, double sd, double z);

#endif
