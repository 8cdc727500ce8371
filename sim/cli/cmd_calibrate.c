#include <math.h>
#include <stdlib.h>
#include "cli/calibrate_report.h"
#include "cli/call.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/say.h"
#include "tool/number.h"
#include "tool/text.h"

static const struct usage usage = {
    "calibrate SCENARIO [OPTIONS]",
    "Finds which values of its priors let a scenario reproduce its history.csv, says what was\n"
    "learned of each and what was not, and writes a scenario with the posterior. Every value\n"
    "of the priors that is tried meets the same luck.",
    "  chipsplit calibrate history\n"
    "  chipsplit calibrate scenarios/mine --vectors 4096 --discrepancy 0.2 -o results/mine\n",
};

static int calibrate_world(struct call *call, struct calibrate_options *options,
                           const struct scenario *world, int argc, char **argv,
                           struct cs_error *err)
{
    char *const usual = text_format("results/calibrate_%s", world->name);
    struct calibration *calibration = NULL;
    int code = usual ? CS_OK : cs_fail_memory(err);

    if (!call->out)
        call->options.out = usual;
    options->run = call->options;
    call_begin(call);
    if (!code)
        code = calibrate(world, options, &calibration, err);
    call_end(call);
    if (!code)
        code = call_write_timing(call, calibration->threads, argc, argv, err);
    if (!code && !call->quiet)
        print_calibrate_report(calibration);
    calibration_free(calibration);
    free(usual);
    return code;
}

static int calibrate_place(struct call *call, struct calibrate_options *options,
                           const char *folder, int argc, char **argv)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;

    if (!cs_scenario_load(folder, NULL, 0, &world, &err))
        calibrate_world(call, options, world, argc, argv, &err);
    cs_scenario_free(world);
    return say_error(&err);
}

static enum parsed parse(struct call *call, struct calibrate_options *o, int argc, char **argv,
                         int *first)
{
    static const char *const shows[] = {"auto", "always", "never", NULL};
    const char *discrepancy = NULL;
    const struct cli_option options[] = {
        {"vectors", 'n', OPTION_COUNT, &o->vectors, "N",
         "vectors of parameters, a multiple of 16 (default 1024)", NULL},
        {"luck", 0, OPTION_COUNT, &o->luck, "N",
         "paths of each, a multiple of 32 (default 32)", NULL},
        {"discrepancy", 0, OPTION_TEXT, &discrepancy, "X",
         "what the model may be wrong by, a share of each observation\n(default 0.1)", NULL},
        {"seed", 's', OPTION_U64, &call->options.seed, "N",
         "seed, any 64-bit number (default 1)", NULL},
        {"threads", 'j', OPTION_THREADS, &call->options.threads, "N",
         "threads (default: all cores); never changes a byte", NULL},
        {"out", 'o', OPTION_TEXT, &call->out, "DIR",
         "result folder (default results/calibrate_NAME)", NULL},
        {"force", 0, OPTION_FLAG, &call->options.force, NULL, "replace an older result folder",
         NULL},
        {"quiet", 0, OPTION_FLAG, &call->quiet, NULL, "print no table", NULL},
        {"progress", 0, OPTION_WORD, &call->show, "auto|always|never",
         "a progress line on a terminal, or as told (default auto)", shows},
    };
    enum parsed parsed =
        options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, first);

    const char *const rule = parsed == PARSED && discrepancy
                                 ? number_parse(discrepancy, &o->discrepancy) : NULL;
    if (rule) {
        say("calibrate: --discrepancy: '%s': %s", discrepancy, rule);
        parsed = PARSED_WRONG;
    }
    call_complete(call);
    return parsed;
}

int cmd_calibrate(int argc, char **argv)
{
    struct calibrate_options options = calibrate_options_default();
    struct call call;
    int first = argc, code = EXIT_CALL;

    call_init(&call);
    const enum parsed parsed = parse(&call, &options, argc, argv, &first);
    if (parsed == PARSED_HELP) {
        code = EXIT_DONE;
    } else if (parsed == PARSED && first == argc) {
        say("calibrate: needs a scenario; 'chipsplit calibrate -h' explains");
    } else if (parsed == PARSED && first + 1 < argc) {
        say("calibrate: takes one scenario (found '%s' too)", argv[first + 1]);
    } else if (parsed == PARSED) {
        char *const folder = place_scenario(argv[first]);
        if (folder)
            code = calibrate_place(&call, &options, folder, argc, argv);
        free(folder);
    }
    call_release(&call);
    return code;
}
