#include <stdlib.h>
#include "cli/call.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/say.h"
#include "cli/sweep_report.h"
#include "tool/text.h"

static const struct usage usage = {
    "sweep SCENARIO --vary 'ADDRESS=VALUES' [OPTIONS]",
    "Simulates one scenario at many points, each with other values of some cells and all with\n"
    "the same paths; prints short answers and writes points.csv and outcomes.csv.\n"
    "VALUES are v1,v2,... or a:b:step; several --vary make a grid. For --lhs and --sobol they\n"
    "are low..high or the word prior. 'ADDRESS*=FACTORS' multiplies; '*' in an id is a wildcard.",
    "  chipsplit sweep base --vary 'us_regimes.h20_levy.levy_rate=0:0.5:0.05'\n"
    "  chipsplit sweep base --vary 'options.nv_*.price_usd*=0.6,0.8,1,1.25' \\\n"
    "      --vary scenario.cn_start=permit,block --crossing 'domestic_share_spend@2027 p50=0.7'\n",
};

struct lists {
    struct text_list vary, given, crossing;
};

static int sweep_place(struct call *call, const struct sweep_call *asked, const char *folder,
                       int argc, char **argv)
{
    struct cs_error err = {0};
    struct sweep *sweep = NULL;
    char *usual = NULL;
    int code = sweep_prepare(folder, asked, call->set.item, call->set.count, &call->options,
                             &sweep, &err);

    if (!code) {
        usual = text_format("results/sweep_%s", sweep->world->name);
        code = usual ? CS_OK : cs_fail_memory(&err);
    }
    if (!code && !call->out)
        call->options.out = usual;
    if (!code && !call->quiet)
        print_sweep_plan(sweep);
    call_begin(call);
    if (!code)
        code = sweep_run(sweep, &err);
    call_end(call);
    if (!code)
        code = call_write_timing(call, sweep->threads, argc, argv, &err);
    if (!code && !call->quiet)
        print_sweep_report(sweep, call->options.out);
    sweep_free(sweep);
    free(usual);
    return say_error(&err);
}

static enum parsed parse(struct call *call, struct sweep_call *asked, struct lists *lists,
                         int argc, char **argv, int *first)
{
    const struct cli_option own[] = {
        {"vary", 0, OPTION_LIST, &lists->vary, "ADDRESS=VALUES",
         "what is varied: v1,v2,... or a:b:step; ADDRESS*=FACTORS too;\n"
         "with --lhs or --sobol: low..high, prior, or the word priors", NULL},
        {"zip", 0, OPTION_FLAG, &asked->zip, NULL,
         "take the lists together, first with first", NULL},
        {"one-at-a-time", 0, OPTION_FLAG, &asked->single, NULL,
         "vary one address at a time, the others as in the scenario", NULL},
        {"points", 0, OPTION_TEXT, &asked->points, "FILE.csv",
         "a list of points: columns are addresses, blank: unchanged", NULL},
        {"lhs", 0, OPTION_COUNT, &asked->lhs, "N", "N points of a Latin hypercube", NULL},
        {"sobol", 0, OPTION_COUNT, &asked->sobol, "N",
         "N points of a scrambled Sobol' sequence, a power of two", NULL},
        {"given", 0, OPTION_LIST, &lists->given, "cn=STANCE,...",
         "only paths in one of these stances at the end of the date;\n"
         "us=REGIME,... too", NULL},
        {"crossing", 0, OPTION_LIST, &lists->crossing, "TARGET",
         "where a metric passes a value: METRIC@DATE STAT=VALUE;\n"
         "STAT is mean, pNN, P(<x) or P(>x)", NULL},
        {"metrics", 0, OPTION_TEXT, &asked->metrics, "main|all|LIST",
         "metrics of outcomes.csv (default main)", NULL},
        {"dates", 0, OPTION_TEXT, &asked->dates, "years|all|LIST",
         "dates of outcomes.csv (default years: years and the total)", NULL},
    };
    const enum parsed parsed =
        call_parse(call, &usage, "result folder (default results/sweep_NAME)", own,
                   sizeof own / sizeof *own, argc, argv, first);

    asked->vary = lists->vary.item;
    asked->varies = lists->vary.count;
    asked->given = lists->given.item;
    asked->givens = lists->given.count;
    asked->crossing = lists->crossing.item;
    asked->crossings = lists->crossing.count;
    return parsed;
}

int cmd_sweep(int argc, char **argv)
{
    struct call call;
    struct sweep_call asked = {0};
    struct lists lists = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    int first = argc, code = EXIT_CALL;

    call_init(&call);
    call.detail = CS_DETAIL_MARKET;
    call.no_paths = true;
    const enum parsed parsed = parse(&call, &asked, &lists, argc, argv, &first);
    if (parsed == PARSED_HELP) {
        code = EXIT_DONE;
    } else if (parsed == PARSED && first == argc) {
        say("sweep: needs a scenario; 'chipsplit sweep -h' explains");
    } else if (parsed == PARSED && first + 1 < argc) {
        say("sweep: takes one scenario (found '%s' too)", argv[first + 1]);
    } else if (parsed == PARSED) {
        char *const folder = place_scenario(argv[first]);
        if (folder)
            code = sweep_place(&call, &asked, folder, argc, argv);
        free(folder);
    }
    free(lists.vary.item);
    free(lists.given.item);
    free(lists.crossing.item);
    call_release(&call);
    return code;
}
