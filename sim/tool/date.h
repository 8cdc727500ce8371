/* Periods: quarters or months, counted from year 0. */
#ifndef CHIPSPLIT_TOOL_DATE_H
#define CHIPSPLIT_TOOL_DATE_H

#include <stdbool.h>

enum step { STEP_QUARTER, STEP_MONTH };
enum { DATE_TEXT = 16, DAY_TEXT = 16 };

/* Steps per year: 4 or 12. */
int date_steps_per_year(enum step step);

/* Reads 2025Q3, 2025M07, 2025-07 or 2025-07-31 as the period that holds its
 * first day: year * 4 + quarter - 1, or year * 12 + month - 1 (a quarter in a
 * monthly world is its first month). Years 1900 to 2999. Returns NULL and sets
 * *period, or the broken rule as a phrase; `Jul-25` and `45870` get the words
 * that a spreadsheet has changed the date. */
const char *date_parse(const char *text, enum step step, int *period);

/* Writes 2025Q3 or 2025-07. */
void date_write(enum step step, int period, char out[DATE_TEXT]);

/* Reads a whole date, 2025-07-31, as the number of days since 1970-01-01. Returns NULL and
 * sets *day, or the broken rule as a phrase. */
const char *date_parse_day(const char *text, long *day);

/* Writes 2025-07-31. */
void date_write_day(long day, char out[DAY_TEXT]);

/* The calendar year of a period. */
int date_year(enum step step, int period);

#endif
