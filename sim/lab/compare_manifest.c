#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/compare.h"
#include "run/write.h"
#include "tool/csv.h"
#include "tool/text.h"

static void put(struct csv_writer *csv, const char *key, const char *value)
{
    csv_text(csv, key);
    csv_text(csv, value);
    csv_end_row(csv);
}

static void put_u64(struct csv_writer *csv, const char *key, uint64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, value);
    put(csv, key, text);
}

static void put_loss(struct csv_writer *csv, const struct loss *loss)
{
    char text[512];

    snprintf(text, sizeof text, "%s[%s/%s]@%s", loss->at.metric, loss->at.buyer, loss->at.option,
             loss->at.date);
    put(csv, "loss", *loss->at.metric ? text : "");
}

/* B, C against A */
static void put_title(struct csv_writer *csv, const struct comparison *all)
{
    char text[1024];
    size_t used = 0;

    for (int k = 1; k < all->members && used < sizeof text; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", k > 1 ? ", " : "",
                                 all->member[k].label);
    if (used < sizeof text)
        snprintf(text + used, sizeof text - used, " against %s", all->member[0].label);
    put(csv, "title", text);
}

/* What the numbers depend on besides the scenarios. */
static void put_call(struct csv_writer *csv, const struct comparison *all,
                     const struct cs_run_options *options)
{
    static const char *const details[] = {"market", "buyer", "full"};
    static const char *const draws_formats[] = {"csv", "csv.gz", "npy"};
    char text[64];

    put(csv, "version", CS_VERSION);
    put(csv, "command", "compare");
    put_title(csv, all);
    put(csv, "reference", all->member[0].label);
    for (int k = 1; k < all->members; k++) {
        snprintf(text, sizeof text, "scenario.%d", k);
        put(csv, text, all->member[k].label);
    }
    put_u64(csv, "seed", all->seed);
    put_u64(csv, "paths", all->paths);
    put(csv, "detail", details[all->detail]);
    put(csv, "uncertainty", all->uncertainty ? "on" : "off");
    put(csv, "draws", options->draws ? "all" : "none");
    if (options->draws)
        put(csv, "draws_format", draws_formats[options->draws_format]);
    snprintf(text, sizeof text, "%" PRIu64 ":%" PRIu64, options->trace_from, options->trace_to);
    if (options->trace)
        put(csv, "trace", text);
    put_loss(csv, &all->loss);
}

/* Reads what a run of the scenario alone would say of it. */
static int read_world(const struct comparison *all, int member,
                      const struct cs_run_options *options, const char *folder,
                      struct csv_file *file, struct cs_error *err)
{
    const struct result result = {.world = all->member[member].world, .seed = all->seed,
                                  .paths = all->paths, .detail = all->detail,
                                  .uncertainty = all->uncertainty};
    char *const name = text_format("%s/manifest.csv", folder);
    int code = name ? write_manifest(&result, options, folder, false, err) : cs_fail_memory(err);

    if (!code)
        code = csv_read(name, file, err);
    free(name);
    return code;
}

/* Title, inputs, notes, correlations, cells and factors as LABEL/KEY; what belongs to
 * the call stands above already and has no point in its key. */
static int put_world(struct csv_writer *csv, const char *label, const struct csv_file *file,
                     struct cs_error *err)
{
    for (size_t r = 1; r < file->count; r++) {
        const struct csv_row *const row = &file->rows[r];
        if (!strchr(row->cells[0], '.') && strcmp(row->cells[0], "title"))
            continue;
        char *const key = text_format("%s/%s", label, row->cells[0]);
        if (!key)
            return cs_fail_memory(err);
        put(csv, key, row->cells[1]);
        free(key);
    }
    return CS_OK;
}

int comparison_write_manifest(const struct comparison *all, const struct cs_run_options *options,
                              const char *folder, struct cs_error *err)
{
    struct csv_file *const file = calloc((size_t)all->members, sizeof *file);
    struct csv_writer *csv = NULL;
    int code = file ? CS_OK : cs_fail_memory(err);

    for (int k = 0; k < all->members && !code; k++)
        code = read_world(all, k, options, folder, &file[k], err);
    if (!code)
        code = csv_open(folder, "manifest.csv", &csv, err);
    if (!code) {
        csv_header(csv, "key,value");
        put_call(csv, all, options);
    }
    for (int k = 0; k < all->members && !code; k++)
        code = put_world(csv, all->member[k].label, &file[k], err);
    if (code)
        csv_abandon(csv);
    else
        code = csv_close(csv, err);
    for (int k = 0; file && k < all->members; k++)
        csv_release(&file[k]);
    free(file);
    return code;
}
