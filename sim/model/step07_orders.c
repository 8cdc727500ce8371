/* Step 7. Orders: the wallet by share, and what buyers pull forward when the
 * hazard is above the norm. */
#include "model/inside.h"

/* The largest hazard over the foreign options that buyer i can order. */
static void largest_hazard(const struct block *b, int i, double *hazard)
{
    lane_set(hazard, 0);
    for (int j = 0; j < b->J; j++)
        if (class_of(b, j) == CLASS_FOREIGN)
            FOR_LANES(l)
                hazard[l] = larger(hazard[l], b->available[i * b->J + j][l] *
                                                  b->hazard[i * b->J + j][l]);
}

/* PF_i / sum of foreign shares = min(phi max(0, h - norm), pf_max) M_i */
static void pull_forward_rate(const struct block *b, int i, double *rate)
{
    const double *phi = BUYER(b, BUYER_FRONT_LOADING, i);
    const double *norm = SC(b, SC_ANTICIPATION_NORM);
    const double *most = SC(b, SC_PULL_FORWARD_MAX);
    const double *bound = b->quota_bound[i], *budget = b->budget[i];
    lane hazard;

    largest_hazard(b, i, hazard);
    FOR_LANES(l) {
        double wave = smaller(phi[l] * larger(0, hazard[l] - norm[l]), most[l]) * budget[l];
        rate[l] = bound[l] != 0 ? 0 : wave;
    }
}

void step07_orders(struct block *b)
{
    for (int i = 0; i < b->I; i++) {
        lane rate;
        pull_forward_rate(b, i, rate);
        lane_set(b->pull_forward[i], 0);
        for (int j = 0; j < b->J; j++) {
            int at = i * b->J + j;
            bool foreign = class_of(b, j) == CLASS_FOREIGN;
            FOR_LANES(l) {
                double extra = foreign ? rate[l] * b->share[at][l] : 0;
                b->order[at][l] = b->wallet[i][l] * b->share[at][l] + extra;
                b->pull_forward[i][l] += extra;
            }
        }
        FOR_LANES(l)
            b->debt[i][l] += b->pull_forward[i][l] - b->repaid[i][l];
    }
}
