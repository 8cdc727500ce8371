#include "lab/compare_match.h"

#include <stdlib.h>
#include <string.h>

size_t plan_series_of(const struct plan *plan, const char *name, int buyer, int option, int date)
{
    const struct metric *const metric = catalogue_find(plan->catalogue, name);
    const int row = metric && !metric->trace_only ? plan_row(plan, metric, buyer, option) : -1;

    return row < 0 ? NO_SERIES : (size_t)row * (size_t)plan->dates + (size_t)date;
}

size_t match_market(const struct match *match, const char *metric, int date)
{
    const size_t series = plan_series_of(match->reference, metric, EVERYONE, EVERYONE, date);

    return series == NO_SERIES ? NO_SERIES : match->at[series];
}

/* --- dates ------------------------------------------------------------------- */

static void match_dates(struct match *m)
{
    const struct plan *const a = m->reference, *const b = m->scenario;

    m->first = -1;
    for (int d = 0; d < a->dates; d++) {
        const struct span *const one = &a->date[d];
        const int other = plan_date(b, one->text);
        const struct span *const two = &b->date[other < 0 ? 0 : other];
        const bool same = other >= 0 &&
                          a->world->start + one->first == b->world->start + two->first &&
                          a->world->start + one->last == b->world->start + two->last;
        m->date[d] = same ? other : -1;
        if (!same || !one->period)
            continue;
        m->first = m->first < 0 ? d : m->first;
        m->last = d;
    }
}

static int check_dates(const struct match *m, const char *const labels[2], struct cs_error *err)
{
    static const char *const steps[] = {"quarter", "month"};
    const struct scenario *const a = m->reference->world, *const b = m->scenario->world;

    if (a->step != b->step)
        return cs_fail(err, CS_INPUT, "%s and %s cannot be compared: the step of the first is a "
                       "%s, that of the second a %s", labels[0], labels[1], steps[a->step],
                       steps[b->step]);
    if (m->first < 0)
        return cs_fail(err, CS_INPUT, "%s and %s cannot be compared: they have no period in "
                       "common (%s to %s, %s to %s)", labels[0], labels[1],
                       m->reference->date[0].text, m->reference->date[a->steps - 1].text,
                       m->scenario->date[0].text, m->scenario->date[b->steps - 1].text);
    return CS_OK;
}

/* --- rows -------------------------------------------------------------------- */

/* The scenario's row with the ids of a row of the reference, or -1. */
static int other_row(const struct match *m, const struct row *row)
{
    const struct scenario *const a = m->reference->world, *const b = m->scenario->world;
    const struct metric *const metric = catalogue_find(m->scenario->catalogue, row->metric->name);
    const int buyer = find_buyer(b, buyer_id(a, row->buyer));
    const int option = find_option(b, option_id(a, row->option));

    if (!metric || metric->trace_only || buyer < EVERYONE || option < EVERYONE)
        return -1;
    return plan_row(m->scenario, metric, buyer, option);
}

static void add_row(struct match *m, int row, int other)
{
    const size_t dates = (size_t)m->reference->dates, before = m->pairs;

    for (int d = 0; d < m->reference->dates; d++) {
        if (m->date[d] < 0)
            continue;
        struct pair *const p = &m->pair[m->pairs];
        p->row = row;
        p->date = d;
        p->reference = (size_t)row * dates + (size_t)d;
        p->scenario = (size_t)other * (size_t)m->scenario->dates + (size_t)m->date[d];
        m->at[p->reference] = m->pairs++;
    }
    for (size_t k = before; k < m->pairs; k++)
        m->pair[k].source = m->at[plan_source(m->reference, m->pair[k].reference)];
}

static void match_rows(struct match *m, enum cs_detail detail)
{
    for (int r = 0; r < m->reference->shown; r++) {
        const struct row *const row = &m->reference->row[r];
        const bool market = row->buyer == EVERYONE && row->option == EVERYONE;
        const int other = other_row(m, row);
        if (other >= 0 && (market || detail != CS_DETAIL_MARKET))
            add_row(m, r, other);
    }
}

/* --- the whole --------------------------------------------------------------- */

int match_new(const struct plan *reference, const struct plan *scenario, enum cs_detail detail,
              const char *const labels[2], struct match **out, struct cs_error *err)
{
    const size_t series = plan_series(reference);
    struct match *m = calloc(1, sizeof *m);

    *out = NULL;
    if (m) {
        m->reference = reference;
        m->scenario = scenario;
        m->date = malloc((size_t)reference->dates * sizeof *m->date);
        m->pair = malloc(series * sizeof *m->pair);
        m->at = malloc(series * sizeof *m->at);
    }
    if (!m || !m->date || !m->pair || !m->at) {
        match_free(m);
        return cs_fail_memory(err);
    }
    for (size_t k = 0; k < series; k++)
        m->at[k] = NO_SERIES;
    match_dates(m);
    const int code = check_dates(m, labels, err);
    if (code) {
        match_free(m);
        return code;
    }
    match_rows(m, detail);
    *out = m;
    return CS_OK;
}

void match_free(struct match *m)
{
    if (!m)
        return;
    free(m->date);
    free(m->pair);
    free(m->at);
    free(m);
}
