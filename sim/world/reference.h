/* Addresses: one space for --set, priors, events, sweeps and sensitivity.
 *
 *     scenario.KEY   TABLE.ID.COLUMN   TABLE.FIRST/SECOND.COLUMN
 *     events.ID.probability
 *
 * In the id part `*` stands for any run of characters but '/' and '.'. */
#ifndef CHIPSPLIT_WORLD_REFERENCE_H
#define CHIPSPLIT_WORLD_REFERENCE_H

#include <stdbool.h>
#include "world/catalogue.h"
#include "world/scenario.h"

struct removed;

/* The ids that exist, by table (events in byte order); pairs use those of their
 * two tables. */
struct id_space {
    const char *const *id[CELL_TABLES];
    int count[CELL_TABLES];
    const struct removed *removed; /* rows taken away by `!`, for complaints */
    int removals;
    const int *complaints;         /* so far, or NULL; those beyond CS_COMPLAINTS suggest nothing */
};

struct reference {
    enum table table;
    int column;                /* of the catalogue */
    char first[LIMIT_ID + 1];  /* id or pattern; "" in scenario */
    char second[LIMIT_ID + 1]; /* of pairs */
    bool wild;
};

/* The tables whose ids make up the id part; both -1 for scenario, second -1
 * for tables with one key. */
void reference_tables(enum table table, int *first, int *second);

/* Reads an address. Returns 0, or CS_INPUT with the broken rule as a phrase:
 * an unknown table, column or id (with a "did you mean"), a wildcard that
 * matches nothing or stands outside the id part, a rate of a state to itself.
 * Columns that are not real are found too: the caller checks. */
int reference_read(const struct id_space *space, const char *text, struct reference *out,
                   char rule[CS_SENTENCE]);

/* True if the address names the row of these ids ("" for none). */
bool reference_names(const struct reference *ref, const char *first, const char *second);

/* "there is no buyer 'x'; did you mean 'y'?" Returns `out`. */
const char *reference_missing(const struct id_space *space, enum table table, const char *id,
                              char out[CS_SENTENCE]);

/* The ids of a loaded world. `list` holds those of the small tables. */
enum { SMALL_IDS = LIMIT_BUYERS + LIMIT_OPTIONS + 3 * LIMIT_NAMES + 2 * LIMIT_REGIMES };
void reference_space(const struct scenario *w, const char *list[SMALL_IDS],
                     struct id_space *space);

/* The cells of a real column that an address names, ascending, into
 * cells[w->cells]; returns how many. Leaves out a state's rate to itself and
 * tastes and stocks of defer, which are no cells. */
int reference_cells(const struct scenario *w, const struct reference *ref, int *cells);

/* Reads an address and finds its cells in one go, for sweeps and sensitivity:
 * 0 with *count >= 1, or CS_INPUT with the rule. `cells` has room for w->cells. */
int world_cells(const struct scenario *w, const char *address, int *cells, int *count,
                char rule[CS_SENTENCE]);

#endif
