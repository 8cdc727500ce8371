#include "math/design.h"

#include <stdlib.h>
#include "tool/address.h"

/* --- Latin hypercube ----------------------------------------------------------------- */

struct ticket {
    double key;
    size_t point;
};

static int by_key(const void *a, const void *b)
{
    const struct ticket *const x = a, *const y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->point > y->point) - (x->point < y->point);
}

bool design_lhs(uint64_t seed, size_t points, size_t dimensions, double *u)
{
    struct ticket *const ticket = malloc((points + 1) * sizeof *ticket);

    if (!ticket)
        return false;
    for (size_t d = 0; d < dimensions; d++) {
        for (size_t k = 0; k < points; k++)
            ticket[k] = (struct ticket){
                address_uniform(seed, k, 0, DRAW_DESIGN, (uint32_t)d), k};
        qsort(ticket, points, sizeof *ticket, by_key);
        for (size_t k = 0; k < points; k++) {
            const double place = address_uniform(seed, k, 1, DRAW_DESIGN, (uint32_t)d);
            u[ticket[k].point * dimensions + d] = ((double)k + place) / (double)points;
        }
    }
    free(ticket);
    return true;
}

/* --- Sobol' ---------------------------------------------------------------------------- */

static int degree_of(unsigned polynomial)
{
    int degree = 0;

    while (polynomial >> (degree + 1))
        degree++;
    return degree;
}

/* The next number of so many bits in a row of joe_kuo_initial. */
static uint32_t take_hex(const char **text, int bits)
{
    uint32_t value = 0;

    for (int digit = 0; digit < (bits + 3) / 4; digit++, (*text)++)
        value = value * 16 + (uint32_t)(**text <= '9' ? **text - '0' : **text - 'a' + 10);
    return value;
}

void sobol_directions(size_t dimension, uint32_t v[SOBOL_BITS])
{
    if (dimension == 0) {
        for (int k = 0; k < SOBOL_BITS; k++)
            v[k] = UINT32_C(1) << (31 - k);
        return;
    }
    const unsigned polynomial = joe_kuo_polynomial[dimension - 1];
    const char *text = joe_kuo_initial[dimension - 1];
    const int s = degree_of(polynomial);

    v[0] = UINT32_C(1) << 31;
    for (int k = 1; k < s; k++)
        v[k] = take_hex(&text, k + 1) << (31 - k);
    for (int k = s; k < SOBOL_BITS; k++) {
        v[k] = v[k - s] ^ (v[k - s] >> s);
        for (int j = 1; j < s; j++)
            if (polynomial >> (s - j) & 1)
                v[k] ^= v[k - j];
    }
}

uint32_t sobol_point(const uint32_t v[SOBOL_BITS], uint32_t index)
{
    uint32_t x = 0;

    for (int k = 0; index >> k; k++) {
        if (index >> k & 1)
            x ^= v[k];
        if (k == SOBOL_BITS - 1)
            break;
    }
    return x;
}

static uint32_t reversed(uint32_t x)
{
    x = (x >> 1 & 0x55555555U) | (x & 0x55555555U) << 1;
    x = (x >> 2 & 0x33333333U) | (x & 0x33333333U) << 2;
    x = (x >> 4 & 0x0f0f0f0fU) | (x & 0x0f0f0f0fU) << 4;
    x = (x >> 8 & 0x00ff00ffU) | (x & 0x00ff00ffU) << 8;
    return x >> 16 | x << 16;
}

/* In reversed digits each of these operations carries from lower digits to higher ones only.
 * Constants found by N. Vegdahl, whose hash mixes better than the first one of 2011. */
uint32_t owen_scramble(uint32_t x, uint32_t seed)
{
    x = reversed(x);
    x ^= x * 0x3d20adeaU;
    x += seed;
    x *= (seed >> 16) | 1;
    x ^= x * 0x05526c56U;
    x ^= x * 0x53a22864U;
    return reversed(x);
}

void design_sobol(uint64_t seed, size_t points, size_t dimensions, double *u)
{
    uint32_t v[SOBOL_BITS];

    for (size_t d = 0; d < dimensions; d++) {
        const double luck = address_uniform(seed, 0, 0, DRAW_DESIGN, (uint32_t)d);
        const uint32_t scramble = (uint32_t)(luck * 0x1p32);
        sobol_directions(d, v);
        for (size_t k = 0; k < points; k++) {
            const uint32_t x = owen_scramble(sobol_point(v, (uint32_t)k), scramble);
            u[k * dimensions + d] = ((double)x + 0.5) * 0x1p-32;
        }
    }
}
