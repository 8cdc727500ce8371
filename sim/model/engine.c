#include "model/block.h"
#include "tool/isa.h"

ISA_KERNEL(void, kernel_path_start, (struct block *, uint64_t, uint64_t, bool));
ISA_KERNEL(void, kernel_path_step, (struct block *));

void path_start(struct block *block, uint64_t seed, uint64_t first, bool uncertainty)
{
    ISA_CALL(kernel_path_start)(block, seed, first, uncertainty);
}

void path_step(struct block *block)
{
    ISA_CALL(kernel_path_step)(block);
}
