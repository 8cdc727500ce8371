#include <stdio.h>
#include <stdlib.h>
#include "cli/command.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/say.h"
#include "cli/sheet.h"
#include "lab/rates.h"

static const struct usage usage = {
    "rates SCENARIO RECORD.csv [OPTIONS]",
    "Estimates how often the regimes of a scenario change from a dated record of regimes:\n"
    "Gamma(1/2 + moves, 1/4 year + years in the state) for each transition. RECORD.csv has\n"
    "the columns actor (us or cn), start, end and state. Compares with what the scenario has;\n"
    "with --out, writes the tables that it may have instead.",
    "  chipsplit rates base scenarios/record/regime_spells.csv --as-of 2025-08-01\n"
    "  chipsplit rates today scenarios/record/regime_spells.csv --as-of 2026-06-23 -o rates\n",
};

struct call {
    const char *scenario, *record, *as_of, *out;
    bool force, quiet;
};

static void print_row(const struct rates *r, const struct rate *rate)
{
    const struct scenario *const w = r->world;
    char text[160];

    snprintf(text, sizeof text, "%.70s > %.70s",
             rate->actor == ACTOR_US ? w->us[rate->from].id : w->cn[rate->from].id,
             rate->actor == ACTOR_US ? w->us[rate->to].id : w->cn[rate->to].id);
    put_left(text, 24);
    printf(" %5d %6.2f %6.1f %7.4f %6.2f %6.3f - %5.2f %8.2f  %s\n", rate->moves, rate->years,
           rate->shape, rate->rate, rate->mean, rate->low, rate->high, rate->cell,
           rate->same         ? "the same"
           : rate->years <= 0 ? "state not seen"
                              : "differs");
}

static void print_rates(const struct rates *r)
{
    int actor = -1;

    printf("%s: rates of the chains from %s\n", r->world->name, r->path);
    printf("Gamma(1/2 + moves, 1/4 year + years in the state); mean and central 90 %% per year.\n");
    for (int k = 0; k < r->count; k++) {
        if (r->rate[k].actor != actor) {
            actor = r->rate[k].actor;
            printf("\n%s, %s to %s\n", actor == ACTOR_US ? "Washington" : "Beijing",
                   r->first[actor], r->last[actor]);
            printf("%-24s %5s %6s %6s %7s %6s %14s %8s\n", "from > to", "moves", "years", "shape",
                   "rate", "mean", "5 - 95 %", "scenario");
        }
        print_row(r, &r->rate[k]);
    }
}

static int estimate(const struct call *call, const char *folder)
{
    struct cs_error err = {0};
    struct scenario *world = NULL;
    struct rates *rates = NULL;
    int code = cs_scenario_load(folder, NULL, 0, &world, &err);

    if (!code)
        code = rates_estimate(world, call->record, call->as_of, &rates, &err);
    if (!code && call->out)
        code = rates_write(rates, call->as_of, call->out, call->force, &err);
    if (!code && !call->quiet) {
        print_rates(rates);
        if (call->out)
            printf("\nResults: %s\n", call->out);
    }
    rates_free(rates);
    cs_scenario_free(world);
    return say_error(&err);
}

int cmd_rates(int argc, char **argv)
{
    struct call call = {0};
    int first = argc;
    const struct cli_option options[] = {
        {"as-of", 0, OPTION_TEXT, &call.as_of, "DATE",
         "count only what was known on that day, such as 2025-08-01\n"
         "(default: the whole record)", NULL},
        {"out", 'o', OPTION_TEXT, &call.out, "DIR",
         "write rates.csv and the tables of a scenario there", NULL},
        {"force", 0, OPTION_FLAG, &call.force, NULL, "replace an older result folder", NULL},
        {"quiet", 0, OPTION_FLAG, &call.quiet, NULL, "print no table", NULL},
    };
    const enum parsed parsed =
        options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, &first);

    if (parsed != PARSED)
        return parsed == PARSED_HELP ? EXIT_DONE : EXIT_CALL;
    if (argc - first != 2) {
        say("rates: needs a scenario and a record of regimes; 'chipsplit rates -h' explains");
        return EXIT_CALL;
    }
    call.record = argv[first + 1];
    char *const folder = place_scenario(argv[first]);
    const int code = folder ? estimate(&call, folder) : EXIT_CALL;
    free(folder);
    return code;
}
