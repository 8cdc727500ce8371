/* Rules that join several cells. */
#ifndef CHIPSPLIT_WORLD_CHECK_H
#define CHIPSPLIT_WORLD_CHECK_H

#include "world/build.h"

/* Complains about options of the wrong kind (not exactly one defer, a maker
 * that sells grey chips, patience without a queue), learning without a scale,
 * levels dated after a launch, unlimited domestic capacity under a limit on
 * memory, and names that share a random address. Needs every other stage.
 * Returns 0 or CS_MEMORY. */
int check_world(struct build *b);

/* Notes what is given but never read. 0 or CS_MEMORY. */
int check_unused(struct build *b);

#endif
