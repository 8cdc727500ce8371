/* From text to the sets of a world: ids, references, words, dates. */
#ifndef CHIPSPLIT_WORLD_RESOLVE_H
#define CHIPSPLIT_WORLD_RESOLVE_H

#include "world/build.h"

/* Checks the ids of every table, sorts them and fills the arrays of buyers,
 * options, vendors, platforms, nests, regimes, stances and events with ids and
 * names, *_shown and b->rank. Later stages need this one without complaints.
 * Returns 0 or a code that stops the load. */
int resolve_ids(struct build *b);

/* Start, step, steps, dates, first regimes and switches of scenario.csv. */
int resolve_settings(struct build *b);

/* Flags, words, references, lists and dates of buyers, options, regimes and
 * stances. Needs resolve_settings. */
int resolve_rows(struct build *b);

/* The row of an id in a table of the world, or -1. */
int resolve_id(const struct build *b, enum table table, const char *id);

/* The same for a cell that names it, with a complaint if there is none. */
int resolve_ref(struct build *b, enum table table, int column, const struct item *item);

/* Reads a date cell; false after a complaint. */
bool resolve_date(struct build *b, enum table table, int column, const struct item *item,
                  int *period);

/* The place of a word in its column's list, or -1 after a complaint. */
int resolve_word(struct build *b, enum table table, int column, const struct item *item);

#endif
