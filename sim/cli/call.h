/* What every command that simulates understands and does in the same way. */
#ifndef CHIPSPLIT_CLI_CALL_H
#define CHIPSPLIT_CLI_CALL_H

#include "chipsplit.h"
#include "cli/option.h"
#include "cli/progress.h"

struct call {
    struct cs_run_options options;
    struct text_list set;      /* --set, in order */
    struct path_range trace;
    const char *out;           /* as given, or NULL */
    struct text_list until;    /* --until, in order */
    double max_seconds;        /* 0: no end */
    int detail, uncertainty, draws, draws_format, show;
    int isa;                   /* enum isa, or -1: the best that runs */
    bool quiet;
    bool no_paths;             /* set before call_parse: help hides --draws and --trace */
    bool no_detail;            /* set before call_parse: help hides --detail */
    double start;              /* seconds_now() when the command began */
    struct progress progress;
};

/* Starts the clock; everything at its default. call_release afterwards. */
void call_init(struct call *call);
void call_release(struct call *call);

/* Reads a call with the options that all these commands have and the `count` in `own`, as
 * options_parse does, and completes call->options; its `out` stays NULL if none was given.
 *   usual_out  how the help names the default of --out */
enum parsed call_parse(struct call *call, const struct usage *usage, const char *usual_out,
                       const struct cli_option *own, size_t count, int argc, char **argv,
                       int *operands);

/* Takes what was read into call->options, with the progress line and signals; call_parse
 * does it. For commands with a table of options of their own. */
void call_complete(struct call *call);

/* The options of a stop rule, for the commands that have one: --until and --max-paths;
 * then --max-seconds and --resume, for those that can go on with what was cut. */
enum { STOP_OPTIONS = 4, STOP_OPTIONS_ONLY = 2 };
void call_stop_options(struct call *call, struct cli_option list[STOP_OPTIONS]);

/* Around the work: signals ask to stop, progress is shown. */
void call_begin(struct call *call);
void call_end(struct call *call);

/* Writes timing.csv into the result folder: what may differ between two calls that give
 * the same bytes. */
int call_write_timing(const struct call *call, int threads, int argc, char **argv,
                      struct cs_error *err);

/* `first` and the words, with `between` before each word; the caller frees it. NULL
 * without memory. */
char *words_join(const char *first, const char *between, const char *const *words, int count);

#endif
