/* --set ADDRESS=VALUE and ADDRESS*=FACTOR, after inheritance, before checks. */
#ifndef CHIPSPLIT_WORLD_SET_H
#define CHIPSPLIT_WORLD_SET_H

#include "world/build.h"

/* Applies b->set to b->sheet from left to right. `=` gives any cell that has
 * an address a text (`none`: blank) and forgets factors; a pair without a row
 * gets one; through a wildcard it must not meet a blank. `*=` multiplies
 * numbers and skips blanks. Returns 0 or a code that stops the load. */
int set_apply(struct build *b);

#endif
