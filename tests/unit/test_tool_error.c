/* Failures as sentences: code, order, limits. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tool/error.h"

static void first_code_stays(void **state)
{
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(cs_fail(&err, CS_INPUT, "%s:%d: %s", "a.csv", 7, "too large"), CS_INPUT);
    assert_int_equal(cs_fail(&err, CS_SYSTEM, "second"), CS_SYSTEM);
    assert_int_equal(err.code, CS_INPUT);
    assert_int_equal(err.count, 2);
    assert_string_equal(err.text[0], "a.csv:7: too large");
    assert_string_equal(err.text[1], "second");
}

static void beyond_the_limit_counts(void **state)
{
    struct cs_error err = {0};

    (void)state;
    for (int i = 0; i < CS_COMPLAINTS + 3; i++)
        cs_fail(&err, CS_INPUT, "complaint %d", i);
    assert_int_equal(err.count, CS_COMPLAINTS);
    assert_int_equal(err.dropped, 3);
    assert_string_equal(err.text[CS_COMPLAINTS - 1], "complaint 19");
}

static void null_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(cs_fail(NULL, CS_BUG, "nobody listens"), CS_BUG);
    assert_int_equal(cs_fail_memory(NULL), CS_MEMORY);
    errno = ENOENT;
    assert_int_equal(cs_fail_errno(NULL, "x"), CS_SYSTEM);
}

static void errno_gives_the_reason(void **state)
{
    struct cs_error err = {0};

    (void)state;
    errno = ENOENT;
    assert_int_equal(cs_fail_errno(&err, "%s", "b/c.csv"), CS_SYSTEM);
    assert_string_equal(err.text[0], "b/c.csv: No such file or directory");
    assert_int_equal(errno, ENOENT);
    assert_int_equal(cs_fail_memory(&err), CS_MEMORY);
    assert_string_equal(err.text[1], "out of memory");
}

static void a_wrong_name_is_input(void **state)
{
    struct cs_error err = {0};

    (void)state;
    errno = EACCES;
    assert_int_equal(cs_fail_place(&err, "%s: cannot be read", "t.csv"), CS_INPUT);
    assert_string_equal(err.text[0], "t.csv: cannot be read: Permission denied");
    errno = EMFILE;
    assert_int_equal(cs_fail_place(&err, "t.csv"), CS_SYSTEM);
    assert_int_equal(err.code, CS_INPUT);
}

static void long_sentences_are_cut(void **state)
{
    struct cs_error err = {0};
    char text[4000];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    cs_fail(&err, CS_INPUT, "%s", text);
    assert_int_equal(strlen(err.text[0]), CS_SENTENCE - 1);
    assert_string_equal(err.text[0] + CS_SENTENCE - 5, "x...");
    errno = EIO;
    cs_fail_errno(&err, "%s", text);
    assert_int_equal(strlen(err.text[1]), CS_SENTENCE - 1);
}

static void sentences_are_safe_for_a_terminal(void **state)
{
    struct cs_error err = {0};

    (void)state;
    cs_fail(&err, CS_INPUT, "%s", "\x1b[31mred\x07\n");
    assert_string_equal(err.text[0], "?[31mred??");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_code_stays),
        cmocka_unit_test(beyond_the_limit_counts),
        cmocka_unit_test(null_is_allowed),
        cmocka_unit_test(errno_gives_the_reason),
        cmocka_unit_test(a_wrong_name_is_input),
        cmocka_unit_test(long_sentences_are_cut),
        cmocka_unit_test(sentences_are_safe_for_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
