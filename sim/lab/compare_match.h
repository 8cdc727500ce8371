/* What two plans have in common: rows by metric, buyer id and option id, dates by
 * name. A year and the total count as common only if they cover the same calendar
 * periods in both worlds. */
#ifndef CHIPSPLIT_LAB_COMPARE_MATCH_H
#define CHIPSPLIT_LAB_COMPARE_MATCH_H

#include "run/plan.h"

/* A series of the reference and the same of the scenario. */
struct pair {
    int row, date;           /* of the reference's plan */
    size_t reference, scenario;
    size_t source;           /* the first pair with the same values: itself, or that of
                                the last period of the date */
};

#define NO_SERIES SIZE_MAX

struct match {
    const struct plan *reference, *scenario;
    int *date;               /* [dates of the reference] the scenario's date, or -1 */
    int first, last;         /* common periods, as dates of the reference */
    size_t pairs;
    struct pair *pair;       /* in the order of the reference's series */
    size_t *at;              /* [series of the reference] its pair, or NO_SERIES */
};

/* Matches two plans, which must outlive the match.
 *   detail  CS_DETAIL_MARKET: only rows of the whole market become pairs
 * CS_INPUT if the worlds differ in their step or have no period in common; the
 * sentence names them by `labels`, the reference first. */
int match_new(const struct plan *reference, const struct plan *scenario, enum cs_detail detail,
              const char *const labels[2], struct match **out, struct cs_error *err);
void match_free(struct match *match);

/* The series of a metric at a date of the plan; NO_SERIES if there is no such row.
 * Buyer and option are indices of the plan's world, or EVERYONE. */
size_t plan_series_of(const struct plan *plan, const char *metric, int buyer, int option,
                      int date);

/* The pair of a market metric (buyer and option all) at a date of the reference, or
 * NO_SERIES. */
size_t match_market(const struct match *match, const char *metric, int date);

#endif
