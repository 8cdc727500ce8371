#include "tool/isa.h"

#include <stdatomic.h>

const char *const isa_names[ISAS] = {"baseline", "avx2", "avx512"};

static atomic_int used = -1;   /* -1: not chosen yet */

bool isa_runs(enum isa isa)
{
#if defined(__x86_64__)
    if (isa == ISA_AVX2)
        return __builtin_cpu_supports("avx2") != 0;
    if (isa == ISA_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#endif
    return isa == ISA_BASELINE;
}

enum isa isa_used(void)
{
    int isa = atomic_load_explicit(&used, memory_order_relaxed);

    if (isa < 0) {
        for (isa = ISAS - 1; !isa_runs((enum isa)isa);)
            isa--;
        atomic_store_explicit(&used, isa, memory_order_relaxed);
    }
    return (enum isa)isa;
}

bool isa_use(enum isa isa)
{
    if (!isa_runs(isa))
        return false;
    atomic_store_explicit(&used, isa, memory_order_relaxed);
    return true;
}
