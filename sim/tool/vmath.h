/* Elementary functions on lanes: SLEEF's deterministic forms, which give the
 * same bits at every vector width and in plain C. Error at most 1.0 ulp, where no other
 * one is named. */
#ifndef CHIPSPLIT_TOOL_VMATH_H
#define CHIPSPLIT_TOOL_VMATH_H

#include <math.h>
#if defined(__aarch64__)
#include <arm_neon.h>
#endif
#include <sleef.h>
#include "tool/lanes.h"
#include "tool/wide.h"

/* Builds of `make bench`: libm one number at a time, and counts of numbers. */
#ifdef CS_COUNT
extern unsigned long count_exp, count_log, count_normal, count_philox;
#define LANE_COUNT(what, numbers) (count_##what += (unsigned long)(numbers))
#else
#define LANE_COUNT(what, numbers) ((void)0)
#endif

/* A function of a wide. */
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define WIDE_APPLY(name, ulp, x)                                                        \
    ((wide)Sleef_cinz_##name##d8_##ulp##avx512fnofma((__m512d)(x)))
#elif defined(__AVX__)
#define WIDE_APPLY(name, ulp, x) ((wide)Sleef_cinz_##name##d4_##ulp##avx((__m256d)(x)))
#elif defined(__SSE2__)
#define WIDE_APPLY(name, ulp, x) ((wide)Sleef_cinz_##name##d2_##ulp##sse2((__m128d)(x)))
#elif defined(__aarch64__)
#define WIDE_APPLY(name, ulp, x)                                                        \
    ((wide)Sleef_cinz_##name##d2_##ulp##advsimdnofma((float64x2_t)(x)))
#else
#define WIDE_APPLY(name, ulp, x)                                                        \
    ((wide){Sleef_cinz_##name##d1_##ulp##purec((x)[0]),                                 \
            Sleef_cinz_##name##d1_##ulp##purec((x)[1])})
#endif

/* Arguments and values of a function that are known already, lane by lane. All NaN at
 * first, which each function below maps to itself. */
struct known_lanes {
    double of[LANES], is[LANES];
};

static inline void known_nothing(struct known_lanes *known, int count)
{
    if (count > 0)
        memset(known, 0xff, (size_t)count * sizeof *known);
}

/* The forms of a function: of a wide and of a lane array, afresh and where its values may
 * be known, to the bit, from the last time; y may be x. */
#define LANE_FUNCTION(name, ulp, counted)                                               \
    static inline void wide_##name(const double *x, double *y)                          \
    {                                                                                   \
        LANE_COUNT(counted, WIDE);                                                      \
        WIDE_AT(y, 0) = WIDE_APPLY(name, ulp, WIDE_OF(x, 0));                           \
    }                                                                                   \
    static inline void wide_##name##_known(const double *x, struct known_lanes *known,  \
                                           int at, double *y)                           \
    {                                                                                   \
        const wide of = WIDE_OF(x, 0);                                                  \
        const wide_mask news = (wide_mask)of != (wide_mask)WIDE_OF(known->of, at);      \
        if (wide_any(&news)) {                                                          \
            WIDE_AT(known->of, at) = of;                                                \
            wide_##name(x, known->is + at);                                             \
        }                                                                               \
        WIDE_AT(y, 0) = WIDE_OF(known->is, at);                                         \
    }                                                                                   \
    static inline void lane_##name(const double *x, double *y)                          \
    {                                                                                   \
        FOR_WIDE(at)                                                                    \
            wide_##name(x + at, y + at);                                                \
    }                                                                                   \
    static inline void lane_##name##_known(const double *x, struct known_lanes *known,  \
                                           double *y)                                   \
    {                                                                                   \
        FOR_WIDE(at)                                                                    \
            wide_##name##_known(x + at, known, at, y + at);                             \
    }

LANE_FUNCTION(exp, u10, exp)     /* e^x; 0 at -infinity */
LANE_FUNCTION(expm1, u10, exp)   /* e^x - 1 */
LANE_FUNCTION(log, u10, log)     /* ln x; -infinity at 0 */
LANE_FUNCTION(log1p, u10, log)   /* ln(1 + x) */

/* y = 2 / sqrt(pi) times the integral of e^{-t^2} from x on, within 1.5 ulp. y may be x. */
static inline void lane_erfc(const double *x, double *y)
{
    FOR_WIDE(at)
        WIDE_AT(y, at) = WIDE_APPLY(erfc, u15, WIDE_OF(x, at));
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
