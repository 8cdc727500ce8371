/* The shortest decimal number that reads back to the same double. */
#ifndef CHIPSPLIT_TOOL_SHORTEST_H
#define CHIPSPLIT_TOOL_SHORTEST_H

#include <stdint.h>

/* digits * 10^exponent, digits without zeros at its end. */
struct shortest {
    uint64_t digits; /* at most 17 of them */
    int exponent;
};

/* Of all decimal numbers that round to `value` (to nearest, ties to even), one
 * with the fewest digits, and of these the nearest. `value` is finite and above
 * 0. Schubfach: R. Giulietti (2020), "The Schubfach way to render doubles". */
struct shortest shortest_of(double value);

#endif
