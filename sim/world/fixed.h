/* A world whose priors are fixed at given draws. It shares everything with the world it is
 * made from but the values of cells, and runs with uncertainty off. */
#ifndef CHIPSPLIT_WORLD_FIXED_H
#define CHIPSPLIT_WORLD_FIXED_H

#include "world/scenario.h"

/* Makes a copy of `world`, which must outlive it, with every cell at its table value. */
int fixed_new(const struct scenario *world, struct scenario **out, struct cs_error *err);
void fixed_free(struct scenario *fixed);

/* Cells of priors take the draws x[priors], as draw_cells would give them. */
void fixed_set(struct scenario *fixed, const struct scenario *world, const double *x);

#endif
