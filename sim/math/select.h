/* The few order statistics that quantiles and their limits need, from many values. */
#ifndef CHIPSPLIT_MATH_SELECT_H
#define CHIPSPLIT_MATH_SELECT_H

#include <stddef.h>
#include <stdint.h>

/* At most so many values, ranks, values that are ordered whole, and bins. */
enum { SELECT_VALUES = 16384, SELECT_RANKS = 16, SELECT_ORDERED = 64, SELECT_BESIDE = 8 };
enum { SELECT_PIECES = 8, SELECT_WIDTH = 256, SELECT_BINS = SELECT_PIECES * SELECT_WIDTH + 1 };

/* A rising line of straight pieces, each `width` bins high, through the eighths of a sample. */
struct select_line {
    double start[SELECT_PIECES], scale[SELECT_PIECES];
    double width;
};

/* Room to select in. */
struct select_scratch {
    double x[SELECT_VALUES + SELECT_BESIDE];
    uint16_t bin[SELECT_VALUES];
    uint16_t end[SELECT_BINS + 1];
};

/* The exact order statistics of n <= SELECT_VALUES finite values, which stay as they are, for
 * at most SELECT_RANKS ascending ranks from 1 to n: values[count]. Values are sorted into
 * bins, and only the bins on which the ranks fall are looked into. */
void select_values(const double *x, size_t n, const uint64_t *ranks, size_t count, double *values,
                  struct select_scratch *scratch);

/* The order of n <= SELECT_ORDERED values without NaN, on one instruction set: at[r] is the
 * number from 1 of a value that r others are less than, or 0 if there is none, which then
 * equals the one before. SELECT_BESIDE numbers behind the values must be readable. */
void kernel_select_order(const double *x, size_t n, uint8_t at[SELECT_ORDERED]);
/* The bin of each of n finite values, which rises with the value. */
void kernel_select_places(const struct select_line *line, const double *x, size_t n,
                          uint16_t *bin);

#endif
