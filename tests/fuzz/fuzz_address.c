/* Addresses and factors: as --set takes them, and as priors and sweeps do. */
#include "fuzz.h"
#include "world/reference.h"
#include "world/scenario.h"

/* The world, loaded once. */
static struct scenario *tiny(void)
{
    static struct scenario *world;

    if (!world)
        PROMISE(!scenario_load(FUZZ_WORLD, NULL, 0, &world, NULL));
    return world;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = input_text(data, size), rule[CS_SENTENCE] = "";
    const char *set = text;
    struct scenario *const world = tiny(), *other = NULL;
    int *const cells = malloc((size_t)world->cells * sizeof *cells);
    struct cs_error err = {0};
    int count = 0;

    PROMISE(cells);
    if (world_cells(world, text, cells, &count, rule))
        PROMISE(*rule);
    else
        PROMISE(count >= 1 && count <= world->cells);
    for (int k = 0; k < count; k++)
        PROMISE(cells[k] >= 0 && cells[k] < world->cells && (k == 0 || cells[k] > cells[k - 1]));
    if (scenario_load(FUZZ_WORLD, &set, 1, &other, &err))
        PROMISE(err.code == CS_INPUT && err.count >= 1);
    scenario_free(other);
    free(cells);
    free(text);
    return 0;
}
