/* Draws as NumPy arrays: draws/METRIC.npy of float64, and draws/us_regime.npy and
 * draws/cn_stance.npy of int32, the row of us_regimes.csv or cn_stances.csv from 0; shape
 * (paths, steps), C order, little endian, version 1.0 of the format. Missing is NaN. */
#ifndef CHIPSPLIT_RUN_ARRAYS_H
#define CHIPSPLIT_RUN_ARRAYS_H

#include "run/wave.h"
#include "tool/archive.h"

struct arrays;

/* Opens the arrays of `count` rows of the plan, which are not copied, in FOLDER/draws.
 *   keep  the files are there; arrays_archive comes next */
int arrays_open(const struct plan *plan, const int *row, int count, bool keep,
                const char *folder, struct arrays **out, struct cs_error *err);
/* Appends the paths of a wave. Failures are reported by arrays_close. */
void arrays_add(struct arrays *arrays, const struct wave *wave);
/* Bytes of all files of `count` metrics with `rows` = paths times steps. */
uint64_t arrays_bytes(int count, uint64_t rows);
/* As draws_archive. */
int arrays_archive(struct arrays *arrays, struct archive *archive, struct cs_error *err);
/* Writes the final shapes and closes; NULL is allowed. */
int arrays_close(struct arrays *arrays, struct cs_error *err);
void arrays_abandon(struct arrays *arrays);

#endif
