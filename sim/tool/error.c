#include "tool/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tool/text.h"

/* Twice a sentence, so that a cut is seen and marked by text_printable. */
enum { RAW = 2 * CS_SENTENCE };

static int record(struct cs_error *err, enum cs_code code, const char *raw)
{
    if (!err)
        return code;
    if (err->code == CS_OK)
        err->code = code;
    if (err->count < CS_COMPLAINTS)
        text_printable(raw, err->text[err->count++], CS_SENTENCE);
    else
        err->dropped++;
    return code;
}

int cs_fail(struct cs_error *err, enum cs_code code, const char *format, ...)
{
    char raw[RAW];
    va_list args;

    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    return record(err, code, raw);
}

int cs_fail_memory(struct cs_error *err)
{
    return record(err, CS_MEMORY, "out of memory");
}

/* "FORMAT: strerror(number)"; leaves errno as it was. */
static int record_errno(struct cs_error *err, enum cs_code code, int number, const char *format,
                        va_list args)
{
    char place[RAW], reason[128], raw[RAW + 2 + sizeof reason];

    vsnprintf(place, sizeof place, format, args);
    if (strerror_r(number, reason, sizeof reason))
        snprintf(reason, sizeof reason, "error %d", number);
    snprintf(raw, sizeof raw, "%s: %s", place, reason);
    errno = number;
    return record(err, code, raw);
}

int cs_fail_errno(struct cs_error *err, const char *format, ...)
{
    const int number = errno;
    va_list args;

    va_start(args, format);
    const int code = record_errno(err, CS_SYSTEM, number, format, args);
    va_end(args);
    return code;
}

int cs_fail_place(struct cs_error *err, const char *format, ...)
{
    static const int named[] = {ENOENT, EACCES, EPERM, ELOOP, ENOTDIR, ENAMETOOLONG, ENXIO};
    const int number = errno;
    enum cs_code code = CS_SYSTEM;
    va_list args;

    for (size_t k = 0; k < sizeof named / sizeof *named; k++)
        if (number == named[k])
            code = CS_INPUT;
    va_start(args, format);
    record_errno(err, code, number, format, args);
    va_end(args);
    return code;
}
