/* chipsplit: how Chinese buyers split their AI-chip orders, by Monte Carlo.
 *
 * The one public header. A program loads a scenario folder, runs it and reads
 * the summary, or writes the same result folder as the command line:
 *
 *     struct cs_error err = {0};
 *     cs_scenario *world = NULL;
 *     cs_result *result = NULL;
 *     struct cs_run_options options = cs_run_options_default();
 *     if (cs_scenario_load("scenarios/base", NULL, 0, &world, &err) ||
 *         cs_run(world, &options, &result, &err))
 *         fprintf(stderr, "%s\n", err.text[0]);
 *     cs_result_free(result);
 *     cs_scenario_free(world);
 *
 * Every function that can fail returns 0 or a negative cs_code and fills the
 * error with complete sentences. Releasing NULL is allowed. No function prints,
 * exits, or reads the clock, the environment or a hidden generator. */
#ifndef CHIPSPLIT_H
#define CHIPSPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CS_VERSION "0.1.0"

/* What a caller can do about a failure. */
enum cs_code {
    CS_OK = 0,
    CS_INPUT = -1,     /* correct the scenario, the option or the call */
    CS_SYSTEM = -2,    /* look at the disk, the folder or its permissions */
    CS_MEMORY = -3,    /* ask for less, or find more memory */
    CS_CANCELLED = -4, /* the caller asked to stop */
    CS_BUG = -5,       /* an assumption of ours was broken: report it */
    CS_UNFINISHED = -6 /* the caller asked to stop; the same call with `resume` goes on */
};

enum { CS_COMPLAINTS = 20, CS_SENTENCE = 512 };

/* The complaints of one call, in the order in which they were found. Start
 * from {0}. `dropped` counts complaints beyond CS_COMPLAINTS. */
struct cs_error {
    enum cs_code code;
    int count;
    int dropped;
    char text[CS_COMPLAINTS][CS_SENTENCE];
};

typedef struct scenario cs_scenario;
typedef struct result cs_result;

/* Loads a scenario folder with everything it inherits and checks it.
 *   folder  path of the folder that holds scenario.csv
 *   set     `ADDRESS=VALUE` or `ADDRESS*=FACTOR`, applied left to right
 *   sets    how many there are
 * On success *out is the caller's and goes to cs_scenario_free; on failure
 * *out is NULL and err holds up to CS_COMPLAINTS sentences. */
int cs_scenario_load(const char *folder, const char *const *set, size_t sets,
                     cs_scenario **out, struct cs_error *err);
void cs_scenario_free(cs_scenario *world);

enum cs_draws_format { CS_DRAWS_CSV, CS_DRAWS_CSV_GZ, CS_DRAWS_NPY };
enum cs_detail { CS_DETAIL_MARKET, CS_DETAIL_BUYER, CS_DETAIL_FULL };

/* What determines the numbers of a run (seed to draws) and what does not. */
struct cs_run_options {
    uint64_t seed;        /* any value; 0 is an ordinary seed */
    uint64_t paths;       /* >= 1 */
    enum cs_detail detail;
    bool uncertainty;     /* false: priors off, every cell at its table value */
    bool draws;           /* write every path: draws.csv and inputs.csv */
    enum cs_draws_format draws_format;
    bool trace;           /* write trace.csv for paths trace_from..trace_to */
    uint64_t trace_from, trace_to;
    const char *out;      /* result folder; NULL: nothing is written */
    bool force;           /* replace a result folder of ours */
    /* The stop rule: the first look, at `paths`, 2 * paths, 4 * paths, ... and
     * max_paths, at which every target is met ends the run. A target is
     * METRIC[BUYER/OPTION]@DATE STAT TOL; no targets: the run has `paths` paths. */
    const char *const *until;
    size_t untils;
    uint64_t max_paths;   /* >= paths where there are targets */
    bool journal;         /* keep OUT.unfinished while a run can be interrupted */
    bool resume;          /* with `journal`: go on from there if it exists */
    int threads;          /* 0: one per core; never changes a byte */
    bool ledger;          /* check the ledger of step 12 in every path */
    void (*progress)(void *context, uint64_t done, uint64_t paths); /* or NULL */
    bool (*cancelled)(void *context); /* polled between waves, or NULL */
    bool (*enough)(void *context);    /* the same: end with the paths that are done */
    void *context;
};

/* seed 1, 10000 paths (at most a million with targets), buyer detail, uncertainty on,
 * nothing written. */
struct cs_run_options cs_run_options_default(void);

/* Simulates a scenario and, if options->out is set, writes the result folder
 * (whole or not at all). The scenario is not changed and may be shared by
 * threads; it must outlive the result. *out is the caller's and goes to
 * cs_result_free. */
int cs_run(const cs_scenario *world, const struct cs_run_options *options,
           cs_result **out, struct cs_error *err);
void cs_result_free(cs_result *result);

/* The number of paths of a result; a run of that many without targets gives the same. */
uint64_t cs_result_paths(const cs_result *result);
/* True if the run ended, by max_paths or `enough`, before every target was met or every
 * path was done; with a journal the same call with `resume` goes on. */
bool cs_result_cut(const cs_result *result);

/* One row of summary.csv. A statistic that does not exist is NaN. Quantiles
 * are p05, p25, p50, p75, p95; limits are two-sided 95 % for p05, p50, p95. */
struct cs_summary_row {
    const char *date;     /* a period, a calendar year, or "total" */
    const char *buyer;    /* id or "all" */
    const char *option;   /* id or "all" */
    const char *metric;
    const char *unit;
    uint64_t n, missing;
    double mean, se, sd;
    double p05, p25, p50, p75, p95;
    double p05_lo, p05_hi, p50_lo, p50_hi, p95_lo, p95_hi;
};

/* Finds a row of the summary; NULL stands for "all". Returns 0, or CS_INPUT
 * with a sentence if the result has no such row. */
int cs_result_find(const cs_result *result, const char *date, const char *metric,
                   const char *buyer, const char *option,
                   struct cs_summary_row *row, struct cs_error *err);

#ifdef __cplusplus
}
#endif
#endif
