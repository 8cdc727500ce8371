#include "lab/differences.h"

#include <stdlib.h>
#include <string.h>
#include "lab/parameters.h"
#include "tool/number.h"
#include "tool/text.h"
#include "world/catalogue.h"

struct finder {
    const struct scenario *world[2];
    struct differences *out;
    bool starved;
};

/* A row of a table on both sides; NULL where there is none. */
struct match {
    enum table table;
    int row[2];
    const struct cell_text *cell[2];
};

/* --- output ---------------------------------------------------------------------- */

/* Takes the address and the texts; all of them may be NULL for want of memory, a text
 * also for a row that is not there. */
static void add(struct finder *f, char *address, const char *blank, struct side a, struct side b)
{
    struct differences *const out = f->out;

    if (out->count == out->room) {
        const int room = 2 * out->room + 32;
        struct difference *const wider = realloc(out->difference, (size_t)room * sizeof *wider);
        if (wider) {
            out->difference = wider;
            out->room = room;
        }
    }
    if (!address || out->count == out->room) {
        f->starved = true;
        free(address);
        free(a.text);
        free(b.text);
        return;
    }
    out->difference[out->count++] = (struct difference){address, blank, {a, b}};
}

/* The place is that of the factor, if there is one: it was written later. */
static struct side side_of(struct finder *f, char *text, const struct cell_text *at)
{
    f->starved = f->starved || !text;
    if (at->factor != 1)
        return (struct side){text, at->factor_file, at->factor_line};
    return (struct side){text, at->file, at->line};
}

/* --- keys -------------------------------------------------------------------------- */

static bool is_key(enum table table, int column)
{
    return column < (table == TABLE_SCENARIO ? 1 : catalogue[table].keys);
}

static bool same_key(enum table table, const struct cell_text *a, const struct cell_text *b)
{
    const int keys = table == TABLE_SCENARIO ? 1 : catalogue[table].keys;
    int same = 0;

    if (table == TABLE_CORRELATIONS && !strcmp(a[0].text, b[1].text) &&
        !strcmp(a[1].text, b[0].text))
        return true;
    for (int k = 0; k < keys; k++)
        same += !strcmp(*a[k].text ? a[k].text : "all", *b[k].text ? b[k].text : "all");
    return same == keys;
}

static int find_row(const struct text_table *table, enum table name, const struct cell_text *key)
{
    for (int row = 0; row < table->rows; row++)
        if (same_key(name, key, &table->cell[row * table->columns]))
            return row;
    return -1;
}

/* TABLE.KEY/KEY */
static char *row_address(enum table table, const struct cell_text *row)
{
    char *address = text_format("%s.%s", catalogue[table].name, row[0].text);

    for (int k = 1; k < catalogue[table].keys && address; k++) {
        char *const longer = text_format("%s/%s", address, *row[k].text ? row[k].text : "all");
        free(address);
        address = longer;
    }
    return address;
}

/* --- cells -------------------------------------------------------------------------- */

static const char *meaning_of_blank(const struct column *column)
{
    switch (column->blank) {
    case BLANK_ZERO: return "0";
    case BLANK_ONE: return "1";
    case BLANK_UNLIMITED: return "inf";
    default: break;
    }
    if (column->kind == KIND_REF_ALL)
        return "all";
    return column->kind == KIND_WORD && column->word_count ? column->words[0] : "";
}

/* The same in words, for people. */
static const char *words_of_blank(const struct column *column)
{
    return column->blank == BLANK_UNLIMITED ? "no limit" : meaning_of_blank(column);
}

static bool same_text(const char *a, const char *b)
{
    double x, y;

    if (!strcmp(a, b))
        return true;
    return !number_parse(a, &x) && !number_parse(b, &y) && x == y;
}

static bool same_cell(const struct column *column, const struct cell_text *a,
                      const struct cell_text *b)
{
    const char *const blank = meaning_of_blank(column);

    return same_text(*a->text ? a->text : blank, *b->text ? b->text : blank) &&
           a->factor == b->factor;
}

/* "12" or "12*0.7" */
static char *cell_words(const struct cell_text *cell)
{
    char factor[NUMBER_TEXT];

    if (cell->factor == 1 || !*cell->text)
        return text_copy(cell->text);
    number_write(cell->factor, factor);
    return text_format("%s*%s", cell->text, factor);
}

static char *cell_address_of(const struct match *m, const struct cell_text *row, int column)
{
    const struct table_entry *const entry = &catalogue[m->table];

    if (m->table == TABLE_SCENARIO)
        return text_format("scenario.%s", row[0].text);
    char *const name = row_address(m->table, row);
    char *const address = name ? text_format("%s.%s", name, entry->column[column].name) : NULL;
    free(name);
    return address;
}

static void compare_cell(struct finder *f, const struct match *m, const struct column *column,
                         int at)
{
    const struct cell_text *const a = &m->cell[0][at], *const b = &m->cell[1][at];

    if (!same_cell(column, a, b))
        add(f, cell_address_of(m, m->cell[0], at), words_of_blank(column),
            side_of(f, cell_words(a), a), side_of(f, cell_words(b), b));
}

static bool is_shown(const struct column *column)
{
    return column->kind != KIND_REMARK && strcmp(column->name, "title") != 0 &&
           strcmp(column->name, "description") != 0;
}

/* scenario.csv stands with one key a row. */
static void compare_key(struct finder *f, const struct match *m)
{
    const int k = catalogue_column(TABLE_SCENARIO, m->cell[0][0].text);

    if (is_shown(&catalogue[TABLE_SCENARIO].column[k]))
        compare_cell(f, m, &catalogue[TABLE_SCENARIO].column[k], 1);
}

static void compare_cells(struct finder *f, const struct match *m)
{
    for (int k = 0; k < catalogue[m->table].columns; k++)
        if (!is_key(m->table, k) && is_shown(&catalogue[m->table].column[k]))
            compare_cell(f, m, &catalogue[m->table].column[k], k);
}

/* A row on one side only: of pairs its value, unless it is 0; else that it is there. */
static void lone_row(struct finder *f, const struct match *m)
{
    const int here = m->row[0] < 0;
    const struct cell_text *const row = m->cell[here];
    const bool pair = catalogue[m->table].keys == 2;
    struct side side[2] = {{.file = ""}, {.file = ""}};
    double value;

    if (pair && !number_parse(row[2].text, &value) && value == 0)
        return;
    side[here] = pair ? side_of(f, cell_words(&row[2]), &row[2])
                      : side_of(f, text_format("a %s", catalogue[m->table].noun), &row[0]);
    add(f, pair ? cell_address_of(m, row, 2) : row_address(m->table, row), pair ? "0" : "",
        side[0], side[1]);
}

/* --- rows of tables without cells --------------------------------------------------------- */

static const struct prior *prior_of(const struct scenario *w, const char *address)
{
    for (int p = 0; p < w->priors; p++)
        if (!strcmp(w->prior[p].address, address))
            return &w->prior[p];
    return NULL;
}

/* Whether a prior is on for the same cells in both worlds; new cells of a wildcard do not
 * count. */
static bool same_reach(const struct finder *f, const char *address)
{
    const struct prior *const a = prior_of(f->world[0], address);
    const struct prior *const b = prior_of(f->world[1], address);
    char first[CS_SENTENCE], second[CS_SENTENCE];

    if (!a || !b || (!a->off_reason && !b->off_reason))
        return true;
    bool same = a->cell_count == b->cell_count && !a->off_reason == !b->off_reason;
    for (int k = 0; same && k < a->cell_count; k++) {
        cell_address(f->world[0], a->cells[k], first, sizeof first);
        cell_address(f->world[1], b->cells[k], second, sizeof second);
        same = !strcmp(first, second);
    }
    return same;
}

/* The probability of an event is that of all its rows. */
static char *probability_of(const struct scenario *w, const char *id)
{
    char text[NUMBER_TEXT] = "";

    for (int e = 0; e < w->events; e++)
        if (!strcmp(w->event[e].id, id)) {
            const int cell = w->event[e].probability;
            number_write(w->value[cell] * w->factor[cell], text);
        }
    return text_copy(text);
}

static char *column_words(const struct scenario *w, enum table table,
                          const struct cell_text *row, int column)
{
    const bool chance = table == TABLE_EVENTS && column == catalogue_column(table, "probability");

    return chance ? probability_of(w, row[0].text) : text_copy(row[column].text);
}

static bool same_row(const struct finder *f, const struct match *m)
{
    bool same = m->table != TABLE_PRIORS || same_reach(f, m->cell[0][0].text);

    for (int k = 0; k < catalogue[m->table].columns && same; k++) {
        const struct column *const column = &catalogue[m->table].column[k];
        if (is_key(m->table, k) || column->kind == KIND_REMARK)
            continue;
        char *const a = column_words(f->world[0], m->table, m->cell[0], k);
        char *const b = column_words(f->world[1], m->table, m->cell[1], k);
        const char *const blank = meaning_of_blank(column);
        same = a && b && same_text(*a ? a : blank, *b ? b : blank);
        free(a);
        free(b);
    }
    return same;
}

static char *prior_state(const struct scenario *w, int row)
{
    const struct text_table *const priors = &w->table[TABLE_PRIORS];
    const struct prior *const prior = prior_of(w, priors->cell[row * priors->columns].text);
    char *const words = prior_words(priors, row);

    if (!words || !prior || !prior->off_reason)
        return words;
    char *const text = prior->cell_count
                           ? text_format("%s, but not for %s", words, prior->off_reason)
                           : text_format("off (%s): %s", prior->off_reason, words);
    free(words);
    return text;
}

/* "value 0.25, probability 0.5", or the value alone if the table has but one column. */
static char *row_words(const struct scenario *w, enum table table, int row)
{
    const struct text_table *const texts = &w->table[table];
    const struct cell_text *const cell = &texts->cell[row * texts->columns];
    const bool alone = table == TABLE_PINS || table == TABLE_CORRELATIONS;
    char *text = text_copy("");

    if (table == TABLE_PRIORS) {
        free(text);
        return prior_state(w, row);
    }
    for (int k = catalogue[table].keys; k < texts->columns && text; k++) {
        const struct column *const column = &catalogue[table].column[k];
        char *const words = column_words(w, table, cell, k);
        if (words && *words && column->kind != KIND_REMARK) {
            char *const longer =
                alone ? text_copy(words)
                      : text_format("%s%s%s %s", text, *text ? ", " : "", column->name, words);
            free(text);
            text = longer;
        }
        free(words);
    }
    return text;
}

/* The cell of a row that was written in the nearest folder. */
static const struct cell_text *latest_cell(enum table table, const struct cell_text *row)
{
    const struct cell_text *latest = &row[catalogue[table].keys];

    for (int k = catalogue[table].keys; k < catalogue[table].columns; k++)
        if (catalogue[table].column[k].kind != KIND_REMARK && *row[k].text &&
            (row[k].depth < latest->depth || !*latest->text))
            latest = &row[k];
    return latest;
}

static void compare_rows(struct finder *f, const struct match *m)
{
    struct side side[2] = {{.file = ""}, {.file = ""}};

    if (m->row[0] >= 0 && m->row[1] >= 0 && same_row(f, m))
        return;
    for (int k = 0; k < 2; k++)
        if (m->row[k] >= 0)
            side[k] = side_of(f, row_words(f->world[k], m->table, m->row[k]),
                              latest_cell(m->table, m->cell[k]));
    add(f, row_address(m->table, m->cell[m->row[0] < 0]), "", side[0], side[1]);
}

/* --- tables ---------------------------------------------------------------------------- */

static void compare_match(struct finder *f, const struct match *m)
{
    if (m->table >= TABLE_EVENTS)
        compare_rows(f, m);
    else if (m->row[0] < 0 || m->row[1] < 0)
        lone_row(f, m);
    else if (m->table == TABLE_SCENARIO)
        compare_key(f, m);
    else
        compare_cells(f, m);
}

/* The ids of a table in its order. */
static char *order_words(const struct text_table *table)
{
    char *text = text_copy("");

    for (int row = 0; row < table->rows && text; row++) {
        char *const longer = text_format("%s%s%s", text, row ? ";" : "",
                                         table->cell[row * table->columns].text);
        free(text);
        text = longer;
    }
    return text;
}

/* The same regimes in another order are another model. */
static void compare_order(struct finder *f, enum table name)
{
    const struct text_table *const a = &f->world[0]->table[name];
    const struct text_table *const b = &f->world[1]->table[name];
    bool moved = false;

    for (int row = 0; row < a->rows; row++) {
        const int there = find_row(b, name, &a->cell[row * a->columns]);
        if (there < 0 || a->rows != b->rows)
            return;
        moved = moved || there != row;
    }
    if (moved)
        add(f, text_copy(catalogue[name].name), "", side_of(f, order_words(a), &a->cell[0]),
            side_of(f, order_words(b), &b->cell[0]));
}

static void compare_table(struct finder *f, enum table name)
{
    const struct text_table *const a = &f->world[0]->table[name];
    const struct text_table *const b = &f->world[1]->table[name];

    for (int row = 0; row < a->rows; row++) {
        struct match m = {name, {row, 0}, {&a->cell[row * a->columns], NULL}};
        m.row[1] = find_row(b, name, m.cell[0]);
        m.cell[1] = m.row[1] < 0 ? NULL : &b->cell[m.row[1] * b->columns];
        compare_match(f, &m);
    }
    for (int row = 0; row < b->rows; row++) {
        const struct match m = {name, {-1, row}, {NULL, &b->cell[row * b->columns]}};
        if (find_row(a, name, m.cell[1]) < 0)
            compare_match(f, &m);
    }
}

int differences_find(const struct scenario *a, const struct scenario *b,
                     struct differences *out, struct cs_error *err)
{
    struct finder f = {.world = {a, b}, .out = out};

    *out = (struct differences){0};
    for (int t = 0; t < TABLES; t++) {
        compare_table(&f, (enum table)t);
        if (t == TABLE_US_REGIMES || t == TABLE_CN_STANCES)
            compare_order(&f, (enum table)t);
    }
    if (!f.starved)
        return CS_OK;
    differences_release(out);
    return cs_fail_memory(err);
}

void differences_release(struct differences *differences)
{
    for (int k = 0; k < differences->count; k++) {
        free(differences->difference[k].address);
        free(differences->difference[k].side[0].text);
        free(differences->difference[k].side[1].text);
    }
    free(differences->difference);
    *differences = (struct differences){0};
}
