#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include "lab/calibrate.h"
#include "math/quantile.h"

/* Less than this is not worth a row of its own, however sure it is. */
static const double least_learned = 0.1, least_shift = 0.25;

static struct band band_of(double *x, size_t n)
{
    if (!n)
        return (struct band){NAN, NAN, NAN};
    gsl_sort(x, 1, n);
    return (struct band){quantile_sorted(x, n, 0.05), quantile_sorted(x, n, 0.5),
                         quantile_sorted(x, n, 0.95)};
}

/* --- facts ------------------------------------------------------------------------------- */

static double probability_below(const struct fact *f, const double *x, size_t n)
{
    const double error = sqrt(f->own + f->allowed);
    double sum = 0;

    for (size_t k = 0; k < n; k++)
        sum += gsl_cdf_ugaussian_P((f->value - x[k]) / error);
    return n ? sum / (double)n : (double)NAN;
}

int calibration_bands(struct calibration *c, struct vector *const *vectors, size_t count,
                      bool after, struct cs_error *err)
{
    const size_t luck = (size_t)c->options.luck;
    double *const x = malloc(count * luck * sizeof *x);

    if (!x)
        return cs_fail_memory(err);
    for (int k = 0; k < c->facts; k++) {
        struct fact *const f = &c->fact[k];
        size_t n = 0;
        for (size_t v = 0; v < count; v++)
            for (size_t a = 0; a < luck; a++)
                if (!isnan(vectors[v]->path[(size_t)k * luck + a]))
                    x[n++] = vectors[v]->path[(size_t)k * luck + a];
        if (after) {
            f->after = band_of(x, n);
            f->pit = probability_below(f, x, n);
        } else {
            f->before = band_of(x, n);
        }
    }
    free(x);
    return CS_OK;
}

/* --- lessons ----------------------------------------------------------------------------- */

/* Sums over one population. */
struct sums {
    double n, one, two;
};

static double sd_of(const struct sums *s)
{
    return sqrt(fmax(0, (s->two - s->one * s->one / s->n) / (s->n - 1)));
}

/* sd of the score and its jackknife error over populations; mean and its error. */
static void learn(const struct sums part[POPULATIONS], struct lesson *l)
{
    struct sums all = {0};
    double left[POPULATIONS], mean[POPULATIONS];

    for (int q = 0; q < POPULATIONS; q++) {
        all.n += part[q].n;
        all.one += part[q].one;
        all.two += part[q].two;
        mean[q] = part[q].one / part[q].n;
    }
    for (int q = 0; q < POPULATIONS; q++) {
        const struct sums rest = {all.n - part[q].n, all.one - part[q].one,
                                  all.two - part[q].two};
        left[q] = sd_of(&rest);
    }
    const double spread = gsl_stats_variance(left, 1, POPULATIONS) * (POPULATIONS - 1);
    l->learned = 1 - sd_of(&all);
    l->learned_se = sqrt(spread * (POPULATIONS - 1) / POPULATIONS);
    l->shift = all.one / all.n;
    l->shift_se = gsl_stats_sd(mean, 1, POPULATIONS) / sqrt(POPULATIONS);
}

/* Both tests of every prior together hold at the level 5 % (Bonferroni). */
static enum verdict judge_lesson(const struct lesson *l, double t)
{
    if (l->learned >= least_learned && l->learned > t * l->learned_se)
        return LEARNED;
    if (fabs(l->shift) >= least_shift && fabs(l->shift) > t * l->shift_se)
        return MOVED;
    return NOT_IDENTIFIED;
}

static void describe(const struct calibration *c, struct lesson *l, double *x)
{
    const size_t count = (size_t)c->options.vectors, priors = (size_t)c->priors;
    const struct dist *const dist = c->world->prior[l->prior].dist;

    for (size_t k = 0; k < count; k++)
        x[k] = c->x[k * priors + (size_t)l->prior];
    l->mean = gsl_stats_mean(x, 1, count);
    l->sd = gsl_stats_sd(x, 1, count);
    l->after = band_of(x, count);
    l->before = (struct band){dist_quantile(dist, 0.05), dist_quantile(dist, 0.5),
                              dist_quantile(dist, 0.95)};
}

int calibration_lessons(struct calibration *c, struct cs_error *err)
{
    const size_t count = (size_t)c->options.vectors, priors = (size_t)c->priors;
    const size_t each = count / POPULATIONS, lessons = (size_t)c->lessons;
    const double t = gsl_cdf_tdist_Qinv(0.05 / 4 / (double)lessons, POPULATIONS - 1);
    double *const score = malloc(count * priors * sizeof *score);
    double *const x = malloc((count + lessons) * sizeof *x), *const worth = x ? x + count : NULL;

    if (!score || !x) {
        free(score);
        free(x);
        return cs_fail_memory(err);
    }
    for (size_t k = 0; k < count; k++)
        prior_scores(c->world, c->z + k * priors, score + k * priors);
    for (size_t n = 0; n < lessons; n++) {
        struct lesson *const l = &c->lesson[n];
        struct sums part[POPULATIONS] = {{0}};
        for (size_t k = 0; k < count; k++) {
            const double one = score[k * priors + (size_t)l->prior];
            part[k / each].n += 1;
            part[k / each].one += one;
            part[k / each].two += one * one;
        }
        learn(part, l);
        l->verdict = judge_lesson(l, t);
        describe(c, l, x);
        worth[n] = (1 - l->learned) * (1 - l->learned) / (l->shift_se * l->shift_se);
    }
    gsl_sort(worth, 1, lessons);
    c->effective = fmin((double)count, quantile_sorted(worth, lessons, 0.5));
    free(score);
    free(x);
    return CS_OK;
}
