/* Steps 6 to 9 of docs/model.md: utilities and shares, orders, scrutiny, rationing. */
#include <math.h>
#include <string.h>
#include "plain.h"

/* P^e_ij = P_j (1 + [F] pi_i kappa_c) exp( r_i (w_j + [F] pi_i D_q) ) */
static double effective_price(const struct path *p, int i, int j)
{
    const double pi = is_class(p, j, CLASS_FOREIGN) ? p->inquiry[i] : 0;
    const double delay = p->wait[j] + pi * scenario_cell(p, SC_HOLD_MEAN);

    return p->price[j] * (1 + pi * buyer_cell(p, BUYER_COMPLIANCE_COST, i)) *
           exp(buyer_cell(p, BUYER_DELAY_AVERSION, i) * delay);
}

/* The part of the buyer's installed compute that runs on the option's platform. */
static double platform_share(const struct path *p, int i, int platform)
{
    double own = 0, all = 0;

    for (int j = 0; j < p->w->options; j++) {
        own += p->w->option[j].platform == platform ? p->installed[i][j] : 0;
        all += p->installed[i][j];
    }
    return all > 0 ? own / all : 0;
}

/* V_ij = a_j + a_ij - alpha_i ln(P^e_ij/(e_ij p_ref)) + eta_i (platform share)
 *        - [F]( xi_i x_i psi_B + chi_i h_ij + s_i x_i load E^S ) + eps_ij */
static double utility(const struct path *p, int i, int j, const double *stock)
{
    const struct option *o = &p->w->option[j];
    const double each = option_cell(p, OPTION_PFLOPS, j) * p->efficiency[i][j];
    const double ratio =
        effective_price(p, i, j) / (each * scenario_cell(p, SC_REFERENCE_PRICE));
    const double cost = p->w->price_form == PRICE_LOG ? log(ratio) : ratio;
    double v = option_cell(p, OPTION_INTERCEPT, j) +
               p->cell[cell_pair(p->w, TABLE_TASTES, i, j)] -
               buyer_cell(p, BUYER_PRICE_SENSITIVITY, i) * cost +
               buyer_cell(p, BUYER_LOCK_IN, i) * stock[o->platform];

    if (o->class == CLASS_FOREIGN) {
        const double x = buyer_cell(p, BUYER_EXPOSURE, i);
        const double load =
            p->cell[cell_index(p->w, TABLE_VENDORS, VENDOR_INCIDENT_LOAD, o->vendor)];
        v -= buyer_cell(p, BUYER_PRESSURE_AVERSION, i) * x * cn_cell(p, CN_PRESSURE) +
             buyer_cell(p, BUYER_HAZARD_AVERSION, i) * p->hazard[i][j] +
             buyer_cell(p, BUYER_INCIDENT_AVERSION, i) * x * load * p->incident_memory;
    }
    return v + p->taste[i][j];
}

/* Nested logit of a buyer over the open options:
 * s_j = [e^{lambda_n I_n} / sum_m e^{lambda_m I_m}] e^{V_j/lambda_n - I_n} */
static void shares(const struct path *p, int i, const bool *open, double *share)
{
    const struct scenario *w = p->w;
    const bool nested = w->choice == CHOICE_NESTED;
    double top = -INFINITY, all = 0, sum[NESTS] = {0}, weight[NESTS] = {0};

    for (int j = 0; j < w->options; j++)
        top = open[j] ? fmax(top, p->utility[i][j]) : top;
    for (int j = 0; j < w->options; j++) {
        const int n = nested ? w->option[j].nest : j;
        const double lambda =
            nested ? p->cell[cell_index(w, TABLE_NESTS, NEST_DISSIMILARITY, n)] : 1;
        share[j] = open[j] ? exp((p->utility[i][j] - top) / lambda) : 0;
        sum[n] += share[j];
    }
    for (int n = 0; n < (nested ? w->nests : w->options); n++) {
        const double lambda =
            nested ? p->cell[cell_index(w, TABLE_NESTS, NEST_DISSIMILARITY, n)] : 1;
        weight[n] = sum[n] > 0 ? pow(sum[n], lambda) : 0;
        all += weight[n];
    }
    for (int j = 0; j < w->options; j++) {
        const int n = nested ? w->option[j].nest : j;
        share[j] = share[j] > 0 ? share[j] / sum[n] * weight[n] / all : 0;
    }
}

/* 0 < d < g: D times g/d, F and G times (1-g)/(1-d), rent and defer unchanged. */
static bool quota(const struct path *p, double least, double *share)
{
    double domestic = 0, other = 0;

    for (int j = 0; j < p->w->options; j++) {
        domestic += is_class(p, j, CLASS_DOMESTIC) ? share[j] : 0;
        other += is_class(p, j, CLASS_FOREIGN) || is_class(p, j, CLASS_GREY) ? share[j] : 0;
    }
    const double d = domestic > 0 ? domestic / (domestic + other) : 0;
    if (!(d > 0 && d < least))
        return false;
    for (int j = 0; j < p->w->options; j++)
        if (is_class(p, j, CLASS_DOMESTIC))
            share[j] *= least / d;
        else if (is_class(p, j, CLASS_FOREIGN) || is_class(p, j, CLASS_GREY))
            share[j] *= (1 - least) / (1 - d);
    return true;
}

static bool available(const struct path *p, int i, int j)
{
    const struct option *o = &p->w->option[j];
    const bool banned = p->w->buyer[i].state_funded && p->w->cn[p->cn].state_ban &&
                        (o->class == CLASS_FOREIGN || o->class == CLASS_GREY);

    return j == p->defer || (p->supply[j] > 0 && (o->owner < 0 || o->owner == i) && !banned);
}

/* eps_ij <- e^{-k dt} eps_ij + s sqrt(1 - e^{-2 k dt}) ZT */
static void move_tastes(struct path *p)
{
    const double kappa = scenario_cell(p, SC_TASTE_REVERSION);
    const double keep = exp(-kappa * p->w->dt);
    const double shock = scenario_cell(p, SC_TASTE_VOLATILITY) * sqrt(1 - keep * keep);

    for (int i = 0; i < p->w->buyers; i++)
        for (int j = 0; j < p->w->options; j++)
            if (j != p->defer)
                p->taste[i][j] =
                    keep * p->taste[i][j] + shock * draw_normal(p, DRAW_TASTE, i, j);
}

void utilities(struct path *p)
{
    const struct scenario *w = p->w;

    if (p->t)
        move_tastes(p);
    for (int i = 0; i < w->buyers; i++) {
        const double x = buyer_cell(p, BUYER_EXPOSURE, i);
        double stock[PLATFORMS];

        p->inquiry[i] = -expm1(-cn_cell(p, CN_INQUIRIES) * x * w->dt);
        for (int y = 0; y < w->platforms; y++)
            stock[y] = platform_share(p, i, y);
        for (int j = 0; j < w->options; j++) {
            p->available[i][j] = available(p, i, j);
            p->utility[i][j] = j == p->defer ? option_cell(p, OPTION_INTERCEPT, j)
                                             : utility(p, i, j, stock);
        }
        shares(p, i, p->available[i], p->share[i]);
        p->bound[i] = quota(p, cn_cell(p, CN_QUOTA) * x, p->share[i]);
    }
}

/* PF_i = min( phi_i max(0, h_i - hbar), pf_max ) (sum_F s_ij) M_i, over F like s_ij */
void orders(struct path *p)
{
    for (int i = 0; i < p->w->buyers; i++) {
        double hazard = 0, foreign = 0;
        for (int j = 0; j < p->w->options; j++) {
            p->order[i][j] = p->wallet[i] * p->share[i][j];
            if (is_class(p, j, CLASS_FOREIGN) && p->available[i][j]) {
                hazard = fmax(hazard, p->hazard[i][j]);
                foreign += p->share[i][j];
            }
        }
        const double news = fmax(0, hazard - scenario_cell(p, SC_ANTICIPATION_NORM));
        const double ahead = fmin(buyer_cell(p, BUYER_FRONT_LOADING, i) * news,
                                  scenario_cell(p, SC_PULL_FORWARD_MAX));
        p->pull_forward[i] = p->bound[i] ? 0 : ahead * foreign * p->budget[i];
        if (p->pull_forward[i] > 0)
            for (int j = 0; j < p->w->options; j++)
                if (is_class(p, j, CLASS_FOREIGN))
                    p->order[i][j] += p->pull_forward[i] * p->share[i][j] / foreign;
        p->debt[i] += p->pull_forward[i] - p->repaid[i];
    }
}

/* Options among which refused or unserved money is split again. */
static void reopened(const struct path *p, int i, const bool *exhausted, bool *open)
{
    for (int j = 0; j < p->w->options; j++) {
        open[j] = p->available[i][j] && !(exhausted && exhausted[j]);
        if (is_class(p, j, CLASS_FOREIGN) && (p->asked[i] || p->bound[i]))
            open[j] = false;
        if (is_class(p, j, CLASS_GREY) && p->bound[i])
            open[j] = false;
    }
}

static void question(struct path *p, int i, double approved)
{
    const double cost = buyer_cell(p, BUYER_COMPLIANCE_COST, i);
    double ordered = 0, share[OPTIONS];
    bool open[OPTIONS];

    for (int j = 0; j < p->w->options; j++)
        if (is_class(p, j, CLASS_FOREIGN)) {
            ordered += p->order[i][j];
            p->hold[i][j] += approved * (1 - cost) * p->order[i][j];
            p->fresh[i][j] = 0;
        }
    p->compliance[i] = cost * ordered;
    p->refused[i] = (1 - approved) * (1 - cost) * ordered;
    reopened(p, i, NULL, open);
    shares(p, i, open, share);
    for (int j = 0; j < p->w->options; j++)
        p->fresh[i][j] += share[j] * p->refused[i];
}

void scrutiny(struct path *p)
{
    const double mean = scenario_cell(p, SC_HOLD_MEAN);
    const double release = mean > 0 ? -expm1(-p->w->dt / mean) : 1;

    for (int i = 0; i < p->w->buyers; i++) {
        const double approved = logistic_normal(cn_cell(p, CN_APPROVAL),
                                                cn_cell(p, CN_APPROVAL_SD),
                                                draw_normal(p, DRAW_APPROVAL, i, -1));
        memcpy(p->fresh[i], p->order[i], sizeof p->fresh[i]);
        p->compliance[i] = p->refused[i] = 0;
        p->asked[i] = draw_uniform(p, DRAW_QUESTION, i, -1) < p->inquiry[i];
        if (p->asked[i])
            question(p, i, approved);
        for (int j = 0; j < p->w->options; j++) {
            p->released[i][j] = release * p->hold[i][j];
            p->hold[i][j] -= p->released[i][j];
        }
        p->deferred[i] = p->fresh[i][p->defer];
    }
}

/* Awards every option's claims, proportionally if there is not enough; claims become what
 * is not served. */
static void serve(struct path *p, double claims[BUYERS][OPTIONS], double *left, bool *exhausted)
{
    for (int j = 0; j < p->w->options; j++) {
        double total = 0, part = 1;
        if (j == p->defer)
            continue;
        for (int i = 0; i < p->w->buyers; i++)
            total += claims[i][j];
        if (total > left[j]) {
            part = left[j] / total;
            exhausted[j] = true;
        }
        for (int i = 0; i < p->w->buyers; i++) {
            p->delivered[i][j] += part * claims[i][j];
            claims[i][j] -= part * claims[i][j];
        }
        left[j] = exhausted[j] ? 0 : left[j] - total;
    }
}

/* Splits every pool again, rations again; what is not served returns to the pool. */
static bool spill_over(struct path *p, double *pool, double *left, bool *exhausted)
{
    double claims[BUYERS][OPTIONS] = {{0}}, share[OPTIONS];
    bool open[OPTIONS], any = false;

    for (int i = 0; i < p->w->buyers; i++) {
        if (pool[i] == 0)
            continue;
        reopened(p, i, exhausted, open);
        shares(p, i, open, share);
        for (int j = 0; j < p->w->options; j++)
            claims[i][j] = share[j] * pool[i];
        p->deferred[i] += claims[i][p->defer];
        claims[i][p->defer] = 0;
    }
    serve(p, claims, left, exhausted);
    for (int i = 0; i < p->w->buyers; i++) {
        pool[i] = 0;
        for (int j = 0; j < p->w->options; j++)
            pool[i] += claims[i][j];
        any |= pool[i] > 0;
    }
    return any;
}

void rationing(struct path *p)
{
    const struct scenario *w = p->w;
    double claims[BUYERS][OPTIONS] = {{0}}, left[OPTIONS] = {0}, pool[BUYERS] = {0};
    bool exhausted[OPTIONS] = {false}, any = true;

    memset(p->delivered, 0, sizeof p->delivered);
    for (int j = 0; j < w->options; j++) {
        left[j] = p->capacity[j] = j == p->defer ? 0 : p->supply[j] * p->price[j];
        p->claims[j] = p->unserved[j] = 0;
        for (int i = 0; i < w->buyers && j != p->defer; i++) {
            claims[i][j] = p->backlog[i][j] + p->released[i][j] + p->fresh[i][j];
            p->claims[j] += claims[i][j];
        }
    }
    serve(p, claims, left, exhausted);
    for (int j = 0; j < w->options; j++) {
        if (j == p->defer)
            continue;
        const double patience = pow(option_cell(p, OPTION_PATIENCE, j), 4 * w->dt);
        for (int i = 0; i < w->buyers; i++) {
            p->unserved[j] += claims[i][j];
            p->backlog[i][j] = patience * claims[i][j];
            pool[i] += claims[i][j] - p->backlog[i][j];
        }
    }
    for (int round = 0; round < w->options && any; round++)
        any = spill_over(p, pool, left, exhausted);
    for (int i = 0; i < w->buyers; i++)
        p->deferred[i] += pool[i];
}
