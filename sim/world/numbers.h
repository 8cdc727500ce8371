/* From text to the array of real cells. */
#ifndef CHIPSPLIT_WORLD_NUMBERS_H
#define CHIPSPLIT_WORLD_NUMBERS_H

#include "world/build.h"

/* Lays out the cells of the world (w->at) and fills value, factor, given,
 * b->cell and b->cell_depth; checks every value and its product with the
 * factor against the column's domain. Needs resolve_ids and resolve_rows.
 * Returns 0 or a code that stops the load. */
int numbers_read(struct build *b);

/* The number of a cell that is none of the world's, checked against its
 * column's domain; NaN if blank. False after a complaint. */
bool number_item(struct build *b, enum table table, int column, const struct item *item,
                 double *value);

#endif
