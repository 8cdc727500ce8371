#include "cli/compare_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/compare_words.h"
#include "cli/sheet.h"

enum { LINES = 12, TITLE = 80, DATES = 64 };

/* A quantity of the table, in its unit. */
struct line {
    char label[TITLE], metric[TITLE]; /* no metric: domestic capacity */
    double scale;
    int decimals;            /* at least these */
    bool net;                /* the line above less what others take of it */
};

struct report {
    const struct contrast *contrast;
    struct line line[LINES];
    int lines;
    int date[DATES];         /* columns: common years, then the total; of the reference */
    int dates;
};

static const struct cell nothing = {NAN, NAN, NAN, NAN};

/* --- rows and columns --------------------------------------------------------------- */

static void add_line(struct report *r, const char *label, const char *subject,
                     const char *suffix, double scale, int decimals)
{
    struct line *const line = &r->line[r->lines++];

    snprintf(line->label, sizeof line->label, "%s", label);
    snprintf(line->metric, sizeof line->metric, "%.60s%s", subject, suffix);
    line->scale = scale;
    line->decimals = decimals;
}

static void add_share(struct report *r, const char *name, const char *id)
{
    char label[TITLE], brief[TITLE];

    snprintf(label, sizeof label, "%s share by money, %%",
             shortened(name, 12, brief, sizeof brief));
    add_line(r, label, id, "_share_spend", 100, 1);
}

static void choose_lines(struct report *r)
{
    const struct scenario *const w = r->contrast->reference->world;
    const int foreign = vendor_lead(w, CLASS_FOREIGN), own = vendor_lead(w, CLASS_DOMESTIC);
    char label[TITLE], brief[TITLE];

    if (foreign >= 0) {
        snprintf(label, sizeof label, "%s China revenue, bn USD",
                 shortened(w->vendor[foreign].name, 9, brief, sizeof brief));
        add_line(r, label, w->vendor[foreign].id, "_revenue_gross_usd", 1e-9, 0);
        snprintf(label, sizeof label, "%s net of levy, bn USD",
                 shortened(w->vendor[foreign].name, 9, brief, sizeof brief));
        add_line(r, label, w->vendor[foreign].id, "_revenue_net_usd", 1e-9,
                 0);
        r->line[r->lines - 1].net = true;
    }
    add_line(r, "US levy receipts, bn USD", "levy_receipts_usd", "", 1e-9, 0);
    add_share(r, "Domestic", "domestic");
    if (foreign >= 0)
        add_share(r, w->vendor[foreign].name, w->vendor[foreign].id);
    if (own >= 0 && own != foreign)
        add_share(r, w->vendor[own].name, w->vendor[own].id);
    add_line(r, "Compute bought, 1000 eff. PF/s", "delivered_effective_pflops", "", 1e-3, 0);
    add_line(r, "Capability shortfall, %", "shortfall", "", 100, 1);
    add_line(r, "Domestic capacity, 1000 chips/yr", "", "", 1e-3, 0);
}

static void choose_dates(struct report *r)
{
    const struct match *const m = r->contrast->match;

    for (int d = m->reference->world->steps; d < m->reference->dates && r->dates < DATES; d++)
        if (m->date[d] >= 0)
            r->date[r->dates++] = d;
}

/* The year, and which part of it where the horizon does not cover it whole: the periods
 * without their year. */
static const char *column_name(const struct plan *plan, int date, char *text, size_t size)
{
    const struct span *const span = &plan->date[date];
    const char *const first = plan->date[span->first].text;
    const char *const last = plan->date[span->last].text;
    const size_t year = plan->world->step == STEP_QUARTER ? 4 : 5;

    if (date == plan->dates - 1 || span_periods(span) == date_steps_per_year(plan->world->step))
        snprintf(text, size, "%s", span->text);
    else if (span->first == span->last)
        snprintf(text, size, "%s (%s)", span->text, first + year);
    else
        snprintf(text, size, "%s (%s–%s)", span->text, first + year, last + year);
    return text;
}

static void print_heading(const struct report *r, int first, int count)
{
    char name[SHEET_COLUMNS][TITLE];
    const char *heading[SHEET_COLUMNS];

    for (int c = 0; c < count; c++)
        heading[c] = column_name(r->contrast->reference->plan, r->date[first + c], name[c], TITLE);
    putchar('\n');
    sheet_heading("", heading, count);
}

/* --- cells --------------------------------------------------------------------------- */

static void print_cells(const char *label, struct cell *cells, int count, int decimals)
{
    for (int c = 0; c < count; c++) {
        cells[c].middle = unsigned_zero(cells[c].middle, decimals);
        cells[c].low = unsigned_zero(cells[c].low, decimals);
        cells[c].high = unsigned_zero(cells[c].high, decimals);
    }
    sheet_row(label, cells, count, decimals);
}

static int decimals_of(const struct cell *cells, int count, int least)
{
    const int decimals = sheet_decimals(cells, count);

    return decimals < least ? least : decimals;
}

static const struct paired *paired_at(const struct report *r, const struct line *line, int column)
{
    const struct contrast *const c = r->contrast;
    const int date = r->date[column], year = date - c->reference->world->steps;

    if (*line->metric)
        return contrast_market(c, line->metric, date);
    return year < c->reference->plan->years ? &c->capacities[year] : NULL;
}

/* --- probabilities ------------------------------------------------------------------- */

static void print_odds(const struct report *r, const struct line *line, int first, int count)
{
    char odds[TITLE], more[16], same[16], less[16];
    int blanks = 0;

    put_left("  more | same | less, %", SHEET_LABEL);
    for (int c = 0; c < count; c++) {
        const struct paired *const p = paired_at(r, line, first + c);
        if (!p || p->summary.n == p->summary.missing) {
            blanks += SHEET_CELL;
            continue;
        }
        snprintf(odds, sizeof odds, "%s | %s | %s", percent(p->more, more),
                 percent(p->same, same), percent(p->less, less));
        printf("%*s", blanks, "");
        put_right(odds, SHEET_CELL - 1);
        blanks = 1;
    }
    putchar('\n');
}

/* --- differences by year --------------------------------------------------------------- */

static void print_ratio(const struct report *r, int first, int count)
{
    struct cell cells[SHEET_COLUMNS];

    for (int c = 0; c < count; c++) {
        const int year = r->date[first + c] - r->contrast->reference->world->steps;
        cells[c] = year < r->contrast->reference->plan->years
                       ? mean_cell(&r->contrast->ratios[year], 1) : nothing;
    }
    print_cells("  ratio to the reference", cells, count, 3);
}

static void print_line(const struct report *r, const struct line *line, int first, int count)
{
    struct cell reference[SHEET_COLUMNS], difference[SHEET_COLUMNS];

    for (int c = 0; c < count; c++) {
        const struct paired *const p = paired_at(r, line, first + c);
        reference[c] = difference[c] = nothing;
        if (!p || p->summary.n == p->summary.missing)
            continue;
        const uint64_t m = p->summary.n - p->summary.missing;
        reference[c].middle = line->scale * p->mean_reference;
        reference[c].error = line->scale * mean_half_width(p->se_reference, m);
        difference[c] = mean_cell(&p->summary, line->scale);
    }
    printf("%s\n", line->label);
    print_cells("  reference", reference, count, decimals_of(reference, count, line->decimals));
    print_cells("  difference", difference, count, decimals_of(difference, count, line->decimals));
    print_odds(r, line, first, count);
    if (!*line->metric)
        print_ratio(r, first, count);
}

static int columns_from(const struct report *r, int first)
{
    const int rest = r->dates - first;

    return rest < SHEET_COLUMNS ? rest : SHEET_COLUMNS;
}

static void print_differences(const struct report *r)
{
    for (int first = 0; first < r->dates; first += SHEET_COLUMNS) {
        const int count = columns_from(r, first);
        print_heading(r, first, count);
        for (int k = 0; k < r->lines; k++)
            print_line(r, &r->line[k], first, count);
    }
    if (r->dates == 0)
        printf("\nThe two have no calendar year in common; compare.csv has the periods.\n");
}

/* --- where a dollar goes -------------------------------------------------------------------- */

static void print_part(const struct report *r, const char *label, enum division part, int first,
                       int count)
{
    struct cell cells[SHEET_COLUMNS];

    for (int c = 0; c < count; c++) {
        struct diverted d;
        diversion_at(r->contrast->diversion, r->date[first + c], part, &d);
        cells[c] = (struct cell){d.cents, (d.hi - d.lo) / 2, NAN, NAN};
    }
    print_cells(label, cells, count, 1);
}

static void print_foreign(const struct report *r, int first, int count)
{
    struct cell cells[SHEET_COLUMNS];

    for (int c = 0; c < count; c++) {
        struct diverted d;
        diversion_at(r->contrast->diversion, r->date[first + c], TO_DOMESTIC, &d);
        cells[c] = (struct cell){1e-9 * d.foreign, 1e-9 * mean_half_width(d.foreign_se, d.n),
                                 NAN, NAN};
    }
    print_cells("On foreign chips, bn USD", cells, count, sheet_decimals(cells, count));
}

static void print_diversion(const struct report *r)
{
    static const char *const labels[DIVISIONS] = {
        "  to domestic chips", "  to the grey market", "  to rent abroad",
        "  put off, still to be spent", "  unspent, of which", "    waiting in order books",
        "    lapsed, forfeited, fees", "    fewer orders ahead", "    budgets"};

    printf("\nWhere a dollar less on foreign chips goes, cents (a dollar more: where it comes "
           "from)\n");
    for (int first = 0; first < r->dates; first += SHEET_COLUMNS) {
        const int count = columns_from(r, first);
        print_heading(r, first, count);
        print_foreign(r, first, count);
        for (int part = 0; part < DIVISIONS; part++)
            print_part(r, labels[part], (enum division)part, first, count);
    }
    printf("Below 0: it moves with foreign spending. A dash: no change of foreign spending that "
           "differs\nfrom 0.\n");
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Where the money goes, in one sentence. */
static void print_brief_diversion(const struct report *r, int column)
{
    static const char *const places[] = {"domestic chips", "grey market", "rent abroad",
                                         "put off", "unspent"};
    struct diverted d[TO_UNSPENT + 1];

    for (int part = 0; part <= TO_UNSPENT; part++)
        diversion_at(r->contrast->diversion, r->date[column], (enum division)part, &d[part]);
    if (isnan(d[0].cents))
        return;
    const bool less = d[0].foreign < 0;
    printf("  A dollar %s on foreign chips, cents %s:\n    ", less ? "less" : "more",
           less ? "to" : "from");
    for (int part = 0; part <= TO_UNSPENT; part++)
        printf("%s%s %.0f", part ? ", " : "", places[part], unsigned_zero(d[part].cents, 0));
    putchar('\n');
}

/* The second line, if it is the first net of something. */
static void print_brief_net(const struct report *r, int column)
{
    const struct line *const line = &r->line[1];
    const struct paired *const p = line->net ? paired_at(r, line, column) : NULL;

    if (!p || p->summary.n == p->summary.missing)
        return;
    const struct cell cell = mean_cell(&p->summary, line->scale);
    const int decimals = sheet_decimals(&cell, 1);
    printf("  %s: ", line->label);
    print_estimate(cell.middle, cell.error, decimals);
    printf(" on average, from %.*f\n", decimals, line->scale * p->mean_reference);
}

/* The first line of the table in the last column. */
static void print_brief(const struct report *r)
{
    const int column = r->dates - 1;
    const struct paired *const p = column < 0 ? NULL : paired_at(r, &r->line[0], column);
    char odds[16];

    if (!p || p->summary.n == p->summary.missing)
        return;
    const struct cell cell = mean_cell(&p->summary, r->line[0].scale);
    const int decimals = sheet_decimals(&cell, 1);
    printf("In short, %s\n  %s: ", r->contrast->reference->plan->date[r->date[column]].text,
           r->line[0].label);
    print_estimate(cell.middle, cell.error, decimals);
    printf(" on average, from %.*f;\n", decimals, r->line[0].scale * p->mean_reference);
    printf("    %.*f – %.*f in 90 %% of the paths; less in %s %% of them\n", decimals,
           unsigned_zero(cell.low, decimals), decimals, unsigned_zero(cell.high, decimals),
           percent(p->less, odds));
    print_brief_net(r, column);
    print_brief_diversion(r, column);
}

static void print_variance_ratio(const struct report *r)
{
    const int column = r->dates - 1;
    const struct paired *const p = column < 0 ? NULL : paired_at(r, &r->line[0], column);

    if (p && p->variance_ratio > 0)
        printf("Without shared luck the first difference, %s, would need %.3g times the paths for "
               "the same\nerror (variance ratio).\n",
               r->contrast->reference->plan->date[r->date[column]].text, p->variance_ratio);
}

static void print_contrast(const struct comparison *all, const struct contrast *c)
{
    const char *const title = c->scenario->world->title;
    struct report report = {.contrast = c};

    choose_lines(&report);
    choose_dates(&report);
    printf("\n%s against %s%s%s\n", c->scenario->label, c->reference->label,
           title && *title ? ": " : "", title ? title : "");
    print_brief(&report);
    print_differences(&report);
    print_variance_ratio(&report);
    print_dip(c);
    print_tail(all, c);
    print_diversion(&report);
}

void print_compare_report(const struct comparison *all, const char *out)
{
    const struct member *const reference = &all->member[0];
    const struct scenario *const w = reference->world;
    char paths[32];

    printf("Reference: %s%s%s\n", reference->label, w->title && *w->title ? ": " : "",
           w->title ? w->title : "");
    printf("%s path%s, seed %llu, the same luck in every scenario; %s to %s, %d %s%s%s\n",
           grouped(all->paths, paths), all->paths == 1 ? "" : "s", (unsigned long long)all->seed,
           reference->plan->date[0].text, reference->plan->date[w->steps - 1].text, w->steps,
           w->step == STEP_QUARTER ? "quarter" : "month", w->steps == 1 ? "" : "s",
           all->uncertainty ? "" : "; uncertainty off");
    printf("Means ± their Monte Carlo error (95 %%), which says how exactly they are computed.\n"
           "Differences are scenario less reference, path by path; below them the band that holds\n"
           "90 %% of the paths, which says how sure the world is, and the probability that the\n"
           "scenario has more, the same or less.\n");
    for (int k = 0; k < all->members - 1; k++)
        print_contrast(all, &all->contrast[k]);
    printf("\nResults: %s\n", out);
}
