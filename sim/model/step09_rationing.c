/* Step 9. Rationing, backlog and spill-over. */
#include <math.h>
#include "model/inside.h"

/* Claims of the first round, in `fresh`. */
static void first_claims(struct block *b, int j)
{
    struct inside *in = b->inside;

    for (int i = 0; i < b->I; i++) {
        const int at = i * b->J + j;
        const double *backlog = b->backlog[at], *released = in->released[at];
        double *fresh = in->fresh[at];
        FOR_LANES(l)
            fresh[l] += backlog[l] + released[l];
    }
    FOR_LANES(l)
        in->room[j][l] = product0(b->supply[j][l], b->price[j][l]);
}

/* Last step's backlog first, then the rest; each proportional. */
static void backlog_first(struct block *b, int j, const double *room)
{
    struct inside *in = b->inside;
    const lane *backlog = (const lane *)&b->backlog[j];
    lane queued, left;

    sum_claims(b->I, b->J, backlog, queued);
    for (int i = 0; i < b->I; i++)
        FOR_LANES(l)
            in->fresh[i * b->J + j][l] -= backlog[i * b->J][l];
    FOR_LANES(l)
        left[l] = queued[l] > room[l] ? 0 : room[l] - queued[l];
    ration_proportional(b->I, b->J, backlog, room, &in->award[j]);
    ration_proportional(b->I, b->J, (const lane *)&in->fresh[j], left, &in->late[j]);
    for (int i = 0; i < b->I; i++)
        FOR_LANES(l) {
            in->award[i * b->J + j][l] += in->late[i * b->J + j][l];
            in->fresh[i * b->J + j][l] += backlog[i * b->J][l];
        }
}

/* Awards of option j for the claims in `fresh`, which sum to `total`: what buyer i gets is
 * part times got[i*J]. Room and exhaustion follow. */
static const lane *award(struct block *b, int j, const double *total, bool first, double *part)
{
    struct inside *in = b->inside;
    const lane *claims = (const lane *)&in->fresh[j], *got = (const lane *)&in->award[j];
    const lane *tier = (const lane *)&BUYER(b, BUYER_PRIORITY_TIER, 0);
    double *room = in->room[j], *left = in->left[j];

    lane_set(part, 1);
    if (b->world->rationing == RATION_PRIORITY)
        ration_priority(b->I, b->J, claims, tier, room, &in->award[j]);
    else if (b->world->rationing == RATION_UNIFORM)
        ration_uniform(b->I, b->J, claims, room, &in->award[j]);
    else if (b->world->rationing == RATION_BACKLOG_FIRST && first)
        backlog_first(b, j, room);
    else {
        proportional_part(total, room, part);
        got = claims;
    }
    FOR_LANES(l) {
        bool over = total[l] > room[l];
        double rest = room[l] - total[l];
        left[l] = over ? 0 : left[l];
        room[l] = over ? 0 : rest;
    }
    return got;
}

/* First round: a part of what is unserved stays as backlog. */
static void first_round(struct block *b)
{
    struct inside *in = b->inside;

    for (int j = 0; j < b->J; j++) {
        double *total = b->unserved[j];
        const double *patience = in->patience[j];
        lane part;
        if (j == b->defer)
            continue;
        first_claims(b, j);
        sum_claims(b->I, b->J, (const lane *)&in->fresh[j], b->claims[j]);
        lane_set(in->left[j], 1);
        lane_set(total, 0);
        const lane *got = award(b, j, b->claims[j], true, part);
        for (int i = 0; i < b->I; i++) {
            const int at = i * b->J + j;
            const double *claim = in->fresh[at], *gets = got[i * b->J];
            double *spend = b->spend[at], *backlog = b->backlog[at], *pool = in->pool[i];
            FOR_LANES(l) {
                double awarded = gets[l] * part[l];
                double unserved = claim[l] - awarded;
                double kept = patience[l] * unserved;
                spend[l] = awarded;
                total[l] += unserved;
                backlog[l] = kept;
                pool[l] += unserved - kept;
            }
        }
    }
}

/* What buyer i may still turn to: foreign chips not if it was questioned or is
 * bound by the quota, grey ones not if it is bound. All of these are 0 or 1. */
static void split_pool(struct block *b, int i)
{
    const struct inside *in = b->inside;
    const struct reach *reach = &in->reach[i];
    const double *bound = b->quota_bound[i], *inquired = b->inquired[i];
    const double *open[LIMIT_OPTIONS];
    lane masked[LIMIT_OPTIONS];

    for (int k = 0; k < reach->options; k++) {
        const enum option_class class = class_of(b, reach->option[k]);
        const double *left = in->left[reach->option[k]];
        open[k] = class == CLASS_FOREIGN || class == CLASS_GREY ? masked[k] : left;
        if (class == CLASS_FOREIGN)
            FOR_LANES(l)
                masked[k][l] = left[l] * (1 - bound[l]) * (1 - inquired[l]);
        if (class == CLASS_GREY)
            FOR_LANES(l)
                masked[k][l] = left[l] * (1 - bound[l]);
    }
    split_money(b, i, in->pool[i], open);
}

/* Pools split again over what is left. False if every pool is empty. */
static bool split_pools(struct block *b)
{
    struct inside *in = b->inside;
    bool any = false;

    for (int i = 0; i < b->I; i++) {
        for (int j = 0; j < b->J; j++)
            lane_set(in->fresh[i * b->J + j], 0);
        if (!lane_any(in->pool[i]))
            continue;
        any = true;
        split_pool(b, i);
        lane_set(in->pool[i], 0);
    }
    return any;
}

/* Later rounds: all unserved money returns to the pool. */
static void later_round(struct block *b)
{
    struct inside *in = b->inside;

    for (int j = 0; j < b->J; j++) {
        lane total, part;
        if (j == b->defer)
            continue;
        sum_claims(b->I, b->J, (const lane *)&in->fresh[j], total);
        if (!lane_any(total))
            continue;
        const lane *got = award(b, j, total, false, part);
        for (int i = 0; i < b->I; i++) {
            const int at = i * b->J + j;
            const double *claim = in->fresh[at], *gets = got[i * b->J];
            double *spend = b->spend[at], *pool = in->pool[i];
            FOR_LANES(l) {
                double awarded = gets[l] * part[l];
                spend[l] += awarded;
                pool[l] += claim[l] - awarded;
            }
        }
    }
}

void step09_rationing(struct block *b)
{
    struct inside *in = b->inside;

    for (int i = 0; i < b->I; i++)
        lane_set(in->pool[i], 0);
    lane_set(in->left[b->defer], 1);
    first_round(b);
    for (int round = 1; round <= b->J && split_pools(b); round++)
        later_round(b);
    for (int i = 0; i < b->I; i++)
        lane_add(in->pool[i], b->deferred[i]);
}
