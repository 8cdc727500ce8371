#include "run/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "run/result_folder.h"
#include "run/write.h"
#include "tool/csv.h"
#include "tool/text.h"

static char *journal_name(const char *out)
{
    size_t length = strlen(out);

    while (length > 1 && out[length - 1] == '/')
        length--;
    return text_format("%.*s.unfinished", (int)length, out);
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool journal_exists(const char *out)
{
    char *const name = journal_name(out);
    const bool found = name && is_folder(name);

    free(name);
    return found;
}

int journal_check(const struct cs_run_options *options, struct cs_error *err)
{
    char *const name = journal_name(options->out);
    int code = name ? CS_OK : cs_fail_memory(err);

    if (name && is_folder(name) && !options->resume && !options->force) {
        const int lock = folder_lock(name);
        if (lock < 0 && errno == EWOULDBLOCK)
            code = cs_fail(err, CS_INPUT, "%s: another run is writing there", name);
        else
            code = cs_fail(err, CS_INPUT, "%s: holds an unfinished run; continue it with "
                           "--resume, or begin anew with --force", name);
        if (lock >= 0)
            close(lock);
    }
    free(name);
    return code;
}

/* --- the call ------------------------------------------------------------------- */

static int write_targets(const struct cs_run_options *options, const char *folder,
                         struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "targets.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "key,value");
    for (size_t k = 0; k < options->untils; k++) {
        csv_text(csv, "until");
        csv_text(csv, options->until[k]);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

static int write_call(const struct result *result, const struct cs_run_options *options,
                      const char *folder, struct cs_error *err)
{
    int code = mkdir(folder, 0777) && errno != EEXIST
                   ? cs_fail_errno(err, "%s: the folder cannot be made", folder)
                   : write_manifest(result, options, folder, true, err);

    return code ? code : write_targets(options, folder, err);
}

static const char *value_at(const struct csv_file *file, size_t row)
{
    return row < file->count ? file->rows[row].cells[1] : "";
}

static const char *key_at(const struct csv_file *file, size_t row)
{
    return row < file->count ? file->rows[row].cells[0] : "";
}

/* Names the first row in which two tables of keys and values differ. */
static int compare_tables(const struct journal *j, const struct csv_file *then,
                          const struct csv_file *now, struct cs_error *err)
{
    const size_t rows = then->count > now->count ? then->count : now->count;

    for (size_t r = 0; r < rows; r++) {
        const char *const key = key_at(then, r), *const other = key_at(now, r);
        const bool same = !strcmp(key, other);
        if (same && !strcmp(value_at(then, r), value_at(now, r)))
            continue;
        return cs_fail(err, CS_INPUT, "%s: was begun by another call: %s was '%s' and is now '%s'; "
                       "give the same call, or begin anew with --force", j->name,
                       *key ? key : other, value_at(then, r),
                       same || !*key ? value_at(now, r) : "");
    }
    return CS_OK;
}

static int compare_files(const struct journal *j, const char *then, const char *now,
                         const char *name, struct cs_error *err)
{
    char *const old = text_format("%s/%s", then, name);
    char *const new = text_format("%s/%s", now, name);
    struct csv_file a = {0}, b = {0};
    int code = old && new ? csv_read(old, &a, err) : cs_fail_memory(err);

    if (!code)
        code = csv_read(new, &b, err);
    if (!code)
        code = compare_tables(j, &a, &b, err);
    csv_release(&a);
    csv_release(&b);
    free(old);
    free(new);
    return code;
}

/* Whether this call is the one that began the journal. */
static int check_call(const struct journal *j, const struct result *result,
                      const struct cs_run_options *options, struct cs_error *err)
{
    char *const then = text_format("%s/call", j->folder);
    char *const now = text_format("%s/again", j->folder);
    int code = then && now ? write_call(result, options, now, err) : cs_fail_memory(err);

    if (!code)
        code = compare_files(j, then, now, "manifest.csv", err);
    if (!code)
        code = compare_files(j, then, now, "targets.csv", err);
    if (now)
        folder_remove(now);
    free(then);
    free(now);
    return code;
}

/* --- opening ---------------------------------------------------------------------- */

static int take_lock(struct journal *j, struct cs_error *err)
{
    j->lock = folder_lock(j->folder);
    if (j->lock < 0 && errno == EWOULDBLOCK)
        return cs_fail(err, CS_INPUT, "%s: another run is writing there", j->name);
    return j->lock < 0 ? cs_fail_errno(err, "%s", j->name) : CS_OK;
}

static int begin(struct journal *j, const struct result *result,
                 const struct cs_run_options *options, struct cs_error *err)
{
    char *const call = text_format("%s/call", j->folder);
    int code = call ? CS_OK : cs_fail_memory(err);

    j->stays = true; /* if another run was quicker to make it */
    if (!code && mkdir(j->folder, 0777))
        code = cs_fail_errno(err, "%s: the folder cannot be made", j->name);
    j->stays = code != CS_OK;
    if (!code && mkdir(j->files, 0777))
        code = cs_fail_errno(err, "%s: the folder cannot be made", j->files);
    if (!code)
        code = take_lock(j, err);
    if (!code)
        code = write_call(result, options, call, err);
    free(call);
    return code;
}

static int go_on(struct journal *j, const struct result *result,
                 const struct cs_run_options *options, struct cs_error *err)
{
    int code = take_lock(j, err);

    j->stays = true; /* until the run is through */
    j->fresh = access(j->state, F_OK) != 0;
    return code ? code : check_call(j, result, options, err);
}

static int open_at(struct journal *j, const struct result *result,
                   const struct cs_run_options *options, struct cs_error *err)
{
    const bool there = is_folder(j->folder);
    int code = CS_OK;

    if (there && options->resume)
        return go_on(j, result, options, err);
    if (there) {
        j->stays = true;
        code = take_lock(j, err);
        if (!code && folder_remove(j->folder))
            code = cs_fail_errno(err, "%s: could not be removed", j->name);
        if (code)
            return code;
        close(j->lock);
        j->lock = -1;
    }
    j->fresh = true;
    return begin(j, result, options, err);
}

int journal_open(const char *out, const struct result *result,
                 const struct cs_run_options *options, struct journal **journal,
                 struct cs_error *err)
{
    struct journal *const j = calloc(1, sizeof *j);
    int code = CS_MEMORY;

    *journal = NULL;
    if (j) {
        j->lock = -1;
        j->folder = journal_name(out);
        j->name = journal_name(options->out);
        j->state = text_format("%s.unfinished/state", out);
        j->files = text_format("%s.unfinished/files", out);
    }
    if (!j || !j->folder || !j->name || !j->state || !j->files)
        cs_fail_memory(err);
    else
        code = open_at(j, result, options, err);
    if (code)
        journal_free(j);
    else
        *journal = j;
    return code;
}

int journal_keep(struct journal *j, int code, struct cs_error *err)
{
    if (!j || access(j->state, F_OK))
        return code;
    j->stays = true;
    if (code != CS_CANCELLED)
        return code;
    err->code = CS_UNFINISHED;
    return CS_UNFINISHED;
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    if (j->folder && !j->stays)
        folder_remove(j->folder);
    if (j->lock >= 0)
        close(j->lock);
    free(j->folder);
    free(j->name);
    free(j->state);
    free(j->files);
    free(j);
}
