/* The instruction set on which loops over lanes and values run.
 *
 * The Makefile builds every source in ISA_SOURCES once per set and gives its
 * entrance `kernel_x` the name `kernel_x_SET`; ISA_CALL picks one. All builds give
 * the same bytes, so the choice is no input: it is made once, at start. */
#ifndef CHIPSPLIT_TOOL_ISA_H
#define CHIPSPLIT_TOOL_ISA_H

#include <stdbool.h>

enum isa { ISA_BASELINE, ISA_AVX2, ISA_AVX512, ISAS };

/* "baseline", "avx2", "avx512". */
extern const char *const isa_names[ISAS];

/* True if this machine and this build have the set. */
bool isa_runs(enum isa isa);

/* The set in use: the best that runs, unless isa_use asked for another one. */
enum isa isa_used(void);

/* Uses a set from now on; false, and nothing changes, if it does not run. Not while
 * a block runs. */
bool isa_use(enum isa isa);

/* Declares the builds of a kernel, and names the one in use. */
#if defined(__x86_64__)
#define ISA_KERNEL(type, name, arguments)                                                   \
    type name##_baseline arguments;                                                         \
    type name##_avx2 arguments;                                                             \
    type name##_avx512 arguments
#define ISA_CALL(name)                                                                      \
    (isa_used() == ISA_AVX512 ? name##_avx512                                               \
     : isa_used() == ISA_AVX2 ? name##_avx2                                                 \
                              : name##_baseline)
#else
#define ISA_KERNEL(type, name, arguments) type name##_baseline arguments
#define ISA_CALL(name) name##_baseline
#endif

#endif
