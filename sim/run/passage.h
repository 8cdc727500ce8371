/* Thresholds: in how many paths a test holds, and from when on. */
#ifndef CHIPSPLIT_RUN_PASSAGE_H
#define CHIPSPLIT_RUN_PASSAGE_H

#include "run/wave.h"
#include "tool/archive.h"

struct passage {
    int row;                 /* of the plan */
    int date;                /* WHEN_DATE: the date that is tested; else -1 */
    uint64_t n, missing;     /* paths; those without a value at any date tested */
    uint64_t *first;         /* [steps] paths by the first period that satisfies */
    uint64_t satisfied;
};

struct passages {
    const struct plan *plan;
    int count;               /* thresholds of the world */
    struct passage *passage;
    double *x;               /* [steps][WAVE] scratch */
};

int passages_new(const struct plan *plan, struct passages **out, struct cs_error *err);
void passages_free(struct passages *passages);

/* Tests the paths of a wave. */
void passages_add(struct passages *passages, const struct wave *wave);

/* Writes or reads all counts. */
void passages_archive(struct passages *passages, struct archive *archive);

/* The type 7 quantile of the years from start to the first period that
 * satisfies the test, over the n - missing paths; NaN beyond the horizon, and
 * for a test at one date, which has no passage. */
double passage_quantile(const struct passages *passages, int which, double level);

#endif
