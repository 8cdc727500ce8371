/* Stores of lane arrays that will not be read for a while: past the caches, which they
 * would empty of what is still needed. */
#ifndef CHIPSPLIT_TOOL_LANE_STORE_H
#define CHIPSPLIT_TOOL_LANE_STORE_H

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif
#include "tool/lanes.h"

#if defined(__AVX512F__)
#define LANE_STORE(to, from, at) _mm512_stream_pd((to) + (at), _mm512_loadu_pd((from) + (at)))
#define LANE_STORE_WIDE 8
#elif defined(__AVX__)
#define LANE_STORE(to, from, at) _mm256_stream_pd((to) + (at), _mm256_loadu_pd((from) + (at)))
#define LANE_STORE_WIDE 4
#elif defined(__SSE2__)
#define LANE_STORE(to, from, at) _mm_stream_pd((to) + (at), _mm_loadu_pd((from) + (at)))
#define LANE_STORE_WIDE 2
#endif

/* Copies a lane array to `to`, which is aligned to 64 bytes. */
static inline void lane_store(double *to, const double *from)
{
#if defined(LANE_STORE)
    for (int at = 0; at < LANES; at += LANE_STORE_WIDE)
        LANE_STORE(to, from, at);
#else
    memcpy(to, from, LANES * sizeof *to);
#endif
}

/* After the last of them, before another thread may read them. */
static inline void lane_store_end(void)
{
#if defined(LANE_STORE)
    _mm_sfence();
#endif
}

#endif
