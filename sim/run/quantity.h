/* What a user asks about: METRIC[BUYER/OPTION]@DATE. One reader for every place where
 * such a text may stand (--until, --loss, --where). */
#ifndef CHIPSPLIT_RUN_QUANTITY_H
#define CHIPSPLIT_RUN_QUANTITY_H

#include "run/plan.h"

struct quantity {
    char metric[128], buyer[64], option[64]; /* buyer and option are `all` if not named */
    char date[DATE_TEXT];
};

/* Reads METRIC [ '[' BUYER [ '/' OPTION ] ']' ] '@' DATE at the start of a text. Returns
 * the first character behind the date, or NULL if the text does not begin like this or a
 * name is too long. No name is looked up; whatever bytes the text holds are safe. */
const char *quantity_read(const char *text, struct quantity *quantity);

/* The series of a quantity in a plan. A row that the plan's detail leaves out is added to
 * it, not shown; so do this before anything else is made from the plan. A metric, buyer,
 * option or date that does not exist is CS_INPUT: "TEXT: there is no ...".
 *   text  what the user wrote, for the complaint */
int quantity_resolve(const struct quantity *quantity, const char *text, struct plan *plan,
                     size_t *series, struct cs_error *err);

#endif
