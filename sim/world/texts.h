/* The resolved tables as text, for the manifest, `diff` and `list`. */
#ifndef CHIPSPLIT_WORLD_TEXTS_H
#define CHIPSPLIT_WORLD_TEXTS_H

#include "world/build.h"

/* Results carry names, titles, notes and the scenario's name into spreadsheets,
 * pictures and terminals: complains about those that a spreadsheet would run as
 * a formula and about control characters (descriptions, notes and sources may
 * have several lines). */
void texts_check(struct build *b);

/* Fills b->world->table: rows in the order of the files; scenario as rows of
 * key, value, note, source without `base`. Returns 0 or CS_MEMORY. */
int texts_fill(struct build *b);

#endif
