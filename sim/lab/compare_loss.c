#include <stdio.h>
#include <string.h>
#include "lab/compare.h"
#include "tool/text.h"

static bool read_loss(struct loss *loss, const char *text)
{
    const char *const end = quantity_read(text, &loss->at);

    loss->chosen = true;
    return end && !*end;
}

/* --- the default ------------------------------------------------------------------ */

/* The last date of the reference that every scenario has: the total, a year or a
 * period, or -1. */
static int common_date(const struct comparison *c)
{
    for (int d = c->member[0].plan->dates - 1; d >= 0; d--) {
        bool common = true;
        for (int k = 0; k < c->members - 1; k++)
            common = common && c->contrast[k].match->date[d] >= 0;
        if (common)
            return d;
    }
    return -1;
}

static void choose_loss(const struct comparison *c, struct loss *loss)
{
    const struct scenario *const w = c->member[0].world;
    const int lead = vendor_lead(w, CLASS_FOREIGN), date = common_date(c);

    *loss = (struct loss){.at = {.buyer = "all", .option = "all"}};
    if (lead < 0 || date < 0)
        return;
    snprintf(loss->at.metric, sizeof loss->at.metric, "%s_revenue_gross_usd", w->vendor[lead].id);
    snprintf(loss->at.date, sizeof loss->at.date, "%s", c->member[0].plan->date[date].text);
}

/* --- resolving ---------------------------------------------------------------------- */

/* The loss's series in a plan at a date, or NO_SERIES. */
static size_t series_of(const struct loss *loss, const struct plan *plan, int date)
{
    const int buyer = find_buyer(plan->world, loss->at.buyer);
    const int option = find_option(plan->world, loss->at.option);

    if (buyer < EVERYONE || option < EVERYONE || date < 0)
        return NO_SERIES;
    return plan_series_of(plan, loss->at.metric, buyer, option, date);
}

enum { IDS_MOST = 64 };      /* buyers, and options, of a world */

/* An id that the world does not have. */
static int refuse_id(const struct member *member, const char *text, const char *what,
                     const char *id, struct cs_error *err)
{
    const struct scenario *const w = member->world;
    const bool buyer = !strcmp(what, "buyer");
    const int count = buyer ? w->buyers : w->options;
    const char *ids[IDS_MOST];

    for (int k = 0; k < count; k++)
        ids[k] = buyer ? w->buyer[k].id : w->option[k].id;
    const char *const near = text_nearest(id, ids, (size_t)count);
    if (near)
        return cs_fail(err, CS_INPUT, "loss %s: %s has no %s '%s'; did you mean '%s'?", text,
                       member->label, what, id, near);
    return cs_fail(err, CS_INPUT, "loss %s: %s has no %s '%s'", text, member->label, what, id);
}

static int refuse_row(const struct loss *loss, const struct member *member, const char *text,
                      struct cs_error *err)
{
    const int buyer = find_buyer(member->world, loss->at.buyer);
    const int option = find_option(member->world, loss->at.option);
    const struct metric *const metric = catalogue_find(member->catalogue, loss->at.metric);
    const char *const near = catalogue_nearest(member->catalogue, loss->at.metric);

    if ((!metric || metric->trace_only) && near)
        return cs_fail(err, CS_INPUT, "loss %s: %s has no metric '%s'; did you mean '%s'?", text,
                       member->label, loss->at.metric, near);
    if (!metric || metric->trace_only)
        return cs_fail(err, CS_INPUT, "loss %s: %s has no metric '%s'", text, member->label,
                       loss->at.metric);
    if (buyer < EVERYONE)
        return refuse_id(member, text, "buyer", loss->at.buyer, err);
    if (option < EVERYONE)
        return refuse_id(member, text, "option", loss->at.option, err);
    const bool hidden = metric->level == LEVEL_PAIR && buyer >= 0 && option >= 0 &&
                        metric_has_option(metric, member->world, option);
    return cs_fail(err, CS_INPUT, "loss %s: %s has no row for %s of buyer %s, option %s%s", text,
                   member->label, loss->at.metric, loss->at.buyer, loss->at.option,
                   hidden ? "; --detail full has one" : "");
}

/* Finds the loss's series, and gives its date the name that results have. */
static int resolve(struct comparison *c, struct contrast *contrast, const char *text,
                   struct cs_error *err)
{
    struct loss *const loss = &c->loss;
    const int date = plan_date(contrast->reference->plan, loss->at.date);
    const int other = date < 0 ? -1 : contrast->match->date[date];

    contrast->loss_date = date;
    contrast->loss_reference = series_of(loss, contrast->reference->plan, date);
    contrast->loss_scenario = series_of(loss, contrast->scenario->plan, other);
    if (contrast->loss_reference != NO_SERIES && contrast->loss_scenario != NO_SERIES) {
        snprintf(loss->at.date, sizeof loss->at.date, "%s",
                 contrast->reference->plan->date[date].text);
        return CS_OK;
    }
    contrast->loss_reference = contrast->loss_scenario = NO_SERIES;
    if (!loss->chosen)
        return CS_OK;
    if (date < 0)
        return cs_fail(err, CS_INPUT, "loss %s: %s has no date '%s'; it has periods such as %s, "
                       "years such as %s, and total", text, contrast->reference->label,
                       loss->at.date, contrast->reference->plan->date[0].text,
                       contrast->reference->plan->date[contrast->reference->world->steps].text);
    if (other < 0)
        return cs_fail(err, CS_INPUT, "loss %s: %s does not cover the same periods in %s and %s",
                       text, loss->at.date, contrast->reference->label, contrast->scenario->label);
    const bool known = series_of(loss, contrast->reference->plan, date) != NO_SERIES;
    return refuse_row(loss, known ? contrast->scenario : contrast->reference, text, err);
}

int loss_prepare(struct comparison *c, const char *text, struct cs_error *err)
{
    int code = CS_OK;

    if (!text)
        choose_loss(c, &c->loss);
    else if (!read_loss(&c->loss, text))
        return cs_fail(err, CS_INPUT, "loss %s: must be METRIC@DATE or METRIC[BUYER/OPTION]@DATE, "
                       "such as nvidia_revenue_gross_usd@total", text);
    for (int k = 0; k < c->members - 1 && !code; k++)
        code = resolve(c, &c->contrast[k], text, err);
    return code;
}
