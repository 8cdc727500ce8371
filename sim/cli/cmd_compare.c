#include <stdlib.h>
#include "cli/call.h"
#include "cli/command.h"
#include "cli/compare_report.h"
#include "cli/place.h"
#include "cli/say.h"
#include "lab/batch.h"
#include "tool/error.h"
#include "tool/text.h"

static const struct usage usage = {
    "compare REFERENCE SCENARIO [SCENARIO ...] [OPTIONS]\n"
    "       chipsplit compare BATCH [OPTIONS]",
    "Simulates the same random worlds under several scenarios, prints what differs from the\n"
    "first and writes a folder of results. A scenario is named as for 'chipsplit run'. BATCH is\n"
    "a tree that 'chipsplit batch' made: its rows are simulated again, with the paths and the\n"
    "seed of this call.",
    "  chipsplit compare base hard_block\n"
    "  chipsplit compare base levy_25 no_levy -n 50000 --loss levy_receipts_usd@2026\n",
};

enum { MEMBERS_MOST = 64 };
/* What is compared. */
struct worlds {
    const struct scenario *world[MEMBERS_MOST];
    int count;
    const char *loss;
};

static int compare_worlds(struct call *call, const struct worlds *worlds, int argc, char **argv,
                          struct cs_error *err)
{
    const char *names[MEMBERS_MOST];
    struct comparison *comparison = NULL;

    for (int k = 0; k < worlds->count; k++)
        names[k] = worlds->world[k]->name;
    char *const usual = words_join("results/compare", "_", names, worlds->count);
    int code = usual ? CS_OK : cs_fail_memory(err);
    if (!call->out)
        call->options.out = usual;
    call_begin(call);
    if (!code)
        code = compare(worlds->world, worlds->count, worlds->loss, &call->options, &comparison,
                       err);
    call_end(call);
    if (!code)
        code = call_write_timing(call, comparison->threads, argc, argv, err);
    if (!code && !call->quiet)
        print_compare_report(comparison, call->options.out);
    comparison_free(comparison);
    free(usual);
    return code;
}

/* Loads the scenarios up to the first that is wrong. */
static int compare_places(struct call *call, struct worlds *worlds, char **places, int count,
                          int argc, char **argv)
{
    struct cs_error err = {0};
    bool missing = false;

    for (int k = 0; k < count && !missing && !err.code; k++) {
        struct scenario *world = NULL;
        char *const folder = place_scenario(places[k]);
        missing = !folder;
        if (folder && !cs_scenario_load(folder, call->set.item, call->set.count, &world, &err))
            worlds->world[worlds->count++] = world;
        free(folder);
    }
    if (!missing && !err.code)
        compare_worlds(call, worlds, argc, argv, &err);
    for (int k = 0; k < worlds->count; k++)
        cs_scenario_free((struct scenario *)worlds->world[k]);
    return missing ? EXIT_CALL : say_error(&err);
}

/* --- rows of a batch ---------------------------------------------------------------- */

static int load_row(struct worlds *worlds, const struct batch *batch, struct batch_row *row,
                    const struct text_list *set, struct cs_error *err)
{
    struct cs_error own = {0};
    char *folder;

    if (place_find(row->scenario, &folder, &own))
        return cs_fail(err, CS_INPUT, "%s:%d: column 'scenario': %s", batch->path, row->line,
                       own.text[0]);
    int code = batch_load(batch, row, folder, set->item, set->count, err);
    free(folder);
    if (!code)
        code = scenario_rename(row->world, row->name, err);
    if (!code)
        worlds->world[worlds->count++] = row->world;
    return code;
}

/* Loads the rows with what --set gave to the tree, then what it gives to this call. */
static int load_rows(struct worlds *worlds, struct batch *batch, const char *tree,
                     const struct text_list *own, struct cs_error *err)
{
    char **then;
    size_t count;
    struct text_list set = {0};
    int code = batch_tree_sets(tree, &then, &count, err);

    set.item = malloc((count + own->count + 1) * sizeof *set.item);
    if (!code && !set.item)
        code = cs_fail_memory(err);
    for (size_t k = 0; !code && k < count + own->count; k++)
        set.item[set.count++] = k < count ? then[k] : own->item[k - count];
    for (int k = 0; !code && k < batch->count; k++)
        code = load_row(worlds, batch, &batch->row[k], &set, err);
    for (size_t k = 0; k < count; k++)
        free(then[k]);
    free(then);
    free(set.item);
    return code;
}

/* The rows of a tree under the same worlds, the first row being the reference. */
static int compare_rows(struct call *call, struct worlds *worlds, const char *tree, int argc,
                        char **argv)
{
    struct cs_error err = {0};
    struct batch *batch = NULL;
    char *const list = text_format("%s/list.csv", tree);
    int code = list ? CS_OK : cs_fail_memory(&err);

    if (!code)
        code = batch_read(list, call->options.paths, call->options.seed, &batch, &err);
    if (!code && (batch->count < 2 || batch->count > MEMBERS_MOST))
        code = cs_fail(&err, CS_INPUT, "%s: has %d row%s; compare takes 2 to %d", list,
                       batch->count, batch->count == 1 ? "" : "s", MEMBERS_MOST);
    if (!code)
        code = load_rows(worlds, batch, tree, &call->set, &err);
    if (!code)
        compare_worlds(call, worlds, argc, argv, &err);
    batch_free(batch);
    free(list);
    return say_error(&err);
}

int cmd_compare(int argc, char **argv)
{
    struct call call;
    struct worlds worlds = {0};
    int first = argc, code = EXIT_CALL;
    const struct cli_option own[] = {
        {"loss", 0, OPTION_TEXT, &worlds.loss, "METRIC@DATE",
         "what tail.csv and the tail are about, METRIC[BUYER/OPTION]@DATE\n"
         "too (default: revenue of the leading foreign vendor, total)", NULL},
    };

    call_init(&call);
    const enum parsed parsed =
        call_parse(&call, &usage, "result folder (default results/compare_A_B...)", own,
                   sizeof own / sizeof *own, argc, argv, &first);
    if (parsed == PARSED_HELP)
        code = EXIT_DONE;
    else if (parsed == PARSED && argc - first == 1 && batch_is_tree(argv[first]))
        code = compare_rows(&call, &worlds, argv[first], argc, argv);
    else if (parsed == PARSED && argc - first < 2)
        say("compare: needs a reference and at least one scenario; 'chipsplit compare -h' "
            "explains");
    else if (parsed == PARSED && argc - first > MEMBERS_MOST)
        say("compare: takes at most %d scenarios (found %d)", MEMBERS_MOST, argc - first);
    else if (parsed == PARSED)
        code = compare_places(&call, &worlds, argv + first, argc - first, argc, argv);
    call_release(&call);
    return code;
}
