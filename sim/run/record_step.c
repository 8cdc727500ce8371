/* Entering a step, on one instruction set; see tool/isa.h. */
#include <math.h>
#include <string.h>
#include "run/record.h"
#include "tool/lane_store.h"
#include "tool/wide.h"
#include "world/catalogue.h"

/* --- one row --------------------------------------------------------------- */

static void add(double *to, const double *from)
{
    FOR_LANES(l)
        to[l] += from[l];
}

static void divide(double *to, const double *top, const double *bottom)
{
    FOR_LANES(l) {
        const double below = bottom[l], quotient = top[l] / (below != 0 ? below : 1);
        to[l] = below != 0 ? quotient : NAN;
    }
}

static void start_or_add(bool start, double *to, const double *from)
{
    if (start)
        memcpy(to, from, sizeof(lane));
    else
        add(to, from);
}

static void enter(const struct recorder *r, int row, int date, const double *value)
{
    lane_store(r->values[(size_t)date * (size_t)r->plan->rows + (size_t)row], value);
}

static void put_last(const struct recorder *r, int row, const double *value)
{
    if (r->year_ends)
        enter(r, row, r->year, value);
    if (r->ends)
        enter(r, row, r->total, value);
}

static void put_flow(const struct recorder *r, int row, const double *value)
{
    lane *const sum = r->sum + 2 * row;

    enter(r, row, r->t, value);
    if (r->year < 0)
        return;
    start_or_add(r->year_starts, sum[0], value);
    start_or_add(r->starts, sum[1], value);
    if (r->year_ends)
        enter(r, row, r->year, sum[0]);
    if (r->ends)
        enter(r, row, r->total, sum[1]);
}

static void put_quotient(const struct recorder *r, int row, int date, const double *top,
                         const double *bottom)
{
    lane quotient;

    divide(quotient, top, bottom);
    enter(r, row, date, quotient);
}

static void put_sums(const struct recorder *r, int row, const double *top, const double *bottom)
{
    lane *const sum = r->sum + 2 * row, *const under = r->bottom + 2 * r->plan->row[row].ratio;

    if (r->year < 0)
        return;
    start_or_add(r->year_starts, sum[0], top);
    start_or_add(r->year_starts, under[0], bottom);
    start_or_add(r->starts, sum[1], top);
    start_or_add(r->starts, under[1], bottom);
    if (r->year_ends)
        put_quotient(r, row, r->year, sum[0], under[0]);
    if (r->ends)
        put_quotient(r, row, r->total, sum[1], under[1]);
}

static void put(const struct recorder *r, int row, const double *top, const double *bottom)
{
    lane quotient;

    if (row < 0)
        return;
    switch (r->plan->row[row].metric->kind) {
    case KIND_FLOW:
        put_flow(r, row, top);
        break;
    case KIND_STOCK:
    case KIND_RATE:
        enter(r, row, r->t, top);
        put_last(r, row, top);
        break;
    case KIND_RATIO:
        put_quotient(r, row, r->t, top, bottom);
        put_sums(r, row, top, bottom);
        break;
    case KIND_RATIO_END:
        divide(quotient, top, bottom);
        enter(r, row, r->t, quotient);
        put_last(r, row, quotient);
        break;
    case KIND_PRICE: /* the period's value is the spot price, entered by the caller */
        put_sums(r, row, top, bottom);
        break;
    }
}

/* --- one metric ------------------------------------------------------------ */

/* The lane arrays of a source; NULL for none. */
static lane *lanes_of(const struct recorder *r, const struct source *source)
{
    const char *const base = source->where == IN_BLOCK ? (const char *)r->book->block
                                                       : (const char *)r->book;

    return source->where == NOWHERE ? NULL : *(lane *const *)(const void *)(base + source->offset);
}

/* The sum of from[set[0]], from[set[1]], ... in that order, which stays in registers. */
static void sum_over(lane *from, const int *set, int count, double *to)
{
    for (int at = 0; at < LANES; at += WIDE) {
        wide sum = {0}, next;
        for (int k = 0; k < count; k++) {
            wide_load(from[set[k]] + at, &next);
            sum += next;
        }
        memcpy(to + at, &sum, sizeof sum);
    }
}

static void put_market(struct recorder *r, const struct metric *m, const struct metric_rows *of)
{
    lane top, bottom;

    if (!m->over) { /* a lane array that stands in the block itself */
        put(r, of->all, (const double *)(const void *)((const char *)r->book->block +
                                                       m->top.offset), NULL);
        return;
    }
    sum_over(lanes_of(r, &m->top), m->over, m->over_count, top);
    if (m->under)
        sum_over(lanes_of(r, &m->bottom), m->under, m->under_count, bottom);
    put(r, of->all, top, bottom);
}

static void put_options(struct recorder *r, const struct metric *m, const struct metric_rows *of)
{
    lane *const top = lanes_of(r, &m->top), *const bottom = lanes_of(r, &m->bottom);
    lane *const spot = lanes_of(r, &m->spot);

    for (int j = 0; j < r->plan->world->options; j++) {
        if (of->option[j] < 0)
            continue;
        if (spot)
            enter(r, of->option[j], r->t, spot[j]);
        put(r, of->option[j], top[j], bottom ? bottom[j] : NULL);
    }
}

static void put_buyers(struct recorder *r, const struct metric *m, const struct metric_rows *of)
{
    lane *const top = lanes_of(r, &m->top), *const bottom = lanes_of(r, &m->bottom);
    lane top_sum = {0}, bottom_sum = {0};

    for (int i = 0; i < r->plan->world->buyers; i++) {
        const double *const over = top[i * m->stride + m->shift];
        const double *const under = bottom ? bottom[i] : NULL;
        put(r, of->buyer[i], over, under);
        add(top_sum, over);
        if (under)
            add(bottom_sum, under);
    }
    put(r, of->all, top_sum, bottom_sum);
}

/* Margins of pairs: numerators are summed, the denominator belongs to the buyer. */
static void put_pairs(struct recorder *r, const struct metric *m, const struct metric_rows *of)
{
    const int I = r->plan->world->buyers, J = r->plan->world->options;
    lane *const top = lanes_of(r, &m->top), *const bottom = lanes_of(r, &m->bottom);
    int option[LIMIT_OPTIONS], buyer[LIMIT_BUYERS], row[LIMIT_BUYERS], options = 0;
    lane sum, bottom_sum;

    for (int j = 0; j < J; j++)
        if (metric_has_option(m, r->plan->world, j))
            option[options++] = j;
    for (int i = 0; i < I; i++) {
        const double *const under = bottom ? bottom[i] : NULL;
        buyer[i] = i;
        row[i] = i * J;
        for (int k = 0; k < options; k++)
            if (of->pair[row[i] + option[k]] >= 0)
                put(r, of->pair[row[i] + option[k]], top[row[i] + option[k]], under);
        sum_over(top + row[i], option, options, r->buyer_sum[i]);
        put(r, of->buyer[i], r->buyer_sum[i], under);
    }
    if (bottom)
        sum_over(bottom, buyer, I, bottom_sum);
    for (int k = 0; k < options; k++) {
        sum_over(top + option[k], row, I, sum);
        put(r, of->option[option[k]], sum, bottom_sum);
    }
    sum_over(r->buyer_sum, buyer, I, sum);
    put(r, of->all, sum, bottom_sum);
}

void kernel_recorder_step(struct recorder *r, const struct book *book, lane *values)
{
    const struct plan *const plan = r->plan;
    const int t = book->block->t;

    r->book = book;
    r->values = values;
    r->t = t;
    r->year = plan->year_of[t];
    r->total = r->year < 0 ? -1 : plan->dates - 1;
    r->starts = t == 0;
    r->year_starts = r->year >= 0 && plan->date[r->year].first == t;
    r->year_ends = r->year >= 0 && plan->date[r->year].last == t;
    r->ends = r->year >= 0 && t == plan->world->steps - 1;
    for (int k = 0; k < plan->catalogue->count; k++) {
        const struct metric *const m = &plan->catalogue->metric[k];
        const struct metric_rows *const of = &plan->of[k];
        if (!of->count)
            continue;
        switch (m->level) {
        case LEVEL_MARKET: put_market(r, m, of); break;
        case LEVEL_OPTION: put_options(r, m, of); break;
        case LEVEL_BUYER: put_buyers(r, m, of); break;
        case LEVEL_PAIR: put_pairs(r, m, of); break;
        }
    }
    lane_store_end();
}
