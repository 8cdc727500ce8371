#include "cli/place.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "cli/say.h"
#include "tool/text.h"

#ifndef CS_DATADIR
#define CS_DATADIR "/usr/local/share/chipsplit"
#endif

static const char *const places[] = {"scenarios", CS_DATADIR "/scenarios"};
enum { PLACES = sizeof places / sizeof *places, NAMES = 256 };

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

static void say_missing(const char *name)
{
    char *names[NAMES];
    size_t count = 0;

    for (int k = 0; k < PLACES; k++)
        list_folders(places[k], names, &count);
    qsort(names, count, sizeof *names, by_name); /* the same suggestion on every disk */
    const char *const near = text_nearest(name, (const char *const *)names, count);
    if (near)
        say("%s: there is no such scenario; did you mean '%s'?", name, near);
    else
        say("%s: there is no such scenario here, in ./scenarios or in %s", name, places[1]);
    for (size_t k = 0; k < count; k++)
        free(names[k]);
}

char *place_scenario(const char *name)
{
    struct stat info;

    if (is_folder(name) || strchr(name, '/'))
        return text_copy(name);
    for (int k = 0; k < PLACES; k++) {
        char *const path = text_format("%s/%s", places[k], name);
        if (path && is_folder(path))
            return path;
        free(path);
    }
    if (stat(name, &info) == 0)
        say("%s: is a file; a scenario is a folder that holds scenario.csv", name);
    else
        say_missing(name);
    return NULL;
}
