/* The plan of a run: which rows (metric, buyer, option) and which dates exist.
 * A series is a row at a date and has the index row * dates + date. */
#ifndef CHIPSPLIT_RUN_PLAN_H
#define CHIPSPLIT_RUN_PLAN_H

#include "run/metric.h"

enum { EVERYONE = -1 };    /* buyer or option of a margin: `all` */

struct row {
    const struct metric *metric;
    int buyer, option;     /* indices of the world, or EVERYONE */
    bool shown;            /* false: kept for a threshold only */
    int ratio;             /* counts rows that have a denominator, or -1 */
};

/* A date covers the periods first..last, of which there are `periods`. */
struct span {
    char text[DATE_TEXT];
    int first, last;
    bool period;           /* a single period by name, not a year or the total */
};

/* Rows of one metric, -1 where there is none. */
struct metric_rows {
    int count;             /* rows in all */
    int all;
    int *buyer;            /* [I] buyer x all */
    int *option;           /* [J] all x option */
    int *pair;             /* [I*J] */
};

struct plan {
    const struct scenario *world;
    const struct catalogue *catalogue;
    int rows, shown;       /* shown rows come first */
    struct row *row;
    int ratios;
    int dates, years;      /* periods, then years, then total */
    struct span *date;
    int *year_of;          /* [steps] index of the date of the year */
    struct metric_rows *of; /* [catalogue->count] */
    int *store;
};

enum plan_scope { PLAN_RESULTS, PLAN_TRACE };

/* Makes the plan of a world; world and catalogue must outlive it.
 *   scope   PLAN_TRACE: metrics of the trace too, periods only
 *   detail  how far rows are split
 * Rows that thresholds need and the detail leaves out are added, not shown. A
 * threshold on a metric, buyer or option that does not exist is CS_INPUT with
 * the place where it stands. */
int plan_new(const struct scenario *world, const struct catalogue *catalogue,
             enum plan_scope scope, enum cs_detail detail, struct plan **out,
             struct cs_error *err);
void plan_free(struct plan *plan);

/* Leaves out the rows of the metrics that are not wanted[catalogue->count], and those
 * that are not shown. */
void plan_keep(struct plan *plan, const bool *wanted);

static inline size_t plan_series(const struct plan *plan)
{
    return (size_t)plan->rows * (size_t)plan->dates;
}

/* The place of a series among values that are entered date by date. */
static inline size_t plan_place(const struct plan *plan, size_t series)
{
    return series % (size_t)plan->dates * (size_t)plan->rows + series / (size_t)plan->dates;
}
static inline size_t plan_at_place(const struct plan *plan, size_t place)
{
    return place % (size_t)plan->rows * (size_t)plan->dates + place / (size_t)plan->rows;
}

/* The series that has the same values in every path and is the first to have them:
 * a stock of a year is that of its last period. */
size_t plan_source(const struct plan *plan, size_t series);

/* The row of a metric, or -1. */
int plan_row(const struct plan *plan, const struct metric *metric, int buyer, int option);

/* The row of a metric, which is added, not shown, if the detail leaves it out; before
 * anything else is made from the plan. -1 if the metric has no such row: *rule says why,
 * as in "NAME is a metric of the whole market ...". */
int plan_need(struct plan *plan, const struct metric *metric, int buyer, int option,
              const char **rule);

/* The date of that name, or the period that a date written otherwise (2026M01) lies in, or
 * -1. */
int plan_date(const struct plan *plan, const char *text);

/* The last calendar year that the horizon covers whole, or the last one: the
 * index of its date. */
int plan_full_year(const struct plan *plan);

/* Number of periods a date covers. */
int span_periods(const struct span *span);

/* Index of a buyer or an option by id, EVERYONE for "all" or NULL, -2 if there
 * is none. */
int find_buyer(const struct scenario *world, const char *id);
int find_option(const struct scenario *world, const char *id);

/* `all` or the id. */
const char *buyer_id(const struct scenario *world, int buyer);
const char *option_id(const struct scenario *world, int option);

#endif
