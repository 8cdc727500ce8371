#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/batch.h"
#include "run/result_folder.h"
#include "tool/text.h"

static const char *const statuses[] = {"not_run", "done", "failed"};

/* --- files of the tree --------------------------------------------------------------- */

static int write_list(const struct batch *batch, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "list.csv", &csv, err);

    if (code)
        return code;
    for (size_t r = 0; r < batch->file.count; r++) {
        for (int c = 0; c < batch->file.rows[r].count; c++)
            csv_text(csv, batch->file.rows[r].cells[c]);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

static int write_index(const struct batch *batch, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "index.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "row,name,status,folder,message");
    for (int k = 0; k < batch->count; k++) {
        const struct batch_row *const row = &batch->row[k];
        csv_integer(csv, k + 1);
        csv_text(csv, row->name);
        csv_text(csv, statuses[row->status]);
        csv_text(csv, row->status == ROW_DONE ? row->name : "");
        csv_text(csv, row->message ? row->message : "");
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

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

static void put_each(struct csv_writer *csv, const char *key, const char *const *text,
                     size_t count)
{
    char numbered[32];

    for (size_t k = 0; k < count; k++) {
        snprintf(numbered, sizeof numbered, "%s.%zu", key, k + 1);
        put(csv, numbered, text[k]);
    }
}

/* What the rows have in common. */
static void put_call(struct csv_writer *csv, const struct batch_call *call)
{
    static const char *const details[] = {"market", "buyer", "full"};
    static const char *const formats[] = {"csv", "csv.gz", "npy"};
    const struct cs_run_options *const o = call->options;
    char trace[64];

    csv_header(csv, "key,value");
    put(csv, "version", CS_VERSION);
    put(csv, "command", "batch");
    put_u64(csv, "seed", o->seed);
    put_u64(csv, "paths", o->paths);
    put(csv, "detail", details[o->detail]);
    put(csv, "uncertainty", o->uncertainty ? "on" : "off");
    put(csv, "draws", o->draws ? "all" : "none");
    if (o->draws)
        put(csv, "draws_format", formats[o->draws_format]);
    snprintf(trace, sizeof trace, "%" PRIu64 ":%" PRIu64, o->trace_from, o->trace_to);
    if (o->trace)
        put(csv, "trace", trace);
    put_each(csv, "until", o->until, o->untils);
    if (o->untils)
        put_u64(csv, "max_paths", o->max_paths);
    put_each(csv, "set", call->set, call->sets);
}

static int write_call(const struct batch_call *call, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "manifest.csv", &csv, err);

    if (code)
        return code;
    put_call(csv, call);
    return csv_close(csv, err);
}

/* --- a tree that is there --------------------------------------------------------------- */

static int read_file(const char *folder, const char *name, struct csv_file *file,
                     struct cs_error *err)
{
    char *const path = text_format("%s/%s", folder, name);
    const int code = path ? csv_read(path, file, err) : cs_fail_memory(err);

    free(path);
    return code;
}

static const char *value_of(const struct csv_file *manifest, const char *key)
{
    for (size_t r = 1; r < manifest->count; r++)
        if (manifest->rows[r].count > 1 && !strcmp(manifest->rows[r].cells[0], key))
            return manifest->rows[r].cells[1];
    return "";
}

bool batch_is_tree(const char *folder)
{
    struct csv_file manifest = {0};
    struct cs_error quiet = {0};
    const bool is = !read_file(folder, "manifest.csv", &manifest, &quiet) &&
                    !strcmp(value_of(&manifest, "command"), "batch");

    csv_release(&manifest);
    return is;
}

int batch_tree_sets(const char *folder, char ***set, size_t *sets, struct cs_error *err)
{
    struct csv_file manifest = {0};
    int code = read_file(folder, "manifest.csv", &manifest, err);

    *sets = 0;
    *set = code ? NULL : calloc(manifest.count, sizeof **set);
    if (!code && !*set)
        code = cs_fail_memory(err);
    for (size_t r = 1; r < manifest.count && !code; r++) {
        char **const cells = manifest.rows[r].cells;
        if (strncmp(cells[0], "set.", 4) != 0)
            continue;
        (*set)[*sets] = text_copy(cells[1]);
        if (!(*set)[(*sets)++])
            code = cs_fail_memory(err);
    }
    csv_release(&manifest);
    return code;
}

/* The manifest that this call would write must be the one that is there. */
static int check_call(const struct batch_call *call, const struct csv_file *then,
                      struct cs_error *err)
{
    struct csv_writer *now, *old;
    int code = csv_memory(&now, err);

    if (code)
        return code;
    code = csv_memory(&old, err);
    if (!code) {
        size_t sizes[2];
        put_call(now, call);
        csv_header(old, "key,value");
        for (size_t r = 1; r < then->count; r++)
            put(old, then->rows[r].cells[0], then->rows[r].cells[1]);
        const char *const a = csv_content(old, &sizes[0]), *const b = csv_content(now, &sizes[1]);
        if (sizes[0] != sizes[1] || memcmp(a, b, sizes[0]) != 0)
            code = cs_fail(err, CS_INPUT, "%s: was made with other options; its manifest.csv says "
                           "with which", call->options->out);
        csv_abandon(old);
    }
    csv_abandon(now);
    return code;
}

static const struct batch_row *find_row(const struct batch *batch, const char *name)
{
    for (int k = 0; k < batch->count; k++)
        if (!strcmp(batch->row[k].name, name))
            return &batch->row[k];
    return NULL;
}

static bool same_row(const struct batch_row *a, const struct batch_row *b)
{
    bool same = !strcmp(a->scenario, b->scenario) && a->paths == b->paths && a->seed == b->seed &&
                a->sets == b->sets;

    for (size_t k = 0; k < a->sets && same; k++)
        same = !strcmp(a->set[k], b->set[k]);
    return same;
}

/* Marks the rows that are done. */
static int match_rows(struct batch *batch, const struct batch *then,
                      const struct csv_file *index, const char *folder, struct cs_error *err)
{
    for (size_t r = 1; r < index->count; r++) {
        char **const cells = index->rows[r].cells;
        if (index->rows[r].count < 4 || strcmp(cells[2], statuses[ROW_DONE]) != 0)
            continue;
        struct batch_row *const row = (struct batch_row *)find_row(batch, cells[1]);
        const struct batch_row *const old = find_row(then, cells[1]);
        if (!row)
            cs_fail(err, CS_INPUT, "%s: row '%s' is done in %s and is not in the list", batch->path,
                    cells[1], folder);
        else if (!old || !same_row(row, old))
            cs_fail(err, CS_INPUT, "%s:%d: row '%s' is done in %s and has changed since; give it "
                    "another name, or run the whole list", batch->path, row->line, cells[1],
                    folder);
        else
            row->status = ROW_DONE;
    }
    return err->code;
}

int batch_read_tree(struct batch *batch, const struct batch_call *call, struct cs_error *err)
{
    const char *const folder = call->options->out;
    char *const path = text_format("%s/list.csv", folder);
    struct csv_file manifest = {0}, index = {0};
    struct batch *then = NULL;
    int code = path ? CS_OK : cs_fail_memory(err);

    if (!code && !batch_is_tree(folder))
        code = cs_fail(err, CS_INPUT, "%s: holds no results of a batch, so there is none to go on "
                       "from", folder);
    if (!code)
        code = read_file(folder, "manifest.csv", &manifest, err);
    if (!code)
        code = check_call(call, &manifest, err);
    if (!code)
        code = read_file(folder, "index.csv", &index, err);
    if (!code)
        code = batch_read(path, call->options->paths, call->options->seed, &then, err);
    if (!code)
        code = match_rows(batch, then, &index, folder, err);
    batch_free(then);
    csv_release(&manifest);
    csv_release(&index);
    free(path);
    return code;
}

/* --- running ------------------------------------------------------------------------------ */

/* All sentences of an error as one. */
static char *join(const struct cs_error *err)
{
    char *text = text_copy(err->count ? err->text[0] : "");

    for (int k = 1; k < err->count && text; k++) {
        char *const longer = text_format("%s; %s", text, err->text[k]);
        free(text);
        text = longer;
    }
    return text;
}

static void set_message(struct batch_row *row, char *message)
{
    free(row->message);
    row->message = message;
}

/* Runs one row into FOLDER/NAME. */
static int run_row(struct batch_row *row, const struct batch_call *call, const char *folder,
                   struct cs_error *err)
{
    struct cs_run_options options = *call->options;
    char *const out = text_format("%s/%s", folder, row->name);
    struct cs_error own = {0};
    struct result *result = NULL;

    if (!out)
        return cs_fail_memory(err);
    options.out = out;
    options.paths = row->paths;
    options.seed = row->seed;
    options.force = true; /* the list has been checked, and the tree is ours */
    const int code = cs_run(row->world, &options, &result, &own);
    free(out);
    if (code == CS_CANCELLED || code == CS_UNFINISHED)
        return code;
    row->status = code ? ROW_FAILED : ROW_DONE;
    if (code)
        set_message(row, join(&own));
    else if (cs_result_cut(result))
        set_message(row, text_format("not every target is met after %" PRIu64 " paths",
                                     cs_result_paths(result)));
    cs_result_free(result);
    return CS_OK;
}

static int run_rows(struct batch *batch, const struct batch_call *call, const char *folder,
                    struct cs_error *err)
{
    bool stopped = false;
    int code = CS_OK;

    for (int k = 0; k < batch->count && !code; k++) {
        struct batch_row *const row = &batch->row[k];
        if (row->status == ROW_DONE || stopped)
            continue;
        if (row->world)
            code = run_row(row, call, folder, err);
        if (!code && call->told)
            call->told(call->options->context, row);
        stopped = call->stop_on_error && row->status == ROW_FAILED;
    }
    return code;
}

static int write_tree(const struct batch *batch, const struct batch_call *call,
                      const char *folder, struct cs_error *err)
{
    int code = write_list(batch, folder, err);

    if (!code)
        code = write_index(batch, folder, err);
    return code ? code : write_call(call, folder, err);
}

static int count_status(const struct batch *batch, enum row_status status)
{
    int count = 0;

    for (int k = 0; k < batch->count; k++)
        count += batch->row[k].status == status;
    return count;
}

static int unfinished(const struct batch *batch, struct cs_error *err)
{
    return cs_fail(err, CS_UNFINISHED, "stopped after %d of %d rows; the same command with --only "
                   "failed runs the others", count_status(batch, ROW_DONE), batch->count);
}

/* Into a tree that is there: a row at a time. */
static int add_to_tree(struct batch *batch, const struct batch_call *call, struct cs_error *err)
{
    const char *const folder = call->options->out;
    const int code = run_rows(batch, call, folder, err);
    const int written = write_tree(batch, call, folder, err);

    if (code == CS_CANCELLED)
        return unfinished(batch, err);
    return code ? code : written;
}

int batch_run(struct batch *batch, const struct batch_call *call, struct cs_error *err)
{
    struct folder folder;

    if (call->failed_only)
        return add_to_tree(batch, call, err);
    int code = folder_begin(&folder, call->options->out, call->options->force, err);
    if (code)
        return code;
    code = run_rows(batch, call, folder.work, err);
    const bool stopped = code == CS_CANCELLED && count_status(batch, ROW_DONE) > 0;
    if (!code || stopped)
        code = write_tree(batch, call, folder.work, err);
    else if (code == CS_CANCELLED)
        cs_fail(err, CS_CANCELLED, "stopped before a row was done");
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return !code && stopped ? unfinished(batch, err) : code;
}
