#include "math/table.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <gsl/gsl_math.h>
#include "chipsplit.h"

enum { NODES = TABLE_DEGREE + 1, PARTS_MAX = 32 };

static const double edge = TABLE_CELLS / 2; /* of t */
static const double tolerance = 1e-12;

/* What the parts of one table share while it is made. */
struct maker {
    struct quantile_table *table;
    double cosines[NODES][NODES]; /* of degree and node */
    double range;                 /* between the quartiles */
    double t[2], log_x[2];        /* where the quantile was solved for last */
    int used, room;               /* parts */
};

static double inverse_logit(double t)
{
    return 1 / (1 + exp(-t));
}

/* The quantile at t, or its logarithm; the line through the last two is where
 * the solver begins. */
static double solve(struct maker *m, double t)
{
    const double slope = (m->log_x[1] - m->log_x[0]) / (m->t[1] - m->t[0]);
    const double guess = exp(m->log_x[1] + slope * (t - m->t[1]));
    const double x =
        shape_inverse(&m->table->shape, inverse_logit(t), inverse_logit(-t), guess);

    m->t[0] = m->t[1];
    m->log_x[0] = m->log_x[1];
    m->t[1] = t;
    m->log_x[1] = log(x);
    return m->table->logarithm ? m->log_x[1] : x;
}

/* From the basis of Chebyshev polynomials to that of powers. */
static void to_powers(const double chebyshev[NODES], double power[NODES])
{
    double before[NODES] = {1}, last[NODES] = {0, 1};

    for (int i = 0; i < NODES; i++)
        power[i] = i == 0 ? chebyshev[0] : i == 1 ? chebyshev[1] : 0;
    for (int k = 2; k < NODES; k++) {
        for (int i = NODES - 1; i >= 0; i--) {
            const double next = (i > 0 ? 2 * last[i - 1] : 0) - before[i];
            before[i] = last[i];
            last[i] = next;
        }
        for (int i = 0; i <= k; i++)
            power[i] += chebyshev[k] * last[i];
    }
}

/* Interpolates on [from, from + width]; true if the last terms are negligible,
 * as then are all that were left out. */
static bool make_part(struct maker *m, double from, double width, double power[NODES])
{
    double values[NODES], chebyshev[NODES], size = HUGE_VAL;

    for (int j = 0; j < NODES; j++) {
        values[j] = solve(m, from + width * (1 - m->cosines[1][j]) / 2);
        size = fmin(size, fabs(values[j]));
    }
    for (int k = 0; k < NODES; k++) {
        double sum = 0;
        for (int j = 0; j < NODES; j++)
            sum += values[j] * m->cosines[k][j];
        /* Nodes run upwards, against the cosine: odd terms change sign. */
        chebyshev[k] = sum * (k == 0 ? 1.0 : k % 2 ? -2.0 : 2.0) / NODES;
    }
    to_powers(chebyshev, power);
    const double scale = m->table->logarithm ? 1 : fmax(size, m->range);
    const double rest = fabs(chebyshev[NODES - 1]) + fabs(chebyshev[NODES - 2]);
    return rest <= tolerance * scale;
}

static int make_room(struct maker *m, int parts)
{
    if (m->used + parts <= m->room)
        return CS_OK;
    const int room = 2 * m->room + PARTS_MAX;
    double *const more =
        realloc(m->table->coefficients, (size_t)room * NODES * sizeof *more);
    if (!more)
        return CS_MEMORY;
    m->table->coefficients = more;
    m->room = room;
    return CS_OK;
}

/* Doubles the number of parts until every one is good enough. */
static int make_cell(struct maker *m, int cell)
{
    struct quantile_table *const table = m->table;

    table->first[cell] = -1;
    for (int parts = 1; parts <= PARTS_MAX; parts *= 2) {
        if (make_room(m, parts))
            return CS_MEMORY;
        double *const power = table->coefficients + m->used * NODES;
        const double width = 1.0 / parts;
        bool good = true;
        for (int i = 0; i < parts && good; i++)
            good = make_part(m, cell - edge + i * width, width, power + i * NODES);
        if (!good)
            continue;
        table->first[cell] = m->used;
        table->parts[cell] = parts;
        m->used += parts;
        break;
    }
    return CS_OK;
}

int table_init(struct quantile_table *table, const struct shape *shape)
{
    struct maker m = {.table = table};
    int code = CS_OK;

    *table = (struct quantile_table){.shape = *shape, .logarithm = shape->a < 1};
    for (int k = 0; k < NODES; k++)
        for (int j = 0; j < NODES; j++)
            m.cosines[k][j] = cos(M_PI * k * (j + 0.5) / NODES);
    m.range = shape_inverse(shape, 0.75, 0.25, (double)NAN) -
              shape_inverse(shape, 0.25, 0.75, (double)NAN);
    for (int i = 0; i < 2; i++) {
        m.t[i] = -edge - 0.1 * (2 - i);
        m.log_x[i] = log(shape_inverse(shape, inverse_logit(m.t[i]), inverse_logit(-m.t[i]),
                                       (double)NAN));
    }
    for (int cell = 0; cell < TABLE_CELLS && !code; cell++)
        code = make_cell(&m, cell);
    if (code)
        table_release(table);
    return code;
}

void table_release(struct quantile_table *table)
{
    free(table->coefficients);
    *table = (struct quantile_table){0};
}

static bool same_shape(const struct shape *s, const struct shape *t)
{
    return s->kind == t->kind && s->a == t->a && (s->kind == SHAPE_GAMMA || s->b == t->b);
}

int table_take(struct quantile_table **shelf, const struct shape *shape,
               struct quantile_table **out)
{
    struct quantile_table *table = *shelf;

    while (table && !same_shape(&table->shape, shape))
        table = table->next;
    if (!table) {
        table = malloc(sizeof *table);
        if (!table || table_init(table, shape)) {
            free(table);
            return CS_MEMORY;
        }
        table->next = *shelf;
        *shelf = table;
    }
    table->users++;
    *out = table;
    return CS_OK;
}

void table_return(struct quantile_table *table)
{
    if (!table || --table->users > 0)
        return;
    table_release(table);
    free(table);
}

double table_quantile(const struct quantile_table *table, double u)
{
    const double place = log(u / (1 - u)) + edge;

    if (!(place >= 0 && place < TABLE_CELLS) || table->first[(int)place] < 0)
        return shape_inverse(&table->shape, u, 1 - u, (double)NAN);
    const int cell = (int)place;
    const double inside = (place - cell) * table->parts[cell];
    const int part = (int)inside;
    const double z = 2 * (inside - part) - 1;
    const double *const c = table->coefficients + (table->first[cell] + part) * NODES;
    double sum = c[NODES - 1];
    for (int i = NODES - 2; i >= 0; i--)
        sum = sum * z + c[i];
    return table->logarithm ? exp(sum) : sum;
}
