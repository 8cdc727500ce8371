/* The dip: how far compute falls below the reference, and for how long. And domestic
 * capacity against the reference. */
#ifndef CHIPSPLIT_LAB_COMPARE_DIP_H
#define CHIPSPLIT_LAB_COMPARE_DIP_H

#include "lab/compare_match.h"
#include "lab/compare_series.h"
#include "run/wave.h"

/* Path by path, over the periods common to both worlds. The deepest period is the first
 * with the largest fall below the reference; the dip runs from the first period below
 * the reference, without a break up to the deepest, to the first one after it that is
 * back at or above the reference. Paths that never fall below have no dip: 0 deep, 0
 * long. */
struct dip {
    const struct match *match;
    const char *metric;      /* of the market */
    struct series depth;     /* reference - scenario in the deepest period */
    struct series share;     /* the same over the reference in that period */
    uint64_t dips, back;     /* paths with a dip; those that are back within the horizon */
    uint64_t *length;        /* [common periods] paths by the periods their dip lasts */
};

/* Start from {0}; release after a failure too. */
int dip_init(struct dip *dip, const struct match *match, const char *metric,
             struct cs_error *err);

/* Adds the paths of a wave; x is scratch of 3 WAVE values and 2 for each common period.
 * False without memory. */
bool dip_add(struct dip *dip, const struct wave *reference, const struct wave *scenario,
             double *x, size_t expected);
void dip_release(struct dip *dip);

/* What is said of a dip. Lengths are in years, infinite beyond the horizon; they have no
 * mean. */
struct dipped {
    struct summary depth, share, years;
};
void dip_summary(const struct dip *dip, struct summariser *scratch, struct dipped *dipped);

/* Domestic capacity at the end of a year: the sum of domestic_capacity_units_per_year
 * over the domestic options of either world. Start from zeros with match and date set. */
struct capacity {
    const struct match *match;
    int date;                /* a year, of the reference */
    struct difference difference;
    struct series ratio;     /* scenario over reference; missing if that is 0 */
};

/* Adds the paths of a wave; x is scratch of 3 WAVE values. False without memory. */
bool capacity_add(struct capacity *capacity, const struct wave *reference,
                  const struct wave *scenario, double *x, size_t expected);
void capacity_release(struct capacity *capacity);

#endif
