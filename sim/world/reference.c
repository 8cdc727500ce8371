#include "world/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tool/text.h"
#include "world/build.h"

void reference_tables(enum table table, int *first, int *second)
{
    *first = table == TABLE_SCENARIO ? -1 : (int)table;
    *second = -1;
    if (table == TABLE_INSTALLED || table == TABLE_TASTES) {
        *first = TABLE_BUYERS;
        *second = TABLE_OPTIONS;
    }
    if (table == TABLE_US_RATES)
        *first = *second = TABLE_US_REGIMES;
    if (table == TABLE_CN_RATES)
        *first = *second = TABLE_CN_STANCES;
}

const char *reference_missing(const struct id_space *space, enum table table, const char *id,
                              char out[CS_SENTENCE])
{
    const char *noun = catalogue[table].noun;
    char hint[CS_SENTENCE], shown[80];
    const bool suggest = !space->complaints || *space->complaints < CS_COMPLAINTS;
    text_printable(id, shown, sizeof shown);
    for (int k = 0; suggest && k < space->removals; k++) {
        const struct removed *gone = &space->removed[k];
        if (gone->table != table || strcmp(gone->key, id) != 0)
            continue;
        snprintf(out, CS_SENTENCE, "there is no %s '%s': %s:%d removes it", noun, shown,
                 gone->at.file, gone->at.line);
        return out;
    }
    snprintf(out, CS_SENTENCE, "there is no %s '%s'%.80s", noun, shown,
             did_you_mean(id, space->id[table], suggest ? space->count[table] : 0, hint));
    return out;
}

static int by_text(const void *key, const void *element)
{
    return strcmp(key, *(const char *const *)element);
}

/* The ids among which those that match stand: *from up to *to. There may be many
 * events, and one that is named by its own id is found without asking them all. */
static void narrow(const struct id_space *space, enum table table, const char *text, int *from,
                   int *to)
{
    *from = 0;
    *to = space->count[table];
    if (table != TABLE_EVENTS || strchr(text, '*') || !*to)
        return;
    const char *const *ids = space->id[table];
    const char *const *found = bsearch(text, ids, (size_t)*to, sizeof *ids, by_text);
    *from = found ? (int)(found - ids) : 0;
    *to = found ? *from + 1 : 0;
}

/* Checks one id or pattern of an address and copies it. */
static int read_id(const struct id_space *space, enum table table, const char *text,
                   char out[LIMIT_ID + 1], char rule[CS_SENTENCE])
{
    bool found = false;
    int from, to;
    narrow(space, table, text, &from, &to);
    for (int k = from; k < to && !found; k++)
        found = text_matches(text, space->id[table][k]);
    if (found && strlen(text) <= LIMIT_ID) {
        memcpy(out, text, strlen(text) + 1);
        return 0;
    }
    if (strchr(text, '*'))
        snprintf(rule, CS_SENTENCE, "'%.60s' matches no %s", text, catalogue[table].noun);
    else
        reference_missing(space, table, text, rule);
    return CS_INPUT;
}

static int read_pair(const struct id_space *space, char *ids, struct reference *out,
                     char rule[CS_SENTENCE])
{
    const struct table_entry *entry = &catalogue[out->table];
    int first, second;
    reference_tables(out->table, &first, &second);
    char *slash = strchr(ids, '/');
    if (!slash || strchr(slash + 1, '/')) {
        snprintf(rule, CS_SENTENCE, "must be written %s.%s/%s.%s", entry->name,
                 entry->column[0].name, entry->column[1].name, entry->column[2].name);
        return CS_INPUT;
    }
    *slash = '\0';
    if (read_id(space, (enum table)first, ids, out->first, rule)
        || read_id(space, (enum table)second, slash + 1, out->second, rule))
        return CS_INPUT;
    if (first == second && strcmp(out->first, out->second) == 0 && !out->wild) {
        snprintf(rule, CS_SENTENCE, "a %s has no rate to itself", catalogue[first].noun);
        return CS_INPUT;
    }
    return 0;
}

static int read_column(const char *name, struct reference *out, char rule[CS_SENTENCE])
{
    enum table table = out->table;
    const char *noun = table == TABLE_SCENARIO ? "key" : "column";
    char hint[CS_SENTENCE];
    out->column = catalogue_column(table, name);
    bool usable = out->column >= catalogue[table].keys
                  && catalogue[table].column[out->column].kind != KIND_REMARK
                  && (table != TABLE_EVENTS || strcmp(name, "probability") == 0);
    if (usable)
        return 0;
    const char *known = did_you_mean_column(name, table, hint);
    snprintf(rule, CS_SENTENCE, "there is no %s '%.60s' in %s.csv%s%.80s", noun, name,
             catalogue[table].name, out->column >= 0 ? " that an address can name" : "",
             out->column >= 0 ? "" : known);
    return CS_INPUT;
}

static int read_table(const char *name, struct reference *out, char rule[CS_SENTENCE])
{
    const char *list[CELL_TABLES];
    char hint[CS_SENTENCE];
    int table = catalogue_table(name);
    for (int t = 0; t < CELL_TABLES; t++)
        list[t] = catalogue[t].name;
    if (table < 0 || table >= CELL_TABLES) {
        snprintf(rule, CS_SENTENCE, "there is no table '%.60s'%s%.80s", name,
                 table < 0 ? "" : " with addresses",
                 table < 0 ? did_you_mean(name, list, CELL_TABLES, hint) : "");
        return CS_INPUT;
    }
    out->table = (enum table)table;
    return 0;
}

static int read_parts(const struct id_space *space, char *text, struct reference *out,
                      char rule[CS_SENTENCE])
{
    char *dot = strchr(text, '.'), *last = strrchr(text, '.');
    if (!dot) {
        snprintf(rule, CS_SENTENCE, "must be written table.id.column or scenario.key");
        return CS_INPUT;
    }
    *dot = *last = '\0';
    if (strchr(text, '*') || strchr(last + 1, '*')) {
        snprintf(rule, CS_SENTENCE, "a '*' may stand in the id part only");
        return CS_INPUT;
    }
    if (read_table(text, out, rule))
        return CS_INPUT;
    bool scenario = out->table == TABLE_SCENARIO;
    if (scenario != (dot == last) || (!scenario && strchr(dot + 1, '.'))) {
        snprintf(rule, CS_SENTENCE, "must be written %s", scenario ? "scenario.key"
                 : catalogue[out->table].keys == 2 ? "table.first/second.column"
                                                   : "table.id.column");
        return CS_INPUT;
    }
    if (read_column(last + 1, out, rule))
        return CS_INPUT;
    if (scenario)
        return 0;
    out->wild = strchr(dot + 1, '*') != NULL;
    if (catalogue[out->table].keys == 2)
        return read_pair(space, dot + 1, out, rule);
    return read_id(space, out->table, dot + 1, out->first, rule);
}

int reference_read(const struct id_space *space, const char *text, struct reference *out,
                   char rule[CS_SENTENCE])
{
    char copy[CS_SENTENCE];
    *out = (struct reference){0};
    if (strlen(text) >= sizeof copy) {
        snprintf(rule, CS_SENTENCE, "is too long for an address");
        return CS_INPUT;
    }
    memcpy(copy, text, strlen(text) + 1);
    return read_parts(space, copy, out, rule);
}

bool reference_names(const struct reference *ref, const char *first, const char *second)
{
    return text_matches(ref->first, first) && text_matches(ref->second, second);
}

void reference_space(const struct scenario *w, const char *list[SMALL_IDS],
                     struct id_space *space)
{
    const char **next = list;
    *space = (struct id_space){0};
#define LIST(table, array, n)                    \
    space->id[table] = next;                     \
    space->count[table] = w->n;                  \
    for (int k = 0; k < w->n; k++)               \
        *next++ = w->array[k].id;
    LIST(TABLE_BUYERS, buyer, buyers)
    LIST(TABLE_OPTIONS, option, options)
    LIST(TABLE_VENDORS, vendor, vendors)
    LIST(TABLE_PLATFORMS, platform, platforms)
    LIST(TABLE_NESTS, nest, nests)
    LIST(TABLE_US_REGIMES, us, us_regimes)
    LIST(TABLE_CN_STANCES, cn, cn_stances)
#undef LIST
    space->id[TABLE_EVENTS] = w->event_id;
    space->count[TABLE_EVENTS] = w->events;
}

static int pair_cells(const struct scenario *w, const struct reference *ref,
                      const struct id_space *space, int *cells)
{
    int first, second, count = 0;
    reference_tables(ref->table, &first, &second);
    for (int a = 0; a < space->count[first]; a++)
        for (int b = 0; b < space->count[second]; b++) {
            bool cell = first == second ? a != b : w->option[b].class != CLASS_DEFER;
            if (cell && reference_names(ref, space->id[first][a], space->id[second][b]))
                cells[count++] = cell_pair(w, ref->table, a, b);
        }
    return count;
}

/* reference_cells with the ids already listed. */
static int cells_of(const struct scenario *w, const struct reference *ref,
                    const struct id_space *space, int *cells)
{
    int real = catalogue_real(ref->table, ref->column);
    int count = 0, from, to;
    if (ref->table == TABLE_SCENARIO) {
        cells[count++] = cell_index(w, TABLE_SCENARIO, real, 0);
    } else if (catalogue[ref->table].keys == 2) {
        count = pair_cells(w, ref, space, cells);
    } else {
        narrow(space, ref->table, ref->first, &from, &to);
        for (int k = from; k < to; k++)
            if (reference_names(ref, space->id[ref->table][k], ""))
                cells[count++] = cell_index(w, ref->table, real, k);
    }
    return count;
}

int reference_cells(const struct scenario *w, const struct reference *ref, int *cells)
{
    const char *list[SMALL_IDS];
    struct id_space space;
    reference_space(w, list, &space);
    return cells_of(w, ref, &space, cells);
}

int world_cells(const struct scenario *w, const char *address, int *cells, int *count,
                char rule[CS_SENTENCE])
{
    const char *list[SMALL_IDS];
    struct id_space space;
    struct reference ref;
    reference_space(w, list, &space);
    *count = 0;
    if (reference_read(&space, address, &ref, rule))
        return CS_INPUT;
    if (catalogue[ref.table].column[ref.column].kind != KIND_REAL) {
        snprintf(rule, CS_SENTENCE, "is not a number that can vary");
        return CS_INPUT;
    }
    *count = cells_of(w, &ref, &space, cells);
    if (*count)
        return 0;
    snprintf(rule, CS_SENTENCE, "matches no cell");
    return CS_INPUT;
}
