/* A run before the run: a few of its paths, nothing written, to say what the
 * whole of it will take. */
#ifndef CHIPSPLIT_RUN_REHEARSAL_H
#define CHIPSPLIT_RUN_REHEARSAL_H

#include "run/wave.h"
#include "run/result.h"

/* A few waves; beyond KEEP_PATHS two more than it takes until values are counted. */
enum { REHEARSAL_SHORT = 3 * WAVE, REHEARSAL_LONG = FIX_PATHS + 2 * WAVE, RESULT_FILES = 8 };

/* A file of the result folder of the whole run. */
struct file_size {
    const char *name;
    uint64_t rows;           /* without the header; exact */
    uint64_t bytes;          /* an estimate */
};

struct rehearsal {
    uint64_t paths;          /* that were computed */
    int threads;
    int dates;               /* periods, years, and the total */
    int rows;                /* of summary.csv for each date */
    int files;
    struct file_size file[RESULT_FILES];
    uint64_t formatted;      /* bytes made after the simulation, of files without draws */
    uint64_t more_memory;    /* bytes that the whole run takes beyond the rehearsal */
};

/* Computes the first paths of a run, at most REHEARSAL_LONG, with everything
 * that the run would do but writing, and says what files the whole run would
 * write. The options are checked as by cs_run; options->progress is called as
 * there, so that the caller can see how long a wave takes. */
int rehearse(const struct scenario *world, const struct cs_run_options *options,
             struct rehearsal *out, struct cs_error *err);

#endif
