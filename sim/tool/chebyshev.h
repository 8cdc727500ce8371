/* Chebyshev series on lanes. */
#ifndef CHIPSPLIT_TOOL_CHEBYSHEV_H
#define CHIPSPLIT_TOOL_CHEBYSHEV_H

#include "tool/lanes.h"
#include "tool/wide.h"

#ifdef CS_PLAIN
typedef double chebyshev_wide;
enum { CHEBYSHEV_WIDE = 1, CHEBYSHEV_FEW = 1 };
#else
typedef wide chebyshev_wide;
enum { CHEBYSHEV_WIDE = WIDE, CHEBYSHEV_FEW = 4 };
#endif

/* sum[l] = the sum over k < terms of c[k] T_k(y[l]), by Clenshaw's recurrence (1955), for
 * terms >= 1. As many lanes at once as keep the adders busy while their vectors stay in
 * registers. sum may be y. */
static inline void lane_chebyshev(const double *c, int terms, const double *y, double *sum)
{
    for (int at = 0; at < LANES; at += CHEBYSHEV_FEW * CHEBYSHEV_WIDE) {
        chebyshev_wide x[CHEBYSHEV_FEW], last[CHEBYSHEV_FEW], before[CHEBYSHEV_FEW];
        for (int v = 0; v < CHEBYSHEV_FEW; v++) {
            memcpy(&x[v], y + at + v * CHEBYSHEV_WIDE, sizeof x[v]);
            last[v] = before[v] = x[v] - x[v];
        }
        for (int k = terms - 1; k > 0; k--)
            for (int v = 0; v < CHEBYSHEV_FEW; v++) {
                const chebyshev_wide next = c[k] - before[v] + (x[v] + x[v]) * last[v];
                before[v] = last[v];
                last[v] = next;
            }
        for (int v = 0; v < CHEBYSHEV_FEW; v++) {
            const chebyshev_wide total = c[0] - before[v] + x[v] * last[v];
            memcpy(sum + at + v * CHEBYSHEV_WIDE, &total, sizeof total);
        }
    }
}

#endif
