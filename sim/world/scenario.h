/* A world: the checked, constant content of a scenario folder.
 *
 * Inside, buyers, options, vendors, platforms and nests stand in byte order of
 * their ids and every sum runs in that order; *_shown gives the order of the
 * file, which is the order of output. Regimes and stances keep their file
 * order: tight to loose, and loose to tight. */
#ifndef CHIPSPLIT_WORLD_SCENARIO_H
#define CHIPSPLIT_WORLD_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "math/dist.h"
#include "tool/date.h"
#include "tool/error.h"
#include "tool/lanes.h"
#include "world/cells.h"

enum option_class { CLASS_FOREIGN, CLASS_DOMESTIC, CLASS_GREY, CLASS_RENT, CLASS_DEFER };
enum choice { CHOICE_NESTED, CHOICE_MNL };
enum price_form { PRICE_LOG, PRICE_LINEAR };
enum demand_mode { DEMAND_BUDGET, DEMAND_COMPUTE };
enum rationing { RATION_PROPORTIONAL, RATION_PRIORITY, RATION_UNIFORM, RATION_BACKLOG_FIRST };
enum levy_form { LEVY_REVENUE, LEVY_TARIFF };

struct buyer {
    const char *id, *name;
    bool state_funded;
};

struct option {
    const char *id, *name;
    enum option_class class;
    int vendor, platform, nest; /* vendor and platform -1 for defer */
    int owner;                  /* the only buyer that may choose it, or -1 */
    int launch;                 /* t of available_from; <= 0: from the start */
};

struct named {                  /* a vendor, a platform, a nest */
    const char *id, *name;
};

struct us_regime {
    const char *id, *name;
    bool *allowed;              /* [J] */
    enum levy_form levy_form;
};

struct cn_stance {
    const char *id, *name;
    bool state_ban;
};

/* A row of priors.csv. The draw is U(class 20, address) and the same for all
 * its cells; it is off where `cells` is empty, but keeps its address and its
 * place in the copula. */
struct prior {
    const char *address;        /* as written; hashed for class 20 */
    uint32_t hash;
    struct dist_spec spec;
    struct dist *dist;
    bool lent;                  /* the distribution belongs to another world */
    bool relative;              /* the draw is a factor on the cell */
    double least, most;         /* a drawn value times its factor is kept inside */
    int *cells;                 /* the cells that take it */
    int cell_count;
    const char *off_reason;     /* NULL, or why it takes no cell or fewer cells */
};

/* Gaussian copula over the priors named in correlations.csv, which stand in
 * byte order of address. */
struct copula {
    int count;
    int *prior;                 /* [count] index into priors */
    double *lower;              /* [count * count] Cholesky factor L, row-major */
    int pair_count;
    struct copula_pair {
        int a, b;               /* indices into priors */
        double asked;           /* Spearman's rank correlation */
        double normal;          /* r = 2 sin(pi asked / 6) */
    } *pair;
};

struct event {
    const char *id;
    uint32_t hash;
    int probability;            /* its cell */
};

enum effect_kind { EFFECT_VALUE, EFFECT_FACTOR, EFFECT_US, EFFECT_CN, EFFECT_INCIDENTS };

/* One effect on one cell, regime or count from period t on, in the paths in
 * which its event happens. */
struct effect {
    int t;                      /* 0 <= t < steps; sorted by t, then file order */
    int event;
    enum effect_kind kind;
    int cell;                   /* EFFECT_VALUE, EFFECT_FACTOR */
    int state;                  /* EFFECT_US, EFFECT_CN: the regime */
    double value;               /* number, factor, or count of incidents */
};

enum threshold_test { TEST_LESS, TEST_LESS_EQUAL, TEST_GREATER, TEST_GREATER_EQUAL };
enum threshold_when { WHEN_DATE, WHEN_ANY, WHEN_STAYS };

struct threshold {
    const char *id, *metric, *buyer, *option; /* buyer, option: id or "all" */
    enum threshold_test test;
    double value;
    enum threshold_when when;
    const char *when_text;      /* as written: a period, a year, any, stays */
    int first, last;            /* WHEN_DATE: periods t it covers (a year may
                                   cover several; it is cut to the horizon) */
    const char *file;           /* where it stands, for complaints */
    int line;
};

/* A row of history.csv: what was observed of a metric. */
struct observation {
    const char *metric, *buyer, *option; /* buyer, option: id or "all" */
    double value;
    double sd;                  /* its standard error; NaN if blank */
    int first, last;            /* periods t it covers: one, or a calendar year; not cut */
    const char *date;           /* as written */
    const char *file;           /* where it stands, for complaints */
    int line;
};

/* A resolved table as text, for the manifest and for looking at. Columns are
 * those of docs/formats.md in that order; keys first, note and source last. */
struct cell_text {
    const char *text;           /* "" = blank; before `factor` */
    const char *file;           /* the file, or "--set" */
    int line;
    int depth;                  /* 0 the scenario itself, 1 its base, ...; -1 --set */
    double factor;              /* of later `*0.7` and --set 'A*=f'; 1 without any */
    const char *factor_file;    /* where the last of them stands; "" without */
    int factor_line;
};
struct text_table {
    const char *name;           /* "buyers" */
    int columns;
    const char *const *column;
    int rows;
    struct cell_text *cell;     /* [rows * columns] */
};

struct input_file {
    const char *path;           /* as reached from the folder that was named */
    char sha256[65];
};

struct note {                   /* a line for the manifest and for check */
    const char *key;            /* "prior_off", "unused", "event_after_horizon" */
    const char *text;
    int number;                 /* within its key, from 1 */
};

struct scenario {
    const char *name;           /* last part of the folder's path */
    const char *title, *description;

    enum step step;
    int start;                  /* period of t = 0, see date.h */
    int steps;                  /* T >= 1 */
    double dt;                  /* years per step: 1/4 or 1/12 */
    double growth_years;        /* (start - levels_as_of) in years; may be < 0 */
    int us_start, cn_start;
    enum choice choice;
    enum price_form price_form;
    enum demand_mode demand_mode;
    enum rationing rationing;

    int buyers, options, vendors, platforms, nests, us_regimes, cn_stances;
    struct buyer *buyer;        /* [buyers], byte order */
    struct option *option;      /* [options], byte order */
    struct named *vendor, *platform, *nest;
    struct us_regime *us;       /* file order: tight to loose */
    struct cn_stance *cn;       /* file order: loose to tight */
    int *buyers_shown, *options_shown, *vendors_shown, *platforms_shown;

    int cells;
    struct cell_block at[CELL_TABLES];
    double *value;              /* [cells] before factors; infinite = no limit */
    double *factor;             /* [cells] 1 unless a factor was given */
    bool *given;                /* [cells] false: blank, `value` is the default */

    int priors;
    struct prior *prior;        /* in byte order of address */
    struct copula copula;
    int events;
    struct event *event;        /* [events], byte order */
    const char **event_id;      /* [events] their ids, as one list */
    int effects;
    struct effect *effect;
    int *us_pin, *cn_pin;       /* [steps] state held at t, or -1 */
    int thresholds;
    struct threshold *threshold;
    int observations;
    struct observation *observation;

    struct text_table table[TABLES];
    int inputs;
    struct input_file *input;
    int notes;
    struct note *note;
    void *store;                /* owns every array above, and texts that --set gave */
    struct draft *draft;        /* owns the other texts; NULL if another one keeps it */
};

/* Reads, inherits, applies `set` and checks; see cs_scenario_load. */
int scenario_load(const char *folder, const char *const *set, size_t sets,
                  struct scenario **out, struct cs_error *err);
void scenario_free(struct scenario *world);

/* Gives the world another name in results; CS_OK or CS_MEMORY. */
int scenario_rename(struct scenario *world, const char *name, struct cs_error *err);

/* Cell indices. Ranges are the caller's promise. */
static inline int cell_index(const struct scenario *w, enum table table, int column, int row)
{
    return w->at[table].first + column * w->at[table].rows + row;
}
static inline int cell_pair(const struct scenario *w, enum table table, int first, int second)
{
    int width = table == TABLE_US_RATES   ? w->us_regimes
                : table == TABLE_CN_RATES ? w->cn_stances
                                          : w->options;
    return w->at[table].first + first * width + second;
}

/* The address of a cell, "buyers.bytedance.exposure", into out[size]. */
void cell_address(const struct scenario *w, int cell, char *out, size_t size);

/* Parameters of LANES paths: cell[c][lane] = drawn or table value times factor
 * (infinite where there is no limit), before any event.
 *   seed, path   address of the draws of class 20; path[lane] may differ
 *   uncertainty  false: every prior is ignored */
void draw_cells(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                bool uncertainty, double (*cell)[LANES]);

/* The class-20 draw of one prior for LANES paths, after copula and quantile:
 * a column of inputs.csv. */
void draw_prior(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                int prior, double x[LANES]);

/* From independent normal scores z[priors] to those of a path after the copula, and to its
 * draws x[priors]. z = Phi^-1 of the class-20 uniforms of a path gives the draws of that
 * path, but for rounding. */
void prior_scores(const struct scenario *w, const double *z, double *score);
void prior_values(const struct scenario *w, const double *z, double *x);

/* The same on one instruction set. */
void kernel_draw_cells(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                       bool uncertainty, double (*cell)[LANES]);
void kernel_draw_prior(const struct scenario *w, uint64_t seed, const uint64_t path[LANES],
                       int prior, double x[LANES]);

#endif
