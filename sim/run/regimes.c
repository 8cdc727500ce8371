#include "run/regimes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int group_us(int us)
{
    return us;
}

int group_cn(const struct scenario *world, int cn)
{
    return world->us_regimes + cn;
}

int group_both(const struct scenario *world, int us, int cn)
{
    return world->us_regimes + world->cn_stances + us * world->cn_stances + cn;
}

struct picked {
    const struct plan *plan;
    int *row, count;
};

/* Adds the market row of PREFIXsuffix unless it is there already. */
static void choose(struct picked *c, const char *prefix, const char *suffix)
{
    char name[256];

    snprintf(name, sizeof name, "%s%s", prefix, suffix);
    const struct metric *const metric = catalogue_find(c->plan->catalogue, name);
    const int row = metric ? plan_row(c->plan, metric, EVERYONE, EVERYONE) : -1;
    for (int k = 0; k < c->count; k++)
        if (c->row[k] == row)
            return;
    if (row >= 0 && c->count < REGIME_METRICS)
        c->row[c->count++] = row;
}

int main_rows(const struct plan *plan, int *row)
{
    static const char *const measures[] = {"_share_spend", "_share_units", "_share_effective"};
    const struct scenario *const w = plan->world;
    const int foreign = vendor_lead(w, CLASS_FOREIGN), own = vendor_lead(w, CLASS_DOMESTIC);
    const char *const subject[] = {"domestic", foreign < 0 ? NULL : w->vendor[foreign].id,
                                   own < 0 ? NULL : w->vendor[own].id};
    struct picked picked = {plan, row, 0};

    for (int s = 1; s < 3; s++)
        if (subject[s])
            choose(&picked, subject[s], "_revenue_gross_usd");
    choose(&picked, "", "levy_receipts_usd");
    for (int s = 0; s < 3; s++)
        for (int m = 0; subject[s] && m < 3; m++)
            choose(&picked, subject[s], measures[m]);
    choose(&picked, "", "delivered_effective_pflops");
    choose(&picked, "", "shortfall");
    choose(&picked, "", "unmet_share");
    return picked.count;
}

static size_t count_series(const struct regimes *r)
{
    return regimes_cells(r) * (size_t)r->groups;
}

/* Scratch of one worker: the values of a wave by group. */
struct sorter {
    double *all, *x;         /* [WAVE], [groups][WAVE] */
    size_t *n;               /* [groups] */
};

static bool sorter_init(struct sorter *sorter, int groups)
{
    sorter->all = malloc(WAVE * sizeof *sorter->all);
    sorter->x = malloc((size_t)groups * WAVE * sizeof *sorter->x);
    sorter->n = malloc((size_t)groups * sizeof *sorter->n);
    return sorter->all && sorter->x && sorter->n;
}

static void sorter_release(struct sorter *sorter)
{
    free(sorter->all);
    free(sorter->x);
    free(sorter->n);
}

int regimes_new(const struct plan *plan, int workers, bool series, struct regimes **out,
                struct cs_error *err)
{
    const struct scenario *const w = plan->world;
    struct regimes *r = calloc(1, sizeof *r);
    bool fine = r != NULL;

    *out = NULL;
    if (r) {
        r->plan = plan;
        r->groups = w->us_regimes + w->cn_stances + w->us_regimes * w->cn_stances;
        r->metrics = main_rows(plan, r->row);
        r->series = series ? calloc(count_series(r), sizeof *r->series) : NULL;
        r->summary = malloc(count_series(r) * sizeof *r->summary);
        r->sorter = calloc((size_t)workers, sizeof *r->sorter);
        fine = (r->series || !series) && r->summary && r->sorter;
    }
    for (int k = 0; fine && k < workers; k++) {
        fine = sorter_init(&r->sorter[k], r->groups);
        r->workers = k + 1;
    }
    if (!fine) {
        regimes_free(r);
        return cs_fail_memory(err);
    }
    *out = r;
    return CS_OK;
}

void regimes_free(struct regimes *r)
{
    if (!r)
        return;
    for (size_t k = 0; r->series && k < count_series(r); k++)
        series_release(&r->series[k]);
    for (int k = 0; k < r->workers; k++)
        sorter_release(&r->sorter[k]);
    free(r->sorter);
    free(r->series);
    free(r->summary);
    free(r);
}

size_t regimes_cells(const struct regimes *r)
{
    return (size_t)r->metrics * (size_t)r->plan->dates;
}

size_t regimes_parent(const struct regimes *r, size_t cell)
{
    const size_t dates = (size_t)r->plan->dates;

    return (size_t)r->row[cell / dates] * dates + cell % dates;
}

/* Puts a value at the end of its group. */
static void push(struct sorter *sorter, int group, double value)
{
    sorter->x[(size_t)group * WAVE + sorter->n[group]++] = value;
}

static void sort(const struct regimes *r, const struct wave *wave, struct sorter *sorter,
                 size_t cell)
{
    const struct scenario *const w = r->plan->world;
    const int last = r->plan->date[cell % (size_t)r->plan->dates].last;
    const int32_t *const us = wave->us + (size_t)last * WAVE;
    const int32_t *const cn = wave->cn + (size_t)last * WAVE;

    memset(sorter->n, 0, (size_t)r->groups * sizeof *sorter->n);
    wave_series(wave, regimes_parent(r, cell), sorter->all);
    for (int p = 0; p < wave->paths; p++) {
        push(sorter, group_us(us[p]), sorter->all[p]);
        push(sorter, group_cn(w, cn[p]), sorter->all[p]);
        push(sorter, group_both(w, us[p], cn[p]), sorter->all[p]);
    }
}

bool regimes_add(struct regimes *r, const struct wave *wave, int worker, size_t cell)
{
    struct series *const series = r->series + cell * (size_t)r->groups;
    struct sorter *const sorter = &r->sorter[worker];
    bool fine = true;

    sort(r, wave, sorter, cell);
    for (int g = 0; g < r->groups; g++)
        if (sorter->n[g] > 0)
            fine = series_add(&series[g], sorter->x + (size_t)g * WAVE, sorter->n[g], 0) && fine;
    return fine;
}

void regimes_take(struct regimes *r, const struct wave *wave, int worker, size_t cell,
                  struct summariser *scratch)
{
    struct summary *const summary = r->summary + cell * (size_t)r->groups;
    struct sorter *const sorter = &r->sorter[worker];

    sort(r, wave, sorter, cell);
    for (int g = 0; g < r->groups; g++) {
        double *const x = sorter->x + (size_t)g * WAVE;
        const struct scan scan = values_scan(x, sorter->n[g]);
        values_summary(x, sorter->n[g], &scan, scratch, &summary[g]);
    }
}

bool regimes_fix(struct regimes *r, size_t cell, const struct edges *edges)
{
    struct series *const series = r->series + cell * (size_t)r->groups;
    bool fine = true;

    for (int g = 0; g < r->groups; g++)
        fine = series_fix(&series[g], edges) && fine;
    return fine;
}

bool regimes_archive(struct regimes *r, struct archive *archive)
{
    bool fine = true;

    for (size_t k = 0; k < count_series(r) && fine; k++)
        fine = series_archive(&r->series[k], archive);
    return fine;
}

void regimes_summarise(struct regimes *r, size_t cell, struct summariser *scratch)
{
    for (int g = 0; g < r->groups; g++) {
        const size_t k = cell * (size_t)r->groups + (size_t)g;
        series_summary(&r->series[k], scratch, &r->summary[k]);
        series_release(&r->series[k]);
    }
}

const struct summary *regimes_at(const struct regimes *r, int metric, int date, int group)
{
    const size_t cell = (size_t)metric * (size_t)r->plan->dates + (size_t)date;

    return &r->summary[cell * (size_t)r->groups + (size_t)group];
}
