#include "world/scenario.h"

#include <stdio.h>
#include "world/arena.h"
#include "world/catalogue.h"
#include "world/draft.h"
#include "world/priors.h"

int scenario_load(const char *folder, const char *const *set, size_t sets,
                  struct scenario **out, struct cs_error *err)
{
    struct draft *draft;
    int code = draft_read(folder, &draft, err);
    *out = NULL;
    if (!code)
        code = draft_world(draft, set, sets, NULL, out, err);
    if (code)
        draft_free(draft);
    else
        (*out)->draft = draft;
    return code;
}

int scenario_rename(struct scenario *world, const char *name, struct cs_error *err)
{
    const char *const copy = arena_text(world->store, name);

    if (!copy)
        return cs_fail_memory(err);
    world->name = copy;
    return CS_OK;
}

void scenario_free(struct scenario *world)
{
    if (!world)
        return;
    struct draft *draft = world->draft;
    priors_release(world);
    arena_free(world->store);
    draft_free(draft);
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
