/* Step 9. Rationing, backlog and spill-over. */
#include <math.h>
#include "model/inside.h"

/* Claims of the first round, by buyer in `award` until they are awarded. */
static void first_claims(struct block *b, int j)
{
    struct inside *in = b->inside;

    lane_set(b->claims[j], 0);
    for (int i = 0; i < b->I; i++) {
        int at = i * b->J + j;
        lane_copy(b->backlog[at], in->queued[at]);
        FOR_LANES(l)
            in->fresh[at][l] += in->queued[at][l] + in->released[at][l];
        lane_add(in->fresh[at], b->claims[j]);
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
static void award(struct block *b, int j, bool first)
{
    struct inside *in = b->inside;
    const lane *claims = (const lane *)&in->fresh[j];
    const lane *tier = (const lane *)&BUYER(b, BUYER_PRIORITY_TIER, 0);
    double *room = in->room[j];
    lane total;

    lane_set(total, 0);
    for (int i = 0; i < b->I; i++)
        lane_add(in->fresh[i * b->J + j], total);
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
        in->exhausted[j][l] = over ? 1 : in->exhausted[j][l];
        room[l] = over ? 0 : room[l] - total[l];
    }
}

/* First round: a part of what is unserved stays as backlog. */
static void first_round(struct block *b)
{
    struct inside *in = b->inside;

    for (int j = 0; j < b->J; j++) {
        if (j == b->defer)
            continue;
        first_claims(b, j);
        lane_set(in->exhausted[j], 0);
        award(b, j, true);
        lane_set(b->unserved[j], 0);
        for (int i = 0; i < b->I; i++) {
            int at = i * b->J + j;
            FOR_LANES(l) {
                double unserved = in->fresh[at][l] - in->award[at][l];
                double kept = in->patience[j][l] * unserved;
                b->spend[at][l] = in->award[at][l];
                b->unserved[j][l] += unserved;
                b->backlog[at][l] = kept;
                in->pool[i][l] += unserved - kept;
            }
        }
    }
}

/* What buyer i may still turn to: foreign chips not if it was questioned or is
 * bound by the quota, grey ones not if it is bound. */
static void open_options(struct block *b, int i)
{
    struct inside *in = b->inside;
    const double *bound = b->quota_bound[i], *inquired = b->inquired[i];
    lane foreign, grey;

    FOR_LANES(l) { /* all of these are 0 or 1 */
        grey[l] = 1 - bound[l];
        foreign[l] = grey[l] * (1 - inquired[l]);
    }
    lane_set(in->exhausted[b->defer], 0);
    for (int j = 0; j < b->J; j++) {
        enum option_class class = class_of(b, j);
        const double *open = class == CLASS_FOREIGN ? foreign : class == CLASS_GREY ? grey
                                                                                    : in->one;
        const double *available = b->available[i * b->J + j], *exhausted = in->exhausted[j];
        double *mask = in->mask[j];
        FOR_LANES(l)
            mask[l] = available[l] * open[l] * (1 - exhausted[l]);
    }
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
        open_options(b, i);
        split_money(b, i, (const lane *)in->mask, in->pool[i]);
        lane_set(in->pool[i], 0);
    }
    return any;
}

/* Later rounds: all unserved money returns to the pool. */
static void later_round(struct block *b)
{
    struct inside *in = b->inside;

    for (int j = 0; j < b->J; j++) {
        if (j == b->defer)
            continue;
        award(b, j, false);
        for (int i = 0; i < b->I; i++) {
            int at = i * b->J + j;
            FOR_LANES(l) {
                b->spend[at][l] += in->award[at][l];
                in->pool[i][l] += in->fresh[at][l] - in->award[at][l];
            }
        }
    }
}

void step09_rationing(struct block *b)
{
    struct inside *in = b->inside;

    for (int i = 0; i < b->I; i++)
        lane_set(in->pool[i], 0);
    first_round(b);
    for (int round = 1; round <= b->J && split_pools(b); round++)
        later_round(b);
    for (int i = 0; i < b->I; i++)
        lane_add(in->pool[i], b->deferred[i]);
}
