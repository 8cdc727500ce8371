/* One scenario at many points: the same paths under other values.
 *
 * A point gives some cells other values, just as `run --set` would. Seed and paths are
 * shared, so that path k of every point has the same luck, and differences between points
 * are due to the values. */
#ifndef CHIPSPLIT_LAB_SWEEP_H
#define CHIPSPLIT_LAB_SWEEP_H

#include "lab/sweep_answer.h"
#include "run/result.h"
#include "tool/csv.h"
#include "world/draft.h"

enum { SWEEP_POINTS = 1000000, SWEEP_AXES = 4096, SWEEP_KEPT = 20 };

/* --- what is asked ------------------------------------------------------------ */

struct sweep_call {
    const char *const *vary;     /* ADDRESS=SPEC, ADDRESS*=SPEC or priors */
    size_t varies;
    bool zip;                    /* the lists go along together */
    bool single;                 /* one at a time, the others as in the scenario */
    const char *points;          /* a file, or NULL */
    uint64_t lhs, sobol;         /* points of a design, or 0 */
    const char *const *given;    /* us=ID,ID or cn=ID,ID */
    size_t givens;
    const char *const *crossing; /* METRIC@DATE STAT=VALUE */
    size_t crossings;
    const char *metrics, *dates; /* main, all or a list; years, all or a list */
};

/* --- what is varied ------------------------------------------------------------- */

enum axis_kind {
    AXIS_VALUES,                 /* a list, a:b:step, or a column of a file */
    AXIS_RANGE,                  /* lo..hi, for a design */
    AXIS_PRIOR                   /* the prior of an address, for a design */
};

struct axis {
    char *column;                /* in points.csv: ADDRESS, or ADDRESS* for a factor */
    char *address;
    bool factor;
    enum axis_kind kind;
    size_t values;               /* AXIS_VALUES: how many of its own */
    char **value;                /* as text */
    double low, high;            /* AXIS_RANGE */
    int prior;                   /* AXIS_PRIOR: of the world */
};

enum sweep_design { SWEEP_GRID, SWEEP_ZIP, SWEEP_SINGLE, SWEEP_LIST, SWEEP_LHS, SWEEP_SOBOL };

struct sweep {
    const struct sweep_call *call;
    const struct cs_run_options *options;
    const char *const *set;      /* --set of all points */
    size_t sets;
    struct draft *draft;
    struct scenario *world;      /* with --set only */
    struct catalogue *catalogue;
    bool *wanted;                /* [metrics of the catalogue] in the results */
    struct plan *plan;           /* rows of the results first */
    int dates, *date;            /* of the results: indices of the plan's */
    uint32_t us, cn;             /* bit sets of --given; all bits without one */

    enum sweep_design design;
    size_t axes;
    struct axis *axis;           /* the first varies slowest in a grid */
    size_t points;
    char **text;                 /* [points][axes] the value of a point; NULL: as in the
                                    scenario */

    size_t gauges;
    struct gauge *gauge;
    struct tally *tally;         /* [points][gauges], or NULL without gauges */
    size_t answers;
    struct answer *answer;
    struct summary **summary;    /* [points] of the rows and dates of the results; kept
                                    for the first SWEEP_KEPT points */
    int threads;                 /* that worked; no result depends on it */
};

/* Reads the scenario, makes the points and checks every one of them.
 *   call, set, options  must outlive the sweep
 * A point that breaks a rule is CS_INPUT with its number, address, value and the rule. */
int sweep_prepare(const char *folder, const struct sweep_call *call, const char *const *set,
                  size_t sets, const struct cs_run_options *options, struct sweep **out,
                  struct cs_error *err);
void sweep_free(struct sweep *sweep);

/* Rows of outcomes.csv: those of a point times the points. */
uint64_t sweep_rows(const struct sweep *sweep);

/* Computes all points and, if options->out is set, writes the result folder, whole or not
 * at all. */
int sweep_run(struct sweep *sweep, struct cs_error *err);

/* The summary of a row of the results at their `date`th date in a point that is kept. */
const struct summary *sweep_at(const struct sweep *sweep, size_t point, int row, int date);

/* --- parts ------------------------------------------------------------------------ */

/* Reads what is varied: sweep->axis and the design. Needs world. */
int sweep_read_axes(struct sweep *sweep, struct cs_error *err);
/* Lays out the points: sweep->text. Needs the axes. */
int sweep_make_points(struct sweep *sweep, struct cs_error *err);
/* Takes the draws of a design over priors: u[points][axes] to text. */
int sweep_draw_points(struct sweep *sweep, const double *u, struct cs_error *err);

/* The value of a point on an axis as a number; NaN if it is none or not given. */
double sweep_value(const struct sweep *sweep, size_t point, size_t axis);

/* The settings of a point: those of all points, then its own. The caller frees them with
 * settings_release, after a failure too. */
struct settings {
    const char **text;
    size_t count, own;           /* the last `own` are the point's */
};
int sweep_settings(const struct sweep *sweep, size_t point, struct settings *settings,
                   struct cs_error *err);
void settings_release(struct settings *settings);

/* The world of a point, for scenario_free, and its catalogue and plan, which has the rows
 * of sweep->plan. */
struct site {
    struct settings settings;
    struct scenario *world;
    struct catalogue *catalogue;
    struct plan *plan;
};
int site_init(struct site *site, const struct sweep *sweep, size_t point, struct cs_error *err);
void site_release(struct site *site);
/* Narrows a plan to the rows of the results and adds those that gauges need. */
int sweep_narrow(const struct sweep *sweep, struct plan *plan, struct cs_error *err);

/* Computes all points; `csv` gets the rows of the outcomes in the order of the points, or
 * is NULL. */
int sweep_compute(struct sweep *sweep, struct csv_writer *csv, struct cs_error *err);

int sweep_write_points(const struct sweep *sweep, const char *folder, struct cs_error *err);
int sweep_write_answers(const struct sweep *sweep, const char *folder, struct cs_error *err);
int sweep_write_manifest(const struct sweep *sweep, const char *folder, struct cs_error *err);

#endif
