/* Tables of texts for people: columns as wide as what they hold. */
#ifndef CHIPSPLIT_CLI_GRID_H
#define CHIPSPLIT_CLI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include "chipsplit.h"

enum { GRID_COLUMNS = 16 };
enum grid_readers { READ_BY_ALL, READ_BY_PEOPLE, READ_BY_MACHINES };

struct grid_column {
    const char *name;
    enum grid_readers readers; /* people see the terminal, machines the CSV */
    bool right;                /* a number: filled up on the left */
};

struct grid {
    const struct grid_column *column;
    int columns, rows, room;
    char **text;               /* [rows * columns] */
    bool starved;              /* no memory for a row */
};

/* Starts a table; the columns must outlive it. grid_release afterwards. */
void grid_init(struct grid *grid, const struct grid_column *column, int columns);
void grid_release(struct grid *grid);

/* Adds a row; the texts are copied. */
void grid_add(struct grid *grid, const char *const *texts);

/* Prints it with its headings: for people, each line after `indent` blanks, control
 * characters replaced, and on a terminal below its row what does not fit in it; or as CSV
 * for machines. Fails if a row was lost for want of memory, or stdout cannot be written. */
int grid_print(struct grid *grid, int indent, struct cs_error *err);
int grid_csv(const struct grid *grid, struct cs_error *err);

#endif
