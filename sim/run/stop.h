/* When a run ends: at its last path, or at the first look at which every target is met.
 *
 * Looks are taken at n, 2n, 4n, ... paths and at `most`, each at the level
 * 1 - 0.05 / looks, so that by Bonferroni's inequality the interval of the look that ends
 * the run covers with at least 95 %, whichever look that is. A run without targets has
 * one look, at its end. */
#ifndef CHIPSPLIT_RUN_STOP_H
#define CHIPSPLIT_RUN_STOP_H

#include "run/target.h"
#include "run/wave.h"
#include "tool/archive.h"

/* The number of looks, and the paths at look k from 0; first >= 1, most >= first. */
int looks_count(uint64_t first, uint64_t most);
uint64_t looks_paths(uint64_t first, uint64_t most, int look);

struct goal {
    const char *text;        /* as the user wrote it; the caller's */
    struct stop_target target;
    size_t series;           /* of the plan */
    double *value;           /* [n], of every path so far */
    size_t n, room;
    struct interval interval; /* at the last look */
    bool met;
};

enum stop_reason { STOP_NOT_YET, STOP_MET, STOP_MOST, STOP_TIME };

struct stop {
    const struct plan *plan;
    uint64_t first, most;
    int looks, taken;        /* planned; behind us */
    double alpha;            /* of a look */
    int count;
    struct goal *goal;       /* [count] */
    enum stop_reason reason;
};

/* Reads the targets and finds their rows in the plan, which gets those that its detail
 * leaves out. CS_INPUT with the target if one is wrong. *out goes to stop_free. */
int stop_new(const struct cs_run_options *options, struct plan *plan, struct stop **out,
             struct cs_error *err);
void stop_free(struct stop *stop);

/* Takes the values of a wave of paths `done` .. and looks where looks are due. *end is the
 * number of paths at which the run ends, in this wave, or 0. */
int stop_take(struct stop *stop, const struct wave *wave, uint64_t done, uint64_t *end,
              struct cs_error *err);

/* Ends the run after `paths` paths because its time is over; the intervals are those of
 * all of them. */
int stop_now(struct stop *stop, uint64_t paths, struct cs_error *err);

/* The most paths up to `limit` at which a look may end the run, or 0. */
uint64_t stop_last_below(const struct stop *stop, uint64_t limit);

/* Writes or reads the values of the first `done` paths. False without memory. */
bool stop_archive(struct stop *stop, struct archive *archive, uint64_t done);

#endif
