/* A scenario as text: its folders laid over one another, read once, from which worlds
 * with different values are made. */
#ifndef CHIPSPLIT_WORLD_DRAFT_H
#define CHIPSPLIT_WORLD_DRAFT_H

#include "world/scenario.h"

struct draft;

/* Reads the folder that was named and those it inherits. Complaints about files, headers,
 * keys and rows; values are read by draft_world. *out goes to draft_free. */
int draft_read(const char *folder, struct draft **out, struct cs_error *err);
void draft_free(struct draft *draft);

/* Makes the world of a draft after `set`, from left to right, with every check: the same
 * as scenario_load of the folder. The draft must outlive the world and is not changed, so
 * threads may share it.
 *   like  a world of the same draft, which must outlive the new one and lends it the
 *         distributions of priors that are the same, or NULL
 * *out goes to scenario_free. */
int draft_world(const struct draft *draft, const char *const *set, size_t sets,
                const struct scenario *like, struct scenario **out, struct cs_error *err);

#endif
