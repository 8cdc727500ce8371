#include "world/dated.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "world/numbers.h"
#include "world/reference.h"
#include "world/resolve.h"

struct pin {
    int t, state;
    const struct line *line;
};

static int by_period(const void *a, const void *b)
{
    const struct pin *x = a, *y = b;
    return x->t != y->t ? (x->t > y->t) - (x->t < y->t) : x->line->first.line - y->line->first.line;
}

enum { PIN_DATE, PIN_ACTOR, PIN_STATE, US = 0, CN = 1 };

/* The regime or stance of a pin, -1 for `free`, -2 after a complaint. */
static int pin_state(struct build *b, const struct line *line, int actor)
{
    enum table table = actor == US ? TABLE_US_REGIMES : TABLE_CN_STANCES;
    const struct item *item = &line->item[PIN_STATE];
    struct id_space space = {.removed = b->removed, .removals = b->removals,
                             .complaints = &b->failed};
    char rule[CS_SENTENCE];
    if (!*item->text)
        return -2;
    int state = strcmp(item->text, "free") == 0 ? -1 : resolve_id(b, table, item->text);
    if (state >= 0 || strcmp(item->text, "free") == 0)
        return state;
    if (may_suggest(b))
        space.id[table] = sheet_ids(b, table, &space.count[table]);
    complain_cell(b, TABLE_PINS, PIN_STATE, &item->at, item->text, "%s",
                  reference_missing(&space, table, item->text, rule));
    return -2;
}

/* Reads a pin; true if it acts within the horizon. */
static bool read_pin(struct build *b, const struct line *line, int actor, struct pin *pin,
                     int *code)
{
    const struct scenario *w = b->world;
    int period;
    *pin = (struct pin){.state = pin_state(b, line, actor), .line = line};
    if (pin->state < -1
        || !resolve_date(b, TABLE_PINS, PIN_DATE, &line->item[PIN_DATE], &period))
        return false;
    pin->t = period - w->start;
    if (pin->t < 0)
        complain_cell(b, TABLE_PINS, PIN_DATE, &line->item[PIN_DATE].at,
                      line_text(line, PIN_DATE), "must not lie before the start");
    if (pin->t >= w->steps)
        *code = build_note(b, "pin_after_horizon", "%s: %s at %s", line_text(line, PIN_ACTOR),
                           line_text(line, PIN_STATE), line_text(line, PIN_DATE));
    return pin->t >= 0 && pin->t < w->steps;
}

static int fill_pins(struct build *b, int actor, int **out)
{
    const struct scenario *w = b->world;
    struct sheet *sheet = &b->sheet[TABLE_PINS];
    struct pin *pin = arena_take(b->arena, (size_t)sheet->lines, sizeof *pin);
    int *held = arena_take(b->arena, (size_t)w->steps, sizeof *held);
    int count = 0, code = 0;
    if (!pin || !held)
        return cs_fail_memory(b->err);
    for (int k = 0; !code && k < sheet->lines; k++) {
        const struct column *actors = &catalogue[TABLE_PINS].column[PIN_ACTOR];
        if (catalogue_word(actors, line_text(&sheet->line[k], PIN_ACTOR)) == actor)
            count += read_pin(b, &sheet->line[k], actor, &pin[count], &code);
    }
    if (count)
        qsort(pin, (size_t)count, sizeof *pin, by_period);
    for (int k = 1; k < count; k++)
        if (pin[k].t == pin[k - 1].t)
            complain_cell(b, TABLE_PINS, PIN_DATE, &pin[k].line->item[PIN_DATE].at,
                          line_text(pin[k].line, PIN_DATE),
                          "%s:%d pins the same actor in the same period",
                          pin[k - 1].line->item[PIN_DATE].at.file,
                          pin[k - 1].line->item[PIN_DATE].at.line);
    for (int t = 0, k = 0, state = -1; t < w->steps; t++) {
        for (; k < count && pin[k].t <= t; k++)
            state = pin[k].state;
        held[t] = state;
    }
    *out = held;
    return code;
}

int pins_read(struct build *b)
{
    for (int k = 0; k < b->sheet[TABLE_PINS].lines; k++)
        resolve_word(b, TABLE_PINS, PIN_ACTOR, &b->sheet[TABLE_PINS].line[k].item[PIN_ACTOR]);
    int code = fill_pins(b, US, &b->world->us_pin);
    return code ? code : fill_pins(b, CN, &b->world->cn_pin);
}

/* Four digits: a calendar year. */
static bool is_year(const char *text, int *year)
{
    bool four = strlen(text) == 4;
    for (int k = 0; four && k < 4; k++)
        four = isdigit((unsigned char)text[k]) != 0;
    *year = four ? atoi(text) : 0;
    return four && *year >= 1900 && *year <= 2999;
}

/* Periods of a date, a calendar year or `total`, before they are cut. */
static bool read_span(struct build *b, enum table table, int column, const struct item *item,
                      int span[2])
{
    const struct scenario *w = b->world;
    int year, per_year = date_steps_per_year(w->step);
    if (is_year(item->text, &year)) {
        span[0] = year * per_year - w->start;
        span[1] = span[0] + per_year - 1;
        return true;
    }
    if (!resolve_date(b, table, column, item, &span[0]))
        return false;
    span[0] -= w->start;
    span[1] = span[0];
    return true;
}

static const char *id_or_all(struct build *b, enum table table, const struct line *line,
                             const char *name)
{
    int column = catalogue_column(table, name);
    const struct item *item = &line->item[column];
    if (!*item->text || strcmp(item->text, "all") == 0)
        return "all";
    resolve_ref(b, table, column, item);
    return item->text;
}

enum { THRESHOLD_METRIC = 1, THRESHOLD_TEST = 4, THRESHOLD_VALUE = 5, THRESHOLD_WHEN = 6 };

/* The `when` of a threshold; false if the threshold is to be left out. */
static bool read_when(struct build *b, const struct line *line, struct threshold *threshold,
                      int *code)
{
    const struct scenario *w = b->world;
    const struct item *item = &line->item[THRESHOLD_WHEN];
    int span[2];
    threshold->when = strcmp(item->text, "any") == 0     ? WHEN_ANY
                      : strcmp(item->text, "stays") == 0 ? WHEN_STAYS
                                                         : WHEN_DATE;
    threshold->when_text = item->text;
    threshold->last = w->steps - 1;
    bool total = strcmp(item->text, "total") == 0;
    if (threshold->when != WHEN_DATE || total)
        return true;
    if (*item->text && !strpbrk(item->text, "0123456789")) {
        complain_cell(b, TABLE_THRESHOLDS, THRESHOLD_WHEN, &item->at, item->text,
                      "must be a date, a calendar year, total, any or stays");
        return false;
    }
    if (!*item->text || !read_span(b, TABLE_THRESHOLDS, THRESHOLD_WHEN, item, span))
        return false;
    if (span[1] < 0)
        complain_cell(b, TABLE_THRESHOLDS, THRESHOLD_WHEN, &item->at, item->text,
                      "must not lie before the start");
    if (span[0] >= w->steps)
        *code = build_note(b, "threshold_after_horizon", "%s: %s", line_text(line, 0),
                           item->text);
    threshold->first = span[0] > 0 ? span[0] : 0;
    threshold->last = span[1] < w->steps ? span[1] : w->steps - 1;
    return span[1] >= 0 && span[0] < w->steps;
}

int thresholds_read(struct build *b)
{
    struct scenario *w = b->world;
    struct sheet *sheet = &b->sheet[TABLE_THRESHOLDS];
    int code = 0;
    w->threshold = arena_take(b->arena, (size_t)sheet->lines, sizeof *w->threshold);
    if (!w->threshold)
        return cs_fail_memory(b->err);
    for (int k = 0; !code && k < sheet->lines; k++) {
        const struct line *line = &sheet->line[k];
        const struct item *test = &line->item[THRESHOLD_TEST];
        struct threshold *threshold = &w->threshold[w->thresholds];
        *threshold = (struct threshold){.id = line_text(line, 0),
                                        .metric = line_text(line, THRESHOLD_METRIC),
                                        .file = line->latest.file,
                                        .line = line->latest.line};
        threshold->buyer = id_or_all(b, TABLE_THRESHOLDS, line, "buyer");
        threshold->option = id_or_all(b, TABLE_THRESHOLDS, line, "option");
        int word = *test->text ? resolve_word(b, TABLE_THRESHOLDS, THRESHOLD_TEST, test) : 0;
        threshold->test = (enum threshold_test)(word > 0 ? word : 0);
        number_item(b, TABLE_THRESHOLDS, THRESHOLD_VALUE, &line->item[THRESHOLD_VALUE],
                    &threshold->value);
        w->thresholds += read_when(b, line, threshold, &code);
    }
    return code;
}

enum { HISTORY_DATE, HISTORY_METRIC, HISTORY_VALUE = 4, HISTORY_SD = 5 };

int history_read(struct build *b)
{
    struct scenario *w = b->world;
    struct sheet *sheet = &b->sheet[TABLE_HISTORY];
    w->observation = arena_take(b->arena, (size_t)sheet->lines, sizeof *w->observation);
    if (!w->observation)
        return cs_fail_memory(b->err);
    for (int k = 0; k < sheet->lines; k++) {
        const struct line *line = &sheet->line[k];
        struct observation *observation = &w->observation[w->observations++];
        int span[2] = {0, 0};
        *observation = (struct observation){.metric = line_text(line, HISTORY_METRIC),
                                            .date = line_text(line, HISTORY_DATE),
                                            .file = line->latest.file,
                                            .line = line->latest.line};
        read_span(b, TABLE_HISTORY, HISTORY_DATE, &line->item[HISTORY_DATE], span);
        observation->first = span[0];
        observation->last = span[1];
        observation->buyer = id_or_all(b, TABLE_HISTORY, line, "buyer");
        observation->option = id_or_all(b, TABLE_HISTORY, line, "option");
        number_item(b, TABLE_HISTORY, HISTORY_VALUE, &line->item[HISTORY_VALUE],
                    &observation->value);
        number_item(b, TABLE_HISTORY, HISTORY_SD, &line->item[HISTORY_SD], &observation->sd);
    }
    return 0;
}
