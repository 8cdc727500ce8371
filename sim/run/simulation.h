/* A run while it is computed: the series of its results, and the loops over them that the
 * workers share. For simulate.c and simulation.c. */
#ifndef CHIPSPLIT_RUN_SIMULATION_H
#define CHIPSPLIT_RUN_SIMULATION_H

#include <stdatomic.h>
#include "run/draws.h"
#include "run/journal.h"
#include "run/result.h"

/* Scratch of one worker. */
struct desk {
    double *x, *kept;        /* [FIX_PATHS] each */
    struct summariser summariser;
};

/* What a worker does with one series. False without memory. */
struct simulation;
typedef bool series_work(struct simulation *simulation, int worker, size_t series);

struct simulation {
    struct result *result;
    const struct cs_run_options *options;
    struct draws *draws;
    struct journal *journal;
    struct pool *pool;
    struct wave *wave;
    struct desk *desk;       /* [workers] */
    bool once;               /* one wave is the whole run: its values need not be kept */
    size_t count;            /* series that are summarised */
    struct series *series;   /* [count]; NULL if once */
    size_t places;           /* of series in a wave: more than `count` if some are not shown */
    size_t *slot;            /* [places + 1] series before the place that keep values */
    series_work *work;       /* the workers are at */
    size_t expected;         /* values that a series may keep */
    double *kept;            /* [slots][expected] lent to the series */
    uint64_t exact;          /* see last_exact */
    uint64_t done;           /* paths folded */
    bool fixed;              /* values have become counts */
    atomic_bool starved;     /* a worker found no memory */
};

/* Makes everything behind a simulation that has its result, options, draws and journal, and
 * zeros otherwise; release it after a failure too. */
int simulation_prepare(struct simulation *simulation, struct cs_error *err);
void simulation_release(struct simulation *simulation);

/* Paths that are computed together at most. A rehearsal is timed by the wave. */
size_t simulation_room(const struct simulation *simulation);

/* Folds the paths of the wave into all results; they are done then. */
int simulation_fold(struct simulation *simulation, struct cs_error *err);

/* Values become counts once there can be no more need of them. CS_MEMORY without memory. */
int simulation_settle(struct simulation *simulation, struct cs_error *err);

/* Fills the summaries of the result; the series are gone then. */
void simulation_summarise(struct simulation *simulation);

#endif
