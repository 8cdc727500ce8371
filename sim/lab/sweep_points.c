#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/sweep.h"
#include "math/design.h"
#include "tool/number.h"
#include "tool/text.h"

/* --- which design ------------------------------------------------------------------- */

static int refuse_mix(const struct sweep *sweep, struct cs_error *err)
{
    const struct sweep_call *const c = sweep->call;
    const int designs = (c->lhs > 0) + (c->sobol > 0) + c->zip + c->single;

    if (c->points && (c->varies || designs))
        return cs_fail(err, CS_INPUT, "--points stands alone: a file of points takes no --vary, "
                       "--zip, --one-at-a-time, --lhs or --sobol");
    if (!c->points && !c->varies)
        return cs_fail(err, CS_INPUT, "a sweep needs --vary 'ADDRESS=VALUES' or --points FILE.csv");
    if (designs > 1)
        return cs_fail(err, CS_INPUT, "--zip, --one-at-a-time, --lhs and --sobol exclude each "
                       "other");
    return CS_OK;
}

/* Ranges and priors need a design, lists must not have one. */
static int refuse_axes(const struct sweep *sweep, struct cs_error *err)
{
    const bool design = sweep->call->lhs || sweep->call->sobol;

    for (size_t a = 0; a < sweep->axes; a++) {
        const struct axis *const axis = &sweep->axis[a];
        if (design && axis->kind == AXIS_VALUES)
            return cs_fail(err, CS_INPUT, "%s: --lhs and --sobol need a range low..high or the "
                           "word prior, not a list of values", axis->column);
        if (!design && axis->kind != AXIS_VALUES)
            return cs_fail(err, CS_INPUT, "%s: a range or a prior needs --lhs N or --sobol N; a "
                           "grid needs values v1,v2 or a:b:step", axis->column);
    }
    return CS_OK;
}

static int refuse_size(const struct sweep *sweep, struct cs_error *err)
{
    const uint64_t n = sweep->call->sobol;
    uint64_t below = 1;

    while (2 * below <= n)
        below *= 2;
    if (sweep->call->lhs > SWEEP_POINTS || n > SWEEP_POINTS)
        return cs_fail(err, CS_INPUT, "a sweep has at most %d points", (int)SWEEP_POINTS);
    if (n && below != n)
        return cs_fail(err, CS_INPUT, "--sobol %llu: must be a power of two, such as %llu or "
                       "%llu, or the points are not balanced", (unsigned long long)n,
                       (unsigned long long)below, (unsigned long long)(2 * below));
    if (n && sweep->axes > JOE_KUO)
        return cs_fail(err, CS_INPUT, "--sobol varies at most %d addresses (found %zu)",
                       (int)JOE_KUO, sweep->axes);
    return CS_OK;
}

/* --- layouts ------------------------------------------------------------------------- */

static int too_many(struct cs_error *err)
{
    return cs_fail(err, CS_INPUT, "a sweep has at most %d points", (int)SWEEP_POINTS);
}

static int count_points(struct sweep *sweep, struct cs_error *err)
{
    const struct axis *const axis = sweep->axis;

    sweep->points = 1;
    switch (sweep->design) {
    case SWEEP_GRID:
        for (size_t a = 0; a < sweep->axes && sweep->points <= SWEEP_POINTS; a++)
            sweep->points *= axis[a].values;
        break;
    case SWEEP_ZIP:
        for (size_t a = 1; a < sweep->axes; a++)
            if (axis[a].values != axis[0].values)
                return cs_fail(err, CS_INPUT, "--zip: the lists differ in length: %s has %zu "
                               "values, %s has %zu", axis[0].column, axis[0].values,
                               axis[a].column, axis[a].values);
        sweep->points = axis[0].values;
        break;
    case SWEEP_SINGLE:
        for (size_t a = 0; a < sweep->axes; a++)
            sweep->points += axis[a].values;
        break;
    case SWEEP_LIST: sweep->points = axis[0].values; break;
    case SWEEP_LHS: sweep->points = (size_t)sweep->call->lhs; break;
    case SWEEP_SOBOL: sweep->points = (size_t)sweep->call->sobol; break;
    }
    return sweep->points > SWEEP_POINTS ? too_many(err) : CS_OK;
}

static bool put(struct sweep *sweep, size_t point, size_t a, const char *text)
{
    if (!*text) /* a blank cell of a file */
        return true;
    char *const copy = text_copy(text);
    sweep->text[point * sweep->axes + a] = copy;
    return copy != NULL;
}

/* The first axis varies slowest. */
static bool lay_grid(struct sweep *sweep)
{
    bool fine = true;

    for (size_t p = 0; p < sweep->points && fine; p++)
        for (size_t a = sweep->axes, rest = p; a-- > 0 && fine;) {
            fine = put(sweep, p, a, sweep->axis[a].value[rest % sweep->axis[a].values]);
            rest /= sweep->axis[a].values;
        }
    return fine;
}

static bool lay_rows(struct sweep *sweep)
{
    bool fine = true;

    for (size_t p = 0; p < sweep->points; p++)
        for (size_t a = 0; a < sweep->axes && fine; a++)
            fine = put(sweep, p, a, sweep->axis[a].value[p]);
    return fine;
}

/* The scenario as it is, then every value alone. */
static bool lay_single(struct sweep *sweep)
{
    bool fine = true;
    size_t p = 1;

    for (size_t a = 0; a < sweep->axes; a++)
        for (size_t v = 0; v < sweep->axis[a].values && fine; v++)
            fine = put(sweep, p++, a, sweep->axis[a].value[v]);
    return fine;
}

static int lay_design(struct sweep *sweep, struct cs_error *err)
{
    double *const u = malloc(sweep->points * sweep->axes * sizeof *u);
    int code = u ? CS_OK : cs_fail_memory(err);

    if (!code && sweep->design == SWEEP_SOBOL)
        design_sobol(sweep->options->seed, sweep->points, sweep->axes, u);
    else if (!code && !design_lhs(sweep->options->seed, sweep->points, sweep->axes, u))
        code = cs_fail_memory(err);
    if (!code)
        code = sweep_draw_points(sweep, u, err);
    free(u);
    return code;
}

int sweep_make_points(struct sweep *sweep, struct cs_error *err)
{
    const struct sweep_call *const c = sweep->call;
    bool fine = true;
    int code = refuse_mix(sweep, err);

    if (!code)
        code = refuse_axes(sweep, err);
    if (!code)
        code = refuse_size(sweep, err);
    sweep->design = c->points ? SWEEP_LIST : c->lhs ? SWEEP_LHS : c->sobol ? SWEEP_SOBOL :
                    c->zip ? SWEEP_ZIP : c->single ? SWEEP_SINGLE : SWEEP_GRID;
    if (!code)
        code = count_points(sweep, err);
    if (code)
        return code;
    sweep->text = calloc(sweep->points * sweep->axes, sizeof *sweep->text);
    if (!sweep->text)
        return cs_fail_memory(err);
    switch (sweep->design) {
    case SWEEP_GRID: fine = lay_grid(sweep); break;
    case SWEEP_ZIP:
    case SWEEP_LIST: fine = lay_rows(sweep); break;
    case SWEEP_SINGLE: fine = lay_single(sweep); break;
    case SWEEP_LHS:
    case SWEEP_SOBOL: return lay_design(sweep, err);
    }
    return fine ? CS_OK : cs_fail_memory(err);
}

/* --- designs over priors ---------------------------------------------------------------- */

/* Axes whose priors are correlated, and the factor of their correlations. */
struct joint {
    size_t count;
    size_t *axis;
    gsl_matrix *lower;       /* NULL if there are none */
};

static int place_of(const struct copula *copula, int prior)
{
    for (int k = 0; k < copula->count; k++)
        if (copula->prior[k] == prior)
            return k;
    return -1;
}

/* Correlation of two normal scores: a product of rows of the factor L. */
static double correlation(const struct copula *copula, int a, int b)
{
    double sum = 0;

    for (int k = 0; k < copula->count; k++)
        sum += copula->lower[a * copula->count + k] * copula->lower[b * copula->count + k];
    return sum;
}

static int joint_init(struct joint *joint, const struct sweep *sweep, struct cs_error *err)
{
    const struct copula *const copula = &sweep->world->copula;
    size_t n = 0;

    *joint = (struct joint){.axis = malloc((sweep->axes + 1) * sizeof *joint->axis)};
    if (!joint->axis)
        return cs_fail_memory(err);
    for (size_t a = 0; a < sweep->axes; a++)
        if (sweep->axis[a].kind == AXIS_PRIOR && place_of(copula, sweep->axis[a].prior) >= 0)
            joint->axis[n++] = a;
    joint->count = n;
    joint->lower = n ? gsl_matrix_alloc(n, n) : NULL;
    if (n && !joint->lower)
        return cs_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            gsl_matrix_set(joint->lower, i, j,
                           correlation(copula,
                                       place_of(copula, sweep->axis[joint->axis[i]].prior),
                                       place_of(copula, sweep->axis[joint->axis[j]].prior)));
    if (n && gsl_linalg_cholesky_decomp1(joint->lower))
        return cs_fail(err, CS_BUG, "the Cholesky factor of the correlations failed");
    return CS_OK;
}

static void joint_release(struct joint *joint)
{
    if (joint->lower)
        gsl_matrix_free(joint->lower);
    free(joint->axis);
}

static bool stands_alone(const struct joint *joint, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (gsl_matrix_get(joint->lower, i, j) != 0)
            return false;
    return true;
}

/* Uniforms of a point with the correlations of their priors, in place. A prior that depends on
 * none before it keeps its own, as in a path. */
static void correlate(const struct joint *joint, double *u, double *z)
{
    for (size_t i = 0; i < joint->count; i++)
        z[i] = gsl_cdf_ugaussian_Pinv(u[joint->axis[i]]);
    for (size_t i = 0; i < joint->count; i++) {
        double sum = 0;
        if (stands_alone(joint, i))
            continue;
        for (size_t j = 0; j <= i; j++)
            sum += gsl_matrix_get(joint->lower, i, j) * z[j];
        const double p = gsl_cdf_ugaussian_P(sum);
        u[joint->axis[i]] = p > 0x1p-1000 ? fmin(p, 1 - 0x1p-53) : 0x1p-1000;
    }
}

static double draw(const struct sweep *sweep, const struct axis *axis, double u)
{
    return axis->kind == AXIS_PRIOR ? dist_quantile(sweep->world->prior[axis->prior].dist, u)
                                    : axis->low + u * (axis->high - axis->low);
}

int sweep_draw_points(struct sweep *sweep, const double *u, struct cs_error *err)
{
    double *const row = malloc(2 * sweep->axes * sizeof *row);
    struct joint joint;
    char text[NUMBER_TEXT];
    int code = joint_init(&joint, sweep, err);

    if (!code && !row)
        code = cs_fail_memory(err);
    for (size_t p = 0; p < sweep->points && !code; p++) {
        memcpy(row, u + p * sweep->axes, sweep->axes * sizeof *row);
        correlate(&joint, row, row + sweep->axes);
        for (size_t a = 0; a < sweep->axes && !code; a++) {
            number_write(draw(sweep, &sweep->axis[a], row[a]), text);
            if (!put(sweep, p, a, text))
                code = cs_fail_memory(err);
        }
    }
    joint_release(&joint);
    free(row);
    return code;
}

/* --- settings of a point -------------------------------------------------------------------- */

double sweep_value(const struct sweep *sweep, size_t point, size_t a)
{
    const char *const text = sweep->text[point * sweep->axes + a];
    double value;

    return text && !number_parse(text, &value) ? value : (double)NAN;
}

static int add_setting(struct settings *s, char *text, struct cs_error *err)
{
    const char **const wider = text ? realloc(s->text, (s->count + 1) * sizeof *wider) : NULL;

    if (!wider) {
        free(text);
        return cs_fail_memory(err);
    }
    s->text = wider;
    wider[s->count++] = text;
    s->own++;
    return CS_OK;
}

/* A draw as a value of each cell that the prior takes, as the path would have it. */
static int add_draw(struct settings *s, const struct sweep *sweep, const struct axis *axis,
                    double x, struct cs_error *err)
{
    const struct scenario *const w = sweep->world;
    const struct prior *const prior = &w->prior[axis->prior];
    char address[CS_SENTENCE], number[NUMBER_TEXT];
    int code = CS_OK;

    for (int k = 0; k < prior->cell_count && !code; k++) {
        const int c = prior->cells[k];
        const double scaled = x * ((prior->relative ? w->value[c] : 1) * w->factor[c]);
        number_write(fmin(fmax(scaled, prior->least), prior->most), number);
        cell_address(w, c, address, sizeof address);
        code = add_setting(s, text_format("%s=%s", address, number), err);
    }
    return code;
}

int sweep_settings(const struct sweep *sweep, size_t point, struct settings *s,
                   struct cs_error *err)
{
    int code = CS_OK;

    *s = (struct settings){.text = malloc((sweep->sets + 1) * sizeof *s->text)};
    if (!s->text)
        return cs_fail_memory(err);
    for (; s->count < sweep->sets; s->count++)
        s->text[s->count] = sweep->set[s->count];
    for (size_t a = 0; a < sweep->axes && !code; a++) {
        const struct axis *const axis = &sweep->axis[a];
        const char *const text = sweep->text[point * sweep->axes + a];
        if (!text)
            continue;
        code = axis->kind == AXIS_PRIOR
                   ? add_draw(s, sweep, axis, sweep_value(sweep, point, a), err)
                   : add_setting(s, text_format("%s%s=%s", axis->address,
                                                axis->factor ? "*" : "", text), err);
    }
    return code;
}

void settings_release(struct settings *s)
{
    for (size_t k = s->count - s->own; k < s->count; k++)
        free((char *)(uintptr_t)s->text[k]);
    free(s->text);
    *s = (struct settings){0};
}
