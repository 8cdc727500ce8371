/* The tables that `compare` prints. */
#ifndef CHIPSPLIT_CLI_COMPARE_REPORT_H
#define CHIPSPLIT_CLI_COMPARE_REPORT_H

#include "lab/compare.h"

/* Prints each scenario against the reference: differences by year, the dip in compute,
 * the tail of the loss, and where a dollar goes. `out` is the folder with the rest. */
void print_compare_report(const struct comparison *comparison, const char *out);

#endif
