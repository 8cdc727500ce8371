/* The few order statistics that quantiles and their limits need, from many values. */
#ifndef CHIPSPLIT_MATH_SELECT_H
#define CHIPSPLIT_MATH_SELECT_H

#include <stddef.h>
#include <stdint.h>

/* At most so many values, ranks, values that are sorted whole, and bins. */
enum { SELECT_VALUES = 16384, SELECT_RANKS = 16, SELECT_SORTED = 64 };
enum { SELECT_PIECES = 8, SELECT_WIDTH = 256, SELECT_BINS = SELECT_PIECES * SELECT_WIDTH + 1 };

/* A rising line of straight pieces, each `width` bins high, through the eighths of a sample. */
struct select_line {
    double start[SELECT_PIECES], scale[SELECT_PIECES];
    double width;
};

/* Room to select in. */
struct select_scratch {
    double x[SELECT_VALUES];
    uint16_t bin[SELECT_VALUES], at[SELECT_VALUES];
    uint16_t count[SELECT_BINS];
    uint8_t group[SELECT_BINS];
};

/* The exact order statistics of n <= SELECT_VALUES finite values, which stay as they are, for
 * at most SELECT_RANKS ascending ranks from 1 to n: values[count]. Bins show where the
 * ranks fall, and only what is in those bins is sorted. */
void select_values(const double *x, size_t n, const uint64_t *ranks, size_t count, double *values,
                  struct select_scratch *scratch);

/* Sorts n <= SELECT_SORTED values without NaN into another array; on one instruction set. */
void kernel_select_sort(const double *x, size_t n, double *sorted);
/* The bin of each of n finite values, which rises with the value. */
void kernel_select_places(const struct select_line *line, const double *x, size_t n,
                          uint16_t *bin);

#endif
