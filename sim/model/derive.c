/* Constants of a block: once when it starts, and again those that an event touches. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

static const double LN2 = 0.69314718055994530942;

static void decay(const double *rate, double years, double *out)
{
    FOR_LANES(l)
        out[l] = -rate[l] * years;
    lane_exp(out, out);
}

/* 1 - e^{-dt/mean}: all at once if the mean is 0. */
static void share_of_mean(const double *mean, double dt, double *out)
{
    FOR_LANES(l)
        out[l] = mean[l] > 0 ? -dt / mean[l] : -1;
    lane_expm1(out, out);
    FOR_LANES(l)
        out[l] = mean[l] > 0 ? -out[l] : 1;
}

static void step_sd(const struct block *b, const double *sigma, const double *kappa, double *out)
{
    ou_variance(sigma, kappa, b->world->dt, &b->inside->spread[SPREAD_STEP], out);
    FOR_LANES(l)
        out[l] = sqrt(out[l]);
}

/* beta^{4 dt}: patience is given per quarter. */
static void patience(const double *beta, double dt, double *out)
{
    lane power;

    if (dt == 0.25) {
        lane_copy(beta, out);
        return;
    }
    lane_set(power, 4 * dt);
    lane_pow(beta, power, out);
}

static void derive_scenario(struct block *b)
{
    struct inside *in = b->inside;
    double dt = b->world->dt;
    lane twice;

    decay(SC(b, SC_REACTION_DECAY), dt, in->memory_decay);
    decay(SC(b, SC_INCIDENT_DECAY), dt, in->incident_decay);
    decay(SC(b, SC_BUDGET_REVERSION), dt, in->budget_decay);
    decay(SC(b, SC_LAPSE), dt, in->keep_share);
    decay(SC(b, SC_TASTE_REVERSION), dt, in->taste_decay);
    FOR_LANES(l)
        twice[l] = -2 * SC(b, SC_TASTE_REVERSION)[l] * dt;
    lane_expm1(twice, twice);
    FOR_LANES(l)
        in->taste_step_sd[l] = SC(b, SC_TASTE_VOLATILITY)[l] * sqrt(-twice[l]);
    share_of_mean(SC(b, SC_PULL_FORWARD_REPAY), dt, in->repay_share);
    share_of_mean(SC(b, SC_HOLD_MEAN), dt, in->release_share);
}

/* Rates are often the same for many options: each is then raised once. */
static void derive_decays(struct block *b, int column, lane *out)
{
    struct known_lanes known;

    known_nothing(&known, 1);
    for (int j = 0; j < b->J; j++) {
        const double *rate = OPTION(b, column, j);
        if (j == b->defer)
            continue;
        FOR_LANES(l)
            out[j][l] = -rate[l] * b->world->dt;
        lane_exp_known(out[j], &known, out[j]);
    }
}

/* b theta with b = -log2(1 - LR). */
static void derive_learning(struct block *b)
{
    struct known_lanes known;

    known_nothing(&known, 1);
    for (int j = 0; j < b->J; j++) {
        const double *rate = OPTION(b, OPTION_LEARNING_RATE, j);
        const double *share = OPTION(b, OPTION_LEARNING_SHARE, j);
        double *out = b->inside->learning_exponent[j];
        if (j == b->defer)
            continue;
        FOR_LANES(l)
            out[l] = -rate[l];
        lane_log1p_known(out, &known, out);
        FOR_LANES(l)
            out[l] = -out[l] / LN2 * share[l];
    }
}

static void derive_step_sds(struct block *b, int volatility, int reversion, lane *out)
{
    for (int j = 0; j < b->J; j++)
        if (j != b->defer)
            step_sd(b, OPTION(b, volatility, j), OPTION(b, reversion, j), out[j]);
}

static void derive_options(struct block *b)
{
    struct inside *in = b->inside;

    derive_decays(b, OPTION_PRICE_REVERSION, in->price_decay);
    derive_decays(b, OPTION_CAPACITY_REVERSION, in->supply_decay);
    derive_decays(b, OPTION_DEPRECIATION, in->survival);
    derive_step_sds(b, OPTION_PRICE_VOLATILITY, OPTION_PRICE_REVERSION, in->price_step_sd);
    derive_step_sds(b, OPTION_CAPACITY_VOLATILITY, OPTION_CAPACITY_REVERSION,
                    in->supply_step_sd);
    derive_learning(b);
    for (int j = 0; j < b->J; j++)
        if (j != b->defer)
            patience(OPTION(b, OPTION_PATIENCE, j), b->world->dt, in->patience[j]);
}

static void derive_buyer(struct block *b, int i)
{
    struct inside *in = b->inside;
    const double *m = BUYER(b, BUYER_TRAINING_SHARE, i);

    step_sd(b, BUYER(b, BUYER_BUDGET_VOLATILITY, i), SC(b, SC_BUDGET_REVERSION),
            in->budget_step_sd[i]);
    for (int j = 0; j < b->J; j++) {
        const double *training = OPTION(b, OPTION_TRAINING_FACTOR, j);
        const double *inference = OPTION(b, OPTION_INFERENCE_FACTOR, j);
        const double *network = OPTION(b, OPTION_NETWORK_FACTOR, j);
        double *out = in->workload[i * b->J + j];
        FOR_LANES(l)
            out[l] = m[l] * training[l] * network[l] + (1 - m[l]) * inference[l];
    }
}

/* hW_j: hitting a regime that does not allow j. Options with the same column
 * of the allowed table share one computation. */
static void derive_us_hits(struct block *b)
{
    const struct scenario *w = b->world;
    const lane *rates = (const lane *)&b->cell[cell_pair(w, TABLE_US_RATES, 0, 0)];
    lane alive[16];

    for (int j = 0; j < b->J; j++) {
        int as = b->inside->us_hit_as[j];
        lane *hit = &b->inside->us_hit[j * b->W];
        if (w->option[j].class != CLASS_FOREIGN)
            continue;
        if (as != j) {
            for (int k = 0; k < b->W; k++)
                lane_copy(b->inside->us_hit[as * b->W + k], hit[k]);
            continue;
        }
        for (int k = 0; k < b->W; k++)
            lane_set(alive[k], w->us[k].allowed[j] ? 1 : 0);
        chain_hit(b->W, rates, (const lane *)alive, SC(b, SC_HORIZON), hit);
    }
}

/* hB: hitting a stance whose customs let less than half through. */
static void derive_cn_hits(struct block *b)
{
    const lane *rates = (const lane *)&b->cell[cell_pair(b->world, TABLE_CN_RATES, 0, 0)];
    lane alive[16];

    for (int k = 0; k < b->B; k++) {
        const double *pass = CELL(b, TABLE_CN_STANCES, CN_CUSTOMS_PASS, k);
        FOR_LANES(l)
            alive[k][l] = pass[l] < 0.5 ? 0 : 1;
    }
    chain_hit(b->B, rates, (const lane *)alive, SC(b, SC_HORIZON), b->inside->cn_hit);
}

unsigned derived_from(const struct scenario *w, int cell)
{
    static const unsigned parts[CELL_TABLES] = {
        [TABLE_SCENARIO] = DERIVE_ALL,
        [TABLE_BUYERS] = DERIVE_BUYERS,
        [TABLE_OPTIONS] = DERIVE_OPTIONS | DERIVE_BUYERS,
        [TABLE_US_RATES] = DERIVE_US,
        [TABLE_CN_STANCES] = DERIVE_CN,
        [TABLE_CN_RATES] = DERIVE_CN,
    };

    for (int table = 0; table < CELL_TABLES; table++) {
        const struct cell_block *const at = &w->at[table];
        if (cell >= at->first && cell < at->first + at->rows * at->columns)
            return parts[table];
    }
    return 0;
}

void derive(struct block *b, unsigned parts)
{
    if (parts & DERIVE_SCENARIO)
        derive_scenario(b);
    if (parts & DERIVE_OPTIONS)
        derive_options(b);
    if (parts & DERIVE_BUYERS)
        for (int i = 0; i < b->I; i++)
            derive_buyer(b, i);
    if (parts & DERIVE_US)
        derive_us_hits(b);
    if (parts & DERIVE_CN)
        derive_cn_hits(b);
}
