/* Failures as complete sentences. Only sim/cli prints them. */
#ifndef CHIPSPLIT_TOOL_ERROR_H
#define CHIPSPLIT_TOOL_ERROR_H

#include "chipsplit.h"

/* Records one complete sentence (printf style, no final full stop or newline)
 * and returns `code`. The first code stays; later sentences are appended up to
 * CS_COMPLAINTS and then counted in err->dropped. Control characters become '?'
 * and a sentence that is too long is cut, see text_printable. err may be NULL. */
int cs_fail(struct cs_error *err, enum cs_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The sentence for memory that could not be had; returns CS_MEMORY. */
int cs_fail_memory(struct cs_error *err);

/* A sentence with the system's reason: "FORMAT: strerror(errno)". CS_SYSTEM. */
int cs_fail_errno(struct cs_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for an input that was named in the call or in a file: CS_INPUT if the
 * reason is the name or its permissions, CS_SYSTEM if it is the machine. */
int cs_fail_place(struct cs_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
