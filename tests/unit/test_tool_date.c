/* Periods and their text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tool/date.h"

/* Periods by hand: 2025 * 4 = 8100 and 2025 * 12 = 24300. */
static void reads(void **state)
{
    static const struct {
        const char *text;
        int quarter, month;
    } cases[] = {
        {"2025Q1", 8100, 24300},     {"2025Q3", 8102, 24306},     {"2025Q4", 8103, 24309},
        {"2025M01", 8100, 24300},    {"2025M07", 8102, 24306},    {"2025-07", 8102, 24306},
        {"2025-12", 8103, 24311},    {"2025-07-31", 8102, 24306}, {"2024-02-29", 8096, 24289},
        {"2000-02-29", 8000, 24001}, {"1900Q1", 7600, 22800},     {"2999-12-31", 11999, 35999},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int period = -1;
        assert_null(date_parse(cases[i].text, STEP_QUARTER, &period));
        assert_int_equal(period, cases[i].quarter);
        assert_null(date_parse(cases[i].text, STEP_MONTH, &period));
        assert_int_equal(period, cases[i].month);
    }
}

static void refuses(void **state)
{
    static const char *const rule = "must be a date such as 2025Q3 or 2025-07";
    static const char *const changed =
        "must be a date such as 2025Q3 or 2025-07: a spreadsheet has changed this one; type it "
        "again in a column of type text";
    const struct {
        const char *text, *phrase;
    } cases[] = {
        {"", rule},
        {"soon", rule},
        {"2025q3", rule},
        {"2025Q33", rule},
        {"2025-7", rule},
        {"2025-07-1", rule},
        {"2025-07-31T00", rule},
        {" 2025Q3", rule},
        {"20255Q3", rule},
        {"2025Q0", "must be a date with a quarter from Q1 to Q4"},
        {"2025Q5", "must be a date with a quarter from Q1 to Q4"},
        {"2025-00", "must be a date with a month from 01 to 12"},
        {"2025M13", "must be a date with a month from 01 to 12"},
        {"2025-13-01", "must be a date with a month from 01 to 12"},
        {"2025-02-29", "must be a date with a day that its month has"},
        {"1900-02-29", "must be a date with a day that its month has"},
        {"2025-04-31", "must be a date with a day that its month has"},
        {"2025-04-00", "must be a date with a day that its month has"},
        {"1899Q4", "must be a date with a year from 1900 to 2999"},
        {"3000Q1", "must be a date with a year from 1900 to 2999"},
        {"2025", "must be a date such as 2025Q3 or 2025-07: a year alone names no period"},
        {"Jul-25", changed},
        {"jul-2025", changed},
        {"31-Jul-25", changed},
        {"45870", changed},
        {"7/31/2025", changed},
        {"01/07/2025", changed},
        {"31.07.2025", changed},
        {"2025/07/31", changed},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int period = 77;
        const char *const phrase = date_parse(cases[i].text, STEP_MONTH, &period);
        assert_non_null(phrase);
        assert_string_equal(phrase, cases[i].phrase);
        assert_int_equal(period, 77);
    }
}

/* What is written reads back, over all periods of the years allowed. */
static void round_trip(void **state)
{
    (void)state;
    for (int step = STEP_QUARTER; step <= STEP_MONTH; step++) {
        const int n = date_steps_per_year((enum step)step);
        for (int period = 1900 * n; period < 3000 * n; period++) {
            char text[DATE_TEXT];
            int back = -1;
            date_write((enum step)step, period, text);
            assert_null(date_parse(text, (enum step)step, &back));
            assert_int_equal(back, period);
            assert_int_equal(date_year((enum step)step, period), period / n);
        }
    }
}

static void writes(void **state)
{
    char text[DATE_TEXT];

    (void)state;
    date_write(STEP_QUARTER, 8102, text);
    assert_string_equal(text, "2025Q3");
    date_write(STEP_MONTH, 24306, text);
    assert_string_equal(text, "2025-07");
    assert_int_equal(date_steps_per_year(STEP_QUARTER), 4);
    assert_int_equal(date_steps_per_year(STEP_MONTH), 12);
    assert_int_equal(date_year(STEP_QUARTER, -1), -1);
}

/* Days since 1970 from GNU date: date -u -d DAY +%s over 86400. */
static void counts_days(void **state)
{
    static const struct { const char *text; long day; } known[] = {
        {"1970-01-01", 0},     {"1969-12-31", -1},    {"1900-03-01", -25508}, {"2000-02-29", 11016},
        {"2022-10-07", 19272}, {"2023-10-23", 19653}, {"2024-12-31", 20088},  {"2025-08-08", 20308},
    };
    char text[DAY_TEXT];
    long day, before = -25568;   /* 1899-12-31 */

    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        assert_null(date_parse_day(known[k].text, &day));
        assert_int_equal(day, known[k].day);
    }
    for (long d = before + 1; d < 376200; d++) {   /* 1900-01-01 to 2999 */
        date_write_day(d, text);
        assert_null(date_parse_day(text, &day));
        assert_int_equal(day, d);
    }
    assert_string_equal(date_parse_day("2025Q3", &day), "must be a whole date such as 2025-07-31");
    assert_string_equal(date_parse_day("2025-02-29", &day),
                        "must be a date with a day that its month has");
    assert_non_null(date_parse_day("45870", &day));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses),
        cmocka_unit_test(round_trip),
        cmocka_unit_test(writes),
        cmocka_unit_test(counts_days),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
