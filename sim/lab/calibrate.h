/* Calibration: from priors and history.csv to a posterior.
 *
 * A vector is a value for every prior; it is simulated with the same `luck` paths as
 * every other one, so that vectors differ by parameters only. Of observation k with value
 * y and standard error s the model gives, over these paths, mean m and variance v, and
 *
 *   I_k = |y - m| / sqrt(s^2 + (1 + 1/luck) v + d^2),   d = discrepancy * |y|
 *
 * is its implausibility (Craig and others 1997; Vernon and others 2010): history is one
 * path, so the variance over paths counts whole, and that of their mean on top of it; d is
 * what the model is allowed to be wrong by.
 *
 * 1. `vectors` vectors from the priors. An observation that none of them comes within
 *    CUTOFF of is out of the model's reach and set aside.
 * 2. Waves of history matching: vectors whose second largest I exceeds a cut are ruled
 *    out, and the cut comes down from wave to wave (to the median) until it is CUTOFF.
 * 3. Importance resampling over what is left, with a likelihood raised to a power that
 *    grows from 0 to 1 so that half of the vectors count at each step (tempered sequential
 *    Monte Carlo; Del Moral, Doucet and Jasra 2006): normal, with variances as in I and the
 *    correlations between observations that the luck of the model has (synthetic
 *    likelihood; Wood 2010).
 *
 * After each resampling vectors move by proposals z' = sqrt(1 - a^2) z + a N(0, I) in the
 * normal scores of the priors, which leave the prior as it is whatever their number
 * (preconditioned Crank-Nicolson; Cotter and others 2013). All is done in POPULATIONS
 * independent populations, and every error bar comes from the spread between them. */
#ifndef CHIPSPLIT_LAB_CALIBRATE_H
#define CHIPSPLIT_LAB_CALIBRATE_H

#include "run/plan.h"
#include "world/scenario.h"

enum { POPULATIONS = 16, STAGES_MOST = 64 };
extern const double calibrate_cutoff;    /* CUTOFF = 3 */

struct calibrate_options {
    struct cs_run_options run;   /* seed, threads, out, force, progress, cancelled, context */
    uint64_t vectors;            /* a multiple of POPULATIONS, at least 4 POPULATIONS */
    uint64_t luck;               /* paths of each: a multiple of LANES */
    double discrepancy;          /* share of an observation, >= 0 */
};

/* 1024 vectors, 32 paths, 0.1; the rest as for a run. */
struct calibrate_options calibrate_options_default(void);

struct band {
    double low, middle, high;    /* p05, p50, p95 */
};

/* An observation that lies in the horizon. */
struct fact {
    const struct observation *seen;
    const struct metric *metric;
    size_t series;               /* of the plan */
    double value, own, allowed;  /* variances: s^2, d^2 */
    bool aside;                  /* out of reach */
    double nearest;              /* smallest I among vectors from the priors */
    double parameters;           /* share of the variance under the priors that lies between
                                    vectors; the rest is luck */
    struct band before, after;   /* of the model's paths, under priors and posterior */
    double pit;                  /* P(model + error <= observation) under the posterior */
};

enum verdict { LEARNED, MOVED, NOT_IDENTIFIED };
extern const char *const verdict_words[3];

/* What was learned of a prior that is on. */
struct lesson {
    int prior;
    double learned, learned_se;  /* 1 - sd of its normal score, which the prior gives sd 1 */
    double shift, shift_se;      /* mean of that score, 0 under the prior */
    enum verdict verdict;
    struct band before, after;   /* of its draws */
    double mean, sd;             /* of its draws under the posterior */
};

/* A wave of history matching or a step of the likelihood. */
struct stage {
    double cut;                  /* largest over populations */
    double power;                /* smallest */
    double accepted;             /* share of proposals */
    uint64_t vectors;            /* simulated so far */
};

struct calibration {
    const struct scenario *world;
    struct calibrate_options options;
    int threads;
    struct catalogue *catalogue;
    struct plan *plan;           /* rows of the observations alone */
    int facts, outside;          /* observations used or set aside; those not in the horizon */
    struct fact *fact;
    double ruled_out;            /* share of vectors from the priors beyond CUTOFF */
    int stages;
    struct stage stage[STAGES_MOST];
    int priors;                  /* of the world */
    double *z, *x;               /* [vectors][priors] posterior: scores, draws */
    int lessons;
    struct lesson *lesson;
    double effective;            /* independent draws that the posterior is worth */
};

/* Reads the observations of the world, which must outlive the calibration. CS_INPUT: no
 * observation in the horizon, or a metric, buyer, option or standard error that is wrong. */
int calibration_new(const struct scenario *world, const struct calibrate_options *options,
                    struct calibration **out, struct cs_error *err);
void calibration_free(struct calibration *calibration);

/* Finds the posterior; values of facts may have been changed since calibration_new. */
int calibration_compute(struct calibration *calibration, struct cs_error *err);

/* calibration_new and calibration_compute and, if options->run.out is set, the result
 * folder, whole or not at all. *out is the caller's. */
int calibrate(const struct scenario *world, const struct calibrate_options *options,
              struct calibration **out, struct cs_error *err);

/* --- parts --------------------------------------------------------------------------- */

/* A vector of parameters and what the model makes of it. */
struct vector {
    double *z;                   /* [priors] independent normal scores */
    double *path;                /* [facts][luck] */
    double *mean, *variance;     /* [facts] over paths */
    double *residual;            /* [facts][facts] sums of products, or NULL */
    double second;               /* second largest I among facts that are not set aside */
    double like;                 /* log likelihood, but for a constant; -inf: none */
};

/* Simulates vectors on threads and judges them. */
struct judge;
int judge_new(struct calibration *calibration, struct judge **out, struct cs_error *err);
void judge_free(struct judge *judge);

/* For each index below count: path, mean and variance of vectors[index], then second and
 * like if the judge knows the correlations. */
void judge_all(struct judge *judge, struct vector *const *vectors, size_t count);

/* Sets facts aside and takes the correlations of luck from simulated vectors, then judges
 * them. */
void judge_learn(struct judge *judge, struct vector *const *vectors, size_t count);

/* Fills the band of every fact from the paths of `count` vectors; with `after` as the
 * posterior's, and its PIT. */
int calibration_bands(struct calibration *calibration, struct vector *const *vectors,
                      size_t count, bool after, struct cs_error *err);

/* Fills lessons and the effective number from z and x. */
int calibration_lessons(struct calibration *calibration, struct cs_error *err);

/* Writes every file of the result folder. */
int calibration_write(const struct calibration *calibration, const char *folder,
                      struct cs_error *err);
/* Writes the scenarios: the world's folders as they were read, and its child with the
 * posterior. */
int calibration_write_scenarios(const struct calibration *calibration, const char *folder,
                                struct cs_error *err);

#endif
