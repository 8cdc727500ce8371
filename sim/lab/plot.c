#include "lab/plot.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/plot_table.h"
#include "tool/number.h"
#include "tool/text.h"

const char *const plot_names[PLOT_PICTURES] = {"shares", "split", "buyers", "regimes",
                                               "revenue", "levy", "difference", "lines",
                                               "map", "tornado"};

enum { PANELS = 12, SHEETS = 16, NAME = PLOT_NAME, FIELDS = 1024 };

/* How each file calls the columns that are read from it. In regimes.csv the actor
 * stands for the buyer, the regime for the option, and its share for the mean. */
static const char *const in_summary[COLUMNS] = {
    [SCENARIO] = "scenario", [DATE] = "date", [PERIODS] = "periods", [BUYER] = "buyer",
    [OPTION] = "option", [METRIC] = "metric", [MEAN] = "mean", [P05] = "p05", [P25] = "p25",
    [P50] = "p50", [P75] = "p75", [P95] = "p95"};
static const char *const in_regimes[COLUMNS] = {
    [SCENARIO] = "scenario", [DATE] = "date", [BUYER] = "actor", [OPTION] = "regime",
    [METRIC] = "metric", [MEAN] = "share", [P05] = "p05", [P25] = "p25", [P50] = "p50",
    [P75] = "p75", [P95] = "p95"};
static const char *const in_compare[COLUMNS] = {
    [REFERENCE] = "reference", [SCENARIO] = "scenario", [DATE] = "date", [BUYER] = "buyer",
    [OPTION] = "option", [METRIC] = "metric", [MEAN] = "diff", [P05] = "diff_p05",
    [P25] = "diff_p25", [P50] = "diff_p50", [P75] = "diff_p75", [P95] = "diff_p95"};

/* --- the desk ------------------------------------------------------------------------ */

struct desk {
    const char *result;
    struct table manifest, summary, regimes, compare;
    char foreign[NAME], domestic[NAME]; /* ids of the leading vendors */
    struct plot_sheets *sheets;
    struct csv_writer *csv;             /* what the picture is drawn from */
};

/* The leading vendors are those whose revenue regimes.csv has, the foreign one first. */
static void find_vendors(struct desk *desk)
{
    static const char tail[] = "_revenue_gross_usd";
    char *const place[] = {desk->foreign, desk->domestic};
    int found = 0;

    for (size_t r = 1; r < desk->regimes.file.count && found < 2; r++) {
        const char *const metric = table_cell(&desk->regimes, r, METRIC);
        const char *const end = strstr(metric, tail);
        if (end && !end[sizeof tail - 1])
            snprintf(place[found++], NAME, "%.*s", (int)(end - metric), metric);
    }
}

/* --- series ---------------------------------------------------------------------------- */

/* Rows of a table that belong together, and how they are drawn. */
struct series {
    const char *metric, *buyer, *option, *scenario;
    const char *date;          /* a year, or NULL for all periods */
    double scale, mean_scale;  /* of the quantiles, of the mean */
    int panel, kind, rank;     /* kind and rank give the colour */
    const char *name, *title;  /* of the series; of its panel */
};

static int put_series(const struct desk *desk, const struct table *table, const struct series *s)
{
    struct csv_writer *const csv = desk->csv;
    int rows = 0;

    for (size_t r = 1; r < table->file.count; r++) {
        if (!table_is(table, r, METRIC, s->metric) || !table_is(table, r, BUYER, s->buyer) ||
            !table_is(table, r, OPTION, s->option) || !table_is(table, r, SCENARIO, s->scenario) ||
            (s->date ? !table_is(table, r, DATE, s->date) : !table_is_period(table, r)))
            continue;
        csv_integer(csv, s->panel);
        csv_text(csv, table_cell(table, r, DATE));
        for (int c = P05; c <= P95; c++)
            csv_number(csv, table_number(table, r, (enum column)c) * s->scale);
        csv_number(csv, table_number(table, r, MEAN) * s->mean_scale);
        csv_integer(csv, s->kind);
        csv_integer(csv, s->rank);
        plot_put_name(csv, s->name);
        plot_put_name(csv, s->title);
        csv_end_row(csv);
        rows++;
    }
    return rows;
}

/* Pictures of the whole market; a panel for each metric that the table has. */
static const struct market {
    enum plot_picture picture;
    char leading;              /* f or d: of the leading foreign or domestic vendor */
    const char *metric, *title;
    double scale;
} markets[] = {
    {PLOT_SHARES, 0, "domestic_share_spend", "All domestic chips", 100},
    {PLOT_SHARES, 'f', "_share_spend", "", 100},
    {PLOT_SHARES, 'd', "_share_spend", "", 100},
    {PLOT_LEVY, 0, "levy_receipts_usd", "Levy receipts", 1e-9},
    {PLOT_DIFFERENCE, 0, "domestic_share_spend", "Domestic share of money, % points", 100},
    {PLOT_DIFFERENCE, 0, "shortfall", "Shortfall of compute, % points", 100},
    {PLOT_DIFFERENCE, 'f', "_revenue_gross_usd", " revenue, billion USD", 1e-9},
    {PLOT_DIFFERENCE, 'd', "_revenue_gross_usd", " revenue, billion USD", 1e-9},
};

static void put_market(struct desk *desk, enum plot_picture picture, const struct table *table,
                       const char *scenario, const char *name, int panel)
{
    for (size_t k = 0; k < sizeof markets / sizeof *markets; k++) {
        const struct market *const m = &markets[k];
        const char *const id = m->leading == 'f' ? desk->foreign : desk->domestic;
        char metric[2 * NAME], title[2 * NAME];
        snprintf(metric, sizeof metric, "%s%s", m->leading ? id : "", m->metric);
        snprintf(title, sizeof title, "%.40s%s",
                 m->leading ? world_name(&desk->manifest, "vendors", id) : "", m->title);
        const struct series one = {metric, "all", "all", scenario, NULL, m->scale, m->scale,
                                   panel, 0, 0, name, title};
        if (m->picture == picture)
            panel += put_series(desk, table, &one) > 0;
    }
    desk->sheets->count[picture] += panel % 100 > 0;
}

static void draw_market(struct desk *desk, enum plot_picture picture)
{
    put_market(desk, picture, &desk->summary, table_cell(&desk->summary, 1, SCENARIO), "", 0);
}

/* One sheet for each scenario, in the order of the file: panels from 100, 200 ... */
static void draw_difference(struct desk *desk, enum plot_picture picture)
{
    const struct table *const table = &desk->compare;
    const char *seen[SHEETS];

    for (size_t r = 1, count = 0; r < table->file.count && count < SHEETS; r++) {
        const char *const scenario = table_cell(table, r, SCENARIO);
        char name[2 * NAME];
        size_t k = 0;
        while (k < count && strcmp(seen[k], scenario))
            k++;
        if (k < count)
            continue;
        seen[count++] = scenario;
        snprintf(name, sizeof name, "%.25s minus %.25s", scenario, table_cell(table, r, REFERENCE));
        put_market(desk, picture, table, scenario, name, 100 * (desk->sheets->count[picture] + 1));
    }
}

/* Colours a class has; options beyond them share the last one. */
static const struct {
    const char *class, *rest;
    int most;
} kinds[] = {
    {"domestic", "Other domestic chips", 6}, {"foreign", "Other foreign chips", 4},
    {"grey", "Other grey chips", 2}, {"rent", "Other rented compute", 2}, {"defer", "Wait", 1},
};

/* The nth option of a class, from 0, or NULL. */
static const char *option_of(const struct desk *desk, const char *class, int nth)
{
    const char *found;

    for (int row = 1; (found = world_cell(&desk->manifest, "options", row, "class")) != NULL; row++)
        if (!strcmp(found, class) && nth-- == 0)
            return world_cell(&desk->manifest, "options", row, "id");
    return NULL;
}

/* A panel with a series for each option, class by class. How many rows there were. */
static int put_options(struct desk *desk, struct series one)
{
    int rows = 0;

    for (one.kind = 0; one.kind < (int)(sizeof kinds / sizeof *kinds); one.kind++) {
        const int last = kinds[one.kind].most - 1;
        const bool crowded = option_of(desk, kinds[one.kind].class, last + 1) != NULL;
        for (int k = 0; (one.option = option_of(desk, kinds[one.kind].class, k)) != NULL; k++) {
            const bool rest = crowded && k >= last;
            one.rank = rest ? last : k;
            one.name = rest ? kinds[one.kind].rest
                            : world_name(&desk->manifest, "options", one.option);
            rows += put_series(desk, &desk->summary, &one);
        }
    }
    return rows;
}

static void draw_split(struct desk *desk, enum plot_picture picture)
{
    struct series one = {"order_usd", "all", "", table_cell(&desk->summary, 1, SCENARIO), NULL,
                         1e-9, 1e-9, 0, 0, 0, "", "Ordered"};
    const int ordered = put_options(desk, one);

    one.metric = "spend_usd";
    one.title = "Delivered";
    one.panel = 1;
    if (put_options(desk, one) && ordered)
        desk->sheets->count[picture] = 1;
    else
        desk->sheets->note[picture] = "needs a run with --detail buyer or full";
}

static void draw_buyers(struct desk *desk, enum plot_picture picture)
{
    struct series one = {"realised_share", "", "", table_cell(&desk->summary, 1, SCENARIO), NULL,
                         100, 100, 0, 0, 0, "", ""};

    for (int row = 1; (one.buyer = world_cell(&desk->manifest, "buyers", row, "id")) != NULL;
         row++) {
        one.title = world_name(&desk->manifest, "buyers", one.buyer);
        if (one.panel == PANELS)
            desk->sheets->note[picture] = "shows the first 12 buyers only";
        else
            one.panel += put_options(desk, one) > 0;
    }
    desk->sheets->count[picture] = one.panel > 0;
    if (!one.panel)
        desk->sheets->note[picture] = "needs a run with --detail full";
}

/* The states of an actor in the order of their table. */
static void put_states(struct desk *desk, struct series one, const char *table)
{
    one.scenario = table_cell(&desk->regimes, 1, SCENARIO);
    one.mean_scale = 100;
    for (; (one.option = world_cell(&desk->manifest, table, one.rank + 1, "id")) != NULL;
         one.rank++) {
        one.name = world_name(&desk->manifest, table, one.option);
        one.title = one.option;
        put_series(desk, &desk->regimes, &one);
    }
}

static void draw_regimes(struct desk *desk, enum plot_picture picture)
{
    struct series one = {.metric = table_cell(&desk->regimes, 1, METRIC), .buyer = "us"};

    put_states(desk, one, "us_regimes");
    one.buyer = "cn";
    one.panel = 1;
    put_states(desk, one, "cn_stances");
    desk->sheets->count[picture] = 1;
}

/* Cuts a line without quotes, which draws.csv never has, into its fields. */
static int split(char *line, char *fields[FIELDS])
{
    int count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (line && count < FIELDS) {
        fields[count++] = line;
        line = strchr(line, ',');
        if (line)
            *line++ = '\0';
    }
    return count;
}

/* A row of one value: of panel 1 for a path, of panel 2 for the vendor. */
static void put_value(struct csv_writer *csv, int panel, const char *year, double sum,
                      const char *title)
{
    csv_integer(csv, panel);
    csv_text(csv, year);
    csv_number(csv, sum * 1e-9);
    for (int k = 0; k < 8; k++)
        csv_empty(csv);
    plot_put_name(csv, title);
    csv_end_row(csv);
}

/* The year's sum of a metric and the stance at its end, for every path; if there are any. */
static bool put_paths(const struct desk *desk, FILE *draws, const char *metric, const char *year)
{
    const char *const names[] = {"path", "date", metric, "cn_stance"};
    char *line = NULL, *fields[FIELDS], path[NAME] = "", stance[NAME] = "";
    size_t size = 0;
    double sum = 0, value;
    const int count = getline(&line, &size, draws) > 0 ? split(line, fields) : 0;
    int at[] = {0, 0, 0, 0}, found = 0;

    for (int k = 0; k < 4; k++) {
        while (at[k] < count && strcmp(fields[at[k]], names[k]))
            at[k]++;
        found += at[k] < count;
    }
    while (found == 4 && getline(&line, &size, draws) > 0 && split(line, fields) == count) {
        if (strncmp(fields[at[1]], year, 4))
            continue;
        if (*path && strcmp(path, fields[at[0]])) {
            put_value(desk->csv, 1, year, sum, stance);
            sum = 0;
        }
        sum += number_parse(fields[at[2]], &value) ? NAN : value;
        snprintf(path, sizeof path, "%s", fields[at[0]]);
        snprintf(stance, sizeof stance, "%s", fields[at[3]]);
    }
    if (*path)
        put_value(desk->csv, 1, year, sum, stance);
    free(line);
    return *path != '\0';
}

static void draw_revenue(struct desk *desk, enum plot_picture picture)
{
    const char *const year = table_full_year(&desk->summary);
    char metric[2 * NAME], *const path = text_format("%s/draws.csv", desk->result);
    FILE *const draws = path ? fopen(path, "r") : NULL;

    free(path);
    snprintf(metric, sizeof metric, "%s_revenue_gross_usd", desk->foreign);
    if (year) {
        put_states(desk, (struct series){.metric = metric, .buyer = "cn", .date = year,
                                         .scale = 1e-9}, "cn_stances");
        put_value(desk->csv, 2, year, NAN, world_name(&desk->manifest, "vendors", desk->foreign));
        desk->sheets->count[picture] = 1;
    }
    if (!year || !draws || !put_paths(desk, draws, metric, year))
        desk->sheets->note[picture] =
            year ? "shows quantiles only; --draws all adds the distribution"
                 : "needs a horizon that covers a calendar year";
    if (draws)
        fclose(draws);
}

static int draw_all(struct desk *desk, const char *folder, struct cs_error *err)
{
    static void (*const draw[PLOT_LINES])(struct desk *, enum plot_picture) = {
        draw_market, draw_split, draw_buyers, draw_regimes, draw_revenue, draw_market,
        draw_difference};
    const bool run = desk->summary.file.count > 1 && desk->regimes.file.count > 1;
    int code = CS_OK;

    for (int k = 0; k < PLOT_LINES && !code; k++) {
        char name[NAME];
        snprintf(name, sizeof name, "%s.csv", plot_names[k]);
        code = csv_open(folder, name, &desk->csv, err);
        if (code)
            return code;
        csv_header(desk->csv, "panel,date,p05,p25,p50,p75,p95,mean,kind,rank,name,title");
        if (k == PLOT_DIFFERENCE ? desk->compare.file.count > 1 : run)
            draw[k](desk, (enum plot_picture)k);
        code = csv_close(desk->csv, err);
    }
    return code;
}

int plot_prepare(const char *result, const char *folder, struct plot_sheets *sheets,
                 struct cs_error *err)
{
    struct desk desk = {.result = result, .foreign = "nvidia", .domestic = "huawei",
                        .sheets = sheets};
    const struct {
        const char *name, *const *columns;
        struct table *table;
    } files[] = {{"manifest.csv", plot_manifest_columns, &desk.manifest},
                 {"summary.csv", in_summary, &desk.summary},
                 {"regimes.csv", in_regimes, &desk.regimes},
                 {"compare.csv", in_compare, &desk.compare}};
    int code = CS_OK;

    memset(sheets, 0, sizeof *sheets);
    for (int k = 0; k < 4 && !code; k++)
        code = table_open(result, files[k].name, files[k].columns, files[k].table, err);
    if (!code && !desk.manifest.file.count)
        code = cs_fail(err, CS_INPUT, "%s: is no result folder: it holds no manifest.csv", result);
    if (!code) {
        find_vendors(&desk);
        code = draw_all(&desk, folder, err);
        code = code ? code : plot_prepare_sweep(result, &desk.manifest, folder, sheets, err);
    }
    for (int k = 0; k < 4; k++)
        csv_release(&files[k].table->file);
    return code;
}
