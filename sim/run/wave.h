/* Waves: a fixed number of paths that are computed together, block by block, and
 * then read series by series in path order. The number of threads changes who
 * computes a block and who reads a series, nothing else. */
#ifndef CHIPSPLIT_RUN_WAVE_H
#define CHIPSPLIT_RUN_WAVE_H

#include "run/pool.h"
#include "run/record.h"

enum { WAVE_BLOCKS = 32, WAVE = WAVE_BLOCKS * LANES };

/* What one thread needs to compute blocks. Start from {0}; release after a failure
 * too. */
struct crew {
    struct block *block;
    struct book *book;
    struct recorder *recorder;
    double ledger;           /* largest relative gap met */
};

int crew_init(struct crew *crew, const struct plan *plan, struct cs_error *err);
void crew_release(struct crew *crew);

struct wave {
    const struct plan *plan;
    uint64_t seed;
    bool uncertainty;
    int workers;
    struct crew *crew;       /* [workers] */
    size_t series;
    uint64_t first;          /* path of lane 0 of block 0 */
    int paths;               /* of which this many count: 1 to WAVE */
    lane *values;            /* [WAVE_BLOCKS][series] */
    int32_t *us, *cn;        /* [steps][WAVE] regime and stance in force */
    lane *happens;           /* [WAVE_BLOCKS][events] */
};

int wave_new(const struct plan *plan, int workers, struct wave **out, struct cs_error *err);
void wave_free(struct wave *wave);

/* Computes the `paths` paths from `first` on. */
void wave_run(struct wave *wave, struct pool *pool, uint64_t first, int paths);

/* The values of one series in path order, x[paths]. */
void wave_series(const struct wave *wave, size_t series, double *x);

/* One value. */
static inline double wave_value(const struct wave *wave, size_t series, int path)
{
    return wave->values[(size_t)(path / LANES) * wave->series + series][path % LANES];
}

/* CS_BUG if the ledger of step 12 did not close to 1e-12 in a path computed so far. Looks
 * if `asked`, and always in a debug build. */
int wave_ledger(const struct wave *wave, bool asked, struct cs_error *err);

#endif
