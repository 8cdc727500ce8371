/* Random numbers with addresses: U(path, t, class, name). See docs/model.md.
 *
 * Philox4x32-10 with key = (low, high word of the seed) and counter = (low word
 * of path, class * 2^16 + t/2, id, high word of path). The four words serve two
 * steps: an even t takes words 0 and 1, an odd t words 2 and 3. */
#ifndef CHIPSPLIT_TOOL_ADDRESS_H
#define CHIPSPLIT_TOOL_ADDRESS_H

#include <stdint.h>
#include "tool/lanes.h"

enum draw_class {
    DRAW_MACRO = 1, DRAW_BUDGET, DRAW_PRICE, DRAW_SUPPLY, DRAW_US, DRAW_CN,
    DRAW_INCIDENT, DRAW_QUESTION, DRAW_APPROVAL, DRAW_LICENCE, DRAW_TASTE,
    DRAW_EVENT, DRAW_PARAMETER = 20, DRAW_DESIGN, DRAW_CALIBRATION, DRAW_FORECAST
};

/* 32-bit FNV-1a of a text, which is the id of an event or a parameter. */
uint32_t address_hash(const char *text);

/* The id of `buyer/option`; NULL for the part that does not apply. */
uint32_t address_id(const char *buyer, const char *option);

/* One uniform in (0,1), a multiple of 2^-53 whose complement is exact. */
double address_uniform(uint64_t seed, uint64_t path, int t, enum draw_class class,
                       uint32_t id);

#endif
