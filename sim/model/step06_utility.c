/* Step 6. Utilities, availability, shares and the domestic quota. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

static const double HUGE_UTILITY = 1e300;

/* pi_i = 1 - e^{-q x dt} */
static void inquiry(struct block *b, int i)
{
    const double *exposure = BUYER(b, BUYER_EXPOSURE, i);
    double *pi = b->inquiry[i];

    FOR_LANES(l)
        pi[l] = -b->inside->inquiries[l] * exposure[l] * b->world->dt;
    lane_expm1(pi, pi);
    FOR_LANES(l)
        pi[l] = -pi[l];
}

/* eps <- e^{-kappa dt} eps + sigma sqrt(1 - e^{-2 kappa dt}) z */
static void taste(struct block *b, int at)
{
    const struct inside *in = b->inside;
    const double *z = in->draw.now[in->draw.taste + at];

    FOR_LANES(l)
        b->taste[at][l] = in->taste_decay[l] * b->taste[at][l] + in->taste_step_sd[l] * z[l];
}

/* P^e = P (1 + [F] pi kappa_c) exp(r (w + [F] pi D_q)) */
static void effective_price(struct block *b, int i, int j)
{
    const double *impatience = BUYER(b, BUYER_DELAY_AVERSION, i);
    const double *cost = BUYER(b, BUYER_COMPLIANCE_COST, i);
    const double *hold = SC(b, SC_HOLD_MEAN), *pi = b->inquiry[i];
    const double *wait = b->wait[j], *price = b->price[j];
    const bool foreign = class_of(b, j) == CLASS_FOREIGN;
    double *out = b->effective_price[i * b->J + j];
    lane x;

    if (foreign)
        FOR_LANES(l)
            x[l] = impatience[l] * (wait[l] + pi[l] * hold[l]);
    else
        FOR_LANES(l)
            x[l] = impatience[l] * wait[l];
    lane_exp_known(x, &b->inside->delay[j], x); /* often the same for all buyers */
    if (foreign)
        FOR_LANES(l)
            out[l] = price[l] * (1 + pi[l] * cost[l]) * x[l];
    else
        FOR_LANES(l)
            out[l] = price[l] * x[l];
}

/* alpha ln(P^e / (e p_ref)), or alpha P^e/e/p_ref under price_form = linear;
 * 0 for a buyer who does not care. */
static void price_term(const struct block *b, int i, int at, double *term)
{
    const double *alpha = BUYER(b, BUYER_PRICE_SENSITIVITY, i);
    const double *reference = SC(b, SC_REFERENCE_PRICE);
    const double *asked = b->effective_price[at], *effective = b->effective[at];

    FOR_LANES(l)
        term[l] = asked[l] / (effective[l] * reference[l]);
    if (b->world->price_form == PRICE_LOG)
        lane_log(term, term);
    FOR_LANES(l)
        term[l] = product0(alpha[l], term[l]);
}

/* What a foreign chip costs beyond money: pressure, hazard, lost trust. */
static void policy_term(const struct block *b, int i, int j, double *term)
{
    const double *x = BUYER(b, BUYER_EXPOSURE, i);
    const double *xi = BUYER(b, BUYER_PRESSURE_AVERSION, i);
    const double *chi = BUYER(b, BUYER_HAZARD_AVERSION, i);
    const double *trust = BUYER(b, BUYER_INCIDENT_AVERSION, i);
    const double *load = CELL(b, TABLE_VENDORS, VENDOR_INCIDENT_LOAD, b->world->option[j].vendor);

    FOR_LANES(l)
        term[l] = xi[l] * x[l] * b->inside->pressure[l] +
                  chi[l] * b->hazard[i * b->J + j][l] +
                  trust[l] * x[l] * load[l] * b->incident_memory[l];
}

/* Share of each platform in the buyer's stock; 0 without stock. */
static void platform_shares(const struct block *b, int i, lane *share)
{
    lane total;

    lane_set(total, 0);
    for (int y = 0; y < b->Y; y++)
        lane_set(share[y], 0);
    for (int j = 0; j < b->J; j++) {
        if (j == b->defer)
            continue;
        lane_add(b->installed[i * b->J + j], share[b->world->option[j].platform]);
        lane_add(b->installed[i * b->J + j], total);
    }
    for (int y = 0; y < b->Y; y++)
        FOR_LANES(l)
            share[y][l] = total[l] > 0 ? share[y][l] / total[l] : 0;
}

static void utility(struct block *b, int i, int j, const lane *platform_share)
{
    const int at = i * b->J + j, y = b->world->option[j].platform;
    const double *lock = BUYER(b, BUYER_LOCK_IN, i), *share = platform_share[y];
    const double *common = OPTION(b, OPTION_INTERCEPT, j);
    const double *own = b->cell[cell_pair(b->world, TABLE_TASTES, i, j)];
    const double *shock = b->taste[at];
    double *out = b->utility[at];
    lane price, policy;

    effective_price(b, i, j);
    price_term(b, i, at, price);
    lane_set(policy, 0);
    if (class_of(b, j) == CLASS_FOREIGN)
        policy_term(b, i, j, policy);
    FOR_LANES(l) {
        double v = common[l] + own[l] - price[l] + lock[l] * share[l] - policy[l] + shock[l];
        v = v > HUGE_UTILITY ? HUGE_UTILITY : v;
        out[l] = v < -HUGE_UTILITY ? -HUGE_UTILITY : v;
    }
}

/* e = f (m zeta_tr nu + (1-m) zeta_inf) u */
static void effective(struct block *b, int i, int j)
{
    const int at = i * b->J + j, y = b->world->option[j].platform;
    const double *pflops = OPTION(b, OPTION_PFLOPS, j), *workload = b->inside->workload[at];
    const double *maturity = b->maturity[i * b->Y + y];
    double *out = b->effective[at];

    FOR_LANES(l)
        out[l] = pflops[l] * workload[l] * maturity[l];
}

/* True if a lane can choose the option. */
static bool availability(struct block *b, int i, int j)
{
    const struct scenario *w = b->world;
    enum option_class class = class_of(b, j);
    const bool owned = w->option[j].owner >= 0 && w->option[j].owner != i;
    const double bannable = w->buyer[i].state_funded &&
                            (class == CLASS_FOREIGN || class == CLASS_GREY);
    const double *supply = b->supply[j], *ban = b->inside->state_ban;
    double *available = b->available[i * b->J + j];

    if (owned) {
        lane_set(available, 0);
        return false;
    }
    FOR_LANES(l)
        available[l] = supply[l] > 0 ? 1 - bannable * ban[l] : 0;
    return lane_any(available);
}

/* Shares over all that is available. */
static void desired_shares(struct block *b, int i)
{
    const struct reach *reach = &b->inside->reach[i];
    const double *open[LIMIT_OPTIONS];
    lane share[LIMIT_OPTIONS];

    for (int k = 0; k < reach->options; k++)
        open[k] = b->inside->one;
    choice_split(b, i, b->inside->one, open, share);
    for (int j = 0; j < b->J; j++)
        lane_set(b->share[i * b->J + j], 0);
    for (int k = 0; k < reach->options; k++)
        lane_copy(share[k], b->share[i * b->J + reach->option[k]]);
}

/* Lifts the domestic part of owned chips to g x, if it is below and not 0. */
static void quota(struct block *b, int i)
{
    const double *exposure = BUYER(b, BUYER_EXPOSURE, i);
    lane domestic, owned, up, down;

    lane_set(domestic, 0);
    lane_set(owned, 0);
    for (int j = 0; j < b->J; j++) {
        enum option_class class = class_of(b, j);
        if (class == CLASS_DOMESTIC)
            lane_add(b->share[i * b->J + j], domestic);
        if (class == CLASS_DOMESTIC || class == CLASS_FOREIGN || class == CLASS_GREY)
            lane_add(b->share[i * b->J + j], owned);
    }
    FOR_LANES(l) {
        double floor_share = b->inside->quota[l] * exposure[l];
        double d = owned[l] > 0 ? domestic[l] / owned[l] : 0;
        bool bound = d > 0 && d < floor_share;
        b->quota_bound[i][l] = bound ? 1 : 0;
        up[l] = bound ? floor_share / d : 1;
        down[l] = bound ? (1 - floor_share) / (1 - d) : 1;
    }
    for (int j = 0; j < b->J; j++) {
        enum option_class class = class_of(b, j);
        if (class == CLASS_RENT || class == CLASS_DEFER)
            continue;
        FOR_LANES(l)
            b->share[i * b->J + j][l] *= class == CLASS_DOMESTIC ? up[l] : down[l];
    }
}

void step06_utility(struct block *b)
{
    enum { PLATFORMS = 64 };
    lane platform_share[PLATFORMS];

    for (int i = 0; i < b->I; i++) {
        inquiry(b, i);
        platform_shares(b, i, platform_share);
        for (int j = 0; j < b->J; j++) {
            if (j == b->defer)
                continue;
            effective(b, i, j);
            if (b->t > 0)
                taste(b, i * b->J + j);
            if (availability(b, i, j) || !b->choices_only)
                utility(b, i, j, (const lane *)platform_share);
        }
        lane_copy(OPTION(b, OPTION_INTERCEPT, b->defer), b->utility[i * b->J + b->defer]);
        lane_set(b->available[i * b->J + b->defer], 1);
        choice_prepare(b, i);
        desired_shares(b, i);
        quota(b, i);
    }
}
