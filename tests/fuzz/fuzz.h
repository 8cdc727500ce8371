/* What the fuzz targets share. A target is a file fuzz_NAME.c with the entrance
 * of libFuzzer; NAME.dict and seeds/NAME, if they exist, are its words and its
 * first inputs. It is enough to add the file: `make fuzz` finds it. */
#ifndef CHIPSPLIT_FUZZ_H
#define CHIPSPLIT_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* FUZZ_WORLD is a folder: scenarios/tiny without priors, whose tables take long. */

/* Stops the fuzzer, which keeps the input, if a promise is broken. */
#define PROMISE(holds) ((holds) ? (void)0 : abort())

/* The input as a terminated text up to its first NUL, for free(). */
static inline char *input_text(const uint8_t *data, size_t size)
{
    char *const text = calloc(1, size + 1);
    PROMISE(text);
    if (size)
        memcpy(text, data, size);
    return text;
}

#endif
