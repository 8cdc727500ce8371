/* The table that `backtest` prints. */
#ifndef CHIPSPLIT_CLI_BACKTEST_REPORT_H
#define CHIPSPLIT_CLI_BACKTEST_REPORT_H

#include "lab/backtest.h"

void print_backtest_report(const struct backtest *backtest, const char *folder);

#endif
