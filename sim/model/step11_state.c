/* Step 11. What is carried into the next step. */
#include <math.h>
#include "model/inside.h"

static void carry_over(struct block *b, int i)
{
    FOR_LANES(l) {
        b->carry[i][l] = b->inside->keep_share[l] * b->deferred[i][l];
        b->lapsed[i][l] = b->deferred[i][l] - b->carry[i][l];
    }
}

/* Stock and experience of buyer i, and the price at which it last got compute. */
static void install(struct block *b, int i)
{
    struct inside *in = b->inside;
    lane money, received;

    lane_set(money, 0);
    lane_set(received, 0);
    for (int j = 0; j < b->J; j++) {
        int at = i * b->J + j;
        const double *pflops = OPTION(b, OPTION_PFLOPS, j);
        if (j == b->defer)
            continue;
        double *experience = b->experience[i * b->Y + b->world->option[j].platform];
        FOR_LANES(l) {
            double added = pflops[l] * b->units[at][l];
            b->installed[at][l] = b->installed[at][l] * in->survival[j][l] + added;
            experience[l] += added;
            b->cumulative[j][l] += b->units[at][l];
            money[l] += b->spend[at][l];
            received[l] += b->effective[at][l] * b->units[at][l];
        }
    }
    FOR_LANES(l) {
        bool some = received[l] > 0;
        in->money_per_effective[i][l] =
            some ? money[l] / received[l] : in->money_per_effective[i][l];
        in->has_delivery[i][l] = some ? 1 : in->has_delivery[i][l];
    }
}

/* w = min(w_max, dt backlog / capacity in money); shortage = unserved/claims */
static void queues(struct block *b, int j)
{
    const double *longest = SC(b, SC_WAIT_MAX);
    const double *supply = b->supply[j], *price = b->price[j];
    const double *claims = b->claims[j], *unserved = b->unserved[j];
    double *wait = b->wait[j], *shortage = b->shortage[j], dt = b->world->dt;
    lane backlog;

    lane_set(backlog, 0);
    for (int i = 0; i < b->I; i++)
        lane_add(b->backlog[i * b->J + j], backlog);
    FOR_LANES(l) {
        double capacity = product0(supply[l], price[l]);
        double years = smaller(longest[l], dt * backlog[l] / capacity);
        double queued = backlog[l] <= 0 ? 0 : years;
        double part = unserved[l] / claims[l];
        wait[l] = capacity == INFINITY ? 0 : queued;
        shortage[l] = claims[l] > 0 ? part : 0;
    }
}

/* A closed door is a shortage: 1 if nobody could claim a foreign chip. */
static void foreign_shortage(struct block *b)
{
    lane claims, unserved;

    lane_set(claims, 0);
    lane_set(unserved, 0);
    for (int j = 0; j < b->J; j++)
        if (class_of(b, j) == CLASS_FOREIGN) {
            lane_add(b->claims[j], claims);
            lane_add(b->unserved[j], unserved);
        }
    FOR_LANES(l)
        b->foreign_shortage[l] = claims[l] > 0 ? unserved[l] / claims[l] : 1;
}

/* Ad = domestic capacity in money over all budgets; kept if they are 0. */
static void adequacy(struct block *b)
{
    lane capacity, budgets;

    lane_set(capacity, 0);
    lane_set(budgets, 0);
    for (int j = 0; j < b->J; j++)
        if (class_of(b, j) == CLASS_DOMESTIC)
            FOR_LANES(l)
                capacity[l] += product0(b->supply[j][l], b->price[j][l]);
    for (int i = 0; i < b->I; i++)
        lane_add(b->budget[i], budgets);
    FOR_LANES(l)
        b->adequacy[l] = budgets[l] > 0 ? capacity[l] / budgets[l] : b->adequacy[l];
}

void step11_state(struct block *b)
{
    for (int i = 0; i < b->I; i++) {
        carry_over(b, i);
        install(b, i);
    }
    for (int j = 0; j < b->J; j++)
        if (j != b->defer)
            queues(b, j);
    foreign_shortage(b);
    adequacy(b);
    compute_effective(b, b->compute, b->compute_in_country);
}
