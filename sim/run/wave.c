#include "run/wave.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "tool/pages.h"

#ifdef CS_DEBUG
enum { LEDGER_ALWAYS = 1 };
#else
enum { LEDGER_ALWAYS = 0 };
#endif

/* True if a row enters what only the trace shows. */
static bool traces(const struct plan *plan)
{
    for (int row = 0; row < plan->rows; row++)
        if (plan->row[row].metric->trace_only)
            return true;
    return false;
}

int crew_init(struct crew *crew, const struct plan *plan, struct cs_error *err)
{
    int code = block_new(plan->world, &crew->block, err);

    if (!code)
        crew->block->choices_only = !traces(plan);
    if (!code)
        code = book_new(crew->block, &crew->book, err);
    if (!code)
        code = recorder_new(plan, &crew->recorder, err);
    return code;
}

void crew_release(struct crew *crew)
{
    recorder_free(crew->recorder);
    book_free(crew->book);
    block_free(crew->block);
}

static size_t values_size(const struct wave *wave)
{
    return wave->blocks * wave->series * sizeof *wave->values;
}

static bool allocate(struct wave *wave, const struct scenario *world, int workers)
{
    const size_t portions = (wave->blocks + WAVE_BLOCKS - 1) / WAVE_BLOCKS;
    const size_t states = portions * (size_t)world->steps * WAVE;
    const size_t events = portions * (size_t)world->events * WAVE_BLOCKS;

    wave->crew = calloc((size_t)workers, sizeof *wave->crew);
    wave->values = pages_new(values_size(wave));
    wave->us = malloc(states * sizeof *wave->us);
    wave->cn = malloc(states * sizeof *wave->cn);
    wave->happens = aligned_alloc(64, (events + 1) * sizeof *wave->happens);
    return wave->crew && wave->values && wave->us && wave->cn && wave->happens;
}

int wave_new(const struct plan *plan, int workers, size_t room, struct wave **out,
             struct cs_error *err)
{
    struct wave *wave = calloc(1, sizeof *wave);
    int code = CS_OK;

    *out = NULL;
    if (wave) {
        wave->plan = plan;
        wave->series = plan_series(plan);
        wave->blocks = (room + LANES - 1) / LANES;
    }
    if (!wave || !allocate(wave, plan->world, workers)) {
        wave_free(wave);
        return cs_fail_memory(err);
    }
    wave->workers = workers;
    for (int k = 0; k < workers && !code; k++)
        code = crew_init(&wave->crew[k], plan, err);
    if (code)
        wave_free(wave);
    else
        *out = wave;
    return code;
}

void wave_free(struct wave *wave)
{
    if (!wave)
        return;
    for (int k = 0; wave->crew && k < wave->workers; k++)
        crew_release(&wave->crew[k]);
    free(wave->crew);
    pages_free(wave->values, values_size(wave));
    free(wave->us);
    free(wave->cn);
    free(wave->happens);
    free(wave);
}

struct wave wave_portion(const struct wave *wave, int portion)
{
    const struct scenario *const world = wave->plan->world;
    const size_t before = (size_t)portion, rest = (size_t)wave->paths - before * WAVE;
    struct wave one = *wave;

    one.first += before * WAVE;
    one.paths = (int)wave_room(rest);
    one.values += before * WAVE_BLOCKS * wave->series;
    one.us += before * (size_t)world->steps * WAVE;
    one.cn += before * (size_t)world->steps * WAVE;
    one.happens += before * (size_t)world->events * WAVE_BLOCKS;
    return one;
}

static void run_block(void *context, int worker, size_t index)
{
    struct wave *const wave = context;
    struct crew *const crew = &wave->crew[worker];
    struct block *const block = crew->block;
    const struct scenario *const world = wave->plan->world;
    const struct wave portion = wave_portion(wave, (int)(index / WAVE_BLOCKS));
    const size_t inside = index % WAVE_BLOCKS;

    path_start(block, wave->seed, wave->first + index * LANES, wave->uncertainty);
    for (int t = 0; t < world->steps; t++) {
        const size_t place = (size_t)t * WAVE + inside * LANES;
        path_step(block);
        book_fill(crew->book);
        recorder_step(crew->recorder, crew->book, portion.values + inside * wave->series);
        memcpy(portion.us + place, block->us, sizeof block->us);
        memcpy(portion.cn + place, block->cn, sizeof block->cn);
    }
    for (int e = 0; e < world->events; e++)
        memcpy(portion.happens[inside * (size_t)world->events + (size_t)e], block->happens[e],
               sizeof(lane));
    crew->ledger = fmax(crew->ledger, block->ledger_error);
}

void wave_run(struct wave *wave, struct pool *pool, uint64_t first, int paths)
{
    wave->first = first;
    wave->paths = paths;
    pool_each(pool, (size_t)(paths + LANES - 1) / LANES, run_block, wave);
}

struct scan wave_series(const struct wave *wave, size_t series, double *x)
{
    lane *const from = wave->values + plan_place(wave->plan, series);

    return values_gather(*from, wave->series * LANES, (size_t)wave->paths, x);
}

int wave_ledger(const struct wave *wave, bool asked, struct cs_error *err)
{
    double most = 0;

    for (int k = 0; k < wave->workers; k++)
        most = fmax(most, wave->crew[k].ledger);
    if (!(asked || LEDGER_ALWAYS) || most <= 1e-12)
        return CS_OK;
    return cs_fail(err, CS_BUG, "the ledger of step 12 does not close in %s: the largest "
                   "relative gap up to path %llu is %.3g", wave->plan->world->name,
                   (unsigned long long)wave->first + (unsigned long long)wave->paths - 1, most);
}
