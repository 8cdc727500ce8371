/* Powers of ten to 128 bits, high word first. */
#ifndef CHIPSPLIT_TOOL_POWERS_H
#define CHIPSPLIT_TOOL_POWERS_H

#include <stdint.h>

enum { POWERS_FIRST = -292, POWERS_LAST = 324 };

/* powers_of_ten[k - POWERS_FIRST] is 10^k times the power of two that brings it
 * into [2^127, 2^128), rounded up. */
extern const uint64_t powers_of_ten[POWERS_LAST - POWERS_FIRST + 1][2];

#endif
