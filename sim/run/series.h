/* One series over paths: its moments, and its values or their counts.
 *
 * Values come in path order, a wave at a time. They are kept until the series
 * is fixed (above KEEP_PATHS paths, after the first FIX_PATHS of them) and then
 * counted in bins. A series that has been constant so far keeps no array. Start
 * from zeros; who has memory for the values may lend it. */
#ifndef CHIPSPLIT_RUN_SERIES_H
#define CHIPSPLIT_RUN_SERIES_H

#include <stdbool.h>
#include "math/moments.h"
#include "math/select.h"
#include "run/bins.h"

enum { KEEP_PATHS = SELECT_VALUES, FIX_PATHS = 4096 };

struct series {
    struct moments moments;   /* of the finite values */
    uint64_t missing, infinite;
    double low, high;         /* extremes, infinities included */
    size_t kept, room;        /* values kept, in `value` unless constant */
    bool marked;
    size_t mark;              /* of these, the ones that will make the edges */
    double *value;
    double *lent;             /* memory of the caller's for `value`, or NULL */
    size_t lent_room;         /* values it has room for */
    struct bins *bins;
};

/* What is said of a series. Statistics that do not exist are NaN. */
enum { QUANTILES = 5, LIMITS = 3 };
struct summary {
    uint64_t n, missing;      /* paths, and those without a value */
    double mean, se, sd;
    double q[QUANTILES];      /* p05, p25, p50, p75, p95 */
    double lo[LIMITS], hi[LIMITS]; /* of p05, p50, p95 */
};
enum { P05, P25, P50, P75, P95 };
enum { LIMIT_P05, LIMIT_P50, LIMIT_P95 };

/* Scratch of one worker: ranks of sample sizes, which many series share, and room to
 * select in. Start from zeros. */
enum { RANKS_KEPT = 251 };
struct summariser {
    struct ranks {
        uint64_t n;
        uint64_t lower[LIMITS], upper[LIMITS];
    } ranks[RANKS_KEPT];
    struct select_scratch room;
};

/* Adds n values, NaN for missing; x is rearranged. `expected` is the number of
 * values to make room for. False without memory. */
bool series_add(struct series *series, double *x, size_t n, size_t expected);

/* The same for values whose scan is known, once the counters have been asked for. */
void series_prefetch(const struct series *series);
bool series_add_scanned(struct series *series, double *x, size_t n, const struct scan *scan,
                        size_t expected);

/* Moves what is kept to memory of the caller's with room for `room` values, which is lent
 * from now on. */
void series_move(struct series *series, double *to, size_t room);

/* Notes that edges will be made from the values kept so far, whatever comes before the
 * series is fixed. */
void series_mark(struct series *series);

/* The edges of the bins, or edges from the values marked, or without a mark from those kept
 * so far; `scratch` has room for all of them. */
void series_edges(const struct series *series, double *scratch, struct edges *edges);

/* Turns kept values into counts, and counts from then on. False without memory. */
bool series_fix(struct series *series, const struct edges *edges);

void series_summary(const struct series *series, struct summariser *scratch,
                    struct summary *summary);

/* The summary of n <= SELECT_VALUES values that are all there is: that of a series to which
 * they were added. x is rearranged. */
void values_summary(double *x, size_t n, const struct scan *scan, struct summariser *scratch,
                    struct summary *summary);

/* Writes or reads everything that the series holds. False without memory. */
bool series_archive(struct series *series, struct archive *archive);

void series_release(struct series *series);

#endif
