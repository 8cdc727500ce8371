/* Step 10. Units are money over the price paid. Revenue gross is the money,
 * net of the levy it is (P - levy) units; see the metrics. */
#include "model/inside.h"

void step10_deliveries(struct block *b)
{
    for (int i = 0; i < b->I; i++)
        for (int j = 0; j < b->J; j++) {
            int at = i * b->J + j;
            if (j == b->defer)
                continue;
            const double *spend = b->spend[at], *price = b->price[j];
            double *units = b->units[at];
            FOR_LANES(l) {
                double bought = spend[l] / price[l];
                units[l] = spend[l] > 0 ? bought : 0;
            }
        }
}
