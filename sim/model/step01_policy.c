/* Step 1. Events on cells, transitions, events on regimes, pins, memories. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

static const double TILT_LIMIT = 3.0;
enum { STATES = 16 };

static void apply_cell_events(struct block *b)
{
    const struct scenario *w = b->world;
    unsigned stale = 0;

    for (int k = 0; k < w->effects; k++) {
        const struct effect *e = &w->effect[k];
        if (e->t != b->t || (e->kind != EFFECT_VALUE && e->kind != EFFECT_FACTOR))
            continue;
        double *x = b->cell[e->cell];
        FOR_LANES(l) {
            double next = e->kind == EFFECT_VALUE ? e->value : x[l] * e->value;
            x[l] = b->happens[e->event][l] != 0 ? next : x[l];
        }
        stale |= derived_from(w, e->cell);
    }
    derive(b, stale);
}

static double clip(double x)
{
    return x > TILT_LIMIT ? TILT_LIMIT : x < -TILT_LIMIT ? -TILT_LIMIT : x;
}

/* e^W and e^B from the memories, incidents and adequacy of the last step. */
static void tilts(struct block *b)
{
    FOR_LANES(l) {
        double cn = SC(b, SC_CN_TO_US_TIGHTENING)[l] * b->us_tightening[l] +
                    SC(b, SC_CN_TO_US_LOOSENING)[l] * b->us_loosening[l] +
                    SC(b, SC_CN_TO_INCIDENTS)[l] * b->incident_memory[l] +
                    product0(SC(b, SC_CN_TO_ADEQUACY)[l],
                             b->adequacy[l] - SC(b, SC_ADEQUACY_REFERENCE)[l]);
        b->us_tilt[l] = clip(SC(b, SC_US_TO_CN)[l] * (b->cn_tightening[l] - b->cn_loosening[l]));
        b->cn_tilt[l] = clip(cn);
    }
}

/* One transition: rates to a tighter state times e^tilt, to a looser one times
 * e^-tilt. `tighter` is the direction of tightening: -1 for Washington, whose
 * regimes run from tight to loose, +1 for Beijing. */
static void transition(int n, const lane *rates, const double *tilt, int tighter,
                       const double *u, double dt, int32_t *state)
{
    lane tilted[STATES * STATES], prob[STATES], up, down;

    FOR_LANES(l)
        down[l] = -tilt[l];
    lane_exp(tilt, up);
    lane_exp(down, down);
    for (int k = 0; k < n; k++)
        for (int m = 0; m < n; m++) {
            const double *by = (m - k) * tighter > 0 ? up : down;
            FOR_LANES(l)
                tilted[k * n + m][l] = k == m ? 0 : rates[k * n + m][l] * by[l];
        }
    chain_row(n, (const lane *)tilted, state, dt, prob);
    chain_pick(n, (const lane *)prob, u, state);
}

static void transitions(struct block *b)
{
    const struct scenario *w = b->world;
    const struct draw_slots *d = &b->inside->draw;

    if (w->us_pin[b->t] < 0 && b->W > 1)
        transition(b->W, (const lane *)&b->cell[cell_pair(w, TABLE_US_RATES, 0, 0)], b->us_tilt,
                   -1, d->now[d->us], w->dt, b->us);
    if (w->cn_pin[b->t] < 0 && b->B > 1)
        transition(b->B, (const lane *)&b->cell[cell_pair(w, TABLE_CN_RATES, 0, 0)], b->cn_tilt,
                   +1, d->now[d->cn], w->dt, b->cn);
}

/* Dated moves beat the chain, pins beat dated moves. */
static void dated_moves(struct block *b)
{
    const struct scenario *w = b->world;

    for (int k = 0; k < w->effects; k++) {
        const struct effect *e = &w->effect[k];
        if (e->t != b->t || (e->kind != EFFECT_US && e->kind != EFFECT_CN))
            continue;
        int32_t *state = e->kind == EFFECT_US ? b->us : b->cn, moved = e->state;
        const double *happens = b->happens[e->event];
        FOR_LANES(l)
            state[l] = happens[l] != 0 ? moved : state[l];
    }
    FOR_LANES(l) {
        b->us[l] = w->us_pin[b->t] >= 0 ? w->us_pin[b->t] : b->us[l];
        b->cn[l] = w->cn_pin[b->t] >= 0 ? w->cn_pin[b->t] : b->cn[l];
    }
}

/* E <- e^{-kappa dt} E + regime steps moved. */
static void remember_moves(struct block *b, const int32_t *us_before, const int32_t *cn_before)
{
    const double *decay = b->inside->memory_decay;

    FOR_LANES(l) {
        double us = b->us[l] - us_before[l], cn = b->cn[l] - cn_before[l];
        b->us_tightening[l] = decay[l] * b->us_tightening[l] + larger(0, -us);
        b->us_loosening[l] = decay[l] * b->us_loosening[l] + larger(0, us);
        b->cn_tightening[l] = decay[l] * b->cn_tightening[l] + larger(0, cn);
        b->cn_loosening[l] = decay[l] * b->cn_loosening[l] + larger(0, -cn);
    }
}

/* Self-exciting incidents: Lambda = mu dt + n (1 - rho) E. */
static void incidents(struct block *b)
{
    const struct draw_slots *d = &b->inside->draw;
    const struct scenario *w = b->world;
    const double *rho = b->inside->incident_decay;
    lane mean;

    FOR_LANES(l)
        mean[l] = SC(b, SC_INCIDENT_RATE)[l] * w->dt +
                  SC(b, SC_INCIDENT_BRANCHING)[l] * (1 - rho[l]) * b->incident_memory[l];
    poisson_count(mean, d->now[d->incident], b->incidents);
    for (int k = 0; k < w->effects; k++) {
        const struct effect *e = &w->effect[k];
        if (e->t == b->t && e->kind == EFFECT_INCIDENTS)
            FOR_LANES(l)
                b->incidents[l] += b->happens[e->event][l] != 0 ? e->value : 0;
    }
    FOR_LANES(l)
        b->incident_memory[l] = rho[l] * b->incident_memory[l] + b->incidents[l];
}

/* The attributes of the regimes in force, lane by lane. */
static void pick(const struct block *b, const int32_t *state, int n, enum table table,
                 int column, double *out)
{
    for (int k = 0; k < n; k++) {
        const double *x = CELL(b, table, column, k);
        FOR_LANES(l)
            out[l] = state[l] == k ? x[l] : out[l];
    }
}

/* 1 in the lanes in state k, if it has a flag. */
static void pick_flag(const int32_t *state, int k, bool flag, double *out)
{
    const double one = flag ? 1 : 0;

    FOR_LANES(l)
        out[l] = state[l] == k ? one : out[l];
}

/* Flags of the regimes in force as 0 or 1. */
static void flags(struct block *b)
{
    const struct scenario *w = b->world;
    struct inside *in = b->inside;

    for (int k = 0; k < b->B; k++)
        pick_flag(b->cn, k, w->cn[k].state_ban, in->state_ban);
    for (int k = 0; k < b->W; k++) {
        pick_flag(b->us, k, w->us[k].levy_form == LEVY_TARIFF, in->tariff);
        for (int j = 0; j < b->J; j++)
            if (class_of(b, j) == CLASS_FOREIGN)
                pick_flag(b->us, k, w->us[k].allowed[j], in->allowed[j]);
    }
}

static void attributes(struct block *b)
{
    struct inside *in = b->inside;

    flags(b);
    pick(b, b->us, b->W, TABLE_US_REGIMES, US_LEVY_RATE, in->levy_rate);
    pick(b, b->us, b->W, TABLE_US_REGIMES, US_CAP_SHARE, in->cap_share);
    pick(b, b->us, b->W, TABLE_US_REGIMES, US_LICENCE, in->licence);
    pick(b, b->us, b->W, TABLE_US_REGIMES, US_LICENCE_SD, in->licence_sd);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_PRESSURE, in->pressure);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_INQUIRIES, in->inquiries);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_APPROVAL, in->approval);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_APPROVAL_SD, in->approval_sd);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_CUSTOMS_PASS, in->customs);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_GREY_PASS, in->grey_pass);
    pick(b, b->cn, b->B, TABLE_CN_STANCES, CN_QUOTA, in->quota);
}

void step01_policy(struct block *b)
{
    int32_t us_before[LANES], cn_before[LANES];

    FOR_LANES(l) {
        us_before[l] = b->us[l];
        cn_before[l] = b->cn[l];
    }
    apply_cell_events(b);
    lane_set(b->us_tilt, 0);
    lane_set(b->cn_tilt, 0);
    if (b->t > 0) {
        tilts(b);
        transitions(b);
    }
    dated_moves(b);
    if (b->t > 0)
        remember_moves(b, us_before, cn_before);
    incidents(b);
    attributes(b);
}
