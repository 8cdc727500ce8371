/* Ids, wildcards, suggestions, strings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "tool/text.h"

static void ids(void **state)
{
    static const char *const good[] = {"a", "nv_h20", "z9_", "h20_levy"};
    static const char *const bad[] = {"", "9a", "_a", "A", "a-b", "a b", "a.b", "\xC3\xA9", "aB"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(text_is_id(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_id(bad[i]));
}

static void wildcards(void **state)
{
    static const struct {
        const char *pattern, *text;
        bool fits;
    } cases[] = {
        {"", "", true},
        {"*", "", true},
        {"a", "", false},
        {"buyers.*.exposure", "buyers.tencent.exposure", true},
        {"buyers.*.exposure", "buyers.a.b.exposure", false},
        {"us_rates.*/h20.rate", "us_rates.ban/h20.rate", true},
        {"us_rates.*.rate", "us_rates.ban/h20.rate", false},
        {"installed.*/*.pflops", "installed.bytedance/nv_h20.pflops", true},
        {"*ab*ab", "abxab", true},
        {"*ab*ab", "ababab", true},
        {"*ab*ab", "ab", false},
        {"options.nv_*.price_usd", "options.nv_h20.price_usd", true},
        {"options.nv_*.price_usd", "options.hw_910c.price_usd", false},
        {"a**b", "axxb", true},
        {"*.a*c", "x.abc", true},
        {"*.a*c", ".a.ac", false},
        {"a*", "a", true},
        {"a*b", "a", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_matches(cases[i].pattern, cases[i].text) != cases[i].fits)
            fail_msg("%s and %s", cases[i].pattern, cases[i].text);
}

/* The definition, at exponential cost. */
static bool matches_by_trial(const char *pattern, const char *text)
{
    if (*pattern == '\0')
        return *text == '\0';
    if (*pattern != '*')
        return *pattern == *text && matches_by_trial(pattern + 1, text + 1);
    for (;; text++) {
        if (matches_by_trial(pattern + 1, text))
            return true;
        if (*text == '\0' || *text == '/' || *text == '.')
            return false;
    }
}

/* The words of four letters by number: 1 of no letter, 4 of one, 16 of two ... */
static void spell(unsigned number, const char *letters, char out[6])
{
    unsigned length = 0, words = 1;

    memset(out, 0, 6);
    for (; number >= words; length++, words *= 4)
        number -= words;
    for (unsigned i = 0; i < length; i++, number /= 4)
        out[i] = letters[number % 4];
}

enum { WORDS = 1 + 4 + 16 + 64 + 256 + 1024 };

static void wildcards_by_definition(void **state)
{
    char pattern[16], text[16];

    (void)state;
    for (unsigned p = 0; p < WORDS; p++) {
        spell(p, "ab*.", pattern);
        for (unsigned t = 0; t < WORDS; t++) {
            spell(t, "ab./", text);
            if (text_matches(pattern, text) != matches_by_trial(pattern, text))
                fail_msg("%s and %s", pattern, text);
        }
    }
}

static void suggestions(void **state)
{
    static const char *const words[] = {"exposure", "training_share", "lock_in", "price_usd",
                                        "price_std"};

    (void)state;
    assert_string_equal(text_nearest("exposrue", words, 5), "exposure");    /* a swap */
    assert_string_equal(text_nearest("lockin", words, 5), "lock_in");       /* an insertion */
    assert_string_equal(text_nearest("trainingshare", words, 5), "training_share");
    assert_string_equal(text_nearest("price_xsd", words, 5), "price_usd");  /* a tie: the first */
    assert_null(text_nearest("lo", words, 5));            /* 5 of 7 letters are missing */
    assert_null(text_nearest("budget", words, 5));
    assert_null(text_nearest("", words, 5));
    assert_null(text_nearest("x", NULL, 0));
    assert_null(text_nearest("axx", (const char *const[]){"abc"}, 1)); /* 2 of 3 letters */
    assert_string_equal(text_nearest("axc", (const char *const[]){"abc"}, 1), "abc");
}

static void a_long_word_is_near_nothing(void **state)
{
    char word[200];
    const char *const words[] = {word};

    (void)state;
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(text_nearest(word, words, 1));
}

static void copies(void **state)
{
    char *const a = text_copy("abc"), *const b = text_copy_n("abcdef", 2);
    char *const c = text_format("%s-%03d", "x", 7), *const d = text_copy("");

    (void)state;
    assert_string_equal(a, "abc");
    assert_string_equal(b, "ab");
    assert_string_equal(c, "x-007");
    assert_string_equal(d, "");
    free(a);
    free(b);
    free(c);
    free(d);
}

/* Cases of the Unicode standard, table 3-7: the ends of every row, and beyond. */
static void utf8(void **state)
{
    static const struct {
        const char *bytes;
        size_t room, length;
    } cases[] = {
        {"a", 1, 1},
        {"", 0, 0},
        {"\xC2\x80", 2, 2},
        {"\xC1\xBF", 2, 0},
        {"\xE0\xA0\x80", 3, 3},
        {"\xE0\x9F\xBF", 3, 0},
        {"\xED\x9F\xBF", 3, 3},
        {"\xED\xA0\x80", 3, 0},
        {"\xF0\x90\x80\x80", 4, 4},
        {"\xF0\x8F\xBF\xBF", 4, 0},
        {"\xF4\x8F\xBF\xBF", 4, 4},
        {"\xF4\x90\x80\x80", 4, 0},
        {"\xF5\x80\x80\x80", 4, 0},
        {"\x80", 1, 0},
        {"\xC3", 1, 0},
        {"\xE2\x82", 2, 0},
        {"\xC3(", 2, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(text_utf8_length(cases[i].bytes, cases[i].room), cases[i].length);
}

static void printable(void **state)
{
    char out[16], tiny[4];

    (void)state;
    text_printable("a\tb\x7F" "c\xC2\x85" "d", out, sizeof out);
    assert_string_equal(out, "a?b?c?d");
    text_printable("a\xE2\x80\xAE" "b\xE2\x81\xA6" "c\xE2\x80\xA7", out, sizeof out);
    assert_string_equal(out, "a?b?c\xE2\x80\xA7");
    text_printable("caf\xC3\xA9 \xFF", out, sizeof out);
    assert_string_equal(out, "caf\xC3\xA9 ?");
    text_printable("123456789012345", out, sizeof out);
    assert_string_equal(out, "123456789012345");
    text_printable("1234567890123456", out, sizeof out);
    assert_string_equal(out, "123456789012...");
    text_printable("12345678901\xC3\xA9ghij", out, sizeof out); /* no room for the half */
    assert_string_equal(out, "12345678901...");
    text_printable("abcdef", tiny, sizeof tiny);
    assert_string_equal(tiny, "...");
    text_printable("abcdef", tiny, 1);
    assert_string_equal(tiny, "");
}

static void filters(void **state)
{
    static const struct {
        const char *filter, *text;
        bool passes;
    } cases[] = {
        {NULL, "anything", true},        {"exposure", "buyers.x.exposure", true},
        {"exposure", "buyers.x", false}, {"buyers.*", "buyers.a.exposure", true},
        {"*.expo", "buyers.a.exposure", false},
        {"us_rates.*/open.*", "us_rates.ban/open.rate", true},
        {"[ab]?", "bc", true},
        {"", "x", true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (text_passes(cases[i].filter, cases[i].text) != cases[i].passes)
            fail_msg("%s: %s", cases[i].filter, cases[i].text);
}

/* Control characters of Unicode's category Cc, and the formatting characters of
 * UAX #9 that override the direction of writing. */
static void plain(void **state)
{
    static const char *const good[] = {"", "Nvidia", "caf\xC3\xA9", "\xE5\x8D\x8E\xE4\xB8\xBA",
                                       "\xE2\x80\xA7", "\xE2\x80\xAF", "\xC2\xA0"};
    static const char *const bad[] = {"\x01", "a\x1B[2J", "\x7F", "\xC2\x9B", "\xE2\x80\xA8",
                                      "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9"};
    static const char *const lines[] = {"a\tb", "a\r\nb", "\n"};

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(text_is_plain(good[i], false));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_plain(bad[i], true));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_true(text_is_plain(lines[i], true) && !text_is_plain(lines[i], false));
}

static void formulas(void **state)
{
    (void)state;
    assert_true(text_is_formula("=1") && text_is_formula("+1") && text_is_formula("-a") &&
                text_is_formula("@SUM(1)"));
    assert_false(text_is_formula("") || text_is_formula("a=1") || text_is_formula("*0.7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters),
        cmocka_unit_test(ids),
        cmocka_unit_test(wildcards),
        cmocka_unit_test(wildcards_by_definition),
        cmocka_unit_test(suggestions),
        cmocka_unit_test(a_long_word_is_near_nothing),
        cmocka_unit_test(copies),
        cmocka_unit_test(utf8),
        cmocka_unit_test(printable),
        cmocka_unit_test(plain),
        cmocka_unit_test(formulas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
