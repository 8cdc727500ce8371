#include "run/width.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "math/moments.h"
#include "run/pool.h"
#include "run/series.h"
#include "tool/isa.h"

ISA_KERNEL(void, kernel_width_scores,
           (uint64_t, const uint64_t *, const uint32_t *, size_t, double *));
ISA_KERNEL(void, kernel_width_products, (const double *, size_t, double *));
ISA_KERNEL(bool, kernel_width_factor, (double *, size_t, double *));

enum { GROUPS = 10, LEAST_FREE = 30 };

int sample_new(const struct plan *plan, uint64_t paths, struct sample **out, struct cs_error *err)
{
    const struct scenario *const w = plan->world;
    const int lead = vendor_lead(w, CLASS_FOREIGN);
    struct sample *s = calloc(1, sizeof *s);
    bool fine = s != NULL;

    *out = NULL;
    if (s) {
        s->plan = plan;
        s->room = paths < KEEP_PATHS ? (size_t)paths : KEEP_PATHS;
        s->date = plan_full_year(plan);
        s->stance = malloc(s->room * sizeof *s->stance);
        fine = s->stance != NULL;
    }
    for (int k = 0; fine && k < OUTCOMES; k++) {
        char name[256];
        snprintf(name, sizeof name, "%s_revenue_gross_usd", lead < 0 ? "" : w->vendor[lead].id);
        const struct metric *const metric =
            catalogue_find(plan->catalogue, k == 0 ? name : "domestic_share_spend");
        s->row[k] = metric ? plan_row(plan, metric, EVERYONE, EVERYONE) : -1;
        s->value[k] = malloc(s->room * sizeof **s->value);
        fine = s->value[k] != NULL;
    }
    if (!fine) {
        sample_free(s);
        return cs_fail_memory(err);
    }
    *out = s;
    return CS_OK;
}

void sample_free(struct sample *s)
{
    if (!s)
        return;
    for (int k = 0; k < OUTCOMES; k++)
        free(s->value[k]);
    free(s->stance);
    free(s);
}

void sample_add(struct sample *s, const struct wave *wave)
{
    const int32_t *const cn = wave->cn + (size_t)s->plan->date[s->date].last * WAVE;

    if (s->n == 0) {
        s->first = wave->first;
        s->seed = wave->seed;
        s->uncertainty = wave->uncertainty;
    }
    for (int p = 0; p < wave->paths && s->n < s->room; p++, s->n++) {
        s->stance[s->n] = cn[p];
        for (int k = 0; k < OUTCOMES; k++) {
            const size_t series = (size_t)s->row[k] * (size_t)s->plan->dates + (size_t)s->date;
            s->value[k][s->n] = s->row[k] < 0 ? (double)NAN : wave_value(wave, series, p);
        }
    }
}

void sample_archive(struct sample *s, struct archive *archive)
{
    archive_bytes(archive, &s->seed, sizeof s->seed);
    archive_bytes(archive, &s->first, sizeof s->first);
    archive_bytes(archive, &s->uncertainty, sizeof s->uncertainty);
    archive_bytes(archive, &s->n, sizeof s->n);
    s->n = s->n < s->room ? s->n : s->room;
    archive_bytes(archive, s->stance, s->n * sizeof *s->stance);
    for (int k = 0; k < OUTCOMES; k++)
        archive_bytes(archive, s->value[k], s->n * sizeof **s->value);
}

/* --- sums ------------------------------------------------------------------ */

/* Sums over paths of the scores z (p of them), the outcomes y, and products. */
struct sums {
    double n, y[OUTCOMES], yy[OUTCOMES];
    double *at;              /* owns the rest, so that all can be added as one array */
    double *stance_n;        /* [B] */
    double *stance_y;        /* [OUTCOMES][B] */
    double *stance_z;        /* [B][p] */
    double *zy;              /* [OUTCOMES][p] */
    double *zz;              /* a triangle of p rows */
};

static size_t sums_size(int stances, size_t p)
{
    return (size_t)stances * (1 + OUTCOMES + p) + OUTCOMES * p + triangle_row(p);
}

static bool sums_init(struct sums *s, int stances, size_t p)
{
    const size_t B = (size_t)stances;

    *s = (struct sums){.at = calloc(sums_size(stances, p), sizeof *s->at)};
    if (!s->at)
        return false;
    s->stance_n = s->at;
    s->stance_y = s->stance_n + B;
    s->stance_z = s->stance_y + OUTCOMES * B;
    s->zy = s->stance_z + B * p;
    s->zz = s->zy + OUTCOMES * p;
    return true;
}

static void sums_add(struct sums *to, const struct sums *from, size_t size)
{
    to->n += from->n;
    for (int k = 0; k < OUTCOMES; k++) {
        to->y[k] += from->y[k];
        to->yy[k] += from->yy[k];
    }
    for (size_t k = 0; k < size; k++)
        to->at[k] += from->at[k];
}

static void sums_clear(struct sums *s, size_t size)
{
    memset(s->at, 0, size * sizeof *s->at);
    s->n = 0;
    memset(s->y, 0, sizeof s->y);
    memset(s->yy, 0, sizeof s->yy);
}

/* --- filling --------------------------------------------------------------- */

/* Scratch of one worker. */
struct bench {
    double *z;               /* [LANES][p] */
    struct sums rest;
};

/* Outcomes from..to - 1, which are missing in the same paths. */
struct split {
    const struct sample *sample;
    int from, to;
    double shift[OUTCOMES], scale[OUTCOMES]; /* y = (value - shift) / scale, for the rounding's
                                              * sake */
    int stances;
    size_t p;
    uint32_t *hash;          /* [p] addresses of the priors that act */
    struct sums group[GROUPS];
    struct bench *bench;     /* [workers] */
    bool known[GROUPS + 1][OUTCOMES];        /* without a group; the last is with all of them */
    double share[GROUPS + 1][OUTCOMES][PARTS];
};

static bool list_priors(struct split *split)
{
    const struct scenario *const w = split->sample->plan->world;

    split->hash = malloc(((size_t)w->priors + 1) * sizeof *split->hash);
    for (int k = 0; split->hash && split->sample->uncertainty && k < w->priors; k++)
        if (w->prior[k].cell_count > 0)
            split->hash[split->p++] = w->prior[k].hash;
    return split->hash != NULL;
}

static void add_outcome(const struct split *split, struct sums *s, int k, size_t path,
                        const double *z)
{
    const double y = (split->sample->value[k][path] - split->shift[k]) / split->scale[k];
    double *const zy = s->zy + (size_t)k * split->p;

    s->y[k] += y;
    s->yy[k] += y * y;
    s->stance_y[k * split->stances + split->sample->stance[path]] += y;
    for (size_t i = 0; i < split->p; i++)
        zy[i] += y * z[i];
}

static void add_path(const struct split *split, struct sums *s, size_t path, const double *z)
{
    const size_t b = (size_t)split->sample->stance[path];

    s->n += 1;
    s->stance_n[b] += 1;
    for (size_t i = 0; i < split->p; i++)
        s->stance_z[b * split->p + i] += z[i];
    for (int k = split->from; k < split->to; k++)
        add_outcome(split, s, k, path, z);
}

static void add_block(const struct split *split, struct sums *s, size_t first, double *scores)
{
    const double *const value = split->sample->value[split->from];
    const size_t p = split->p;
    uint64_t number[LANES];

    for (size_t l = 0; l < LANES; l++)
        number[l] = split->sample->first + first + l;
    ISA_CALL(kernel_width_scores)(split->sample->seed, number, split->hash, p, scores);
    for (size_t l = 0; l < LANES; l++) {
        const size_t path = first + l;
        double *const z = scores + l * p;
        if (path < split->sample->n && !isnan(value[path]))
            add_path(split, s, path, z);
        else
            memset(z, 0, p * sizeof *z);
    }
    ISA_CALL(kernel_width_products)(scores, p, s->zz);
}

static void add_group(void *context, int worker, size_t group)
{
    struct split *const split = context;

    for (size_t first = group * LANES; first < split->sample->n; first += GROUPS * LANES)
        add_block(split, &split->group[group], first, split->bench[worker].z);
}

/* --- solving --------------------------------------------------------------- */

/* Takes stance means out of the products: common slopes within stances. */
static void centre(const struct split *split, struct sums *s)
{
    const size_t p = split->p, B = (size_t)split->stances;

    for (size_t b = 0; b < B; b++) {
        const double *const z = s->stance_z + b * p;
        const double n = s->stance_n[b];
        for (size_t i = 0; n > 0 && i < p; i++) {
            for (int k = split->from; k < split->to; k++)
                s->zy[(size_t)k * p + i] -= z[i] * s->stance_y[(size_t)k * B + b] / n;
            for (size_t j = 0; j <= i; j++)
                s->zz[triangle_row(i) + j] -= z[i] * z[j] / n;
        }
    }
}

/* The sum of squares that the regression explains: b' A^-1 b is the squared length of
 * L^-1 b, if A = L L'. */
static double explained(struct sums *s, int k, size_t p)
{
    double *const right = s->zy + (size_t)k * p;
    double sum = 0;

    for (size_t i = 0; i < p; i++) {
        const double *const row = s->zz + triangle_row(i);
        for (size_t j = 0; j < i; j++)
            right[i] -= row[j] * right[j];
        right[i] /= row[i];
        sum += right[i] * right[i];
    }
    return sum;
}

/* Splits one outcome, the sums being factorised; false if it cannot be split. */
static bool split_outcome(struct sums *s, int k, const struct split *split, double share[PARTS])
{
    const double *const stance_y = s->stance_y + k * split->stances;
    const double total = s->yy[k] - s->y[k] * s->y[k] / s->n;
    double between = -s->y[k] * s->y[k] / s->n;
    int met = 0;

    for (int b = 0; b < split->stances; b++)
        if (s->stance_n[b] > 0) {
            between += stance_y[b] * stance_y[b] / s->stance_n[b];
            met++;
        }
    const double within = total - between, free = s->n - met - (double)split->p;
    if (!(total > 0) || free < LEAST_FREE)
        return false;
    const double fit = explained(s, k, split->p);
    const double part = within > 0 ? 1 - (within - fit) / free * (s->n - met) / within : 0;
    share[PART_STANCE] = between > 0 ? between / total : 0;
    share[PART_PARAMETERS] = part > 0 ? part * (1 - share[PART_STANCE]) : 0;
    share[PART_LUCK] = 1 - share[PART_STANCE] - share[PART_PARAMETERS];
    return true;
}

/* All groups but one (Tukey's jackknife), or all. */
static void solve_without(void *context, int worker, size_t left)
{
    struct split *const split = context;
    struct sums *const rest = &split->bench[worker].rest;
    const size_t size = sums_size(split->stances, split->p);

    sums_clear(rest, size);
    for (size_t g = 0; g < GROUPS; g++)
        if (g != left)
            sums_add(rest, &split->group[g], size);
    centre(split, rest);
    const bool fine =
        ISA_CALL(kernel_width_factor)(rest->zz, split->p, split->bench[worker].z);
    for (int k = split->from; k < split->to; k++)
        split->known[left][k] = fine && split_outcome(rest, k, split, split->share[left][k]);
}

static void finish(const struct split *split, int outcome, struct width *width)
{
    width->known = true;
    for (int g = 0; g <= GROUPS; g++)
        width->known = width->known && split->known[g][outcome];
    for (int k = 0; k < PARTS && width->known; k++) {
        double mean = 0, square = 0;
        for (int g = 0; g < GROUPS; g++)
            mean += split->share[g][outcome][k] / GROUPS;
        for (int g = 0; g < GROUPS; g++) {
            const double gap = split->share[g][outcome][k] - mean;
            square += gap * gap;
        }
        width->share[k] = split->share[GROUPS][outcome][k];
        width->error[k] = sqrt(square * (GROUPS - 1) / GROUPS);
    }
}

/* --- the outcomes ------------------------------------------------------------ */

static bool make_room(struct split *split, int workers)
{
    bool fine = true;

    split->bench = calloc((size_t)workers, sizeof *split->bench);
    for (int k = 0; split->bench && fine && k < workers; k++) {
        split->bench[k].z = malloc((split->p * LANES + 1) * sizeof *split->bench[k].z);
        fine = split->bench[k].z && sums_init(&split->bench[k].rest, split->stances, split->p);
    }
    for (int g = 0; g < GROUPS && fine; g++)
        fine = sums_init(&split->group[g], split->stances, split->p);
    return split->bench && fine;
}

static void release(struct split *split, int workers)
{
    for (int k = 0; split->bench && k < workers; k++) {
        free(split->bench[k].z);
        free(split->bench[k].rest.at);
    }
    for (int g = 0; g < GROUPS; g++)
        free(split->group[g].at);
    free(split->bench);
    free(split->hash);
}

/* The outcomes from..to - 1 by the same sums. */
static bool take(const struct sample *sample, int from, int to, struct pool *pool,
                 struct width *width)
{
    struct split split = {.sample = sample, .from = from, .to = to,
                          .stances = sample->plan->world->cn_stances};
    bool fine = list_priors(&split);
    uint64_t n = 0;

    for (int k = from; k < to; k++) {
        const struct moments m = moments_of(sample->value[k], sample->n);
        n = m.n;
        split.shift[k] = m.n ? m.mean : 0;
        split.scale[k] = m.n > 1 && m.m2 > 0 ? moments_sd(&m) : 1;
        width[k] = (struct width){.priors = (int)split.p, .paths = sample->n};
    }
    if (fine && n > split.p + LEAST_FREE) { /* or no outcome can be split */
        fine = make_room(&split, pool_workers(pool));
        if (fine) {
            pool_each(pool, GROUPS, add_group, &split);
            pool_each(pool, GROUPS + 1, solve_without, &split);
        }
        for (int k = from; k < to && fine; k++)
            finish(&split, k, &width[k]);
    }
    release(&split, pool_workers(pool));
    return fine;
}

static bool miss_the_same(const struct sample *s)
{
    for (size_t p = 0; p < s->n; p++)
        if (isnan(s->value[0][p]) != isnan(s->value[1][p]))
            return false;
    return true;
}

int sample_widths(const struct sample *sample, int threads, struct width width[OUTCOMES],
                  struct cs_error *err)
{
    struct pool *pool;
    const int code = pool_new(threads < GROUPS ? threads : GROUPS, &pool, err);
    bool fine = true;

    if (code)
        return code;
    if (miss_the_same(sample))
        fine = take(sample, 0, OUTCOMES, pool, width);
    else
        for (int k = 0; k < OUTCOMES && fine; k++)
            fine = take(sample, k, k + 1, pool, width);
    pool_free(pool);
    return fine ? CS_OK : cs_fail_memory(err);
}
