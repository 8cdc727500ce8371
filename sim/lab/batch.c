#include "lab/batch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tool/number.h"
#include "tool/text.h"

static const char *const columns[] = {"scenario", "name", "paths", "seed"};
enum { SCENARIO, NAME, PATHS, SEED, COLUMNS };

/* Where a column of the list belongs. */
struct heading {
    int column[COLUMNS];     /* or -1 */
};

/* --- the header -------------------------------------------------------------------- */

static bool is_remark(const char *name)
{
    return !strcmp(name, "note") || !strcmp(name, "source");
}

static int known_column(const char *name)
{
    for (int k = 0; k < COLUMNS; k++)
        if (!strcmp(columns[k], name))
            return k;
    return -1;
}

static void check_heading(const struct csv_file *file, const char *name, struct cs_error *err)
{
    static const char *const names[] = {"scenario", "name", "paths", "seed", "note", "source"};
    const char *const near = text_nearest(name, names, sizeof names / sizeof *names);

    if (strchr(name, '.') || is_remark(name))
        return;
    if (near)
        cs_fail(err, CS_INPUT, "%s:1: there is no column '%s'; did you mean '%s'?", file->path,
                name, near);
    else
        cs_fail(err, CS_INPUT, "%s:1: column '%s': is neither scenario, name, paths or seed nor an "
                "address such as us_regimes.h20_levy.levy_rate", file->path, name);
}

static int read_heading(const struct csv_file *file, struct heading *heading,
                        struct cs_error *err)
{
    const struct csv_row *const row = &file->rows[0];

    *heading = (struct heading){{-1, -1, -1, -1}};
    for (int c = 0; c < row->count; c++) {
        const char *const name = row->cells[c];
        const int known = known_column(name);
        if (known >= 0)
            heading->column[known] = c;
        else
            check_heading(file, name, err);
        for (int before = 0; before < c; before++)
            if (!strcmp(row->cells[before], name))
                cs_fail(err, CS_INPUT, "%s:1: column '%s' stands there twice", file->path, name);
    }
    if (heading->column[SCENARIO] < 0)
        cs_fail(err, CS_INPUT, "%s:1: there is no column 'scenario'", file->path);
    return err->code;
}

/* --- rows -------------------------------------------------------------------------- */

static const char *cell(const struct csv_row *row, const struct heading *heading, int which)
{
    return heading->column[which] < 0 ? "" : row->cells[heading->column[which]];
}

/* 1e6 and 250000 alike; the default for a blank cell. */
static void read_whole(const struct csv_file *file, const struct csv_row *row,
                        const struct heading *heading, int which, uint64_t *value,
                        struct cs_error *err)
{
    const char *const text = cell(row, heading, which);
    const char *const rule = *text ? number_parse_whole(text, value) : NULL;

    if (rule)
        cs_fail(err, CS_INPUT, "%s:%d: column '%s': %s: %s", file->path, row->line,
                columns[which], text, rule);
    else if (which == PATHS && (*value < 1 || *value > UINT32_MAX))
        cs_fail(err, CS_INPUT, "%s:%d: column 'paths': %s: must be between 1 and 4294967295",
                file->path, row->line, text);
}

/* The last part of a scenario's path. */
static char *usual_name(const char *scenario)
{
    size_t end = strlen(scenario);

    while (end > 1 && scenario[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && scenario[start - 1] != '/')
        start--;
    return text_copy_n(scenario + start, end - start);
}

static bool is_folder_name(const char *name)
{
    const char *const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const size_t length = strlen(name);

    for (size_t k = 0; k < length; k++)
        if (!strchr(letters, name[k]) && (k == 0 || !strchr("_-.", name[k])))
            return false;
    return length > 0 && length < 128 && !strstr(name, ".csv");
}

static void check_name(const struct batch *batch, const struct batch_row *row,
                       struct cs_error *err)
{
    if (!is_folder_name(row->name))
        cs_fail(err, CS_INPUT, "%s:%d: column 'name': %s: must be the name of a folder: letters, "
                "digits, and inside also _ - .", batch->path, row->line, row->name);
    for (int k = 0; k < batch->count; k++)
        if (!strcmp(batch->row[k].name, row->name)) {
            cs_fail(err, CS_INPUT, "%s:%d: column 'name': %s: line %d has the same name",
                    batch->path, row->line, row->name, batch->row[k].line);
            return;
        }
}

static bool read_sets(const struct csv_file *file, const struct csv_row *from,
                      struct batch_row *row)
{
    row->set = calloc((size_t)from->count, sizeof(char *));
    for (int c = 0; row->set && c < from->count; c++) {
        const char *const address = file->rows[0].cells[c];
        if (known_column(address) >= 0 || is_remark(address) || !*from->cells[c])
            continue;
        row->set[row->sets] = text_format("%s=%s", address, from->cells[c]);
        if (!row->set[row->sets++])
            return false;
    }
    return row->set != NULL;
}

static int read_row(struct batch *batch, const struct csv_file *file, const struct csv_row *from,
                    const struct heading *heading, struct cs_error *err)
{
    struct batch_row *const row = &batch->row[batch->count];
    const char *const scenario = cell(from, heading, SCENARIO);
    const char *const name = cell(from, heading, NAME);

    if (from->count != file->rows[0].count)
        return cs_fail(err, CS_INPUT, "%s:%d: has %d cell%s, the header has %d", file->path,
                       from->line, from->count, from->count == 1 ? "" : "s",
                       file->rows[0].count);
    row->line = from->line;
    row->scenario = text_copy(scenario);
    row->name = *name ? text_copy(name) : usual_name(scenario);
    batch->count++;
    if (!row->scenario || !row->name || !read_sets(file, from, row))
        return cs_fail_memory(err);
    read_whole(file, from, heading, PATHS, &row->paths, err);
    read_whole(file, from, heading, SEED, &row->seed, err);
    batch->count--; /* it is not among those that have its name */
    if (!*scenario)
        cs_fail(err, CS_INPUT, "%s:%d: column 'scenario': must name a scenario", file->path,
                from->line);
    else
        check_name(batch, row, err);
    batch->count++;
    return CS_OK;
}

static int read_rows(struct batch *batch, const struct csv_file *file, uint64_t paths,
                     uint64_t seed, struct cs_error *err)
{
    struct heading heading;
    int code = read_heading(file, &heading, err);

    batch->row = calloc(file->count, sizeof *batch->row);
    if (!batch->row)
        return cs_fail_memory(err);
    for (size_t r = 1; r < file->count && code != CS_MEMORY && heading.column[SCENARIO] >= 0; r++) {
        batch->row[batch->count].paths = paths;
        batch->row[batch->count].seed = seed;
        code = read_row(batch, file, &file->rows[r], &heading, err);
    }
    if (!err->code && batch->count == 0)
        cs_fail(err, CS_INPUT, "%s: has no rows", file->path);
    return err->code;
}

int batch_read(const char *path, uint64_t paths, uint64_t seed, struct batch **out,
               struct cs_error *err)
{
    struct batch *const batch = calloc(1, sizeof *batch);
    int code = CS_OK;

    *out = NULL;
    if (batch)
        batch->path = text_copy(path);
    if (!batch || !batch->path)
        code = cs_fail_memory(err);
    if (!code && access(path, F_OK))
        code = cs_fail(err, CS_INPUT, "%s: there is no such list", path);
    if (!code)
        code = csv_read(path, &batch->file, err);
    if (!code)
        code = read_rows(batch, &batch->file, paths, seed, err);
    if (code)
        batch_free(batch);
    else
        *out = batch;
    return code;
}

void batch_free(struct batch *batch)
{
    if (!batch)
        return;
    for (int k = 0; k < batch->count; k++) {
        struct batch_row *const row = &batch->row[k];
        for (size_t s = 0; row->set && s < row->sets; s++)
            free(row->set[s]);
        free(row->set);
        free(row->scenario);
        free(row->name);
        free(row->message);
        scenario_free(row->world);
    }
    csv_release(&batch->file);
    free(batch->row);
    free(batch->path);
    free(batch);
}

/* --- loading ------------------------------------------------------------------------- */

/* `--set 'A=v': rule` of one of the row's own columns becomes `column 'A': v: rule`. */
static void say_where(const struct batch *batch, const struct batch_row *row, const char *text,
                      struct cs_error *err)
{
    for (size_t s = 0; s < row->sets; s++) {
        char *const start = text_format("--set '%s': ", row->set[s]);
        const size_t length = start ? strlen(start) : 0;
        const bool own = start && !strncmp(text, start, length);
        const char *const equals = strchr(row->set[s], '=');
        free(start);
        if (!own)
            continue;
        cs_fail(err, CS_INPUT, "%s:%d: column '%.*s': %s: %s", batch->path, row->line,
                (int)(equals - row->set[s]), row->set[s], equals + 1, text + length);
        return;
    }
    cs_fail(err, CS_INPUT, "%s:%d: %s", batch->path, row->line, text);
}

int batch_load(const struct batch *batch, struct batch_row *row, const char *folder,
               const char *const *set, size_t sets, struct cs_error *err)
{
    const char **const all = malloc((sets + row->sets + 1) * sizeof *all);
    struct cs_error own = {0};

    if (!all)
        return cs_fail_memory(err);
    for (size_t k = 0; k < sets; k++)
        all[k] = set[k];
    for (size_t k = 0; k < row->sets; k++)
        all[sets + k] = row->set[k];
    const int code = cs_scenario_load(folder, all, sets + row->sets, &row->world, &own);
    for (int k = 0; k < own.count; k++)
        say_where(batch, row, own.text[k], err);
    free(all);
    return code;
}
