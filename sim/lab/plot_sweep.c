#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/plot.h"
#include "lab/plot_table.h"
#include "tool/number.h"
#include "tool/text.h"

enum { PANELS = 4, LINES = 6, MAPS = 2, BARS = 14, TITLE = 2 * PLOT_NAME };

static const char *const in_points[COLUMNS] = {[RUN] = "run"};
static const char *const in_outcomes[COLUMNS] = {
    [RUN] = "run", [DATE] = "date", [PERIODS] = "periods", [BUYER] = "buyer",
    [OPTION] = "option", [METRIC] = "metric", [UNIT] = "unit", [P05] = "p05", [P25] = "p25",
    [P50] = "p50", [P75] = "p75", [P95] = "p95", [MEAN] = "mean"};

/* A metric that is shown, of the whole market. */
struct shown {
    char metric[TITLE], title[TITLE];
    double scale;
};

struct desk {
    const struct table *manifest;
    struct table points, outcomes;
    size_t runs, axes;
    char date[PLOT_NAME];
    struct shown shown[PANELS];
    int count;
    size_t *at;                  /* [count][runs] row of the outcomes, or 0 */
    struct csv_writer *csv;
};

/* --- what is shown ------------------------------------------------------------------------- */

static bool has_metric(const struct desk *desk, const char *metric)
{
    for (int k = 0; k < desk->count; k++)
        if (!strcmp(desk->shown[k].metric, metric))
            return true;
    return false;
}

/* Shows the first metric that ends in `tail`, if there is one and a place is left. */
static void show(struct desk *desk, const char *tail, const char *title)
{
    const struct table *const t = &desk->outcomes;
    const size_t length = strlen(tail);

    for (size_t r = 1; r < t->file.count && desk->count < PANELS; r++) {
        const char *const metric = table_cell(t, r, METRIC), *const unit = table_cell(t, r, UNIT);
        const size_t whole = strlen(metric);
        char vendor[PLOT_NAME];
        if (whole < length || strcmp(metric + whole - length, tail) || has_metric(desk, metric) ||
            !table_is(t, r, BUYER, "all") || !table_is(t, r, OPTION, "all"))
            continue;
        struct shown *const shown = &desk->shown[desk->count++];
        const bool usd = !strcmp(unit, "USD"), share = !strcmp(unit, "share");
        shown->scale = usd ? 1e-9 : share ? 100 : 1;
        snprintf(vendor, sizeof vendor, "%.*s", (int)(whole - length), metric);
        snprintf(shown->metric, sizeof shown->metric, "%s", metric);
        snprintf(shown->title, sizeof shown->title, "%.40s%.40s, %.20s",
                 title && *vendor ? world_name(desk->manifest, "vendors", vendor) : "",
                 title ? title : metric, usd ? "billion USD" : share ? "%" : unit);
        return;
    }
}

static void choose_shown(struct desk *desk)
{
    const struct table *const t = &desk->outcomes;

    show(desk, "_revenue_gross_usd", " revenue");
    show(desk, "domestic_share_spend", "Domestic share of money");
    show(desk, "levy_receipts_usd", "Levy receipts");
    show(desk, "shortfall", "Shortfall of compute");
    for (size_t r = 1; r < t->file.count && desk->count < PANELS; r++)
        if (!has_metric(desk, table_cell(t, r, METRIC)))
            show(desk, table_cell(t, r, METRIC), NULL);
}

/* The last full year if the results have one, else the date of the last row. */
static void choose_date(struct desk *desk)
{
    const char *const year = table_full_year(&desk->outcomes);

    snprintf(desk->date, sizeof desk->date, "%s",
             year ? year : table_cell(&desk->outcomes, desk->outcomes.file.count - 1, DATE));
}

static bool index_rows(struct desk *desk)
{
    const struct table *const t = &desk->outcomes;

    desk->at = calloc((size_t)desk->count * desk->runs + 1, sizeof *desk->at);
    for (size_t r = 1; desk->at && r < t->file.count; r++) {
        const double run = table_number(t, r, RUN);
        if (!(run >= 1 && run <= (double)desk->runs) || !table_is(t, r, DATE, desk->date) ||
            !table_is(t, r, BUYER, "all") || !table_is(t, r, OPTION, "all"))
            continue;
        for (int k = 0; k < desk->count; k++)
            if (table_is(t, r, METRIC, desk->shown[k].metric))
                desk->at[(size_t)k * desk->runs + (size_t)run - 1] = r;
    }
    return desk->at != NULL;
}

static double outcome(const struct desk *desk, int shown, size_t run, enum column column)
{
    const size_t row = desk->at[(size_t)shown * desk->runs + run];

    return row ? desk->shown[shown].scale * table_number(&desk->outcomes, row, column)
               : (double)NAN;
}

/* --- points -------------------------------------------------------------------------------- */

static const char *axis_name(const struct desk *desk, size_t a)
{
    return desk->points.file.rows[0].cells[a + 1];
}

static const char *point_text(const struct desk *desk, size_t run, size_t a)
{
    return desk->points.file.rows[run + 1].cells[a + 1];
}

static double point(const struct desk *desk, size_t run, size_t a)
{
    double value;

    return number_parse(point_text(desk, run, a), &value) ? (double)NAN : value;
}

static bool is_numeric(const struct desk *desk, size_t a)
{
    for (size_t r = 0; r < desk->runs; r++)
        if (isnan(point(desk, r, a)))
            return false;
    return true;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The different values of an axis, ascending; NULL without memory. */
static double *values_of(const struct desk *desk, size_t a, size_t *count)
{
    double *const value = malloc(desk->runs * sizeof *value);
    size_t kept = 0;

    for (size_t r = 0; value && r < desk->runs; r++)
        value[r] = point(desk, r, a);
    if (value)
        qsort(value, desk->runs, sizeof *value, by_value);
    for (size_t r = 0; value && r < desk->runs; r++)
        if (r == 0 || value[r] > value[kept - 1])
            value[kept++] = value[r];
    *count = kept;
    return value;
}

static void put_texts(const struct desk *desk, int shown, const char *name, const char *other)
{
    plot_put_name(desk->csv, name);
    plot_put_name(desk->csv, other);
    plot_put_name(desk->csv, desk->shown[shown].title);
    csv_text(desk->csv, desk->date);
    csv_end_row(desk->csv);
}

/* --- lines --------------------------------------------------------------------------------- */

/* The address along which lines go, and the texts of the other one, a line for each; one
 * line if there is no other. */
struct fan {
    size_t along, other;
    int lines;
    const char *text[LINES];
};

/* False if there are more texts than lines. */
static bool find_texts(const struct desk *desk, struct fan *fan)
{
    for (size_t r = 0; r < desk->runs; r++) {
        const char *const text = point_text(desk, r, fan->other);
        int k = 0;
        while (k < fan->lines && strcmp(fan->text[k], text))
            k++;
        if (k == LINES)
            return false;
        if (k == fan->lines)
            fan->text[fan->lines++] = text;
    }
    return true;
}

static bool find_fan(const struct desk *desk, struct fan *fan)
{
    const char *const design = manifest_text(desk->manifest, "design");

    *fan = (struct fan){0};
    if (desk->runs < 2 || !strcmp(design, "lhs") || !strcmp(design, "sobol"))
        return false;
    if (desk->axes == 1) {
        fan->lines = 1;
        fan->text[0] = "";
        return is_numeric(desk, 0);
    }
    if (desk->axes != 2 || strcmp(design, "grid") || is_numeric(desk, 0) == is_numeric(desk, 1))
        return false;
    fan->along = is_numeric(desk, 0) ? 0 : 1;
    fan->other = 1 - fan->along;
    return find_texts(desk, fan);
}

static bool lines_fit(const struct desk *desk)
{
    struct fan fan;

    return find_fan(desk, &fan);
}

static size_t run_on(const struct desk *desk, const struct fan *fan, int line, double x)
{
    size_t run = 0;

    while (run < desk->runs && (point(desk, run, fan->along) != x || (desk->axes > 1 &&
           strcmp(point_text(desk, run, fan->other), fan->text[line]))))
        run++;
    return run;
}

static void put_line(struct desk *desk, const struct fan *fan, int shown, int line,
                     const double *value, size_t count)
{
    for (size_t v = 0; v < count; v++) {
        const size_t run = run_on(desk, fan, line, value[v]);
        csv_integer(desk->csv, shown);
        csv_number(desk->csv, value[v]);
        csv_integer(desk->csv, line);
        for (int c = P05; c <= MEAN; c++)
            csv_number(desk->csv, run < desk->runs ? outcome(desk, shown, run, (enum column)c)
                                                   : (double)NAN);
        put_texts(desk, shown, axis_name(desk, fan->along), fan->text[line]);
    }
}

/* Rows of a line in the order of its values: panel, x, the number of the line, the quantiles,
 * the mean. */
static int put_lines(struct desk *desk, struct cs_error *err)
{
    struct fan fan;
    size_t count;

    find_fan(desk, &fan);
    double *const value = values_of(desk, fan.along, &count);
    for (int k = 0; value && k < desk->count; k++)
        for (int line = 0; line < fan.lines; line++)
            put_line(desk, &fan, k, line, value, count);
    free(value);
    return value ? CS_OK : cs_fail_memory(err);
}

/* --- a map --------------------------------------------------------------------------------- */

/* Where a cell of value k ends: halfway to its neighbours. */
static double low_end(const double *value, size_t count, size_t k)
{
    if (count < 2)
        return value[k] - 0.5;
    return k > 0 ? (value[k - 1] + value[k]) / 2 : value[0] - (value[1] - value[0]) / 2;
}

static double high_end(const double *value, size_t count, size_t k)
{
    return k + 1 < count ? (value[k] + value[k + 1]) / 2
                         : 2 * value[k] - low_end(value, count, k);
}

static bool map_fits(const struct desk *desk)
{
    return desk->axes == 2 && is_numeric(desk, 0) && is_numeric(desk, 1) &&
           !strcmp(manifest_text(desk->manifest, "design"), "grid");
}

static size_t find_run(const struct desk *desk, double x, double y)
{
    size_t run = 0;

    while (run < desk->runs && (point(desk, run, 0) != x || point(desk, run, 1) != y))
        run++;
    return run;
}

/* A block for each metric, of rows y and in them x: panel, x, y, the ends of the cell in the
 * places of p05 to p75, the median in that of p95. Blank lines divide the rows, as gnuplot
 * wants a surface. */
static void put_block(struct desk *desk, int shown, const double *const value[2],
                      const size_t count[2])
{
    for (size_t j = 0; j < count[1]; j++) {
        for (size_t i = 0; i < count[0]; i++) {
            const size_t run = find_run(desk, value[0][i], value[1][j]);
            csv_integer(desk->csv, shown);
            csv_number(desk->csv, value[0][i]);
            csv_number(desk->csv, value[1][j]);
            csv_number(desk->csv, low_end(value[0], count[0], i));
            csv_number(desk->csv, high_end(value[0], count[0], i));
            csv_number(desk->csv, low_end(value[1], count[1], j));
            csv_number(desk->csv, high_end(value[1], count[1], j));
            csv_number(desk->csv,
                       run < desk->runs ? outcome(desk, shown, run, P50) : (double)NAN);
            csv_empty(desk->csv);
            put_texts(desk, shown, axis_name(desk, 0), axis_name(desk, 1));
        }
        csv_end_row(desk->csv);
    }
}

static int put_map(struct desk *desk, struct cs_error *err)
{
    size_t count[2];
    double *const x = values_of(desk, 0, &count[0]), *const y = values_of(desk, 1, &count[1]);
    const double *const value[2] = {x, y};

    for (int k = 0; x && y && k < desk->count && k < MAPS; k++)
        put_block(desk, k, value, count);
    free(x);
    free(y);
    return x && y ? CS_OK : cs_fail_memory(err);
}

/* --- a tornado ----------------------------------------------------------------------------- */

/* An axis of a sweep of one at a time: the runs of its lowest and highest value. */
struct bar {
    size_t axis, low, high;
    double reach;                /* of the median, between the two and the middle */
};

static int by_reach(const void *a, const void *b)
{
    const struct bar *const x = a, *const y = b;

    if (x->reach != y->reach)
        return x->reach > y->reach ? -1 : 1;
    return (x->axis > y->axis) - (x->axis < y->axis);
}

static bool tornado_fits(const struct desk *desk)
{
    return !strcmp(manifest_text(desk->manifest, "design"), "one-at-a-time");
}

/* The runs that vary an axis alone; words keep the order of the file. */
static void find_bar(const struct desk *desk, int shown, struct bar *bar)
{
    const double middle = outcome(desk, shown, 0, P50);

    for (size_t r = 1; r < desk->runs; r++) {
        if (!*point_text(desk, r, bar->axis))
            continue;
        if (!bar->low || point(desk, r, bar->axis) < point(desk, bar->low, bar->axis))
            bar->low = r;
        if (!bar->high || !(point(desk, r, bar->axis) < point(desk, bar->high, bar->axis)))
            bar->high = r;
    }
    const double low = outcome(desk, shown, bar->low, P50);
    const double high = outcome(desk, shown, bar->high, P50);
    bar->reach = fmax(fmax(middle, low), high) - fmin(fmin(middle, low), high);
}

/* A row for each bar, the longest first: panel, its place, the medians at the lowest value
 * (p05), in the scenario as it is (p50) and at the highest value (p95); name and values. */
static int put_tornado(struct desk *desk, struct cs_error *err)
{
    struct bar *const bar = calloc(desk->axes + 1, sizeof *bar);

    for (int k = 0; bar && k < desk->count && k < MAPS; k++) {
        for (size_t a = 0; a < desk->axes; a++) {
            bar[a] = (struct bar){.axis = a};
            find_bar(desk, k, &bar[a]);
        }
        qsort(bar, desk->axes, sizeof *bar, by_reach);
        for (size_t a = 0; a < desk->axes && a < BARS; a++) {
            char values[TITLE];
            csv_integer(desk->csv, k);
            csv_integer(desk->csv, (int64_t)a);
            csv_empty(desk->csv);
            csv_number(desk->csv, outcome(desk, k, bar[a].low, P50));
            csv_empty(desk->csv);
            csv_number(desk->csv, outcome(desk, k, 0, P50));
            csv_empty(desk->csv);
            csv_number(desk->csv, outcome(desk, k, bar[a].high, P50));
            csv_empty(desk->csv);
            snprintf(values, sizeof values, "%.30s to %.30s",
                     point_text(desk, bar[a].low, bar[a].axis),
                     point_text(desk, bar[a].high, bar[a].axis));
            put_texts(desk, k, axis_name(desk, bar[a].axis), values);
        }
    }
    free(bar);
    return bar ? CS_OK : cs_fail_memory(err);
}

/* --- the pictures -------------------------------------------------------------------------- */

static int draw(struct desk *desk, int picture, const char *folder, struct plot_sheets *sheets,
                struct cs_error *err)
{
    static const struct {
        bool (*fits)(const struct desk *);
        int (*put)(struct desk *, struct cs_error *);
    } pictures[] = {{lines_fit, put_lines}, {map_fits, put_map}, {tornado_fits, put_tornado}};
    char name[PLOT_NAME];

    snprintf(name, sizeof name, "%s.csv", plot_names[picture]);
    int code = csv_open(folder, name, &desk->csv, err);
    if (code)
        return code;
    csv_header(desk->csv, "panel,x,y,p05,p25,p50,p75,p95,mean,name,other,title,date");
    if (desk->count && pictures[picture - PLOT_LINES].fits(desk)) {
        code = pictures[picture - PLOT_LINES].put(desk, err);
        sheets->count[picture] = 1;
    }
    if (!code)
        return csv_close(desk->csv, err);
    csv_abandon(desk->csv);
    return code;
}

int plot_prepare_sweep(const char *result, const struct table *manifest, const char *folder,
                       struct plot_sheets *sheets, struct cs_error *err)
{
    struct desk desk = {.manifest = manifest};
    int code = table_open(result, "points.csv", in_points, &desk.points, err);

    if (!code)
        code = table_open(result, "outcomes.csv", in_outcomes, &desk.outcomes, err);
    if (!code && desk.points.file.count > 1 && desk.outcomes.file.count > 1) {
        desk.runs = desk.points.file.count - 1;
        desk.axes = (size_t)desk.points.file.rows[0].count - 1;
        choose_date(&desk);
        choose_shown(&desk);
        if (!index_rows(&desk))
            code = cs_fail_memory(err);
    }
    for (int k = PLOT_LINES; k <= PLOT_TORNADO && !code; k++)
        code = draw(&desk, k, folder, sheets, err);
    csv_release(&desk.points.file);
    csv_release(&desk.outcomes.file);
    free(desk.at);
    return code;
}
