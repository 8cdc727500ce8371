/* What `run` prints below its table about the stop rule. */
#ifndef CHIPSPLIT_CLI_STOP_REPORT_H
#define CHIPSPLIT_CLI_STOP_REPORT_H

#include "run/result.h"

/* Why the run ended where it did: looks taken, and each target with its interval. Nothing
 * for a run without a stop rule that was not cut. */
void print_stop_report(const struct result *result);

#endif
