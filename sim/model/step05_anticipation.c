/* Step 5. The hazard that buyers see: h = min(1, theta [1 - (1 - hW)(1 - x hB)]). */
#include "model/inside.h"

static void of_state(int n, const lane *hit, const int32_t *state, double *out)
{
    lane_set(out, 0);
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            out[l] = state[l] == k ? hit[k][l] : out[l];
}

void step05_anticipation(struct block *b)
{
    const double *weight = SC(b, SC_ANTICIPATION_WEIGHT);
    lane us, cn;

    of_state(b->B, (const lane *)b->inside->cn_hit, b->cn, cn);
    for (int j = 0; j < b->J; j++) {
        if (class_of(b, j) != CLASS_FOREIGN)
            continue;
        of_state(b->W, (const lane *)&b->inside->us_hit[j * b->W], b->us, us);
        for (int i = 0; i < b->I; i++) {
            const double *exposure = BUYER(b, BUYER_EXPOSURE, i);
            FOR_LANES(l) {
                double spared = (1 - us[l]) * (1 - exposure[l] * cn[l]);
                b->hazard[i * b->J + j][l] = smaller(1, weight[l] * (1 - spared));
            }
        }
    }
}
