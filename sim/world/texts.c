#include "world/texts.h"

#include <string.h>
#include "tool/text.h"

static const char *rule_of(const char *text, bool lines)
{
    if (text_is_formula(text))
        return "must not begin with = + - or @, which a spreadsheet takes for a formula";
    return text_is_plain(text, lines) ? NULL : "must not hold control characters";
}

static void check_line(struct build *b, enum table table, const struct line *line, bool remark)
{
    for (int k = 0; k < catalogue[table].columns; k++) {
        const struct column *column = &catalogue[table].column[k];
        const struct item *item = &line->item[k];
        const bool note = remark || column->kind == KIND_REMARK;
        const bool lines = note || strcmp(column->name, "description") == 0;
        const char *rule = note || column->kind == KIND_TEXT ? rule_of(item->text, lines) : NULL;
        if (rule)
            complain_cell(b, table, k, &item->at, item->text, "%s", rule);
    }
}

void texts_check(struct build *b)
{
    const char *rule = rule_of(b->world->name, false);
    if (rule) {
        b->failed++;
        cs_fail(b->err, CS_INPUT, "%s: the name of a scenario's folder %s", b->folder[0].path,
                rule);
    }
    for (int t = 0; t < TABLES; t++)
        for (int k = 0; k < b->sheet[t].lines; k++)
            check_line(b, (enum table)t, &b->sheet[t].line[k], t == TABLE_SCENARIO && k > 0);
}

static struct cell_text text_of(const struct item *item, const struct place *otherwise)
{
    const struct place *at = item->at.file ? &item->at : otherwise;
    const struct place *factor = &item->factor_at;
    return (struct cell_text){item->text,   at->file ? at->file : "",
                              at->line,     at->depth,
                              item->factor, factor->file ? factor->file : "",
                              factor->line};
}

static int name_columns(struct build *b, enum table table, struct text_table *out)
{
    static const char *const scenario[] = {"key", "value", "note", "source"};
    out->name = catalogue[table].name;
    out->columns = table == TABLE_SCENARIO ? 4 : catalogue[table].columns;
    const char **names = arena_take(b->arena, (size_t)out->columns, sizeof *names);
    for (int k = 0; names && k < out->columns; k++)
        names[k] = table == TABLE_SCENARIO ? scenario[k] : catalogue[table].column[k].name;
    out->column = names;
    return names ? 0 : cs_fail_memory(b->err);
}

static int take_cells(struct build *b, struct text_table *out, int rows)
{
    out->rows = rows;
    out->cell = arena_take(b->arena, (size_t)rows * (size_t)out->columns, sizeof *out->cell);
    return out->cell ? 0 : cs_fail_memory(b->err);
}

static bool is_listed(const struct column *key)
{
    return key->kind != KIND_REMARK && strcmp(key->name, "base") != 0;
}

static int fill_scenario(struct build *b, struct text_table *out)
{
    const struct table_entry *entry = &catalogue[TABLE_SCENARIO];
    const struct line *line = b->sheet[TABLE_SCENARIO].line;
    int rows = 0;
    for (int k = 0; k < entry->columns; k++)
        rows += is_listed(&entry->column[k]);
    if (take_cells(b, out, rows))
        return CS_MEMORY;
    struct cell_text *cell = out->cell;
    for (int k = 0; k < entry->columns; k++) {
        if (!is_listed(&entry->column[k]))
            continue;
        for (int part = 0; part < 3; part++)
            cell[1 + part] = text_of(&line[part].item[k], &line[0].item[k].at);
        cell[0] = cell[1];
        cell[0].text = entry->column[k].name;
        cell[0].factor = 1;
        cell[0].factor_file = "";
        cell += 4;
    }
    return 0;
}

int texts_fill(struct build *b)
{
    for (int t = 0; t < TABLES; t++) {
        struct text_table *out = &b->world->table[t];
        const struct sheet *sheet = &b->sheet[t];
        if (name_columns(b, (enum table)t, out))
            return CS_MEMORY;
        if (t == TABLE_SCENARIO && fill_scenario(b, out))
            return CS_MEMORY;
        if (t == TABLE_SCENARIO)
            continue;
        if (take_cells(b, out, sheet->lines))
            return CS_MEMORY;
        for (int r = 0; r < sheet->lines; r++)
            for (int k = 0; k < out->columns; k++)
                out->cell[r * out->columns + k] =
                    text_of(&sheet->line[r].item[k], &sheet->line[r].first);
    }
    return 0;
}
