#include "cli/place.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "cli/say.h"
#include "tool/error.h"
#include "tool/text.h"

#ifndef CS_DATADIR
#define CS_DATADIR "/usr/local/share/chipsplit"
#endif

static const char *const roots[] = {"scenarios", CS_DATADIR "/scenarios"};
enum { PLACES = sizeof roots / sizeof *roots, NAMES = 256 };

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* Collects the folders of a place. */
static void list_folders(const char *place, char **names, size_t *count)
{
    DIR *const dir = opendir(place);

    if (!dir)
        return;
    for (struct dirent *entry = readdir(dir); entry && *count < NAMES; entry = readdir(dir)) {
        char *const path = text_format("%s/%s", place, entry->d_name);
        char *const name = text_copy(entry->d_name);
        if (path && name && entry->d_name[0] != '.' && is_folder(path))
            names[(*count)++] = name;
        else
            free(name);
        free(path);
    }
    closedir(dir);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int refuse_missing(const char *name, struct cs_error *err)
{
    char *names[NAMES];
    size_t count = 0;

    for (int k = 0; k < PLACES; k++)
        list_folders(roots[k], names, &count);
    qsort(names, count, sizeof *names, by_name); /* the same suggestion on every disk */
    const char *const near = text_nearest(name, (const char *const *)names, count);
    if (near)
        cs_fail(err, CS_INPUT, "%s: there is no such scenario; did you mean '%s'?", name, near);
    else
        cs_fail(err, CS_INPUT, "%s: there is no such scenario here, in ./scenarios or in %s; "
                "'chipsplit list scenarios' names them", name, roots[1]);
    for (size_t k = 0; k < count; k++)
        free(names[k]);
    return CS_INPUT;
}

/* The same for a path: what stands beside it? A name without '/' is looked for in `usual`,
 * if there is one. */
static int refuse_no_folder(const char *path, const char *what, const char *usual,
                            struct cs_error *err)
{
    char *names[NAMES];
    size_t length = strlen(path), count = 0;

    while (length > 1 && path[length - 1] == '/')
        length--;
    char *const plain = strchr(path, '/') || !usual ? text_copy_n(path, length)
                                                    : text_format("%s/%s", usual, path);
    char *const slash = plain ? strrchr(plain, '/') : NULL;
    const char *near = NULL;
    if (slash && slash > plain) {
        *slash = '\0';
        list_folders(plain, names, &count);
        qsort(names, count, sizeof *names, by_name);
        near = text_nearest(slash + 1, (const char *const *)names, count);
    }
    if (near)
        cs_fail(err, CS_INPUT, "%s: there is no such folder%s; did you mean '%s/%s'?", path, what,
                plain, near);
    else
        cs_fail(err, CS_INPUT, "%s: there is no such folder%s", path, what);
    for (size_t k = 0; k < count; k++)
        free(names[k]);
    free(plain);
    return CS_INPUT;
}

int place_find(const char *name, char **folder, struct cs_error *err)
{
    struct stat info;

    *folder = NULL;
    if (strchr(name, '/') && stat(name, &info) != 0 && (errno == ENOENT || errno == ENOTDIR))
        return refuse_no_folder(name, "", NULL, err);
    if (is_folder(name) || strchr(name, '/')) {
        *folder = text_copy(name);
        return *folder ? CS_OK : cs_fail_memory(err);
    }
    for (int k = 0; k < PLACES; k++) {
        char *const path = text_format("%s/%s", roots[k], name);
        if (!path)
            return cs_fail_memory(err);
        if (is_folder(path)) {
            *folder = path;
            return CS_OK;
        }
        free(path);
    }
    if (stat(name, &info) == 0)
        return cs_fail(err, CS_INPUT, "%s: is a file; a scenario is a folder that holds "
                       "scenario.csv", name);
    return refuse_missing(name, err);
}

bool place_result(const char *name)
{
    struct stat info;
    struct cs_error err = {0};

    if (stat(name, &info) == 0)
        return true;
    refuse_no_folder(name, " of results", "results", &err);
    say_error(&err);
    return false;
}

char *place_scenario(const char *name)
{
    struct cs_error err = {0};
    char *folder;

    if (place_find(name, &folder, &err))
        say_error(&err);
    return folder;
}

static bool holds_scenario(const char *folder)
{
    struct stat info;
    char *const file = text_format("%s/scenario.csv", folder);
    const bool holds = file && stat(file, &info) == 0;

    free(file);
    return holds;
}

/* True if an earlier place has a folder of that name. */
static bool is_hidden(const struct places *places, const char *name)
{
    for (int k = 0; k < places->count; k++)
        if (!strcmp(strrchr(places->folder[k], '/') + 1, name))
            return true;
    return false;
}

bool places_list(struct places *places)
{
    bool fine = true;

    *places = (struct places){.folder = calloc(PLACES * NAMES, sizeof *places->folder)};
    for (int p = 0; p < PLACES && places->folder; p++) {
        char *names[NAMES];
        size_t count = 0;
        list_folders(roots[p], names, &count);
        qsort(names, count, sizeof *names, by_name);
        for (size_t k = 0; k < count; k++) {
            char *const folder = text_format("%s/%s", roots[p], names[k]);
            fine = fine && folder;
            if (folder && holds_scenario(folder) && !is_hidden(places, names[k]))
                places->folder[places->count++] = folder;
            else
                free(folder);
            free(names[k]);
        }
    }
    return fine && places->folder;
}

void places_release(struct places *places)
{
    for (int k = 0; k < places->count; k++)
        free(places->folder[k]);
    free(places->folder);
}
