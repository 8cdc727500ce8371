/* Where a scenario is. */
#ifndef CHIPSPLIT_CLI_PLACE_H
#define CHIPSPLIT_CLI_PLACE_H

/* The folder that `name` means: itself if it is one; a name without '/' is then
 * looked for in ./scenarios and in the installed data. The caller frees it. NULL,
 * with a sentence said, if there is none. */
char *place_scenario(const char *name);

#endif
