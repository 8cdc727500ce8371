/* Step 8. Inquiries: compliance cost, approval, refusal, hold and release. */
#include "model/inside.h"

void split_money(struct block *b, int i, const lane *mask, const double *money)
{
    struct inside *in = b->inside;

    if (!lane_any(money))
        return;
    choice_split(b, i, mask, in->part);
    for (int j = 0; j < b->J; j++) {
        double *to = j == b->defer ? b->deferred[i] : in->fresh[i * b->J + j];
        FOR_LANES(l)
            to[l] += money[l] * in->part[j][l];
    }
}

/* New money by option, less what an inquiry stops: approved money waits in the
 * hold queue, refused money is split again over what is not foreign. */
static void scrutinise(struct block *b, int i)
{
    struct inside *in = b->inside;
    const double *cost = BUYER(b, BUYER_COMPLIANCE_COST, i);
    const double *draw = in->draw.now[in->draw.question + i];

    logit_normal(in->approval, in->approval_sd, in->draw.now[in->draw.approval + i],
                 b->approved[i]);
    lane_set(b->compliance[i], 0);
    lane_set(b->refused[i], 0);
    FOR_LANES(l)
        b->inquired[i][l] = draw[l] < b->inquiry[i][l] ? 1 : 0;
    for (int j = 0; j < b->J; j++) {
        int at = i * b->J + j;
        if (class_of(b, j) != CLASS_FOREIGN) {
            lane_copy(b->order[at], in->fresh[at]);
            continue;
        }
        FOR_LANES(l) {
            double asked = b->inquired[i][l] * b->order[at][l];
            double fee = cost[l] * asked, rest = asked - fee;
            double passed = b->approved[i][l] * rest;
            b->compliance[i][l] += fee;
            b->hold[at][l] += passed;
            b->refused[i][l] += rest - passed;
            in->fresh[at][l] = b->order[at][l] - asked;
        }
    }
    lane_copy(in->fresh[i * b->J + b->defer], b->deferred[i]);
    lane_set(in->fresh[i * b->J + b->defer], 0);
}

static void split_refused(struct block *b, int i)
{
    struct inside *in = b->inside;

    for (int j = 0; j < b->J; j++) {
        enum option_class class = class_of(b, j);
        FOR_LANES(l) {
            bool closed = class == CLASS_FOREIGN ||
                          (class == CLASS_GREY && b->quota_bound[i][l] != 0);
            in->mask[j][l] = closed ? 0 : b->available[i * b->J + j][l];
        }
    }
    split_money(b, i, (const lane *)in->mask, b->refused[i]);
}

void step08_scrutiny(struct block *b)
{
    struct inside *in = b->inside;

    for (int i = 0; i < b->I; i++) {
        scrutinise(b, i);
        split_refused(b, i);
        for (int j = 0; j < b->J; j++) {
            int at = i * b->J + j;
            if (class_of(b, j) != CLASS_FOREIGN)
                continue;
            FOR_LANES(l) {
                in->released[at][l] = in->release_share[l] * b->hold[at][l];
                b->hold[at][l] -= in->released[at][l];
            }
        }
    }
}
