#define _XOPEN_SOURCE 700 /* realpath */

#include "lab/child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "run/result_folder.h"
#include "tool/csv.h"
#include "tool/text.h"
#include "world/scenario.h"

/* --- places ----------------------------------------------------------------------- */

/* Without trailing slashes. */
static char *plain_path(const char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    return text_copy_n(path, length);
}

/* The folder that holds a path: "." for a plain name. */
static char *parent_of(const char *path)
{
    const char *const slash = strrchr(path, '/');

    if (!slash)
        return text_copy(".");
    return slash == path ? text_copy("/") : text_copy_n(path, (size_t)(slash - path));
}

/* What stands behind the last slash. */
static const char *name_of(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int check_name(const char *dir, struct cs_error *err)
{
    const char *const name = name_of(dir);
    struct stat info;

    if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
        return cs_fail(err, CS_INPUT, "'%s' is no name for a new folder", dir);
    if (lstat(dir, &info) == 0)
        return cs_fail(err, CS_INPUT, "%s: exists already; a new scenario needs a new folder", dir);
    return errno == ENOENT || errno == ENOTDIR ? CS_OK : cs_fail_errno(err, "%s", dir);
}

/* How the new folder reaches its base: "../base". Both are real paths. */
static char *relative(const char *parent, const char *base)
{
    const size_t length = strcmp(parent, "/") ? strlen(parent) : 0;

    if (strncmp(base, parent, length) != 0 || base[length] != '/' || !base[length + 1])
        return NULL;
    return text_format("..%s", base + length);
}

/* *out is the caller's. */
static int find_relative(const char *dir, const char *base, char **out, struct cs_error *err)
{
    char *const holder = parent_of(dir);
    char *const parent = holder ? realpath(holder, NULL) : NULL;
    char *const real = realpath(base, NULL);
    struct stat info;
    int code = CS_OK;

    *out = NULL;
    if (holder && (stat(holder, &info) != 0 || !S_ISDIR(info.st_mode)))
        code = cs_fail(err, CS_INPUT, "%s: there is no folder '%s' to make it in", dir, holder);
    else if (!parent || !real)
        code = cs_fail_memory(err);
    if (!code) {
        *out = relative(parent, real);
        if (!*out)
            code = cs_fail(err, CS_INPUT, "%s: cannot inherit from %s: a base must lie in the "
                           "folder that holds the new one ('%s'); choose a place beside the base, "
                           "or copy the base there first, with the folders that it inherits from",
                           dir, base, holder);
    }
    free(holder);
    free(parent);
    free(real);
    return code;
}

/* --- contents --------------------------------------------------------------------- */

static void put_row(struct csv_writer *csv, const char *key, const char *value, const char *note)
{
    csv_text(csv, key);
    csv_text(csv, value);
    csv_text(csv, note);
    csv_end_row(csv);
}

static int write_scenario(const char *folder, const char *base, struct cs_error *err)
{
    struct csv_writer *csv;
    char *const title = text_format("A child of %s", name_of(base));
    const int code = title ? csv_open(folder, "scenario.csv", &csv, err) : cs_fail_memory(err);

    if (!code) {
        csv_header(csv, "key,value,note");
        put_row(csv, "title", title, "Write here in one line what this scenario asks; it stands "
                "over every result");
        put_row(csv, "description", "", "Write here what it assumes and why");
        put_row(csv, "base", base, "Everything that is not written in this folder comes from "
                "there. Other tables (buyers.csv, options.csv, events.csv, pins.csv ...) go beside "
                "this file, with the key columns that they have in the base and only the rows and "
                "columns that differ; say in a column source where each number comes from. "
                "'chipsplit list parameters' names every cell, 'chipsplit diff' shows what you "
                "changed, 'chipsplit check' verifies it");
        put_row(csv, "levy_pass_through", "", "An example: a blank inherits; a number fixes the "
                "value and switches its prior off; *1.2 multiplies what is inherited and leaves "
                "the prior on. Any key of the base may stand here; delete this row if you do not "
                "need it");
    }
    free(title);
    return code ? code : csv_close(csv, err);
}

/* What has been written must load. */
static int check_child(const char *dir, const char *folder, const char *base,
                       struct cs_error *err)
{
    struct cs_error own = {0};
    struct scenario *world;
    const int code = scenario_load(folder, NULL, 0, &world, &own);

    if (code == CS_INPUT) {
        const char *const rule = strstr(own.text[0], base);
        return cs_fail(err, CS_INPUT, "%s: cannot inherit from %s", dir,
                       rule ? rule : own.text[0]);
    }
    if (code)
        return cs_fail(err, own.code, "%s", own.text[0]);
    scenario_free(world);
    return CS_OK;
}

static int make_folder(const char *dir, const char *base, struct cs_error *err)
{
    struct folder folder;
    int code = folder_begin(&folder, dir, false, err);

    if (code)
        return code;
    code = write_scenario(folder.work, base, err);
    if (!code)
        code = check_child(dir, folder.work, base, err);
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}

int child_new(const char *dir, const char *base, struct cs_error *err)
{
    struct scenario *world = NULL;
    char *const plain = plain_path(dir);
    char *path = NULL;
    int code = plain ? check_name(plain, err) : cs_fail_memory(err);

    if (!code)
        code = scenario_load(base, NULL, 0, &world, err);
    scenario_free(world);
    if (!code)
        code = find_relative(plain, base, &path, err);
    if (!code)
        code = make_folder(plain, path, err);
    free(plain);
    free(path);
    return code;
}
