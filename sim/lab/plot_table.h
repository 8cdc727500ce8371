/* Result files as tables, for the pictures. */
#ifndef CHIPSPLIT_LAB_PLOT_TABLE_H
#define CHIPSPLIT_LAB_PLOT_TABLE_H

#include <stdbool.h>
#include "tool/csv.h"

enum { PLOT_NAME = 64 };     /* room for an id or a name */

enum column { RUN, SCENARIO, REFERENCE, DATE, PERIODS, BUYER, OPTION, METRIC, UNIT, P05, P25, P50,
              P75, P95, MEAN, KEY, VALUE, COLUMNS };

struct table {
    struct csv_file file;
    int at[COLUMNS];           /* place in a row */
};

/* The column `key` and `value` of manifest.csv. */
extern const char *const plot_manifest_columns[COLUMNS];

/* Opens a file of a result folder and finds its columns, names[COLUMNS] or NULL where it has
 * none. Leaves the table empty if there is no such file. */
int table_open(const char *folder, const char *name, const char *const *names,
               struct table *table, struct cs_error *err);

static inline const char *table_cell(const struct table *table, size_t row, enum column column)
{
    return table->file.rows[row].cells[table->at[column]];
}
bool table_is(const struct table *table, size_t row, enum column column, const char *text);
/* NaN for what is missing or unlimited: the pictures leave it out. */
double table_number(const struct table *table, size_t row, enum column column);
/* Not a year and not the total. */
bool table_is_period(const struct table *table, size_t row);
/* The last calendar year that the horizon covers whole, or NULL. */
const char *table_full_year(const struct table *summary);

/* The value of a key of a manifest, or "". */
const char *manifest_text(const struct table *manifest, const char *key);
/* The cell of a row of the world, from 1, or NULL; of a comparison's first, LABEL/cell... */
const char *world_cell(const struct table *manifest, const char *table, int row,
                       const char *column);
/* The name of a row of the world, or its id. */
const char *world_name(const struct table *manifest, const char *table, const char *id);

/* Printable and never quoted: gnuplot cuts quoted fields at a comma, for which \x1f stands. */
void plot_put_name(struct csv_writer *csv, const char *text);

#endif
