#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/say.h"
#include "lab/parameters.h"
#include "run/metric.h"
#include "tool/csv.h"
#include "tool/number.h"
#include "tool/text.h"
#include "world/folder.h"

static const struct usage usage = {
    "list scenarios|parameters|metrics [SCENARIO [FILTER]] [OPTIONS]",
    "Lists the scenarios that a name reaches; or every cell of a scenario (default: base)\n"
    "with value, unit, prior, where it was written, and source; or every metric of its\n"
    "results with unit, kind, level and definition. FILTER is a part of the name, or a\n"
    "pattern in which * stands for anything.",
    "  chipsplit list parameters base 'buyers.*.exposure'\n"
    "  chipsplit list metrics base --csv > metrics.csv\n",
};

struct list_call {
    bool csv;
    struct text_list set;
    const char *filter;
};

#define COLUMNS(columns) ((int)(sizeof(columns) / sizeof *(columns)))

static int show(struct grid *grid, const struct list_call *call, struct cs_error *err)
{
    return call->csv ? grid_csv(grid, err) : grid_print(grid, 0, err);
}

/* --- scenarios --------------------------------------------------------------------- */

/* A folder that cannot be read says so in the place of its title. */
static void add_scenario(struct grid *grid, const char *folder)
{
    struct csv_file csv = {0};
    struct cs_error err = {0};
    char *const file = text_format("%s/scenario.csv", folder);
    const bool read = file && !csv_read(file, &csv, &err);
    int line;
    const char *const title = read ? folder_key(&csv, "title", &line) : "(cannot be read)";
    const char *const base = read ? folder_key(&csv, "base", &line) : NULL;
    const char *const texts[] = {strrchr(folder, '/') + 1, base ? base : "",
                                 title ? title : "", folder};

    grid_add(grid, texts);
    if (read)
        csv_release(&csv);
    free(file);
}

static int list_scenarios(const struct list_call *call, struct cs_error *err)
{
    static const struct grid_column columns[] = {
        {"name", READ_BY_ALL, false},
        {"base", READ_BY_ALL, false},
        {"title", READ_BY_ALL, false},
        {"folder", READ_BY_MACHINES, false},
    };
    struct places places;
    struct grid grid;
    int code = places_list(&places) ? CS_OK : cs_fail_memory(err);

    grid_init(&grid, columns, COLUMNS(columns));
    for (int k = 0; k < places.count; k++)
        add_scenario(&grid, places.folder[k]);
    if (!code)
        code = show(&grid, call, err);
    grid_release(&grid);
    places_release(&places);
    return code;
}

/* --- parameters ----------------------------------------------------------------------- */

/* "buyers.csv:2", "--set 1"; of a factor too. */
static void write_place(const char *file, int line, const char *before, char *out, size_t size)
{
    if (*file && line > 0)
        snprintf(out, size, strcmp(file, "--set") ? "%s%s:%d" : "%s%s %d", before, file, line);
    else
        *out = '\0';
}

/* `source` is p's, or a word that it is that of the row above. */
static void add_parameter(struct grid *grid, const struct parameter *p, const char *source)
{
    char factor[NUMBER_TEXT] = "", line[16] = "", factor_line[16] = "";
    char place[CS_SENTENCE], factor_place[CS_SENTENCE], places[2 * CS_SENTENCE];

    if (p->factor != 1)
        number_write(p->factor, factor);
    if (p->line > 0)
        snprintf(line, sizeof line, "%d", p->line);
    if (p->factor_line > 0)
        snprintf(factor_line, sizeof factor_line, "%d", p->factor_line);
    write_place(p->file, p->line, "", place, sizeof place);
    write_place(p->factor_file, p->factor_line, " and ", factor_place, sizeof factor_place);
    snprintf(places, sizeof places, "%s%s", place, factor_place);
    const char *const texts[] = {
        p->address, p->value, factor, p->unit, p->prior, places, p->file, line, p->factor_file,
        factor_line, source, p->prior_source, p->definition,
    };
    grid_add(grid, texts);
}

/* The cells of a row have one source: people read it once. */
static const char *source_shown(const struct parameters *all, int k, bool csv)
{
    const char *const source = all->parameter[k].source;
    const bool again = !csv && k > 0 && *source && !strcmp(source, all->parameter[k - 1].source);

    return again ? "as above" : source;
}

static int list_parameters(const struct scenario *world, const struct list_call *call,
                           struct cs_error *err)
{
    static const struct grid_column columns[] = {
        {"address", READ_BY_ALL, false},      {"value", READ_BY_ALL, true},
        {"factor", READ_BY_ALL, true},        {"unit", READ_BY_ALL, false},
        {"prior", READ_BY_ALL, false},        {"written in", READ_BY_PEOPLE, false},
        {"file", READ_BY_MACHINES, false},    {"line", READ_BY_MACHINES, false},
        {"factor_file", READ_BY_MACHINES, false}, {"factor_line", READ_BY_MACHINES, false},
        {"source", READ_BY_ALL, false},       {"prior_source", READ_BY_MACHINES, false},
        {"definition", READ_BY_MACHINES, false},
    };
    struct parameters all;
    struct grid grid;
    int code = parameters_list(world, call->filter, &all, err);

    if (code)
        return code;
    grid_init(&grid, columns, COLUMNS(columns));
    for (int k = 0; k < all.count; k++)
        add_parameter(&grid, &all.parameter[k], source_shown(&all, k, call->csv));
    code = show(&grid, call, err);
    grid_release(&grid);
    parameters_release(&all);
    return code;
}

/* --- metrics --------------------------------------------------------------------------- */

static bool add_metrics(struct grid *grid, const struct catalogue *metrics, const char *filter)
{
    bool any = false;

    for (int k = 0; k < metrics->count; k++) {
        const struct metric *const m = &metrics->metric[k];
        const char *const texts[] = {
            m->name, m->unit, metric_kind_name(m->kind), metric_level_name(m->level),
            m->trace_only ? "trace" : "summary", m->definition,
        };
        if (!text_passes(filter, m->name))
            continue;
        grid_add(grid, texts);
        any = true;
    }
    return any;
}

static int list_metrics(const struct scenario *world, const struct list_call *call,
                        struct cs_error *err)
{
    static const struct grid_column columns[] = {
        {"metric", READ_BY_ALL, false}, {"unit", READ_BY_ALL, false},
        {"kind", READ_BY_ALL, false},   {"level", READ_BY_ALL, false},
        {"file", READ_BY_ALL, false},   {"definition", READ_BY_ALL, false},
    };
    struct catalogue *metrics;
    struct grid grid;
    int code = catalogue_new(world, &metrics, err);

    if (code)
        return code;
    grid_init(&grid, columns, COLUMNS(columns));
    if (add_metrics(&grid, metrics, call->filter)) {
        code = show(&grid, call, err);
    } else {
        const char *const near = catalogue_nearest(metrics, call->filter);
        code = cs_fail(err, CS_INPUT, "%s: no metric of %s matches%s%s%s", call->filter,
                       world->name, near ? "; did you mean '" : "", near ? near : "",
                       near ? "'?" : "");
    }
    grid_release(&grid);
    catalogue_free(metrics);
    return code;
}

/* --- the command -------------------------------------------------------------------------- */

enum topic { TOPIC_SCENARIOS, TOPIC_PARAMETERS, TOPIC_METRICS, TOPICS };
static const char *const topics[] = {"scenarios", "parameters", "metrics"};

static int find_topic(const char *word)
{
    for (int k = 0; k < TOPICS; k++)
        if (!strcmp(topics[k], word))
            return k;
    const char *const near = text_nearest(word, topics, TOPICS);
    if (near)
        say("list: %s: must be scenarios, parameters or metrics; did you mean '%s'?", word, near);
    else
        say("list: %s: must be scenarios, parameters or metrics", word);
    return TOPICS;
}

static int list_world(enum topic topic, const char *name, const struct list_call *call)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;
    char *const folder = place_scenario(name);

    if (!folder)
        return EXIT_CALL;
    if (!cs_scenario_load(folder, call->set.item, call->set.count, &world, &err)) {
        if (topic == TOPIC_PARAMETERS)
            list_parameters(world, call, &err);
        else
            list_metrics(world, call, &err);
    }
    cs_scenario_free(world);
    free(folder);
    return say_error(&err);
}

static int list_topic(enum topic topic, char **words, int count, struct list_call *call)
{
    struct cs_error err = {0};

    if (topic == TOPICS)
        return EXIT_CALL;
    if (count > (topic == TOPIC_SCENARIOS ? 0 : 2)) {
        say("list %s: takes no '%s'; 'chipsplit list -h' explains", topics[topic],
            words[topic == TOPIC_SCENARIOS ? 0 : 2]);
        return EXIT_CALL;
    }
    if (topic != TOPIC_SCENARIOS) {
        call->filter = count > 1 ? words[1] : NULL;
        return list_world(topic, count > 0 ? words[0] : "base", call);
    }
    list_scenarios(call, &err);
    return say_error(&err);
}

int cmd_list(int argc, char **argv)
{
    struct list_call call = {0};
    int first = argc, code = EXIT_CALL;
    const struct cli_option options[] = {
        {"csv", 0, OPTION_FLAG, &call.csv, NULL, "as CSV, with every column", NULL},
        {"set", 0, OPTION_LIST, &call.set, "ADDRESS=VALUE",
         "fix a cell first, or ADDRESS*=FACTOR to scale it;\n"
         "may be repeated, later beats earlier", NULL},
    };
    const enum parsed parsed =
        options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, &first);

    if (parsed == PARSED_HELP)
        code = EXIT_DONE;
    else if (parsed == PARSED && first == argc)
        say("list: needs scenarios, parameters or metrics; 'chipsplit list -h' explains");
    else if (parsed == PARSED)
        code = list_topic((enum topic)find_topic(argv[first]), argv + first + 1,
                          argc - first - 1, &call);
    free(call.set.item);
    return code;
}
