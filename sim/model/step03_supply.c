/* Step 3. Deliverable supply, units in this step. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

/* dt cap e^{growth + e - omega/2}: foreign, grey and rented supply. */
static void deviating_supply(struct block *b, int j)
{
    const struct inside *in = b->inside;
    const double *capacity = OPTION(b, OPTION_CAPACITY, j);
    double *e = b->supply_deviation[j];
    lane spread, x;

    if (b->t > 0)
        FOR_LANES(l)
            e[l] = in->supply_decay[j][l] * e[l] +
                   in->supply_step_sd[j][l] * in->draw.now[in->draw.supply + j][l];
    ou_variance(OPTION(b, OPTION_CAPACITY_VOLATILITY, j),
                OPTION(b, OPTION_CAPACITY_REVERSION, j), b->t * b->world->dt,
                &in->spread[SPREAD_SUPPLY], spread);
    FOR_LANES(l)
        x[l] = in->capacity_growth[j][l] + e[l] - 0.5 * spread[l];
    lane_exp(x, x);
    FOR_LANES(l)
        b->supply[j][l] = product0(b->world->dt * capacity[l], x[l]);
}

/* Licences, the volume cap and customs. */
static void foreign_limits(struct block *b, int j)
{
    const double *cap = b->inside->cap_share;
    const double *shipments = OPTION(b, OPTION_US_SHIPMENTS, j);
    const double *allowed = b->inside->allowed[j], *customs = b->inside->customs;
    double *supply = b->supply[j], dt = b->world->dt;

    FOR_LANES(l) {
        double volume = cap[l] * shipments[l] * dt; /* no limit if either is infinite */
        double most = ((cap[l] < INFINITY) & (shipments[l] < INFINITY)) ? volume : INFINITY;
        double licensed = smaller(product0(supply[l], b->licence[l]), most);
        supply[l] = product0(allowed[l] != 0 ? licensed : 0, customs[l]);
    }
}

/* Kap <- Kap exp((g + g1 shortage - sigma^2/2) dt + sigma sqrt(dt) z) */
static void domestic_supply(struct block *b, int j)
{
    const double *growth = OPTION(b, OPTION_CAPACITY_GROWTH, j);
    const double *induced = OPTION(b, OPTION_INDUCED_GROWTH, j);
    const double *sigma = OPTION(b, OPTION_CAPACITY_VOLATILITY, j);
    const double *capacity = OPTION(b, OPTION_CAPACITY, j);
    const double *z = b->inside->draw.now[b->inside->draw.supply + j];
    double dt = b->world->dt, root = sqrt(dt);

    if (b->t > 0 && trend_moves(b, j)) {
        lane x;
        FOR_LANES(l)
            x[l] = (growth[l] + induced[l] * b->shortage[j][l] - 0.5 * sigma[l] * sigma[l]) * dt +
                   sigma[l] * root * z[l];
        lane_exp(x, x);
        FOR_LANES(l)
            b->growth_factor[j][l] *= x[l];
    }
    FOR_LANES(l)
        b->supply[j][l] = product0(dt * capacity[l], b->growth_factor[j][l]);
}

/* All domestic supply scaled to the memory ceiling dt HBM e^{growth}. */
static void memory_ceiling(struct block *b)
{
    lane total, ceiling;

    lane_set(total, 0);
    for (int j = 0; j < b->J; j++)
        if (class_of(b, j) == CLASS_DOMESTIC)
            lane_add(b->supply[j], total);
    lane_exp(b->inside->hbm_growth, ceiling);
    FOR_LANES(l) {
        ceiling[l] = product0(b->world->dt * SC(b, SC_HBM_LIMIT)[l], ceiling[l]);
        ceiling[l] = total[l] > ceiling[l] ? ceiling[l] / total[l] : 1;
    }
    for (int j = 0; j < b->J; j++)
        if (class_of(b, j) == CLASS_DOMESTIC)
            FOR_LANES(l)
                b->supply[j][l] = product0(b->supply[j][l], ceiling[l]);
}

static void grow(struct block *b)
{
    for (int j = 0; j < b->J; j++) {
        const double *growth = OPTION(b, OPTION_CAPACITY_GROWTH, j);
        if (j != b->defer && trend_moves(b, j))
            FOR_LANES(l)
                b->inside->capacity_growth[j][l] += growth[l] * b->world->dt;
    }
    FOR_LANES(l)
        b->inside->hbm_growth[l] += SC(b, SC_HBM_GROWTH)[l] * b->world->dt;
}

void step03_supply(struct block *b)
{
    const struct inside *in = b->inside;

    logit_normal(in->licence, in->licence_sd, in->draw.now[in->draw.licence], b->licence);
    if (b->t > 0)
        grow(b);
    for (int j = 0; j < b->J; j++) {
        enum option_class class = class_of(b, j);
        if (class == CLASS_DEFER)
            continue;
        if (class == CLASS_DOMESTIC)
            domestic_supply(b, j);
        else
            deviating_supply(b, j);
        if (class == CLASS_FOREIGN)
            foreign_limits(b, j);
        if (class == CLASS_GREY)
            FOR_LANES(l)
                b->supply[j][l] = product0(b->supply[j][l], b->inside->grey_pass[l]);
        if (before_launch(b, j))
            lane_set(b->supply[j], 0);
    }
    memory_ceiling(b);
}
