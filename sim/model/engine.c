/* path.c and the steps are built once per instruction set. The Makefile joins
 * each build into one object and gives its two entrances the names below. */
#include "model/engine.h"

#include <string.h>

void path_begin_baseline(struct block *block, uint64_t seed, uint64_t first, bool uncertainty);
void path_advance_baseline(struct block *block);
void path_begin_avx2(struct block *block, uint64_t seed, uint64_t first, bool uncertainty);
void path_advance_avx2(struct block *block);

static const struct engine baseline = {"baseline", path_begin_baseline, path_advance_baseline};

#if defined(__x86_64__)
static const struct engine avx2 = {"avx2", path_begin_avx2, path_advance_avx2};
#endif

const struct engine *engine_best(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2"))
        return &avx2;
#endif
    return &baseline;
}

const struct engine *engine_named(const char *name)
{
#if defined(__x86_64__)
    if (strcmp(name, avx2.name) == 0)
        return __builtin_cpu_supports("avx2") ? &avx2 : NULL;
#endif
    return strcmp(name, baseline.name) == 0 ? &baseline : NULL;
}

void path_start(struct block *block, uint64_t seed, uint64_t first, bool uncertainty)
{
    block->engine->start(block, seed, first, uncertainty);
}

void path_step(struct block *block)
{
    block->engine->step(block);
}
