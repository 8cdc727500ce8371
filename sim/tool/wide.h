/* Vectors of doubles of the instruction set's own width, for loops over values whose
 * partial results stay in lanes: compilers unroll loops over small arrays into single
 * numbers. Arithmetic and comparisons work lane by lane. */
#ifndef CHIPSPLIT_TOOL_WIDE_H
#define CHIPSPLIT_TOOL_WIDE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include "tool/lanes.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__)
enum { WIDE = 8 };
#elif defined(__AVX__)
enum { WIDE = 4 };
#else
enum { WIDE = 2 };
#endif

typedef double wide __attribute__((vector_size(WIDE * sizeof(double))));
typedef int64_t wide_mask __attribute__((vector_size(WIDE * sizeof(int64_t))));

/* A wide that stands among doubles. */
typedef double wide_there
    __attribute__((vector_size(WIDE * sizeof(double)), aligned(8), may_alias));

/* A loop over a lane array, a wide at a time, and the wide in place: lanes `at` to
 * at + WIDE - 1 of x, to be read or written. */
#define FOR_WIDE(at) for (int at = 0; at < LANES; at += WIDE)
#define WIDE_AT(x, at) (*(wide_there *)(void *)&(x)[at])
#define WIDE_OF(x, at) (*(const wide_there *)(const void *)&(x)[at])

/* a where a comparison holds, b elsewhere. */
#define WIDE_CHOOSE(mask, a, b)                                                             \
    ((wide)(((wide_mask)(mask) & (wide_mask)(a)) | (~(wide_mask)(mask) & (wide_mask)(b))))

#define WIDE_LARGER(a, b) WIDE_CHOOSE((a) > (b), a, b)

/* Arguments go by address: how a wide is passed depends on the instruction set. */
static inline void wide_load(const double *from, wide *to)
{
    memcpy(to, from, sizeof *to);
}

static inline void wide_set(double value, wide *to)
{
    for (int k = 0; k < WIDE; k++)
        (*to)[k] = value;
}

/* Bit k is set if a comparison holds in lane k. */
static inline unsigned wide_bits(const wide_mask *mask)
{
#if !defined(__SSE2__)
    unsigned bits = 0;
    for (int k = 0; k < WIDE; k++)
        bits |= ((*mask)[k] != 0 ? 1u : 0u) << k;
    return bits;
#elif defined(__AVX512F__) && defined(__AVX512DQ__)
    return _mm512_movepi64_mask((__m512i)*mask);
#elif defined(__AVX__)
    return (unsigned)_mm256_movemask_pd((__m256d)*mask);
#else
    return (unsigned)_mm_movemask_pd((__m128d)*mask);
#endif
}

/* True if a comparison holds in a lane. */
static inline bool wide_any(const wide_mask *mask)
{
    return wide_bits(mask) != 0;
}

#endif
