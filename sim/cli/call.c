#include "cli/call.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "cli/say.h"
#include "tool/csv.h"
#include "tool/isa.h"
#include "tool/text.h"

enum { SHOW_AUTO, SHOW_ALWAYS, SHOW_NEVER };

void call_init(struct call *call)
{
    *call = (struct call){.options = cs_run_options_default(), .detail = CS_DETAIL_BUYER,
                          .uncertainty = 1, .isa = -1, .start = seconds_now()};
}

void call_release(struct call *call)
{
    free(call->set.item);
    free(call->until.item);
}

/* gcc leaves its name out of its version. */
#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

/* --- options --------------------------------------------------------------------- */

enum { COMMON = 15 };           /* options that all these commands have */

static void list_common(struct call *call, const char *usual_out, struct cli_option *list)
{
    static const char *const details[] = {"market", "buyer", "full", NULL};
    static const char *const switches[] = {"off", "on", NULL};
    static const char *const draws[] = {"none", "all", NULL};
    static const char *const formats[] = {"csv", "csv.gz", "npy", NULL};
    static const char *const shows[] = {"auto", "always", "never", NULL};
    static const char *const sets[] = {"baseline", "avx2", "avx512", NULL};
    struct cs_run_options *const o = &call->options;
    const struct cli_option options[COMMON] = {
        {"paths", 'n', OPTION_COUNT, &o->paths, "N", "number of paths (default 10000)", NULL},
        {"seed", 's', OPTION_U64, &o->seed, "N", "seed, any 64-bit number (default 1)", NULL},
        {"threads", 'j', OPTION_THREADS, &o->threads, "N",
         "threads (default: all cores); never changes a byte", NULL},
        {"out", 'o', OPTION_TEXT, &call->out, "DIR", usual_out, NULL},
        {"force", 0, OPTION_FLAG, &o->force, NULL, "replace an older result folder", NULL},
        {"set", 0, OPTION_LIST, &call->set, "ADDRESS=VALUE",
         "fix a cell, or ADDRESS*=FACTOR to scale it, in every scenario;\n"
         "may be repeated, later beats earlier", NULL},
        {"uncertainty", 0, OPTION_WORD, &call->uncertainty, "on|off",
         "draw the priors, or use every table value (default on)", switches},
        {"detail", 0, OPTION_WORD, &call->detail, "market|buyer|full",
         call->no_detail ? NULL
         : call->detail == CS_DETAIL_MARKET
             ? "rows of the results: the market; options and buyers too;\n"
               "every buyer and option (default market)"
             : "rows of the results: the market; options and buyers too;\n"
               "every buyer and option (default buyer)", details},
        {"draws", 0, OPTION_WORD, &call->draws, "none|all",
         call->no_paths ? NULL : "write draws.csv and inputs.csv (default none)", draws},
        {"draws-format", 0, OPTION_WORD, &call->draws_format, "FORMAT",
         call->no_paths ? NULL : "csv, csv.gz, or npy: a NumPy array a metric (default csv)",
         formats},
        {"trace", 0, OPTION_RANGE, &call->trace, "FROM:TO",
         call->no_paths ? NULL : "write these paths whole to trace.csv, counted from 0", NULL},
        {"quiet", 0, OPTION_FLAG, &call->quiet, NULL, "print no table", NULL},
        {"progress", 0, OPTION_WORD, &call->show, "auto|always|never",
         "a progress line on a terminal, or as told (default auto)", shows},
        {"ledger", 0, OPTION_FLAG, &o->ledger, NULL, NULL, NULL},
        {"isa", 0, OPTION_WORD, &call->isa, NULL, NULL, sets},
    };

    memcpy(list, options, sizeof options);
}

static void show_progress(void *context, uint64_t done, uint64_t paths)
{
    progress_show(&((struct call *)context)->progress, done, paths);
}

static bool is_stopped(void *context)
{
    (void)context;
    return signals_caught() != 0;
}

static bool is_late(void *context)
{
    const struct call *const call = context;

    return seconds_now() - call->start >= call->max_seconds;
}

void call_stop_options(struct call *call, struct cli_option list[STOP_OPTIONS])
{
    const struct cli_option options[STOP_OPTIONS] = {
        {"until", 0, OPTION_LIST, &call->until, "TARGET",
         "stop when METRIC[BUYER/OPTION]@DATE STAT TOL holds, STAT being\n"
         "mean, pNN, P(<x) or P(>x); may be repeated: all must hold", NULL},
        {"max-paths", 0, OPTION_COUNT, &call->options.max_paths, "N",
         "paths at most with --until (default 1000000); -n is then the\n"
         "first look, after which the paths are doubled", NULL},
        {"max-seconds", 0, OPTION_POSITIVE, &call->max_seconds, "S",
         "stop after this time with the paths that are done", NULL},
        {"resume", 0, OPTION_FLAG, &call->options.resume, NULL,
         "go on with a run that was stopped early", NULL},
    };

    memcpy(list, options, sizeof options);
}

void call_complete(struct call *call)
{
    struct cs_run_options *const o = &call->options;

    o->detail = (enum cs_detail)call->detail;
    o->uncertainty = call->uncertainty;
    o->draws = call->draws;
    o->draws_format = (enum cs_draws_format)call->draws_format;
    o->until = call->until.item;
    o->untils = call->until.count;
    o->trace = call->trace.given;
    o->trace_from = call->trace.from;
    o->trace_to = call->trace.to;
    o->out = call->out;
    o->progress = show_progress;
    o->cancelled = is_stopped;
    o->enough = call->max_seconds > 0 ? is_late : NULL;
    o->context = call;
}

enum parsed call_parse(struct call *call, const struct usage *usage, const char *usual_out,
                       const struct cli_option *own, size_t count, int argc, char **argv,
                       int *operands)
{
    struct cli_option list[OPTIONS_MOST];

    list_common(call, usual_out, list);
    if (count)
        memcpy(list + COMMON, own, count * sizeof *own);
    const enum parsed parsed = options_parse(usage, list, COMMON + count, argc, argv, operands);
    call_complete(call);
    if (parsed == PARSED && call->isa >= 0 && !isa_use((enum isa)call->isa)) {
        say("--isa: this machine does not run %s", isa_names[call->isa]);
        return PARSED_WRONG;
    }
    if (parsed == PARSED && !call->until.count &&
        call->options.max_paths != cs_run_options_default().max_paths) {
        say("--max-paths: needs --until; without it -n is the number of paths");
        return PARSED_WRONG;
    }
    return parsed;
}

/* --- around the work ---------------------------------------------------------------- */

void call_begin(struct call *call)
{
    signals_catch();
    progress_start(&call->progress, call->show == SHOW_ALWAYS ||
                   (call->show == SHOW_AUTO && !call->quiet && isatty(STDERR_FILENO)));
}

void call_end(struct call *call)
{
    progress_end(&call->progress);
}

char *words_join(const char *first, const char *between, const char *const *words, int count)
{
    char *line = text_copy(first);

    for (int k = 0; k < count && line; k++) {
        char *const longer = text_format("%s%s%s", line, between, words[k]);
        free(line);
        line = longer;
    }
    return line;
}

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

int call_write_timing(const struct call *call, int threads, int argc, char **argv,
                      struct cs_error *err)
{
    char *const line = words_join("chipsplit", " ", (const char *const *)argv, argc);
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
        put_text(csv, "compiler", COMPILER);
    }
    free(line);
    return code ? code : csv_close_unflushed(csv, err);
}
