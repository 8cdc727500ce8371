#include "tool/shortest.h"

#include <stdbool.h>
#include <string.h>
#include "tool/powers.h"

__extension__ typedef unsigned __int128 wide;

enum { FRACTION_BITS = 52, BIAS = 1023 + FRACTION_BITS };

/* floor(log2(10^e)), and floor(log10(2^e)) or floor(log10(3/4 2^e)), by fixed
 * point constants that hold for all exponents of doubles. */
static int log2_of_power10(int e)
{
    return (e * 1741647) >> 19;
}

static int log10_of_power2(int e, bool three_quarters)
{
    return (e * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

/* The upper bits of g * c, the last one set if anything below them is not 0: so
 * the product compares with 4 s and 4 s + 2 as the exact one does. */
static uint64_t round_to_odd(const uint64_t g[2], uint64_t c)
{
    const wide low = (wide)g[1] * c;
    const wide high = (wide)g[0] * c + (uint64_t)(low >> 64);

    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

static struct shortest without_zeros(uint64_t digits, int exponent)
{
    while (digits % 10 == 0) {
        digits /= 10;
        exponent++;
    }
    return (struct shortest){digits, exponent};
}

struct shortest shortest_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    const uint64_t fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
    const int biased = (int)(bits >> FRACTION_BITS) & 0x7FF;
    const uint64_t c = biased ? fraction | UINT64_C(1) << FRACTION_BITS : fraction;
    const int q = (biased ? biased : 1) - BIAS; /* value = c 2^q */

    if (q <= 0 && q > -FRACTION_BITS - 1 && (c & ((UINT64_C(1) << -q) - 1)) == 0)
        return without_zeros(c >> -q, 0);

    /* Four times the value and the ends of what rounds to it, scaled by 10^-k so
     * that one or more integers, but at most one multiple of ten, lie inside. */
    const bool closer = fraction == 0 && biased > 1; /* the double below is nearer */
    const int k = log10_of_power2(q, closer);
    const int shift = q + log2_of_power10(-k) + 1;
    const uint64_t *const g = powers_of_ten[-k - POWERS_FIRST];
    const bool odd = c & 1; /* then the ends themselves round elsewhere */
    const uint64_t low = round_to_odd(g, (4 * c - 2 + closer) << shift) + odd;
    const uint64_t middle = round_to_odd(g, (4 * c) << shift);
    const uint64_t high = round_to_odd(g, (4 * c + 2) << shift) - odd;

    const uint64_t s = middle / 4, tens = s / 10;
    if (s >= 10 && (low <= 40 * tens || 40 * tens + 40 <= high))
        return without_zeros(tens + (40 * tens + 40 <= high), k + 1);
    const bool below = low <= 4 * s, above = 4 * s + 4 <= high;
    if (below != above)
        return without_zeros(s + above, k);
    const bool up = middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1));
    return without_zeros(s + up, k);
}
