/* Many scenarios, one tree of results: OUT/NAME for each row of a list, OUT/index.csv that
 * says what became of it, and OUT/list.csv, the list as it was.
 *
 * A list has the columns scenario, name, paths and seed; every further column is an
 * address as in --set, with a `*` at its end for a factor. A blank cell leaves the default:
 * the scenario's name, the paths and seed of the call, the cell as it is. */
#ifndef CHIPSPLIT_LAB_BATCH_H
#define CHIPSPLIT_LAB_BATCH_H

#include "run/result.h"
#include "tool/csv.h"

enum row_status { ROW_NOT_RUN, ROW_DONE, ROW_FAILED };

struct batch_row {
    int line;                /* of the list */
    char *scenario;          /* as a command line names one */
    char *name;              /* of the folder */
    uint64_t paths, seed;
    char **set;              /* [sets] ADDRESS=VALUE or ADDRESS*=FACTOR */
    size_t sets;
    struct scenario *world;  /* the row's own, or NULL: not loaded */
    enum row_status status;
    char *message;           /* why it failed, or what is odd; may be NULL */
};

struct batch {
    char *path;              /* of the list */
    struct csv_file file;
    int count;
    struct batch_row *row;
};

/* Reads and checks a list; nothing is loaded. Up to CS_COMPLAINTS sentences with file, line
 * and column. `paths` and `seed` are the defaults of blank cells. */
int batch_read(const char *path, uint64_t paths, uint64_t seed, struct batch **out,
               struct cs_error *err);
void batch_free(struct batch *batch);

/* Loads the world of a row from its folder: the `sets` of the call first, then those of
 * the row. What is wrong is said with the line, and the column if it is one, of the list. */
int batch_load(const struct batch *batch, struct batch_row *row, const char *folder,
               const char *const *set, size_t sets, struct cs_error *err);

/* Told after each row; may be NULL. */
typedef void batch_told(void *context, const struct batch_row *row);

/* How a batch is run. */
struct batch_call {
    const struct cs_run_options *options; /* out: the tree; told with its context */
    const char *const *set;  /* [sets] what --set gives to every row */
    size_t sets;
    bool failed_only;        /* the tree is there, and its rows that are done stay */
    bool stop_on_error;      /* after a row that fails the others are not run */
    batch_told *told;        /* or NULL */
};

/* Runs the rows that are loaded and not done, and makes the tree in options->out. A row that
 * fails harms no other. CS_UNFINISHED if the caller asked to stop and rows are done, which
 * are in the tree then; CS_CANCELLED if nothing is left behind. */
int batch_run(struct batch *batch, const struct batch_call *call, struct cs_error *err);

/* True if the folder is such a tree. */
bool batch_is_tree(const char *folder);

/* What --set gave to every row of a tree: *set[*sets] and its texts are the caller's. */
int batch_tree_sets(const char *folder, char ***set, size_t *sets, struct cs_error *err);

/* Before rows are loaded: notes which of them are done in the tree. CS_INPUT if the folder
 * is no tree, was made by another call, or if a row that is done there has changed in the
 * list since. */
int batch_read_tree(struct batch *batch, const struct batch_call *call, struct cs_error *err);

#endif
