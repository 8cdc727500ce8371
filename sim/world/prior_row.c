#include "world/prior_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "tool/number.h"
#include "world/numbers.h"
#include "world/resolve.h"

enum { LOW = 1, MODE = 2, HIGH = 4, CREDIBILITY = 8, VALUES = 16 };

static const char *const number_names[] = {"low", "mode", "high", "credibility", "values"};

static const int uses[DIST_KINDS] = {
    [DIST_CONSTANT] = MODE,
    [DIST_UNIFORM] = LOW | HIGH,
    [DIST_TRIANGULAR] = LOW | MODE | HIGH,
    [DIST_PERT] = LOW | MODE | HIGH,
    [DIST_NORMAL] = LOW | HIGH | CREDIBILITY,
    [DIST_LOGNORMAL] = LOW | HIGH | CREDIBILITY,
    [DIST_BETA] = LOW | HIGH | CREDIBILITY,
    [DIST_GAMMA] = LOW | HIGH | CREDIBILITY,
    [DIST_GAMMA_RATE] = LOW | HIGH,
    [DIST_DISCRETE] = VALUES,
};

static const struct item *item_of(const struct line *line, const char *name, int *column)
{
    *column = catalogue_column(TABLE_PRIORS, name);
    return &line->item[*column];
}

/* Numbers that must or must not be there. */
static void check_uses(struct build *b, const struct line *line, enum dist_kind kind)
{
    int column;
    for (int k = 0; k < 5; k++) {
        const struct item *item = item_of(line, number_names[k], &column);
        bool used = uses[kind] & (1 << k);
        if (used && !*item->text && 1 << k != CREDIBILITY)
            complain_cell(b, TABLE_PRIORS, column, item->at.file ? &item->at : &line->first,
                          NULL, "must not be blank for '%s'", dist_names[kind]);
        if (!used && *item->text)
            complain_cell(b, TABLE_PRIORS, column, &item->at, item->text,
                          "must be blank for '%s'", dist_names[kind]);
    }
}

struct point {
    double value, weight;
};

static int by_value(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* Reads `v:w`; returns NULL or the broken rule. */
static const char *read_point(char *text, struct point *point)
{
    char *colon = strchr(text, ':');
    if (!colon)
        return "must be value:weight pairs joined by ';'";
    *colon = '\0';
    const char *rule = number_parse(text, &point->value);
    if (!rule)
        rule = number_parse(colon + 1, &point->weight);
    if (!rule && point->weight < 0)
        rule = "a weight must be 0 or greater";
    return rule;
}

/* Sorts, joins equal values and makes the weights sum to 1. */
static int keep_points(struct build *b, struct point *point, int count,
                       struct dist_spec *spec, const char **rule)
{
    double total = 0;
    double *values = arena_take(b->arena, (size_t)count, sizeof *values);
    double *weights = arena_take(b->arena, (size_t)count, sizeof *weights);
    if (!values || !weights)
        return cs_fail_memory(b->err);
    qsort(point, (size_t)count, sizeof *point, by_value);
    for (int k = 0; k < count; k++) {
        total += point[k].weight;
        if (spec->count == 0 || values[spec->count - 1] < point[k].value)
            values[spec->count++] = point[k].value;
        weights[spec->count - 1] += point[k].weight;
    }
    if (!(total > 0) || !isfinite(total))
        *rule = "the weights must have a sum greater than 0";
    for (size_t k = 0; k < spec->count; k++)
        weights[k] /= total;
    spec->values = values;
    spec->weights = weights;
    return 0;
}

static int read_values(struct build *b, const struct line *line, struct dist_spec *spec)
{
    int column, count = 0, room = 0, code = 0;
    const struct item *item = item_of(line, "values", &column);
    char *copy = arena_text(b->arena, item->text), *rest = NULL;
    struct point *point = NULL;
    const char *rule = NULL;
    if (!copy)
        return cs_fail_memory(b->err);
    for (char *part = strtok_r(copy, "; ", &rest); part && !rule;
         part = strtok_r(NULL, "; ", &rest)) {
        point = arena_grow(b->arena, point, count, &room, sizeof *point);
        if (!point)
            return cs_fail_memory(b->err);
        rule = read_point(part, &point[count++]);
    }
    if (!rule && !count)
        rule = "must be value:weight pairs joined by ';'";
    if (!rule)
        code = keep_points(b, point, count, spec, &rule);
    if (rule)
        complain_cell(b, TABLE_PRIORS, column, &item->at, item->text, "%s", rule);
    return code;
}

bool prior_row_read(struct build *b, const struct line *line, struct prior_row *row, int *code)
{
    int column, before = b->failed;
    double number[4];
    *row = (struct prior_row){.line = line};
    const struct item *item = item_of(line, "distribution", &column);
    int kind = *item->text ? resolve_word(b, TABLE_PRIORS, column, item) : -1;
    if (kind < 0)
        return false;
    for (int k = 0; k < 4; k++) {
        item = item_of(line, number_names[k], &column);
        number_item(b, TABLE_PRIORS, column, item, &number[k]);
    }
    check_uses(b, line, (enum dist_kind)kind);
    item = item_of(line, "scale", &column);
    if (*item->text)
        row->relative = resolve_word(b, TABLE_PRIORS, column, item) == 0;
    row->spec = (struct dist_spec){.kind = (enum dist_kind)kind, .low = number[0],
                                   .mode = number[1], .high = number[2],
                                   .credibility = isnan(number[3]) ? 0.9 : number[3]};
    if (b->failed == before && kind == DIST_DISCRETE)
        *code = read_values(b, line, &row->spec);
    return !*code && b->failed == before;
}

bool prior_row_fits(struct build *b, const struct prior_row *row, enum domain_name domain,
                    double scale, const char *cell)
{
    const struct dist_spec *spec = &row->spec;
    const double ends[] = {spec->low, spec->mode, spec->high};
    size_t count = spec->kind == DIST_DISCRETE ? spec->count : 3;
    char text[3][NUMBER_TEXT];
    int column;
    for (size_t k = 0; spec->kind != DIST_GAMMA_RATE && k < count; k++) {
        double end = spec->kind == DIST_DISCRETE ? spec->values[k] : ends[k];
        const char *name = spec->kind == DIST_DISCRETE ? "values" : number_names[k];
        if (isnan(end) || domain_holds(domain, end * scale))
            continue;
        const struct item *item = item_of(row->line, name, &column);
        show_number(end, text[0]);
        show_number(scale, text[1]);
        show_number(end * scale, text[2]);
        if (scale == 1)
            complain_cell(b, TABLE_PRIORS, column, &item->at, text[0], "%s",
                          domains[domain].rule);
        else
            complain_cell(b, TABLE_PRIORS, column, &item->at, text[0],
                          "times %s is %s for %s: %s", text[1], text[2], cell,
                          domains[domain].rule);
        return false;
    }
    return true;
}

void prior_row_ends(const struct prior_row *row, double *low, double *high)
{
    const struct dist_spec *spec = &row->spec;
    *low = spec->low;
    *high = spec->high;
    if (spec->kind == DIST_CONSTANT)
        *low = *high = spec->mode;
    if (spec->kind == DIST_DISCRETE) {
        *low = spec->values[0];
        *high = spec->values[spec->count - 1];
    }
}
