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
            for (int l = 0; l < LANES; l++)
                b->units[at][l] = b->spend[at][l] > 0 ? b->spend[at][l] / b->price[j][l] : 0;
        }
}
