#include <stdlib.h>
#include "cli/call.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/run_report.h"
#include "cli/say.h"
#include "cli/stop_report.h"
#include "tool/text.h"

static const struct usage usage = {
    "run SCENARIO [OPTIONS]",
    "Simulates one scenario, prints the main numbers and writes a folder of results.\n"
    "SCENARIO is a folder that holds scenario.csv; a name without '/' that is no folder\n"
    "here is looked for in ./scenarios, then in the installed data.",
    "  chipsplit run base\n"
    "  chipsplit run base -n 100000 --set scenario.levy_pass_through=1 -o results/passed_on\n"
    "  chipsplit run base --until 'nvidia_revenue_gross_usd@2026 p50 2%'\n"
    "  chipsplit run base -n 1e6 --max-seconds 600; chipsplit run base -n 1e6 --resume\n",
};

/* Returns the exit code. */
static int run_world(struct call *call, const struct scenario *world, int argc, char **argv,
                     struct cs_error *err)
{
    char *const usual = text_format("results/%s", world->name);
    struct result *result = NULL;
    bool cut = false;
    int code = usual ? CS_OK : cs_fail_memory(err);

    if (!call->out)
        call->options.out = usual;
    call_begin(call);
    if (!code)
        code = cs_run(world, &call->options, &result, err);
    call_end(call);
    if (!code)
        code = call_write_timing(call, result->threads, argc, argv, err);
    if (!code && !call->quiet)
        code = print_run_report(result, call->options.out, err);
    if (!code && !call->quiet)
        print_stop_report(result);
    if (!code)
        cut = cs_result_cut(result);
    cs_result_free(result);
    free(usual);
    return cut ? EXIT_CUT : say_error(err);
}

static int run_place(struct call *call, const char *folder, int argc, char **argv)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;
    int code;

    if (cs_scenario_load(folder, call->set.item, call->set.count, &world, &err))
        code = say_error(&err);
    else
        code = run_world(call, world, argc, argv, &err);
    cs_scenario_free(world);
    return code;
}

int cmd_run(int argc, char **argv)
{
    struct call call;
    struct cli_option own[STOP_OPTIONS];
    int first = argc, code = EXIT_CALL;

    call_init(&call);
    call.options.journal = true;
    call_stop_options(&call, own);
    const enum parsed parsed = call_parse(&call, &usage, "result folder (default results/NAME)",
                                          own, STOP_OPTIONS, argc, argv, &first);
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
    call_release(&call);
    return code;
}
