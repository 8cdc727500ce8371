#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>
#include "run/result_folder.h"
#include "run/simulate.h"
#include "run/write.h"
#include "tool/text.h"

int cs_scenario_load(const char *folder, const char *const *set, size_t sets, cs_scenario **out,
                     struct cs_error *err)
{
    gsl_set_error_handler_off();
    return scenario_load(folder, set, sets, out, err);
}

void cs_scenario_free(cs_scenario *world)
{
    scenario_free(world);
}

struct cs_run_options cs_run_options_default(void)
{
    return (struct cs_run_options){
        .seed = 1, .paths = 10000, .max_paths = 1000000, .detail = CS_DETAIL_BUYER,
        .uncertainty = true};
}

int run_options_check(const struct cs_run_options *o, struct cs_error *err)
{
    int code = CS_OK;

    if (o->paths < 1 || o->paths > UINT32_MAX)
        code = cs_fail(err, CS_INPUT, "the number of paths must be between 1 and 4294967295 "
                       "(found %llu)", (unsigned long long)o->paths);
    if (o->trace && o->trace_from > o->trace_to)
        code = cs_fail(err, CS_INPUT, "the trace must run from a path to the same or a later one "
                       "(found %llu:%llu)", (unsigned long long)o->trace_from,
                       (unsigned long long)o->trace_to);
    else if (o->trace && o->paths && o->trace_to >= o->paths)
        code = cs_fail(err, CS_INPUT, "the trace ends at path %llu, but the paths of the run are "
                       "0 to %llu", (unsigned long long)o->trace_to,
                       (unsigned long long)o->paths - 1);
    if (o->untils && (o->max_paths < o->paths || o->max_paths > UINT32_MAX))
        code = cs_fail(err, CS_INPUT, "--max-paths must be between the paths of the first look, "
                       "%llu, and 4294967295 (found %llu)", (unsigned long long)o->paths,
                       (unsigned long long)o->max_paths);
    if (o->journal && !o->out)
        code = cs_fail(err, CS_INPUT, "a journal needs a result folder");
    if (o->threads < 0)
        code = cs_fail(err, CS_INPUT, "the number of threads must be 0 (one per core) or more "
                       "(found %d)", o->threads);
    if ((o->draws || o->trace) && !o->out)
        code = cs_fail(err, CS_INPUT, "draws and traces need a result folder");
    return code;
}

/* What is flushed to disk once it is written: a trace does so itself. */
static const char *const files[] = {"summary.csv", "regimes.csv", "probabilities.csv",
                                    "manifest.csv", "."};
enum { FILES = sizeof files / sizeof *files };

/* Files on their way, and what became of each; the last is the trace, then their folder. */
struct delivery {
    const struct result *result;
    const struct cs_run_options *options;
    const char *folder;
    struct cs_error err[FILES];
};

static void write_one(void *context, int worker, size_t which)
{
    struct delivery *const d = context;
    const struct cs_run_options *const o = d->options;
    struct cs_error *const err = &d->err[which];

    (void)worker;
    if (which == 0)
        write_summary(d->result, d->folder, err);
    else if (which == 1)
        write_regimes(d->result, d->folder, err);
    else if (which == 2)
        write_probabilities(d->result, d->folder, err);
    else if (which == 3)
        write_manifest(d->result, o, d->folder, false, err);
    else if (o->trace)
        write_trace(d->result, o->trace_from, o->trace_to, d->folder, err);
}

static void flush_one(void *context, int worker, size_t which)
{
    struct delivery *const d = context;
    char *const path = text_format("%s/%s", d->folder, files[which]);

    (void)worker;
    if (!path)
        cs_fail_memory(&d->err[which]);
    else if (folder_flush(path))
        cs_fail_errno(&d->err[which], "%s", path);
    free(path);
}

static int outcome(const struct delivery *d, struct cs_error *err)
{
    for (int k = 0; k < FILES; k++)
        if (d->err[k].code) {
            if (err)
                *err = d->err[k];
            return d->err[k].code;
        }
    return CS_OK;
}

/* With more than one thread a thread for each file: most of their time goes by until all are
 * on disk. */
static int write_files(const struct result *r, const struct cs_run_options *options,
                       const char *folder, struct cs_error *err)
{
    struct delivery d = {r, options, folder, {{0}}};
    struct pool *pool;
    int code = pool_new(r->threads > 1 ? FILES : 1, &pool, err);

    if (code)
        return code;
    pool_each(pool, FILES, write_one, &d);
    code = outcome(&d, err);
    if (!code) {
        pool_each(pool, FILES, flush_one, &d);
        code = outcome(&d, err);
    }
    pool_free(pool);
    return code;
}

static int open_draws(const struct result *r, const struct cs_run_options *options,
                      const struct journal *journal, const char *folder, struct draws **draws,
                      struct cs_error *err)
{
    const int workers = pool_threads(options->threads);

    *draws = NULL;
    if (!options->draws)
        return CS_OK;
    return journal && !journal->fresh ? draws_reopen(r->plan, options, workers, folder, draws, err)
                                      : draws_open(r->plan, options, workers, folder, draws, err);
}

/* Simulates with what grows path by path in `folder`. */
static int compute(struct result *r, const struct cs_run_options *options,
                   struct journal *journal, const char *folder, struct cs_error *err)
{
    struct draws *draws;
    int code = open_draws(r, options, journal, folder, &draws, err);

    if (!code)
        code = simulate(r, options, draws, journal, err);
    if (!code)
        return draws_close(draws, err);
    draws_abandon(draws);
    return code;
}

/* Writes the rest beside it and puts the folder in its place. */
static int deliver(struct result *r, const struct cs_run_options *options, struct folder *folder,
                   struct cs_error *err)
{
    const int code = write_files(r, options, folder->work, err);

    if (!code && options->cancelled && options->cancelled(options->context))
        return cs_fail(err, CS_CANCELLED, "stopped before the results were in place");
    return code;
}

/* The folder is whole or not there. */
static int run_into(struct result *r, const struct cs_run_options *options, struct cs_error *err)
{
    struct folder folder;
    int code = folder_begin(&folder, options->out, options->force, err);

    if (code)
        return code;
    code = compute(r, options, NULL, folder.work, err);
    if (!code)
        code = deliver(r, options, &folder, err);
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}

/* The files of the journal become the result; a copy of them if the journal stays. */
static int take_files(const struct journal *journal, struct folder *folder, struct cs_error *err)
{
    folder->work = journal->stays ? text_format("%s/copy", journal->folder)
                                  : text_copy(journal->files);
    if (!folder->work)
        return cs_fail_memory(err);
    return journal->stays ? folder_copy(journal->files, folder->work, err) : CS_OK;
}

/* The same with a journal, which takes the place of the working folder. */
static int run_with_journal(struct result *r, const struct cs_run_options *options,
                            struct cs_error *err)
{
    const bool goes_on = options->resume && journal_exists(options->out);
    struct folder folder;
    struct journal *journal = NULL;
    int code = journal_check(options, err);

    if (!code)
        code = folder_check(&folder, options->out, options->force || goes_on, err);
    if (code)
        return code;
    code = journal_open(folder.out, r, options, &journal, err);
    if (!code && folder_is_contested(&folder, journal->folder))
        code = cs_fail(err, CS_INPUT, "%s: another run is writing this folder", folder.name);
    if (!code)
        code = compute(r, options, journal, journal->files, err);
    if (!code)
        code = take_files(journal, &folder, err);
    if (!code)
        code = deliver(r, options, &folder, err);
    if (!code) {
        code = folder_commit(&folder, err);
    } else {
        code = journal_keep(journal, code, err);
        free(folder.work); /* belongs to the journal */
        folder.work = NULL;
        folder_abandon(&folder);
    }
    journal_free(journal);
    return code;
}

/* Few paths without an open end are not worth a journal. */
static bool is_long(const struct cs_run_options *o)
{
    return o->untils > 0 || o->enough || o->resume || o->paths > KEEP_PATHS;
}

static int run_anywhere(struct result *r, const struct cs_run_options *options,
                        struct cs_error *err)
{
    if (!options->out)
        return simulate(r, options, NULL, NULL, err);
    return options->journal && is_long(options) ? run_with_journal(r, options, err)
                                                : run_into(r, options, err);
}

int result_new(const struct scenario *world, const struct cs_run_options *options,
               struct result **out, struct cs_error *err)
{
    struct result *const r = calloc(1, sizeof *r);

    *out = NULL;
    gsl_set_error_handler_off();
    if (!r)
        return cs_fail_memory(err);
    r->world = world;
    r->seed = options->seed;
    r->paths = options->paths;
    r->detail = options->detail;
    r->uncertainty = options->uncertainty;
    int code = catalogue_new(world, &r->catalogue, err);
    if (!code)
        code = plan_new(world, r->catalogue, PLAN_RESULTS, r->detail, &r->plan, err);
    if (!code)
        code = stop_new(options, r->plan, &r->stop, err);
    if (code)
        cs_result_free(r);
    else
        *out = r;
    return code;
}

int cs_run(const cs_scenario *world, const struct cs_run_options *options, cs_result **out,
           struct cs_error *err)
{
    struct result *r = NULL;
    int code = run_options_check(options, err);

    *out = NULL;
    if (!code)
        code = result_new(world, options, &r, err);
    if (!code)
        code = run_anywhere(r, options, err);
    if (code)
        cs_result_free(r);
    else
        *out = r;
    return code;
}

uint64_t cs_result_paths(const cs_result *result)
{
    return result->paths;
}

bool cs_result_cut(const cs_result *result)
{
    return result->stop->reason == STOP_MOST || result->stop->reason == STOP_TIME;
}

void cs_result_free(cs_result *result)
{
    if (!result)
        return;
    stop_free(result->stop);
    sample_free(result->sample);
    passages_free(result->passages);
    regimes_free(result->regimes);
    free(result->summary);
    plan_free(result->plan);
    catalogue_free(result->catalogue);
    free(result);
}

/* --- one row ----------------------------------------------------------------- */

static int find_row(const struct result *r, const char *name, const char *buyer,
                    const char *option, struct cs_error *err)
{
    const struct metric *const metric = catalogue_find(r->catalogue, name);
    const char *const near = catalogue_nearest(r->catalogue, name);
    const int i = find_buyer(r->world, buyer), j = find_option(r->world, option);
    int row = -1;

    if (!metric || metric->trace_only) {
        cs_fail(err, CS_INPUT, near ? "%s: there is no such metric; did you mean '%s'?"
                                    : "%s: there is no such metric", name, near);
        return -1;
    }
    if (i >= EVERYONE && j >= EVERYONE)
        row = plan_row(r->plan, metric, i, j);
    if (row < 0 || !r->plan->row[row].shown) {
        cs_fail(err, CS_INPUT, "the result has no row for %s of buyer %s, option %s", name,
                buyer ? buyer : "all", option ? option : "all");
        return -1;
    }
    return row;
}

int cs_result_find(const cs_result *r, const char *date, const char *metric, const char *buyer,
                   const char *option, struct cs_summary_row *out, struct cs_error *err)
{
    const int d = plan_date(r->plan, date);
    const int row = find_row(r, metric, buyer, option, err);

    if (row < 0)
        return CS_INPUT;
    if (d < 0)
        return cs_fail(err, CS_INPUT, "%s: the result has no such date", date);
    const struct row *const what = &r->plan->row[row];
    const struct summary *const s = &r->summary[row * r->plan->dates + d];
    *out = (struct cs_summary_row){
        .date = r->plan->date[d].text,
        .buyer = buyer_id(r->world, what->buyer),
        .option = option_id(r->world, what->option),
        .metric = what->metric->name,
        .unit = what->metric->unit,
        .n = s->n, .missing = s->missing, .mean = s->mean, .se = s->se, .sd = s->sd,
        .p05 = s->q[P05], .p25 = s->q[P25], .p50 = s->q[P50], .p75 = s->q[P75], .p95 = s->q[P95],
        .p05_lo = s->lo[LIMIT_P05], .p05_hi = s->hi[LIMIT_P05],
        .p50_lo = s->lo[LIMIT_P50], .p50_hi = s->hi[LIMIT_P50],
        .p95_lo = s->lo[LIMIT_P95], .p95_hi = s->hi[LIMIT_P95],
    };
    return CS_OK;
}
