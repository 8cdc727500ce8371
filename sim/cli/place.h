/* Where a scenario is. */
#ifndef CHIPSPLIT_CLI_PLACE_H
#define CHIPSPLIT_CLI_PLACE_H

#include <stdbool.h>
#include "chipsplit.h"

/* The same as place_scenario, with the sentence in err: CS_OK or CS_INPUT. */
int place_find(const char *name, char **folder, struct cs_error *err);

/* The folder that `name` means: itself if it is one; a name without '/' is then
 * looked for in ./scenarios and in the installed data. The caller frees it. NULL,
 * with a sentence said, if there is none. */
char *place_scenario(const char *name);

/* True if there is something of that name; a sentence is said if not, with a folder that is
 * meant perhaps, of ./results for a name without '/'. */
bool place_result(const char *name);

/* Folders that hold a scenario.csv, of ./scenarios and of the installed data that a name
 * reaches (./scenarios wins), in byte order of names within each place. */
struct places {
    int count;
    char **folder;
};
bool places_list(struct places *places);
void places_release(struct places *places);

#endif
