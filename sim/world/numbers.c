#include "world/numbers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "tool/number.h"
#include "world/blanks.h"
#include "world/resolve.h"

static int rows_of(const struct scenario *w, enum table table)
{
    switch (table) {
    case TABLE_SCENARIO: return 1;
    case TABLE_BUYERS: return w->buyers;
    case TABLE_OPTIONS: return w->options;
    case TABLE_VENDORS: return w->vendors;
    case TABLE_PLATFORMS: return w->platforms;
    case TABLE_NESTS: return w->nests;
    case TABLE_INSTALLED:
    case TABLE_TASTES: return w->buyers * w->options;
    case TABLE_US_REGIMES: return w->us_regimes;
    case TABLE_CN_STANCES: return w->cn_stances;
    case TABLE_US_RATES: return w->us_regimes * w->us_regimes;
    case TABLE_CN_RATES: return w->cn_stances * w->cn_stances;
    case TABLE_EVENTS: return w->events;
    default: return 0;
    }
}

static double blank_value(enum blank blank)
{
    return blank == BLANK_ONE ? 1 : blank == BLANK_UNLIMITED ? INFINITY : 0;
}

static int lay_out(struct build *b)
{
    struct scenario *w = b->world;
    w->cells = 0;
    for (int t = 0; t < CELL_TABLES; t++) {
        int rows = rows_of(w, (enum table)t), columns = catalogue_reals((enum table)t);
        w->at[t] = (struct cell_block){w->cells, rows, columns};
        w->cells += rows * columns;
    }
    if (w->cells > LIMIT_CELLS) {
        b->failed++;
        return cs_fail(b->err, CS_INPUT, "%s: %d numbers, and at most %d are allowed",
                       b->folder[0].path, w->cells, (int)LIMIT_CELLS);
    }
    size_t cells = (size_t)w->cells;
    w->value = arena_take(b->arena, cells, sizeof *w->value);
    w->factor = arena_take(b->arena, cells, sizeof *w->factor);
    w->given = arena_take(b->arena, cells, sizeof *w->given);
    b->cell = arena_take(b->arena, cells, sizeof *b->cell);
    b->cell_depth = arena_take(b->arena, cells, sizeof *b->cell_depth);
    if (!w->value || !w->factor || !w->given || !b->cell || !b->cell_depth)
        return cs_fail_memory(b->err);
    for (int t = 0; t < CELL_TABLES; t++)
        for (int k = 0; k < w->at[t].columns * w->at[t].rows; k++) {
            int column = catalogue_of_real((enum table)t, k / w->at[t].rows);
            w->value[w->at[t].first + k] = blank_value(catalogue[t].column[column].blank);
            w->factor[w->at[t].first + k] = 1;
            b->cell_depth[w->at[t].first + k] = DEPTH_NEVER;
        }
    return 0;
}

/* "buyers.x.exposure: " where a wildcard of --set leaves the cell open, else "". */
static const char *name_cell(const struct build *b, const struct place *at, int cell,
                             char out[CS_SENTENCE])
{
    char name[CS_SENTENCE];
    out[0] = '\0';
    if (at->depth != DEPTH_SET || cell < 0)
        return out;
    cell_address(b->world, cell, name, sizeof name);
    if (!strstr(b->set[at->line - 1], name))
        snprintf(out, CS_SENTENCE, "%.300s: ", name);
    return out;
}

/* The number of an item; true if it is one and its product with the factor
 * lies in the domain. `cell` is -1 for a number that is no cell. */
static bool read_item(struct build *b, enum table table, int column, const struct item *item,
                      int cell, double *value)
{
    const struct column *def = &catalogue[table].column[column];
    char text[2][NUMBER_TEXT], name[CS_SENTENCE];
    const char *rule = number_parse(item->text, value);
    if (!rule && !domain_holds(def->domain, *value) && item->factor == 1)
        rule = domains[def->domain].rule;
    if (rule) {
        complain_cell(b, table, column, &item->at, item->text, "%s%s",
                      name_cell(b, &item->at, cell, name), rule);
        return false;
    }
    double product = *value * item->factor;
    if (domain_holds(def->domain, product))
        return true;
    show_number(item->factor, text[0]);
    show_number(product, text[1]);
    if (item->factor_at.depth == DEPTH_SET)
        complain_cell(b, table, column, &item->factor_at, NULL, "%s%.60s times %s is %s: %s",
                      name_cell(b, &item->factor_at, cell, name), item->text, text[0], text[1],
                      domains[def->domain].rule);
    else
        complain_cell(b, table, column, &item->factor_at, item->text, "times %s is %s: %s",
                      text[0], text[1], domains[def->domain].rule);
    return false;
}

bool number_item(struct build *b, enum table table, int column, const struct item *item,
                 double *value)
{
    *value = NAN;
    return !*item->text || read_item(b, table, column, item, -1, value);
}

static void read_cell(struct build *b, enum table table, int column, struct item *item, int cell)
{
    struct scenario *w = b->world;
    double value;
    b->cell[cell] = item;
    b->cell_depth[cell] = item->at.file ? item->at.depth : DEPTH_NEVER;
    if (!*item->text)
        return;
    /* One half lies in every domain: one wrong number gives one complaint. */
    bool right = read_item(b, table, column, item, cell, &value);
    w->value[cell] = right ? value : 0.5;
    w->factor[cell] = right ? item->factor : 1;
    w->given[cell] = true;
}

/* The row of a pair in its matrix, or -1 after a complaint. */
static int pair_row(struct build *b, enum table table, const struct line *line)
{
    const struct scenario *w = b->world;
    int before = b->failed;
    int first = *line_text(line, 0) ? resolve_ref(b, table, 0, &line->item[0]) : -1;
    int second = *line_text(line, 1) ? resolve_ref(b, table, 1, &line->item[1]) : -1;
    bool rates = table == TABLE_US_RATES || table == TABLE_CN_RATES;
    if (b->failed > before || first < 0 || second < 0)
        return -1;
    if (rates && first == second) {
        complain_cell(b, table, 1, &line->item[1].at, line_text(line, 1),
                      "must differ from column 'from': staying is not a move");
        return -1;
    }
    if (!rates && w->option[second].class == CLASS_DEFER) {
        complain_cell(b, table, 1, &line->item[1].at, line_text(line, 1),
                      "an option of class defer has no %s", catalogue[table].noun);
        return -1;
    }
    return cell_pair(w, table, first, second) - w->at[table].first;
}

/* Rows of one event share a probability, which one of them may give. */
static void read_probability(struct build *b, int column, struct item *item, int cell)
{
    struct item *known = b->cell[cell];
    if (!known || !*known->text) {
        read_cell(b, TABLE_EVENTS, column, item, cell);
        return;
    }
    double value;
    int depth = b->cell_depth[cell];
    if (!*item->text || !read_item(b, TABLE_EVENTS, column, item, cell, &value))
        return;
    bool same = value == b->world->value[cell] && item->factor == b->world->factor[cell];
    if (!same && b->world->given[cell])
        complain_cell(b, TABLE_EVENTS, column, &item->at, item->text,
                      "must be that of the event's other rows (%s in %s:%d)", known->text,
                      known->at.file, known->at.line);
    if (item->at.depth < depth)
        b->cell_depth[cell] = item->at.depth;
}

static void read_line(struct build *b, enum table table, int line)
{
    const struct scenario *w = b->world;
    struct line *at = &b->sheet[table].line[line];
    int row = table == TABLE_SCENARIO          ? 0
              : catalogue[table].keys == 2 ? pair_row(b, table, at)
                                               : b->rank[table][line];
    for (int k = 0; row >= 0 && k < catalogue[table].columns; k++) {
        int real = catalogue_real(table, k);
        if (real < 0)
            continue;
        if (table == TABLE_EVENTS)
            read_probability(b, k, &at->item[k], cell_index(w, table, real, row));
        else
            read_cell(b, table, k, &at->item[k], cell_index(w, table, real, row));
    }
}

int numbers_read(struct build *b)
{
    int code = lay_out(b);
    for (int t = 0; !code && t < CELL_TABLES; t++) {
        int lines = t == TABLE_SCENARIO ? 1 : b->sheet[t].lines;
        for (int k = 0; k < lines; k++)
            read_line(b, (enum table)t, k);
    }
    for (int k = 0; !code && k < b->world->events; k++)
        b->world->event[k].probability = cell_index(b->world, TABLE_EVENTS, 0, k);
    return code;
}
