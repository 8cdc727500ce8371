#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include "cli/command.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/progress.h"
#include "cli/run_report.h"
#include "cli/say.h"
#include "tool/csv.h"
#include "tool/text.h"

static const struct usage usage = {
    "run SCENARIO [OPTIONS]",
    "Simulates one scenario, prints the main numbers and writes a folder of results.\n"
    "SCENARIO is a folder that holds scenario.csv; a name without '/' that is no folder\n"
    "here is looked for in ./scenarios, then in the installed data.",
    "  chipsplit run base\n"
    "  chipsplit run base -n 100000 --set scenario.levy_pass_through=1 -o results/passed_on\n",
};

struct call {
    struct cs_run_options options;
    struct text_list set;
    struct path_range trace;
    const char *out;
    int detail, uncertainty, draws, show;
    bool quiet;
    double start;
    struct progress progress;
};

enum { SHOW_AUTO, SHOW_ALWAYS, SHOW_NEVER };

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
        {"out", 'o', OPTION_TEXT, &call->out, "DIR", "result folder (default results/NAME)", NULL},
        {"force", 0, OPTION_FLAG, &o->force, NULL, "replace an older result folder", NULL},
        {"set", 0, OPTION_LIST, &call->set, "ADDRESS=VALUE",
         "fix a cell, or ADDRESS*=FACTOR to scale it; may be repeated,\n"
         "later beats earlier", NULL},
        {"uncertainty", 0, OPTION_WORD, &call->uncertainty, "on|off",
         "draw the priors, or use every table value (default on)", switches},
        {"detail", 0, OPTION_WORD, &call->detail, "market|buyer|full",
         "rows of the summary: the market; options and buyers too;\n"
         "every buyer and option (default buyer)", details},
        {"draws", 0, OPTION_WORD, &call->draws, "none|all",
         "write draws.csv and inputs.csv (default none)", draws},
        {"trace", 0, OPTION_RANGE, &call->trace, "FROM:TO",
         "write these paths whole to trace.csv, counted from 0", NULL},
        {"quiet", 0, OPTION_FLAG, &call->quiet, NULL, "print no table", NULL},
        {"progress", 0, OPTION_WORD, &call->show, "auto|always|never",
         "a progress line on a terminal, or as told (default auto)", shows},
        {"ledger", 0, OPTION_FLAG, &o->ledger, NULL, NULL, NULL},
    };

    return options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, operands);
}

/* --- what the run calls back ------------------------------------------------------ */

static void show_progress(void *context, uint64_t done, uint64_t paths)
{
    progress_show(&((struct call *)context)->progress, done, paths);
}

static bool is_stopped(void *context)
{
    (void)context;
    return signals_caught() != 0;
}

/* --- timing.csv -------------------------------------------------------------------- */

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

static char *command_line(int argc, char **argv)
{
    char *line = text_copy("chipsplit");

    for (int k = 0; k < argc && line; k++) {
        char *const longer = text_format("%s %s", line, argv[k]);
        free(line);
        line = longer;
    }
    return line;
}

/* What differs between two runs of the same bytes. */
static int write_timing(const struct call *call, const struct result *result, int argc,
                        char **argv, struct cs_error *err)
{
    char *const line = command_line(argc, argv);
    struct rusage use = {0};
    struct csv_writer *csv;
    const int code = csv_open(call->options.out, "timing.csv", &csv, err);

    getrusage(RUSAGE_SELF, &use);
    if (!code) {
        csv_header(csv, "key,value");
        put_text(csv, "command_line", line ? line : "");
        put_number(csv, "threads", result->threads);
        put_number(csv, "seconds", seconds_now() - call->start);
        put_number(csv, "memory_mib", (double)use.ru_maxrss / 1024);
        put_text(csv, "compiler", __VERSION__);
    }
    free(line);
    return code ? code : csv_close(csv, err);
}

/* --- the command -------------------------------------------------------------------- */

static int run_world(struct call *call, const struct scenario *world, int argc, char **argv,
                     struct cs_error *err)
{
    char *const usual = text_format("results/%s", world->name);
    struct result *result = NULL;
    int code = usual ? CS_OK : CS_MEMORY;

    call->options.out = call->out ? call->out : usual;
    signals_catch();
    progress_start(&call->progress, call->show == SHOW_ALWAYS ||
                   (call->show == SHOW_AUTO && !call->quiet && isatty(STDERR_FILENO)));
    if (!code)
        code = cs_run(world, &call->options, &result, err);
    progress_end(&call->progress);
    if (!code)
        code = write_timing(call, result, argc, argv, err);
    if (!code && !call->quiet)
        code = print_run_report(result, call->options.out, err);
    cs_result_free(result);
    free(usual);
    return code;
}

static int run_place(struct call *call, const char *folder, int argc, char **argv)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;

    if (!cs_scenario_load(folder, call->set.item, call->set.count, &world, &err))
        run_world(call, world, argc, argv, &err);
    cs_scenario_free(world);
    return say_error(&err);
}

int cmd_run(int argc, char **argv)
{
    struct call call = {.options = cs_run_options_default(), .detail = CS_DETAIL_BUYER,
                        .uncertainty = 1, .start = seconds_now()};
    int first = argc, code = EXIT_CALL;
    const enum parsed parsed = read_call(&call, argc, argv, &first);

    call.options.detail = (enum cs_detail)call.detail;
    call.options.uncertainty = call.uncertainty;
    call.options.draws = call.draws;
    call.options.trace = call.trace.given;
    call.options.trace_from = call.trace.from;
    call.options.trace_to = call.trace.to;
    call.options.progress = show_progress;
    call.options.cancelled = is_stopped;
    call.options.context = &call;
    if (parsed == PARSED_HELP) {
        code = EXIT_DONE;
    } else if (parsed == PARSED && first == argc) {
        say("run: needs a scenario; 'chipsplit run -h' explains");
    } else if (parsed == PARSED && first + 1 < argc) {
        say("run: takes one scenario (found '%s' too)", argv[first + 1]);
    } else if (parsed == PARSED) {
        char *const folder = place_scenario(argv[first]);
        if (folder)
            code = run_place(&call, folder, argc, argv);
        free(folder);
    }
    free(call.set.item);
    return code;
}
