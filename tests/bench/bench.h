/* What the programs of `make bench` share. */
#ifndef CHIPSPLIT_TESTS_BENCH_H
#define CHIPSPLIT_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <gsl/gsl_errno.h>
#include "model/inside.h"

static inline double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A block of the world in a folder, `set` being assignments of --set that a NULL ends; ends
 * the program if there is none. */
static inline struct block *bench_block(const char *folder, char *const *set)
{
    size_t sets = 0;
    struct cs_error err = {0};
    struct scenario *w = NULL;
    struct block *b = NULL;

    while (set[sets])
        sets++;
    gsl_set_error_handler_off();
    if (scenario_load(folder, (const char *const *)set, sets, &w, &err) ||
        block_new(w, &b, &err)) {
        fprintf(stderr, "bench: %s\n", err.text[0]);
        exit(1);
    }
    return b;
}

#endif
