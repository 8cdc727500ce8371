/* The table that `run` prints. */
#ifndef CHIPSPLIT_CLI_RUN_REPORT_H
#define CHIPSPLIT_CLI_RUN_REPORT_H

#include "run/result.h"

/* Prints what an analyst wants to see first; `out` is the folder that holds the
 * rest. Fails only for memory. */
int print_run_report(const struct result *result, const char *out, struct cs_error *err);

#endif
