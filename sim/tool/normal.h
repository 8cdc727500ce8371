/* The inverse of the normal distribution on lanes: AS241 (Wichura 1988, PPND16), relative
 * error about 1e-16. z(1-u) = -z(u) to the bit, since 1-u is exact for the uniforms of
 * address.h. */
#ifndef CHIPSPLIT_TOOL_NORMAL_H
#define CHIPSPLIT_TOOL_NORMAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "tool/vmath.h"
#include "tool/wide.h"

/* z for |u - 1/2| <= 0.425; anything elsewhere. z may be u. */
static inline void lane_normal_middle(const double *u, double *z)
{
    static const double a[8] = {
        3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
        1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
        3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {
        1.0,                      4.2313330701600911252e+1, 6.8718700749205790830e+2,
        5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
        2.8729085735721942674e+4, 5.2264952788528545610e+3};

    FOR_LANES(l) {
        double q = u[l] - 0.5, m = 0.180625 - q * q;
        double top = a[7], bottom = b[7];
        for (int k = 6; k >= 0; k--) {
            top = top * m + a[k];
            bottom = bottom * m + b[k];
        }
        z[l] = q * (top / bottom);
    }
}

/* far[l] for r[l] > 5: one value in 10^11, so not often. */
static inline void lane_normal_far(const double *r, double *far)
{
    static const double e[8] = {
        6.65790464350110377720e0,    5.46378491116411436990e0,    1.78482653991729133580e0,
        2.96560571828504891230e-1,   2.65321895265761230930e-2,   1.24266094738807843860e-3,
        2.71155556874348757815e-5,   2.01033439929228813265e-7};
    static const double f[8] = {
        1.0,                         5.99832206555887937690e-1,   1.36929880922735805310e-1,
        1.48753612908506148525e-2,   7.86869131145613259100e-4,   1.84631831751005468180e-5,
        1.42151175831644588870e-7,   2.04426310338993978564e-15};

    FOR_LANES(l) {
        double s = r[l] - 5.0;
        double top = e[7], bottom = f[7];
        for (int k = 6; k >= 0; k--) {
            top = top * s + e[k];
            bottom = bottom * s + f[k];
        }
        far[l] = top / bottom;
    }
}

/* z for |u - 1/2| > 0.425. z may be u. */
static inline void lane_normal_tail(const double *u, double *z)
{
    static const double c[8] = {
        1.42343711074968357734e0,    4.63033784615654529590e0,    5.76949722146069140550e0,
        3.64784832476320460504e0,    1.27045825245236838258e0,    2.41780725177450611770e-1,
        2.27238449892691845833e-2,   7.74545014278341407640e-4};
    static const double d[8] = {
        1.0,                         2.05319162663775882187e0,    1.67638483018380384940e0,
        6.89767334985100004550e-1,   1.48103976427480074590e-1,   1.51986665636164571966e-2,
        5.47593808499534494600e-4,   1.05075007164441684324e-9};
    double r[LANES], far[LANES];
    int beyond = 0;

    FOR_LANES(l)
        r[l] = u[l] < 0.5 ? u[l] : 1.0 - u[l];
    lane_log(r, r);
    FOR_LANES(l)
        r[l] = sqrt(-r[l]);
    FOR_LANES(l) {
        beyond |= r[l] > 5.0;
        far[l] = 0;
    }
    if (beyond)
        lane_normal_far(r, far);
    FOR_LANES(l) {
        double s = r[l] - 1.6;
        double top = c[7], bottom = d[7];
        for (int k = 6; k >= 0; k--) {
            top = top * s + c[k];
            bottom = bottom * s + d[k];
        }
        double tail = r[l] > 5.0 ? far[l] : top / bottom;
        z[l] = u[l] < 0.5 ? -tail : tail;
    }
}

enum { NORMALS = 32 * LANES, FOUR = 4 };

/* Bit k is set if u[k] lies in the tails, for eight uniforms. */
static inline unsigned normal_tail_bits(const double *u)
{
    unsigned bits = 0;

    for (int k = 0; k < 2 * FOUR; k += WIDE) {
        const wide gap = WIDE_OF(u, k) - 0.5;
        const wide_mask tail = (gap > 0.425) | (gap < -0.425);
        bits |= wide_bits(&tail) << k;
    }
    return bits;
}

/* How many of n uniforms lie in the tails, a multiple of eight up to NORMALS, and which;
 * `where` has room for FOUR more. By the places of the bits of all numbers below 16. */
static inline int normal_tails(const double *u, int n, uint16_t *where)
{
    static const uint16_t places[16][FOUR] = {
        {0},    {0},       {1},       {0, 1},    {2},       {0, 2},    {1, 2},    {0, 1, 2},
        {3},    {0, 3},    {1, 3},    {0, 1, 3}, {2, 3},    {0, 2, 3}, {1, 2, 3}, {0, 1, 2, 3}};
    static const uint8_t counts[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
    const uint64_t each = UINT64_C(0x0001000100010001);
    int found = 0;

    for (int k = 0; k < n; k += 2 * FOUR) {
        const unsigned bits = normal_tail_bits(u + k);
        for (int half = 0; half < 2; half++) {
            const unsigned four = bits >> (half * FOUR) & 15;
            uint64_t at;
            memcpy(&at, places[four], sizeof at);
            at += each * (uint64_t)(k + half * FOUR);
            memcpy(where + found, &at, sizeof at);
            found += counts[four];
        }
    }
    return found;
}

/* Turns the uniforms in (0,1) of n lane arrays into normals. The tails, which cost a
 * logarithm and a root and are needed for 15 % only, are computed apart. */
static inline void lanes_normal(double (*x)[LANES], int n)
{
    uint16_t where[NORMALS + FOUR];
    double u[NORMALS];

    LANE_COUNT(normal, n * LANES);
    for (int first = 0; first < n; first += NORMALS / LANES) {
        const int rest = n - first, arrays = rest < NORMALS / LANES ? rest : NORMALS / LANES;
        double *const at = x[first];
        const int tails = normal_tails(at, arrays * LANES, where);
        for (int k = 0; k < tails; k++)
            u[k] = at[where[k]];
        for (int k = tails; k % LANES; k++)
            u[k] = 0.01;
        for (int k = 0; k < arrays; k++)
            lane_normal_middle(x[first + k], x[first + k]);
        for (int k = 0; k < tails; k += LANES)
            lane_normal_tail(u + k, u + k);
        for (int k = 0; k < tails; k++)
            at[where[k]] = u[k];
    }
}

/* The normals of one lane array of uniforms in (0,1). z may be u. */
static inline void lane_normal(const double *u, double *z)
{
    double x[1][LANES];

    memcpy(x, u, sizeof x);
    lanes_normal(x, 1);
    memcpy(z, x, sizeof x);
}

/* u = Phi(z): as the inverse takes it, from 2^-1000 to 1 - 2^-53. u may be z. */
static inline void lane_normal_below(const double *z, double *u)
{
    const double least = 0x1p-1000, most = 1 - 0x1p-53;

    FOR_LANES(l)
        u[l] = z[l] * -0x1.6a09e667f3bcdp-1; /* 1 / sqrt(2) */
    lane_erfc(u, u);
    FOR_LANES(l) {
        const double half = 0.5 * u[l];
        u[l] = half < least ? least : half > most ? most : half;
    }
}

#endif
