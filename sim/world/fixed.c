#include "world/fixed.h"

#include <stdlib.h>
#include <string.h>

int fixed_new(const struct scenario *world, struct scenario **out, struct cs_error *err)
{
    struct scenario *const fixed = malloc(sizeof *fixed);
    double *const numbers = malloc(2 * (size_t)world->cells * sizeof *numbers);

    *out = NULL;
    if (!fixed || !numbers) {
        free(fixed);
        free(numbers);
        return cs_fail_memory(err);
    }
    *fixed = *world;
    fixed->store = NULL;
    fixed->value = numbers;
    fixed->factor = numbers + world->cells;
    memcpy(fixed->value, world->value, (size_t)world->cells * sizeof *numbers);
    memcpy(fixed->factor, world->factor, (size_t)world->cells * sizeof *numbers);
    *out = fixed;
    return CS_OK;
}

void fixed_free(struct scenario *fixed)
{
    if (!fixed)
        return;
    free(fixed->value);
    free(fixed);
}

void fixed_set(struct scenario *fixed, const struct scenario *world, const double *x)
{
    for (int p = 0; p < world->priors; p++) {
        const struct prior *const prior = &world->prior[p];
        for (int k = 0; k < prior->cell_count; k++) {
            const int c = prior->cells[k];
            const double scale = (prior->relative ? world->value[c] : 1) * world->factor[c];
            const double value = x[p] * scale;
            fixed->value[c] = value < prior->least ? prior->least
                              : value > prior->most ? prior->most
                                                    : value;
            fixed->factor[c] = 1;
        }
    }
}
