/* Numbers and their text. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tool/number.h"
#include "tool/powers.h"
#include "tool/shortest.h"

static void parses(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0.0},
        {"-0", -0.0},
        {"12e9", 12e9},
        {"+1.5E+3", 1500},
        {".5", 0.5},
        {"5.", 5},
        {"0.1", 0.1},
        {"007", 7},
        {"123456789012345678901234567890", 123456789012345678901234567890.0},
        {"0.000000000000000000000000000000000001", 1e-36},
        {"1e22", 1e22},
        {"1e23", 1e23},
        {"9007199254740993", 9007199254740992.0},  /* 2^53 + 1 ties to even */
        {"9007199254740993.00000000000000000001", 9007199254740994.0},
        {"2.2250738585072011e-308", 0x0.fffffffffffffp-1022}, /* the largest subnormal */
        {"4.9406564584124654e-324", 0x1p-1074},
        {"2.4703282292062327e-324", 0},            /* just below half of it */
        {"1e-400", 0},
        {"0e999999999999", 0},
        {"1.7976931348623157e308", 0x1.fffffffffffffp1023},
        {"1e-99999999999999999999", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 77;
        assert_null(number_parse(cases[i].text, &value));
        if (memcmp(&value, &cases[i].value, sizeof value))
            fail_msg("%s read as %a", cases[i].text, value);
    }
}

#define RULE "must be a number such as 0.15 or 12e9"

static void refuses(void **state)
{
    static const struct {
        const char *text, *phrase;
    } cases[] = {
        {"", RULE " (found nothing)"},
        {"0,15", RULE " (found a decimal comma)"},
        {"1,000,000", RULE " (found commas between thousands)"},
        {"1,000.5", RULE " (found commas between thousands)"},
        {"15%", RULE " (found a percent sign)"},
        {"1 000", RULE " (found a blank inside)"},
        {" 1", RULE " (found a blank inside)"},
        {"nan", RULE},
        {"inf", RULE},
        {"-Infinity", RULE},
        {"0x10", RULE},
        {"1e", RULE},
        {"1e+", RULE},
        {"e5", RULE},
        {".", RULE},
        {"-", RULE},
        {"+-1", RULE},
        {"1.2.3", RULE},
        {"1e5.5", RULE},
        {"\xE2\x88\x92" "5", RULE}, /* the minus sign of word processors */
        {"$5", RULE},
        {"1e309", "must be a number of size below 1.8e308"},
        {"-1.8e308", "must be a number of size below 1.8e308"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 77;
        const char *const phrase = number_parse(cases[i].text, &value);
        assert_non_null(phrase);
        assert_string_equal(phrase, cases[i].phrase);
        assert_true(value == 77);
    }
}

static void parses_whole_numbers(void **state)
{
    uint64_t value = 1;

    (void)state;
    assert_null(number_parse_u64("0", &value));
    assert_true(value == 0);
    assert_null(number_parse_u64("18446744073709551615", &value)); /* 2^64 - 1 */
    assert_true(value == UINT64_MAX);
    assert_string_equal(number_parse_u64("18446744073709551616", &value),
                        "must be a whole number up to 18446744073709551615");
    assert_string_equal(number_parse_u64("99999999999999999999", &value),
                        "must be a whole number up to 18446744073709551615");
    assert_string_equal(number_parse_u64("", &value),
                        "must be a whole number such as 0 or 10000");
    assert_string_equal(number_parse_u64("-1", &value),
                        "must be a whole number such as 0 or 10000");
    assert_string_equal(number_parse_u64("1e4", &value),
                        "must be a whole number such as 0 or 10000");
    assert_true(value == UINT64_MAX);
}

static void writes(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {100, "100"},
        {0.1, "0.1"},
        {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {123456.789, "123456.789"},
        {1e15, "1000000000000000"},
        {9007199254740992.0, "9007199254740992"}, /* 2^53 */
        {1e16, "1e+16"},
        {1.5e16, "1.5e+16"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {0.00001, "0.00001"},
        {0.000012345, "0.000012345"},
        {0.000001, "1e-6"},
        {1.25e-7, "1.25e-7"},
        {-2.5e-300, "-2.5e-300"},
        {0x1p-1074, "5e-324"},
        {0x0.fffffffffffffp-1022, "2.225073858507201e-308"},
        {0x1p-1022, "2.2250738585072014e-308"},
        {0x1.fffffffffffffp1023, "1.7976931348623157e+308"},
        {9.5367431640625e-7, "9.5367431640625e-7"},  /* 2^-20, exact */
        {2e23, "2e+23"},
        {8.41e21, "8.41e+21"}, /* hard cases of the Ryu article (Adams 2018), 3.4 */
        {9.5e-3, "0.0095"},
        {HUGE_VAL, "inf"},
        {-HUGE_VAL, "-inf"},
    };
    char out[NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(number_write(cases[i].value, out), strlen(cases[i].text));
        assert_string_equal(out, cases[i].text);
    }
    assert_int_equal(number_write((double)NAN, out), 0);
    assert_string_equal(out, "");
    assert_int_equal(number_write(-(double)NAN, out), 0);
}

static void a_whole_number_is_written_as_printf_would(void **state)
{
    static const int64_t cases[] = {0, 7, -7, 10, 99, 100, -100, 16384, 123456789,
                                    INT64_MAX, INT64_MIN, INT64_MIN + 1};
    char out[NUMBER_TEXT], wanted[NUMBER_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(wanted, sizeof wanted, "%lld", (long long)cases[i]);
        assert_int_equal(number_write_whole(cases[i], out), strlen(wanted));
        assert_string_equal(out, wanted);
    }
}

/* xorshift64* (Vigna 2016), so that the test needs no other code. */
static uint64_t next_random(uint64_t *x)
{
    *x ^= *x >> 12;
    *x ^= *x << 25;
    *x ^= *x >> 27;
    return *x * UINT64_C(2685821657736338717);
}

/* Bit patterns, decimal fractions as people write them, and neighbours of powers
 * of two, where the spacing of doubles changes. */
static double random_double(uint64_t *x)
{
    static const double tens[] = {1, 10, 100, 1e3, 1e4, 1e6, 1e9, 1e12};
    const uint64_t r = next_random(x);
    double value;

    if (r % 8 == 0)
        return (double)(int64_t)(r >> 20 & 0xFFFFFFF) / tens[r >> 61];
    if (r % 8 == 1)
        return ldexp(1 + (double)(r >> 62) * 0x1p-52, (int)(r >> 8 & 0x7FF) - 1074);
    memcpy(&value, &r, sizeof value);
    return isfinite(value) && value != 0 ? fabs(value) : 1;
}

/* Reads back to the same double; no text with one digit less does; and of those
 * with as many digits it is the nearest, which printf finds too. */
static void check_shortest(double value)
{
    const struct shortest s = shortest_of(value);
    char text[NUMBER_TEXT], digits[32], other[64];
    double back = 0;

    number_write(value, text);
    if (number_parse(text, &back) || back != value)
        fail_msg("%a written as %s", value, text);
    const int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)s.digits);
    if (count > 1) {
        snprintf(other, sizeof other, "%.*e", count - 2, value);
        if (strtod(other, NULL) == value)
            fail_msg("%a written as %s, not %s", value, text, other);
    }
    snprintf(other, sizeof other, "%.*e", count - 1, value);
    if (strtod(other, NULL) == value) {
        memmove(other + 1, other + 2, strlen(other + 1));
        if (memcmp(other, digits, (size_t)count) != 0)
            fail_msg("%a written as %s, not %s", value, text, other);
    }
}

static void shortest_of_many(void **state)
{
    uint64_t seed = 20250601;

    (void)state;
    for (int i = 0; i < 1000000; i++)
        check_shortest(random_double(&seed));
    for (int e = -1074; e <= 1023; e++) {
        check_shortest(ldexp(1, e));
        check_shortest(nextafter(ldexp(1, e), HUGE_VAL));
        if (e > -1074)
            check_shortest(nextafter(ldexp(1, e), 0));
    }
    for (int e = -323; e <= 308; e++) {
        char text[8];
        snprintf(text, sizeof text, "1e%d", e);
        check_shortest(strtod(text, NULL));
    }
}

/* 10^n as words of 32 bits, low word first; 10^324 has 1077 bits. */
enum { WIDE = 36 };

static void times(uint32_t x[WIDE], uint32_t factor)
{
    uint64_t carry = 0;

    for (int i = 0; i < WIDE; i++) {
        carry += (uint64_t)x[i] * factor;
        x[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int bits_of(const uint32_t x[WIDE])
{
    for (int i = 32 * WIDE - 1; i >= 0; i--)
        if (x[i / 32] >> (i % 32) & 1)
            return i + 1;
    return 0;
}

static int compare(const uint32_t a[WIDE], const uint32_t b[WIDE])
{
    for (int i = WIDE - 1; i >= 0; i--)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

static void subtract(uint32_t a[WIDE], const uint32_t b[WIDE])
{
    uint64_t borrow = 0;

    for (int i = 0; i < WIDE; i++) {
        const uint64_t d = (uint64_t)a[i] - b[i] - borrow;
        a[i] = (uint32_t)d;
        borrow = d >> 63;
    }
}

/* The first 128 bits of a/b, one by one, rounded up; b <= a < 2 b. */
static void divide(uint32_t a[WIDE], const uint32_t b[WIDE], uint64_t out[2])
{
    bool rest = false;

    out[0] = out[1] = 0;
    for (int i = 0; i < 128; i++) {
        const bool bit = compare(a, b) >= 0;
        out[0] = out[0] << 1 | out[1] >> 63;
        out[1] = out[1] << 1 | bit;
        if (bit)
            subtract(a, b);
        times(a, 2);
    }
    for (int i = 0; i < WIDE; i++)
        rest = rest || a[i];
    out[1] += rest;
    out[0] += rest && out[1] == 0;
}

static void powers(void **state)
{
    uint32_t ten[WIDE] = {1};

    (void)state;
    for (int n = 0; n <= POWERS_LAST; n++, times(ten, 10)) {
        uint32_t two[WIDE] = {0}, copy[WIDE];
        const int top = bits_of(ten) - 1;
        uint64_t g[2];
        two[top / 32] = UINT32_C(1) << (top % 32);
        memcpy(copy, ten, sizeof copy);
        divide(copy, two, g);
        assert_memory_equal(g, powers_of_ten[n - POWERS_FIRST], sizeof g);
        if (n == 0 || n > -POWERS_FIRST)
            continue;
        times(two, 2);
        divide(two, ten, g);
        assert_memory_equal(g, powers_of_ten[-n - POWERS_FIRST], sizeof g);
    }
}

/* A host program may have chosen a locale with a decimal comma. */
static void the_locale_does_not_matter(void **state)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"};
    char out[NUMBER_TEXT];
    double value = 0;
    size_t i = 0;

    (void)state;
    while (i < 4 && !setlocale(LC_ALL, names[i]))
        i++;
    if (i == 4)
        skip();
    assert_null(number_parse("0.12345678901234567", &value));
    assert_true(value == 0x1.f9add3746f65ep-4);
    number_write(value, out);
    assert_string_equal(out, "0.12345678901234566");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_number_is_written_as_printf_would),
        cmocka_unit_test(parses),
        cmocka_unit_test(refuses),
        cmocka_unit_test(parses_whole_numbers),
        cmocka_unit_test(writes),
        cmocka_unit_test(shortest_of_many),
        cmocka_unit_test(powers),
        cmocka_unit_test(the_locale_does_not_matter),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
