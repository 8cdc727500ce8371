/* The run itself: waves of paths, folded into the result in path order. */
#ifndef CHIPSPLIT_RUN_SIMULATE_H
#define CHIPSPLIT_RUN_SIMULATE_H

#include "run/draws.h"
#include "run/journal.h"
#include "run/result.h"

/* What cs_run says about its options: CS_INPUT with a sentence for each that is wrong. */
int run_options_check(const struct cs_run_options *options, struct cs_error *err);

/* An empty result with its plan and its stop rule; it goes to cs_result_free. */
int result_new(const struct scenario *world, const struct cs_run_options *options,
               struct result **out, struct cs_error *err);

/* Computes the result's paths, as many as its stop rule wants, and fills everything in it
 * that depends on them.
 *   options  threads, ledger, progress, cancelled, enough
 *   draws    where every path is written as it comes, or NULL
 *   journal  where to go on from and what to leave behind, or NULL
 * CS_UNFINISHED if it was cancelled and the journal can be gone on from; the journal then
 * stays, as it does when the stop rule was cut short. */
int simulate(struct result *result, const struct cs_run_options *options,
             struct draws *draws, struct journal *journal, struct cs_error *err);

#endif
