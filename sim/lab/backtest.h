/* Forecasts from rolling origins against what came.
 *
 * An origin is a period q. A forecast from q knows the record up to q: the observations of
 * history.csv that end at q or before, the dated events up to q, and the moves of both regimes up
 * to q. Two blocks are scored apart, so that one does not excuse the other.
 *
 * Demand, given the policies that came: both chains are held at the pins of the world through the
 * whole record, before and after q. Every path is simulated from the start of the world, since
 * what buyers own, owe and wait for at q was not observed, and then weighted by how near it came
 * to the observations up to q (importance sampling). So parameters, levels and state are all
 * learned anew at each origin, as far as the record speaks of them. Table values, priors and
 * the rates behind buyers' fear of a ban are those of the world at every origin.
 *
 * Policy alone: of each chain the rates as known at q, Gamma(1/2 + moves, 1/4 year + years in
 * the state), and the forecast is the mean of expm(Q h) over their posterior. */
#ifndef CHIPSPLIT_LAB_BACKTEST_H
#define CHIPSPLIT_LAB_BACKTEST_H

#include "math/score.h"
#include "run/plan.h"
#include "run/pool.h"
#include "world/scenario.h"

struct backtest_options {
    struct cs_run_options run; /* seed, paths, uncertainty, out, force, threads, callbacks */
    int horizon;               /* periods ahead, 1 to HORIZON_MOST */
    double discrepancy;        /* d: the model may be wrong by this share of its value, >= 0 */
    bool foresee;              /* true: events after the origin are known too */
    const char *record;        /* spells of both regimes by day, see lab/rates.h; NULL: the pins */
};
enum { HORIZON_MOST = 40 };

/* Who forecasts. MODEL is judged against each of the others of its block. */
enum forecaster {
    MODEL,        /* demand: weighted paths; policy: the chain with the rates of the day */
    UNTAUGHT,     /* demand: the same paths, all alike: priors without the record */
    FLAT,         /* demand: no preferences, every option on sale has the same share;
                     policy: every regime has the same probability */
    PERSISTENCE,  /* the last observation, or regime, stays */
    WALK,         /* demand: random walk with drift */
    STATIONARY,   /* policy: long-run shares of the chain with the rates of the day */
    FORECASTERS
};
extern const char *const forecaster_names[FORECASTERS];

enum { CHAINS = 2, BANDS = 3, LEVELS = 9 };
extern const double band_content[BANDS];    /* .5, .8, .95 */
extern const double level_of[LEVELS];       /* .025 .05 .1 .25 .5 .75 .9 .95 .975 */

/* A metric, buyer and option observed by the period or by the year: a row of history. */
struct theme {
    const struct observation *first; /* one that names it */
    const char *unit;
    bool yearly;
    int count;                 /* observations in the record */
    int blanks;                /* periods or years of the record without one */
    double scale;              /* mean of |value|, to put units on one footing */
};

/* An observation as something to forecast. */
struct target {
    const struct observation *seen;
    int theme;                 /* -1: not scored, see `why` */
    size_t series;             /* of the plan */
    double error;              /* its sd, 0 if blank */
    const char *why;           /* or NULL */
};

struct origin {
    int known;                 /* observations up to it */
    int used;                  /* of these with an sd > 0 and within reach of a path */
    double exponent;           /* of the likelihood, 0 to 1 */
    double effective;          /* number of paths that the weighted ones are worth */
};

/* A forecast of an observation. The distribution is that of the observation: of the quantity x
 * with what separates the two, N(0, sd^2 + (d x)^2), added; without d for forecasts that use no
 * model. */
struct forecast {
    bool made;
    uint64_t missing;          /* paths without a value */
    double effective;          /* NaN for the normal distributions */
    double mean, level[LEVELS];
    double crps, crps_plain;   /* with this error and without */
    double pit;
    bool inside[BANDS];
};

struct policy_forecast {
    bool made;
    int from, came;
    double probability[16];
    double brier, log;         /* log infinite if what came was held impossible */
};

enum scored { SCORE_CRPS, SCORE_BRIER, SCORE_LOG };
enum { ALL = -1 };

/* The model against one other on some forecasts. Scores are averaged within each date of
 * outcome, then over dates. */
struct contest {
    enum scored score;
    int chain;                 /* 0 us, 1 cn; ALL for demand */
    int theme;                 /* or ALL */
    int yearly;                /* 0, 1, or ALL */
    int horizon;               /* or ALL */
    enum forecaster other;
    int forecasts;
    double model, reference;   /* mean scores; CRPS over the theme's scale if theme is ALL */
    struct dated_mean difference; /* model - other: below 0 the model is better */
};

enum { BINS_PIT = 10 };
/* How well the bands of a forecaster hold, at a horizon or over all. */
struct calibre {
    enum forecaster who;
    int horizon;               /* or ALL */
    int forecasts, dates;
    int inside[BANDS];
    int bin[BINS_PIT];
};

struct backtest {
    const struct scenario *world;
    struct backtest_options options;
    int threads;
    int end;                   /* last period of the record: both pinned up to it */
    int *state[CHAINS];        /* [end + 1] */
    char record_sha256[65];    /* "" without a record */
    int targets, themes;
    struct target *target;
    struct theme *theme;
    int origins;               /* end: origins are the periods 0 .. end - 1 */
    struct origin *origin;
    struct forecast *forecast; /* [targets][horizon][FORECASTERS] */
    struct policy_forecast *policy; /* [CHAINS][origins][horizon][FORECASTERS] */
    int contests, contest_room;
    struct contest *contest;
    int calibres;
    struct calibre *calibre;
};

/* Of a target from the origin `ahead` >= 1 periods before its end. */
static inline struct forecast *forecast_at(const struct backtest *b, int target, int ahead,
                                           enum forecaster who)
{
    const size_t place = (size_t)target * (size_t)b->options.horizon + (size_t)ahead - 1;
    return &b->forecast[place * FORECASTERS + (size_t)who];
}

/* Of the regime `ahead` >= 1 periods after the origin. */
static inline struct policy_forecast *policy_at(const struct backtest *b, int chain, int origin,
                                                int ahead, enum forecaster who)
{
    const size_t of_chain = (size_t)chain * (size_t)b->origins + (size_t)origin;
    const size_t place = of_chain * (size_t)b->options.horizon + (size_t)ahead - 1;
    return &b->policy[place * FORECASTERS + (size_t)who];
}

/* seed 1, 10000 paths, 4 periods ahead, discrepancy 0.1, events unforeseen, no record. */
struct backtest_options backtest_options_default(void);

/* Scores a world, which must outlive the result, against its history and, if options->run.out is
 * set, writes the folder, whole or not at all. CS_INPUT with file and line for rows of history
 * that name no metric, buyer or option; if nothing can be scored; if the pins hold no period.
 * *out is the caller's and goes to backtest_free. The numbers do not depend on threads. */
int backtest(const struct scenario *world, const struct backtest_options *options,
             struct backtest **out, struct cs_error *err);
void backtest_free(struct backtest *backtest);

/* A contest on all forecasts that fit; NULL if there are none. */
const struct contest *backtest_find(const struct backtest *b, const struct contest *like);

/* 1 - model/reference; NaN if the reference is 0 or infinite. */
double contest_skill(const struct contest *contest);
/* The skill that these dates could have told from 0: half the width of the 95 % limits of the
 * difference over the reference's mean. NaN if there are none. */
double contest_detectable(const struct contest *contest);
/* `better`, `worse`, `open` (the limits hold 0), or `too few dates` (below 3). */
const char *contest_verdict(const struct contest *contest);

/* --- parts, used by backtest() ------------------------------------------------- */

/* Finds the record: `end` and the regimes. */
int backtest_find_record(struct backtest *b, struct cs_error *err);

/* Fills targets (but for their series) and themes from the observations. */
int backtest_find_targets(struct backtest *b, struct cs_error *err);

/* Forecasts of MODEL, UNTAUGHT and FLAT. */
int backtest_simulate(struct backtest *b, struct pool *pool, struct cs_error *err);

/* Forecasts of PERSISTENCE and WALK. */
void backtest_extrapolate(struct backtest *b);

/* Forecasts of the regimes. */
int backtest_policy(struct backtest *b, struct pool *pool, struct cs_error *err);

/* Fills contests and calibres. */
int backtest_judge(struct backtest *b, struct cs_error *err);

/* Fills the scores of a forecast of a target: of weighted points (`plain` without and `points`
 * with the observation's error), and of a normal distribution. */
struct distribution {
    const struct points *plain, *points; /* or NULL: normal */
    double mean, sd, sd_plain;
};
void forecast_score(const struct backtest *b, int target, int ahead, enum forecaster who,
                    const struct distribution *law);

/* z[paths]: standard normal draws for the error of a target, one for each path. */
void forecast_noise(const struct backtest *b, int target, size_t paths, double *z);

/* Writes scores.csv, forecasts.csv, policy.csv, pit.csv, coverage.csv, origins.csv,
 * manifest.csv. */
int backtest_write(const struct backtest *b, const char *folder, struct cs_error *err);

#endif
