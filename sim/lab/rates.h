/* Rates of the chains from a dated record of regimes.
 *
 * Of a transition k -> l the posterior under a Gamma prior of shape 1/2 and rate 1/4 year
 * is Gamma(1/2 + moves from k to l, 1/4 year + years in k): the conjugate update for a
 * chain in continuous time, whose time in k is exponential. A year has 365.25 days. */
#ifndef CHIPSPLIT_LAB_RATES_H
#define CHIPSPLIT_LAB_RATES_H

#include <stdbool.h>
#include "tool/date.h"
#include "world/scenario.h"

enum { ACTOR_US, ACTOR_CN, ACTORS };
extern const char *const rates_actors[ACTORS];     /* "us", "cn" */

struct rate {
    int actor, from, to;     /* states in the order of their table */
    int moves;
    double years;            /* in `from` */
    double shape, rate;      /* of the posterior; the rate in years */
    double mean, low, high;  /* per year; central 90 % */
    double cell;             /* what the scenario has, per year */
    bool same;               /* so has the scenario: cell and gamma_rate prior, to 1e-3 */
};

struct rates {
    const struct scenario *world;
    char *path;              /* of the record */
    char sha256[65];
    char first[ACTORS][DAY_TEXT], last[ACTORS][DAY_TEXT]; /* of the record; "" without rows */
    int count;
    struct rate *rate;       /* US first, rows in the order of the tables */
};

/* Reads the record `path`: columns actor, start, end, state (and note, source), a row for
 * each spell from the day `start` to the day before `end`, in any order. The spells of an
 * actor follow one another without a gap; a blank end, of the last one, means that it
 * lasts. Only what was known on the day `as_of` counts: spells that begin later are left
 * out, and time ends there; NULL: all, and then no end may be blank.
 * CS_INPUT with file, line, column, value and rule. *out is the caller's. */
int rates_estimate(const struct scenario *world, const char *path, const char *as_of,
                   struct rates **out, struct cs_error *err);
void rates_free(struct rates *rates);

/* Writes the folder `out`, whole or not at all: rates.csv; us_rates.csv, cn_rates.csv and
 * priors.csv with the rows of states that were seen, as a scenario has them; manifest.csv. */
int rates_write(const struct rates *rates, const char *as_of, const char *out, bool force,
                struct cs_error *err);

#endif
