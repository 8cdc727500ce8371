/* Of one dollar less that a scenario spends on foreign chips: where it is instead.
 *
 * Over the periods of a date the ledger of step 12 closes for all buyers together:
 *
 *   budget = foreign + domestic + grey + rent                      (delivered)
 *          + change of carry                                       (deferred)
 *          + change of backlog and hold                            (queued)
 *          + lapsed + forfeited + compliance                       (lost)
 *          + repaid - pulled forward                               (ahead)
 *
 * So for paired differences D = scenario - reference, in every path,
 *
 *   -D foreign = D domestic + D grey + D rent + D deferred + D unspent,
 *   D unspent = D queued + D lost + D ahead - D budget.
 *
 * Cents are 100 times a ratio of means over paths, mean(D part) / mean(-D foreign), so
 * that the five parts sum to 100 and the four of `unspent` to its cents. The standard
 * error is that of the delta method, sqrt( Var(a - r b) / n ) / |mean b| with a = D part,
 * b = -D foreign, r = mean a / mean b. */
#ifndef CHIPSPLIT_LAB_DIVERSION_H
#define CHIPSPLIT_LAB_DIVERSION_H

#include "lab/compare_match.h"
#include "run/wave.h"

enum division {
    TO_DOMESTIC, TO_GREY, TO_RENT, TO_DEFERRED, TO_UNSPENT,  /* sum to a dollar */
    UNSPENT_QUEUED, UNSPENT_LOST, UNSPENT_AHEAD, UNSPENT_BUDGET,
    DIVISIONS
};

/* The words of diversion.csv. */
extern const char *const division_names[DIVISIONS];

struct diversion;

/* Both plans must have rows of options (detail buyer or full). */
int diversion_new(const struct match *match, struct diversion **out, struct cs_error *err);
void diversion_free(struct diversion *diversion);

enum { DIVERSION_ROOM = 20 * WAVE };

/* Adds the paths of a wave at one date of the reference, which must be common to both
 * plans; `room` is scratch of DIVERSION_ROOM values. Dates may be added by different
 * threads. */
void diversion_add(struct diversion *diversion, const struct wave *reference,
                   const struct wave *scenario, int date, double *room);

/* Statistics that do not exist are NaN; cents only where the change of foreign spending
 * differs from 0 (its 95 % limits do not hold 0). */
struct diverted {
    uint64_t n;
    double foreign, foreign_se;      /* D foreign, USD */
    double change, change_se;        /* D part, USD; of `budget` -D budget */
    double cents, cents_se, lo, hi;  /* limits 95 % */
};
void diversion_at(const struct diversion *diversion, int date, enum division part,
                  struct diverted *diverted);

#endif
