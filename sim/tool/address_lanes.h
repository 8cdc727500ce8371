/* Addressed uniforms for LANES paths and two steps at once; see address.h. */
#ifndef CHIPSPLIT_TOOL_ADDRESS_LANES_H
#define CHIPSPLIT_TOOL_ADDRESS_LANES_H

#include <Random123/philox.h>
#include "tool/address.h"
#include "tool/vmath.h"
#include "tool/wide.h"

/* Two 26-bit halves to a uniform. */
static inline double address_halves(uint32_t a, uint32_t b)
{
    return ((double)(int32_t)(a >> 6) * 0x1p26 + (double)(int32_t)(b >> 6) + 0.5) * 0x1p-52;
}

/* A 32-bit word a lane, in the low half of each; what stands above it does not count. */
typedef uint64_t address_word __attribute__((vector_size(WIDE * sizeof(uint64_t))));

/* The 64-bit products of the words and m. */
#if defined(__AVX512F__)
#define ADDRESS_PRODUCT(x, m) \
    ((address_word)_mm512_mul_epu32((__m512i)(x), _mm512_set1_epi64(m)))
#elif defined(__AVX2__)
#define ADDRESS_PRODUCT(x, m) \
    ((address_word)_mm256_mul_epu32((__m256i)(x), _mm256_set1_epi64x(m)))
#elif defined(__SSE2__) && !defined(__AVX__)
#define ADDRESS_PRODUCT(x, m) ((address_word)_mm_mul_epu32((__m128i)(x), _mm_set1_epi64x(m)))
#else
#define ADDRESS_PRODUCT(x, m) (((x) & UINT32_MAX) * (m))
#endif

/* address_halves of the words, lane by lane: 2^52 written in the exponent of a double
 * makes the number of their 52 bits, so that nothing need be converted. */
static inline void address_uniforms(const address_word *a, const address_word *b, double *u)
{
    const uint64_t low = (UINT64_C(1) << 26) - 1, exponent = UINT64_C(0x433) << 52;
    const address_word bits = (*a << 20 & low << 26) | (*b >> 6 & low) | exponent;

    WIDE_AT(u, 0) = ((wide)bits - 0x1p52 + 0.5) * 0x1p-52;
}

/* As many lanes at once as keep the multipliers busy. */
enum { ADDRESS_FEW = WIDE < 8 ? 2 : 4 };

/* One round of Philox4x32, as philox4x32 of Random123 does it. */
static inline void address_round(address_word (*c)[ADDRESS_FEW], const address_word k[2])
{
    for (int v = 0; v < ADDRESS_FEW; v++) {
        const address_word first = ADDRESS_PRODUCT(c[0][v], PHILOX_M4x32_0);
        const address_word second = ADDRESS_PRODUCT(c[2][v], PHILOX_M4x32_1);
        c[0][v] = second >> 32 ^ c[1][v] ^ k[0];
        c[1][v] = second;
        c[2][v] = first >> 32 ^ c[3][v] ^ k[1];
        c[3][v] = first;
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
    const address_word zero = {0};

    LANE_COUNT(philox, LANES);
    for (int at = 0; at < LANES; at += ADDRESS_FEW * WIDE) {
        address_word k[2] = {zero + (uint32_t)seed, zero + (uint32_t)(seed >> 32)};
        address_word c[4][ADDRESS_FEW];
        for (int v = 0; v < ADDRESS_FEW; v++) {
            c[0][v] = (address_word)WIDE_OF(path, at + v * WIDE);
            c[1][v] = zero + (((uint32_t)class << 16) + (uint32_t)pair);
            c[2][v] = zero + id;
            c[3][v] = c[0][v] >> 32;
        }
        for (int round = 0; round < 10; round++) {
            address_round(c, k);
            k[0] += PHILOX_W32_0;
            k[1] += PHILOX_W32_1;
        }
        for (int v = 0; v < ADDRESS_FEW; v++) {
            address_uniforms(&c[0][v], &c[1][v], even + at + v * WIDE);
            address_uniforms(&c[2][v], &c[3][v], odd + at + v * WIDE);
        }
    }
}

#endif
