/* The main metrics apart by regime: of Washington, of Beijing, and of both.
 *
 * The regime of a date is the one in force in its last period. Groups are
 * numbered: W regimes of the US, then B stances of China, then pairs w * B + b. */
#ifndef CHIPSPLIT_RUN_REGIMES_H
#define CHIPSPLIT_RUN_REGIMES_H

#include "run/series.h"
#include "run/wave.h"

enum { REGIME_METRICS = 16 };

/* The rows of the main metrics that the plan has, into row[REGIME_METRICS]; how many. */
int main_rows(const struct plan *plan, int *row);

struct regimes {
    const struct plan *plan;
    int metrics;
    int row[REGIME_METRICS]; /* rows of the main metrics */
    int groups;              /* W + B + W * B */
    struct series *series;   /* [metrics][dates][groups], until summarised, or NULL */
    struct summary *summary; /* the same shape; n counts the paths in the regime */
    int workers;
    struct sorter *sorter;   /* [workers] */
};

/* For regimes_take alone there are no series. */
int regimes_new(const struct plan *plan, int workers, bool series, struct regimes **out,
                struct cs_error *err);
void regimes_free(struct regimes *regimes);

/* Cells of work: one per main metric and date. */
size_t regimes_cells(const struct regimes *regimes);
/* The series of the plan behind a cell. */
size_t regimes_parent(const struct regimes *regimes, size_t cell);

/* Sorts the values of a cell in a wave into its groups. False without memory. */
bool regimes_add(struct regimes *regimes, const struct wave *wave, int worker, size_t cell);
/* The same if the wave is all there is: summarises the cell, whose series stay empty. */
void regimes_take(struct regimes *regimes, const struct wave *wave, int worker, size_t cell,
                  struct summariser *scratch);
/* Fixes the bins of a cell's series: those of its parent. */
bool regimes_fix(struct regimes *regimes, size_t cell, const struct edges *edges);
/* Writes or reads all series. False without memory. */
bool regimes_archive(struct regimes *regimes, struct archive *archive);
void regimes_summarise(struct regimes *regimes, size_t cell, struct summariser *scratch);

/* The summary of a main metric (by its place in `row`) in a group at a date. */
const struct summary *regimes_at(const struct regimes *regimes, int metric, int date,
                                 int group);

/* The groups of a state of one actor and of a pair of states. */
int group_us(int us);
int group_cn(const struct scenario *world, int cn);
int group_both(const struct scenario *world, int us, int cn);

#endif
