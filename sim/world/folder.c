#define _XOPEN_SOURCE 700 /* realpath */
#include "world/folder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include "tool/text.h"

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* "a/b" and "../c" give "a/c" where that is the same folder, else "a/b/../c". */
static char *join_path(struct arena *arena, const char *folder, const char *relative)
{
    char *plain = arena_format(arena, "%s/%s", folder, relative);
    char *short_path = arena_text(arena, folder);
    const char *rest = relative;
    if (!plain || !short_path)
        return NULL;
    while (strncmp(rest, "../", 3) == 0 || strcmp(rest, "..") == 0) {
        char *slash = strrchr(short_path, '/');
        const char *last = slash ? slash + 1 : short_path;
        if (strcmp(last, "..") == 0 || strcmp(last, ".") == 0 || slash == short_path)
            return plain;
        if (slash)
            *slash = '\0';
        else
            short_path[0] = '\0';
        rest += rest[2] ? 3 : 2;
        if (!slash)
            break;
    }
    if (!*rest)
        return *short_path && same_folder(plain, short_path) ? short_path : plain;
    char *joined = arena_format(arena, "%s%s%s", short_path, *short_path ? "/" : "", rest);
    return !joined || same_folder(plain, joined) ? joined : plain;
}

/* Excel, LibreOffice and editors leave such files beside an open one. */
static bool is_lock_file(const char *name)
{
    size_t length = strlen(name);
    return name[0] == '.' || name[0] == '~' || name[0] == '#' || name[length - 1] == '#'
           || name[length - 1] == '~';
}

static bool is_csv(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".csv") == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the folder's CSV files in byte order. */
static int list_csv(struct build *b, const char *path, const char ***names, int *count)
{
    int room = 0;
    DIR *dir = opendir(path);
    *names = NULL;
    *count = 0;
    if (!dir)
        return cs_fail_place(b->err, "%s: cannot be read", path);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (is_lock_file(entry->d_name) || !is_csv(entry->d_name))
            continue;
        const char **wider = arena_grow(b->arena, *names, *count, &room, sizeof *wider);
        char *copy = arena_text(b->arena, entry->d_name);
        if (!wider || !copy) {
            closedir(dir);
            return cs_fail_memory(b->err);
        }
        *names = wider;
        wider[(*count)++] = copy;
    }
    closedir(dir);
    if (*count)
        qsort(*names, (size_t)*count, sizeof **names, by_name);
    return 0;
}

static int list_tables(struct build *b, struct folder *folder)
{
    const char **names;
    char hint[CS_SENTENCE], shown[CS_SENTENCE / 2];
    int count;
    int code = list_csv(b, folder->path, &names, &count);
    for (int k = 0; !code && k < count; k++) {
        char *stem = arena_text_n(b->arena, names[k], strlen(names[k]) - 4);
        if (!stem)
            return cs_fail_memory(b->err);
        int table = strcmp(names[k] + strlen(stem), ".csv") == 0 ? catalogue_table(stem) : -1;
        if (table >= 0) {
            folder->has[table] = true;
            b->sheet[table].seen = true;
            continue;
        }
        b->failed++;
        text_printable(names[k], shown, sizeof shown);
        for (char *letter = stem; *letter; letter++)
            *letter = (char)tolower((unsigned char)*letter);
        cs_fail(b->err, CS_INPUT, "%s/%s: there is no such table%s", folder->path, shown,
                did_you_mean_table(stem, ".csv", hint));
    }
    return code;
}

/* Reads scenario.csv of a folder that exists. */
static int open_folder(struct build *b, struct folder *folder)
{
    struct stat info;
    char *file = arena_format(b->arena, "%s/scenario.csv", folder->path);
    char *real = realpath(folder->path, NULL);
    folder->real = real ? arena_text(b->arena, real) : NULL;
    free(real);
    if (!file || !folder->real)
        return cs_fail_memory(b->err);
    folder->file[TABLE_SCENARIO] = file;
    if (stat(file, &info) != 0 && errno == ENOENT)
        return cs_fail(b->err, CS_INPUT,
                       "%s: there is no scenario.csv in this folder, so it is no scenario",
                       folder->path);
    int code = csv_read_within(file, LIMIT_ROWS, LIMIT_COLUMNS, &folder->scenario, b->err);
    if (!code)
        code = list_tables(b, folder);
    return code;
}

const char *folder_key(const struct csv_file *csv, const char *name, int *line)
{
    int key = -1, value = -1;
    for (int k = 0; k < csv->rows[0].count; k++) {
        if (strcmp(csv->rows[0].cells[k], "key") == 0)
            key = k;
        if (strcmp(csv->rows[0].cells[k], "value") == 0)
            value = k;
    }
    for (size_t r = 1; key >= 0 && value >= 0 && r < csv->count; r++) {
        const struct csv_row *row = &csv->rows[r];
        if (row->count <= key || row->count <= value || strcmp(row->cells[key], name) != 0)
            continue;
        *line = row->line;
        const char *text = row->cells[value];
        return *text && strcmp(text, "none") != 0 ? text : NULL;
    }
    return NULL;
}

/* The row `base` of scenario.csv, and its place; NULL if there is none. */
static const char *base_of(struct build *b, const struct folder *folder, struct place *at)
{
    *at = (struct place){folder->file[TABLE_SCENARIO], 0, b->folders - 1};
    return folder_key(&folder->scenario, "base", &at->line);
}

/* True if `inner` lies below the folder that holds `outer`. */
static bool stays_inside(const char *outer, const char *inner)
{
    size_t parent = (size_t)(strrchr(outer, '/') - outer);
    return strncmp(outer, inner, parent) == 0 && inner[parent] == '/' && inner[parent + 1];
}

/* Complains about a base that must not be followed; true if it may. */
static bool may_follow(struct build *b, const char *base, const char *path,
                       const struct place *at)
{
    struct stat info;
    int column = catalogue_column(TABLE_SCENARIO, "base");
    const char *rule = NULL;
    if (base[0] == '/')
        rule = "must be relative to this folder";
    else if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        rule = "there is no such folder";
    else if (b->folders > LIMIT_BASES)
        rule = "lies more than 8 levels below the scenario";
    if (rule) {
        complain_cell(b, TABLE_SCENARIO, column, at, base, "%s", rule);
        return false;
    }
    char *real = realpath(path, NULL);
    for (int k = 0; real && !rule && k < b->folders; k++)
        if (strcmp(b->folder[k].real, real) == 0)
            rule = "must not lead back to a folder that inherits it";
    if (real && !rule && !stays_inside(b->folder[0].real, real))
        rule = "must not leave the folder that holds the scenario's folder";
    free(real);
    if (rule)
        complain_cell(b, TABLE_SCENARIO, column, at, base, "%s", rule);
    return !rule;
}

/* The folder that was named, without trailing slashes. */
static int open_named(struct build *b, const char *named)
{
    struct stat info;
    size_t length = strlen(named);
    while (length > 1 && named[length - 1] == '/')
        length--;
    char *path = arena_text_n(b->arena, named, length);
    if (!path)
        return cs_fail_memory(b->err);
    if (stat(path, &info) != 0 && errno != ENOENT && errno != ENOTDIR)
        return cs_fail_place(b->err, "%s", path);
    if (!*path || stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return cs_fail(b->err, CS_INPUT, "%s: there is no such folder", path);
    b->folder[0].path = path;
    b->folders = 1;
    return open_folder(b, &b->folder[0]);
}

int folder_chain(struct build *b, const char *named)
{
    struct place at;
    int code = open_named(b, named);
    while (!code) {
        struct folder *last = &b->folder[b->folders - 1];
        const char *base = base_of(b, last, &at);
        char *path = base ? join_path(b->arena, last->path, base) : NULL;
        if (!base)
            break;
        if (!path)
            return cs_fail_memory(b->err);
        if (!may_follow(b, base, path, &at))
            return CS_INPUT;
        b->folder[b->folders].path = path;
        b->folders++;
        code = open_folder(b, &b->folder[b->folders - 1]);
    }
    return code;
}

const char *folder_name(struct build *b)
{
    const char *path = b->folder[0].path;
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;
    if (strcmp(last, ".") == 0 || strcmp(last, "..") == 0 || !*last) {
        slash = strrchr(b->folder[0].real, '/');
        last = slash[1] ? slash + 1 : "root";
    }
    return arena_text(b->arena, last);
}

void folder_release(struct build *b)
{
    for (int k = 0; k < b->folders; k++)
        csv_release(&b->folder[k].scenario);
}
