#include "world/scenario.h"

#include <stdio.h>
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
#include "world/reference.h"
#include "world/resolve.h"
#include "world/set.h"
#include "world/texts.h"

/* Text: folders, inheritance, --set, ids. Nothing else can be read if this has
 * complaints. */
static int load_texts(struct build *b, const char *folder)
{
    int code = folder_chain(b, folder);
    if (!code)
        code = inherit_tables(b);
    if (code || b->failed)
        return code;
    b->world->name = folder_name(b);
    if (!b->world->name)
        return cs_fail_memory(b->err);
    code = set_apply(b);
    return code ? code : resolve_ids(b);
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
    for (size_t k = 0; !code && k < sizeof stages / sizeof *stages; k++)
        code = stages[k](b);
    if (code || b->failed)
        return code;
    code = check_world(b);
    if (!code)
        code = check_unused(b);
    return code ? code : texts_fill(b);
}

static int load(struct build *b, const char *folder)
{
    int code = load_texts(b, folder);
    if (!code && (!b->failed || b->world->buyer))
        code = load_contents(b);
    return code ? code : b->failed ? CS_INPUT : 0;
}

int scenario_load(const char *folder, const char *const *set, size_t sets,
                  struct scenario **out, struct cs_error *err)
{
    struct build b = {.arena = arena_new(), .err = err, .set = set, .sets = (int)sets};
    *out = NULL;
    b.world = b.arena ? arena_take(b.arena, 1, sizeof *b.world) : NULL;
    if (!b.world) {
        arena_free(b.arena);
        return cs_fail_memory(err);
    }
    b.world->store = b.arena;
    int code = load(&b, folder);
    folder_release(&b);
    if (code)
        scenario_free(b.world);
    else
        *out = b.world;
    return code;
}

void scenario_free(struct scenario *world)
{
    if (!world)
        return;
    priors_release(world);
    arena_free(world->store);
}

/* The ids of a row of a table. */
static void row_ids(const struct scenario *w, enum table table, int row, const char **first,
                    const char **second)
{
    *second = NULL;
    switch (table) {
    case TABLE_BUYERS: *first = w->buyer[row].id; break;
    case TABLE_OPTIONS: *first = w->option[row].id; break;
    case TABLE_VENDORS: *first = w->vendor[row].id; break;
    case TABLE_PLATFORMS: *first = w->platform[row].id; break;
    case TABLE_NESTS: *first = w->nest[row].id; break;
    case TABLE_US_REGIMES: *first = w->us[row].id; break;
    case TABLE_CN_STANCES: *first = w->cn[row].id; break;
    case TABLE_EVENTS: *first = w->event[row].id; break;
    case TABLE_INSTALLED:
    case TABLE_TASTES:
        *first = w->buyer[row / w->options].id;
        *second = w->option[row % w->options].id;
        break;
    case TABLE_US_RATES:
        *first = w->us[row / w->us_regimes].id;
        *second = w->us[row % w->us_regimes].id;
        break;
    case TABLE_CN_RATES:
        *first = w->cn[row / w->cn_stances].id;
        *second = w->cn[row % w->cn_stances].id;
        break;
    default: *first = NULL;
    }
}

void cell_address(const struct scenario *w, int cell, char *out, size_t size)
{
    const char *first, *second;
    int t = 0;
    while (cell >= w->at[t].first + w->at[t].rows * w->at[t].columns)
        t++;
    int row = (cell - w->at[t].first) % w->at[t].rows;
    int real = (cell - w->at[t].first) / w->at[t].rows;
    const char *column = catalogue[t].column[catalogue_of_real((enum table)t, real)].name;
    row_ids(w, (enum table)t, row, &first, &second);
    snprintf(out, size, "%s%s%s%s%s.%s", catalogue[t].name, first ? "." : "",
             first ? first : "", second ? "/" : "", second ? second : "", column);
}
