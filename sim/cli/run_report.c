#include "cli/run_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/sheet.h"
#include "math/quantile.h"

enum { LINES = 24, TITLE = 64 };

/* A row of the report: a market metric in its unit, or only a heading. */
struct line {
    char label[TITLE], metric[TITLE];
    double scale;            /* times the metric's value */
    int decimals;            /* -1: as many as the size asks for */
};

struct report {
    const struct result *result;
    struct line line[LINES];
    int lines;
    double h20;              /* effective PFLOP/s of an H20, or 0 */
};

/* Where the cells of a column come from: a date, or a stance in a year. */
typedef const struct summary *column_get(const struct report *report, const char *metric,
                                         int column);

/* --- rows ---------------------------------------------------------------------- */

static void add_line(struct report *r, const char *label, const char *subject,
                     const char *suffix, double scale, int decimals)
{
    struct line *const line = &r->line[r->lines++];

    snprintf(line->label, sizeof line->label, "%s", label);
    snprintf(line->metric, sizeof line->metric, "%s%s", subject, suffix);
    line->scale = scale;
    line->decimals = decimals;
}

static void add_shares(struct report *r, const char *name, const char *id)
{
    char label[TITLE], brief[TITLE];

    snprintf(label, sizeof label, "%s share of chips, %%",
             shortened(name, 14, brief, sizeof brief));
    add_line(r, label, "", "", 0, 0);
    add_line(r, "  by money", id, "_share_spend", 100, 1);
    add_line(r, "  by units", id, "_share_units", 100, 1);
    add_line(r, "  by effective compute", id, "_share_effective", 100, 1);
}

static double table_value(const struct scenario *w, enum table table, int column, int row)
{
    const int cell = cell_index(w, table, column, row);

    return w->value[cell] * w->factor[cell];
}

/* Effective PFLOP/s of one H20 for the average buyer, weighted by budget: table
 * values, and the maturity that its platform starts from. 0 without an H20. */
static double h20_unit(const struct scenario *w)
{
    const int j = find_option(w, "nv_h20");
    double budgets = 0, training = 0;

    if (j < 0 || w->option[j].platform < 0)
        return 0;
    for (int i = 0; i < w->buyers; i++) {
        const double budget = table_value(w, TABLE_BUYERS, BUYER_BUDGET, i);
        budgets += budget;
        training += budget * table_value(w, TABLE_BUYERS, BUYER_TRAINING_SHARE, i);
    }
    const double m = budgets > 0 ? training / budgets : 0;
    const double zeta = m * table_value(w, TABLE_OPTIONS, OPTION_TRAINING_FACTOR, j) *
                            table_value(w, TABLE_OPTIONS, OPTION_NETWORK_FACTOR, j) +
                        (1 - m) * table_value(w, TABLE_OPTIONS, OPTION_INFERENCE_FACTOR, j);
    return table_value(w, TABLE_OPTIONS, OPTION_PFLOPS, j) * zeta *
           table_value(w, TABLE_PLATFORMS, PLATFORM_MATURITY_START, w->option[j].platform);
}

static void choose_lines(struct report *r)
{
    const struct scenario *const w = r->result->world;
    const int foreign = vendor_lead(w, CLASS_FOREIGN), own = vendor_lead(w, CLASS_DOMESTIC);
    char label[TITLE], brief[TITLE];

    r->h20 = h20_unit(w);
    if (foreign >= 0) {
        snprintf(label, sizeof label, "%s China revenue, bn USD",
                 shortened(w->vendor[foreign].name, 9, brief, sizeof brief));
        add_line(r, label, w->vendor[foreign].id, "_revenue_gross_usd", 1e-9, -1);
    }
    add_line(r, "US levy receipts, bn USD", "levy_receipts_usd", "", 1e-9, -1);
    add_shares(r, "Domestic", "domestic");
    if (foreign >= 0)
        add_shares(r, w->vendor[foreign].name, w->vendor[foreign].id);
    if (own >= 0 && own != foreign)
        add_shares(r, w->vendor[own].name, w->vendor[own].id);
    if (r->h20 > 0)
        add_line(r, "Compute bought, 1000 H20-eq.", "delivered_effective_pflops", "",
                 1e-3 / r->h20, -1);
    else
        add_line(r, "Compute bought, eff. PFLOP/s", "delivered_effective_pflops", "", 1, -1);
    add_line(r, "Capability shortfall, %", "shortfall", "", 100, 1);
}

/* --- cells --------------------------------------------------------------------- */

static struct cell cell_of(const struct summary *s, double scale)
{
    if (!s || s->n == s->missing)
        return (struct cell){NAN, NAN, NAN, NAN};
    return (struct cell){scale * s->q[P50],
                         scale * (s->hi[LIMIT_P50] - s->lo[LIMIT_P50]) / 2,
                         scale * s->q[P05], scale * s->q[P95]};
}

static void print_lines(const struct report *r, column_get *get, int first, int count)
{
    struct cell cells[SHEET_COLUMNS];

    for (int k = 0; k < r->lines; k++) {
        const struct line *const line = &r->line[k];
        if (!*line->metric) {
            printf("%s\n", line->label);
            continue;
        }
        for (int c = 0; c < count; c++)
            cells[c] = cell_of(get(r, line->metric, first + c), line->scale);
        sheet_row(line->label, cells, count,
                  line->decimals < 0 ? sheet_decimals(cells, count) : line->decimals);
    }
}

/* --- by year ------------------------------------------------------------------- */

static const struct summary *of_year(const struct report *r, const char *metric, int column)
{
    return result_market(r->result, metric, r->result->world->steps + column);
}

static const char *part_name(enum step step, int period, char text[DATE_TEXT])
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const int part = period - date_year(step, period) * date_steps_per_year(step);

    if (step == STEP_MONTH)
        snprintf(text, DATE_TEXT, "%s", months[part]);
    else
        snprintf(text, DATE_TEXT, "Q%d", part + 1);
    return text;
}

/* The year, and which part of it where the horizon does not cover it whole. */
static const char *year_name(const struct result *r, int date, char *text, size_t size)
{
    const struct span *const span = &r->plan->date[date];
    const struct scenario *const w = r->world;
    char from[DATE_TEXT], to[DATE_TEXT];

    part_name(w->step, w->start + span->first, from);
    part_name(w->step, w->start + span->last, to);
    if (span_periods(span) == date_steps_per_year(w->step))
        snprintf(text, size, "%s", span->text);
    else if (span->first == span->last)
        snprintf(text, size, "%s (%s)", span->text, from);
    else
        snprintf(text, size, "%s (%s–%s)", span->text, from, to);
    return text;
}

static void print_years(const struct report *r)
{
    const struct result *const result = r->result;
    char name[SHEET_COLUMNS][TITLE];
    const char *heading[SHEET_COLUMNS];

    for (int first = 0; first < result->plan->years; first += SHEET_COLUMNS) {
        const int rest = result->plan->years - first;
        const int count = rest < SHEET_COLUMNS ? rest : SHEET_COLUMNS;
        for (int c = 0; c < count; c++)
            heading[c] = year_name(result, result->world->steps + first + c, name[c], TITLE);
        putchar('\n');
        sheet_heading("", heading, count);
        print_lines(r, of_year, first, count);
    }
}

/* --- by stance ------------------------------------------------------------------ */

static const struct summary *of_stance(const struct report *r, const char *metric, int column)
{
    const struct regimes *const regimes = r->result->regimes;
    const int date = plan_full_year(r->result->plan);

    for (int k = 0; k < regimes->metrics; k++)
        if (!strcmp(r->result->plan->row[regimes->row[k]].metric->name, metric))
            return regimes_at(regimes, k, date, group_cn(r->result->world, column));
    return NULL;
}

static struct cell probability_of(const struct report *r, int stance)
{
    const uint64_t n = of_stance(r, "levy_receipts_usd", stance)->n, paths = r->result->paths;
    double low, high;

    clopper_pearson(n, paths, 0.05, &low, &high);
    return (struct cell){100 * (double)n / (double)paths, 100 * (high - low) / 2, NAN, NAN};
}

static void print_stances(const struct report *r)
{
    const struct scenario *const w = r->result->world;
    char year[TITLE];

    printf("\n%s again, by Beijing's stance at the end of it\n",
           year_name(r->result, plan_full_year(r->result->plan), year, sizeof year));
    for (int first = 0; first < w->cn_stances; first += SHEET_COLUMNS) {
        const int rest = w->cn_stances - first;
        const int count = rest < SHEET_COLUMNS ? rest : SHEET_COLUMNS;
        const char *heading[SHEET_COLUMNS];
        struct cell cells[SHEET_COLUMNS];
        for (int c = 0; c < count; c++) {
            heading[c] = w->cn[first + c].id;
            cells[c] = probability_of(r, first + c);
        }
        putchar('\n');
        sheet_heading("", heading, count);
        sheet_row("Probability, %", cells, count, 1);
        print_lines(r, of_stance, first, count);
    }
}

/* --- where the width comes from --------------------------------------------------- */

static void print_width(const char *label, const struct width *width)
{
    struct cell cells[PARTS];

    for (int k = 0; k < PARTS; k++)
        cells[k] = (struct cell){NAN, NAN, NAN, NAN};
    for (int k = 0; k < PARTS && width->known; k++) {
        cells[k].middle = 100 * width->share[k];
        cells[k].error = 196 * width->error[k];
    }
    sheet_row(label, cells, PARTS, 0);
}

static void print_width_note(const struct width *width)
{
    char number[32];

    printf("Stance: between Beijing's stances at the year's end. ");
    if (width->priors > 0)
        printf("Parameters: what a linear regression on\n%d priors explains within stances (first "
               "%s paths), so a lower bound. Luck: the rest.\n", width->priors,
               grouped(width->paths, number));
    else
        printf("No priors are on. Luck: the rest.\n");
    if (!width->known)
        printf("A dash: no width, or too few paths for so many priors.\n");
}

static int print_widths(const struct report *r, struct cs_error *err)
{
    static const char *const heading[] = {"stance", "parameters", "luck"};
    const struct scenario *const w = r->result->world;
    const int lead = vendor_lead(w, CLASS_FOREIGN);
    struct width width[OUTCOMES];
    char year[TITLE], label[TITLE], brief[TITLE];
    const int code = sample_widths(r->result->sample, r->result->threads, width, err);

    if (code)
        return code;
    year_name(r->result, plan_full_year(r->result->plan), year, sizeof year);
    printf("\nWhere the width of %s comes from, %% of the variance\n\n", year);
    sheet_heading("", heading, PARTS);
    if (lead >= 0) {
        snprintf(label, sizeof label, "%s China revenue",
                 shortened(w->vendor[lead].name, 14, brief, sizeof brief));
        print_width(label, &width[0]);
    }
    print_width("Domestic share by money", &width[1]);
    print_width_note(&width[1]);
    return CS_OK;
}

/* --- the whole -------------------------------------------------------------------- */

static void print_header(const struct report *r)
{
    const struct scenario *const w = r->result->world;
    const struct plan *const plan = r->result->plan;
    char paths[32];
    int on = 0;

    for (int k = 0; k < w->priors; k++)
        on += w->prior[k].cell_count > 0;
    printf("%s%s%s\n", w->name, w->title && *w->title ? ": " : "", w->title ? w->title : "");
    printf("%s path%s, seed %llu; %s to %s, %d %s%s; ", grouped(r->result->paths, paths),
           r->result->paths == 1 ? "" : "s",
           (unsigned long long)r->result->seed, plan->date[0].text,
           plan->date[w->steps - 1].text, w->steps,
           w->step == STEP_QUARTER ? "quarter" : "month", w->steps == 1 ? "" : "s");
    if (r->result->uncertainty)
        printf("%d of %d priors on\n", on, w->priors);
    else
        printf("uncertainty off\n");
    printf("Median ± its Monte Carlo error (95 %%); below it the band that holds 90 %% of the "
           "paths.\n");
}

int print_run_report(const struct result *result, const char *out, struct cs_error *err)
{
    struct report report = {.result = result};

    choose_lines(&report);
    print_header(&report);
    print_years(&report);
    if (report.h20 > 0)
        printf("1 H20-eq. = %.3g effective PFLOP/s: one H20 for the average buyer, table values.\n",
               report.h20);
    print_stances(&report);
    const int code = print_widths(&report, err);
    if (!code)
        printf("\nResults: %s\n", out);
    return code;
}
