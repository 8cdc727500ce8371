/* What a world looks like before it is run: its policy chains, the choice of one
 * buyer at the start, and what its author may not have meant. */
#ifndef CHIPSPLIT_LAB_SURVEY_H
#define CHIPSPLIT_LAB_SURVEY_H

#include "math/markov.h"
#include "world/catalogue.h"
#include "world/scenario.h"

/* The chain of one actor: table values times factors, before reactions. */
struct chain_survey {
    const char *actor;               /* "us" or "cn" */
    int states, start;
    const char *id[MARKOV_STATES];
    double rate[MARKOV_STATES * MARKOV_STATES]; /* per year; row = from, 0 on the diagonal */
    bool settles;                    /* there is one stationary distribution */
    double share[MARKOV_STATES];     /* it */
    bool reached[MARKOV_STATES];     /* in some path within the horizon: by rates, events, pins */
    int first_pin, last_pin, pins;   /* periods that are pinned; first -1 without any */
};

enum { WHY_NOT = LIMIT_ID + 40 };

/* One option in the eyes of one buyer in period `start`. */
struct start_option {
    int option;                      /* of the world; the defer option too */
    double price, asked;             /* P and P^e, USD per unit; NaN for defer */
    double effective;                /* e, effective PFLOP/s per unit; NaN for defer */
    double hazard;                   /* h, NaN unless foreign */
    double utility, share;           /* V in utils, s after the quota */
    char why_not[WHY_NOT];           /* why it is not available; "" if it is */
};

struct start {
    int buyer, us, cn;               /* the regime and the stance in force */
    struct start_option option[LIMIT_OPTIONS]; /* [world->options], in the order of the file */
};

struct survey {
    struct chain_survey us, cn;
    int warnings;
    char **warning;                  /* sentences */
};

/* Looks at both chains and collects warnings: table values outside their priors,
 * rows after the horizon, factors that met nothing, buyers who fear what a pin
 * rules out, regimes that no path can reach.
 *   uncertainty  false: priors are ignored
 * *out goes to survey_free. CS_MEMORY is the only failure. */
int survey_new(const struct scenario *world, bool uncertainty, struct survey **out,
               struct cs_error *err);
void survey_free(struct survey *survey);

/* The choice of one buyer in period `start` on the central path: table values, no
 * shocks, no incidents but dated ones, events of probability >= 1/2 happen. */
int survey_start(const struct scenario *world, int buyer, struct start *out,
                 struct cs_error *err);

#endif
