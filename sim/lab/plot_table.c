#include "lab/plot_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tool/number.h"
#include "tool/text.h"

const char *const plot_manifest_columns[COLUMNS] = {[KEY] = "key", [VALUE] = "value"};

bool table_is(const struct table *table, size_t row, enum column column, const char *text)
{
    return !strcmp(table_cell(table, row, column), text);
}

double table_number(const struct table *table, size_t row, enum column column)
{
    double value;

    return number_parse(table_cell(table, row, column), &value) ? NAN : value;
}

bool table_is_period(const struct table *table, size_t row)
{
    return strlen(table_cell(table, row, DATE)) > 5;
}

static int find_columns(struct table *table, const char *const *names, struct cs_error *err)
{
    const struct csv_row *const header = &table->file.rows[0];

    for (int c = 0; c < COLUMNS; c++) {
        int k = 0;
        while (names[c] && k < header->count && strcmp(header->cells[k], names[c]))
            k++;
        if (names[c] && k == header->count)
            return cs_fail(err, CS_INPUT, "%s: there is no column '%s'", table->file.path,
                           names[c]);
        table->at[c] = k;
    }
    for (size_t r = 1; r < table->file.count; r++)
        if (table->file.rows[r].count != header->count)
            return cs_fail(err, CS_INPUT, "%s:%d: %d fields where the header has %d",
                           table->file.path, table->file.rows[r].line,
                           table->file.rows[r].count, header->count);
    return CS_OK;
}

int table_open(const char *folder, const char *name, const char *const *names,
               struct table *table, struct cs_error *err)
{
    char *const path = text_format("%s/%s", folder, name);
    struct stat info;
    int code = path ? CS_OK : cs_fail_memory(err);

    if (!code && stat(path, &info) == 0) {
        code = csv_read(path, &table->file, err);
        code = code ? code : find_columns(table, names, err);
    }
    free(path);
    return code;
}

const char *table_full_year(const struct table *summary)
{
    const double whole = strchr(table_cell(summary, 1, DATE), '-') ? 12 : 4;
    const char *year = NULL;

    for (size_t r = 1; r < summary->file.count; r++)
        if (strlen(table_cell(summary, r, DATE)) == 4 && table_number(summary, r, PERIODS) >= whole)
            year = table_cell(summary, r, DATE);
    return year;
}

const char *manifest_text(const struct table *manifest, const char *key)
{
    for (size_t r = 1; r < manifest->file.count; r++)
        if (table_is(manifest, r, KEY, key))
            return table_cell(manifest, r, VALUE);
    return "";
}

const char *world_cell(const struct table *manifest, const char *table, int row,
                              const char *column)
{
    char key[PLOT_NAME];

    snprintf(key, sizeof key, "cell.%s.%d.%s", table, row, column);
    for (size_t r = 1; r < manifest->file.count; r++) {
        const char *const slash = strrchr(table_cell(manifest, r, KEY), '/');
        if (slash ? !strcmp(slash + 1, key) : table_is(manifest, r, KEY, key))
            return table_cell(manifest, r, VALUE);
    }
    return NULL;
}

const char *world_name(const struct table *manifest, const char *table, const char *id)
{
    const char *found;

    for (int row = 1; (found = world_cell(manifest, table, row, "id")) != NULL; row++)
        if (!strcmp(found, id)) {
            found = world_cell(manifest, table, row, "name");
            return found ? found : id;
        }
    return id;
}

void plot_put_name(struct csv_writer *csv, const char *text)
{
    char name[PLOT_NAME];

    text_printable(text, name, sizeof name);
    for (char *c = name; *c; c++)
        *c = *c == '"' ? '\'' : *c == ',' ? '\x1f' : *c;
    csv_text(csv, name);
}
