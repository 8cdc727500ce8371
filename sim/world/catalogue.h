/* What a scenario folder may hold: tables, columns, kinds, domains, blanks.
 *
 * The one place that knows the names. Readers, checks, addresses and the
 * listing of parameters all walk these tables. scenario.csv is a table of one
 * row whose columns are its keys. */
#ifndef CHIPSPLIT_WORLD_CATALOGUE_H
#define CHIPSPLIT_WORLD_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include "tool/error.h"
#include "world/cells.h"

/* Limits, generous and checked before memory is taken. */
enum {
    LIMIT_BUYERS = 64,
    LIMIT_OPTIONS = 64,
    LIMIT_NAMES = 64,       /* vendors, platforms, nests, each */
    LIMIT_REGIMES = 16,     /* regimes and stances, each */
    LIMIT_STEPS = 4096,
    LIMIT_CELLS = 100000,
    LIMIT_ROWS = 20000,     /* of any one table */
    LIMIT_COLUMNS = 256,    /* cells of a row, more than any table has */
    LIMIT_COPULA = 256,     /* priors named in correlations.csv */
    LIMIT_EFFECTS = 100000, /* events on single cells */
    LIMIT_ID = 63,          /* bytes of an id */
    LIMIT_BASES = 8         /* folders below the scenario's own */
};

enum kind {
    KIND_ID,      /* the row's own name */
    KIND_REF,     /* an id of the table `refers` */
    KIND_REF_ALL, /* the same, or `all`, which is what a blank means */
    KIND_TEXT,
    KIND_REAL,    /* a cell: uncertain, addressed, changed by events */
    KIND_FLAG,    /* 0 or 1 */
    KIND_WORD,    /* one of `words` */
    KIND_LIST,    /* ids of `refers` joined by ';' */
    KIND_DATE,
    KIND_COUNT,   /* a whole number */
    KIND_NUMBER,  /* a number that is no cell */
    KIND_ADDRESS,
    KIND_OTHER,   /* read by the table's own code */
    KIND_REMARK   /* note, source */
};

enum domain_name {
    DOMAIN_REAL,
    DOMAIN_NOT_NEGATIVE, /* [0, oo) */
    DOMAIN_POSITIVE,     /* (0, oo) */
    DOMAIN_SHARE,        /* [0, 1] */
    DOMAIN_SHARE_NOT_0,  /* (0, 1] */
    DOMAIN_SHARE_NOT_1,  /* [0, 1) */
    DOMAIN_INSIDE,       /* (0, 1) */
    DOMAIN_RANK          /* [-1, 1] */
};

struct domain {
    double low, high;          /* infinities allowed */
    bool low_open, high_open;  /* the end itself is not allowed */
    const char *rule;          /* "must be between 0 and 1" */
};

/* What a blank cell means after inheritance. */
enum blank { BLANK_REFUSED, BLANK_ALLOWED, BLANK_ZERO, BLANK_ONE, BLANK_UNLIMITED };

struct column {
    const char *name;
    enum kind kind;
    enum table refers;         /* KIND_REF, KIND_REF_ALL, KIND_LIST */
    const char *const *words;  /* KIND_WORD */
    int word_count;
    enum domain_name domain;   /* KIND_REAL, KIND_NUMBER */
    enum blank blank;
    bool fixed;                /* KIND_REAL: no event may change it */
    unsigned classes;          /* options.csv: bit 1 << class if it reads it; else 0 */
    const char *unit;          /* of a number; "" for none */
    const char *text;          /* a short definition */
};

struct table_entry {
    const char *name;          /* "buyers", of buyers.csv */
    const char *noun;          /* "buyer": what a row is */
    bool required;             /* a complete scenario has it */
    int keys;                  /* the first `keys` columns name a row */
    const struct column *column;
    int columns;               /* note and source, which stand last, included */
};

/* Every table, in the order of enum table. */
extern const struct table_entry catalogue[TABLES];
extern const struct domain domains[];

/* The table called `name` (without ".csv"), or -1. */
int catalogue_table(const char *name);

/* The column of a table by name, or -1. */
int catalogue_column(enum table table, const char *name);

/* How many real columns a table has; 0 from CELL_TABLES on. */
int catalogue_reals(enum table table);

/* The catalogue's column that is real column `real`, and the way back (-1 for
 * a column that is not real). */
int catalogue_of_real(enum table table, int real);
int catalogue_real(enum table table, int column);

/* The word's place in a list of words, or -1. */
int catalogue_word(const struct column *column, const char *word);

/* True if a value lies in a domain; NaN does not. */
bool domain_holds(enum domain_name domain, double value);

/* "; did you mean 'x'?" for the nearest candidate, or "". Returns `out`. */
const char *did_you_mean(const char *word, const char *const *candidates, int count,
                         char out[CS_SENTENCE]);

/* The same among table names, with `suffix` added to the one that is near, and
 * among the columns of a table. */
const char *did_you_mean_table(const char *word, const char *suffix, char out[CS_SENTENCE]);
const char *did_you_mean_column(const char *word, enum table table, char out[CS_SENTENCE]);

#endif
