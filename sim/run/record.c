#include "run/record.h"

#include <stdlib.h>
#include "tool/isa.h"

ISA_KERNEL(void, kernel_recorder_step, (struct recorder *, const struct book *, lane *));

int recorder_new(const struct plan *plan, struct recorder **out, struct cs_error *err)
{
    const size_t rows = 2 * (size_t)plan->rows, ratios = 2 * (size_t)plan->ratios;
    const size_t I = (size_t)plan->world->buyers;
    struct recorder *recorder = calloc(1, sizeof *recorder);
    lane *store = aligned_alloc(64, (rows + ratios + I) * sizeof *store);

    *out = NULL;
    if (!recorder || !store) {
        free(recorder);
        free(store);
        return cs_fail_memory(err);
    }
    recorder->plan = plan;
    recorder->sum = store;
    recorder->bottom = store + rows;
    recorder->buyer_sum = store + rows + ratios;
    *out = recorder;
    return CS_OK;
}

void recorder_free(struct recorder *recorder)
{
    if (!recorder)
        return;
    free(recorder->sum);
    free(recorder);
}

void recorder_step(struct recorder *r, const struct book *book, lane *values)
{
    ISA_CALL(kernel_recorder_step)(r, book, values);
}
