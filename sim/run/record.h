/* Values of a block, step by step, at every series of a plan. Years and the
 * total are formed here, within each path: flows are summed, stocks and rates
 * are those of the last period, ratios are ratios of sums. */
#ifndef CHIPSPLIT_RUN_RECORD_H
#define CHIPSPLIT_RUN_RECORD_H

#include "run/plan.h"

/* Scratch of one worker. */
struct recorder {
    const struct plan *plan;
    lane *sum;             /* [rows][2] flows and numerators of the year and the total so far */
    lane *bottom;          /* [ratios][2] denominators, the same */
    lane *buyer_sum;       /* [I] */
    /* of the step being entered */
    const struct book *book;
    int t, year, total;    /* dates; year and total -1 if the plan has none */
    bool year_starts, starts, year_ends, ends;
    lane *values;
};

int recorder_new(const struct plan *plan, struct recorder **out, struct cs_error *err);
void recorder_free(struct recorder *recorder);

/* Enters the step of the book's block into `values` [dates][rows][LANES], aligned to 64
 * bytes. Steps are entered in order from 0; a year is complete after its last step, the
 * total after the last of all. Missing is NaN. */
void recorder_step(struct recorder *recorder, const struct book *book, lane *values);
/* The same on one instruction set. */
void kernel_recorder_step(struct recorder *recorder, const struct book *book, lane *values);

#endif
