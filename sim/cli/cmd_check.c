#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "cli/call.h"
#include "cli/check_report.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/say.h"
#include "run/plan.h"
#include "run/series.h"
#include "tool/text.h"
#include "world/catalogue.h"

static const struct usage usage = {
    "check SCENARIO [OPTIONS]",
    "Reads and verifies everything, computes a few paths to see how long they take, and\n"
    "prints the plan of the run that 'chipsplit run' with the same options would be: files,\n"
    "time, memory, priors that are off, cells that nobody reads, warnings, the policy chains,\n"
    "and what one buyer would choose at the start. Writes nothing. Exit 0 with warnings, 2\n"
    "if something is wrong.",
    "  chipsplit check base\n"
    "  chipsplit check scenarios/mine -n 1000000 --detail full --buyer alibaba\n",
};

/* When the rehearsal began each wave, and when it had its summaries. */
enum { TICKS = REHEARSAL_LONG / WAVE + 1 };
struct stopwatch {
    double tick[TICKS], done[TICKS];   /* seconds, and paths by then */
    int ticks;
};

static void note_time(void *context, uint64_t done, uint64_t paths)
{
    struct stopwatch *const watch = context;

    (void)paths;
    if (watch->ticks == TICKS)
        return;
    watch->done[watch->ticks] = (double)done;
    watch->tick[watch->ticks++] = seconds_now();
}

/* Seconds of the whole run: what was seen up to the last wave but one, that wave again
 * and again, the summaries (seen after the last wave) by the values they are made of, and
 * what is formatted by its bytes. */
static double seconds_expected(const struct call *call, const struct stopwatch *watch,
                               const struct rehearsal *r)
{
    const double end = seconds_now(), paths = (double)call->options.paths;
    const double *const tick = watch->tick;
    const int waves = watch->ticks - 1;
    double bytes = 0;

    if (paths <= (double)r->paths)
        return end - call->start;
    const double wave = tick[waves - 1] - tick[waves - 2];
    const double last = tick[waves] - tick[waves - 1];
    const double summaries = last > wave ? last - wave : 0;
    const double kept = paths > KEEP_PATHS ? 1 : paths / (double)r->paths;
    for (int k = 0; k < r->files; k++)
        if (strncmp(r->file[k].name, "draws", 5) && strncmp(r->file[k].name, "inputs", 6))
            bytes += (double)r->file[k].bytes;
    return tick[waves - 1] - call->start + wave * (paths - watch->done[waves - 1]) / WAVE +
           summaries * kept + (end - tick[waves]) * bytes / (double)r->formatted;
}

static double memory_expected(const struct rehearsal *r)
{
    struct rusage use = {0};

    getrusage(RUSAGE_SELF, &use);
    return 1024.0 * (double)use.ru_maxrss + (double)r->more_memory;
}

/* The buyer with that id, or the first of the file; -1 with a complaint. */
static int choose_buyer(const struct scenario *world, const char *id, struct cs_error *err)
{
    const char *names[LIMIT_BUYERS];
    const int buyer = !id ? world->buyers_shown[0] : find_buyer(world, id);

    if (buyer >= 0)
        return buyer;
    for (int k = 0; k < world->buyers; k++)
        names[k] = world->buyer[k].id;
    const char *const near = text_nearest(id, names, (size_t)world->buyers);
    cs_fail(err, CS_INPUT, "--buyer: there is no buyer '%s' in %s%s%s%s", id, world->name,
            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    return -1;
}

static int report(struct call *call, const struct scenario *world, const char *folder,
                  const char *buyer, struct cs_error *err)
{
    struct rehearsal rehearsal;
    struct stopwatch watch = {0};
    struct check_report all = {.world = world, .folder = folder, .options = &call->options,
                               .rehearsal = &rehearsal};
    struct survey *survey = NULL;
    struct start start;
    const int chosen = choose_buyer(world, buyer, err);

    all.start = &start;
    call->options.progress = note_time;
    call->options.context = &watch;
    int code = chosen < 0 ? CS_INPUT : CS_OK;
    if (!code)
        code = rehearse(world, &call->options, &rehearsal, err);
    if (!code) {
        all.seconds = seconds_expected(call, &watch, &rehearsal);
        all.memory = memory_expected(&rehearsal);
        code = survey_new(world, call->options.uncertainty, &survey, err);
    }
    if (!code)
        code = survey_start(world, chosen, &start, err);
    if (!code && call->quiet)
        print_warnings(survey);
    else if (!code)
        code = print_check_report((all.survey = survey, &all), err);
    survey_free(survey);
    return code;
}

static int check_place(struct call *call, const char *folder, const char *buyer)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;
    char *usual = NULL;

    if (!cs_scenario_load(folder, call->set.item, call->set.count, &world, &err)) {
        usual = text_format("results/%s", world->name);
        if (!call->out)
            call->options.out = usual ? usual : "results";
        call_begin(call);
        report(call, world, folder, buyer, &err);
        call_end(call);
    }
    free(usual);
    cs_scenario_free(world);
    return say_error(&err);
}

int cmd_check(int argc, char **argv)
{
    struct call call;
    const char *buyer = NULL;
    int first = argc, code = EXIT_CALL;
    const struct cli_option own[] = {
        {"buyer", 0, OPTION_TEXT, &buyer, "ID",
         "whose choice at the start to show (default: the first)", NULL},
    };

    call_init(&call);
    const enum parsed parsed = call_parse(&call, &usage, "result folder (default results/NAME)",
                                          own, sizeof own / sizeof *own, argc, argv, &first);
    if (parsed == PARSED_HELP) {
        code = EXIT_DONE;
    } else if (parsed == PARSED && argc - first != 1) {
        say("check: needs one scenario (found %d); 'chipsplit check -h' explains", argc - first);
    } else if (parsed == PARSED) {
        char *const folder = place_scenario(argv[first]);
        if (folder)
            code = check_place(&call, folder, buyer);
        free(folder);
    }
    call_release(&call);
    return code;
}
