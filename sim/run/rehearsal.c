#include "run/rehearsal.h"

#include <stdlib.h>
#include "run/simulate.h"
#include "run/write.h"

/* timing.csv is the caller's, and always about the same. */
enum { TIMING_ROWS = 5, TIMING_BYTES = 200 };

/* --- sizes ------------------------------------------------------------------- */

static uint64_t scaled(uint64_t size, uint64_t whole, uint64_t part)
{
    return (uint64_t)((double)size / (double)part * (double)whole + 0.5);
}

static void add_file(struct rehearsal *out, const char *name, uint64_t rows, uint64_t bytes)
{
    out->file[out->files++] = (struct file_size){name, rows, bytes};
}

/* Adds what a writer counted and frees it. */
static void add_counted(struct rehearsal *out, const char *name, struct csv_writer *csv)
{
    uint64_t rows, bytes;

    csv_counted(csv, &rows, &bytes);
    csv_abandon(csv);
    out->formatted += bytes;
    add_file(out, name, rows - 1, bytes);
}

static int add_tables(struct rehearsal *out, const struct result *r, struct cs_error *err)
{
    static const struct {
        const char *name;
        void (*put)(struct csv_writer *csv, const struct result *r);
    } tables[] = {{"summary.csv", put_summary},
                  {"regimes.csv", put_regimes},
                  {"probabilities.csv", put_probabilities}};
    struct csv_writer *csv;
    int code = CS_OK;

    for (size_t k = 0; k < sizeof tables / sizeof *tables && !code; k++) {
        code = csv_open_onto(-1, tables[k].name, &csv, err);
        if (code)
            break;
        tables[k].put(csv, r);
        add_counted(out, tables[k].name, csv);
    }
    return code;
}

/* All paths of a trace are alike: one block of them is enough. */
static int add_trace(struct rehearsal *out, const struct result *r,
                     const struct cs_run_options *o, struct cs_error *err)
{
    const uint64_t all = o->trace_to - o->trace_from + 1, some = all < LANES ? all : LANES;
    struct csv_writer *csv;
    int code = csv_open_onto(-1, "trace.csv", &csv, err);

    if (code)
        return code;
    code = put_trace(csv, r, o->trace_from, o->trace_from + some - 1, err);
    add_counted(out, "trace.csv", csv);
    struct file_size *const file = &out->file[out->files - 1];
    file->rows = file->rows / some * all;
    file->bytes = scaled(file->bytes, all, some);
    return code;
}

static int add_manifest(struct rehearsal *out, const struct result *r,
                        const struct cs_run_options *options, struct cs_error *err)
{
    struct csv_writer *csv;
    int code = csv_open_onto(-1, "manifest.csv", &csv, err);

    if (code)
        return code;
    code = put_manifest(csv, r, options, err);
    add_counted(out, "manifest.csv", csv);
    return code;
}

static void add_draws(struct rehearsal *out, const struct draws *draws,
                      enum cs_draws_format format, uint64_t paths)
{
    static const char *const all[][2] = {
        [CS_DRAWS_CSV] = {"draws.csv", "inputs.csv"},
        [CS_DRAWS_CSV_GZ] = {"draws.csv.gz", "inputs.csv.gz"},
        [CS_DRAWS_NPY] = {"draws/*.npy", "inputs.csv"},
    };
    const char *const *const names = all[format];
    uint64_t rows[2], bytes[2];

    draws_counted(draws, rows, bytes);
    for (int k = 0; k < 2; k++)
        add_file(out, names[k], (rows[k] - 1) / out->paths * paths,
                 scaled(bytes[k], paths, out->paths));
}

/* --- memory ------------------------------------------------------------------ */

/* Values that a run keeps beyond those of its rehearsal: of each series that is not
 * constant, and of those by regime three times, for the US, for China and for both. Above
 * KEEP_PATHS the rehearsal has had all the counters already. */
static uint64_t more_memory(const struct result *r, uint64_t paths)
{
    const size_t count = (size_t)r->plan->shown * (size_t)r->plan->dates;
    uint64_t values = 0;

    if (paths > KEEP_PATHS)
        return 0;
    for (size_t s = 0; s < count; s++)
        values += plan_source(r->plan, s) == s && r->summary[s].sd > 0;
    for (size_t cell = 0; cell < regimes_cells(r->regimes); cell++)
        if (r->summary[plan_source(r->plan, regimes_parent(r->regimes, cell))].sd > 0)
            values += 3;
    return values * (paths - r->paths) * sizeof(double);
}

/* --- the rehearsal ------------------------------------------------------------ */

static void fill_plan(struct rehearsal *out, const struct result *r, uint64_t paths)
{
    out->paths = r->paths;
    out->threads = r->threads;
    out->rows = r->plan->shown;
    out->dates = r->plan->dates;
    out->more_memory = more_memory(r, paths);
}

static int fill_files(struct rehearsal *out, const struct result *r, const struct draws *draws,
                      const struct cs_run_options *options, struct cs_error *err)
{
    int code = add_tables(out, r, err);

    if (!code)
        code = add_manifest(out, r, options, err);
    add_file(out, "timing.csv", TIMING_ROWS, TIMING_BYTES);
    if (!code && draws)
        add_draws(out, draws, options->draws_format, options->paths);
    if (!code && options->trace)
        code = add_trace(out, r, options, err);
    return code;
}

int rehearse(const struct scenario *world, const struct cs_run_options *options,
             struct rehearsal *out, struct cs_error *err)
{
    const uint64_t all = options->paths;
    const uint64_t some = all > KEEP_PATHS ? REHEARSAL_LONG : REHEARSAL_SHORT;
    struct draws *draws = NULL;
    struct result *r;
    int code = run_options_check(options, err);

    *out = (struct rehearsal){0};
    if (code)
        return code;
    code = result_new(world, options, &r, err);
    if (code)
        return code;
    r->paths = all < some ? all : some;
    r->rehearses = all;
    r->stop->first = r->stop->most = r->paths;
    if (options->draws)
        code = draws_open(r->plan, options, pool_threads(options->threads), NULL, &draws, err);
    if (!code)
        code = simulate(r, options, draws, NULL, err);
    if (!code) {
        fill_plan(out, r, all);
        code = fill_files(out, r, draws, options, err);
    }
    draws_abandon(draws);
    cs_result_free(r);
    return code;
}
