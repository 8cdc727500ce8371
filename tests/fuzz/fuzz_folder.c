/* A whole folder packed in one text: a line `@buyers.csv` begins a file, `@set`
 * a list of --set. The folder stands beside `../tiny`, which it may name as
 * its base. What loads is run for a few paths. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "chipsplit.h"
#include "fuzz.h"
#include "tool/text.h"
#include "world/scenario.h"

enum { SETS = 8, FILES = 24 };

static char place[] = "/tmp/chipsplit-fuzz-XXXXXX", folder[64];

static void remove_place(void)
{
    char *const command = text_format("rm -rf %s", place);

    if (command && system(command))
        return;
    free(command);
}

static void make_place(void)
{
    if (*folder)
        return;
    PROMISE(mkdtemp(place));
    atexit(remove_place);
    snprintf(folder, sizeof folder, "%s/w", place);
    char *const command = text_format("cp -R %s %s/tiny", FUZZ_WORLD, place);
    PROMISE(command && system(command) == 0 && mkdir(folder, 0777) == 0);
    free(command);
}

/* A name that stays in the folder: small letters and one point. */
static bool is_name(const char *name)
{
    return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz_") >= strcspn(name, ".") &&
           strcmp(name + strcspn(name, "."), ".csv") == 0 && strlen(name) < 40;
}

struct pack {
    char *file[FILES];
    int files;
    const char *set[SETS];
    size_t sets;
};

static void put_file(struct pack *pack, const char *name, const char *text, size_t length)
{
    char *const path = text_format("%s/%s", folder, name);
    FILE *const f = path && pack->files < FILES ? fopen(path, "w") : NULL;

    if (!f) {
        free(path);
        return;
    }
    PROMISE(fwrite(text, 1, length, f) == length && fclose(f) == 0);
    pack->file[pack->files++] = path;
}

static void take_sets(struct pack *pack, char *text)
{
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line && pack->sets < SETS;
         line = strtok_r(NULL, "\n", &rest))
        pack->set[pack->sets++] = line;
}

/* The line after the next line break that begins with '@', ending what is before. */
static char *cut(char *text)
{
    char *const at = strstr(text, "\n@");

    if (at)
        *at = '\0';
    return at ? at + 1 : NULL;
}

static void unpack(struct pack *pack, char *text)
{
    for (char *at = *text == '@' ? text : cut(text), *next; at; at = next) {
        char *const name = at + 1, *const end = strchr(name, '\n');
        if (!end)
            return;
        *end = '\0';
        const bool nothing = end[1] == '@';
        next = nothing ? end + 1 : cut(end + 1);
        if (is_name(name))
            put_file(pack, name, end + 1, nothing ? 0 : strlen(end + 1));
        else if (strcmp(name, "set") == 0 && !nothing)
            take_sets(pack, end + 1);
    }
}

static void simulate(const struct scenario *world)
{
    struct cs_run_options options = cs_run_options_default();
    struct cs_error err = {0};
    cs_result *result = NULL;

    if (world->steps > 6)
        return;
    options.paths = 3;
    options.threads = 1;
    options.detail = CS_DETAIL_MARKET;
    const int code = cs_run(world, &options, &result, &err);
    PROMISE(code == CS_OK || (code == CS_INPUT && err.count >= 1));
    cs_result_free(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = input_text(data, size);
    struct pack pack = {0};
    struct cs_error err = {0};
    struct scenario *world = NULL;

    make_place();
    unpack(&pack, text);
    if (scenario_load(folder, pack.set, pack.sets, &world, &err))
        PROMISE(err.code == CS_INPUT && err.count >= 1 && !world);
    else
        simulate(world);
    scenario_free(world);
    for (int k = 0; k < pack.files; k++) {
        unlink(pack.file[k]);
        free(pack.file[k]);
    }
    free(text);
    return 0;
}
