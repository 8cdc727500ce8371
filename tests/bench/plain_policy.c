/* Steps 1 and 5 of docs/model.md: the chains, incidents and hazards. */
#include <math.h>
#include <gsl/gsl_linalg.h>
#include "plain.h"

struct chain {
    int states;
    enum table table;
    bool tighter_is_later;      /* stances are ordered loose to tight, regimes tight to loose */
};

static struct chain us_chain(const struct path *p)
{
    return (struct chain){p->w->us_regimes, TABLE_US_RATES, false};
}

static struct chain cn_chain(const struct path *p)
{
    return (struct chain){p->w->cn_stances, TABLE_CN_RATES, true};
}

/* expm(G time) with G_kl = Q_kl e^{+tilt} towards tighter, e^{-tilt} towards looser states;
 * states in `closed` are never left. */
static void chain_expm(const struct path *p, struct chain c, double tilt, const bool *closed,
                       double time, double out[STATES * STATES])
{
    const size_t n = (size_t)c.states;
    const double up = exp(tilt);
    double rates[STATES * STATES];
    gsl_matrix_view from = gsl_matrix_view_array(rates, n, n);
    gsl_matrix_view to = gsl_matrix_view_array(out, n, n);

    for (int k = 0; k < c.states; k++) {
        double sum = 0;
        for (int l = 0; l < c.states; l++) {
            double rate = p->cell[cell_pair(p->w, c.table, k, l)];
            if (k == l || (closed && closed[k]))
                rate = 0;
            rate *= ((l > k) == c.tighter_is_later ? up : 1 / up) * time;
            rates[k * c.states + l] = rate;
            sum += rate;
        }
        rates[k * c.states + k] = -sum;
    }
    gsl_linalg_exponential_ss(&from.matrix, &to.matrix, GSL_PREC_DOUBLE);
}

/* P(a state in `closed` is entered within H) by starting state; 0 from inside. */
static void chain_hit(const struct path *p, struct chain c, const bool *closed, double *hit)
{
    double chance[STATES * STATES];

    chain_expm(p, c, 0, closed, scenario_cell(p, SC_HORIZON), chance);
    for (int k = 0; k < c.states; k++) {
        hit[k] = 0;
        for (int l = 0; l < c.states; l++)
            hit[k] += !closed[k] && closed[l] ? chance[k * c.states + l] : 0;
    }
}

void hazards_derive(struct path *p)
{
    const struct scenario *w = p->w;
    bool closed[STATES];

    for (int b = 0; b < w->cn_stances; b++)
        closed[b] = p->cell[cell_index(w, TABLE_CN_STANCES, CN_CUSTOMS_PASS, b)] < 0.5;
    chain_hit(p, cn_chain(p), closed, p->cn_hit);
    for (int j = 0; j < w->options; j++) {
        if (!is_class(p, j, CLASS_FOREIGN))
            continue;
        for (int k = 0; k < w->us_regimes; k++)
            closed[k] = !w->us[k].allowed[j];
        chain_hit(p, us_chain(p), closed, p->us_hit[j]);
    }
}

/* The first state whose cumulative probability is >= u. */
static int chain_move(struct path *p, struct chain c, int now, double tilt,
                      enum draw_class class)
{
    const double u = draw_uniform(p, class, -1, -1);
    double chance[STATES * STATES], sum = 0;
    int last = now;

    chain_expm(p, c, tilt, NULL, p->w->dt, chance);
    for (int l = 0; l < c.states; l++) {
        const double each = chance[now * c.states + l];
        sum += each;
        last = each > 0 ? l : last;
        if (sum >= u)
            return l;
    }
    return last;
}

static double clip3(double x)
{
    return fmin(3, fmax(-3, x));
}

static int move_us(struct path *p, int event)
{
    const struct scenario *w = p->w;
    const double tilt =
        clip3(scenario_cell(p, SC_US_TO_CN) * (p->cn_memory[0] - p->cn_memory[1]));

    if (w->us_pin[p->t] >= 0)
        return w->us_pin[p->t];
    if (event >= 0)
        return event;
    return p->t ? chain_move(p, us_chain(p), p->us, tilt, DRAW_US) : w->us_start;
}

static int move_cn(struct path *p, int event)
{
    const struct scenario *w = p->w;
    const double ample = p->adequacy - scenario_cell(p, SC_ADEQUACY_REFERENCE);
    const double weight = scenario_cell(p, SC_CN_TO_ADEQUACY);
    const double tilt = clip3(scenario_cell(p, SC_CN_TO_US_TIGHTENING) * p->us_memory[0] +
                              scenario_cell(p, SC_CN_TO_US_LOOSENING) * p->us_memory[1] +
                              scenario_cell(p, SC_CN_TO_INCIDENTS) * p->incident_memory +
                              (weight != 0 ? weight * ample : 0));

    if (w->cn_pin[p->t] >= 0)
        return w->cn_pin[p->t];
    if (event >= 0)
        return event;
    return p->t ? chain_move(p, cn_chain(p), p->cn, tilt, DRAW_CN) : w->cn_start;
}

static void memory_step(double memory[2], double keep, int tighter)
{
    memory[0] = keep * memory[0] + (tighter > 0 ? tighter : 0);
    memory[1] = keep * memory[1] + (tighter < 0 ? -tighter : 0);
}

/* N ~ Poisson(mu_S dt + n_S (1 - rho_S) E^S) by inversion; E^S <- rho_S E^S + N. */
static void incident_count(struct path *p, double added)
{
    const double rho = exp(-scenario_cell(p, SC_INCIDENT_DECAY) * p->w->dt);
    const double mean =
        scenario_cell(p, SC_INCIDENT_RATE) * p->w->dt +
        scenario_cell(p, SC_INCIDENT_BRANCHING) * (1 - rho) * p->incident_memory;
    const double u = draw_uniform(p, DRAW_INCIDENT, -1, -1);
    double term = exp(-mean), sum = term;

    p->incidents = 0;
    while (sum < u) {
        p->incidents++;
        term *= mean / p->incidents;
        if (sum + term == sum)
            break;
        sum += term;
    }
    p->incidents += added;
    p->incident_memory = rho * p->incident_memory + p->incidents;
}

void policy(struct path *p)
{
    const struct scenario *w = p->w;
    double added = 0;
    int us_event = -1, cn_event = -1;
    bool changed = false;

    for (int k = 0; k < w->effects; k++) {
        const struct effect *e = &w->effect[k];
        if (e->t != p->t || !p->happens[e->event])
            continue;
        changed |= e->kind == EFFECT_VALUE || e->kind == EFFECT_FACTOR;
        if (e->kind == EFFECT_VALUE)
            p->cell[e->cell] = e->value;
        else if (e->kind == EFFECT_FACTOR)
            p->cell[e->cell] *= e->value;
        else if (e->kind == EFFECT_US)
            us_event = e->state;
        else if (e->kind == EFFECT_CN)
            cn_event = e->state;
        else
            added += e->value;
    }
    if (changed)
        hazards_derive(p);
    const double keep = exp(-scenario_cell(p, SC_REACTION_DECAY) * w->dt);
    const int us = move_us(p, us_event), cn = move_cn(p, cn_event);
    if (p->t) {
        memory_step(p->us_memory, keep, p->us - us);
        memory_step(p->cn_memory, keep, cn - p->cn);
    }
    p->us = us;
    p->cn = cn;
    incident_count(p, added);
}

/* h_ij = min(1, theta_h [1 - (1 - hW_j)(1 - x_i hB)]) */
void anticipation(struct path *p)
{
    const struct scenario *w = p->w;

    for (int i = 0; i < w->buyers; i++)
        for (int j = 0; j < w->options; j++) {
            if (!is_class(p, j, CLASS_FOREIGN))
                continue;
            const double safe = (1 - p->us_hit[j][p->us]) *
                                (1 - buyer_cell(p, BUYER_EXPOSURE, i) * p->cn_hit[p->cn]);
            p->hazard[i][j] = fmin(1, scenario_cell(p, SC_ANTICIPATION_WEIGHT) * (1 - safe));
        }
}
