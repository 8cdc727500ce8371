/* Step 2. Prices: a mean-corrected log deviation, trend, learning, the grey
 * premium, and the levy. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

/* d <- e^{-kappa dt} d + sd z */
static void deviate(const double *decay, const double *sd, const double *z, double *d)
{
    FOR_LANES(l)
        d[l] = decay[l] * d[l] + sd[l] * z[l];
}

/* p = level exp(growth + d - omega(t)/2) ((Q + Q0)/Q0)^{-b theta} */
static void list_price(struct block *b, int j)
{
    const struct inside *in = b->inside;
    const double *q0 = OPTION(b, OPTION_LEARNING_UNITS, j);
    const double *level = OPTION(b, OPTION_PRICE, j), *cumulative = b->cumulative[j];
    lane spread, x;

    ou_variance(OPTION(b, OPTION_PRICE_VOLATILITY, j), OPTION(b, OPTION_PRICE_REVERSION, j),
                b->t * b->world->dt, &in->spread[SPREAD_PRICE], spread);
    FOR_LANES(l) {
        double relative = cumulative[l] / q0[l];
        x[l] = q0[l] > 0 ? relative : 0;
    }
    lane_log1p_known(x, &in->learned[j], x);
    FOR_LANES(l)
        x[l] = in->price_growth[j][l] + b->price_deviation[j][l] - 0.5 * spread[l] -
               in->learning_exponent[j][l] * x[l];
    lane_exp(x, x);
    FOR_LANES(l)
        b->list_price[j][l] = level[l] * x[l];
}

/* A levy on revenue raises the price by rho (1/(1-tau) - 1), a tariff by
 * rho tau; the state takes tau of the price paid, or of the list price. */
static void levied(struct block *b, int j)
{
    const double *through = SC(b, SC_LEVY_PASS_THROUGH);
    const double *tau = b->inside->levy_rate;

    FOR_LANES(l) {
        bool tariff = b->inside->tariff[l] != 0;
        double p = b->list_price[j][l];
        double mark_up = tariff ? tau[l] : 1 / (1 - tau[l]) - 1;
        b->price[j][l] = p * (1 + through[l] * mark_up);
        b->levy[j][l] = tau[l] * (tariff ? p : b->price[j][l]);
    }
}

void step02_prices(struct block *b)
{
    struct inside *in = b->inside;
    double dt = b->world->dt;

    FOR_LANES(l)
        b->grey_premium[l] = SC(b, SC_GREY_PREMIUM)[l] +
                             SC(b, SC_GREY_TIGHTNESS)[l] * b->foreign_shortage[l];
    for (int j = 0; j < b->J; j++) {
        const double *drift = OPTION(b, OPTION_PRICE_DRIFT, j);
        if (j == b->defer)
            continue;
        if (b->t > 0)
            deviate(in->price_decay[j], in->price_step_sd[j], in->draw.now[in->draw.price + j],
                    b->price_deviation[j]);
        if (b->t > 0 && trend_moves(b, j))
            FOR_LANES(l)
                in->price_growth[j][l] += drift[l] * dt;
        list_price(b, j);
        if (class_of(b, j) == CLASS_GREY)
            FOR_LANES(l)
                b->list_price[j][l] *= 1 + b->grey_premium[l];
        if (class_of(b, j) == CLASS_FOREIGN)
            levied(b, j);
        else
            lane_copy(b->list_price[j], b->price[j]);
    }
}
