/* Step 12. The ledger closes for every buyer: what came in is what went out.
 *
 *   carry' + BL' + HQ' + M - repay + PF
 *       = delivered + compliance + forfeited + lapsed + carry + BL + HQ */
#include <math.h>
#include "model/inside.h"

void step12_ledger(struct block *b)
{
    lane worst;

    lane_set(worst, 0);
    for (int i = 0; i < b->I; i++) {
        lane out;
        FOR_LANES(l)
            out[l] = b->compliance[i][l] + b->forfeited[i][l] + b->lapsed[i][l] + b->carry[i][l];
        for (int j = 0; j < b->J; j++) {
            int at = i * b->J + j;
            FOR_LANES(l)
                out[l] += b->spend[at][l] + b->backlog[at][l] + b->hold[at][l];
        }
        FOR_LANES(l) {
            double in = b->inside->before[i][l] + b->budget[i][l] - b->repaid[i][l] +
                        b->pull_forward[i][l];
            double gap = fabs(in - out[l]) / larger(larger(in, out[l]), 1e-300);
            gap = gap == gap ? gap : HUGE_VAL; /* no later lane or block may hide it */
            worst[l] = gap > worst[l] ? gap : worst[l];
        }
    }
    FOR_LANES(l)
        b->ledger_error = larger(b->ledger_error, worst[l]);
}
