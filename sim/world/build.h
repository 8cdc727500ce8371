/* A world while it is being loaded: folders laid over one another as text.
 *
 * A load goes through stages (folders, inheritance, --set, ids, numbers,
 * checks, priors, dated tables). Each stage adds its complaints; the stages
 * say where a load stops. Everything lives in one arena, which the finished
 * world keeps. */
#ifndef CHIPSPLIT_WORLD_BUILD_H
#define CHIPSPLIT_WORLD_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include "tool/csv.h"
#include "tool/number.h"
#include "world/arena.h"
#include "world/catalogue.h"
#include "world/scenario.h"

enum { DEPTH_SET = -1, DEPTH_NEVER = 1000 };

/* Where a text was written. For --set the file is "--set" and the line is the
 * number of the option, from 1. */
struct place {
    const char *file;    /* NULL: nowhere */
    int line;
    int depth;           /* 0 the scenario, 1 its base, ...; DEPTH_SET */
};

struct item {
    const char *text;    /* "" blank */
    struct place at;     /* who wrote the text, or the word `none` */
    double factor;       /* of later `*0.7`; 1 without any */
    struct place factor_at;
};

struct line {
    struct item *item;   /* [columns of the table] */
    const char *key;
    uint32_t hash;       /* of the key */
    struct place first;  /* the row that made it */
    struct place latest; /* the nearest row with its key */
};

/* One table. scenario.csv has three lines: values, notes and sources. */
struct sheet {
    struct line *line;
    int lines, room;
    bool seen;           /* some folder has the file */
    int *slot;           /* [slots] hash table of the keys: a line, or -1 */
    int slots;           /* a power of 2, or 0 */
};

struct folder {
    char *path;          /* as reached from the folder that was named */
    char *real;          /* without links */
    bool has[TABLES];
    struct csv_file scenario;
    const char *sha256[TABLES];
    const char *file[TABLES]; /* their paths */
};

struct removed {
    enum table table;
    const char *key;
    struct place at;
};

struct prior_row;

struct build {
    struct arena *arena;
    struct cs_error *err;
    int failed;               /* complaints so far */
    const char *const *set;
    int sets;
    struct folder folder[LIMIT_BASES + 1]; /* 0 the scenario itself */
    int folders;
    struct sheet sheet[TABLES];
    struct removed *removed;
    int removals, removal_room;
    const struct scenario *like; /* lends distributions, or NULL */
    struct scenario *world;
    struct item **cell;       /* [cells] its text, or NULL for a pair without a row */
    int *cell_depth;          /* [cells] nearest folder that gave the value */
    int *rank[TABLES];        /* line of an id table -> its row in the world */
    int *prior_of;            /* [cells] the prior that takes the cell, or -1 */
    struct prior_row *prior;  /* [priors] */
    struct quantile_table *tables;     /* that priors share */
    int note_room;
};

/* A complaint about a column of a row, a key of scenario.csv or a --set; about
 * a row; about a file. `value` may be NULL. The rule is printf style. */
void complain_cell(struct build *b, enum table table, int column, const struct place *at,
                   const char *value, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
void complain_row(struct build *b, const struct place *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* False once complaints are only counted: a suggestion takes as long as the
 * world is large, and nobody would read it. */
static inline bool may_suggest(const struct build *b)
{
    return b->failed < CS_COMPLAINTS;
}

/* Writes a number of a complaint with at most 12 digits, so that a product of
 * two short numbers looks like one. */
void show_number(double value, char out[NUMBER_TEXT]);

/* A line for the manifest; 0 or CS_MEMORY. */
int build_note(struct build *b, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The line with a key, or NULL. */
struct line *sheet_find(struct sheet *sheet, const char *key);

/* Must follow when lines have changed places; 0 or CS_MEMORY. */
int sheet_index(struct build *b, enum table table);

/* A new line at the end, its items blank; NULL without memory. */
struct line *sheet_add(struct build *b, enum table table, const char *key,
                       const struct place *at);

/* The key of a row from its `keys` first cells; of correlations in byte order.
 * NULL without memory. */
const char *sheet_key(struct build *b, enum table table, const char *const *cells);

/* The ids of a table in the order of its lines; an array of sheet lines. NULL
 * without memory. Of events each id once, in byte order. */
const char **sheet_ids(struct build *b, enum table table, int *count);

/* The text of a column of a line, "" if blank. */
static inline const char *line_text(const struct line *line, int column)
{
    return line->item[column].text;
}

#endif
