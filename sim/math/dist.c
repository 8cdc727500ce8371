#include "math/dist.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_cdf.h>
#include "math/dist_inside.h"
#include "math/fit.h"
#include "tool/isa.h"
#include "tool/lanes.h"
#include "tool/number.h"

const char *const dist_names[DIST_KINDS] = {
    "constant", "uniform", "triangular", "pert",       "normal",
    "lognormal", "beta",   "gamma",      "gamma_rate", "discrete",
};

static const double cut_most = 0.05;

ISA_KERNEL(void, kernel_dist_quantiles, (const struct dist *, const double *, double *));
ISA_KERNEL(void, kernel_dist_at_scores, (const struct dist *, const double *, double *));

static int refuse(char *rule, const char *phrase)
{
    snprintf(rule, CS_SENTENCE, "%s", phrase);
    return CS_INPUT;
}

static void domain_text(const struct dist_spec *spec, char *out, size_t size)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];

    number_write(spec->domain_low, low);
    number_write(spec->domain_high, high);
    snprintf(out, size, "%s%s,%s%s", spec->domain_low_open || isinf(spec->domain_low) ? "(" : "[",
             low, high, spec->domain_high_open || isinf(spec->domain_high) ? ")" : "]");
}

static bool in_domain(const struct dist_spec *spec, double x)
{
    return (spec->domain_low_open ? x > spec->domain_low : x >= spec->domain_low) &&
           (spec->domain_high_open ? x < spec->domain_high : x <= spec->domain_high);
}

/* A number of the row that must be there and in the domain of the cell. */
static int check_number(const struct dist_spec *spec, const char *name, double x, char *rule)
{
    char text[NUMBER_TEXT], domain[3 * NUMBER_TEXT];

    if (!isfinite(x)) {
        snprintf(rule, CS_SENTENCE, "a %s distribution needs %s", dist_names[spec->kind], name);
        return CS_INPUT;
    }
    if (in_domain(spec, x))
        return CS_OK;
    number_write(x, text);
    domain_text(spec, domain, sizeof domain);
    snprintf(rule, CS_SENTENCE, "%s (%s) lies outside the domain of the cell, %s", name, text,
             domain);
    return CS_INPUT;
}

static int check_ends(const struct dist_spec *spec, char *rule)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];

    if (check_number(spec, "low", spec->low, rule) || check_number(spec, "high", spec->high, rule))
        return CS_INPUT;
    if (spec->low < spec->high)
        return CS_OK;
    number_write(spec->low, low);
    number_write(spec->high, high);
    snprintf(rule, CS_SENTENCE, "low (%s) must be below high (%s)", low, high);
    return CS_INPUT;
}

static int check_mode(const struct dist_spec *spec, char *rule)
{
    char mode[NUMBER_TEXT], low[NUMBER_TEXT], high[NUMBER_TEXT];

    if (check_number(spec, "mode", spec->mode, rule))
        return CS_INPUT;
    if (spec->mode >= spec->low && spec->mode <= spec->high)
        return CS_OK;
    number_write(spec->mode, mode);
    number_write(spec->low, low);
    number_write(spec->high, high);
    snprintf(rule, CS_SENTENCE, "mode (%s) must lie between low (%s) and high (%s)", mode, low,
             high);
    return CS_INPUT;
}

/* The credibility of the interval, or NaN with the rule. */
static double credibility_of(const struct dist_spec *spec, char *rule)
{
    const double c = isnan(spec->credibility) ? 0.9 : spec->credibility;

    if (c > 0 && c < 1)
        return c;
    refuse(rule, "credibility must be above 0 and below 1");
    return (double)NAN;
}

/* Cuts the tails outside the domain, given the probability on both sides. */
static int cut(const struct dist_spec *spec, struct dist *dist, double below, double above,
               char *rule)
{
    char domain[3 * NUMBER_TEXT];

    if (below + above <= cut_most) {
        dist->below = below;
        dist->inside = 1 - below - above;
        return CS_OK;
    }
    domain_text(spec, domain, sizeof domain);
    snprintf(rule, CS_SENTENCE,
             "the tails outside the domain of the cell, %s, hold %.3g %% of the distribution; "
             "at most 5 %% may be cut",
             domain, 100 * (below + above));
    return CS_INPUT;
}

static int take_table(const struct dist_spec *spec, struct dist *dist, const struct shape *shape)
{
    struct quantile_table *own = NULL;

    return table_take(spec->shelf ? spec->shelf : &own, shape, &dist->table);
}

static int make_bounded(const struct dist_spec *spec, struct dist *dist, char *rule)
{
    if (check_ends(spec, rule))
        return CS_INPUT;
    if (spec->kind != DIST_UNIFORM && check_mode(spec, rule))
        return CS_INPUT;
    dist->least = spec->low;
    dist->most = spec->high;
    if (spec->kind != DIST_PERT)
        return CS_OK;
    const double range = spec->high - spec->low;
    const struct shape shape = shape_make(SHAPE_BETA, 1 + 4 * (spec->mode - spec->low) / range,
                                          1 + 4 * (spec->high - spec->mode) / range);
    dist->location = spec->low;
    dist->scale = range;
    return take_table(spec, dist, &shape);
}

static int make_normal(const struct dist_spec *spec, struct dist *dist, char *rule)
{
    const bool log_scale = spec->kind == DIST_LOGNORMAL;
    double low = spec->low, high = spec->high;
    double least = spec->domain_low, most = spec->domain_high;

    if (check_ends(spec, rule))
        return CS_INPUT;
    const double credibility = credibility_of(spec, rule);
    if (isnan(credibility))
        return CS_INPUT;
    if (log_scale) {
        if (low <= 0)
            return refuse(rule, "low must be above 0 for a lognormal distribution");
        low = log(low);
        high = log(high);
        least = least > 0 ? log(least) : -HUGE_VAL;
        most = log(most);
    }
    dist->location = low + (high - low) / 2;
    dist->scale = (high - low) / 2 / gsl_cdf_ugaussian_Qinv((1 - credibility) / 2);
    return cut(spec, dist, gsl_cdf_ugaussian_P((least - dist->location) / dist->scale),
               gsl_cdf_ugaussian_Q((most - dist->location) / dist->scale), rule);
}

static int finish_tabled(const struct dist_spec *spec, struct dist *dist,
                         const struct shape *shape, char *rule)
{
    if (cut(spec, dist, shape_below(shape, spec->domain_low / dist->scale),
            shape_above(shape, spec->domain_high / dist->scale), rule))
        return CS_INPUT;
    dist->location = 0;
    dist->least = fmax(dist->least, 0);
    if (shape->kind == SHAPE_BETA)
        dist->most = fmin(dist->most, 1);
    return take_table(spec, dist, shape);
}

static int make_fitted(const struct dist_spec *spec, struct dist *dist, char *rule)
{
    const char *problem = NULL;
    double a = 0, b = 0;

    if (check_ends(spec, rule))
        return CS_INPUT;
    const double credibility = credibility_of(spec, rule);
    if (isnan(credibility))
        return CS_INPUT;
    dist->scale = 1;
    if (spec->low <= 0)
        return refuse(rule, spec->kind == DIST_BETA
                                ? "low must be above 0 for a beta distribution"
                                : "low must be above 0 for a gamma distribution");
    if (spec->kind == DIST_BETA && spec->high >= 1)
        return refuse(rule, "high must be below 1 for a beta distribution");
    problem = spec->kind == DIST_BETA
                  ? fit_beta(spec->low, spec->high, credibility, &a, &b)
                  : fit_gamma(spec->low, spec->high, credibility, &a, &dist->scale);
    if (problem)
        return refuse(rule, problem);
    const struct shape shape = shape_make(spec->kind == DIST_BETA ? SHAPE_BETA : SHAPE_GAMMA, a, b);
    return finish_tabled(spec, dist, &shape, rule);
}

static int make_gamma_rate(const struct dist_spec *spec, struct dist *dist, char *rule)
{
    if (!(spec->low >= SHAPE_LEAST && spec->low <= SHAPE_MOST))
        return refuse(rule, "low is the shape of a gamma_rate distribution and must be between "
                            "0.01 and 1000000");
    if (!(spec->high > 0 && spec->high < HUGE_VAL))
        return refuse(rule, "high is the rate of a gamma_rate distribution and must be above 0");
    const struct shape shape = shape_make(SHAPE_GAMMA, spec->low, 0);
    dist->scale = 1 / spec->high;
    return finish_tabled(spec, dist, &shape, rule);
}

static int check_discrete(const struct dist_spec *spec, double *total, char *rule)
{
    *total = 0;
    if (spec->count == 0)
        return refuse(rule, "a discrete distribution needs values such as 1:0.3;2:0.7");
    for (size_t i = 0; i < spec->count; i++) {
        if (check_number(spec, "a value", spec->values[i], rule))
            return CS_INPUT;
        if (i > 0 && spec->values[i] < spec->values[i - 1])
            return refuse(rule, "the values must be in ascending order");
        if (!(spec->weights[i] >= 0 && spec->weights[i] < HUGE_VAL))
            return refuse(rule, "a weight must be 0 or more");
        *total += spec->weights[i];
    }
    return *total > 0 && isfinite(*total) ? CS_OK : refuse(rule, "the weights must not all be 0");
}

static int make_discrete(const struct dist_spec *spec, struct dist *dist, char *rule)
{
    double total, sum = 0;

    if (check_discrete(spec, &total, rule))
        return CS_INPUT;
    dist->values = malloc(spec->count * sizeof *dist->values);
    dist->cumulated = malloc(spec->count * sizeof *dist->cumulated);
    if (!dist->values || !dist->cumulated)
        return CS_MEMORY;
    /* Values without weight are left out, so that rounding never draws them. */
    for (size_t i = 0; i < spec->count; i++) {
        sum += spec->weights[i];
        if (spec->weights[i] <= 0)
            continue;
        dist->values[dist->count] = spec->values[i];
        dist->cumulated[dist->count++] = sum / total;
    }
    return CS_OK;
}

static int make(const struct dist_spec *spec, struct dist *dist, char *rule)
{
    switch (spec->kind) {
    case DIST_CONSTANT:
        dist->mode = spec->mode;
        return check_number(spec, "mode", spec->mode, rule);
    case DIST_UNIFORM:
    case DIST_TRIANGULAR:
    case DIST_PERT:
        return make_bounded(spec, dist, rule);
    case DIST_NORMAL:
    case DIST_LOGNORMAL:
        return make_normal(spec, dist, rule);
    case DIST_BETA:
    case DIST_GAMMA:
        return make_fitted(spec, dist, rule);
    case DIST_GAMMA_RATE:
        return make_gamma_rate(spec, dist, rule);
    case DIST_DISCRETE:
        return make_discrete(spec, dist, rule);
    case DIST_KINDS:
        break;
    }
    return refuse(rule, "no such distribution");
}

/* Random addresses give u from 2^-53 to 1 - 2^-53. */
static bool is_finite(const struct dist *dist)
{
    enum { PLACES = 5 };
    static const double u[PLACES] = {0x1p-53, 0.25, 0.5, 0.75, 1 - 0x1p-53};
    double x[PLACES];
    bool finite = !isinf(dist->high - dist->low);

    dist_quantiles(dist, u, x, PLACES);
    for (int k = 0; k < PLACES; k++)
        finite = finite && isfinite(x[k]);
    return finite;
}

int dist_new(const struct dist_spec *spec, struct dist **out, char *rule)
{
    struct dist *const dist = calloc(1, sizeof *dist);

    *out = NULL;
    rule[0] = '\0';
    if (!dist)
        return CS_MEMORY;
    dist->kind = spec->kind;
    dist->low = spec->low;
    dist->mode = spec->mode;
    dist->high = spec->high;
    dist->inside = 1;
    dist->least = spec->domain_low_open ? nextafter(spec->domain_low, HUGE_VAL) : spec->domain_low;
    dist->most = spec->domain_high_open ? nextafter(spec->domain_high, -HUGE_VAL)
                                        : spec->domain_high;
    int code = make(spec, dist, rule);
    if (!code && !is_finite(dist))
        code = refuse(rule, "its values must be of size below 1.8e308");
    if (code)
        dist_free(dist);
    else
        *out = dist;
    return code;
}

void dist_free(struct dist *dist)
{
    if (!dist)
        return;
    table_return(dist->table);
    free(dist->values);
    free(dist->cumulated);
    free(dist);
}

/* Of as many draws as there are, LANES at a time. */
static void each_lanes(void kernel(const struct dist *, const double *, double *),
                       const struct dist *dist, const double *from, double *x, size_t n)
{
    double in[LANES], out[LANES];

    for (size_t k = 0; k < n; k += LANES) {
        const size_t few = n - k < LANES ? n - k : LANES;
        for (size_t l = 0; l < LANES; l++)
            in[l] = from[k + (l < few ? l : 0)];
        kernel(dist, in, out);
        memcpy(x + k, out, few * sizeof *x);
    }
}

void dist_quantiles(const struct dist *dist, const double *u, double *x, size_t n)
{
    each_lanes(ISA_CALL(kernel_dist_quantiles), dist, u, x, n);
}

double dist_quantile(const struct dist *dist, double u)
{
    double x;

    dist_quantiles(dist, &u, &x, 1);
    return x;
}

double dist_at_score(const struct dist *dist, double z)
{
    double x;

    each_lanes(ISA_CALL(kernel_dist_at_scores), dist, &z, &x, 1);
    return x;
}
