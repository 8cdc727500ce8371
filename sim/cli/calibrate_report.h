/* The table that `calibrate` prints. */
#ifndef CHIPSPLIT_CLI_CALIBRATE_REPORT_H
#define CHIPSPLIT_CLI_CALIBRATE_REPORT_H

#include "lab/calibrate.h"

/* What was learned, what was not, and the observations under the posterior. */
void print_calibrate_report(const struct calibration *calibration);

#endif
