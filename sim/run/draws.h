/* Every path as it comes: draws and inputs in one of three formats, or nothing.
 *
 *   csv     draws.csv and inputs.csv
 *   csv.gz  the same compressed, a gzip member a block of paths
 *   npy     draws/METRIC.npy, a number for each path and step, and inputs.csv
 *
 * Threads turn blocks into text, which is then appended in the order of the paths. */
#ifndef CHIPSPLIT_RUN_DRAWS_H
#define CHIPSPLIT_RUN_DRAWS_H

#include "run/wave.h"
#include "tool/archive.h"

struct draws;

/* Opens the files in a folder and writes their headers; with folder NULL nothing is written
 * and rows are only counted.
 *   workers  of the pools that draws_add will be given, at most
 * draws_reopen: the files are there from an earlier call; draws_archive comes next and tells
 * how far they count. */
int draws_open(const struct plan *plan, const struct cs_run_options *options, int workers,
               const char *folder, struct draws **out, struct cs_error *err);
int draws_reopen(const struct plan *plan, const struct cs_run_options *options, int workers,
                 const char *folder, struct draws **out, struct cs_error *err);
/* Writes the paths of a wave. Failures are reported by draws_close. */
void draws_add(struct draws *draws, const struct wave *wave, struct pool *pool);
/* Rows, headers included, and bytes of the draws and of the inputs so far. */
void draws_counted(const struct draws *draws, uint64_t rows[2], uint64_t bytes[2]);
/* Writes how long the files are, when that much is on disk; or reads it and cuts off what
 * stands behind. */
int draws_archive(struct draws *draws, struct archive *archive, struct cs_error *err);
/* Finishes the files and frees everything; NULL is allowed. */
int draws_close(struct draws *draws, struct cs_error *err);
/* Frees everything and leaves the files as they are; NULL is allowed. */
void draws_abandon(struct draws *draws);

#endif
