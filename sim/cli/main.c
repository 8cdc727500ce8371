#include <stdio.h>
#include <string.h>
#include "cli/command.h"
#include "cli/say.h"
#include "tool/pages.h"
#include "tool/text.h"

static const struct command commands[] = {
    {"run", cmd_run, "simulate one scenario"},
    {"compare", cmd_compare, "the same random worlds under several scenarios"},
    {"batch", cmd_batch, "many scenarios, one tree of results"},
    {"sweep", cmd_sweep, "one scenario at many points"},
    {"calibrate", cmd_calibrate, "fit the priors of a scenario to its history"},
    {"backtest", cmd_backtest, "forecasts of the past against the record"},
    {"rates", cmd_rates, "rates of the chains from a dated record of regimes"},
    {"check", cmd_check, "read everything, plan the run, write nothing"},
    {"list", cmd_list, "scenarios, parameters, metrics"},
    {"new", cmd_new, "start a scenario that inherits from another"},
    {"diff", cmd_diff, "what differs between two scenarios"},
    {"plot", cmd_plot, "draw the pictures of a result"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
    fputs("Usage: chipsplit COMMAND [OPTIONS]\n\n"
          "How Chinese buyers split their AI-chip orders under US and Chinese policy.\n\n"
          "Commands:\n", out);
    for (int k = 0; k < COMMANDS; k++)
        fprintf(out, "  %-12s %s\n", commands[k].name, commands[k].purpose);
    fputs("\n'chipsplit COMMAND -h' explains a command.\n", out);
}

static int unknown(const char *word)
{
    const char *names[COMMANDS];

    for (int k = 0; k < COMMANDS; k++)
        names[k] = commands[k].name;
    const char *const near = text_nearest(word, names, COMMANDS);
    if (near)
        say("%s: there is no such command; did you mean '%s'?", word, near);
    else
        say("%s: there is no such command; 'chipsplit -h' lists them", word);
    return EXIT_CALL;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_CALL;
    }
    if (!strcmp(argv[1], "-h") || !strcmp(argv[1], "--help")) {
        print_help(stdout);
        return EXIT_DONE;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("chipsplit %s\n", CS_VERSION);
        return EXIT_DONE;
    }
    for (int k = 0; k < COMMANDS; k++)
        if (!strcmp(argv[1], commands[k].name))
            return commands[k].main(argc - 1, argv + 1);
    return unknown(argv[1]);
}

int main(int argc, char **argv)
{
    pages_for_malloc();
    streams_prepare();
    return streams_finish(dispatch(argc, argv));
}
