/* Tables for people: a label and up to four columns, each cell a median with its
 * error and below it the band. Widths count characters, not bytes. */
#ifndef CHIPSPLIT_CLI_SHEET_H
#define CHIPSPLIT_CLI_SHEET_H

#include <stdbool.h>
#include <stddef.h>

enum { SHEET_LABEL = 31, SHEET_CELL = 17, SHEET_COLUMNS = 4 };

/* What stands in a cell; NaN where there is nothing. */
struct cell {
    double middle, error;    /* a median, or a probability; half-width of its limits */
    double low, high;        /* the band; NaN for a cell without one */
};

/* Characters of a text, not bytes. */
int characters(const char *text);

/* Text filled up with blanks to `width` characters on one side. */
void put_left(const char *text, int width);
void put_right(const char *text, int width);

/* A line of column headings over `count` cells. */
void sheet_heading(const char *label, const char *const *heading, int count);

/* The middle of a cell with its error, filled up to the next column unless it is the last. */
void sheet_cell(const struct cell *cell, int decimals, bool last);

/* Two lines: medians with errors, bands. With as many decimals as `decimals`. */
void sheet_row(const char *label, const struct cell *cells, int count, int decimals);

/* Decimals that give about three digits to the largest median. */
int sheet_decimals(const struct cell *cells, int count);

/* The first `width` characters of a text, with a full stop if some are missing. */
const char *shortened(const char *text, int width, char *out, size_t size);

/* A whole number with a comma between thousands. */
const char *grouped(unsigned long long number, char text[32]);

#endif
