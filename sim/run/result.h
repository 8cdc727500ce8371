/* What a run found out. */
#ifndef CHIPSPLIT_RUN_RESULT_H
#define CHIPSPLIT_RUN_RESULT_H

#include "run/passage.h"
#include "run/regimes.h"
#include "run/series.h"
#include "run/stop.h"
#include "run/width.h"

struct result {
    const struct scenario *world;   /* the caller's */
    uint64_t seed, paths, first;    /* paths first .. first + paths - 1, as it ended */
    uint64_t rehearses;             /* paths of the run of which these are the first, or 0 */
    enum cs_detail detail;
    bool uncertainty;
    int threads;                    /* that worked; no result depends on it */
    struct catalogue *catalogue;
    struct plan *plan;
    struct summary *summary;        /* [series of the plan]; rows shown only */
    struct regimes *regimes;
    struct passages *passages;
    struct sample *sample;
    struct stop *stop;              /* why it ended there */
};

/* The summary of a market metric (buyer and option all) at a date of the plan;
 * NULL if there is none of that name. */
const struct summary *result_market(const struct result *result, const char *metric, int date);

#endif
