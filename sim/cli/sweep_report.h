/* What `sweep` prints. */
#ifndef CHIPSPLIT_CLI_SWEEP_REPORT_H
#define CHIPSPLIT_CLI_SWEEP_REPORT_H

#include "lab/sweep.h"

/* How many runs, paths and rows there will be; before anything is computed. */
void print_sweep_plan(const struct sweep *sweep);

/* The first points with their main numbers, the answers, and where the results are. */
void print_sweep_report(const struct sweep *sweep, const char *out);

#endif
