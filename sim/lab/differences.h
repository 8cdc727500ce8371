/* What differs between two worlds, cell by cell, after inheritance. */
#ifndef CHIPSPLIT_LAB_DIFFERENCES_H
#define CHIPSPLIT_LAB_DIFFERENCES_H

#include "world/scenario.h"

/* One side: a text, and where it was written last. */
struct side {
    char *text;              /* NULL: there is no such row; "" a blank cell */
    const char *file;        /* "" where there is nothing to point at */
    int line;
};

struct difference {
    char *address;           /* of a cell; TABLE.KEY or TABLE.KEY/KEY of a row */
    const char *blank;       /* what a blank or a missing row means, "no limit", "0", or "" */
    struct side side[2];
};

struct differences {
    int count, room;
    struct difference *difference;
};

/* Compares two worlds. Numbers are compared as numbers with their factors, a blank as
 * what it means, a pair without a row as 0; notes, sources, titles and descriptions are
 * left out. Tables without cells (priors, correlations, events, pins, thresholds,
 * history) are compared by row; a prior that is off in one of them differs. The texts
 * point into the worlds, which must outlive them. Fails only for memory. */
int differences_find(const struct scenario *a, const struct scenario *b,
                     struct differences *out, struct cs_error *err);
void differences_release(struct differences *differences);

#endif
