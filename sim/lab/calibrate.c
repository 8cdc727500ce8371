#include "lab/calibrate.h"

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "run/result_folder.h"

const double calibrate_cutoff = 3;

const char *const verdict_words[3] = {"learned", "moved", "not identified"};

struct calibrate_options calibrate_options_default(void)
{
    return (struct calibrate_options){.run = cs_run_options_default(), .vectors = 1024,
                                      .luck = LANES, .discrepancy = 0.1};
}

static int check_options(const struct calibrate_options *o, struct cs_error *err)
{
    if (o->vectors < 4 * POPULATIONS || o->vectors > 1 << 20 || o->vectors % POPULATIONS)
        return cs_fail(err, CS_INPUT, "the number of vectors must be a multiple of %d from %d to "
                       "%d (found %llu)", POPULATIONS, 4 * POPULATIONS, 1 << 20,
                       (unsigned long long)o->vectors);
    if (o->luck < LANES || o->luck > 1 << 16 || o->luck % LANES)
        return cs_fail(err, CS_INPUT, "the paths of a vector must be a multiple of %d from %d to "
                       "%d (found %llu)", LANES, LANES, 1 << 16, (unsigned long long)o->luck);
    if (!(o->discrepancy >= 0 && o->discrepancy <= 10))
        return cs_fail(err, CS_INPUT, "the discrepancy must be between 0 and 10 (found %g)",
                       o->discrepancy);
    return CS_OK;
}

/* --- observations -------------------------------------------------------------------- */

static bool is_year(const struct observation *seen)
{
    return strlen(seen->date) == 4;
}

static bool in_horizon(const struct scenario *w, const struct observation *seen)
{
    return seen->first >= 0 && seen->last < w->steps;
}

/* Observations within the horizon become facts, and the plan has their rows alone. */
static int ask(struct calibration *c, struct cs_error *err)
{
    const struct scenario *const w = c->world;

    c->fact = calloc((size_t)w->observations + 1, sizeof *c->fact);
    if (!c->fact)
        return cs_fail_memory(err);
    for (int k = 0; k < w->observations; k++) {
        const struct observation *const seen = &w->observation[k];
        if (!in_horizon(w, seen)) {
            c->outside++;
            continue;
        }
        if (!(seen->sd > 0))
            cs_fail(err, CS_INPUT, "%s:%d: column 'sd': calibration needs a standard error "
                    "greater than 0", seen->file, seen->line);
        c->fact[c->facts++].seen = seen;
    }
    if (!c->facts)
        return cs_fail(err, CS_INPUT, "%s: history.csv holds no observation within the horizon",
                       w->name);
    return err->code;
}

static void refuse_metric(const struct calibration *c, const struct observation *seen,
                          struct cs_error *err)
{
    const char *const near = catalogue_nearest(c->catalogue, seen->metric);

    cs_fail(err, CS_INPUT, near ? "%s:%d: column 'metric': %s: there is no such metric; did you "
                                  "mean '%s'?"
                                : "%s:%d: column 'metric': %s: there is no such metric",
            seen->file, seen->line, seen->metric, near);
}

static int plan_facts(struct calibration *c, struct cs_error *err)
{
    bool *const none = calloc((size_t)c->catalogue->count, sizeof *none);
    const char *rule;

    if (!none)
        return cs_fail_memory(err);
    plan_keep(c->plan, none);
    free(none);
    for (int k = 0; k < c->facts; k++) {
        struct fact *const fact = &c->fact[k];
        const struct observation *const seen = fact->seen;
        fact->metric = catalogue_find(c->catalogue, seen->metric);
        if (!fact->metric || fact->metric->trace_only)
            refuse_metric(c, seen, err);
        else if (plan_need(c->plan, fact->metric, find_buyer(c->world, seen->buyer),
                           find_option(c->world, seen->option), &rule) < 0)
            cs_fail(err, CS_INPUT, "%s:%d: column 'metric': %s: %s", seen->file, seen->line,
                    seen->metric, rule);
    }
    return err->code;
}

static void place_facts(struct calibration *c)
{
    for (int k = 0; k < c->facts; k++) {
        struct fact *const fact = &c->fact[k];
        const struct observation *const seen = fact->seen;
        const int row = plan_row(c->plan, fact->metric, find_buyer(c->world, seen->buyer),
                                 find_option(c->world, seen->option));
        const int date = is_year(seen) ? plan_date(c->plan, seen->date) : seen->first;
        const double allowed = c->options.discrepancy * seen->value;
        fact->series = (size_t)row * (size_t)c->plan->dates + (size_t)date;
        fact->value = seen->value;
        fact->own = seen->sd * seen->sd;
        fact->allowed = allowed * allowed;
    }
}

static int read_priors(struct calibration *c, struct cs_error *err)
{
    const struct scenario *const w = c->world;
    const size_t all = (size_t)c->options.vectors * (size_t)w->priors;

    c->priors = w->priors;
    c->z = malloc((all + 1) * sizeof *c->z);
    c->x = malloc((all + 1) * sizeof *c->x);
    c->lesson = calloc((size_t)w->priors + 1, sizeof *c->lesson);
    if (!c->z || !c->x || !c->lesson)
        return cs_fail_memory(err);
    for (int p = 0; p < w->priors; p++)
        if (w->prior[p].cell_count)
            c->lesson[c->lessons++].prior = p;
    return c->lessons ? CS_OK : cs_fail(err, CS_INPUT, "%s: has no prior that is on", w->name);
}

int calibration_new(const struct scenario *world, const struct calibrate_options *options,
                    struct calibration **out, struct cs_error *err)
{
    struct calibration *const c = calloc(1, sizeof *c);
    struct cs_error own = {0};
    int code = c ? check_options(options, err) : cs_fail_memory(err);

    *out = NULL;
    err = err ? err : &own;
    gsl_set_error_handler_off();
    if (!code) {
        c->world = world;
        c->options = *options;
        code = ask(c, err);
    }
    if (!code)
        code = read_priors(c, err);
    if (!code)
        code = catalogue_new(world, &c->catalogue, err);
    if (!code)
        code = plan_new(world, c->catalogue, PLAN_RESULTS, CS_DETAIL_MARKET, &c->plan, err);
    if (!code)
        code = plan_facts(c, err);
    if (code) {
        calibration_free(c);
        return code;
    }
    place_facts(c);
    *out = c;
    return CS_OK;
}

void calibration_free(struct calibration *c)
{
    if (!c)
        return;
    plan_free(c->plan);
    catalogue_free(c->catalogue);
    free(c->fact);
    free(c->z);
    free(c->x);
    free(c->lesson);
    free(c);
}

/* --- the result folder ------------------------------------------------------------------ */

static int compute_into(struct calibration *c, struct cs_error *err)
{
    const struct cs_run_options *const run = &c->options.run;
    struct folder folder;
    int code = folder_begin(&folder, run->out, run->force, err);

    if (code)
        return code;
    code = calibration_compute(c, err);
    if (!code)
        code = calibration_write(c, folder.work, err);
    if (!code)
        code = calibration_write_scenarios(c, folder.work, err);
    if (!code && run->cancelled && run->cancelled(run->context))
        code = cs_fail(err, CS_CANCELLED, "stopped before the results were in place");
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}

int calibrate(const struct scenario *world, const struct calibrate_options *options,
              struct calibration **out, struct cs_error *err)
{
    struct calibration *c = NULL;
    int code = calibration_new(world, options, &c, err);

    *out = NULL;
    if (!code)
        code = options->run.out ? compute_into(c, err) : calibration_compute(c, err);
    if (code)
        calibration_free(c);
    else
        *out = c;
    return code;
}
