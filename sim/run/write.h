/* Result files, as docs/formats.md describes them. */
#ifndef CHIPSPLIT_RUN_WRITE_H
#define CHIPSPLIT_RUN_WRITE_H

#include "run/result.h"
#include "tool/csv.h"

/* The columns of summary.csv, and the fields of a row of the plan at a date in them. */
#define SUMMARY_COLUMNS                                                              \
    "scenario,date,periods,step,buyer,option,metric,unit,n,missing,mean,se,sd,"      \
    "p05,p05_lo,p05_hi,p25,p50,p50_lo,p50_hi,p75,p95,p95_lo,p95_hi"
void put_summary_row(struct csv_writer *csv, const struct plan *plan, int row, int date,
                     const struct summary *summary);

/* What a manifest says of a world: inputs, notes, correlations, cells and factors. */
int manifest_world(struct csv_writer *csv, const struct result *result, struct cs_error *err);

/* The contents of the files, put into a writer. */
void put_summary(struct csv_writer *csv, const struct result *result);
void put_regimes(struct csv_writer *csv, const struct result *result);
void put_probabilities(struct csv_writer *csv, const struct result *result);
int put_manifest(struct csv_writer *csv, const struct result *result,
                 const struct cs_run_options *options, struct cs_error *err);
int put_trace(struct csv_writer *csv, const struct result *result, uint64_t from, uint64_t to,
              struct cs_error *err);

/* The files themselves; of all but the trace the caller flushes them to disk, and a manifest
 * may be flushed at once. */
int write_summary(const struct result *result, const char *folder, struct cs_error *err);
int write_regimes(const struct result *result, const char *folder, struct cs_error *err);
int write_probabilities(const struct result *result, const char *folder, struct cs_error *err);

int write_manifest(const struct result *result, const struct cs_run_options *options,
                   const char *folder, bool to_disk, struct cs_error *err);

/* Computes the paths from..to (inclusive) again and writes them whole. */
int write_trace(const struct result *result, uint64_t from, uint64_t to, const char *folder,
                struct cs_error *err);

/* An input file by the name of its folder, wherever that stands: the scenario's own folder
 * and its relatives have the same parent. `history/pins.csv`, `base/priors.csv`. */
enum { INPUT_PATH = 4096 };
void input_path(const struct scenario *world, int input, char *out, size_t size);

#endif
