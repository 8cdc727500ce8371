/* Long-run shares of a chain in continuous time. */
#ifndef CHIPSPLIT_MATH_MARKOV_H
#define CHIPSPLIT_MATH_MARKOV_H

#include <stdbool.h>

enum { MARKOV_STATES = 16 };

/* reached[k * n + m]: whether a chain in state k can ever be in state m (itself
 * included). rate[k * n + m] per unit of time for k != m, all >= 0; n is 1 to
 * MARKOV_STATES. */
void markov_reach(int n, const double *rate, bool *reached);

/* The stationary distribution share[n], if there is exactly one: pi Q = 0, sum 1,
 * by elimination without subtraction (Grassmann, Taksar and Heyman 1985, Operations
 * Research 33:1107), on the states that are never left for good. False if the long
 * run depends on where the chain starts. */
bool markov_stationary(int n, const double *rate, double *share);

#endif
