/* Addressed uniforms for LANES paths and two steps at once; see address.h. */
#ifndef CHIPSPLIT_TOOL_ADDRESS_LANES_H
#define CHIPSPLIT_TOOL_ADDRESS_LANES_H

#include <Random123/philox.h>
#include "tool/address.h"
#include "tool/vmath.h"

/* Two 26-bit halves to a uniform. 2^52 written in the exponent of a double
 * holds the 52-bit integer, so no 64-bit conversion is needed; the sum with 1/2
 * is exact as in address_uniform. */
static inline double address_halves(uint32_t a, uint32_t b)
{
    return ((double)(int32_t)(a >> 6) * 0x1p26 + (double)(int32_t)(b >> 6) + 0.5) * 0x1p-52;
}

/* High and low words of the products x * m on lanes. */
static inline void address_product(const uint32_t *x, uint32_t m, uint32_t *high,
                                   uint32_t *low)
{
    FOR_LANES(l) {
        high[l] = (uint32_t)(((uint64_t)x[l] * m) >> 32);
        low[l] = x[l] * m;
    }
}

/* One round of Philox4x32 on lanes, as philox4x32 of Random123 does it. */
static inline void address_round(uint32_t (*c)[LANES], uint32_t k0, uint32_t k1)
{
    uint32_t high0[LANES], low0[LANES], high2[LANES], low2[LANES];

    address_product(c[0], PHILOX_M4x32_0, high0, low0);
    address_product(c[2], PHILOX_M4x32_1, high2, low2);
    FOR_LANES(l) {
        c[0][l] = high2[l] ^ c[1][l] ^ k0;
        c[1][l] = low2[l];
        c[2][l] = high0[l] ^ c[3][l] ^ k1;
        c[3][l] = low0[l];
    }
}

/* even[l] and odd[l]: the uniforms of path[l] at the even step 2 * `pair` and
 * at the odd step after it. The library's own function keeps its counter in a
 * struct, which no compiler vectorises; the rounds are therefore written on
 * lanes here, with the library's constants, and tested against it. */
static inline void address_pair(uint64_t seed, const uint64_t *path, int pair,
                                enum draw_class class, uint32_t id, double *even,
                                double *odd)
{
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    uint32_t step = ((uint32_t)class << 16) + (uint32_t)pair;
    uint32_t c[4][LANES];

    LANE_COUNT(philox, LANES);
    FOR_LANES(l) {
        c[0][l] = (uint32_t)path[l];
        c[1][l] = step;
        c[2][l] = id;
        c[3][l] = (uint32_t)(path[l] >> 32);
    }
    for (int round = 0; round < 10; round++) {
        address_round(c, k0, k1);
        k0 += PHILOX_W32_0;
        k1 += PHILOX_W32_1;
    }
    FOR_LANES(l) {
        even[l] = address_halves(c[0][l], c[1][l]);
        odd[l] = address_halves(c[2][l], c[3][l]);
    }
}

#endif
