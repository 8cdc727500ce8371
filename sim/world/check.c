#include "world/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "tool/address.h"
#include "world/blanks.h"
#include "world/priors.h"

/* The line of an option in its sheet. */
static const struct line *option_line(const struct build *b, int option)
{
    int k = 0;
    while (b->rank[TABLE_OPTIONS][k] != option)
        k++;
    return &b->sheet[TABLE_OPTIONS].line[k];
}

static void complain_option(struct build *b, int option, const char *column, const char *rule,
                            const char *detail)
{
    const struct line *line = option_line(b, option);
    int k = catalogue_column(TABLE_OPTIONS, column);
    const struct item *item = &line->item[k];
    complain_cell(b, TABLE_OPTIONS, k, item->at.file ? &item->at : &line->first,
                  *item->text ? item->text : NULL, "%s%s", rule, detail);
}

static void check_defer(struct build *b)
{
    const struct scenario *w = b->world;
    int count = 0;
    for (int j = 0; j < w->options; j++) {
        if (w->option[j].class != CLASS_DEFER)
            continue;
        if (count++)
            complain_option(b, j, "class", "exactly one option must be of this class", "");
        if (w->option[j].vendor >= 0)
            complain_option(b, j, "vendor", "must be blank for class defer", "");
        if (w->option[j].platform >= 0)
            complain_option(b, j, "platform", "must be blank for class defer", "");
    }
    struct place file = {b->folder[b->folders - 1].file[TABLE_OPTIONS], 1, 0};
    if (!count)
        complain_row(b, &file, "exactly one option must be of class defer, and none is");
}

static bool is_made_in(const struct option *option)
{
    return option->class == CLASS_FOREIGN || option->class == CLASS_DOMESTIC;
}

static void check_sellers(struct build *b)
{
    const struct scenario *w = b->world;
    for (int j = 0; j < w->options; j++) {
        if (w->option[j].class != CLASS_GREY && w->option[j].class != CLASS_RENT)
            continue;
        for (int k = 0; k < w->options; k++)
            if (is_made_in(&w->option[k]) && w->option[k].vendor == w->option[j].vendor) {
                complain_option(b, j, "vendor",
                                "must be the seller, never the maker: it also sells ",
                                w->option[k].id);
                break;
            }
    }
}

/* True if an event can make the cell positive, or 0. */
static bool event_makes(const struct scenario *w, int cell, bool zero)
{
    for (int k = 0; k < w->effects; k++) {
        const struct effect *effect = &w->effect[k];
        if (effect->cell != cell || (effect->kind != EFFECT_VALUE && effect->kind != EFFECT_FACTOR))
            continue;
        if (zero ? effect->value == 0 : effect->kind == EFFECT_VALUE && effect->value > 0)
            return true;
    }
    return false;
}

static bool may_be_positive(const struct build *b, int cell)
{
    double low, high;
    priors_interval(b, cell, &low, &high);
    return high > 0 || event_makes(b->world, cell, false);
}

static bool may_be_zero(const struct build *b, int cell)
{
    return priors_may_be_zero(b, cell) || event_makes(b->world, cell, true);
}

static void check_learning(struct build *b)
{
    const struct scenario *w = b->world;
    for (int j = 0; j < w->options; j++)
        if (w->option[j].class != CLASS_DEFER
            && may_be_positive(b, cell_index(w, TABLE_OPTIONS, OPTION_LEARNING_RATE, j))
            && may_be_zero(b, cell_index(w, TABLE_OPTIONS, OPTION_LEARNING_UNITS, j)))
            complain_option(b, j, "learning_units",
                            "must be greater than 0 where learning_rate is", "");
    for (int k = 0; k < b->sheet[TABLE_PLATFORMS].lines; k++) {
        const struct line *line = &b->sheet[TABLE_PLATFORMS].line[k];
        int row = b->rank[TABLE_PLATFORMS][k];
        int column = catalogue_column(TABLE_PLATFORMS, "learning_pflops");
        const struct item *item = &line->item[column];
        if (may_be_positive(b, cell_index(w, TABLE_PLATFORMS, PLATFORM_LEARNING_EXPONENT, row))
            && may_be_zero(b, cell_index(w, TABLE_PLATFORMS, PLATFORM_LEARNING_PFLOPS, row)))
            complain_cell(b, TABLE_PLATFORMS, column, item->at.file ? &item->at : &line->first,
                          *item->text ? item->text : NULL,
                          "must be greater than 0 where learning_exponent is");
    }
}

/* Prices, queues, launches. */
static void check_option(struct build *b, int j)
{
    const struct scenario *w = b->world;
    const struct option *option = &w->option[j];
    int levels = w->start - (int)lround(w->growth_years * date_steps_per_year(w->step));
    int patience = cell_index(w, TABLE_OPTIONS, OPTION_PATIENCE, j);
    int capacity = cell_index(w, TABLE_OPTIONS, OPTION_CAPACITY, j);
    bool sold = option->class != CLASS_DEFER && w->value[capacity] * w->factor[capacity] != 0;
    if ((option->class == CLASS_GREY || option->class == CLASS_RENT)
        && (may_be_positive(b, patience)))
        complain_option(b, j, "backlog_patience_per_quarter",
                        "must be blank or 0 for grey and rent: they have no queue", "");
    if (option->launch > 0 && levels - w->start > option->launch)
        complain_option(b, j, "available_from",
                        "must not lie between start and levels_as_of: its level would be dated "
                        "after its launch", "");
    if (sold && may_be_zero(b, cell_index(w, TABLE_OPTIONS, OPTION_PRICE, j)))
        complain_option(b, j, "price_usd", "must be greater than 0 unless the capacity is 0", "");
}

static void check_memory_limit(struct build *b)
{
    const struct scenario *w = b->world;
    int hbm = cell_index(w, TABLE_SCENARIO, SC_HBM_LIMIT, 0);
    bool limited = w->given[hbm];
    for (int k = 0; k < w->effects; k++)
        limited = limited || (w->effect[k].kind == EFFECT_VALUE && w->effect[k].cell == hbm);
    for (int j = 0; limited && j < w->options; j++)
        if (w->option[j].class == CLASS_DOMESTIC
            && !w->given[cell_index(w, TABLE_OPTIONS, OPTION_CAPACITY, j)])
            complain_option(b, j, "capacity_units_per_year",
                            "must be given for a domestic option where "
                            "scenario.hbm_limit_units_per_year is", "");
}

struct named_hash {
    uint32_t hash;
    const char *first, *second;
    struct place at;
};

static int by_hash(const void *a, const void *b)
{
    const struct named_hash *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    int order = strcmp(x->first, y->first);
    return order ? order : strcmp(x->second, y->second);
}

static void check_hashes(struct build *b, struct named_hash *name, int count)
{
    if (count)
        qsort(name, (size_t)count, sizeof *name, by_hash);
    for (int k = 1; k < count; k++) {
        const struct named_hash *x = &name[k - 1], *y = &name[k];
        if (x->hash == y->hash && (strcmp(x->first, y->first) || strcmp(x->second, y->second)))
            complain_row(b, &y->at,
                         "'%s%s%s' and '%s%s%s' share a random address: rename one of them",
                         x->first, *x->second ? "/" : "", x->second, y->first,
                         *y->second ? "/" : "", y->second);
    }
}

static void check_id_hashes(struct build *b, enum table table, struct named_hash *name)
{
    const struct sheet *sheet = &b->sheet[table];
    for (int k = 0; k < sheet->lines; k++) {
        const char *id = line_text(&sheet->line[k], 0);
        name[k] = (struct named_hash){table == TABLE_BUYERS    ? address_id(id, NULL)
                                      : table == TABLE_OPTIONS ? address_id(NULL, id)
                                                               : address_hash(id),
                                      id, "", sheet->line[k].item[0].at};
    }
    check_hashes(b, name, sheet->lines);
}

static int check_addresses(struct build *b)
{
    const struct sheet *buyers = &b->sheet[TABLE_BUYERS], *options = &b->sheet[TABLE_OPTIONS];
    const enum table tables[] = {TABLE_BUYERS, TABLE_OPTIONS, TABLE_EVENTS, TABLE_PRIORS};
    int count = buyers->lines * options->lines, most = count, pairs = 0;
    for (int k = 0; k < 4; k++)
        most = b->sheet[tables[k]].lines > most ? b->sheet[tables[k]].lines : most;
    struct named_hash *name = arena_take(b->arena, (size_t)most, sizeof *name);
    if (!name)
        return cs_fail_memory(b->err);
    for (int k = 0; k < 4; k++)
        check_id_hashes(b, tables[k], name);
    for (int i = 0; i < buyers->lines; i++)
        for (int j = 0; j < options->lines; j++) {
            const char *buyer = line_text(&buyers->line[i], 0);
            const char *option = line_text(&options->line[j], 0);
            name[pairs++] = (struct named_hash){address_id(buyer, option), buyer, option,
                                                buyers->line[i].item[0].at};
        }
    check_hashes(b, name, pairs);
    return 0;
}

int check_world(struct build *b)
{
    check_defer(b);
    check_sellers(b);
    check_learning(b);
    for (int j = 0; j < b->world->options; j++)
        check_option(b, j);
    check_memory_limit(b);
    return check_addresses(b);
}

static int note_cells(struct build *b)
{
    const struct scenario *w = b->world;
    const char *const *classes =
        catalogue[TABLE_OPTIONS].column[catalogue_column(TABLE_OPTIONS, "class")].words;
    char name[CS_SENTENCE];
    int code = 0;
    for (int j = 0; j < w->options; j++)
        for (int k = 0; !code && k < OPTION_COLUMNS; k++) {
            int column = catalogue_of_real(TABLE_OPTIONS, k);
            int cell = cell_index(w, TABLE_OPTIONS, k, j);
            if (!w->given[cell]
                || class_reads(&catalogue[TABLE_OPTIONS].column[column], (int)w->option[j].class))
                continue;
            cell_address(w, cell, name, sizeof name);
            code = build_note(b, "unused", "%s: class %s does not read it", name,
                              classes[w->option[j].class]);
        }
    return code;
}

static int note_tastes(struct build *b)
{
    const struct scenario *w = b->world;
    char name[CS_SENTENCE];
    int code = 0;
    for (int j = 0; j < w->options; j++)
        for (int i = 0; !code && w->option[j].owner >= 0 && i < w->buyers; i++) {
            int cell = cell_pair(w, TABLE_TASTES, i, j);
            if (!w->given[cell] || i == w->option[j].owner)
                continue;
            cell_address(w, cell, name, sizeof name);
            code = build_note(b, "unused", "%s: only %s may choose the option", name,
                              w->buyer[w->option[j].owner].id);
        }
    return code;
}

static int note_names(struct build *b, enum table table, const struct named *named, int count)
{
    const struct scenario *w = b->world;
    int code = 0;
    for (int k = 0; !code && k < count; k++) {
        bool used = false;
        for (int j = 0; j < w->options; j++)
            used = used || k == (table == TABLE_VENDORS     ? w->option[j].vendor
                                 : table == TABLE_PLATFORMS ? w->option[j].platform
                                                            : w->option[j].nest);
        if (!used)
            code = build_note(b, "unused", "%s.%s: no option names it", catalogue[table].name,
                              named[k].id);
    }
    return code;
}

int check_unused(struct build *b)
{
    const struct scenario *w = b->world;
    if (note_cells(b) || note_tastes(b)
        || note_names(b, TABLE_VENDORS, w->vendor, w->vendors)
        || note_names(b, TABLE_PLATFORMS, w->platform, w->platforms)
        || note_names(b, TABLE_NESTS, w->nest, w->nests))
        return CS_MEMORY;
    return 0;
}
