/* Result files, as docs/formats.md describes them. */
#ifndef CHIPSPLIT_RUN_WRITE_H
#define CHIPSPLIT_RUN_WRITE_H

#include "run/result.h"
#include "tool/csv.h"

/* The contents of the files, put into a writer. */
void put_summary(struct csv_writer *csv, const struct result *result);
void put_regimes(struct csv_writer *csv, const struct result *result);
void put_probabilities(struct csv_writer *csv, const struct result *result);
int put_manifest(struct csv_writer *csv, const struct result *result,
                 const struct cs_run_options *options, struct cs_error *err);
int put_trace(struct csv_writer *csv, const struct result *result, uint64_t from, uint64_t to,
              struct cs_error *err);

/* The files themselves. */

int write_summary(const struct result *result, const char *folder, struct cs_error *err);
int write_regimes(const struct result *result, const char *folder, struct cs_error *err);
int write_probabilities(const struct result *result, const char *folder, struct cs_error *err);
int write_manifest(const struct result *result, const struct cs_run_options *options,
                   const char *folder, struct cs_error *err);

/* Computes the paths from..to (inclusive) again and writes them whole. */
int write_trace(const struct result *result, uint64_t from, uint64_t to, const char *folder,
                struct cs_error *err);

#endif
