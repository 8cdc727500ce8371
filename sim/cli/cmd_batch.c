#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/call.h"
#include "cli/command.h"
#include "cli/place.h"
#include "cli/say.h"
#include "cli/sheet.h"
#include "lab/batch.h"
#include "tool/text.h"

static const struct usage usage = {
    "batch LIST.csv [OPTIONS]",
    "Runs every row of a list and writes one tree of results: a folder a row, and index.csv.\n"
    "Columns: scenario, name (of the folder), paths, seed; every further column is an address\n"
    "as in --set, with a '*' at its end for a factor. Blank cells leave the default.",
    "  chipsplit batch levies.csv\n"
    "  chipsplit batch levies.csv -n 50000 --on-error continue -o results/levies\n"
    "  chipsplit batch levies.csv -n 50000 --on-error continue -o results/levies --only failed\n"
    "  chipsplit compare results/levies\n",
};

enum { ONLY_ALL, ONLY_FAILED };
enum { ON_ERROR_STOP, ON_ERROR_CONTINUE };

struct choices {
    int only, on_error;
};

static void print_row(const struct batch_row *row)
{
    printf("  ");
    put_left(row->name, 24);
    printf("  %s%s%s\n", row->status == ROW_DONE ? "done" : "failed",
           row->message ? ": " : "", row->message ? row->message : "");
    fflush(stdout);
}

/* A row is through; the line of progress begins anew. */
static void tell(void *context, const struct batch_row *row)
{
    struct call *const call = context;

    progress_end(&call->progress);
    if (!call->quiet)
        print_row(row);
    progress_start(&call->progress, call->progress.shown);
}

/* Loads the rows that are to be run. What is wrong ends the call, or with `goes_on` the row
 * only. */
static int load_rows(struct batch *batch, const struct call *call, bool goes_on,
                     struct cs_error *err)
{
    for (int k = 0; k < batch->count; k++) {
        struct batch_row *const row = &batch->row[k];
        struct cs_error own = {0};
        char *folder = NULL;
        if (row->status == ROW_DONE)
            continue;
        if (place_find(row->scenario, &folder, &own))
            cs_fail(goes_on ? &own : err, CS_INPUT, "%s:%d: column 'scenario': %s", batch->path,
                    row->line, own.text[0]);
        else
            batch_load(batch, row, folder, call->set.item, call->set.count, goes_on ? &own : err);
        free(folder);
        if (!row->world && goes_on) {
            row->status = ROW_FAILED;
            row->message = text_copy(own.text[own.count - 1]);
        }
    }
    return err->code;
}

static int count_failed(const struct batch *batch)
{
    int failed = 0;

    for (int k = 0; k < batch->count; k++)
        failed += batch->row[k].status != ROW_DONE;
    return failed;
}

static void print_end(const struct batch *batch, const char *out)
{
    const int failed = count_failed(batch);

    if (failed)
        printf("Not done: %d of %d rows; the same command with --only failed runs them.\n",
               failed, batch->count);
    printf("Results: %s\n", out);
}

/* Returns the exit code. */
static int run_list(struct call *call, struct batch *batch, const struct choices *choices,
                    int argc, char **argv)
{
    const struct batch_call how = {
        .options = &call->options, .set = call->set.item, .sets = call->set.count,
        .failed_only = choices->only == ONLY_FAILED,
        .stop_on_error = choices->on_error == ON_ERROR_STOP, .told = tell};
    struct cs_error err = {0};
    int code = how.failed_only ? batch_read_tree(batch, &how, &err) : CS_OK;

    if (!code)
        code = load_rows(batch, call, choices->on_error == ON_ERROR_CONTINUE, &err);
    if (!code && !call->quiet)
        printf("%d row%s of %s\n", batch->count, batch->count == 1 ? "" : "s", batch->path);
    if (!code) {
        call_begin(call);
        code = batch_run(batch, &how, &err);
        call_end(call);
    }
    if (!code)
        code = call_write_timing(call, call->options.threads, argc, argv, &err);
    if (!code && !call->quiet)
        print_end(batch, call->options.out);
    if (code)
        return say_error(&err);
    return count_failed(batch) ? EXIT_FAILED : EXIT_DONE;
}

/* results/NAME for PLACE/NAME.csv */
static char *usual_out(const char *list)
{
    const char *const slash = strrchr(list, '/');
    const char *const name = slash ? slash + 1 : list;
    const size_t length = strlen(name);
    const bool csv = length > 4 && !strcmp(name + length - 4, ".csv");

    return text_format("results/%.*s", (int)(csv ? length - 4 : length), name);
}

static int batch_place(struct call *call, const char *list, const struct choices *choices,
                       int argc, char **argv)
{
    struct cs_error err = {0};
    struct batch *batch = NULL;
    char *const usual = usual_out(list);
    int code = usual ? CS_OK : cs_fail_memory(&err);

    if (!call->out)
        call->options.out = usual;
    if (!code)
        code = batch_read(list, call->options.paths, call->options.seed, &batch, &err);
    code = code ? say_error(&err) : run_list(call, batch, choices, argc, argv);
    batch_free(batch);
    free(usual);
    return code;
}

int cmd_batch(int argc, char **argv)
{
    static const char *const only[] = {"all", "failed", NULL};
    static const char *const on_error[] = {"stop", "continue", NULL};
    struct call call;
    struct choices choices = {ONLY_ALL, ON_ERROR_STOP};
    struct cli_option own[STOP_OPTIONS + 2] = {{0}};
    int first = argc, code = EXIT_CALL;

    call_init(&call);
    call_stop_options(&call, own);
    own[STOP_OPTIONS_ONLY] = (struct cli_option){
        "on-error", 0, OPTION_WORD, &choices.on_error, "stop|continue",
        "stop: nothing runs unless every row loads, and a row that fails is\n"
        "the last; continue: with the other rows (default stop)", on_error};
    own[STOP_OPTIONS_ONLY + 1] = (struct cli_option){
        "only", 0, OPTION_WORD, &choices.only, "all|failed",
        "failed: rows that are not done in the tree that is there", only};
    const enum parsed parsed = call_parse(&call, &usage, "result folder (default results/LIST)",
                                          own, STOP_OPTIONS_ONLY + 2, argc, argv, &first);
    if (parsed == PARSED_HELP)
        code = EXIT_DONE;
    else if (parsed == PARSED && first == argc)
        say("batch: needs a list; 'chipsplit batch -h' explains");
    else if (parsed == PARSED && first + 1 < argc)
        say("batch: takes one list (found '%s' too)", argv[first + 1]);
    else if (parsed == PARSED)
        code = batch_place(&call, argv[first], &choices, argc, argv);
    call_release(&call);
    return code;
}
