#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "cli/command.h"
#include "cli/compare_report.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "tool/csv.h"
#include "tool/text.h"

static const struct usage usage = {
    "compare REFERENCE SCENARIO [SCENARIO ...] [OPTIONS]",
    "Simulates the same random worlds under several scenarios, prints what differs from the\n"
    "first and writes a folder of results. A scenario is named as for 'chipsplit run'.",
    "  chipsplit compare base hard_block\n"
    "  chipsplit compare base levy_25 no_levy -n 50000 --loss levy_receipts_usd@2026\n",
};

enum { MEMBERS_MOST = 64 };
enum { SHOW_AUTO, SHOW_ALWAYS, SHOW_NEVER };

struct call {
    struct cs_run_options options;
    struct text_list set;
    struct path_range trace;
    const char *out, *loss;
    int detail, uncertainty, draws, show;
    bool quiet;
    double start;
    struct progress progress;
    struct scenario *world[MEMBERS_MOST];
    int worlds;
};

static enum parsed read_call(struct call *call, int argc, char **argv, int *operands)
{
    static const char *const details[] = {"market", "buyer", "full", NULL};
    static const char *const switches[] = {"off", "on", NULL};
    static const char *const draws[] = {"none", "all", NULL};
    static const char *const shows[] = {"auto", "always", "never", NULL};
    struct cs_run_options *const o = &call->options;
    const struct cli_option options[] = {
        {"paths", 'n', OPTION_COUNT, &o->paths, "N", "number of paths (default 10000)", NULL},
        {"seed", 's', OPTION_U64, &o->seed, "N", "seed, any 64-bit number (default 1)", NULL},
        {"threads", 'j', OPTION_THREADS, &o->threads, "N",
         "threads (default: all cores); never changes a byte", NULL},
        {"out", 'o', OPTION_TEXT, &call->out, "DIR",
         "result folder (default results/compare_A_B...)", NULL},
        {"force", 0, OPTION_FLAG, &o->force, NULL, "replace an older result folder", NULL},
        {"loss", 0, OPTION_TEXT, &call->loss, "METRIC@DATE",
         "what tail.csv and the tail are about, METRIC[BUYER/OPTION]@DATE\n"
         "too (default: revenue of the leading foreign vendor, total)", NULL},
        {"set", 0, OPTION_LIST, &call->set, "ADDRESS=VALUE",
         "fix a cell in every scenario, or ADDRESS*=FACTOR to scale it;\n"
         "may be repeated, later beats earlier", NULL},
        {"uncertainty", 0, OPTION_WORD, &call->uncertainty, "on|off",
         "draw the priors, or use every table value (default on)", switches},
        {"detail", 0, OPTION_WORD, &call->detail, "market|buyer|full",
         "rows of compare.csv: the market; options and buyers too;\n"
         "every buyer and option (default buyer)", details},
        {"draws", 0, OPTION_WORD, &call->draws, "none|all",
         "write draws.csv and inputs.csv of every scenario (default none)", draws},
        {"trace", 0, OPTION_RANGE, &call->trace, "FROM:TO",
         "write these paths whole, counted from 0, for every scenario", NULL},
        {"quiet", 0, OPTION_FLAG, &call->quiet, NULL, "print no table", NULL},
        {"progress", 0, OPTION_WORD, &call->show, "auto|always|never",
         "a progress line on a terminal, or as told (default auto)", shows},
        {"ledger", 0, OPTION_FLAG, &o->ledger, NULL, NULL, NULL},
    };

    return options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, operands);
}

/* --- what the computation calls back -------------------------------------------------- */

static void show_progress(void *context, uint64_t done, uint64_t paths)
{
    progress_show(&((struct call *)context)->progress, done, paths);
}

static bool is_stopped(void *context)
{
    (void)context;
    return signals_caught() != 0;
}

/* --- timing.csv -------------------------------------------------------------------------- */

static void put_text(struct csv_writer *csv, const char *key, const char *value)
{
    csv_text(csv, key);
    csv_text(csv, value);
    csv_end_row(csv);
}

static void put_number(struct csv_writer *csv, const char *key, double value)
{
    csv_text(csv, key);
    csv_number(csv, value);
    csv_end_row(csv);
}

/* Words joined by a text. */
static char *join(const char *first, const char *between, const char *const *words, int count)
{
    char *line = text_copy(first);

    for (int k = 0; k < count && line; k++) {
        char *const longer = text_format("%s%s%s", line, between, words[k]);
        free(line);
        line = longer;
    }
    return line;
}

/* What differs between two calls of the same bytes. */
static int write_timing(const struct call *call, int threads, int argc, char **argv,
                        struct cs_error *err)
{
    char *const line = join("chipsplit", " ", (const char *const *)argv, argc);
    struct rusage use = {0};
    struct csv_writer *csv;
    const int code = csv_open(call->options.out, "timing.csv", &csv, err);

    getrusage(RUSAGE_SELF, &use);
    if (!code) {
        csv_header(csv, "key,value");
        put_text(csv, "command_line", line ? line : "");
        put_number(csv, "threads", threads);
        put_number(csv, "seconds", seconds_now() - call->start);
        put_number(csv, "memory_mib", (double)use.ru_maxrss / 1024);
        put_text(csv, "compiler", __VERSION__);
    }
    free(line);
    return code ? code : csv_close(csv, err);
}

/* --- the command --------------------------------------------------------------------------- */

static int compare_worlds(struct call *call, int argc, char **argv, struct cs_error *err)
{
    const struct scenario *worlds[MEMBERS_MOST];
    const char *names[MEMBERS_MOST];
    struct comparison *comparison = NULL;

    for (int k = 0; k < call->worlds; k++) {
        worlds[k] = call->world[k];
        names[k] = worlds[k]->name;
    }
    char *const usual = join("results/compare", "_", names, call->worlds);
    int code = usual ? CS_OK : cs_fail_memory(err);
    call->options.out = call->out ? call->out : usual;
    signals_catch();
    progress_start(&call->progress, call->show == SHOW_ALWAYS ||
                   (call->show == SHOW_AUTO && !call->quiet && isatty(STDERR_FILENO)));
    if (!code)
        code = compare(worlds, call->worlds, call->loss, &call->options, &comparison, err);
    progress_end(&call->progress);
    if (!code)
        code = write_timing(call, comparison->threads, argc, argv, err);
    if (!code && !call->quiet)
        print_compare_report(comparison, call->options.out);
    comparison_free(comparison);
    free(usual);
    return code;
}

/* Loads the scenarios up to the first that is wrong. */
static int compare_places(struct call *call, char **places, int count, int argc, char **argv)
{
    struct cs_error err = {0};
    bool missing = false;

    for (int k = 0; k < count && !missing && !err.code; k++) {
        struct scenario *world = NULL;
        char *const folder = place_scenario(places[k]);
        missing = !folder;
        if (folder && !cs_scenario_load(folder, call->set.item, call->set.count, &world, &err))
            call->world[call->worlds++] = world;
        free(folder);
    }
    if (!missing && !err.code)
        compare_worlds(call, argc, argv, &err);
    for (int k = 0; k < call->worlds; k++)
        cs_scenario_free(call->world[k]);
    return missing ? EXIT_CALL : say_error(&err);
}

static void fill_options(struct call *call)
{
    call->options.detail = (enum cs_detail)call->detail;
    call->options.uncertainty = call->uncertainty;
    call->options.draws = call->draws;
    call->options.trace = call->trace.given;
    call->options.trace_from = call->trace.from;
    call->options.trace_to = call->trace.to;
    call->options.progress = show_progress;
    call->options.cancelled = is_stopped;
    call->options.context = call;
}

int cmd_compare(int argc, char **argv)
{
    struct call call = {.options = cs_run_options_default(), .detail = CS_DETAIL_BUYER,
                        .uncertainty = 1, .start = seconds_now()};
    int first = argc, code = EXIT_CALL;
    const enum parsed parsed = read_call(&call, argc, argv, &first);

    fill_options(&call);
    if (parsed == PARSED_HELP)
        code = EXIT_DONE;
    else if (parsed == PARSED && argc - first < 2)
        say("compare: needs a reference and at least one scenario; 'chipsplit compare -h' "
            "explains");
    else if (parsed == PARSED && argc - first > MEMBERS_MOST)
        say("compare: takes at most %d scenarios (found %d)", MEMBERS_MOST, argc - first);
    else if (parsed == PARSED)
        code = compare_places(&call, argv + first, argc - first, argc, argv);
    free(call.set.item);
    return code;
}
