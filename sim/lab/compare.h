/* The same random worlds under several scenarios: paired differences to the first.
 *
 * Seed and paths are shared, so that path k of every scenario has the same luck; what is
 * left in a difference is what the scenarios differ in. A contrast, a scenario against
 * the reference, does not depend on which other scenarios are compared. */
#ifndef CHIPSPLIT_LAB_COMPARE_H
#define CHIPSPLIT_LAB_COMPARE_H

#include "lab/compare_dip.h"
#include "lab/compare_match.h"
#include "lab/compare_series.h"
#include "lab/diversion.h"
#include "lab/tail.h"
#include "run/draws.h"
#include "run/quantity.h"

/* One scenario. */
struct member {
    char *label;             /* the scenario's name; x_2, x_3, ... where it is taken */
    const struct scenario *world;
    struct catalogue *catalogue;
    struct plan *plan;       /* at least in buyer detail: diversion needs options */
    struct wave *wave;
    struct draws *draws;     /* or NULL */
};

/* What is lost: a row at a date of the reference. */
struct loss {
    struct quantity at;
    bool chosen;             /* asked for; else the default, which need not exist */
};

enum { DIP_AT_HAND, DIP_BOUGHT, DIPS }; /* effective_pflops, delivered_effective_pflops */

struct contrast {
    const struct member *reference, *scenario;
    struct match *match;
    struct difference *running;  /* [pairs], until summarised */
    struct paired *paired;       /* [pairs] */
    size_t loss_reference, loss_scenario; /* series, or NO_SERIES */
    int loss_date;               /* of the reference */
    struct series losses;        /* reference - scenario, until summarised */
    struct tail tail;
    struct diversion *diversion;
    struct dip dip[DIPS];
    struct dipped dipped[DIPS];
    struct capacity *capacity;   /* [years] */
    struct paired *capacities;   /* [years] */
    struct summary *ratios;      /* [years] capacity over that of the reference */
};

struct comparison {
    uint64_t seed, paths;    /* paths 0 .. paths - 1 */
    enum cs_detail detail;
    bool uncertainty;
    int threads;             /* that worked; no result depends on it */
    int members;
    struct member *member;   /* [members]; the first is the reference */
    struct contrast *contrast; /* [members - 1] */
    struct loss loss;
};

/* Compares `count` >= 2 worlds, which must outlive the comparison, and, if options->out
 * is set, writes the result folder, whole or not at all.
 *   loss     METRIC[BUYER/OPTION]@DATE, or NULL for gross revenue of the leading foreign
 *            vendor in total, or in the last date that all worlds have in common
 *   options  as for cs_run; `draws` and `trace` go to a folder for each scenario
 * *out is the caller's and goes to comparison_free. */
int compare(const struct scenario *const *worlds, int count, const char *loss,
            const struct cs_run_options *options, struct comparison **out,
            struct cs_error *err);
void comparison_free(struct comparison *comparison);

/* What is said of a market metric at a date of the reference; NULL if the worlds do not
 * both have it. */
const struct paired *contrast_market(const struct contrast *contrast, const char *metric,
                                     int date);

/* The period (date of the reference) with the lowest median difference of a dip's metric
 * below 0, or -1; and the first later one whose median is 0 or more, or -1. */
int dip_deepest(const struct contrast *contrast, const struct dip *dip);
int dip_recovered(const struct contrast *contrast, const struct dip *dip, int deepest);

/* --- parts, used by compare() ------------------------------------------------- */

/* Reads and resolves the loss for every contrast. */
int loss_prepare(struct comparison *comparison, const char *text, struct cs_error *err);

/* Computes all paths and fills what is said of them. */
int comparison_compute(struct comparison *comparison, const struct cs_run_options *options,
                       struct cs_error *err);

/* Writes compare.csv, tail.csv, diversion.csv, dip.csv and manifest.csv. */
int comparison_write(const struct comparison *comparison, const struct cs_run_options *options,
                     const char *folder, struct cs_error *err);
int comparison_write_manifest(const struct comparison *comparison,
                              const struct cs_run_options *options, const char *folder,
                              struct cs_error *err);

#endif
