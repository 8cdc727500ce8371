/* The instruction set on which the steps run. */
#ifndef CHIPSPLIT_MODEL_ENGINE_H
#define CHIPSPLIT_MODEL_ENGINE_H

#include <stdint.h>
#include "model/block.h"

/* One build of the twelve steps. All builds give the same bytes. */
struct engine {
    const char *name;
    void (*start)(struct block *block, uint64_t seed, uint64_t first, bool uncertainty);
    void (*step)(struct block *block);
};

/* The fastest build that this machine runs. */
const struct engine *engine_best(void);

/* The build with this name, or NULL if there is none that this machine runs. */
const struct engine *engine_named(const char *name);

#endif
