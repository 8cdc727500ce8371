#include "world/draft.h"

#include <stdlib.h>
#include "world/arena.h"
#include "world/blanks.h"
#include "world/build.h"
#include "world/check.h"
#include "world/copula.h"
#include "world/dated.h"
#include "world/events.h"
#include "world/folder.h"
#include "world/inherit.h"
#include "world/numbers.h"
#include "world/priors.h"
#include "world/resolve.h"
#include "world/set.h"
#include "world/texts.h"

struct draft {
    struct build build;      /* its world holds name, inputs and notes only */
};

static int read_folders(struct build *b, const char *folder)
{
    int code = folder_chain(b, folder);
    if (!code)
        code = inherit_tables(b);
    if (!code && b->failed)
        code = CS_INPUT;
    if (code)
        return code;
    b->world->name = folder_name(b);
    return b->world->name ? 0 : cs_fail_memory(b->err);
}

int draft_read(const char *folder, struct draft **out, struct cs_error *err)
{
    struct draft *draft = calloc(1, sizeof *draft);
    struct build *b = draft ? &draft->build : NULL;
    *out = NULL;
    if (!draft)
        return cs_fail_memory(err);
    b->err = err;
    b->arena = arena_new();
    b->world = b->arena ? arena_take(b->arena, 1, sizeof *b->world) : NULL;
    int code = b->world ? read_folders(b, folder) : cs_fail_memory(err);
    if (code)
        draft_free(draft);
    else
        *out = draft;
    return code;
}

void draft_free(struct draft *draft)
{
    if (!draft)
        return;
    folder_release(&draft->build);
    arena_free(draft->build.arena);
    free(draft);
}

/* Everything that refers to ids. Each stage adds its complaints. */
static int load_contents(struct build *b)
{
    static int (*const stages[])(struct build *) = {
        resolve_settings, resolve_rows, numbers_read, priors_read, copula_read,
        events_read,      pins_read,    thresholds_read, history_read,
    };
    int code = 0;
    blanks_check(b);
    texts_check(b);
    for (size_t k = 0; !code && k < sizeof stages / sizeof *stages; k++)
        code = stages[k](b);
    if (code || b->failed)
        return code;
    code = check_world(b);
    if (!code)
        code = check_unused(b);
    return code ? code : texts_fill(b);
}

static int load(struct build *b)
{
    int code = set_apply(b);
    if (!code)
        code = resolve_ids(b);
    /* Nothing else can be read if ids have complaints. */
    if (!code && (!b->failed || b->world->buyer))
        code = load_contents(b);
    return code ? code : b->failed ? CS_INPUT : 0;
}

/* Lines and items of its own, for --set changes them; their texts are shared. */
static bool copy_sheet(struct build *b, enum table table)
{
    struct sheet *sheet = &b->sheet[table];
    size_t lines = (size_t)sheet->lines, columns = (size_t)catalogue[table].columns;
    struct line *line = arena_take(b->arena, lines, sizeof *line);
    struct item *item = arena_take(b->arena, lines * columns, sizeof *item);
    if (!line || !item)
        return false;
    for (size_t k = 0; k < lines; k++, item += columns) {
        line[k] = sheet->line[k];
        line[k].item = item;
        for (size_t c = 0; c < columns; c++)
            item[c] = sheet->line[k].item[c];
    }
    sheet->line = line;
    sheet->room = sheet->lines;
    sheet->slot = NULL;
    sheet->slots = 0;
    return sheet_index(b, table) == 0;
}

/* The draft's build in an arena of its own. */
static bool copy_build(const struct draft *draft, struct build *b)
{
    *b = draft->build;
    b->err = NULL; /* the caller says what is wrong */
    b->arena = arena_new();
    b->world = b->arena ? arena_take(b->arena, 1, sizeof *b->world) : NULL;
    if (!b->world) {
        arena_free(b->arena);
        return false;
    }
    *b->world = *draft->build.world;
    b->world->store = b->arena;
    b->note_room = b->world->notes;
    bool fine = true;
    for (int t = 0; fine && t < TABLES; t++)
        fine = copy_sheet(b, (enum table)t);
    if (!fine)
        scenario_free(b->world);
    return fine;
}

int draft_world(const struct draft *draft, const char *const *set, size_t sets,
                const struct scenario *like, struct scenario **out, struct cs_error *err)
{
    struct build b;
    *out = NULL;
    if (!copy_build(draft, &b))
        return cs_fail_memory(err);
    b.err = err;
    b.set = set;
    b.sets = (int)sets;
    b.like = like;
    int code = load(&b);
    if (code)
        scenario_free(b.world);
    else
        *out = b.world;
    return code;
}
