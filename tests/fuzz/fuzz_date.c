/* Dates: a period that is read lies in its years and is written and read back. */
#include "fuzz.h"
#include "tool/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = input_text(data, size), written[DATE_TEXT];
    int period, again;

    for (int step = STEP_QUARTER; step <= STEP_MONTH; step++) {
        if (date_parse(text, (enum step)step, &period))
            continue;
        PROMISE(date_year((enum step)step, period) >= 1900);
        PROMISE(date_year((enum step)step, period) <= 2999);
        date_write((enum step)step, period, written);
        PROMISE(!date_parse(written, (enum step)step, &again) && again == period);
    }
    free(text);
    return 0;
}
