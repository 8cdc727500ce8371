/* Cells that must not be blank after inheritance. */
#ifndef CHIPSPLIT_WORLD_BLANKS_H
#define CHIPSPLIT_WORLD_BLANKS_H

#include "world/build.h"

/* Complains about every blank without a meaning: once for a key of
 * scenario.csv, once for a column that no row fills, else once for a row. Columns
 * that an option's class does not read may be blank. */
void blanks_check(struct build *b);

/* True if a row of options.csv with this class (a place in the list of words,
 * -1 if unknown) reads the column. */
bool class_reads(const struct column *column, int class_word);

#endif
