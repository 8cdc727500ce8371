/* Targets of the stop rule: what is read has names, a statistic in its range and a
 * tolerance above 0. */
#include <math.h>
#include "fuzz.h"
#include "run/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = input_text(data, size);
    struct stop_target target;

    if (!target_parse(text, &target)) {
        PROMISE(*target.quantity.metric && *target.quantity.buyer && *target.quantity.option);
        PROMISE(*target.quantity.date);
        PROMISE(target.tolerance > 0 && isfinite(target.tolerance));
        PROMISE(target.statistic != STATISTIC_QUANTILE || (target.at > 0 && target.at < 1));
        PROMISE(!target.relative || target.statistic <= STATISTIC_QUANTILE);
    }
    free(text);
    return 0;
}
