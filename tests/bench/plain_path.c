/* The beginning of a path and steps 2 to 4 and 10 to 12 of docs/model.md. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "plain.h"

/* Variance of an OU deviation after s years: sigma^2 (1-e^{-2 kappa s})/(2 kappa). */
static double omega(double sigma, double kappa, double s)
{
    return sigma * sigma * (kappa > 0 ? -expm1(-2 * kappa * s) / (2 * kappa) : s);
}

static double ou_step(double value, double sigma, double kappa, double dt, double z)
{
    return exp(-kappa * dt) * value + sqrt(omega(sigma, kappa, dt)) * z;
}

double logistic_normal(double centre, double sd, double z)
{
    if (centre <= 0 || centre >= 1)
        return centre;
    return 1 / (1 + exp(-(log(centre / (1 - centre)) + sd * z)));
}

static double fraction_due(double dt, double mean)
{
    return mean > 0 ? -expm1(-dt / mean) : 1;
}

void path_begin(struct path *p)
{
    const struct scenario *w = p->w;
    struct path fresh = {.w = w, .cell = p->cell, .rng = p->rng, .seed = p->seed,
                         .number = p->number, .us = w->us_start, .cn = w->cn_start};

    *p = fresh;
    p->adequacy = scenario_cell(p, SC_ADEQUACY_REFERENCE);
    p->hbm_trend = scenario_cell(p, SC_HBM_GROWTH) * w->growth_years;
    for (int j = 0; j < w->options; j++) {
        const double years = w->option[j].launch <= 0 ? w->growth_years : 0;
        p->defer = is_class(p, j, CLASS_DEFER) ? j : p->defer;
        p->price_trend[j] = option_cell(p, OPTION_PRICE_DRIFT, j) * years;
        p->supply_trend[j] = option_cell(p, OPTION_CAPACITY_GROWTH, j) * years;
        p->capacity_index[j] = exp(p->supply_trend[j]);
    }
    for (int i = 0; i < w->buyers; i++) {
        p->budget_trend[i] = buyer_cell(p, BUYER_BUDGET_GROWTH, i) * w->growth_years;
        p->target_trend[i] = buyer_cell(p, BUYER_COMPUTE_GROWTH, i) * w->growth_years;
        p->compute_price[i] = scenario_cell(p, SC_REFERENCE_PRICE);
        for (int j = 0; j < w->options; j++) {
            p->installed[i][j] = p->cell[cell_pair(w, TABLE_INSTALLED, i, j)];
            if (j != p->defer)
                p->experience[i][w->option[j].platform] += p->installed[i][j];
        }
    }
    for (int k = 0; k < w->events; k++) {
        const double u = p->rng ? gsl_rng_uniform(p->rng)
                                : address_uniform(p->seed, p->number, 0, DRAW_EVENT,
                                                  w->event[k].hash);
        p->happens[k] = u < p->cell[w->event[k].probability];
    }
    hazards_derive(p);
}

/* P_j and the levy per unit of a foreign option from its price. */
static void add_levy(struct path *p, int j)
{
    const double rate = us_cell(p, US_LEVY_RATE), pass = scenario_cell(p, SC_LEVY_PASS_THROUGH);

    if (p->w->us[p->us].levy_form == LEVY_TARIFF) {
        p->price[j] *= 1 + pass * rate;
        p->levy[j] = rate * p->list_price[j];
    } else {
        p->price[j] *= 1 + pass * (1 / (1 - rate) - 1);
        p->levy[j] = rate * p->price[j];
    }
}

/* 2. p_j = pbar_j exp(mu_j t dt + d_j - omega/2) ((Q_j + Q0_j)/Q0_j)^{-b_j theta_j} */
static void prices(struct path *p)
{
    const struct scenario *w = p->w;

    for (int j = 0; j < w->options; j++) {
        const double sigma = option_cell(p, OPTION_PRICE_VOLATILITY, j);
        const double kappa = option_cell(p, OPTION_PRICE_REVERSION, j);
        const double power = -log2(1 - option_cell(p, OPTION_LEARNING_RATE, j)) *
                             option_cell(p, OPTION_LEARNING_SHARE, j);
        const double first = option_cell(p, OPTION_LEARNING_UNITS, j);
        if (j == p->defer)
            continue;
        if (p->t)
            p->price_deviation[j] = ou_step(p->price_deviation[j], sigma, kappa, w->dt,
                                            draw_normal(p, DRAW_PRICE, -1, j));
        if (p->t && p->t > w->option[j].launch)
            p->price_trend[j] += option_cell(p, OPTION_PRICE_DRIFT, j) * w->dt;
        p->list_price[j] = option_cell(p, OPTION_PRICE, j) *
                           exp(p->price_trend[j] + p->price_deviation[j] -
                               omega(sigma, kappa, p->t * w->dt) / 2);
        if (power > 0)
            p->list_price[j] *= pow((p->cumulative[j] + first) / first, -power);
        if (is_class(p, j, CLASS_GREY))
            p->list_price[j] *= 1 + scenario_cell(p, SC_GREY_PREMIUM) +
                                scenario_cell(p, SC_GREY_TIGHTNESS) * p->foreign_shortage;
        p->price[j] = p->list_price[j];
        p->levy[j] = 0;
        if (is_class(p, j, CLASS_FOREIGN))
            add_levy(p, j);
    }
}

/* What licence, cap and customs leave of the units a foreign vendor could send. */
static double let_through(const struct path *p, int j, double licence, double units)
{
    const double share = us_cell(p, US_CAP_SHARE);
    const double shipments = option_cell(p, OPTION_US_SHIPMENTS, j);

    if (!p->w->us[p->us].allowed[j])
        return 0;
    units *= licence;
    if (isfinite(share) && isfinite(shipments))
        units = fmin(units, share * shipments * p->w->dt);
    return units * cn_cell(p, CN_CUSTOMS_PASS);
}

/* Kap_j <- Kap_j exp( (g_j + g1_j shortage_j - s^2/2) dt + s sqrt(dt) ZS ) */
static double domestic_supply(struct path *p, int j)
{
    const double sigma = option_cell(p, OPTION_CAPACITY_VOLATILITY, j), dt = p->w->dt;
    const double growth = option_cell(p, OPTION_CAPACITY_GROWTH, j) +
                          option_cell(p, OPTION_INDUCED_GROWTH, j) * p->shortage[j];

    if (p->t && p->t > p->w->option[j].launch)
        p->capacity_index[j] *= exp((growth - sigma * sigma / 2) * dt +
                                    sigma * sqrt(dt) * draw_normal(p, DRAW_SUPPLY, -1, j));
    return dt * option_cell(p, OPTION_CAPACITY, j) * p->capacity_index[j];
}

static double other_supply(struct path *p, int j, double licence)
{
    const double sigma = option_cell(p, OPTION_CAPACITY_VOLATILITY, j), dt = p->w->dt;
    const double kappa = option_cell(p, OPTION_CAPACITY_REVERSION, j);

    if (p->t)
        p->supply_deviation[j] = ou_step(p->supply_deviation[j], sigma, kappa, dt,
                                         draw_normal(p, DRAW_SUPPLY, -1, j));
    if (p->t && p->t > p->w->option[j].launch)
        p->supply_trend[j] += option_cell(p, OPTION_CAPACITY_GROWTH, j) * dt;
    const double units = dt * option_cell(p, OPTION_CAPACITY, j) *
                         exp(p->supply_trend[j] + p->supply_deviation[j] -
                             omega(sigma, kappa, p->t * dt) / 2);
    if (is_class(p, j, CLASS_FOREIGN))
        return let_through(p, j, licence, units);
    return is_class(p, j, CLASS_GREY) ? units * cn_cell(p, CN_GREY_PASS) : units;
}

/* 3. Units that can be delivered in this step; all domestic ones under one ceiling. */
static void supplies(struct path *p)
{
    const struct scenario *w = p->w;
    const double licence = logistic_normal(us_cell(p, US_LICENCE), us_cell(p, US_LICENCE_SD),
                                           draw_normal(p, DRAW_LICENCE, -1, -1));
    double domestic = 0;

    p->hbm_trend += p->t ? scenario_cell(p, SC_HBM_GROWTH) * w->dt : 0;
    const double limit = w->dt * scenario_cell(p, SC_HBM_LIMIT) * exp(p->hbm_trend);
    for (int j = 0; j < w->options; j++) {
        if (j == p->defer)
            continue;
        const bool home = is_class(p, j, CLASS_DOMESTIC);
        p->supply[j] = home ? domestic_supply(p, j) : other_supply(p, j, licence);
        if (p->t < w->option[j].launch)
            p->supply[j] = 0;
        domestic += home ? p->supply[j] : 0;
    }
    for (int j = 0; j < w->options && domestic > limit; j++)
        if (is_class(p, j, CLASS_DOMESTIC))
            p->supply[j] *= limit / domestic;
}

/* u_iy = u8_y - (u8_y - u0_y)(1 + X~_iy/X0_y)^{-b},  X~_iy = X_iy + theta_X sum_{i'} X_i'y;
 * effective over nominal: [ m ztr_j nu_j + (1-m) zinf_j ] u_{i,y(j)} */
static void software(struct path *p)
{
    const struct scenario *w = p->w;
    const double spill = scenario_cell(p, SC_SPILLOVER);

    for (int y = 0; y < w->platforms; y++) {
        const double limit = platform_cell(p, PLATFORM_MATURITY_LIMIT, y);
        const double start = platform_cell(p, PLATFORM_MATURITY_START, y);
        const double power = platform_cell(p, PLATFORM_LEARNING_EXPONENT, y);
        double all = 0;
        for (int i = 0; i < w->buyers; i++)
            all += p->experience[i][y];
        for (int i = 0; i < w->buyers; i++) {
            const double own = p->experience[i][y], known = own + spill * (all - own);
            p->maturity[i][y] = start;
            if (power > 0)
                p->maturity[i][y] =
                    limit - (limit - start) *
                    pow(1 + known / platform_cell(p, PLATFORM_LEARNING_PFLOPS, y), -power);
        }
    }
    for (int i = 0; i < w->buyers; i++)
        for (int j = 0; j < w->options; j++) {
            const double m = buyer_cell(p, BUYER_TRAINING_SHARE, i);
            if (j != p->defer)
                p->efficiency[i][j] = (m * option_cell(p, OPTION_TRAINING_FACTOR, j) *
                                           option_cell(p, OPTION_NETWORK_FACTOR, j) +
                                       (1 - m) * option_cell(p, OPTION_INFERENCE_FACTOR, j)) *
                                      p->maturity[i][w->option[j].platform];
        }
}

double effective_compute(const struct path *p, int i)
{
    double sum = 0;

    for (int j = 0; j < p->w->options; j++)
        sum += j == p->defer ? 0 : p->installed[i][j] * p->efficiency[i][j];
    return sum;
}

/* M_i = dt Mbar_i exp( g_i t dt + y_i - omega/2 ) */
static double money_of_period(struct path *p, int i, double common)
{
    const double sigma = buyer_cell(p, BUYER_BUDGET_VOLATILITY, i), dt = p->w->dt;
    const double kappa = scenario_cell(p, SC_BUDGET_REVERSION);
    const double share = scenario_cell(p, SC_BUDGET_COMMON);

    if (p->t) {
        const double own = draw_normal(p, DRAW_BUDGET, i, -1);
        p->budget_deviation[i] = ou_step(p->budget_deviation[i], sigma, kappa, dt,
                                         sqrt(share) * common + sqrt(1 - share) * own);
        p->budget_trend[i] += buyer_cell(p, BUYER_BUDGET_GROWTH, i) * dt;
        p->target_trend[i] += buyer_cell(p, BUYER_COMPUTE_GROWTH, i) * dt;
    }
    return dt * buyer_cell(p, BUYER_BUDGET, i) *
           exp(p->budget_trend[i] + p->budget_deviation[i] -
               omega(sigma, kappa, p->t * dt) / 2);
}

static void close_queues(struct path *p, int i)
{
    const double refund = scenario_cell(p, SC_REFUND_SHARE);

    p->refunded[i] = p->forfeited[i] = 0;
    for (int j = 0; j < p->w->options; j++) {
        if (!is_class(p, j, CLASS_FOREIGN) || p->w->us[p->us].allowed[j])
            continue;
        const double money = p->backlog[i][j] + p->hold[i][j];
        p->refunded[i] += refund * money;
        p->forfeited[i] += money - refund * money;
        p->backlog[i][j] = p->hold[i][j] = 0;
    }
}

/* 4. wallet_i = M_i - repay_i + carry_i + refunds_i */
static void wallets(struct path *p)
{
    const double due = fraction_due(p->w->dt, scenario_cell(p, SC_PULL_FORWARD_REPAY));
    const double common = p->t ? draw_normal(p, DRAW_MACRO, -1, -1) : 0;

    software(p);
    for (int i = 0; i < p->w->buyers; i++) {
        p->opening[i] = p->carry[i];
        for (int j = 0; j < p->w->options; j++)
            p->opening[i] += p->backlog[i][j] + p->hold[i][j];
        p->budget[i] = money_of_period(p, i, common);
        p->target[i] = buyer_cell(p, BUYER_COMPUTE_TARGET, i) * exp(p->target_trend[i]);
        if (p->w->demand_mode == DEMAND_COMPUTE)
            p->budget[i] = fmin(p->budget[i], p->compute_price[i] *
                                fmax(0, p->target[i] - effective_compute(p, i)));
        close_queues(p, i);
        p->repaid[i] = fmin(p->budget[i], due * p->debt[i]);
        p->wallet[i] = p->budget[i] - p->repaid[i] + p->carry[i] + p->refunded[i];
    }
}

/* 10, 11 by buyer: units, stock, experience, carry. */
static void close_buyer(struct path *p, int i)
{
    double spent = 0, received = 0;

    for (int j = 0; j < p->w->options; j++) {
        if (j == p->defer)
            continue;
        p->units[i][j] = p->delivered[i][j] / p->price[j];
        const double added = option_cell(p, OPTION_PFLOPS, j) * p->units[i][j];
        p->installed[i][j] *= exp(-option_cell(p, OPTION_DEPRECIATION, j) * p->w->dt);
        p->installed[i][j] += added;
        p->experience[i][p->w->option[j].platform] += added;
        received += added * p->efficiency[i][j];
        spent += p->delivered[i][j];
        p->total_units[j] += p->units[i][j];
    }
    p->compute_price[i] = received > 0 ? spent / received : p->compute_price[i];
    p->carry[i] = exp(-scenario_cell(p, SC_LAPSE) * p->w->dt) * p->deferred[i];
    p->lapsed[i] = p->deferred[i] - p->carry[i];
    p->effective[i] = effective_compute(p, i);
}

/* w_j = min(w_max, dt backlog_j/(S_j P_j));  shortages;  Ad = sum_D S_j P_j / sum_i M_i */
static void close_books(struct path *p)
{
    const struct scenario *w = p->w;
    const double longest = scenario_cell(p, SC_WAIT_MAX);
    double claims = 0, unserved = 0, domestic = 0, money = 0;

    memset(p->total_units, 0, sizeof p->total_units);
    for (int i = 0; i < w->buyers; i++) {
        close_buyer(p, i);
        money += p->budget[i];
    }
    for (int j = 0; j < w->options; j++) {
        double queue = 0;
        for (int i = 0; i < w->buyers; i++)
            queue += p->backlog[i][j];
        p->cumulative[j] += p->total_units[j];
        p->wait[j] = queue > 0 ? fmin(longest, w->dt * queue / p->capacity[j]) : 0;
        p->shortage[j] = p->claims[j] > 0 ? p->unserved[j] / p->claims[j] : 0;
        claims += is_class(p, j, CLASS_FOREIGN) ? p->claims[j] : 0;
        unserved += is_class(p, j, CLASS_FOREIGN) ? p->unserved[j] : 0;
        domestic += is_class(p, j, CLASS_DOMESTIC) ? p->capacity[j] : 0;
    }
    p->foreign_shortage = claims > 0 ? unserved / claims : 1;
    p->adequacy = money > 0 ? domestic / money : p->adequacy;
}

/* 12. What a buyer had and got is what it spent, lost and keeps. */
static void ledger(const struct path *p)
{
    for (int i = 0; i < p->w->buyers; i++) {
        const double got = p->opening[i] + p->budget[i] - p->repaid[i] + p->pull_forward[i];
        double went = p->compliance[i] + p->forfeited[i] + p->lapsed[i] + p->carry[i];
        for (int j = 0; j < p->w->options; j++)
            went += p->delivered[i][j] + p->backlog[i][j] + p->hold[i][j];
        if (fabs(got - went) > 1e-12 * (got + p->repaid[i])) {
            fprintf(stderr, "plain: the ledger of buyer %d does not close\n", i);
            exit(1);
        }
    }
}

void path_advance(struct path *p)
{
    policy(p);
    prices(p);
    supplies(p);
    wallets(p);
    anticipation(p);
    utilities(p);
    orders(p);
    scrutiny(p);
    rationing(p);
    close_books(p);
    ledger(p);
    p->t++;
}
