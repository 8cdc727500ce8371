#include "world/set.h"

#include <string.h>
#include "tool/number.h"
#include "world/inherit.h"
#include "world/reference.h"

struct assignment {
    struct reference ref;
    const struct column *column;
    struct place at;
    const char *value;
    bool multiplies;
    double factor;
    int skipped, done;
};

static int sheet_space(struct build *b, struct id_space *space)
{
    static const enum table tables[] = {TABLE_BUYERS, TABLE_OPTIONS, TABLE_VENDORS,
                                        TABLE_PLATFORMS, TABLE_NESTS, TABLE_US_REGIMES,
                                        TABLE_CN_STANCES, TABLE_EVENTS};
    *space = (struct id_space){.removed = b->removed, .removals = b->removals,
                               .complaints = &b->failed};
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
        space->id[tables[k]] = sheet_ids(b, tables[k], &space->count[tables[k]]);
        if (!space->id[tables[k]])
            return cs_fail_memory(b->err);
    }
    return 0;
}

static bool is_trimmed_away(char c)
{
    return c == ' ' || c == '\t';
}

/* A copy of `text` up to `length` without blanks at its ends. */
static char *trimmed(struct arena *arena, const char *text, size_t length)
{
    while (length && is_trimmed_away(*text))
        text++, length--;
    while (length && is_trimmed_away(text[length - 1]))
        length--;
    return arena_text_n(arena, text, length);
}

/* Splits `A=v` or `A*=f`; false after a complaint. */
static int split(struct build *b, const char *text, const struct id_space *space,
                 struct assignment *set)
{
    char rule[CS_SENTENCE];
    const char *equals = strchr(text, '=');
    if (!equals) {
        complain_row(b, &set->at, "must be written ADDRESS=VALUE or ADDRESS*=FACTOR");
        return 0;
    }
    set->multiplies = equals > text && equals[-1] == '*';
    char *address = trimmed(b->arena, text, (size_t)(equals - text) - set->multiplies);
    set->value = trimmed(b->arena, equals + 1, strlen(equals + 1));
    if (!address || !set->value)
        return cs_fail_memory(b->err);
    if (reference_read(space, address, &set->ref, rule)) {
        complain_row(b, &set->at, "%s", rule);
        return 0;
    }
    set->column = &catalogue[set->ref.table].column[set->ref.column];
    const char *broken = NULL;
    if (strcmp(address, "scenario.base") == 0)
        broken = "a folder's base is part of the folder";
    else if (!*set->value)
        broken = "a value must follow '=' (the word none makes a cell blank)";
    else if (set->multiplies && set->column->kind != KIND_REAL)
        broken = "only a number that can vary takes a factor";
    else if (set->multiplies)
        broken = number_parse(set->value, &set->factor);
    else if (set->value[0] == '*')
        broken = "a factor is written ADDRESS*=FACTOR";
    if (broken)
        complain_row(b, &set->at, "%s", broken);
    return 0;
}

static int apply(struct build *b, struct assignment *set, struct item *item)
{
    bool blank = !*item->text;
    bool needs_row = set->ref.table == TABLE_SCENARIO || catalogue[set->ref.table].keys == 1;
    if (set->multiplies && blank) {
        set->skipped++;
        return 0;
    }
    if (set->multiplies) {
        item->factor *= set->factor;
        item->factor_at = set->at;
    } else if (blank && set->ref.wild && needs_row) {
        if (!set->skipped++)
            complain_row(b, &set->at, "a '*' meets a blank cell, which only its own address "
                                      "can give a value");
        return 0;
    } else if (inherit_cell(b, set->column, set->value, &set->at, item)) {
        return cs_fail_memory(b->err);
    }
    set->done++;
    return 0;
}

static bool is_defer(struct build *b, const char *id)
{
    static const char word[] = "defer";
    struct line *line = sheet_find(&b->sheet[TABLE_OPTIONS], id);
    return line && strcmp(line_text(line, catalogue_column(TABLE_OPTIONS, "class")), word) == 0;
}

static int apply_pair(struct build *b, struct assignment *set, const char *first,
                      const char *second)
{
    enum table table = set->ref.table;
    const char *cells[4] = {first, second, "", ""};
    const char *key = sheet_key(b, table, cells);
    struct line *line = key ? sheet_find(&b->sheet[table], key) : NULL;
    if (!line && set->multiplies) {
        set->skipped++;
        return 0;
    }
    if (key && !line) {
        line = sheet_add(b, table, key, &set->at);
        for (int k = 0; line && k < 2; k++)
            line->item[k] = (struct item){.text = cells[k], .at = set->at, .factor = 1};
    }
    return line ? apply(b, set, &line->item[set->ref.column]) : cs_fail_memory(b->err);
}

static int apply_pairs(struct build *b, struct assignment *set, const struct id_space *space)
{
    int first, second, code = 0;
    reference_tables(set->ref.table, &first, &second);
    for (int i = 0; i < space->count[first]; i++)
        for (int k = 0; !code && k < space->count[second]; k++) {
            const char *a = space->id[first][i], *c = space->id[second][k];
            bool cell = first == second ? i != k : !is_defer(b, c);
            if (cell && reference_names(&set->ref, a, c))
                code = apply_pair(b, set, a, c);
        }
    if (!code && !set->done && !set->skipped)
        complain_row(b, &set->at, "the option defer has no taste and no stock");
    return code;
}

/* A wildcard passes over a cell that the class of its option does not read. */
static bool is_unread(const struct assignment *set, const struct line *line)
{
    if (set->ref.table != TABLE_OPTIONS || !set->ref.wild || !set->column->classes)
        return false;
    int at = catalogue_column(TABLE_OPTIONS, "class");
    int class = catalogue_word(&catalogue[TABLE_OPTIONS].column[at], line_text(line, at));
    return class >= 0 && !(set->column->classes & 1u << class);
}

static int apply_rows(struct build *b, struct assignment *set)
{
    struct sheet *sheet = &b->sheet[set->ref.table];
    int code = 0;
    for (int k = 0; !code && k < sheet->lines; k++)
        if (set->ref.table == TABLE_SCENARIO
                ? k == 0
                : reference_names(&set->ref, line_text(&sheet->line[k], 0), "") &&
                      !is_unread(set, &sheet->line[k]))
            code = apply(b, set, &sheet->line[k].item[set->ref.column]);
    return code;
}

int set_apply(struct build *b)
{
    struct id_space space;
    int code = b->sets ? sheet_space(b, &space) : 0;
    for (int k = 0; !code && k < b->sets; k++) {
        struct assignment set = {.at = {"--set", k + 1, DEPTH_SET}};
        int before = b->failed;
        code = split(b, b->set[k], &space, &set);
        if (code || b->failed > before)
            continue;
        code = catalogue[set.ref.table].keys == 2 ? apply_pairs(b, &set, &space)
                                                  : apply_rows(b, &set);
        if (!code && !set.done && set.multiplies && set.skipped)
            code = build_note(b, "factor_skipped", "--set %s: every cell is blank", b->set[k]);
    }
    return code;
}
