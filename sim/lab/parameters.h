/* Every cell of a world that has an address, with what is known about it. */
#ifndef CHIPSPLIT_LAB_PARAMETERS_H
#define CHIPSPLIT_LAB_PARAMETERS_H

#include "world/scenario.h"

struct parameter {
    char *address;
    char *value;             /* resolved: a number after factors ("inf": no limit), a word */
    double factor;           /* of later `*0.7` and --set 'A*=f', inside value; 1 without */
    const char *factor_file; /* where the last of them stands; "" without */
    int factor_line;
    const char *unit, *definition; /* of the catalogue; "" for none */
    char *prior;             /* "pert 8 to 16, mode 12 (one draw for buyers.*)", "" */
    const char *source;      /* the row's, if it stands in the same folder as the value */
    const char *prior_source;
    const char *file;        /* where the value was written; "--set"; "" where blank */
    int line;
};

struct parameters {
    int count, room;
    struct parameter *parameter;
};

/* Lists the cells of a world, tables and rows in the order of the files. Blank cells
 * stand with what a blank means; pairs without a row, and columns that an option's
 * class does not read, are left out.
 *   filter   NULL for all; a pattern in which `*` stands for anything (fnmatch), or
 *            without `*` a text that the address holds. What matches nothing is
 *            CS_INPUT with a "did you mean". */
int parameters_list(const struct scenario *world, const char *filter,
                    struct parameters *out, struct cs_error *err);
void parameters_release(struct parameters *parameters);

/* A row of priors.csv in words: "pert 8 to 16, mode 12". NULL without memory. */
char *prior_words(const struct text_table *priors, int row);

/* The row of priors.csv whose parameter is `address`, or -1. */
int prior_row_of(const struct scenario *world, const char *address);

#endif
