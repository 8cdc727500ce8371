/* Waves: a fixed number of paths that are computed block by block and then read series
 * by series in path order. Several may be computed together, as portions of one. The
 * number of threads changes who computes a block and who reads a series, nothing else. */
#ifndef CHIPSPLIT_RUN_WAVE_H
#define CHIPSPLIT_RUN_WAVE_H

#include "math/moments.h"
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
    int paths;               /* of which this many count: 1 to the room it was made with */
    size_t blocks;           /* there is room for */
    lane *values;            /* [blocks][dates][rows] */
    int32_t *us, *cn;        /* [portions][steps][WAVE] regime and stance in force */
    lane *happens;           /* [portions][WAVE_BLOCKS][events] */
};

/* Room for `room` paths that are computed together, at least 1. */
int wave_new(const struct plan *plan, int workers, size_t room, struct wave **out,
             struct cs_error *err);
void wave_free(struct wave *wave);

/* The paths that a run of `paths` computes together if it takes a wave at a time. */
static inline size_t wave_room(uint64_t paths)
{
    return paths < WAVE ? (size_t)paths : WAVE;
}

/* How many portions of at most WAVE paths a wave has, and one of them: a wave of its own
 * that lives in the other. Readers of more than one series take a portion. */
static inline int wave_portions(const struct wave *wave)
{
    return (wave->paths + WAVE - 1) / WAVE;
}
struct wave wave_portion(const struct wave *wave, int portion);

/* Computes the `paths` paths from `first` on. */
void wave_run(struct wave *wave, struct pool *pool, uint64_t first, int paths);

/* The values of one series in path order, x[paths], and a first look at them. */
struct scan wave_series(const struct wave *wave, size_t series, double *x);

/* One value. */
static inline double *wave_at(const struct wave *wave, size_t series, int path)
{
    const size_t block = (size_t)(path / LANES);

    return &wave->values[block * wave->series + plan_place(wave->plan, series)][path % LANES];
}
static inline double wave_value(const struct wave *wave, size_t series, int path)
{
    return *wave_at(wave, series, path);
}

/* CS_BUG if the ledger of step 12 did not close to 1e-12 in a path computed so far. Looks
 * if `asked`, and always in a debug build. */
int wave_ledger(const struct wave *wave, bool asked, struct cs_error *err);

#endif
