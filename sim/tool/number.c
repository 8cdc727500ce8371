#include "tool/number.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "tool/shortest.h"

/* Decimal exponents that number_write writes without an e. */
enum { FIXED_FIRST = -5, FIXED_LAST = 15 };

static const char *const rule = "must be a number such as 0.15 or 12e9";

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Why a text that is no number may have been meant as one. */
static const char *complaint(const char *text)
{
    const char *const comma = strchr(text, ',');

    if (!*text)
        return "must be a number such as 0.15 or 12e9 (found nothing)";
    if (strspn(text, "+-0123456789., \t%eE") < strlen(text))
        return rule;
    if (strchr(text, '%'))
        return "must be a number such as 0.15 or 12e9 (found a percent sign)";
    if (comma && (strchr(comma + 1, ',') || strchr(text, '.')))
        return "must be a number such as 0.15 or 12e9 (found commas between thousands)";
    if (comma)
        return "must be a number such as 0.15 or 12e9 (found a decimal comma)";
    if (strpbrk(text, " \t"))
        return "must be a number such as 0.15 or 12e9 (found a blank inside)";
    return rule;
}

/* The significant digits of a decimal number and its power of ten. */
struct decimal {
    bool negative;
    bool exact;      /* `digits` holds every digit */
    uint64_t digits;
    int exponent;    /* value = digits * 10^exponent */
};

static void take_digit(struct decimal *d, char c, bool fraction)
{
    if (d->digits < UINT64_MAX / 10 - 1) {
        d->digits = d->digits * 10 + (uint64_t)(c - '0');
        d->exponent -= fraction;
    } else {
        d->exact = false;
    }
}

/* The end of the exponent, or NULL if there is none after the letter. */
static const char *scan_exponent(const char *text, struct decimal *d)
{
    const bool minus = *text == '-';
    int exponent = 0;

    if (*text == '+' || *text == '-')
        text++;
    if (!is_digit(*text))
        return NULL;
    for (; is_digit(*text); text++)
        if (exponent < 100000)
            exponent = exponent * 10 + *text - '0';
    d->exponent += minus ? -exponent : exponent;
    return text;
}

/* Checks the grammar and gathers the digits. */
static bool scan(const char *text, struct decimal *d)
{
    bool some = false, fraction = false;

    *d = (struct decimal){.negative = *text == '-', .exact = true};
    if (*text == '+' || *text == '-')
        text++;
    for (; is_digit(*text) || (*text == '.' && !fraction); text++) {
        if (*text == '.') {
            fraction = true;
            continue;
        }
        some = true;
        take_digit(d, *text, fraction);
    }
    if (!some)
        return false;
    if (*text == 'e' || *text == 'E')
        text = scan_exponent(text + 1, d);
    return text && *text == '\0';
}

/* One exact product or quotient rounds correctly (Clinger 1990). */
static bool convert_fast(const struct decimal *d, double *value)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const double digits = (double)d->digits;

    if (!d->exact || d->digits > UINT64_C(1) << 53 || d->exponent < -22 || d->exponent > 22)
        return false;
    *value = d->exponent < 0 ? digits / tens[-d->exponent] : digits * tens[d->exponent];
    if (d->negative)
        *value = -*value;
    return true;
}

/* strtod rounds correctly but follows the locale of the host program. */
static bool convert_slow(const char *text, double *value)
{
    const locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);

    if (plain == (locale_t)0)
        return false;
    const locale_t before = uselocale(plain);
    *value = strtod(text, NULL);
    uselocale(before);
    freelocale(plain);
    return true;
}

const char *number_parse(const char *text, double *value)
{
    struct decimal d;
    double x = 0;

    if (!scan(text, &d))
        return complaint(text);
    if (!convert_fast(&d, &x) && !convert_slow(text, &x))
        return "could not be read: out of memory";
    if (isinf(x))
        return "must be a number of size below 1.8e308";
    *value = x;
    return NULL;
}

const char *number_parse_u64(const char *text, uint64_t *value)
{
    uint64_t x = 0;

    if (!*text || strspn(text, "0123456789") < strlen(text))
        return "must be a whole number such as 0 or 10000";
    for (; *text; text++) {
        const uint64_t digit = (uint64_t)(*text - '0');
        if (x > (UINT64_MAX - digit) / 10)
            return "must be a whole number up to 18446744073709551615";
        x = x * 10 + digit;
    }
    *value = x;
    return NULL;
}

const char *number_parse_whole(const char *text, uint64_t *value)
{
    double number;
    const char *const broken = number_parse_u64(text, value);

    if (!broken)
        return NULL;
    if (number_parse(text, &number) || number < 0 || number > 0x1p53 ||
        number != (double)(uint64_t)number)
        return broken;
    *value = (uint64_t)number;
    return NULL;
}

static const char pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* Powers of ten. */
static const uint64_t ten_to[20] = {
    UINT64_C(1), UINT64_C(10), UINT64_C(100), UINT64_C(1000), UINT64_C(10000), UINT64_C(100000),
    UINT64_C(1000000), UINT64_C(10000000), UINT64_C(100000000), UINT64_C(1000000000),
    UINT64_C(10000000000), UINT64_C(100000000000), UINT64_C(1000000000000),
    UINT64_C(10000000000000), UINT64_C(100000000000000), UINT64_C(1000000000000000),
    UINT64_C(10000000000000000), UINT64_C(100000000000000000), UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000)};

/* From the number of bits, which is right or one too few. */
static int count_digits(uint64_t n)
{
    const int count = (64 - __builtin_clzll(n | 1)) * 1233 >> 12;

    return count + ((n | 1) >= ten_to[count]);
}

/* The last `count` digits of n, zeros in front; returns their end. */
static char *put_digits(uint64_t n, int count, char *out)
{
    char *const end = out + count, *at = end;

    for (; at - out >= 2; n /= 100)
        memcpy(at -= 2, pairs + 2 * (n % 100), 2);
    if (at > out)
        *out = (char)('0' + n % 10);
    return end;
}

size_t number_write_whole(int64_t value, char out[NUMBER_TEXT])
{
    const uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char *end = out;

    if (value < 0)
        *end++ = '-';
    end = put_digits(size, count_digits(size), end);
    *end = '\0';
    return (size_t)(end - out);
}

static char *put_zeros(char *out, int count)
{
    if (count > 0)
        memset(out, '0', (size_t)count);
    return out + (count > 0 ? count : 0);
}

/* Digits with the point behind the one that counts 10^0. */
static char *write_fixed(uint64_t digits, int count, int exponent, char *out)
{
    const int fraction = count - 1 - exponent;

    if (exponent < 0) {
        *out++ = '0';
        *out++ = '.';
        return put_digits(digits, count, put_zeros(out, -exponent - 1));
    }
    if (fraction <= 0)
        return put_zeros(put_digits(digits, count, out), -fraction);
    out = put_digits(digits / ten_to[fraction], exponent + 1, out);
    *out++ = '.';
    return put_digits(digits % ten_to[fraction], fraction, out);
}

static char *write_scientific(uint64_t digits, int count, int exponent, char *out)
{
    const uint64_t size = (uint64_t)abs(exponent);

    out = put_digits(digits / ten_to[count - 1], 1, out);
    if (count > 1)
        *out++ = '.';
    out = put_digits(digits, count - 1, out);
    *out++ = 'e';
    *out++ = exponent < 0 ? '-' : '+';
    return put_digits(size, count_digits(size), out);
}

size_t number_write(double value, char out[NUMBER_TEXT])
{
    char *end = out;

    if (value == 0 || isnan(value)) {
        out[0] = value == 0 ? '0' : '\0';
        out[1] = '\0';
        return value == 0;
    }
    if (value < 0)
        *end++ = '-';
    if (isinf(value)) {
        memcpy(end, "inf", 4);
        return (size_t)(end - out) + 3;
    }
    const struct shortest number = shortest_of(fabs(value));
    const int count = count_digits(number.digits);
    const int exponent = number.exponent + count - 1;
    if (exponent >= FIXED_FIRST && exponent <= FIXED_LAST)
        end = write_fixed(number.digits, count, exponent, end);
    else
        end = write_scientific(number.digits, count, exponent, end);
    *end = '\0';
    return (size_t)(end - out);
}
