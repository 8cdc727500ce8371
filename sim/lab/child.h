/* A new scenario that inherits from another. */
#ifndef CHIPSPLIT_LAB_CHILD_H
#define CHIPSPLIT_LAB_CHILD_H

#include "tool/error.h"

/* Makes the folder `dir` with a scenario.csv that names `base` (the path of a folder),
 * inherits everything, loads, and says in its notes what to do next; whole or not at
 * all. Refused: a `dir` that exists, or that has no folder to stand in; a base that is
 * no scenario, or does not lie in the folder that will hold `dir`. */
int child_new(const char *dir, const char *base, struct cs_error *err);

#endif
