/* The chain of folders: a scenario, its base, the base of that. */
#ifndef CHIPSPLIT_WORLD_FOLDER_H
#define CHIPSPLIT_WORLD_FOLDER_H

#include "world/build.h"

/* Follows `base` from the folder that was named and lists the tables of every
 * folder. Fills b->folder (0 the scenario itself), with scenario.csv of each
 * read. Refused: no folder, no scenario.csv, a base that is absolute, loops,
 * leaves the folder that holds the scenario's folder, or lies deeper than
 * LIMIT_BASES; a .csv file of another name. Returns 0, or a code for failures
 * that stop a load; complaints are counted in b->failed. */
int folder_chain(struct build *b, const char *named);

/* The last part of a folder's path, without trailing slashes; for `.` and `..`
 * that of the folder they stand for. NULL without memory. */
const char *folder_name(struct build *b);

/* The value of a key in a scenario.csv as read, and its line; NULL if it is not there,
 * blank, or `none`. Inherited values are not seen. */
const char *folder_key(const struct csv_file *csv, const char *name, int *line);

/* Releases what the chain holds outside the arena. */
void folder_release(struct build *b);

#endif
