/* Step 4. Budgets, refunds of what may no longer be shipped, repayment of
 * money pulled forward, wallets. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

/* M = dt level exp(growth + y - omega(t)/2), so that E[M] = dt level e^{growth} */
static void budget(struct block *b, int i)
{
    struct inside *in = b->inside;
    const double *level = BUYER(b, BUYER_BUDGET, i);
    const double *growth = BUYER(b, BUYER_BUDGET_GROWTH, i);
    const double *common = SC(b, SC_BUDGET_COMMON);
    const double *z0 = in->draw.now[in->draw.macro], *zi = in->draw.now[in->draw.budget + i];
    double *y = b->budget_deviation[i];
    lane spread, x;

    if (b->t > 0)
        FOR_LANES(l) {
            double z = sqrt(common[l]) * z0[l] + sqrt(1 - common[l]) * zi[l];
            y[l] = in->budget_decay[l] * y[l] + in->budget_step_sd[i][l] * z;
            in->budget_growth[i][l] += growth[l] * b->world->dt;
        }
    ou_variance(BUYER(b, BUYER_BUDGET_VOLATILITY, i), SC(b, SC_BUDGET_REVERSION),
                b->t * b->world->dt, &in->spread[SPREAD_BUDGET], spread);
    FOR_LANES(l)
        x[l] = in->budget_growth[i][l] + y[l] - 0.5 * spread[l];
    lane_exp(x, x);
    FOR_LANES(l)
        b->budget[i][l] = b->world->dt * level[l] * x[l];
}

/* C*_i, which grows by its own rate. */
static void target(struct block *b, int i)
{
    const double *growth = BUYER(b, BUYER_COMPUTE_GROWTH, i);
    double *sum = b->inside->target_growth[i];
    lane x;

    if (b->t > 0)
        FOR_LANES(l)
            sum[l] += growth[l] * b->world->dt;
    lane_exp_known(sum, b->inside->target, x);
    FOR_LANES(l)
        b->compute_target[i][l] = BUYER(b, BUYER_COMPUTE_TARGET, i)[l] * x[l];
}

/* Under demand_mode = compute a buyer spends no more than its gap costs. */
static void cut_to_gap(struct block *b, int i)
{
    const double *target = b->compute_target[i], *compute = b->compute[i];
    const double *last = b->inside->money_per_effective[i], *first = SC(b, SC_REFERENCE_PRICE);
    const double *has = b->inside->has_delivery[i];
    double *budget = b->budget[i];

    FOR_LANES(l) {
        double gap = larger(0, target[l] - compute[l]);
        double known = last[l], reference = first[l];
        budget[l] = smaller(budget[l], gap * (has[l] != 0 ? known : reference));
    }
}

/* Queues for what Washington no longer allows: part comes back, the rest is
 * lost, both at once. */
static void refund(struct block *b, int i)
{
    const double *share = SC(b, SC_REFUND_SHARE);

    lane_set(b->refunded[i], 0);
    lane_set(b->forfeited[i], 0);
    for (int j = 0; j < b->J; j++) {
        double *backlog = b->backlog[i * b->J + j], *hold = b->hold[i * b->J + j];
        if (class_of(b, j) != CLASS_FOREIGN)
            continue;
        FOR_LANES(l) {
            bool closed = b->inside->allowed[j][l] == 0;
            double queue = closed ? backlog[l] + hold[l] : 0;
            b->refunded[i][l] += share[l] * queue;
            b->forfeited[i][l] += queue - share[l] * queue;
            backlog[l] = closed ? 0 : backlog[l];
            hold[l] = closed ? 0 : hold[l];
        }
    }
}

/* The left side of the ledger: what the buyer brings into this step. */
static void open_ledger(struct block *b, int i)
{
    double *sum = b->inside->before[i];

    lane_copy(b->carry[i], sum);
    for (int j = 0; j < b->J; j++)
        FOR_LANES(l)
            sum[l] += b->backlog[i * b->J + j][l] + b->hold[i * b->J + j][l];
}

void step04_wallet(struct block *b)
{
    maturity_update(b);
    if (b->world->demand_mode == DEMAND_COMPUTE)
        compute_effective(b, b->compute, b->compute_in_country);
    for (int i = 0; i < b->I; i++) {
        budget(b, i);
        target(b, i);
        if (b->world->demand_mode == DEMAND_COMPUTE)
            cut_to_gap(b, i);
        open_ledger(b, i);
        refund(b, i);
        FOR_LANES(l) {
            double due = b->inside->repay_share[l] * b->debt[i][l];
            b->repaid[i][l] = smaller(b->budget[i][l], due);
            b->wallet[i][l] = b->budget[i][l] - b->repaid[i][l] + b->carry[i][l] +
                              b->refunded[i][l];
        }
    }
}
