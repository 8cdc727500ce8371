/* What `compare` says outside its tables, and how it says numbers. */
#ifndef CHIPSPLIT_CLI_COMPARE_WORDS_H
#define CHIPSPLIT_CLI_COMPARE_WORDS_H

#include "cli/sheet.h"
#include "lab/compare.h"

/* The number, or 0 if it is printed as zero with so many decimals: no minus then. */
double unsigned_zero(double x, int decimals);

/* The mean, half the width of its limits, and the band from p05 to p95, all times
 * `scale`; empty without values. */
struct cell mean_cell(const struct summary *summary, double scale);

/* A whole number of per cent that is 0 or 100 only if the share is exactly so. */
const char *percent(double share, char text[16]);

/* A number with its error within a line of text. */
void print_estimate(double x, double error, int decimals);

/* The dip in compute at hand, and the tail of the loss (nothing if there is none). */
void print_dip(const struct contrast *contrast);
void print_tail(const struct comparison *comparison, const struct contrast *contrast);

#endif
