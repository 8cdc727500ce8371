/* A block of paths from its start to its end. */
#include <math.h>
#include <string.h>
#include "model/inside.h"
#include "tool/address_lanes.h"
#include "tool/vmath.h"

static void zero(lane *x, int count)
{
    if (count > 0)
        memset(x, 0, (size_t)count * sizeof *x);
}

static void draw_events(struct block *b)
{
    for (int k = 0; k < b->world->events; k++) {
        const double *p = b->cell[b->world->event[k].probability];
        lane u, odd;
        address_pair(b->seed, b->path, 0, DRAW_EVENT, b->world->event[k].hash, u, odd);
        FOR_LANES(l)
            b->happens[k][l] = u[l] < p[l] ? 1 : 0;
    }
}

/* Growth from levels_as_of to the start; none before a launch. */
static void grow_to_start(struct block *b)
{
    struct inside *in = b->inside;
    double years = b->world->growth_years;

    for (int j = 0; j < b->J; j++) {
        double moved = j == b->defer || b->world->option[j].launch > 0 ? 0 : years;
        FOR_LANES(l) {
            in->price_growth[j][l] = OPTION(b, OPTION_PRICE_DRIFT, j)[l] * moved;
            in->capacity_growth[j][l] = OPTION(b, OPTION_CAPACITY_GROWTH, j)[l] * moved;
        }
        lane_exp(in->capacity_growth[j], b->growth_factor[j]);
    }
    for (int i = 0; i < b->I; i++)
        FOR_LANES(l) {
            in->budget_growth[i][l] = BUYER(b, BUYER_BUDGET_GROWTH, i)[l] * years;
            in->target_growth[i][l] = BUYER(b, BUYER_COMPUTE_GROWTH, i)[l] * years;
        }
    FOR_LANES(l)
        in->hbm_growth[l] = SC(b, SC_HBM_GROWTH)[l] * years;
}

static void install_stock(struct block *b)
{
    zero(b->experience, b->I * b->Y);
    for (int i = 0; i < b->I; i++)
        for (int j = 0; j < b->J; j++) {
            const double *stock = b->cell[cell_pair(b->world, TABLE_INSTALLED, i, j)];
            lane_copy(stock, b->installed[i * b->J + j]);
            if (j != b->defer)
                lane_add(stock, b->experience[i * b->Y + b->world->option[j].platform]);
        }
}

static void clear(struct block *b)
{
    struct inside *in = b->inside;
    int I = b->I, J = b->J;
    double *scalars[] = {b->us_tightening, b->us_loosening, b->cn_tightening, b->cn_loosening,
                         b->incident_memory, b->incidents, b->us_tilt, b->cn_tilt,
                         b->foreign_shortage};

    for (size_t k = 0; k < sizeof scalars / sizeof *scalars; k++)
        lane_set(scalars[k], 0);
    zero(b->price_deviation, J);
    zero(b->supply_deviation, J);
    zero(b->cumulative, J);
    zero(b->wait, J);
    zero(b->shortage, J);
    zero(b->budget_deviation, I);
    zero(b->carry, I);
    zero(b->debt, I);
    zero(b->taste, I * J);
    zero(b->backlog, I * J);
    zero(b->hold, I * J);
    zero(in->released, I * J);
    zero(in->money_per_effective, I);
    zero(in->has_delivery, I);
    lane_set(in->one, 1);
    b->ledger_error = 0;
}

void kernel_path_start(struct block *b, uint64_t seed, uint64_t first, bool uncertainty)
{
    b->seed = seed;
    b->t = -1;
    FOR_LANES(l) {
        b->path[l] = first + (uint64_t)l;
        b->us[l] = b->world->us_start;
        b->cn[l] = b->world->cn_start;
    }
    clear(b);
    kernel_draw_cells(b->world, seed, b->path, uncertainty, b->cell);
    lane_copy(SC(b, SC_ADEQUACY_REFERENCE), b->adequacy);
    draw_events(b);
    grow_to_start(b);
    install_stock(b);
    derive(b, DERIVE_ALL);
}

void kernel_path_step(struct block *b)
{
    b->t++;
    draws_step(b);
    step01_policy(b);
    step02_prices(b);
    step03_supply(b);
    step04_wallet(b);
    step05_anticipation(b);
    step06_utility(b);
    step07_orders(b);
    step08_scrutiny(b);
    step09_rationing(b);
    step10_deliveries(b);
    step11_state(b);
    step12_ledger(b);
}
