#include "tool/date.h"

#include <stdio.h>
#include <string.h>

enum { YEAR_FIRST = 1900, YEAR_LAST = 2999 };

static const char *const rule = "must be a date such as 2025Q3 or 2025-07";
static const char *const changed = "must be a date such as 2025Q3 or 2025-07: a spreadsheet has "
                                   "changed this one; type it again in a column of type text";

int date_steps_per_year(enum step step)
{
    return step == STEP_QUARTER ? 4 : 12;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* True if `text` has the shape of `mask`: 9 stands for a digit, a for a letter,
 * everything else for itself. */
static bool shaped(const char *text, const char *mask)
{
    for (; *mask; mask++, text++) {
        const char low = (char)(*text | 0x20);
        const bool fits = *mask == '9'   ? is_digit(*text)
                          : *mask == 'a' ? low >= 'a' && low <= 'z'
                                         : *text == *mask;
        if (!fits)
            return false;
    }
    return *text == '\0';
}

/* What spreadsheets make of 2025-07 or 2025-07-31 on saving. */
static bool is_spreadsheet(const char *text)
{
    static const char *const masks[] = {
        "aaa-99",     "aaa-9999",    "9-aaa",     "99-aaa",     "9-aaa-99",   "99-aaa-99",
        "9-aaa-9999", "99-aaa-9999", "99999",     "9/9/9999",   "99/9/9999",  "9/99/9999",
        "99/99/9999", "9/9/99",      "99/9/99",   "9/99/99",    "99/99/99",   "9.9.9999",
        "99.99.9999", "9999/9/9",    "9999/99/9", "9999/9/99",  "9999/99/99", "99.99.99",
        "aaa 99",     "aaa 9999",    "99.9.9999", "9.99.9999",  "9999/99",    "9999/9",
    };

    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
        if (shaped(text, masks[i]))
            return true;
    return false;
}

static int two(const char *digits)
{
    return (digits[0] - '0') * 10 + digits[1] - '0';
}

static int days_of(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* The month (1 to 12) that holds the first day of the date, or NULL's phrase. */
static const char *parse_month(const char *text, int year, int *month)
{
    const char *rest = text + 4;

    if (shaped(rest, "Q9")) {
        if (rest[1] < '1' || rest[1] > '4')
            return "must be a date with a quarter from Q1 to Q4";
        *month = (rest[1] - '1') * 3 + 1;
        return NULL;
    }
    const bool day = shaped(rest, "-99-99");
    if (!day && !shaped(rest, "M99") && !shaped(rest, "-99"))
        return rule;
    *month = two(rest + 1);
    if (*month < 1 || *month > 12)
        return "must be a date with a month from 01 to 12";
    if (day && (two(rest + 4) < 1 || two(rest + 4) > days_of(year, *month)))
        return "must be a date with a day that its month has";
    return NULL;
}

const char *date_parse(const char *text, enum step step, int *period)
{
    int month = 0;

    if (is_spreadsheet(text))
        return changed;
    if (shaped(text, "9999"))
        return "must be a date such as 2025Q3 or 2025-07: a year alone names no period";
    if (strlen(text) < 5 || !is_digit(text[0]) || !is_digit(text[1]) || !is_digit(text[2]) ||
        !is_digit(text[3]))
        return rule;
    const int year = two(text) * 100 + two(text + 2);
    const char *const broken = parse_month(text, year, &month);
    if (broken)
        return broken;
    if (year < YEAR_FIRST || year > YEAR_LAST)
        return "must be a date with a year from 1900 to 2999";
    *period = step == STEP_QUARTER ? year * 4 + (month - 1) / 3 : year * 12 + month - 1;
    return NULL;
}

int date_year(enum step step, int period)
{
    const int steps = date_steps_per_year(step);

    return period >= 0 ? period / steps : -((steps - 1 - period) / steps);
}

void date_write(enum step step, int period, char out[DATE_TEXT])
{
    const int year = date_year(step, period);
    const int part = period - year * date_steps_per_year(step) + 1;

    snprintf(out, DATE_TEXT, step == STEP_QUARTER ? "%04dQ%d" : "%04d-%02d", year, part);
}

/* Years begin in March and are counted in cycles of 400 years, so that leap days end them
 * (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
enum { CYCLE_DAYS = 146097, DAYS_TO_1970 = 719468 };

const char *date_parse_day(const char *text, long *day)
{
    int period;

    if (is_spreadsheet(text))
        return "must be a whole date such as 2025-07-31: a spreadsheet has changed this one; "
               "type it again in a column of type text";
    if (!shaped(text, "9999-99-99"))
        return "must be a whole date such as 2025-07-31";
    const char *const broken = date_parse(text, STEP_MONTH, &period);
    if (broken)
        return broken;
    const int month = period % 12 + 1, year = period / 12 - (month < 3);
    const int in_cycle = year % 400, from_march = (month + 9) % 12;
    const int in_year = (153 * from_march + 2) / 5 + two(text + 8) - 1;
    *day = (long)(year / 400) * CYCLE_DAYS + in_cycle * 365 + in_cycle / 4 - in_cycle / 100 +
           in_year - DAYS_TO_1970;
    return NULL;
}

void date_write_day(long day, char out[DAY_TEXT])
{
    const long shifted = day + DAYS_TO_1970, cycle = shifted / CYCLE_DAYS;
    const long rest = shifted - cycle * CYCLE_DAYS;
    const long in_cycle = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    const long in_year = rest - (365 * in_cycle + in_cycle / 4 - in_cycle / 100);
    const long from_march = (5 * in_year + 2) / 153;
    const long month = from_march < 10 ? from_march + 3 : from_march - 9;

    snprintf(out, DAY_TEXT, "%04d-%02d-%02d", (int)(cycle * 400 + in_cycle + (month < 3)),
             (int)month, (int)(in_year - (153 * from_march + 2) / 5 + 1));
}
