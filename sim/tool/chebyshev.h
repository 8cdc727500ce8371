/* Chebyshev series on lanes. */
#ifndef CHIPSPLIT_TOOL_CHEBYSHEV_H
#define CHIPSPLIT_TOOL_CHEBYSHEV_H

#include "tool/lanes.h"
#include "tool/wide.h"

enum { CHEBYSHEV_FEW = 4 };

/* sum[l] = the sum over k < terms of c[k] T_k(y[l]), by Clenshaw's recurrence (1955), for
 * terms >= 1. As many lanes at once as keep the adders busy while their vectors stay in
 * registers. sum may be y. */
static inline void lane_chebyshev(const double *c, int terms, const double *y, double *sum)
{
    for (int at = 0; at < LANES; at += CHEBYSHEV_FEW * WIDE) {
        wide x[CHEBYSHEV_FEW], last[CHEBYSHEV_FEW], before[CHEBYSHEV_FEW];
        for (int v = 0; v < CHEBYSHEV_FEW; v++) {
            x[v] = WIDE_OF(y, at + v * WIDE);
            last[v] = before[v] = (wide){0};
        }
        for (int k = terms - 1; k > 0; k--)
            for (int v = 0; v < CHEBYSHEV_FEW; v++) {
                const wide next = c[k] - before[v] + (x[v] + x[v]) * last[v];
                before[v] = last[v];
                last[v] = next;
            }
        for (int v = 0; v < CHEBYSHEV_FEW; v++)
            WIDE_AT(sum, at + v * WIDE) = c[0] - before[v] + x[v] * last[v];
    }
}

#endif
