#include <stdlib.h>
#include "run/wave.h"
#include "run/write.h"
#include "tool/csv.h"

struct trace {
    const struct result *result;
    struct plan *plan;           /* every metric, every pair, periods only */
    struct crew crew;
    lane *values;                /* [dates][rows] of one block */
    int32_t (*us)[LANES], (*cn)[LANES]; /* [steps] */
    struct csv_writer *csv;
};

static void put_key(struct trace *t, uint64_t path, int step, int buyer, int option,
                    const char *metric)
{
    const struct scenario *const w = t->result->world;

    csv_integer(t->csv, (int64_t)path);
    csv_integer(t->csv, step);
    csv_text(t->csv, t->plan->date[step].text);
    csv_text(t->csv, buyer_id(w, buyer));
    csv_text(t->csv, option_id(w, option));
    csv_text(t->csv, metric);
}

static void put_state(struct trace *t, uint64_t path, int step, const char *metric,
                      const char *id)
{
    put_key(t, path, step, EVERYONE, EVERYONE, metric);
    csv_text(t->csv, id);
    csv_end_row(t->csv);
}

static void write_path(struct trace *t, uint64_t path, int l)
{
    const struct scenario *const w = t->result->world;

    for (int step = 0; step < w->steps; step++) {
        put_state(t, path, step, "us_regime", w->us[t->us[step][l]].id);
        put_state(t, path, step, "cn_stance", w->cn[t->cn[step][l]].id);
        for (int r = 0; r < t->plan->rows; r++) {
            const struct row *const row = &t->plan->row[r];
            put_key(t, path, step, row->buyer, row->option, row->metric->name);
            csv_number(t->csv, t->values[(size_t)step * (size_t)t->plan->rows + (size_t)r][l]);
            csv_end_row(t->csv);
        }
    }
}

static void compute(struct trace *t, uint64_t first)
{
    const struct scenario *const w = t->result->world;
    struct block *const block = t->crew.block;

    path_start(block, t->result->seed, first, t->result->uncertainty);
    for (int step = 0; step < w->steps; step++) {
        path_step(block);
        book_fill(t->crew.book);
        recorder_step(t->crew.recorder, t->crew.book, t->values);
        for (int l = 0; l < LANES; l++) {
            t->us[step][l] = block->us[l];
            t->cn[step][l] = block->cn[l];
        }
    }
}

static int prepare(struct trace *t, struct cs_error *err)
{
    const struct scenario *const w = t->result->world;
    int code = plan_new(w, t->result->catalogue, PLAN_TRACE, CS_DETAIL_FULL, &t->plan, err);

    if (!code)
        code = crew_init(&t->crew, t->plan, err);
    if (code)
        return code;
    t->values = aligned_alloc(64, plan_series(t->plan) * sizeof *t->values);
    t->us = malloc((size_t)w->steps * sizeof *t->us);
    t->cn = malloc((size_t)w->steps * sizeof *t->cn);
    return t->values && t->us && t->cn ? CS_OK : cs_fail_memory(err);
}

static void release(struct trace *t)
{
    crew_release(&t->crew);
    plan_free(t->plan);
    free(t->values);
    free(t->us);
    free(t->cn);
}

int put_trace(struct csv_writer *csv, const struct result *result, uint64_t from, uint64_t to,
              struct cs_error *err)
{
    struct trace trace = {.result = result, .csv = csv};
    const int code = prepare(&trace, err);

    csv_header(csv, "path,step,date,buyer,option,metric,value");
    for (uint64_t first = from; !code && first <= to && first >= from; first += LANES) {
        compute(&trace, first);
        for (int l = 0; l < LANES && first + (uint64_t)l <= to; l++)
            write_path(&trace, first + (uint64_t)l, l);
    }
    release(&trace);
    return code;
}

int write_trace(const struct result *result, uint64_t from, uint64_t to, const char *folder,
                struct cs_error *err)
{
    struct csv_writer *csv;
    int code = csv_open(folder, "trace.csv", &csv, err);

    if (code)
        return code;
    code = put_trace(csv, result, from, to, err);
    if (code) {
        csv_abandon(csv);
        return code;
    }
    return csv_close(csv, err);
}
