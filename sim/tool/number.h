/* Numbers and their text, whatever the locale. */
#ifndef CHIPSPLIT_TOOL_NUMBER_H
#define CHIPSPLIT_TOOL_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_TEXT = 32 };

/* Reads a decimal number: [+-]digits[.digits][(e|E)[+-]digits], where the
 * digits on one side of the point may be missing (.5), and nothing else (no hex,
 * nan, inf, comma, blanks inside; blanks around are the caller's).
 * Returns NULL and sets *value, or returns the broken rule as a phrase such as
 * "must be a number such as 0.15 or 12e9 (found a decimal comma)". An overflow
 * to infinity is refused; an underflow to 0 is accepted. */
const char *number_parse(const char *text, double *value);

/* Reads an unsigned decimal integer of up to 64 bits; NULL or the rule. */
const char *number_parse_u64(const char *text, uint64_t *value);

/* The same, and whole numbers up to 2^53 written otherwise: 1e6 and 250000 alike. */
const char *number_parse_whole(const char *text, uint64_t *value);

/* Writes the shortest decimal text that reads back to the same double: fixed
 * notation for decimal exponents -5 to 15 and d.ddde-7 / d.ddde+22 style
 * beyond, no trailing ".0"; NaN (missing) is the empty text, infinities "inf" and
 * "-inf"; -0 is "0". Returns the length; out is terminated. */
size_t number_write(double value, char out[NUMBER_TEXT]);

/* The same of a whole number. */
size_t number_write_whole(int64_t value, char out[NUMBER_TEXT]);

#endif
