#include "world/resolve.h"

#include <stdlib.h>
#include <string.h>
#include "tool/address.h"
#include "tool/number.h"
#include "tool/text.h"
#include "world/reference.h"

int resolve_id(const struct build *b, enum table table, const char *id)
{
    const struct sheet *sheet = &b->sheet[table];
    for (int k = 0; k < sheet->lines; k++)
        if (strcmp(line_text(&sheet->line[k], 0), id) == 0)
            return b->rank[table][k];
    return -1;
}

int resolve_ref(struct build *b, enum table table, int column, const struct item *item)
{
    enum table refers = catalogue[table].column[column].refers;
    struct id_space space = {.removed = b->removed, .removals = b->removals,
                             .complaints = &b->failed};
    char rule[CS_SENTENCE];
    int row = resolve_id(b, refers, item->text);
    if (row >= 0)
        return row;
    if (may_suggest(b))
        space.id[refers] = sheet_ids(b, refers, &space.count[refers]);
    complain_cell(b, table, column, &item->at, item->text, "%s",
                  reference_missing(&space, refers, item->text, rule));
    return -1;
}

bool resolve_date(struct build *b, enum table table, int column, const struct item *item,
                  int *period)
{
    const char *rule = date_parse(item->text, b->world->step, period);
    if (rule)
        complain_cell(b, table, column, &item->at, item->text, "%s", rule);
    return !rule;
}

int resolve_word(struct build *b, enum table table, int column, const struct item *item)
{
    const struct column *def = &catalogue[table].column[column];
    char list[CS_SENTENCE] = "", hint[CS_SENTENCE];
    int word = catalogue_word(def, item->text);
    if (word >= 0)
        return word;
    for (int k = 0; k < def->word_count; k++) {
        strcat(list, k == 0 ? "" : k == def->word_count - 1 ? " or " : ", ");
        strcat(list, def->words[k]);
    }
    complain_cell(b, table, column, &item->at, item->text, "must be %s%s", list,
                  did_you_mean(item->text, def->words, def->word_count, hint));
    return -1;
}

static bool is_reserved(enum table table, const char *id)
{
    bool names_metric = table == TABLE_BUYERS || table == TABLE_OPTIONS
                        || table == TABLE_VENDORS || table == TABLE_PLATFORMS;
    if (strcmp(id, "none") == 0 || strcmp(id, "free") == 0)
        return true;
    return names_metric
           && (strcmp(id, "all") == 0 || strcmp(id, "total") == 0 || strcmp(id, "domestic") == 0);
}

static void check_id(struct build *b, enum table table, const struct line *line)
{
    const struct item *item = &line->item[0];
    if (!text_is_id(item->text))
        complain_cell(b, table, 0, &item->at, item->text,
                      "must be a small letter, then small letters, digits and underscores");
    else if (strlen(item->text) > LIMIT_ID)
        complain_cell(b, table, 0, &item->at, item->text, "must not be longer than %d letters",
                      (int)LIMIT_ID);
    else if (is_reserved(table, item->text))
        complain_cell(b, table, 0, &item->at, item->text, "is a reserved word");
}

static const struct {
    enum table table;
    int least, most;
} id_tables[] = {
    {TABLE_BUYERS, 1, LIMIT_BUYERS},      {TABLE_OPTIONS, 2, LIMIT_OPTIONS},
    {TABLE_VENDORS, 1, LIMIT_NAMES},      {TABLE_PLATFORMS, 1, LIMIT_NAMES},
    {TABLE_NESTS, 1, LIMIT_NAMES},        {TABLE_US_REGIMES, 1, LIMIT_REGIMES},
    {TABLE_CN_STANCES, 1, LIMIT_REGIMES}, {TABLE_EVENTS, 0, LIMIT_ROWS},
    {TABLE_THRESHOLDS, 0, LIMIT_ROWS},
};

static void check_ids(struct build *b)
{
    for (size_t k = 0; k < sizeof id_tables / sizeof *id_tables; k++) {
        enum table table = id_tables[k].table;
        const struct sheet *sheet = &b->sheet[table];
        struct place file = {b->folder[b->folders - 1].file[table], 1, 0};
        for (int r = 0; r < sheet->lines; r++)
            check_id(b, table, &sheet->line[r]);
        if (sheet->lines < id_tables[k].least)
            complain_row(b, &file, "needs at least %d row%s", id_tables[k].least,
                         id_tables[k].least > 1 ? "s" : "");
        if (sheet->lines > id_tables[k].most)
            complain_row(b, &sheet->line[id_tables[k].most].first, "more than %d %ss",
                         id_tables[k].most, catalogue[table].noun);
    }
    for (int r = 0; r < b->sheet[TABLE_PLATFORMS].lines; r++) {
        const struct item *item = &b->sheet[TABLE_PLATFORMS].line[r].item[0];
        const struct line *vendor = sheet_find(&b->sheet[TABLE_VENDORS], item->text);
        if (vendor)
            complain_cell(b, TABLE_PLATFORMS, 0, &item->at, item->text,
                          "is a vendor's id too (%s:%d), and both name metrics",
                          vendor->item[0].at.file, vendor->item[0].at.line);
    }
}

struct ranked {
    const char *id;
    int line;
};

static int by_id(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    int order = strcmp(x->id, y->id);
    return order ? order : x->line - y->line;
}

/* Fills b->rank[table] (regimes keep their order; lines of one event share a
 * row) and returns the number of rows, or -1 without memory. */
static int rank_rows(struct build *b, enum table table)
{
    const struct sheet *sheet = &b->sheet[table];
    size_t lines = (size_t)sheet->lines;
    struct ranked *ranked = arena_take(b->arena, lines, sizeof *ranked);
    bool keeps_order = table == TABLE_US_REGIMES || table == TABLE_CN_STANCES;
    int row = -1;
    b->rank[table] = arena_take(b->arena, lines, sizeof *b->rank[table]);
    if (!ranked || !b->rank[table])
        return -1;
    for (int k = 0; k < sheet->lines; k++)
        ranked[k] = (struct ranked){line_text(&sheet->line[k], 0), k};
    if (!keeps_order && lines)
        qsort(ranked, lines, sizeof *ranked, by_id);
    for (int k = 0; k < sheet->lines; k++) {
        row += k == 0 || strcmp(ranked[k].id, ranked[k - 1].id) != 0;
        b->rank[table][ranked[k].line] = row;
    }
    return row + 1;
}

/* The row's name, which is its id if blank. */
static const char *name_of(enum table table, const struct line *line)
{
    int column = catalogue_column(table, "name");
    return column >= 0 && *line_text(line, column) ? line_text(line, column)
                                                   : line_text(line, 0);
}

static int fill_named(struct build *b, enum table table, struct named **out, int *rows,
                      int **shown)
{
    *rows = rank_rows(b, table);
    *out = *rows < 0 ? NULL : arena_take(b->arena, (size_t)*rows, sizeof **out);
    int *order = *rows < 0 ? NULL : arena_take(b->arena, (size_t)*rows, sizeof *order);
    if (!*out || !order)
        return cs_fail_memory(b->err);
    for (int k = 0; k < b->sheet[table].lines; k++) {
        const struct line *line = &b->sheet[table].line[k];
        (*out)[b->rank[table][k]] = (struct named){line_text(line, 0), name_of(table, line)};
        if (k < *rows)
            order[k] = b->rank[table][k];
    }
    if (shown)
        *shown = order;
    return 0;
}

/* Copies ids and names into an array of another struct. */
#define FILL(table, array, count, shown_)                                            \
    do {                                                                             \
        struct named *named;                                                         \
        if (fill_named(b, table, &named, &w->count, shown_))                         \
            return CS_MEMORY;                                                        \
        w->array = arena_take(b->arena, (size_t)w->count, sizeof *w->array);         \
        if (!w->array)                                                               \
            return cs_fail_memory(b->err);                                           \
        for (int k = 0; k < w->count; k++) {                                         \
            w->array[k].id = named[k].id;                                            \
            w->array[k].name = named[k].name;                                        \
        }                                                                            \
    } while (0)

int resolve_ids(struct build *b)
{
    struct scenario *w = b->world;
    int before = b->failed;
    check_ids(b);
    if (b->failed > before)
        return 0;
    FILL(TABLE_BUYERS, buyer, buyers, &w->buyers_shown);
    FILL(TABLE_OPTIONS, option, options, &w->options_shown);
    FILL(TABLE_VENDORS, vendor, vendors, &w->vendors_shown);
    FILL(TABLE_PLATFORMS, platform, platforms, &w->platforms_shown);
    FILL(TABLE_NESTS, nest, nests, NULL);
    FILL(TABLE_US_REGIMES, us, us_regimes, NULL);
    FILL(TABLE_CN_STANCES, cn, cn_stances, NULL);
    w->events = rank_rows(b, TABLE_EVENTS);
    if (w->events < 0)
        return cs_fail_memory(b->err);
    w->event = arena_take(b->arena, (size_t)w->events, sizeof *w->event);
    w->event_id = arena_take(b->arena, (size_t)w->events, sizeof *w->event_id);
    if (!w->event || !w->event_id)
        return cs_fail_memory(b->err);
    for (int k = 0; k < b->sheet[TABLE_EVENTS].lines; k++) {
        struct event *event = &w->event[b->rank[TABLE_EVENTS][k]];
        event->id = line_text(&b->sheet[TABLE_EVENTS].line[k], 0);
        w->event_id[event - w->event] = event->id;
        event->hash = address_hash(event->id);
    }
    return 0;
}

static const struct item *setting(const struct build *b, const char *key, int *column)
{
    *column = catalogue_column(TABLE_SCENARIO, key);
    return &b->sheet[TABLE_SCENARIO].line[0].item[*column];
}

/* The place of a switch's word; 0 after a complaint or if blank. */
static int read_switch(struct build *b, const char *key)
{
    int column;
    const struct item *item = setting(b, key, &column);
    int word = *item->text ? resolve_word(b, TABLE_SCENARIO, column, item) : 0;
    return word > 0 ? word : 0;
}

static int read_start(struct build *b, const char *key)
{
    int column;
    const struct item *item = setting(b, key, &column);
    return *item->text ? resolve_ref(b, TABLE_SCENARIO, column, item) : 0;
}

static void read_horizon(struct build *b)
{
    struct scenario *w = b->world;
    uint64_t steps = 1;
    int column, levels;
    const struct item *item = setting(b, "steps", &column);
    const char *rule = *item->text ? number_parse_u64(item->text, &steps) : NULL;
    if (*item->text && (rule || steps < 1 || steps > LIMIT_STEPS))
        complain_cell(b, TABLE_SCENARIO, column, &item->at, item->text,
                      "must be a whole number from 1 to %d", (int)LIMIT_STEPS);
    else
        w->steps = (int)steps;
    item = setting(b, "start", &column);
    if (*item->text && resolve_date(b, TABLE_SCENARIO, column, item, &w->start)
        && date_year(w->step, w->start + w->steps - 1) > 2999)
        complain_cell(b, TABLE_SCENARIO, column, &item->at, item->text,
                      "the last period must not lie beyond 2999");
    item = setting(b, "levels_as_of", &column);
    w->growth_years = 0;
    if (*item->text && resolve_date(b, TABLE_SCENARIO, column, item, &levels))
        w->growth_years = (w->start - levels) * w->dt;
}

int resolve_settings(struct build *b)
{
    struct scenario *w = b->world;
    const struct item *item = b->sheet[TABLE_SCENARIO].line[0].item;
    w->title = item[catalogue_column(TABLE_SCENARIO, "title")].text;
    w->description = item[catalogue_column(TABLE_SCENARIO, "description")].text;
    w->step = (enum step)read_switch(b, "step");
    w->dt = 1.0 / date_steps_per_year(w->step);
    w->steps = 1;
    read_horizon(b);
    w->us_start = read_start(b, "us_start");
    w->cn_start = read_start(b, "cn_start");
    w->choice = (enum choice)read_switch(b, "choice");
    w->price_form = (enum price_form)read_switch(b, "price_form");
    w->demand_mode = (enum demand_mode)read_switch(b, "demand_mode");
    w->rationing = (enum rationing)read_switch(b, "rationing");
    return 0;
}

/* A row's cell by column name. */
static const struct item *cell(const struct build *b, enum table table, int line,
                               const char *name, int *column)
{
    *column = catalogue_column(table, name);
    return &b->sheet[table].line[line].item[*column];
}

static bool read_flag(struct build *b, enum table table, int line, const char *name)
{
    int column;
    const struct item *item = cell(b, table, line, name, &column);
    if (*item->text && strcmp(item->text, "0") != 0 && strcmp(item->text, "1") != 0)
        complain_cell(b, table, column, &item->at, item->text, "must be 0 or 1");
    return strcmp(item->text, "1") == 0;
}

static int read_ref(struct build *b, enum table table, int line, const char *name)
{
    int column;
    const struct item *item = cell(b, table, line, name, &column);
    bool all = catalogue[table].column[column].kind == KIND_REF_ALL
               && strcmp(item->text, "all") == 0;
    return *item->text && !all ? resolve_ref(b, table, column, item) : -1;
}

static int read_word(struct build *b, enum table table, int line, const char *name)
{
    int column;
    const struct item *item = cell(b, table, line, name, &column);
    int word = *item->text ? resolve_word(b, table, column, item) : 0;
    return word > 0 ? word : 0;
}

static void read_option(struct build *b, int line)
{
    struct scenario *w = b->world;
    struct option *option = &w->option[b->rank[TABLE_OPTIONS][line]];
    int column, launch;
    option->class = (enum option_class)read_word(b, TABLE_OPTIONS, line, "class");
    option->vendor = read_ref(b, TABLE_OPTIONS, line, "vendor");
    option->platform = read_ref(b, TABLE_OPTIONS, line, "platform");
    option->nest = read_ref(b, TABLE_OPTIONS, line, "nest");
    option->owner = read_ref(b, TABLE_OPTIONS, line, "owner");
    const struct item *item = cell(b, TABLE_OPTIONS, line, "available_from", &column);
    if (*item->text && resolve_date(b, TABLE_OPTIONS, column, item, &launch))
        option->launch = launch - w->start;
}

static int read_allowed(struct build *b, int line)
{
    struct scenario *w = b->world;
    int column;
    const struct item *item = cell(b, TABLE_US_REGIMES, line, "allowed", &column);
    char *copy = arena_text(b->arena, item->text), *rest = NULL;
    bool *allowed = arena_take(b->arena, (size_t)w->options, sizeof *allowed);
    if (!copy || !allowed)
        return cs_fail_memory(b->err);
    for (char *id = strtok_r(copy, "; ", &rest); id; id = strtok_r(NULL, "; ", &rest)) {
        struct item part = {.text = id, .at = item->at};
        int option = resolve_ref(b, TABLE_US_REGIMES, column, &part);
        if (option >= 0 && allowed[option])
            complain_cell(b, TABLE_US_REGIMES, column, &item->at, id, "stands twice in the list");
        if (option >= 0)
            allowed[option] = true;
    }
    w->us[b->rank[TABLE_US_REGIMES][line]].allowed = allowed;
    return 0;
}

int resolve_rows(struct build *b)
{
    struct scenario *w = b->world;
    int code = 0;
    for (int k = 0; k < b->sheet[TABLE_BUYERS].lines; k++)
        w->buyer[b->rank[TABLE_BUYERS][k]].state_funded =
            read_flag(b, TABLE_BUYERS, k, "state_funded");
    for (int k = 0; k < b->sheet[TABLE_OPTIONS].lines; k++)
        read_option(b, k);
    for (int k = 0; !code && k < b->sheet[TABLE_US_REGIMES].lines; k++) {
        w->us[b->rank[TABLE_US_REGIMES][k]].levy_form =
            (enum levy_form)read_word(b, TABLE_US_REGIMES, k, "levy_form");
        code = read_allowed(b, k);
    }
    for (int k = 0; k < b->sheet[TABLE_CN_STANCES].lines; k++)
        w->cn[b->rank[TABLE_CN_STANCES][k]].state_ban =
            read_flag(b, TABLE_CN_STANCES, k, "state_ban");
    return code;
}
