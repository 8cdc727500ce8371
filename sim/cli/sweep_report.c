#include "cli/sweep_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/compare_words.h"

enum { AXES_SHOWN = 3, AXIS = 10, COLUMNS = 3, LINES = 12 };

static const char letters[] = "abc";

/* --- the plan -------------------------------------------------------------------------- */

static void print_axis(const struct sweep *s, size_t a)
{
    const struct axis *const axis = &s->axis[a];

    if (a < AXES_SHOWN)
        printf("  %c = %s", letters[a], axis->column);
    else
        printf("      %s", axis->column);
    if (axis->kind == AXIS_RANGE)
        printf(", %g to %g", axis->low, axis->high);
    else if (axis->kind == AXIS_PRIOR)
        printf(", its prior");
    else if (s->design != SWEEP_LIST)
        printf(", %zu value%s", axis->values, axis->values == 1 ? "" : "s");
    putchar('\n');
}

void print_sweep_plan(const struct sweep *s)
{
    static const char *const designs[] = {
        "a grid", "lists taken together", "one address at a time", "a list of points",
        "a Latin hypercube", "a scrambled Sobol' sequence"};
    const struct scenario *const w = s->world;
    const uint64_t paths = s->options->paths;
    char runs[32], each[32], total[32], rows[32];

    printf("%s%s%s\n", w->name, w->title && *w->title ? ": " : "", w->title ? w->title : "");
    printf("Sweep, %s; seed %llu for every run\n", designs[s->design],
           (unsigned long long)s->options->seed);
    for (size_t a = 0; a < s->axes && a < LINES; a++)
        print_axis(s, a);
    if (s->axes > LINES)
        printf("      and %zu more\n", s->axes - LINES);
    for (size_t k = 0; k < s->call->givens; k++)
        printf("  given %s at the end of the date\n", s->call->given[k]);
    printf("%s run%s × %s path%s = %s paths; %s row%s in outcomes.csv\n", grouped(s->points, runs),
           s->points == 1 ? "" : "s", grouped(paths, each), paths == 1 ? "" : "s",
           grouped(s->points * paths, total), grouped(sweep_rows(s), rows),
           sweep_rows(s) == 1 ? "" : "s");
    fflush(stdout);
}

/* --- the first points ------------------------------------------------------------------- */

struct column {
    int row, date;               /* of the plan; place among the dates of the results */
    bool mean;
    double scale;
    int decimals;
    char name[64], what[64];
};

struct report {
    const struct sweep *sweep;
    struct column column[COLUMNS];
    int columns;
};

static const char *unit_of(const struct metric *metric, double *scale)
{
    const bool usd = !strcmp(metric->unit, "USD"), share = !strcmp(metric->unit, "share");

    *scale = usd ? 1e-9 : share ? 100 : 1;
    return usd ? "bn USD" : share ? "%" : metric->unit;
}

static struct cell cell_of(const struct report *r, const struct column *c, size_t point)
{
    const struct summary *const s = sweep_at(r->sweep, point, c->row, c->date);

    if (c->mean) {
        struct cell cell = mean_cell(s, c->scale);
        cell.low = cell.high = NAN;
        return cell;
    }
    return (struct cell){c->scale * s->q[P50],
                         c->scale * (s->hi[LIMIT_P50] - s->lo[LIMIT_P50]) / 2, NAN, NAN};
}

static size_t shown_points(const struct sweep *s)
{
    return s->points < SWEEP_KEPT ? s->points : SWEEP_KEPT;
}

static void add_column(struct report *r, int row, int date, bool mean, const char *name)
{
    const struct sweep *const s = r->sweep;
    struct column *const c = &r->column[r->columns++];
    struct cell cells[SWEEP_KEPT];

    *c = (struct column){.row = row, .date = date, .mean = mean};
    const char *const unit = unit_of(s->plan->row[row].metric, &c->scale);
    shortened(name, SHEET_CELL - 2, c->name, sizeof c->name);
    snprintf(c->what, sizeof c->what, "%s, %s", s->plan->date[s->date[date]].text, unit);
    for (size_t p = 0; p < shown_points(s); p++)
        cells[p] = cell_of(r, c, p);
    c->decimals = sheet_decimals(cells, (int)shown_points(s));
}

/* The row of the whole market of a metric in the results, or -1. */
static int find_row(const struct sweep *s, const char *metric)
{
    for (int row = 0; row < s->plan->shown; row++)
        if (!strcmp(s->plan->row[row].metric->name, metric) &&
            s->plan->row[row].buyer == EVERYONE && s->plan->row[row].option == EVERYONE)
            return row;
    return -1;
}

static int find_date(const struct sweep *s, int date)
{
    for (int d = 0; d < s->dates; d++)
        if (s->date[d] == date)
            return d;
    return -1;
}

/* Revenue and domestic share in the last full year and levy receipts in total if the
 * results have them, else the first rows. */
static void choose_columns(struct report *r)
{
    const struct sweep *const s = r->sweep;
    const int lead = vendor_lead(s->world, CLASS_FOREIGN);
    const int year = find_date(s, plan_full_year(s->plan));
    const int total = find_date(s, s->plan->dates - 1), last = s->dates - 1;
    char metric[128] = "", name[96] = "";

    if (lead >= 0) {
        snprintf(metric, sizeof metric, "%s_revenue_gross_usd", s->world->vendor[lead].id);
        snprintf(name, sizeof name, "%.64s revenue", s->world->vendor[lead].name);
    }
    const int rows[] = {find_row(s, metric), find_row(s, "domestic_share_spend"),
                        find_row(s, "levy_receipts_usd")};
    if (rows[0] >= 0)
        add_column(r, rows[0], year < 0 ? last : year, false, name);
    if (rows[1] >= 0)
        add_column(r, rows[1], year < 0 ? last : year, false, "domestic share");
    if (rows[2] >= 0)
        add_column(r, rows[2], total < 0 ? last : total, true, "levy receipts");
    for (int row = 0; r->columns == 0 && row < s->plan->shown && row < COLUMNS; row++)
        add_column(r, row, total < 0 ? last : total, false, s->plan->row[row].metric->name);
}

static void print_heading(const struct report *r, size_t axes)
{
    for (int line = 0; line < 3; line++) {
        put_right(line == 2 ? "run" : "", 6);
        for (size_t a = 0; a < axes; a++) {
            const char letter[2] = {letters[a], '\0'};
            put_right(line == 2 ? letter : "", AXIS);
        }
        for (int k = 0; k < r->columns; k++) {
            const struct column *const c = &r->column[k];
            put_right(line == 0 ? c->name : line == 1 ? c->what : c->mean ? "mean" : "median",
                      SHEET_CELL);
        }
        putchar('\n');
    }
}

/* A number with up to six digits, a word up to the width, a dash for the scenario's own. */
static const char *axis_text(const struct sweep *s, size_t point, size_t a, char *text,
                             size_t size)
{
    const char *const value = s->text[point * s->axes + a];
    const double number = sweep_value(s, point, a);

    if (!value)
        return "–";
    if (isnan(number))
        return shortened(value, AXIS - 1, text, size);
    snprintf(text, size, "%.6g", number);
    return text;
}

static void print_points(const struct report *r)
{
    const struct sweep *const s = r->sweep;
    const size_t axes = s->axes < AXES_SHOWN ? s->axes : AXES_SHOWN;
    char text[64];

    putchar('\n');
    print_heading(r, axes);
    for (size_t p = 0; p < shown_points(s); p++) {
        printf("%6zu", p + 1);
        for (size_t a = 0; a < axes; a++)
            put_right(axis_text(s, p, a, text, sizeof text), AXIS);
        printf("   ");
        for (int k = 0; k < r->columns; k++) {
            const struct cell cell = cell_of(r, &r->column[k], p);
            sheet_cell(&cell, r->column[k].decimals, k + 1 == r->columns);
        }
        putchar('\n');
    }
    if (s->points > SWEEP_KEPT)
        printf("   ... and %zu more in outcomes.csv\n", s->points - SWEEP_KEPT);
    printf("± is the Monte Carlo error (95 %%); the same paths are behind every run.\n");
}

/* --- answers -------------------------------------------------------------------------------- */

/* ", where B is 2 and C is 3" for what stays along the line. */
static void print_where(const struct sweep *s, const struct answer *answer)
{
    const char *before = ", where";

    for (size_t a = 0; a < s->axes && s->design == SWEEP_GRID; a++) {
        const char *const value = s->text[answer->point * s->axes + a];
        if (a == answer->axis || !value)
            continue;
        printf("%s %s is %s", before, s->axis[a].column, value);
        before = " and";
    }
    printf(".\n");
}

static void print_limits(const struct answer *answer)
{
    if (answer->found == 0)
        return;
    if (isnan(answer->low))
        printf(" (95 %%: below %.3g to ", answer->first);
    else
        printf(" (95 %%: %.3g to ", answer->low);
    if (isnan(answer->high))
        printf("above %.3g)", answer->last);
    else
        printf("%.3g)", answer->high);
}

static void print_maximum(const struct sweep *s, const struct answer *place,
                          const struct answer *height)
{
    const char *const column = s->axis[place->axis].column;
    const struct plan *const plan = s->plan;
    const struct cell cell = {1e-9 * height->value, 1e-9 * (height->high - height->low) / 2, NAN,
                              NAN};

    if (isnan(place->value)) {
        printf("No levy is received from %s = %.3g to %.3g", column, place->first, place->last);
    } else {
        printf("Levy receipts %s–%s are largest ", plan->date[0].text,
               plan->date[s->world->steps - 1].text);
        if (place->edge)
            printf("at the end of the range, %s = %.3g", column, place->value);
        else
            printf("at %s = %.3g", column, place->value);
        if (!place->edge)
            print_limits(place);
        printf(": on average ");
        print_estimate(cell.middle, cell.error, sheet_decimals(&cell, 1));
        printf(" bn USD");
    }
    print_where(s, place);
}

static void print_crossing(const struct sweep *s, const struct answer *answer)
{
    const struct gauge *const gauge = &s->gauge[answer->gauge];
    const char *const column = s->axis[answer->axis].column;

    if (isnan(answer->value)) {
        printf("%s is not reached from %s = %.3g to %.3g", gauge->text, column, answer->first,
               answer->last);
    } else {
        printf("%s at %s = %.3g", gauge->text, column, answer->value);
        print_limits(answer);
    }
    print_where(s, answer);
}

/* Who pays at the first and the last point that have receipts. */
static void print_buyers(const struct sweep *s)
{
    const struct answer *first = NULL, *last = NULL;

    for (size_t k = 0; k < s->answers; k++) {
        const struct answer *const a = &s->answer[k];
        if (a->question != ASK_BUYERS || isnan(a->value))
            continue;
        last = a;
        if (!first)
            first = a;
    }
    for (const struct answer *a = first; a; a = a == last ? NULL : last) {
        const double error = (a->high - a->low) / 2;
        printf("Of a dollar of levy buyers pay ");
        print_estimate(a->value, error, 1);
        printf(" cents and vendors ");
        print_estimate(100 - a->value, error, 1);
        printf(" in run %zu.\n", a->point + 1);
    }
}

static void print_answers(const struct sweep *s)
{
    size_t lines = 0;

    if (s->answers)
        putchar('\n');
    for (size_t k = 0; k < s->answers; k++) {
        const struct answer *const a = &s->answer[k];
        if (a->question != ASK_MAXIMUM && a->question != ASK_CROSSING)
            continue;
        if (lines++ >= LINES)
            continue;
        if (a->question == ASK_MAXIMUM)
            print_maximum(s, a, a + 1);
        else
            print_crossing(s, a);
    }
    if (lines > LINES)
        printf("... and %zu more in answers.csv\n", lines - LINES);
    print_buyers(s);
}

void print_sweep_report(const struct sweep *s, const char *out)
{
    struct report report = {.sweep = s};

    if (s->plan->shown && s->dates) {
        choose_columns(&report);
        print_points(&report);
    }
    print_answers(s);
    printf("\nResults: %s\n", out);
}
