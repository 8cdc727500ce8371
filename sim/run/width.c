#include "run/width.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "math/moments.h"
#include "run/series.h"
#include "tool/address_lanes.h"
#include "tool/normal.h"

enum { GROUPS = 10 };

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

/* Sums over paths of the scores z (p of them), the outcome y, and products. */
struct sums {
    double n, y, yy;
    double *at;              /* owns the rest, so that all can be added as one array */
    double *stance_n, *stance_y; /* [B] */
    double *stance_z;        /* [B][p] */
    double *zy;              /* [p] */
    double *zz;              /* [p][p], lower triangle */
};

static size_t sums_size(int stances, size_t p)
{
    return (size_t)stances * (2 + p) + p + p * p;
}

static bool sums_init(struct sums *s, int stances, size_t p)
{
    const size_t B = (size_t)stances;

    *s = (struct sums){.at = calloc(sums_size(stances, p), sizeof *s->at)};
    if (!s->at)
        return false;
    s->stance_n = s->at;
    s->stance_y = s->stance_n + B;
    s->stance_z = s->stance_y + B;
    s->zy = s->stance_z + B * p;
    s->zz = s->zy + p;
    return true;
}

static void sums_add(struct sums *to, const struct sums *from, size_t size)
{
    to->n += from->n;
    to->y += from->y;
    to->yy += from->yy;
    for (size_t k = 0; k < size; k++)
        to->at[k] += from->at[k];
}

/* --- filling --------------------------------------------------------------- */

struct split {
    const struct sample *sample;
    const double *value;
    double shift, scale;     /* y = (value - shift) / scale, for the rounding's sake */
    int stances;
    size_t p;
    uint32_t *hash;          /* [p] addresses of the priors that act */
    double *z;               /* [LANES][p] */
    struct sums group[GROUPS], rest;
};

static int list_priors(struct split *split)
{
    const struct scenario *const w = split->sample->plan->world;

    split->hash = malloc(((size_t)w->priors + 1) * sizeof *split->hash);
    for (int k = 0; split->hash && split->sample->uncertainty && k < w->priors; k++)
        if (w->prior[k].cell_count > 0)
            split->hash[split->p++] = w->prior[k].hash;
    return split->hash ? CS_OK : CS_MEMORY;
}

/* Normal scores before the copula: they span the same lines as those after it. */
static void fill_scores(struct split *split, size_t first)
{
    uint64_t path[LANES];
    lane even, odd;

    for (size_t l = 0; l < LANES; l++)
        path[l] = split->sample->first + first + l;
    for (size_t k = 0; k < split->p; k++) {
        address_pair(split->sample->seed, path, 0, DRAW_PARAMETER, split->hash[k], even, odd);
        lane_normal(even, even);
        for (size_t l = 0; l < LANES; l++)
            split->z[l * split->p + k] = even[l];
    }
}

/* Products of four paths at once: the matrix is read and written once for them. */
static void add_products(double *zz, const double *z, size_t p)
{
    for (size_t i = 0; i < p; i++) {
        const double a = z[i], b = z[p + i], c = z[2 * p + i], d = z[3 * p + i];
        double *const row = zz + i * p;
        LANE_LOOP
        for (size_t j = 0; j <= i; j++)
            row[j] += a * z[j] + b * z[p + j] + c * z[2 * p + j] + d * z[3 * p + j];
    }
}

static void add_path(struct split *split, struct sums *s, size_t path, const double *z)
{
    const double y = (split->value[path] - split->shift) / split->scale;
    const size_t b = (size_t)split->sample->stance[path];

    s->n += 1;
    s->y += y;
    s->yy += y * y;
    s->stance_n[b] += 1;
    s->stance_y[b] += y;
    for (size_t k = 0; k < split->p; k++) {
        s->stance_z[b * split->p + k] += z[k];
        s->zy[k] += y * z[k];
    }
}

static void add_block(struct split *split, size_t first)
{
    struct sums *const s = &split->group[first / LANES % GROUPS];
    const size_t p = split->p;

    fill_scores(split, first);
    for (size_t l = 0; l < LANES; l++) {
        const size_t path = first + l;
        double *const z = split->z + l * p;
        if (path < split->sample->n && !isnan(split->value[path]))
            add_path(split, s, path, z);
        else
            memset(z, 0, p * sizeof *z);
    }
    for (size_t l = 0; l < LANES; l += 4)
        add_products(s->zz, split->z + l * p, p);
}

/* --- solving --------------------------------------------------------------- */

/* Takes stance means out of the products: common slopes within stances. */
static void centre(struct sums *s, int stances, size_t p)
{
    for (int b = 0; b < stances; b++) {
        const double *const z = s->stance_z + (size_t)b * p;
        const double n = s->stance_n[b];
        for (size_t i = 0; n > 0 && i < p; i++) {
            s->zy[i] -= z[i] * s->stance_y[b] / n;
            for (size_t j = 0; j <= i; j++)
                s->zz[i * p + j] -= z[i] * z[j] / n;
        }
    }
}

/* The sum of squares that the regression explains, or NaN. */
static double explained(struct sums *s, size_t p)
{
    double sum = 0;

    if (p == 0)
        return 0;
    for (size_t i = 0; i < p; i++)
        for (size_t j = 0; j < i; j++)
            s->zz[j * p + i] = s->zz[i * p + j];
    gsl_vector *const slope = gsl_vector_alloc(p);
    if (!slope)
        return NAN;
    gsl_matrix_view zz = gsl_matrix_view_array(s->zz, p, p);
    gsl_vector_view zy = gsl_vector_view_array(s->zy, p);
    if (gsl_linalg_cholesky_decomp1(&zz.matrix) ||
        gsl_linalg_cholesky_solve(&zz.matrix, &zy.vector, slope))
        sum = NAN;
    for (size_t i = 0; i < p; i++)
        sum += s->zy[i] * gsl_vector_get(slope, i);
    gsl_vector_free(slope);
    return sum;
}

/* Splits the sums, which are used up; false if they cannot be split. */
static bool split_sums(struct sums *s, int stances, size_t p, double share[PARTS])
{
    const double total = s->yy - s->y * s->y / s->n;
    double between = -s->y * s->y / s->n;
    int met = 0;

    for (int b = 0; b < stances; b++)
        if (s->stance_n[b] > 0) {
            between += s->stance_y[b] * s->stance_y[b] / s->stance_n[b];
            met++;
        }
    const double within = total - between, free = s->n - met - (double)p;
    if (!(total > 0) || free < 30)
        return false;
    centre(s, stances, p);
    const double fit = explained(s, p);
    if (isnan(fit))
        return false;
    const double part = within > 0 ? 1 - (within - fit) / free * (s->n - met) / within : 0;
    share[PART_STANCE] = between > 0 ? between / total : 0;
    share[PART_PARAMETERS] = part > 0 ? part * (1 - share[PART_STANCE]) : 0;
    share[PART_LUCK] = 1 - share[PART_STANCE] - share[PART_PARAMETERS];
    return true;
}

/* All groups, then all but one of them (Tukey's jackknife). */
static void solve(struct split *split, struct width *width)
{
    const size_t size = sums_size(split->stances, split->p);
    double out[GROUPS][PARTS];
    struct sums all = split->rest;
    bool known = true;

    for (int left = -1; left < GROUPS && known; left++) {
        memset(all.at, 0, size * sizeof *all.at);
        all.n = all.y = all.yy = 0;
        for (int g = 0; g < GROUPS; g++)
            if (g != left)
                sums_add(&all, &split->group[g], size);
        known = split_sums(&all, split->stances, split->p, left < 0 ? width->share : out[left]);
    }
    width->known = known;
    for (int k = 0; k < PARTS && known; k++) {
        double mean = 0, square = 0;
        for (int g = 0; g < GROUPS; g++)
            mean += out[g][k] / GROUPS;
        for (int g = 0; g < GROUPS; g++)
            square += (out[g][k] - mean) * (out[g][k] - mean);
        width->error[k] = sqrt(square * (GROUPS - 1) / GROUPS);
    }
}

static bool prepare(struct split *split)
{
    struct moments m = moments_of(split->value, split->sample->n);
    bool fine = list_priors(split) == CS_OK;

    split->shift = m.n ? m.mean : 0;
    split->scale = m.n > 1 && m.m2 > 0 ? moments_sd(&m) : 1;
    split->stances = split->sample->plan->world->cn_stances;
    split->z = malloc((split->p * LANES + 1) * sizeof *split->z);
    fine = fine && split->z && sums_init(&split->rest, split->stances, split->p);
    for (int g = 0; g < GROUPS && fine; g++)
        fine = sums_init(&split->group[g], split->stances, split->p);
    return fine;
}

int sample_width(const struct sample *sample, int outcome, struct width *width,
                 struct cs_error *err)
{
    struct split split = {.sample = sample, .value = sample->value[outcome]};
    const bool fine = prepare(&split);

    memset(width, 0, sizeof *width);
    for (size_t first = 0; fine && first < sample->n; first += LANES)
        add_block(&split, first);
    if (fine)
        solve(&split, width);
    width->priors = (int)split.p;
    width->paths = sample->n;
    for (int g = 0; g < GROUPS; g++)
        free(split.group[g].at);
    free(split.rest.at);
    free(split.z);
    free(split.hash);
    return fine ? CS_OK : cs_fail_memory(err);
}
