#include <stdlib.h>
#include "cli/backtest_report.h"
#include "cli/call.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/say.h"
#include "tool/text.h"

static const struct usage usage = {
    "backtest SCENARIO [OPTIONS]",
    "Forecasts the observations of history.csv from every period before them, with what was\n"
    "known by then, and scores the forecasts: demand given the policies that came, and policy\n"
    "alone. The scenario must hold both sides in pins.csv. docs/backtest.md explains.",
    "  chipsplit backtest history --record scenarios/record/regime_spells.csv\n"
    "  chipsplit backtest history --events all --horizon 2 -n 50000\n",
};

/* What this command has beside the usual options. */
struct own {
    uint64_t horizon;
    const char *record;
    int foresee;
};

static int backtest_world(struct call *call, const struct own *own, const struct scenario *world,
                          int argc, char **argv)
{
    struct cs_error err = {0};
    struct backtest *result = NULL;
    char *const usual = text_format("results/backtest_%s", world->name);
    int code = usual ? CS_OK : cs_fail_memory(&err);

    if (!call->out)
        call->options.out = usual;
    const struct backtest_options options = {
        .run = call->options, .record = own->record, .foresee = own->foresee,
        .horizon = own->horizon <= HORIZON_MOST ? (int)own->horizon : HORIZON_MOST + 1};
    call_begin(call);
    if (!code)
        code = backtest(world, &options, &result, &err);
    call_end(call);
    if (!code)
        code = call_write_timing(call, result->threads, argc, argv, &err);
    if (!code && !call->quiet)
        print_backtest_report(result, call->options.out);
    backtest_free(result);
    free(usual);
    return say_error(&err);
}

static int backtest_place(struct call *call, const struct own *own, char *place, int argc,
                          char **argv)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;
    char *const folder = place_scenario(place);
    int code = EXIT_CALL;

    if (folder && !cs_scenario_load(folder, call->set.item, call->set.count, &world, &err))
        code = backtest_world(call, own, world, argc, argv);
    else if (folder)
        code = say_error(&err);
    cs_scenario_free(world);
    free(folder);
    return code;
}

int cmd_backtest(int argc, char **argv)
{
    static const char *const events[] = {"past", "all", NULL};
    struct call call;
    struct own own = {.horizon = (uint64_t)backtest_options_default().horizon};
    int first = argc, code = EXIT_CALL;
    const struct cli_option options[] = {
        {"horizon", 0, OPTION_COUNT, &own.horizon, "H",
         "forecast up to H periods ahead (default 4)", NULL},
        {"events", 0, OPTION_WORD, &own.foresee, "past|all",
         "a forecast knows the dated events up to its origin, or all\n"
         "of them (default past)", events},
        {"record", 0, OPTION_TEXT, &own.record, "FILE",
         "spells of both regimes by day, for their rates, as for\n"
         "'chipsplit rates' (default: the pins of the scenario)", NULL},
    };

    call_init(&call);
    call.no_paths = call.no_detail = true;
    const enum parsed parsed =
        call_parse(&call, &usage, "result folder (default results/backtest_NAME)", options,
                   sizeof options / sizeof *options, argc, argv, &first);
    if (parsed == PARSED_HELP)
        code = EXIT_DONE;
    else if (parsed == PARSED && argc - first != 1)
        say("backtest: takes one scenario (found %d); 'chipsplit backtest -h' explains",
            argc - first);
    else if (parsed == PARSED && (call.draws || call.trace.given || call.detail != CS_DETAIL_BUYER))
        say("backtest: --detail, --draws and --trace are for 'chipsplit run'");
    else if (parsed == PARSED)
        code = backtest_place(&call, &own, argv[first], argc, argv);
    call_release(&call);
    return code;
}
