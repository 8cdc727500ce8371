#include "world/events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "tool/number.h"
#include "world/blanks.h"
#include "world/priors.h"
#include "world/reference.h"
#include "world/resolve.h"

enum { DATE = 1, PARAMETER = 2, VALUE = 4 };

/* Effects while they are collected, with the row of each. */
struct collector {
    struct effect *effect;
    const struct line **line;
    int room, line_room;
    int *cells;              /* scratch for all cells of the world */
    struct id_space space;
};

static void complain(struct build *b, const struct line *line, int column, const char *rule)
{
    complain_cell(b, TABLE_EVENTS, column, &line->item[column].at, line_text(line, column),
                  "%s", rule);
}

static int add_effect(struct build *b, struct collector *all, const struct line *line,
                      struct effect effect)
{
    struct scenario *w = b->world;
    all->effect = arena_grow(b->arena, all->effect, w->effects, &all->room,
                             sizeof *all->effect);
    all->line = arena_grow(b->arena, all->line, w->effects, &all->line_room, sizeof *all->line);
    if (!all->effect || !all->line)
        return cs_fail_memory(b->err);
    if (w->effects >= LIMIT_EFFECTS) {
        complain(b, line, PARAMETER, "there are too many effects on single cells");
        return CS_INPUT;
    }
    all->effect[w->effects] = effect;
    all->line[w->effects++] = line;
    return 0;
}

/* us.regime and cn.stance */
static int read_regime(struct build *b, struct collector *all, const struct line *line,
                       struct effect effect)
{
    enum table table = effect.kind == EFFECT_US ? TABLE_US_REGIMES : TABLE_CN_STANCES;
    char rule[CS_SENTENCE];
    effect.state = resolve_id(b, table, line_text(line, VALUE));
    effect.cell = -1;
    if (effect.state >= 0)
        return add_effect(b, all, line, effect);
    complain(b, line, VALUE, reference_missing(&all->space, table, line_text(line, VALUE), rule));
    return 0;
}

static int read_incidents(struct build *b, struct collector *all, const struct line *line,
                          struct effect effect)
{
    const char *rule = number_parse(line_text(line, VALUE), &effect.value);
    if (!rule && effect.value < 0)
        rule = domains[DOMAIN_NOT_NEGATIVE].rule;
    effect.cell = effect.state = -1;
    if (!rule)
        return add_effect(b, all, line, effect);
    complain(b, line, VALUE, rule);
    return 0;
}

/* Why no event may change a column, or NULL. */
static const char *why_fixed(const struct column *column)
{
    if (column->kind != KIND_REAL)
        return "is the same in all periods and paths: no event may change it";
    if (column->fixed)
        return "no event may change it (stocks, tiers, volatilities, reversions and "
               "probabilities stay)";
    return NULL;
}

static bool is_read(const struct scenario *w, enum table table, int column, int cell)
{
    int option = (cell - w->at[table].first) % w->at[table].rows;
    return table != TABLE_OPTIONS
           || class_reads(&catalogue[table].column[column], (int)w->option[option].class);
}

/* Why an effect on this cell is refused, or NULL. */
static const char *why_not(const struct build *b, const struct reference *ref,
                           const struct effect *effect, int cell)
{
    if (!is_read(b->world, ref->table, ref->column, cell))
        return "an option of this class does not read it";
    if (effect->kind == EFFECT_FACTOR && !b->world->given[cell])
        return "the cell is blank: a factor has nothing to multiply";
    return NULL;
}

static int spread(struct build *b, struct collector *all, const struct line *line,
                  const struct reference *ref, struct effect effect)
{
    int count = reference_cells(b->world, ref, all->cells), done = 0, code = 0;
    const char *rule = NULL;
    for (int k = 0; !code && k < count; k++) {
        const char *no = why_not(b, ref, &effect, all->cells[k]);
        rule = no ? no : rule;
        if (no)
            continue;
        effect.cell = all->cells[k];
        code = add_effect(b, all, line, effect);
        done++;
    }
    if (!code && !done)
        complain(b, line, PARAMETER, rule ? rule : "an option of class defer has no such cell");
    return code;
}

static int read_cell_effect(struct build *b, struct collector *all, const struct line *line,
                            struct effect effect)
{
    struct reference ref;
    char rule[CS_SENTENCE];
    const char *text = line_text(line, VALUE);
    if (reference_read(&all->space, line_text(line, PARAMETER), &ref, rule)) {
        complain(b, line, PARAMETER, rule);
        return 0;
    }
    const struct column *column = &catalogue[ref.table].column[ref.column];
    const char *broken = why_fixed(column);
    if (broken) {
        complain(b, line, PARAMETER, broken);
        return 0;
    }
    effect.kind = text[0] == '*' ? EFFECT_FACTOR : EFFECT_VALUE;
    effect.state = -1;
    broken = number_parse(text + (text[0] == '*'), &effect.value);
    if (!broken && ref.wild && effect.kind == EFFECT_VALUE)
        broken = "a parameter with a '*' takes a factor such as *0.7";
    if (!broken && effect.kind == EFFECT_VALUE && !domain_holds(column->domain, effect.value))
        broken = domains[column->domain].rule;
    if (broken) {
        complain(b, line, VALUE, broken);
        return 0;
    }
    return spread(b, all, line, &ref, effect);
}

static int read_row(struct build *b, struct collector *all, int number)
{
    struct scenario *w = b->world;
    const struct line *line = &b->sheet[TABLE_EVENTS].line[number];
    const char *parameter = line_text(line, PARAMETER);
    struct effect effect = {.event = b->rank[TABLE_EVENTS][number]};
    int period;
    if (!*parameter || !*line_text(line, VALUE) || !*line_text(line, DATE))
        return 0;
    if (!resolve_date(b, TABLE_EVENTS, DATE, &line->item[DATE], &period))
        return 0;
    effect.t = period - w->start;
    if (effect.t < 0) {
        complain(b, line, DATE, "must not lie before the start");
        return 0;
    }
    if (strcmp(parameter, "us.regime") == 0 || strcmp(parameter, "cn.stance") == 0) {
        effect.kind = parameter[0] == 'u' ? EFFECT_US : EFFECT_CN;
        return read_regime(b, all, line, effect);
    }
    if (strcmp(parameter, "incidents") == 0) {
        effect.kind = EFFECT_INCIDENTS;
        return read_incidents(b, all, line, effect);
    }
    if (strncmp(parameter, "us.", 3) == 0 || strncmp(parameter, "cn.", 3) == 0) {
        complain(b, line, PARAMETER, parameter[0] == 'u' ? "of Washington it can only be us.regime"
                                                         : "of Beijing it can only be cn.stance");
        return 0;
    }
    return read_cell_effect(b, all, line, effect);
}

/* What an effect acts on: 0 us, 1 cn, 2 incidents, 3 + cell. */
static int target(const struct effect *effect)
{
    return effect->kind == EFFECT_US          ? 0
           : effect->kind == EFFECT_CN        ? 1
           : effect->kind == EFFECT_INCIDENTS ? 2
                                              : 3 + effect->cell;
}

struct entry {
    struct effect effect;
    const struct line *line;
    int order;
};

static int by_period(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return x->effect.t != y->effect.t ? x->effect.t - y->effect.t : x->order - y->order;
}

static int by_target(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int left = target(&x->effect), right = target(&y->effect);
    return left != right ? (left > right) - (left < right) : by_period(a, b);
}

/* Checks that a factor keeps the cell in its domain, whatever the earlier
 * effects and the prior make of it; [*low, *high] is what it may hold. */
static void follow(struct build *b, const struct entry *entry, double *low, double *high)
{
    const struct scenario *w = b->world;
    const struct effect *effect = &entry->effect;
    double ends[2] = {effect->value, effect->value};
    char name[CS_SENTENCE], text[NUMBER_TEXT];
    int t = 0;
    while (effect->cell >= w->at[t].first + w->at[t].rows * w->at[t].columns)
        t++;
    int real = (effect->cell - w->at[t].first) / w->at[t].rows;
    enum domain_name domain = catalogue[t].column[catalogue_of_real((enum table)t, real)].domain;
    for (int k = 0; effect->kind == EFFECT_FACTOR && k < 2; k++) {
        ends[k] = effect->value * (k ? *high : *low);
        if (domain_holds(domain, ends[k]) || (isinf(ends[k]) && !w->given[effect->cell]))
            continue;
        cell_address(w, effect->cell, name, sizeof name);
        show_number(ends[k], text);
        complain_cell(b, TABLE_EVENTS, VALUE, &entry->line->item[VALUE].at,
                      line_text(entry->line, VALUE), "makes %s %s: %s", name, text,
                      domains[domain].rule);
        break;
    }
    int probability = w->event[effect->event].probability;
    bool certain = w->value[probability] * w->factor[probability] >= 1
                   && b->prior_of[probability] < 0;
    double least = fmin(ends[0], ends[1]), most = fmax(ends[0], ends[1]);
    *low = certain ? least : fmin(*low, least);
    *high = certain ? most : fmax(*high, most);
}

/* Walks through the effects on each target in order of time. */
static void check_targets(struct build *b, struct entry *entry, int count)
{
    double low = 0, high = 0;
    qsort(entry, (size_t)count, sizeof *entry, by_target);
    for (int k = 0; k < count; k++) {
        const struct entry *last = k ? &entry[k - 1] : NULL;
        int now = target(&entry[k].effect);
        bool again = last && target(&last->effect) == now;
        if (again && last->effect.t == entry[k].effect.t && now != 2) {
            complain_cell(b, TABLE_EVENTS, PARAMETER, &entry[k].line->item[PARAMETER].at,
                          line_text(entry[k].line, PARAMETER),
                          "%s:%d changes it in the same period",
                          last->line->item[PARAMETER].at.file,
                          last->line->item[PARAMETER].at.line);
            return;
        }
        if (now < 3)
            continue;
        if (!again)
            priors_interval(b, entry[k].effect.cell, &low, &high);
        follow(b, &entry[k], &low, &high);
    }
}

static int note_late(struct build *b, const struct line *line)
{
    return build_note(b, "event_after_horizon", "%s: %s at %s", line_text(line, 0),
                      line_text(line, PARAMETER), line_text(line, DATE));
}

/* Sorts, checks and keeps the effects within the horizon. */
static int keep(struct build *b, struct collector *all)
{
    struct scenario *w = b->world;
    int count = 0;
    const struct line *noted = NULL;
    struct entry *entry = arena_take(b->arena, (size_t)w->effects, sizeof *entry);
    w->effect = arena_take(b->arena, (size_t)w->effects, sizeof *w->effect);
    if (!entry || !w->effect)
        return cs_fail_memory(b->err);
    for (int k = 0; k < w->effects; k++) {
        if (all->effect[k].t < w->steps) {
            entry[count++] = (struct entry){all->effect[k], all->line[k], k};
        } else if (all->line[k] != noted) {
            noted = all->line[k];
            if (note_late(b, noted))
                return CS_MEMORY;
        }
    }
    w->effects = count;
    if (!count)
        return 0;
    check_targets(b, entry, count);
    qsort(entry, (size_t)count, sizeof *entry, by_period);
    for (int k = 0; k < count; k++)
        w->effect[k] = entry[k].effect;
    return 0;
}

int events_read(struct build *b)
{
    struct scenario *w = b->world;
    struct collector all = {0};
    const char *list[SMALL_IDS];
    int code = 0;
    all.cells = arena_take(b->arena, (size_t)w->cells, sizeof *all.cells);
    if (!all.cells)
        return cs_fail_memory(b->err);
    reference_space(w, list, &all.space);
    all.space.removed = b->removed;
    all.space.removals = b->removals;
    all.space.complaints = &b->failed;
    for (int k = 0; !code && k < b->sheet[TABLE_EVENTS].lines; k++)
        code = read_row(b, &all, k);
    return code ? code : keep(b, &all);
}
