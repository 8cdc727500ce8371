#include "world/blanks.h"

#include <stdio.h>
#include <string.h>
#include "tool/text.h"

enum { SHOWN = 3 };

bool class_reads(const struct column *column, int class_word)
{
    if (column->kind == KIND_REF && column->refers != TABLE_NESTS)
        return class_word != CLASS_DEFER;
    return !column->classes || class_word < 0 || (column->classes & (1u << class_word));
}

static bool is_needed(enum table table, const struct line *line, int column)
{
    const struct column *def = &catalogue[table].column[column];
    if (def->blank != BLANK_REFUSED)
        return false;
    if (table != TABLE_OPTIONS)
        return true;
    int class_column = catalogue_column(TABLE_OPTIONS, "class");
    int word = catalogue_word(&catalogue[table].column[class_column],
                              line_text(line, class_column));
    return column == class_column || (word >= 0 && class_reads(def, word));
}

static bool is_missing(enum table table, const struct line *line, int column)
{
    return !*line_text(line, column) && is_needed(table, line, column);
}

/* True, with a complaint, if a column is blank wherever it is needed. */
static bool column_is_missing(struct build *b, enum table table, int column)
{
    const struct sheet *sheet = &b->sheet[table];
    int needed = 0, missing = 0;
    for (int k = 0; k < sheet->lines; k++) {
        needed += is_needed(table, &sheet->line[k], column);
        missing += is_missing(table, &sheet->line[k], column);
    }
    if (missing < 2 || missing < needed)
        return false;
    struct place header = sheet->line[0].first;
    header.line = 1;
    complain_cell(b, table, column, &header, NULL, "must not be blank (it is in every row)");
    return true;
}

/* Where to look for a blank: at the word `none`, else where the row began. */
static const struct place *place_of(const struct line *line, int column)
{
    return line->item[column].at.file ? &line->item[column].at : &line->first;
}

/* A new row of a child may be a misspelt row of its base. */
static const char *hint_for(struct build *b, enum table table, const struct line *line,
                            char hint[CS_SENTENCE])
{
    int count;
    const char **ids = may_suggest(b) ? sheet_ids(b, table, &count) : NULL;
    hint[0] = '\0';
    if (!ids || line->first.depth == b->folders - 1 || catalogue[table].keys != 1)
        return hint;
    for (int k = 0; k < count; k++)
        if (strcmp(ids[k], line_text(line, 0)) == 0)
            ids[k] = "";
    return did_you_mean(line_text(line, 0), ids, count, hint);
}

static void check_line(struct build *b, enum table table, const struct line *line,
                       const bool *skip)
{
    char names[CS_SENTENCE] = "", hint[CS_SENTENCE];
    int missing = 0, first = 0;
    size_t used = 0;
    for (int k = 0; k < catalogue[table].columns; k++) {
        if (skip[k] || !is_missing(table, line, k))
            continue;
        if (missing == 0)
            first = k;
        if (missing++ < SHOWN)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s'%s'",
                                     missing > 1 ? ", " : "", catalogue[table].column[k].name);
    }
    if (missing > SHOWN)
        snprintf(names + used, sizeof names - used, " and %d more", missing - SHOWN);
    if (missing)
        complain_row(b, place_of(line, first), "column%s %s: must not be blank%s",
                     missing > 1 ? "s" : "", names, hint_for(b, table, line, hint));
}

void blanks_check(struct build *b)
{
    const struct line *scenario = &b->sheet[TABLE_SCENARIO].line[0];
    for (int k = 0; k < catalogue[TABLE_SCENARIO].columns; k++)
        if (is_missing(TABLE_SCENARIO, scenario, k))
            complain_cell(b, TABLE_SCENARIO, k, place_of(scenario, k), NULL, "must be given");
    for (int t = TABLE_BUYERS; t < TABLES; t++) {
        bool skip[64] = {false};
        for (int k = 0; k < catalogue[t].columns; k++)
            skip[k] = column_is_missing(b, (enum table)t, k);
        for (int k = 0; k < b->sheet[t].lines; k++)
            check_line(b, (enum table)t, &b->sheet[t].line[k], skip);
    }
}
