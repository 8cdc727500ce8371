/* Step 8. Inquiries: compliance cost, approval, refusal, hold and release. */
#include "model/inside.h"

void split_money(struct block *b, int i, const double *money, const double *const *open)
{
    const struct reach *reach = &b->inside->reach[i];
    lane share[LIMIT_OPTIONS];

    choice_split(b, i, money, open, share);
    for (int k = 0; k < reach->options; k++) {
        const int j = reach->option[k];
        double *to = j == b->defer ? b->deferred[i] : b->inside->fresh[i * b->J + j];
        FOR_LANES(l)
            to[l] += money[l] * share[k][l];
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

/* Refused money is not spent on foreign chips, nor on grey ones by a buyer whom the quota
 * binds. */
static void split_refused(struct block *b, int i)
{
    const struct reach *reach = &b->inside->reach[i];
    const double *bound = b->quota_bound[i], *open[LIMIT_OPTIONS];
    lane none, unbound;

    if (!lane_any(b->refused[i]))
        return;
    lane_set(none, 0);
    FOR_LANES(l)
        unbound[l] = 1 - bound[l];
    for (int k = 0; k < reach->options; k++) {
        const enum option_class class = class_of(b, reach->option[k]);
        open[k] = class == CLASS_FOREIGN ? none : class == CLASS_GREY ? unbound : b->inside->one;
    }
    split_money(b, i, b->refused[i], open);
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
