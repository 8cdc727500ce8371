/* Numbers: what is read is what strtod reads, and what is written reads back. */
#include <math.h>
#include "fuzz.h"
#include "tool/number.h"

static void check_back(double value)
{
    char text[NUMBER_TEXT];
    double again;
    const size_t length = number_write(value, text);

    PROMISE(length == strlen(text) && length < NUMBER_TEXT);
    if (isfinite(value))
        PROMISE(!number_parse(text, &again) && again == value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = input_text(data, size), *end;
    uint64_t whole;
    double value;

    if (!number_parse(text, &value)) {
        PROMISE(isfinite(value) && value == strtod(text, &end) && !*end);
        check_back(value);
    }
    if (!number_parse_u64(text, &whole))
        PROMISE(whole == strtoull(text, &end, 10) && !*end);
    if (size >= sizeof value) {
        memcpy(&value, data, sizeof value);
        check_back(value);
    }
    free(text);
    return 0;
}
