/* Inheritance: tables of a chain of folders laid over one another, as text. */
#ifndef CHIPSPLIT_WORLD_INHERIT_H
#define CHIPSPLIT_WORLD_INHERIT_H

#include "world/build.h"

/* Lays every table of every folder over its base, farthest folder first: a row
 * patches the inherited row with its key cell by cell, a blank inherits, `none`
 * makes blank, `*0.7` multiplies, `!key` removes, a new key is appended, and a
 * folder that names all regimes sets their order anew. Fills b->sheet and, for
 * the manifest, b->world->input. Returns 0 or a code that stops the load. */
int inherit_tables(struct build *b);

/* Lays one cell over an item: text, `none` or, where the column takes factors,
 * `*0.7`. Returns NULL or the broken rule. A later text forgets factors. */
const char *inherit_cell(struct build *b, const struct column *column, const char *text,
                         const struct place *at, struct item *item);

#endif
