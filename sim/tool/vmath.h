/* Elementary functions on lanes: SLEEF's deterministic forms, which give the
 * same bits at every vector width and in plain C. Error at most 1.0 ulp, where no other
 * one is named. */
#ifndef CHIPSPLIT_TOOL_VMATH_H
#define CHIPSPLIT_TOOL_VMATH_H

#include <math.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif
#include <sleef.h>
#include "tool/lanes.h"

/* Builds of `make bench`: libm one number at a time, and counts of numbers. */
#ifdef CS_COUNT
extern unsigned long count_exp, count_log, count_normal, count_philox;
#define LANE_COUNT(what, numbers) (count_##what += (unsigned long)(numbers))
#else
#define LANE_COUNT(what, numbers) ((void)0)
#endif

#if defined(CS_PLAIN)
#define LANE_APPLY(name, ulp, x, y) (*(y) = name(*(x)))
#elif defined(__AVX512F__) && defined(__AVX512DQ__)
#define LANE_APPLY(name, ulp, x, y)                                                     \
    for (int at = 0; at < LANES; at += 8)                                               \
        _mm512_storeu_pd((y) + at, Sleef_cinz_##name##d8_##ulp##avx512fnofma(           \
                                       _mm512_loadu_pd((x) + at)))
#elif defined(__AVX__)
#define LANE_APPLY(name, ulp, x, y)                                                     \
    for (int at = 0; at < LANES; at += 4)                                               \
        _mm256_storeu_pd((y) + at,                                                      \
                         Sleef_cinz_##name##d4_##ulp##avx(_mm256_loadu_pd((x) + at)))
#elif defined(__SSE2__)
#define LANE_APPLY(name, ulp, x, y)                                                     \
    for (int at = 0; at < LANES; at += 2)                                               \
        _mm_storeu_pd((y) + at, Sleef_cinz_##name##d2_##ulp##sse2(_mm_loadu_pd((x) + at)))
#elif defined(__aarch64__)
#define LANE_APPLY(name, ulp, x, y)                                                     \
    for (int at = 0; at < LANES; at += 2)                                               \
        vst1q_f64((y) + at, Sleef_cinz_##name##d2_##ulp##advsimdnofma(vld1q_f64((x) + at)))
#else
#define LANE_APPLY(name, ulp, x, y)                                                     \
    for (int at = 0; at < LANES; at++)                                                  \
        (y)[at] = Sleef_cinz_##name##d1_##ulp##purec((x)[at])
#endif

/* y = e^x; 0 at -infinity. y may be x. */
static inline void lane_exp(const double *x, double *y)
{
    LANE_COUNT(exp, LANES);
    LANE_APPLY(exp, u10, x, y);
}

/* y = e^x - 1. y may be x. */
static inline void lane_expm1(const double *x, double *y)
{
    LANE_COUNT(exp, LANES);
    LANE_APPLY(expm1, u10, x, y);
}

/* y = ln x; -infinity at 0. y may be x. */
static inline void lane_log(const double *x, double *y)
{
    LANE_COUNT(log, LANES);
    LANE_APPLY(log, u10, x, y);
}

/* y = ln(1 + x). y may be x. */
static inline void lane_log1p(const double *x, double *y)
{
    LANE_COUNT(log, LANES);
    LANE_APPLY(log1p, u10, x, y);
}

/* y = 2 / sqrt(pi) times the integral of e^{-t^2} from x on, within 1.5 ulp. y may be x. */
static inline void lane_erfc(const double *x, double *y)
{
    LANE_APPLY(erfc, u15, x, y);
}

/* y = x^p for x >= 0 with 0^0 = 1. y may be x or p. */
static inline void lane_pow(const double *x, const double *p, double *y)
{
    double z[LANES];
    lane_log(x, z);
    FOR_LANES(l)
        z[l] = p[l] == 0 ? 0 : p[l] * z[l];
    lane_exp(z, y);
}

#endif
