/* draws.csv and inputs.csv: every path, as it comes. */
#ifndef CHIPSPLIT_RUN_DRAWS_H
#define CHIPSPLIT_RUN_DRAWS_H

#include "run/wave.h"

struct draws;

/* Opens both files in a folder and writes their headers; with folder NULL nothing is
 * written and rows are only counted. */
int draws_open(const struct plan *plan, bool uncertainty, const char *folder,
               struct draws **out, struct cs_error *err);
/* Writes the paths of a wave. Failures are reported by draws_close. */
void draws_add(struct draws *draws, const struct wave *wave);
/* Rows and bytes of draws.csv and of inputs.csv so far. */
void draws_counted(const struct draws *draws, uint64_t rows[2], uint64_t bytes[2]);
/* Finishes the files and frees everything; NULL is allowed. */
int draws_close(struct draws *draws, struct cs_error *err);
void draws_abandon(struct draws *draws);

#endif
