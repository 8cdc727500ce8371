#include "world/inherit.h"

#include <string.h>
#include "tool/number.h"

/* A file on its way into its sheet. */
struct layer {
    enum table table;
    int depth;
    bool root;               /* the farthest folder: nothing is inherited */
    const struct csv_file *csv;
    int *column;             /* [fields of the header] column of the table, or -1 */
    int fields;
    int field[64];           /* column -> field of the header, or -1 */
};

enum { SCENARIO_VALUE, SCENARIO_NOTE, SCENARIO_SOURCE, SCENARIO_LINES };
static const char *const scenario_lines[SCENARIO_LINES] = {"value", "note", "source"};

static struct place place_of(const struct layer *in, int line)
{
    return (struct place){in->csv->path, line, in->depth};
}

static const char *multiply(struct build *b, const struct column *column, double factor,
                            const struct place *at, struct item *item)
{
    char text[NUMBER_TEXT];
    double value;
    if (column->kind == KIND_REAL) {
        item->factor *= factor;
        item->factor_at = *at;
        return NULL;
    }
    const char *rule = number_parse(item->text, &value);
    if (rule)
        return rule;
    number_write(value * factor, text);
    item->text = arena_text(b->arena, text);
    item->at = *at;
    return item->text ? NULL : "out of memory";
}

const char *inherit_cell(struct build *b, const struct column *column, const char *text,
                         const struct place *at, struct item *item)
{
    bool takes_factor = column->kind == KIND_REAL || column->kind == KIND_NUMBER;
    double factor;
    if (takes_factor && text[0] == '*') {
        const char *rule = number_parse(text + 1, &factor);
        if (rule)
            return rule;
        if (!*item->text)
            return "there is no inherited number to multiply";
        return multiply(b, column, factor, at, item);
    }
    item->text = strcmp(text, "none") == 0 ? "" : arena_text(b->arena, text);
    item->at = *at;
    item->factor = 1;
    item->factor_at = (struct place){0};
    return item->text ? NULL : "out of memory";
}

/* The columns that a header may name: those of the table, or of scenario.csv
 * key, value, note and source (numbered 0 to 3). */
static int header_column(enum table table, const char *name)
{
    if (table != TABLE_SCENARIO)
        return catalogue_column(table, name);
    if (strcmp(name, "key") == 0)
        return 0;
    for (int k = 0; k < SCENARIO_LINES; k++)
        if (strcmp(name, scenario_lines[k]) == 0)
            return k + 1;
    return -1;
}

static const char *header_hint(enum table table, const char *name, char out[CS_SENTENCE])
{
    static const char *const list[] = {"key", "value", "note", "source"};
    if (table == TABLE_SCENARIO)
        return did_you_mean(name, list, 4, out);
    return did_you_mean_column(name, table, out);
}

static const char *header_name(enum table table, int column)
{
    if (table == TABLE_SCENARIO)
        return column == 0 ? "key" : scenario_lines[column - 1];
    return catalogue[table].column[column].name;
}

/* Spreadsheets of many countries divide columns otherwise. */
static bool is_divided(struct build *b, const struct csv_row *row, const struct place *at)
{
    const char divider = strchr(row->cells[0], ';') ? ';' : '\t';

    if (row->count > 1 || !strchr(row->cells[0], divider))
        return true;
    complain_row(b, at, "columns are divided by %s: save the file with commas between columns and "
                 "a point in numbers", divider == ';' ? "semicolons" : "tabs");
    return false;
}

/* Reads the header; true if rows can be read with it. */
static bool read_header(struct build *b, struct layer *in)
{
    const struct csv_row *row = &in->csv->rows[0];
    struct place at = place_of(in, row->line);
    char hint[CS_SENTENCE];
    int before = b->failed;
    int keys = in->table == TABLE_SCENARIO ? 2 : catalogue[in->table].keys;

    if (!is_divided(b, row, &at))
        return false;
    memset(in->field, -1, sizeof in->field);
    for (int k = 0; k < row->count; k++) {
        const char *name = row->cells[k];
        int column = header_column(in->table, name);
        in->column[k] = column;
        if (!*name)
            complain_row(b, &at, "column %d has no name", k + 1);
        else if (column < 0)
            complain_row(b, &at, "column '%s': there is no such column%s", name,
                         header_hint(in->table, name, hint));
        else if (in->field[column] >= 0)
            complain_row(b, &at, "column '%s': stands twice in the header", name);
        else
            in->field[column] = k;
    }
    for (int k = 0; k < keys; k++)
        if (in->field[k] < 0)
            complain_row(b, &at, "column '%s': is missing", header_name(in->table, k));
    return b->failed == before;
}

static const char *cell_of(const struct layer *in, const struct csv_row *row, int column)
{
    return in->field[column] >= 0 ? row->cells[in->field[column]] : "";
}

/* True if a row has as many cells as the header. */
static bool row_fits(struct build *b, const struct layer *in, const struct csv_row *row)
{
    struct place at = place_of(in, row->line);
    if (row->count == in->fields)
        return true;
    complain_row(b, &at, "%d cell%s where the header has %d%s", row->count,
                 row->count == 1 ? "" : "s", in->fields,
                 row->count > in->fields ? " (a text with a comma needs quotes)" : "");
    return false;
}

/* The key of a row, without the `!`; NULL after a complaint or without memory. */
static const char *row_key(struct build *b, const struct layer *in, const struct csv_row *row)
{
    const struct table_entry *entry = &catalogue[in->table];
    struct place at = place_of(in, row->line);
    const char *cells[4] = {"", "", "", ""};
    int before = b->failed;
    for (int k = 0; k < entry->keys; k++) {
        cells[k] = cell_of(in, row, k);
        if (k == 0 && cells[k][0] == '!')
            cells[k]++;
        if (!*cells[k] && entry->column[k].kind != KIND_REF_ALL)
            complain_cell(b, in->table, k, &at, NULL, "must not be blank");
    }
    return b->failed == before ? sheet_key(b, in->table, cells) : NULL;
}

static int remove_row(struct build *b, const struct layer *in, const struct csv_row *row)
{
    struct sheet *sheet = &b->sheet[in->table];
    struct place at = place_of(in, row->line);
    int before = b->failed;
    const char *key = row_key(b, in, row);
    if (!key)
        return b->failed > before ? 0 : cs_fail_memory(b->err);
    struct line *line = sheet_find(sheet, key);
    if (!line) {
        complain_cell(b, in->table, 0, &at, cell_of(in, row, 0),
                      "there is no inherited row to remove");
        return 0;
    }
    struct removed *gone = arena_grow(b->arena, b->removed, b->removals, &b->removal_room,
                                      sizeof *gone);
    if (!gone)
        return cs_fail_memory(b->err);
    b->removed = gone;
    gone[b->removals++] = (struct removed){in->table, key, at};
    line->key = "";
    return 0;
}

/* Closes the gaps that removed rows have left. */
static int close_gaps(struct build *b, enum table table)
{
    struct sheet *sheet = &b->sheet[table];
    int kept = 0;
    for (int k = 0; k < sheet->lines; k++)
        if (*sheet->line[k].key)
            sheet->line[kept++] = sheet->line[k];
    if (kept == sheet->lines)
        return 0;
    sheet->lines = kept;
    return sheet_index(b, table);
}

/* Lays the cells of a row over its line. */
static int lay_row(struct build *b, const struct layer *in, const struct csv_row *row,
                   struct line *line)
{
    const struct table_entry *entry = &catalogue[in->table];
    struct place at = place_of(in, row->line);
    for (int k = 0; k < entry->columns; k++) {
        const char *text = cell_of(in, row, k);
        bool key_again = k < entry->keys && *line->item[k].text;
        if (!*text || key_again)
            continue;
        const char *rule = inherit_cell(b, &entry->column[k], text, &at, &line->item[k]);
        if (rule && !line->item[k].text)
            return cs_fail_memory(b->err);
        if (rule)
            complain_cell(b, in->table, k, &at, text, "%s", rule);
    }
    return 0;
}

static int add_row(struct build *b, const struct layer *in, const struct csv_row *row)
{
    struct sheet *sheet = &b->sheet[in->table];
    struct place at = place_of(in, row->line);
    int before = b->failed;
    const char *key = row_key(b, in, row);
    if (!key)
        return b->failed > before ? 0 : cs_fail_memory(b->err);
    struct line *line = sheet_find(sheet, key);
    if (line && line->latest.depth == in->depth) {
        complain_cell(b, in->table, 0, &at, cell_of(in, row, 0),
                      "the same row stands in line %d", line->latest.line);
        return 0;
    }
    if (!line && sheet->lines >= LIMIT_ROWS) {
        complain_row(b, &at, "the table has more than %d rows", LIMIT_ROWS);
        return 0;
    }
    if (!line)
        line = sheet_add(b, in->table, key, &at);
    if (!line)
        return cs_fail_memory(b->err);
    line->latest = at;
    return lay_row(b, in, row, line);
}

/* Removals first, so that a row can be removed and made anew in one file. */
static int lay_rows(struct build *b, const struct layer *in)
{
    int code = 0;
    for (int pass = 0; !code && pass < 2; pass++) {
        for (size_t r = 1; !code && r < in->csv->count; r++) {
            const struct csv_row *row = &in->csv->rows[r];
            if (pass == 0 && !row_fits(b, in, row))
                continue;
            if (row->count != in->fields)
                continue;
            bool removes = cell_of(in, row, 0)[0] == '!';
            if (removes && pass == 0)
                code = remove_row(b, in, row);
            else if (!removes && pass == 1)
                code = add_row(b, in, row);
        }
        if (!code && pass == 0)
            code = close_gaps(b, in->table);
    }
    return code;
}

/* A folder that names every regime sets their order. */
static int reorder(struct build *b, const struct layer *in)
{
    struct sheet *sheet = &b->sheet[in->table];
    int named = 0;
    for (int k = 0; k < sheet->lines; k++)
        named += sheet->line[k].latest.depth == in->depth;
    if (in->root || named != sheet->lines || !named || named > LIMIT_REGIMES)
        return 0;
    struct line *sorted = arena_take(b->arena, (size_t)sheet->room, sizeof *sorted);
    if (!sorted)
        return cs_fail_memory(b->err);
    for (int k = 0; k < sheet->lines; k++) {
        int place = 0;
        for (int m = 0; m < sheet->lines; m++)
            place += sheet->line[m].latest.line < sheet->line[k].latest.line;
        sorted[place] = sheet->line[k];
    }
    sheet->line = sorted;
    return sheet_index(b, in->table);
}

/* One row of scenario.csv into the three lines of its sheet. */
static int lay_key(struct build *b, const struct layer *in, const struct csv_row *row,
                   int *seen)
{
    struct sheet *sheet = &b->sheet[TABLE_SCENARIO];
    struct place at = place_of(in, row->line);
    const char *name = cell_of(in, row, 0);
    bool removes = name[0] == '!';
    char hint[CS_SENTENCE];
    int key = catalogue_column(TABLE_SCENARIO, name + removes);
    if (key < 0 || catalogue[TABLE_SCENARIO].column[key].kind == KIND_REMARK) {
        complain_row(b, &at, "key '%s': there is no such key%s", name + removes,
                     did_you_mean_column(name + removes, TABLE_SCENARIO, hint));
        return 0;
    }
    if (seen[key])
        complain_cell(b, TABLE_SCENARIO, key, &at, NULL, "stands in line %d already", seen[key]);
    seen[key] = row->line;
    const struct column *column = &catalogue[TABLE_SCENARIO].column[key];
    bool own = strcmp(name, "title") == 0 || strcmp(name, "description") == 0
               || strcmp(name, "base") == 0;
    if (own && in->depth > 0)
        return 0;
    if (removes && !*line_text(&sheet->line[SCENARIO_VALUE], key))
        complain_cell(b, TABLE_SCENARIO, key, &at, NULL, "there is no inherited row to remove");
    for (int k = 0; k < SCENARIO_LINES; k++) {
        const char *text = removes && k == SCENARIO_VALUE ? "none" : cell_of(in, row, 1 + k);
        static const struct column remark = {.kind = KIND_REMARK};
        struct item *item = &sheet->line[k].item[key];
        const char *rule = *text ? inherit_cell(b, k ? &remark : column, text, &at, item) : NULL;
        if (rule && !item->text)
            return cs_fail_memory(b->err);
        if (rule)
            complain_cell(b, TABLE_SCENARIO, key, &at, text, "%s", rule);
    }
    return 0;
}

static int lay_keys(struct build *b, const struct layer *in)
{
    struct sheet *sheet = &b->sheet[TABLE_SCENARIO];
    struct place nowhere = {b->folder[b->folders - 1].file[TABLE_SCENARIO], 1, DEPTH_NEVER};
    int seen[64] = {0};
    int code = 0;
    for (int k = sheet->lines; k < SCENARIO_LINES; k++)
        if (!sheet_add(b, TABLE_SCENARIO, scenario_lines[k], &nowhere))
            return cs_fail_memory(b->err);
    for (size_t r = 1; !code && r < in->csv->count; r++)
        if (row_fits(b, in, &in->csv->rows[r]))
            code = lay_key(b, in, &in->csv->rows[r], seen);
    return code;
}

static int lay_file(struct build *b, enum table table, int depth, const struct csv_file *csv)
{
    struct layer in = {.table = table, .depth = depth, .root = depth == b->folders - 1};
    struct csv_file local = *csv;
    local.path = (char *)(uintptr_t)b->folder[depth].file[table];
    in.csv = &local;
    in.fields = csv->rows[0].count;
    in.column = arena_take(b->arena, (size_t)in.fields, sizeof *in.column);
    b->folder[depth].sha256[table] = arena_text(b->arena, csv->sha256);
    if (!in.column || !b->folder[depth].sha256[table])
        return cs_fail_memory(b->err);
    if (!read_header(b, &in))
        return 0;
    if (table == TABLE_SCENARIO)
        return lay_keys(b, &in);
    int code = lay_rows(b, &in);
    if (!code && (table == TABLE_US_REGIMES || table == TABLE_CN_STANCES))
        code = reorder(b, &in);
    return code;
}

static int lay_folder(struct build *b, int depth)
{
    struct folder *folder = &b->folder[depth];
    int code = lay_file(b, TABLE_SCENARIO, depth, &folder->scenario);
    for (int t = TABLE_BUYERS; !code && t < TABLES; t++) {
        struct csv_file csv = {0};
        if (!folder->has[t])
            continue;
        folder->file[t] = arena_format(b->arena, "%s/%s.csv", folder->path, catalogue[t].name);
        if (!folder->file[t])
            return cs_fail_memory(b->err);
        code = csv_read_within(folder->file[t], LIMIT_ROWS, LIMIT_COLUMNS, &csv, b->err);
        if (!code)
            code = lay_file(b, (enum table)t, depth, &csv);
        csv_release(&csv);
        if (code == CS_INPUT) { /* said by csv_read: go on with the other files */
            b->failed++;
            code = 0;
        }
    }
    return code;
}

static int list_inputs(struct build *b)
{
    struct scenario *w = b->world;
    w->input = arena_take(b->arena, (size_t)(b->folders * TABLES), sizeof *w->input);
    if (!w->input)
        return cs_fail_memory(b->err);
    for (int d = 0; d < b->folders; d++)
        for (int t = 0; t < TABLES; t++) {
            if (!b->folder[d].sha256[t])
                continue;
            w->input[w->inputs].path = b->folder[d].file[t];
            memcpy(w->input[w->inputs].sha256, b->folder[d].sha256[t], 65);
            w->inputs++;
        }
    return 0;
}

int inherit_tables(struct build *b)
{
    const char *root = b->folder[b->folders - 1].path;
    int code = 0;
    for (int depth = b->folders - 1; !code && depth >= 0; depth--)
        code = lay_folder(b, depth);
    for (int t = 0; !code && t < TABLES; t++) {
        if (!catalogue[t].required || b->sheet[t].seen)
            continue;
        b->failed++;
        cs_fail(b->err, CS_INPUT, "%s: there is no %s.csv, which a scenario without a base needs",
                root, catalogue[t].name);
    }
    return code ? code : list_inputs(b);
}
