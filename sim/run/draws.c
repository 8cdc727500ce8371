#include "run/draws.h"

#include <stdlib.h>
#include "tool/csv.h"
#include "tool/text.h"

struct draws {
    const struct plan *plan;
    bool uncertainty;
    struct csv_writer *draws, *inputs;
    int columns;
    int *row;            /* [columns] market rows */
    lane *input;         /* [priors] of one block */
};

static bool acts(const struct draws *d, int prior)
{
    return d->uncertainty && d->plan->world->prior[prior].cell_count > 0;
}

static void write_headers(struct draws *d)
{
    const struct scenario *const w = d->plan->world;

    csv_text(d->draws, "path");
    csv_text(d->draws, "step");
    csv_text(d->draws, "date");
    for (int k = 0; k < d->columns; k++)
        csv_text(d->draws, d->plan->row[d->row[k]].metric->name);
    csv_text(d->draws, "us_regime");
    csv_text(d->draws, "cn_stance");
    csv_end_row(d->draws);
    csv_text(d->inputs, "path");
    for (int k = 0; k < w->priors; k++)
        if (acts(d, k))
            csv_text(d->inputs, w->prior[k].address);
    for (int e = 0; e < w->events; e++) {
        char *const name = text_format("events.%s", w->event[e].id);
        csv_text(d->inputs, name ? name : w->event[e].id);
        free(name);
    }
    csv_end_row(d->inputs);
}

static bool choose_rows(struct draws *d)
{
    const struct plan *const plan = d->plan;

    d->row = malloc((size_t)plan->rows * sizeof *d->row);
    d->input = aligned_alloc(64, ((size_t)plan->world->priors + 1) * sizeof *d->input);
    for (int r = 0; d->row && r < plan->shown; r++)
        if (plan->row[r].buyer == EVERYONE && plan->row[r].option == EVERYONE)
            d->row[d->columns++] = r;
    return d->row && d->input;
}

static int open_file(const char *folder, const char *name, struct csv_writer **out,
                     struct cs_error *err)
{
    return folder ? csv_open(folder, name, out, err) : csv_open_onto(-1, name, out, err);
}

int draws_open(const struct plan *plan, bool uncertainty, const char *folder, struct draws **out,
               struct cs_error *err)
{
    struct draws *d = calloc(1, sizeof *d);
    int code;

    *out = NULL;
    if (d) {
        d->plan = plan;
        d->uncertainty = uncertainty;
    }
    if (!d || !choose_rows(d)) {
        draws_abandon(d);
        return cs_fail_memory(err);
    }
    code = open_file(folder, "draws.csv", &d->draws, err);
    if (!code)
        code = open_file(folder, "inputs.csv", &d->inputs, err);
    if (code) {
        draws_abandon(d);
        return code;
    }
    write_headers(d);
    *out = d;
    return CS_OK;
}

static void write_path(struct draws *d, const struct wave *wave, int path)
{
    const struct plan *const plan = d->plan;
    const struct scenario *const w = plan->world;

    for (int t = 0; t < w->steps; t++) {
        const size_t state = (size_t)t * WAVE + (size_t)path;
        csv_integer(d->draws, (int64_t)(wave->first + (uint64_t)path));
        csv_integer(d->draws, t);
        csv_text(d->draws, plan->date[t].text);
        for (int k = 0; k < d->columns; k++) {
            const size_t series = (size_t)d->row[k] * (size_t)plan->dates + (size_t)t;
            csv_number(d->draws, wave_value(wave, series, path));
        }
        csv_text(d->draws, w->us[wave->us[state]].id);
        csv_text(d->draws, w->cn[wave->cn[state]].id);
        csv_end_row(d->draws);
    }
}

static void write_inputs(struct draws *d, const struct wave *wave, int path)
{
    const struct scenario *const w = d->plan->world;
    const size_t block = (size_t)(path / LANES), l = (size_t)(path % LANES);

    csv_integer(d->inputs, (int64_t)(wave->first + (uint64_t)path));
    for (int k = 0; k < w->priors; k++)
        if (acts(d, k))
            csv_number(d->inputs, d->input[k][l]);
    for (int e = 0; e < w->events; e++)
        csv_number(d->inputs, wave->happens[block * (size_t)w->events + (size_t)e][l]);
    csv_end_row(d->inputs);
}

void draws_add(struct draws *d, const struct wave *wave)
{
    uint64_t paths[LANES];

    for (int path = 0; path < wave->paths; path++) {
        if (path % LANES == 0) {
            for (int l = 0; l < LANES; l++)
                paths[l] = wave->first + (uint64_t)(path + l);
            for (int k = 0; k < d->plan->world->priors; k++)
                if (acts(d, k))
                    draw_prior(d->plan->world, wave->seed, paths, k, d->input[k]);
        }
        write_path(d, wave, path);
        write_inputs(d, wave, path);
    }
}

void draws_counted(const struct draws *d, uint64_t rows[2], uint64_t bytes[2])
{
    csv_counted(d->draws, &rows[0], &bytes[0]);
    csv_counted(d->inputs, &rows[1], &bytes[1]);
}

static void draws_free(struct draws *d)
{
    free(d->row);
    free(d->input);
    free(d);
}

int draws_close(struct draws *d, struct cs_error *err)
{
    if (!d)
        return CS_OK;
    int code = csv_close(d->draws, err);
    const int second = csv_close(d->inputs, err);
    draws_free(d);
    return code ? code : second;
}

void draws_abandon(struct draws *d)
{
    if (!d)
        return;
    csv_abandon(d->draws);
    csv_abandon(d->inputs);
    draws_free(d);
}
