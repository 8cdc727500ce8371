#include "math/fit.h"

#include <math.h>
#include <stdbool.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include "math/shape.h"

static const char *const too_close = "low and high are too close together for this distribution; "
                                     "a normal one fits as well";
static const char *const too_far = "low and high are too far apart for this distribution";

enum { ROUNDS = 200, HALVINGS = 40 };

struct gamma_goal {
    double log_ratio, tail;
};

/* ln of the ratio of the two quantiles, less the wanted one: falls with shape. */
static double gamma_gap(double log_shape, void *context)
{
    const struct gamma_goal *const goal = context;
    const struct shape s = shape_make(SHAPE_GAMMA, exp(log_shape), 0);
    const double low = shape_inverse(&s, goal->tail, 1 - goal->tail, (double)NAN);
    const double high = shape_inverse(&s, 1 - goal->tail, goal->tail, (double)NAN);

    return fmin(log(high) - log(low), 1e4) - goal->log_ratio; /* low may underflow */
}

static int find_root(gsl_function *f, double from, double to, double *root)
{
    gsl_root_fsolver *const solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    int status = solver ? gsl_root_fsolver_set(solver, f, from, to) : GSL_ENOMEM;

    for (int i = 0; i < ROUNDS && !status; i++) {
        status = gsl_root_fsolver_iterate(solver);
        *root = gsl_root_fsolver_root(solver);
        const double width = gsl_root_fsolver_x_upper(solver) - gsl_root_fsolver_x_lower(solver);
        if (width <= 4e-16 * (1 + fabs(*root)))
            break;
    }
    if (solver)
        gsl_root_fsolver_free(solver);
    return status;
}

const char *fit_gamma(double low, double high, double credibility, double *shape, double *scale)
{
    const double from = log(SHAPE_LEAST), to = log(SHAPE_MOST);
    struct gamma_goal goal = {log(high) - log(low), (1 - credibility) / 2};
    gsl_function gap = {gamma_gap, &goal};
    double root = 0;

    if (gamma_gap(from, &goal) < 0)
        return too_far;
    if (gamma_gap(to, &goal) > 0)
        return too_close;
    if (find_root(&gap, from, to, &root))
        return "the gamma distribution could not be fitted to low and high";
    *shape = exp(root);
    const struct shape s = shape_make(SHAPE_GAMMA, *shape, 0);
    *scale = high / shape_inverse(&s, 1 - goal.tail, goal.tail, (double)NAN);
    return NULL;
}

struct beta_goal {
    double low, high;
    double z; /* normal score of the upper tail */
};

/* Normal scores of the two tails less the wanted ones, nearly linear in the
 * logarithms of both shapes. */
static void beta_gaps(const struct beta_goal *goal, const double p[2], double gap[2])
{
    const struct shape s = shape_make(SHAPE_BETA, exp(p[0]), exp(p[1]));
    const double below = shape_below(&s, goal->low), above = shape_above(&s, goal->high);

    gap[0] = fmax(-40, fmin(40, gsl_cdf_ugaussian_Pinv(below))) + goal->z;
    gap[1] = fmax(-40, fmin(40, gsl_cdf_ugaussian_Qinv(above))) - goal->z;
}

static double size(const double gap[2])
{
    return fmax(fabs(gap[0]), fabs(gap[1]));
}

static double bounded(double p)
{
    return fmax(log(SHAPE_LEAST), fmin(log(SHAPE_MOST), p));
}

/* Newton's step for both logarithms, at most 1 long. */
static bool beta_step(const struct beta_goal *goal, const double p[2], const double gap[2],
                      double step[2])
{
    const double h = 1e-6;
    double slope[2][2];

    for (int k = 0; k < 2; k++) {
        double up[2] = {p[0], p[1]}, moved[2];
        up[k] += h;
        beta_gaps(goal, up, moved);
        slope[0][k] = (moved[0] - gap[0]) / h;
        slope[1][k] = (moved[1] - gap[1]) / h;
    }
    const double determinant = slope[0][0] * slope[1][1] - slope[0][1] * slope[1][0];
    step[0] = (slope[0][1] * gap[1] - slope[1][1] * gap[0]) / determinant;
    step[1] = (slope[1][0] * gap[0] - slope[0][0] * gap[1]) / determinant;
    const double length = size(step);
    for (int k = 0; k < 2 && length > 1; k++)
        step[k] /= length;
    return isfinite(length);
}

/* One step that brings the scores nearer; false if none does. */
static bool beta_improve(const struct beta_goal *goal, double p[2], double gap[2])
{
    double step[2];

    if (!beta_step(goal, p, gap, step))
        return false;
    for (int i = 0; i < HALVINGS; i++) {
        const double next[2] = {bounded(p[0] + step[0]), bounded(p[1] + step[1])};
        double moved[2];
        beta_gaps(goal, next, moved);
        if (size(moved) < size(gap)) {
            p[0] = next[0];
            p[1] = next[1];
            gap[0] = moved[0];
            gap[1] = moved[1];
            return true;
        }
        step[0] /= 2;
        step[1] /= 2;
    }
    return false;
}

const char *fit_beta(double low, double high, double credibility, double *a, double *b)
{
    const struct beta_goal goal = {low, high, gsl_cdf_ugaussian_Qinv((1 - credibility) / 2)};
    const double logit_low = log(low / (1 - low)), logit_high = log(high / (1 - high));
    const double centre = (logit_low + logit_high) / 2;
    const double spread = (logit_high - logit_low) / (2 * goal.z);
    /* ln(x/(1-x)) has mean about ln(a/b) and variance about 1/a + 1/b. */
    double p[2] = {bounded(log((1 + exp(centre)) / (spread * spread))),
                   bounded(log((1 + exp(-centre)) / (spread * spread)))};
    double gap[2];

    beta_gaps(&goal, p, gap);
    for (int i = 0; i < ROUNDS && size(gap) > 1e-15; i++)
        if (!beta_improve(&goal, p, gap))
            break;
    if (size(gap) > 1e-10)
        return fmax(p[0], p[1]) > log(SHAPE_MOST) - 1e-9 ? too_close : too_far;
    *a = exp(p[0]);
    *b = exp(p[1]);
    return NULL;
}
