#include "lab/compare.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "run/result_folder.h"
#include "run/write.h"
#include "tool/text.h"

/* --- making ----------------------------------------------------------------------- */

static bool label_taken(const struct comparison *c, int before, const char *label)
{
    for (int k = 0; k < before; k++)
        if (!strcmp(c->member[k].label, label))
            return true;
    return false;
}

/* The scenario's name, numbered if an earlier one has it. */
static char *make_label(const struct comparison *c, int index)
{
    const char *const name = c->member[index].world->name;
    char *label = text_copy(name);

    for (int number = 2; label && label_taken(c, index, label); number++) {
        free(label);
        label = text_format("%s_%d", name, number);
    }
    return label;
}

static int make_member(struct comparison *c, int index, const struct scenario *world,
                       struct cs_error *err)
{
    struct member *const m = &c->member[index];
    const enum cs_detail detail =
        c->detail == CS_DETAIL_MARKET ? CS_DETAIL_BUYER : c->detail;

    m->world = world;
    m->label = make_label(c, index);
    int code = m->label ? catalogue_new(world, &m->catalogue, err) : cs_fail_memory(err);
    if (!code)
        code = plan_new(world, m->catalogue, PLAN_RESULTS, detail, &m->plan, err);
    return code;
}

static int make_contrast(struct comparison *c, int index, struct cs_error *err)
{
    static const char *const metrics[DIPS] = {[DIP_AT_HAND] = "effective_pflops",
                                              [DIP_BOUGHT] = "delivered_effective_pflops"};
    struct contrast *const x = &c->contrast[index];

    x->reference = &c->member[0];
    x->scenario = &c->member[index + 1];
    const char *const labels[2] = {x->reference->label, x->scenario->label};
    int code = match_new(x->reference->plan, x->scenario->plan, c->detail, labels, &x->match, err);
    if (!code)
        code = diversion_new(x->match, &x->diversion, err);
    if (code)
        return code;
    const size_t years = (size_t)x->reference->plan->years;
    x->running = calloc(x->match->pairs + 1, sizeof *x->running);
    x->paired = calloc(x->match->pairs + 1, sizeof *x->paired);
    x->capacity = calloc(years, sizeof *x->capacity);
    x->capacities = calloc(years, sizeof *x->capacities);
    x->ratios = calloc(years, sizeof *x->ratios);
    if (!x->running || !x->paired || !x->capacity || !x->capacities || !x->ratios)
        return cs_fail_memory(err);
    for (int y = 0; y < x->reference->plan->years; y++)
        x->capacity[y] = (struct capacity){.match = x->match,
                                           .date = x->reference->world->steps + y};
    for (int k = 0; k < DIPS && !code; k++)
        code = dip_init(&x->dip[k], x->match, metrics[k], err);
    return code;
}

static int make(const struct scenario *const *worlds, int count, const char *loss,
                const struct cs_run_options *options, struct comparison **out,
                struct cs_error *err)
{
    struct comparison *c = calloc(1, sizeof *c);
    int code = CS_OK;

    *out = c;
    if (!c)
        return cs_fail_memory(err);
    c->seed = options->seed;
    c->paths = options->paths;
    c->detail = options->detail;
    c->uncertainty = options->uncertainty;
    c->member = calloc((size_t)count, sizeof *c->member);
    c->contrast = calloc((size_t)count, sizeof *c->contrast);
    if (!c->member || !c->contrast)
        return cs_fail_memory(err);
    c->members = count;
    for (int k = 0; k < count && !code; k++)
        code = make_member(c, k, worlds[k], err);
    for (int k = 0; k < count - 1 && !code; k++)
        code = make_contrast(c, k, err);
    return code ? code : loss_prepare(c, loss, err);
}

static void contrast_release(struct contrast *x)
{
    for (size_t k = 0; x->running && k < x->match->pairs; k++)
        series_release(&x->running[k].series);
    for (int y = 0; x->capacity && y < x->reference->plan->years; y++)
        capacity_release(&x->capacity[y]);
    for (int k = 0; k < DIPS; k++)
        dip_release(&x->dip[k]);
    series_release(&x->losses);
    diversion_free(x->diversion);
    free(x->running);
    free(x->paired);
    free(x->capacity);
    free(x->capacities);
    free(x->ratios);
    match_free(x->match);
}

void comparison_free(struct comparison *c)
{
    if (!c)
        return;
    for (int k = 0; k < c->members - 1; k++)
        contrast_release(&c->contrast[k]);
    for (int k = 0; k < c->members; k++) {
        draws_abandon(c->member[k].draws);
        wave_free(c->member[k].wave);
        plan_free(c->member[k].plan);
        catalogue_free(c->member[k].catalogue);
        free(c->member[k].label);
    }
    free(c->contrast);
    free(c->member);
    free(c);
}

/* --- looking ----------------------------------------------------------------------- */

const struct paired *contrast_market(const struct contrast *x, const char *metric, int date)
{
    const size_t pair = match_market(x->match, metric, date);

    return pair == NO_SERIES ? NULL : &x->paired[pair];
}

static double median_at(const struct contrast *x, const struct dip *dip, int date)
{
    return contrast_market(x, dip->metric, date)->summary.q[P50];
}

int dip_deepest(const struct contrast *x, const struct dip *dip)
{
    int deepest = -1;

    for (int d = x->match->first; d <= x->match->last; d++) {
        const double median = median_at(x, dip, d);
        if (median < (deepest < 0 ? 0 : median_at(x, dip, deepest)))
            deepest = d;
    }
    return deepest;
}

int dip_recovered(const struct contrast *x, const struct dip *dip, int deepest)
{
    for (int d = deepest < 0 ? x->match->last + 1 : deepest; d <= x->match->last; d++)
        if (median_at(x, dip, d) >= 0)
            return d;
    return -1;
}

/* --- the result folder --------------------------------------------------------------- */

static int check_options(const struct cs_run_options *o, int count, struct cs_error *err)
{
    int code = CS_OK;

    if (count < 2)
        code = cs_fail(err, CS_INPUT, "a comparison needs at least two scenarios (found %d)",
                       count);
    if (o->paths < 1 || o->paths > UINT32_MAX)
        code = cs_fail(err, CS_INPUT, "the number of paths must be between 1 and 4294967295 "
                       "(found %llu)", (unsigned long long)o->paths);
    if (o->trace && (o->trace_from > o->trace_to || o->trace_to >= o->paths))
        code = cs_fail(err, CS_INPUT, "the trace must run from a path to the same or a later one "
                       "below %llu (found %llu:%llu)", (unsigned long long)o->paths,
                       (unsigned long long)o->trace_from, (unsigned long long)o->trace_to);
    if ((o->draws || o->trace) && !o->out)
        code = cs_fail(err, CS_INPUT, "draws and traces need a result folder");
    return code;
}

/* Every path of a scenario goes to a folder of its name. */
static int open_folders(struct comparison *c, const struct cs_run_options *options,
                        const char *work, struct cs_error *err)
{
    int code = CS_OK;

    for (int k = 0; k < c->members && !code && (options->draws || options->trace); k++) {
        struct member *const m = &c->member[k];
        char *const folder = text_format("%s/%s", work, m->label);
        if (!folder)
            code = cs_fail_memory(err);
        else if (mkdir(folder, 0777))
            code = cs_fail_errno(err, "%s: the folder cannot be made", folder);
        else if (options->draws)
            code = draws_open(m->plan, options, pool_threads(options->threads), folder, &m->draws,
                              err);
        free(folder);
    }
    return code;
}

static int close_folders(struct comparison *c, const struct cs_run_options *options,
                         const char *work, struct cs_error *err)
{
    int code = CS_OK;

    for (int k = 0; k < c->members && !code; k++) {
        struct member *const m = &c->member[k];
        struct draws *const draws = m->draws;
        m->draws = NULL;
        code = draws_close(draws, err);
        if (code || !options->trace)
            continue;
        const struct result result = {.world = m->world, .seed = c->seed, .paths = c->paths,
                                      .uncertainty = c->uncertainty, .catalogue = m->catalogue};
        char *const folder = text_format("%s/%s", work, m->label);
        code = folder ? write_trace(&result, options->trace_from, options->trace_to, folder, err)
                      : cs_fail_memory(err);
        free(folder);
    }
    return code;
}

static int compare_into(struct comparison *c, const struct cs_run_options *options,
                        struct cs_error *err)
{
    struct folder folder;
    int code = folder_begin(&folder, options->out, options->force, err);

    if (code)
        return code;
    code = open_folders(c, options, folder.work, err);
    if (!code)
        code = comparison_compute(c, options, err);
    if (!code)
        code = close_folders(c, options, folder.work, err);
    if (!code)
        code = comparison_write(c, options, folder.work, err);
    if (!code && options->cancelled && options->cancelled(options->context))
        code = cs_fail(err, CS_CANCELLED, "stopped before the results were in place");
    for (int k = 0; code && k < c->members; k++) {
        draws_abandon(c->member[k].draws);
        c->member[k].draws = NULL;
    }
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}

int compare(const struct scenario *const *worlds, int count, const char *loss,
            const struct cs_run_options *options, struct comparison **out, struct cs_error *err)
{
    struct comparison *c = NULL;
    int code = check_options(options, count, err);

    *out = NULL;
    gsl_set_error_handler_off();
    if (!code)
        code = make(worlds, count, loss, options, &c, err);
    if (!code)
        code = options->out ? compare_into(c, options, err) : comparison_compute(c, options, err);
    if (code)
        comparison_free(c);
    else
        *out = c;
    return code;
}
