#include "run/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tool/date.h"
#include "tool/text.h"

const char *buyer_id(const struct scenario *world, int buyer)
{
    return buyer == EVERYONE ? "all" : world->buyer[buyer].id;
}

const char *option_id(const struct scenario *world, int option)
{
    return option == EVERYONE ? "all" : world->option[option].id;
}

int find_buyer(const struct scenario *world, const char *id)
{
    if (!id || !strcmp(id, "all"))
        return EVERYONE;
    for (int i = 0; i < world->buyers; i++)
        if (!strcmp(world->buyer[i].id, id))
            return i;
    return -2;
}

int find_option(const struct scenario *world, const char *id)
{
    if (!id || !strcmp(id, "all"))
        return EVERYONE;
    for (int j = 0; j < world->options; j++)
        if (!strcmp(world->option[j].id, id))
            return j;
    return -2;
}

int span_periods(const struct span *span)
{
    return span->last - span->first + 1;
}

/* --- dates ----------------------------------------------------------------- */

static void name_dates(struct plan *plan, enum plan_scope scope)
{
    const struct scenario *const w = plan->world;
    struct span *year = NULL;

    for (int t = 0; t < w->steps; t++) {
        struct span *const date = &plan->date[t];
        *date = (struct span){.first = t, .last = t, .period = true};
        date_write(w->step, w->start + t, date->text);
        plan->year_of[t] = -1;
    }
    plan->dates = w->steps;
    for (int t = 0; scope == PLAN_RESULTS && t < w->steps; t++) {
        const int number = date_year(w->step, w->start + t);
        if (t == 0 || number != date_year(w->step, w->start + t - 1)) {
            year = &plan->date[plan->dates++];
            *year = (struct span){.first = t};
            snprintf(year->text, sizeof year->text, "%d", number);
            plan->years++;
        }
        year->last = t;
        plan->year_of[t] = plan->dates - 1;
    }
    if (scope == PLAN_RESULTS)
        plan->date[plan->dates++] = (struct span){"total", 0, w->steps - 1, false};
}

int plan_full_year(const struct plan *plan)
{
    const int whole = date_steps_per_year(plan->world->step);
    const int last = plan->world->steps + plan->years - 1;

    for (int d = last; d >= plan->world->steps; d--)
        if (span_periods(&plan->date[d]) == whole)
            return d;
    return last;
}

size_t plan_source(const struct plan *plan, size_t series)
{
    const size_t dates = (size_t)plan->dates;
    const struct span *const date = &plan->date[series % dates];
    const enum metric_kind kind = plan->row[series / dates].metric->kind;
    const bool last = kind == KIND_STOCK || kind == KIND_RATE || kind == KIND_RATIO_END;

    if (last || (date->first == date->last && kind != KIND_PRICE))
        return series - series % dates + (size_t)date->last;
    return series;
}

int plan_date(const struct plan *plan, const char *text)
{
    int period;

    for (int d = 0; d < plan->dates; d++)
        if (!strcmp(plan->date[d].text, text))
            return d;
    if (date_parse(text, plan->world->step, &period))
        return -1;
    period -= plan->world->start;
    return period >= 0 && period < plan->world->steps ? period : -1;
}

/* --- rows ------------------------------------------------------------------ */

static int add_row(struct plan *plan, const struct metric *metric, int buyer, int option)
{
    struct row *const row = &plan->row[plan->rows];

    *row = (struct row){metric, buyer, option, true, -1};
    if (metric_has_bottom(metric))
        row->ratio = plan->ratios++;
    plan->of[metric - plan->catalogue->metric].count++;
    return plan->rows++;
}

static int *place_of(const struct plan *plan, const struct metric *metric, int buyer, int option)
{
    struct metric_rows *const of = &plan->of[metric - plan->catalogue->metric];

    if (buyer == EVERYONE)
        return option == EVERYONE ? &of->all : &of->option[option];
    return option == EVERYONE ? &of->buyer[buyer]
                              : &of->pair[buyer * plan->world->options + option];
}

int plan_row(const struct plan *plan, const struct metric *metric, int buyer, int option)
{
    return *place_of(plan, metric, buyer, option);
}

static void place(struct plan *plan, const struct metric *metric, int buyer, int option)
{
    *place_of(plan, metric, buyer, option) = add_row(plan, metric, buyer, option);
}

static void place_options(struct plan *plan, const struct metric *metric, int buyer)
{
    const struct scenario *const w = plan->world;

    for (int k = 0; k < w->options; k++)
        if (metric_has_option(metric, w, w->options_shown[k]))
            place(plan, metric, buyer, w->options_shown[k]);
}

static void place_metric(struct plan *plan, const struct metric *metric, enum cs_detail detail)
{
    const struct scenario *const w = plan->world;
    const bool margin = metric_has_margin(metric);

    if (margin && metric->level != LEVEL_OPTION)
        place(plan, metric, EVERYONE, EVERYONE);
    else if (metric->level == LEVEL_MARKET)
        place(plan, metric, EVERYONE, EVERYONE);
    if (detail == CS_DETAIL_MARKET || metric->level == LEVEL_MARKET)
        return;
    if (metric->level == LEVEL_OPTION || (metric->level == LEVEL_PAIR && margin))
        place_options(plan, metric, EVERYONE);
    if (metric->level == LEVEL_BUYER || (metric->level == LEVEL_PAIR && margin))
        for (int k = 0; k < w->buyers; k++)
            place(plan, metric, w->buyers_shown[k], EVERYONE);
    if (metric->level == LEVEL_PAIR && detail == CS_DETAIL_FULL)
        for (int k = 0; k < w->buyers; k++)
            place_options(plan, metric, w->buyers_shown[k]);
}

/* --- thresholds ------------------------------------------------------------ */

/* Why a metric has no row for this buyer and option, or NULL. */
static const char *misplaced(const struct plan *plan, const struct metric *metric, int buyer,
                             int option)
{
    if (metric->level == LEVEL_MARKET && (buyer != EVERYONE || option != EVERYONE))
        return "is a metric of the whole market: buyer and option must be all";
    if (metric->level == LEVEL_BUYER && option != EVERYONE)
        return "is a metric of buyers: option must be all";
    if (metric->level == LEVEL_OPTION && (buyer != EVERYONE || option == EVERYONE))
        return "is a metric of options: buyer must be all, and option one of them";
    if (option != EVERYONE && !metric_has_option(metric, plan->world, option))
        return "does not exist for this option";
    return NULL;
}

int plan_need(struct plan *plan, const struct metric *metric, int buyer, int option,
              const char **rule)
{
    *rule = misplaced(plan, metric, buyer, option);
    if (*rule)
        return -1;
    if (plan_row(plan, metric, buyer, option) < 0) {
        place(plan, metric, buyer, option);
        plan->row[plan->rows - 1].shown = false;
    }
    return plan_row(plan, metric, buyer, option);
}

static void refuse_metric(const struct plan *plan, const struct threshold *x,
                          const struct metric *metric, struct cs_error *err)
{
    const char *const near = catalogue_nearest(plan->catalogue, x->metric);

    if (metric)
        cs_fail(err, CS_INPUT, "%s:%d: column 'metric': %s: is written to trace.csv only",
                x->file, x->line, x->metric);
    else if (near)
        cs_fail(err, CS_INPUT,
                "%s:%d: column 'metric': %s: there is no such metric; did you mean '%s'?",
                x->file, x->line, x->metric, near);
    else
        cs_fail(err, CS_INPUT, "%s:%d: column 'metric': %s: there is no such metric", x->file,
                x->line, x->metric);
}

static void place_threshold(struct plan *plan, const struct threshold *x, struct cs_error *err)
{
    const struct metric *const metric = catalogue_find(plan->catalogue, x->metric);
    const int buyer = find_buyer(plan->world, x->buyer);
    const int option = find_option(plan->world, x->option);

    if (!metric || metric->trace_only) {
        refuse_metric(plan, x, metric, err);
        return;
    }
    if (buyer < EVERYONE)
        cs_fail(err, CS_INPUT, "%s:%d: column 'buyer': %s: there is no such buyer", x->file,
                x->line, x->buyer);
    if (option < EVERYONE)
        cs_fail(err, CS_INPUT, "%s:%d: column 'option': %s: there is no such option", x->file,
                x->line, x->option);
    if (buyer < EVERYONE || option < EVERYONE)
        return;
    const char *rule;
    if (plan_need(plan, metric, buyer, option, &rule) < 0)
        cs_fail(err, CS_INPUT, "%s:%d: column 'metric': %s: %s", x->file, x->line, x->metric,
                rule);
}

/* --- the whole ------------------------------------------------------------- */

/* Rows at most: every atom and margin of every metric. */
static size_t most_rows(const struct plan *plan)
{
    const size_t I = (size_t)plan->world->buyers, J = (size_t)plan->world->options;

    return (size_t)plan->catalogue->count * (1 + I + J + I * J);
}

static bool allocate(struct plan *plan)
{
    const struct scenario *const w = plan->world;
    const size_t I = (size_t)w->buyers, J = (size_t)w->options, T = (size_t)w->steps;
    const size_t metrics = (size_t)plan->catalogue->count, each = I + J + I * J;

    plan->row = malloc(most_rows(plan) * sizeof *plan->row);
    plan->date = malloc((2 * T + 1) * sizeof *plan->date);
    plan->year_of = malloc(T * sizeof *plan->year_of);
    plan->of = malloc(metrics * sizeof *plan->of);
    plan->store = malloc(metrics * each * sizeof *plan->store);
    if (!plan->row || !plan->date || !plan->year_of || !plan->of || !plan->store)
        return false;
    memset(plan->store, -1, metrics * each * sizeof *plan->store);
    for (size_t m = 0; m < metrics; m++) {
        int *const place = plan->store + m * each;
        plan->of[m] = (struct metric_rows){0, -1, place, place + I, place + I + J};
    }
    return true;
}

int plan_new(const struct scenario *world, const struct catalogue *catalogue,
             enum plan_scope scope, enum cs_detail detail, struct plan **out,
             struct cs_error *err)
{
    struct plan *plan = calloc(1, sizeof *plan);
    const int complaints = err ? err->count + err->dropped : 0;
    struct cs_error own = {0};

    *out = NULL;
    if (plan) {
        plan->world = world;
        plan->catalogue = catalogue;
    }
    if (!plan || !allocate(plan)) {
        plan_free(plan);
        return cs_fail_memory(err);
    }
    if (!err)
        err = &own;
    name_dates(plan, scope);
    for (int m = 0; m < catalogue->count; m++)
        if (scope == PLAN_TRACE || !catalogue->metric[m].trace_only)
            place_metric(plan, &catalogue->metric[m], detail);
    plan->shown = plan->rows;
    for (int k = 0; scope == PLAN_RESULTS && k < world->thresholds; k++)
        place_threshold(plan, &world->threshold[k], err);
    if (err->count + err->dropped > complaints) {
        plan_free(plan);
        return CS_INPUT;
    }
    *out = plan;
    return CS_OK;
}

void plan_keep(struct plan *plan, const bool *wanted)
{
    int kept = 0;

    plan->ratios = 0;
    for (int r = 0; r < plan->rows; r++) {
        struct row row = plan->row[r];
        const ptrdiff_t m = row.metric - plan->catalogue->metric;
        int *const place = place_of(plan, row.metric, row.buyer, row.option);
        *place = -1;
        plan->of[m].count--;
        if (!wanted[m] || !row.shown)
            continue;
        if (row.ratio >= 0)
            row.ratio = plan->ratios++;
        plan->of[m].count++;
        *place = kept;
        plan->row[kept++] = row;
    }
    plan->rows = plan->shown = kept;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    free(plan->row);
    free(plan->date);
    free(plan->year_of);
    free(plan->of);
    free(plan->store);
    free(plan);
}
