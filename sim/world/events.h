/* Dated events: what changes, when, in which paths. */
#ifndef CHIPSPLIT_WORLD_EVENTS_H
#define CHIPSPLIT_WORLD_EVENTS_H

#include "world/build.h"

/* Reads events.csv into b->world->effect, sorted by period, then order of rows.
 * Checks every value, and every product of a factor with what the cell may hold
 * by then, against the cell's domain. Needs priors_read. Returns 0 or a code
 * that stops the load. */
int events_read(struct build *b);

#endif
