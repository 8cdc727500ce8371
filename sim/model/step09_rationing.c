/* Step 9. Rationing, backlog and spill-over. */
#include <math.h>
#include "model/inside.h"

/* Claims of the first round, in `fresh`. */
static void first_claims(struct block *b, int j)
{
    struct inside *in = b->inside;

    for (int i = 0; i < b->I; i++) {
        const int at = i * b->J + j;
        double *fresh = in->fresh[at], *queued = in->queued[at];
        const double *backlog = b->backlog[at], *released = in->released[at];
        FOR_LANES(l) {
            queued[l] = backlog[l];
            fresh[l] += queued[l] + released[l];
        }
    }
    FOR_LANES(l)
        in->room[j][l] = product0(b->supply[j][l], b->price[j][l]);
}

/* Last step's backlog first, then the rest; each proportional. */
static void backlog_first(struct block *b, int j, const double *room)
{
    struct inside *in = b->inside;
    lane queued, left;

    lane_set(queued, 0);
    for (int i = 0; i < b->I; i++) {
        lane_add(in->queued[i * b->J + j], queued);
        FOR_LANES(l)
            in->fresh[i * b->J + j][l] -= in->queued[i * b->J + j][l];
    }
    FOR_LANES(l)
        left[l] = queued[l] > room[l] ? 0 : room[l] - queued[l];
    ration_proportional(b->I, b->J, (const lane *)&in->queued[j], room, &in->award[j]);
    ration_proportional(b->I, b->J, (const lane *)&in->fresh[j], left, &in->late[j]);
    for (int i = 0; i < b->I; i++)
        FOR_LANES(l) {
            in->award[i * b->J + j][l] += in->late[i * b->J + j][l];
            in->fresh[i * b->J + j][l] += in->queued[i * b->J + j][l];
        }
}

/* Awards of option j for the claims in `fresh`; room and exhaustion follow. */
static void award(struct block *b, int j, const double *total, bool first)
{
    struct inside *in = b->inside;
    const lane *claims = (const lane *)&in->fresh[j];
    const lane *tier = (const lane *)&BUYER(b, BUYER_PRIORITY_TIER, 0);
    double *room = in->room[j], *left = in->left[j];

    if (b->world->rationing == RATION_PRIORITY)
        ration_priority(b->I, b->J, claims, tier, room, &in->award[j]);
    else if (b->world->rationing == RATION_UNIFORM)
        ration_uniform(b->I, b->J, claims, room, &in->award[j]);
    else if (b->world->rationing == RATION_BACKLOG_FIRST && first)
        backlog_first(b, j, room);
    else
        ration_proportional(b->I, b->J, claims, room, &in->award[j]);
    FOR_LANES(l) {
        bool over = total[l] > room[l];
        double rest = room[l] - total[l];
        left[l] = over ? 0 : left[l];
        room[l] = over ? 0 : rest;
    }
}

/* First round: a part of what is unserved stays as backlog. */
static void first_round(struct block *b)
{
    struct inside *in = b->inside;

    for (int j = 0; j < b->J; j++) {
        double *total = b->unserved[j];
        const double *patience = in->patience[j];
        if (j == b->defer)
            continue;
        first_claims(b, j);
        sum_claims(b->I, b->J, (const lane *)&in->fresh[j], b->claims[j]);
        lane_set(in->left[j], 1);
        award(b, j, b->claims[j], true);
        lane_set(total, 0);
        for (int i = 0; i < b->I; i++) {
            const int at = i * b->J + j;
            const double *claim = in->fresh[at], *awarded = in->award[at];
            double *spend = b->spend[at], *backlog = b->backlog[at], *pool = in->pool[i];
            FOR_LANES(l) {
                double unserved = claim[l] - awarded[l];
                double kept = patience[l] * unserved;
                spend[l] = awarded[l];
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
    lane open[LIMIT_OPTIONS];

    for (int k = 0; k < reach->options; k++) {
        const int j = reach->option[k];
        const double *left = in->left[j];
        const double grey = class_of(b, j) == CLASS_GREY, foreign = class_of(b, j) == CLASS_FOREIGN;
        FOR_LANES(l)
            open[k][l] = left[l] * (1 - (grey + foreign) * bound[l]) * (1 - foreign * inquired[l]);
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
        lane total;
        if (j == b->defer)
            continue;
        sum_claims(b->I, b->J, (const lane *)&in->fresh[j], total);
        if (!lane_any(total))
            continue;
        award(b, j, total, false);
        for (int i = 0; i < b->I; i++) {
            const int at = i * b->J + j;
            const double *claim = in->fresh[at], *awarded = in->award[at];
            double *spend = b->spend[at], *pool = in->pool[i];
            FOR_LANES(l) {
                spend[l] += awarded[l];
                pool[l] += claim[l] - awarded[l];
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
