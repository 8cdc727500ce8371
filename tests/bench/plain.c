/* plain time|check FOLDER PATHS [A=V]...: the model as plain C and GSL, see plain.h. Prints
 * nanoseconds per path and step, of the priors and of all, the fastest of several
 * rounds; or, from the program's random numbers of seed 1, the delivered money of each path
 * and step. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include "plain.h"

enum { ROUNDS = 20 };

/* Of this program's own time: others on the machine do not count. */
static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

double draw_uniform(struct path *p, enum draw_class class, int buyer, int option)
{
    if (p->rng)
        return gsl_rng_uniform_pos(p->rng);
    const uint32_t id = address_id(buyer < 0 ? NULL : p->w->buyer[buyer].id,
                                   option < 0 ? NULL : p->w->option[option].id);
    return address_uniform(p->seed, p->number, p->t, class, id);
}

double draw_normal(struct path *p, enum draw_class class, int buyer, int option)
{
    if (p->rng)
        return gsl_ran_gaussian_ziggurat(p->rng, 1);
    return gsl_cdf_ugaussian_Pinv(draw_uniform(p, class, buyer, option));
}

/* A draw of a prior: by GSL's sampler, or at the normal score that the copula gave. */
static bool prior_draw(gsl_rng *rng, const struct dist_spec *s, const double *score, double *x)
{
    const double width = s->high - s->low;
    const double u = score ? gsl_cdf_ugaussian_P(*score) : 0;

    if (s->kind == DIST_PERT) {
        const double a = 1 + 4 * (s->mode - s->low) / width, b = 6 - a;
        *x = s->low + width * (score ? gsl_cdf_beta_Pinv(u, a, b) : gsl_ran_beta(rng, a, b));
    } else if (s->kind == DIST_LOGNORMAL) {
        const double z = gsl_cdf_ugaussian_Pinv((1 + s->credibility) / 2);
        const double mean = log(s->low * s->high) / 2, sd = log(s->high / s->low) / (2 * z);
        *x = exp(mean + sd * (score ? *score : gsl_ran_gaussian_ziggurat(rng, 1)));
    } else if (s->kind == DIST_GAMMA_RATE) {
        *x = score ? gsl_cdf_gamma_Pinv(u, s->low, 1 / s->high)
                   : gsl_ran_gamma(rng, s->low, 1 / s->high);
    } else {
        return false;
    }
    return true;
}

bool parameters_draw(struct path *p)
{
    const struct scenario *w = p->w;
    const struct copula *copula = &w->copula;
    double z[JOINED], score[JOINED], x;

    for (int c = 0; c < w->cells; c++)
        p->cell[c] = w->value[c] * w->factor[c];
    for (int a = 0; a < copula->count; a++) {
        z[a] = gsl_ran_gaussian_ziggurat(p->rng, 1);
        score[a] = 0;
        for (int b = 0; b <= a; b++)
            score[a] += copula->lower[a * copula->count + b] * z[b];
    }
    for (int k = 0; k < w->priors; k++) {
        const struct prior *prior = &w->prior[k];
        const double *joined = NULL;
        for (int a = 0; a < copula->count; a++)
            joined = copula->prior[a] == k ? &score[a] : joined;
        if (!prior_draw(p->rng, &prior->spec, joined, &x))
            return false;
        for (int n = 0; n < prior->cell_count; n++) {
            const int c = prior->cells[n];
            p->cell[c] = x * (prior->relative ? w->value[c] : 1) * w->factor[c];
        }
    }
    return true;
}

static double delivered(const struct path *p)
{
    double sum = 0;

    for (int i = 0; i < p->w->buyers; i++)
        for (int j = 0; j < p->w->options; j++)
            sum += p->delivered[i][j];
    return sum;
}

static void check(struct path *p, int paths)
{
    const struct scenario *w = p->w;
    double (*cell)[LANES] = malloc((size_t)w->cells * sizeof *cell);
    uint64_t number[LANES];

    p->seed = 1;
    for (int k = 0; k < paths; k++) {
        const int lane = k % LANES;
        for (int l = 0; l < LANES; l++)
            number[l] = (uint64_t)(k - lane + l);
        if (lane == 0)
            draw_cells(w, 1, number, true, cell);
        for (int c = 0; c < w->cells; c++)
            p->cell[c] = cell[c][lane];
        p->number = (uint64_t)k;
        path_begin(p);
        while (p->t < w->steps) {
            path_advance(p);
            printf("%d,%d,%.17g\n", k, p->t - 1, delivered(p));
        }
    }
    free(cell);
}

/* Parameters of all paths alone, or the paths with them: from GSL's generator, or from random
 * numbers made as the program makes them. */
enum what { PARAMETERS, PATHS, ADDRESSED, WHATS };

/* In seconds. */
static double round_of(struct path *p, int paths, enum what what)
{
    gsl_rng *const rng = p->rng;
    const double before = seconds();
    double sum = 0;

    gsl_rng_set(p->rng, 1);
    for (int k = 0; k < paths; k++) {
        if (!parameters_draw(p)) {
            fprintf(stderr, "plain: a prior of a kind that is not written here\n");
            exit(1);
        }
        if (what == PARAMETERS)
            continue;
        p->number = (uint64_t)k;
        p->rng = what == ADDRESSED ? NULL : rng;
        path_begin(p);
        while (p->t < p->w->steps) {
            path_advance(p);
            sum += delivered(p);
        }
        p->rng = rng;
    }
    return what != PARAMETERS && sum <= 0 ? INFINITY : seconds() - before;
}

static void timing(struct path *p, int paths)
{
    static const char *const name[WHATS] = {"plain_c_priors", "plain_c", "plain_c_addressed"};
    const double steps = (double)paths * p->w->steps;
    double best[WHATS] = {INFINITY, INFINITY, INFINITY};

    p->seed = 1;
    p->rng = gsl_rng_alloc(gsl_rng_taus2);
    for (int round = 0; round < ROUNDS; round++)
        for (int k = 0; k < WHATS; k++)
            best[k] = fmin(best[k], round_of(p, paths, (enum what)k));
    for (int k = 0; k < WHATS; k++)
        printf("%s,%.4g\n", name[k], 1e9 * best[k] / steps);
    gsl_rng_free(p->rng);
}

static bool fits(const struct scenario *w)
{
    return w->buyers <= BUYERS && w->options <= OPTIONS && w->platforms <= PLATFORMS &&
           w->nests <= NESTS && w->us_regimes <= STATES && w->cn_stances <= STATES &&
           w->events <= EVENTS && w->copula.count <= JOINED &&
           w->rationing == RATION_PROPORTIONAL;
}

int main(int argc, char **argv)
{
    struct cs_error err = {0};
    struct scenario *w = NULL;
    struct path p = {0};

    gsl_set_error_handler_off();
    if (argc < 4)
        return 1;
    if (scenario_load(argv[2], (const char *const *)argv + 4, (size_t)argc - 4, &w, &err)) {
        fprintf(stderr, "plain: %s\n", err.text[0]);
        return 1;
    }
    if (!fits(w)) {
        fprintf(stderr, "plain: a world larger than this program, or another rationing\n");
        return 1;
    }
    p.w = w;
    p.cell = calloc((size_t)w->cells, sizeof *p.cell);
    if (strcmp(argv[1], "check"))
        timing(&p, atoi(argv[3]));
    else
        check(&p, atoi(argv[3]));
    free(p.cell);
    scenario_free(w);
    return 0;
}
