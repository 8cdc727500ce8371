/* One row of priors.csv as a distribution. */
#ifndef CHIPSPLIT_WORLD_PRIOR_ROW_H
#define CHIPSPLIT_WORLD_PRIOR_ROW_H

#include "math/dist.h"
#include "world/build.h"

struct prior_row {
    const struct line *line;
    struct dist_spec spec;
    bool relative;
};

/* Reads distribution, numbers, values and scale. Refused: a number that the
 * distribution needs and does not have, or has and does not need. The domain
 * of the specification is left to the caller. False after a complaint or
 * (*code set) without memory. */
bool prior_row_read(struct build *b, const struct line *line, struct prior_row *row,
                    int *code);

/* Checks the ends of a row (low, mode, high or the values, whichever it has),
 * multiplied by `scale`, against a domain. `cell` is the address that the
 * product belongs to. False after a complaint. */
bool prior_row_fits(struct build *b, const struct prior_row *row, enum domain_name domain,
                    double scale, const char *cell);

/* Lowest and highest of these ends, unscaled. Not for gamma_rate, which has none. */
void prior_row_ends(const struct prior_row *row, double *low, double *high);

#endif
