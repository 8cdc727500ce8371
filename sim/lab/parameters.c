#include "lab/parameters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tool/number.h"
#include "tool/text.h"
#include "world/blanks.h"
#include "world/catalogue.h"
#include "world/reference.h"

struct lister {
    const struct scenario *world;
    const char *filter;
    int *prior_of;           /* [cells] the prior that takes the cell, or -1 */
    int *cells;              /* [cells] scratch */
    struct parameters *out;
};

/* --- priors ---------------------------------------------------------------------- */

int prior_row_of(const struct scenario *w, const char *address)
{
    const struct text_table *const priors = &w->table[TABLE_PRIORS];

    for (int row = 0; row < priors->rows; row++)
        if (!strcmp(priors->cell[row * priors->columns].text, address))
            return row;
    return -1;
}

static const char *prior_cell(const struct text_table *priors, int row, const char *column)
{
    return priors->cell[row * priors->columns + catalogue_column(TABLE_PRIORS, column)].text;
}

char *prior_words(const struct text_table *priors, int row)
{
    const char *const kind = prior_cell(priors, row, "distribution");
    const char *const low = prior_cell(priors, row, "low");
    const char *const mode = prior_cell(priors, row, "mode");
    const char *const high = prior_cell(priors, row, "high");
    const char *const part = prior_cell(priors, row, "credibility");
    const char *const times = *prior_cell(priors, row, "scale") ? "factor, " : "";

    if (!strcmp(kind, "discrete"))
        return text_format("%s%s %s", times, kind, prior_cell(priors, row, "values"));
    if (!strcmp(kind, "constant"))
        return text_format("%s%s %s", times, kind, mode);
    if (!strcmp(kind, "gamma_rate"))
        return text_format("%s%s shape %s, rate %s", times, kind, low, high);
    if (!strcmp(kind, "uniform"))
        return text_format("%s%s %s to %s", times, kind, low, high);
    if (*mode)
        return text_format("%s%s %s to %s, mode %s", times, kind, low, high, mode);
    return text_format("%s%s %s to %s, holding %s", times, kind, low, high, *part ? part : "0.9");
}

/* The prior that takes a cell, or the one of its own address that is off. */
static char *prior_text(const struct lister *l, int cell, const char *address,
                        struct parameter *p)
{
    const struct text_table *const priors = &l->world->table[TABLE_PRIORS];
    const struct prior *const taker =
        cell >= 0 && l->prior_of[cell] >= 0 ? &l->world->prior[l->prior_of[cell]] : NULL;
    const int row = prior_row_of(l->world, taker ? taker->address : address);

    p->prior_source = row >= 0 ? prior_cell(priors, row, "source") : "";
    if (row < 0)
        return text_copy("");
    char *const words = prior_words(priors, row);
    char *text = words;
    if (words && !taker)
        text = text_format("off: %s", words);
    else if (words && strcmp(taker->address, address) != 0)
        text = text_format("%s (one draw for %.*s)", words,
                           (int)(strrchr(taker->address, '.') - taker->address), taker->address);
    if (text != words)
        free(words);
    return text;
}

/* --- one cell ---------------------------------------------------------------------- */

/* The cell of an address, or -1 if it holds no real number. */
static int cell_of(const struct lister *l, const char *address, const struct column *column)
{
    char rule[CS_SENTENCE];
    int count;

    if (column->kind != KIND_REAL || world_cells(l->world, address, l->cells, &count, rule))
        return -1;
    return l->cells[0];
}

static char *value_text(const struct lister *l, int cell, const struct cell_text *at)
{
    char text[NUMBER_TEXT];

    if (cell < 0 || (*at->text && l->world->factor[cell] == 1))
        return text_copy(at->text);
    number_write(l->world->value[cell] * l->world->factor[cell], text);
    return text_copy(text);
}

/* A source counts for a value of its own folder only: a child that changes a number
 * does not inherit where the old one came from. */
static const char *source_of(const struct cell_text *value, const struct cell_text *source)
{
    return source->depth == value->depth ? source->text : "";
}

/* Takes the address. */
static int add(struct lister *l, char *address, const struct column *column,
               const struct cell_text *at, const struct cell_text *source)
{
    struct parameters *const out = l->out;

    if (address && !text_passes(l->filter, address)) {
        free(address);
        return CS_OK;
    }
    if (address && out->count == out->room) {
        const int room = 2 * out->room + 64;
        struct parameter *const wider = realloc(out->parameter, (size_t)room * sizeof *wider);
        if (wider) {
            out->parameter = wider;
            out->room = room;
        }
    }
    if (!address || out->count == out->room) {
        free(address);
        return CS_MEMORY;
    }
    const int cell = cell_of(l, address, column);
    struct parameter *const p = &out->parameter[out->count++];
    *p = (struct parameter){.address = address, .unit = column->unit,
                            .definition = column->text,
                            .factor = cell < 0 ? 1 : l->world->factor[cell],
                            .factor_file = at->factor_file, .factor_line = at->factor_line,
                            .source = source_of(at, source)};
    p->file = *at->text ? at->file : "";
    p->line = *at->text ? at->line : 0;
    p->value = value_text(l, cell, at);
    p->prior = prior_text(l, cell, address, p);
    return p->value && p->prior ? CS_OK : CS_MEMORY;
}

/* --- tables ------------------------------------------------------------------------ */

static bool is_parameter(const struct column *column)
{
    return column->kind != KIND_ID && column->kind != KIND_TEXT && column->kind != KIND_REMARK;
}

static int list_scenario(struct lister *l)
{
    const struct text_table *const table = &l->world->table[TABLE_SCENARIO];
    int code = CS_OK;

    for (int row = 0; row < table->rows && !code; row++) {
        const struct cell_text *const cell = &table->cell[row * table->columns];
        const int k = catalogue_column(TABLE_SCENARIO, cell[0].text);
        const struct column *const column = &catalogue[TABLE_SCENARIO].column[k];
        if (is_parameter(column))
            code = add(l, text_format("scenario.%s", cell[0].text), column, &cell[1], &cell[3]);
    }
    return code;
}

/* True for a column that the class of the row's option does not read. */
static bool is_unread(enum table table, const struct cell_text *row, const struct column *column)
{
    const int class = catalogue_column(TABLE_OPTIONS, "class");
    const struct table_entry *const options = &catalogue[TABLE_OPTIONS];

    return table == TABLE_OPTIONS &&
           !class_reads(column, catalogue_word(&options->column[class], row[class].text));
}

static int list_row(struct lister *l, enum table table, const struct cell_text *row)
{
    const struct table_entry *const entry = &catalogue[table];
    const struct cell_text *const source = &row[catalogue_column(table, "source")];
    const bool event = table == TABLE_EVENTS, pair = !event && entry->keys == 2;
    int code = CS_OK;

    for (int k = event ? 0 : entry->keys; k < entry->columns && !code; k++) {
        const struct column *const column = &entry->column[k];
        if (event ? strcmp(column->name, "probability") != 0
                  : !is_parameter(column) || is_unread(table, row, column))
            continue;
        char *const address =
            pair ? text_format("%s.%s/%s.%s", entry->name, row[0].text, row[1].text, column->name)
                 : text_format("%s.%s.%s", entry->name, row[0].text, column->name);
        code = add(l, address, column, &row[k], source);
    }
    return code;
}

/* True for a row of events.csv whose id stands in an earlier row. */
static bool is_repeated(const struct text_table *table, int row)
{
    for (int k = 0; k < row; k++)
        if (!strcmp(table->cell[k * table->columns].text, table->cell[row * table->columns].text))
            return true;
    return false;
}

static int list_tables(struct lister *l)
{
    int code = list_scenario(l);

    for (int t = TABLE_SCENARIO + 1; t < CELL_TABLES && !code; t++) {
        const struct text_table *const table = &l->world->table[t];
        for (int row = 0; row < table->rows && !code; row++)
            if (t != TABLE_EVENTS || !is_repeated(table, row))
                code = list_row(l, (enum table)t, &table->cell[row * table->columns]);
    }
    return code;
}

/* --- the whole ----------------------------------------------------------------------- */

/* A filter with a point may be an address with a mistake. */
static int refuse_filter(const struct lister *l, struct cs_error *err)
{
    const char *names[TABLES * 24], *const dot = strchr(l->filter, '.');
    char rule[CS_SENTENCE], hint[CS_SENTENCE], stem[64];
    int count = 0;

    snprintf(stem, sizeof stem, "%.*s", (int)strcspn(l->filter, "."), l->filter);
    if (dot && catalogue_table(stem) < 0)
        return cs_fail(err, CS_INPUT, "%s: no parameter of %s matches: there is no table '%s'%s",
                       l->filter, l->world->name, stem, did_you_mean_table(stem, "", hint));
    if (dot && !strchr(strrchr(l->filter, '.'), '*') &&
        world_cells(l->world, l->filter, l->cells, &count, rule))
        return cs_fail(err, CS_INPUT, "%s: no parameter of %s matches: %s", l->filter,
                       l->world->name, rule);
    count = 0;
    for (int t = 0; t < CELL_TABLES; t++)
        for (int k = 0; k < catalogue[t].columns && count < TABLES * 24; k++)
            names[count++] = catalogue[t].column[k].name;
    return cs_fail(err, CS_INPUT, "%s: no parameter of %s matches%s", l->filter, l->world->name,
                   did_you_mean(l->filter, names, count, rule));
}

int parameters_list(const struct scenario *w, const char *filter, struct parameters *out,
                    struct cs_error *err)
{
    struct lister l = {.world = w, .filter = filter, .out = out};

    *out = (struct parameters){0};
    l.prior_of = malloc((size_t)w->cells * sizeof *l.prior_of);
    l.cells = malloc((size_t)w->cells * sizeof *l.cells);
    int code = l.prior_of && l.cells ? CS_OK : CS_MEMORY;
    for (int k = 0; k < w->cells && !code; k++)
        l.prior_of[k] = -1;
    for (int p = 0; p < w->priors && !code; p++)
        for (int k = 0; k < w->prior[p].cell_count; k++)
            l.prior_of[w->prior[p].cells[k]] = p;
    if (!code)
        code = list_tables(&l);
    if (code)
        code = cs_fail_memory(err);
    else if (filter && out->count == 0)
        code = refuse_filter(&l, err);
    free(l.prior_of);
    free(l.cells);
    if (code)
        parameters_release(out);
    return code;
}

void parameters_release(struct parameters *parameters)
{
    for (int k = 0; k < parameters->count; k++) {
        free(parameters->parameter[k].address);
        free(parameters->parameter[k].value);
        free(parameters->parameter[k].prior);
    }
    free(parameters->parameter);
    *parameters = (struct parameters){0};
}
