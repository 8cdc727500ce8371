#include "run/draws.h"

#include <stdlib.h>
#include "run/arrays.h"
#include "tool/csv.h"
#include "tool/gzip.h"
#include "tool/stream.h"
#include "tool/text.h"

/* One file of text that grows block by block. */
struct sheaf {
    struct stream *stream;   /* NULL: only counted */
    uint64_t bytes;
    struct csv_writer *text[WAVE_BLOCKS];
    struct gzip_member packed[WAVE_BLOCKS];
};

struct draws {
    const struct plan *plan;
    bool uncertainty;
    enum cs_draws_format format;
    int columns;
    int *row;                /* [columns] market rows */
    int workers;
    lane **input;            /* [workers][priors] of one block */
    struct sheaf draws, inputs;
    struct arrays *arrays;   /* instead of the first sheaf; NULL: only counted */
    uint64_t paths;          /* so far */
    const struct wave *wave; /* that is being written */
    bool starved[WAVE_BLOCKS]; /* no memory for a block of any wave */
};

static bool acts(const struct draws *d, int prior)
{
    return d->uncertainty && d->plan->world->prior[prior].cell_count > 0;
}

/* --- text ------------------------------------------------------------------------ */

static void head_draws(const struct draws *d, struct csv_writer *csv)
{
    csv_text(csv, "path");
    csv_text(csv, "step");
    csv_text(csv, "date");
    for (int k = 0; k < d->columns; k++)
        csv_text(csv, d->plan->row[d->row[k]].metric->name);
    csv_text(csv, "us_regime");
    csv_text(csv, "cn_stance");
    csv_end_row(csv);
}

static void head_inputs(const struct draws *d, struct csv_writer *csv)
{
    const struct scenario *const w = d->plan->world;

    csv_text(csv, "path");
    for (int k = 0; k < w->priors; k++)
        if (acts(d, k))
            csv_text(csv, w->prior[k].address);
    for (int e = 0; e < w->events; e++) {
        char *const name = text_format("events.%s", w->event[e].id);
        csv_text(csv, name ? name : w->event[e].id);
        free(name);
    }
    csv_end_row(csv);
}

static void write_path(const struct draws *d, struct csv_writer *csv, int path)
{
    const struct plan *const plan = d->plan;
    const struct scenario *const w = plan->world;
    const struct wave *const wave = d->wave;

    for (int t = 0; t < w->steps; t++) {
        const size_t state = (size_t)t * WAVE + (size_t)path;
        csv_integer(csv, (int64_t)(wave->first + (uint64_t)path));
        csv_integer(csv, t);
        csv_text(csv, plan->date[t].text);
        for (int k = 0; k < d->columns; k++) {
            const size_t series = (size_t)d->row[k] * (size_t)plan->dates + (size_t)t;
            csv_number(csv, wave_value(wave, series, path));
        }
        csv_text(csv, w->us[wave->us[state]].id);
        csv_text(csv, w->cn[wave->cn[state]].id);
        csv_end_row(csv);
    }
}

static void draw_inputs(const struct draws *d, int first, lane *input)
{
    uint64_t paths[LANES];

    for (int l = 0; l < LANES; l++)
        paths[l] = d->wave->first + (uint64_t)(first + l);
    for (int k = 0; k < d->plan->world->priors; k++)
        if (acts(d, k))
            draw_prior(d->plan->world, d->wave->seed, paths, k, input[k]);
}

static void write_inputs(const struct draws *d, struct csv_writer *csv, lane *input,
                         int path)
{
    const struct scenario *const w = d->plan->world;
    const size_t block = (size_t)(path / LANES), l = (size_t)(path % LANES);

    csv_integer(csv, (int64_t)(d->wave->first + (uint64_t)path));
    for (int k = 0; k < w->priors; k++)
        if (acts(d, k))
            csv_number(csv, input[k][l]);
    for (int e = 0; e < w->events; e++)
        csv_number(csv, d->wave->happens[block * (size_t)w->events + (size_t)e][l]);
    csv_end_row(csv);
}

/* --- files ------------------------------------------------------------------------ */

/* Packs the text of a block if need be; false without memory. */
static bool sheaf_pack(const struct draws *d, struct sheaf *sheaf, size_t block)
{
    size_t size;
    const char *const text = csv_content(sheaf->text[block], &size);

    return text && (d->format != CS_DRAWS_CSV_GZ || gzip_pack(text, size, &sheaf->packed[block]));
}

static void sheaf_append(const struct draws *d, struct sheaf *sheaf, size_t block)
{
    const bool packed = d->format == CS_DRAWS_CSV_GZ;
    const struct gzip_member *const member = &sheaf->packed[block];
    size_t size;
    const char *const text = csv_content(sheaf->text[block], &size);

    if (sheaf->stream)
        stream_put(sheaf->stream, packed ? (const char *)member->at : text,
                   packed ? member->size : size);
    sheaf->bytes += packed ? member->size : size;
    csv_clear(sheaf->text[block]);
}

static int sheaf_open(const struct draws *d, struct sheaf *sheaf, const char *name,
                      const char *folder, bool keep, struct cs_error *err)
{
    char *const full =
        text_format("%s%s", name, d->format == CS_DRAWS_CSV_GZ ? ".csv.gz" : ".csv");
    int code = full ? CS_OK : cs_fail_memory(err);

    if (!code && folder)
        code = stream_open(folder, full, keep, &sheaf->stream, err);
    free(full);
    for (int b = 0; b < WAVE_BLOCKS && !code; b++)
        code = csv_memory(&sheaf->text[b], err);
    if (code || keep)
        return code;
    if (sheaf == &d->draws)
        head_draws(d, sheaf->text[0]);
    else
        head_inputs(d, sheaf->text[0]);
    if (!sheaf_pack(d, sheaf, 0))
        return cs_fail_memory(err);
    sheaf_append(d, sheaf, 0);
    return CS_OK;
}

static void sheaf_release(struct sheaf *sheaf)
{
    for (int b = 0; b < WAVE_BLOCKS; b++) {
        csv_abandon(sheaf->text[b]);
        free(sheaf->packed[b].at);
    }
    stream_abandon(sheaf->stream);
}

static bool choose_rows(struct draws *d)
{
    const struct plan *const plan = d->plan;
    const size_t priors = (size_t)plan->world->priors + 1;

    d->row = malloc((size_t)plan->rows * sizeof *d->row);
    for (int r = 0; d->row && r < plan->shown; r++)
        if (plan->row[r].buyer == EVERYONE && plan->row[r].option == EVERYONE)
            d->row[d->columns++] = r;
    d->input = calloc((size_t)d->workers, sizeof *d->input);
    for (int k = 0; d->input && k < d->workers; k++) {
        d->input[k] = aligned_alloc(64, priors * sizeof **d->input);
        if (!d->input[k])
            return false;
    }
    return d->row && d->input;
}

static int open_files(struct draws *d, const char *folder, bool keep, struct cs_error *err)
{
    int code = CS_OK;

    if (d->format == CS_DRAWS_NPY && folder)
        code = arrays_open(d->plan, d->row, d->columns, keep, folder, &d->arrays, err);
    else if (d->format != CS_DRAWS_NPY)
        code = sheaf_open(d, &d->draws, "draws", folder, keep, err);
    return code ? code : sheaf_open(d, &d->inputs, "inputs", folder, keep, err);
}

static int open_draws(struct draws *d, const char *folder, bool keep, struct draws **out,
                      struct cs_error *err)
{
    const int code =
        d && choose_rows(d) ? open_files(d, folder, keep, err) : cs_fail_memory(err);

    if (code)
        draws_abandon(d);
    *out = code ? NULL : d;
    return code;
}

static struct draws *draws_new(const struct plan *plan, const struct cs_run_options *options,
                               int workers)
{
    struct draws *const d = calloc(1, sizeof *d);

    if (d) {
        d->plan = plan;
        d->uncertainty = options->uncertainty;
        d->format = options->draws_format;
        d->workers = workers;
    }
    return d;
}

int draws_open(const struct plan *plan, const struct cs_run_options *options, int workers,
               const char *folder, struct draws **out, struct cs_error *err)
{
    return open_draws(draws_new(plan, options, workers), folder, false, out, err);
}

int draws_reopen(const struct plan *plan, const struct cs_run_options *options, int workers,
                 const char *folder, struct draws **out, struct cs_error *err)
{
    return open_draws(draws_new(plan, options, workers), folder, true, out, err);
}

static void write_block(void *context, int worker, size_t block)
{
    struct draws *const d = context;
    const int first = (int)block * LANES, rest = d->wave->paths - first;
    const int end = first + (rest < LANES ? rest : LANES);
    const bool text = d->format != CS_DRAWS_NPY;

    draw_inputs(d, first, d->input[worker]);
    for (int path = first; path < end; path++) {
        if (text)
            write_path(d, d->draws.text[block], path);
        write_inputs(d, d->inputs.text[block], d->input[worker], path);
    }
    if ((text && !sheaf_pack(d, &d->draws, block)) || !sheaf_pack(d, &d->inputs, block))
        d->starved[block] = true;
}

void draws_add(struct draws *d, const struct wave *wave, struct pool *pool)
{
    const size_t blocks = (size_t)(wave->paths + LANES - 1) / LANES;

    d->wave = wave;
    pool_each(pool, blocks, write_block, d);
    for (size_t b = 0; b < blocks; b++)
        if (d->starved[b])
            return;
    for (size_t b = 0; b < blocks; b++) {
        if (d->format != CS_DRAWS_NPY)
            sheaf_append(d, &d->draws, b);
        sheaf_append(d, &d->inputs, b);
    }
    if (d->arrays)
        arrays_add(d->arrays, wave);
    d->paths += (uint64_t)wave->paths;
}

void draws_counted(const struct draws *d, uint64_t rows[2], uint64_t bytes[2])
{
    rows[0] = 1 + d->paths * (uint64_t)d->plan->world->steps;
    rows[1] = 1 + d->paths;
    bytes[0] = d->draws.bytes;
    if (d->format == CS_DRAWS_NPY)
        bytes[0] = arrays_bytes(d->columns, rows[0] - 1);
    bytes[1] = d->inputs.bytes;
}

static int sheaf_archive(struct sheaf *sheaf, struct archive *archive, struct cs_error *err)
{
    uint64_t size = stream_size(sheaf->stream);

    archive_bytes(archive, &size, sizeof size);
    return archive_reads(archive) ? stream_cut(sheaf->stream, size, err)
                                  : stream_flush(sheaf->stream, err);
}

int draws_archive(struct draws *d, struct archive *archive, struct cs_error *err)
{
    const int code = d->arrays ? arrays_archive(d->arrays, archive, err)
                               : sheaf_archive(&d->draws, archive, err);

    return code ? code : sheaf_archive(&d->inputs, archive, err);
}

static void draws_free(struct draws *d)
{
    for (int k = 0; d->input && k < d->workers; k++)
        free(d->input[k]);
    sheaf_release(&d->draws);
    sheaf_release(&d->inputs);
    arrays_abandon(d->arrays);
    free(d->input);
    free(d->row);
    free(d);
}

int draws_close(struct draws *d, struct cs_error *err)
{
    int code[3] = {CS_OK, CS_OK, CS_OK};
    bool starved = false;

    if (!d)
        return CS_OK;
    for (int b = 0; b < WAVE_BLOCKS; b++)
        starved = starved || d->starved[b];
    code[0] = arrays_close(d->arrays, err);
    code[1] = stream_close(d->draws.stream, err);
    code[2] = stream_close(d->inputs.stream, err);
    d->arrays = NULL;
    d->draws.stream = d->inputs.stream = NULL;
    draws_free(d);
    if (starved)
        return cs_fail_memory(err);
    return code[0] ? code[0] : code[1] ? code[1] : code[2];
}

void draws_abandon(struct draws *d)
{
    if (d)
        draws_free(d);
}
