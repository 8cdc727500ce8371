/* Uncertain cells: which prior takes which cell, and what wins. */
#ifndef CHIPSPLIT_WORLD_PRIORS_H
#define CHIPSPLIT_WORLD_PRIORS_H

#include "world/build.h"

/* Reads priors.csv into b->world->prior, in byte order of address. A cell
 * given in a folder nearer than the prior's, or by --set, is fixed and not
 * among the prior's cells; of two priors the nearer takes a cell, in one folder
 * the one with the cell's own address, and two wildcards are refused. Needs
 * numbers_read. Returns 0 or a code that stops the load. */
int priors_read(struct build *b);

/* The interval of a cell before events: its value times its factor, or the
 * ends of its prior. */
void priors_interval(const struct build *b, int cell, double *low, double *high);

/* True if a cell can be exactly 0 before events. */
bool priors_may_be_zero(const struct build *b, int cell);

/* Frees the distributions of a world. */
void priors_release(struct scenario *w);

#endif
