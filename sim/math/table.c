#include "math/table.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include "chipsplit.h"

enum { LAST = TABLE_TERMS - 1, FIRST_TRY = 16 };

static const double tolerance = 2e-13;

/* What the parts of one table share while it is made. */
struct maker {
    const struct quantile_table *table;
    double cosines[2 * LAST];     /* of multiples of pi / LAST */
    double range;                 /* between the quartiles */
    double middle, half;          /* of the part, in z */
    double log_x[TABLE_TERMS];    /* at its nodes middle + half cos(j pi / LAST) */
    double value[TABLE_TERMS];    /* of what the table gives */
};

static void solve(struct maker *m, int node, double guess)
{
    const double z = m->middle + m->half * m->cosines[node];
    const double x = shape_inverse(&m->table->shape, gsl_cdf_ugaussian_P(z),
                                   gsl_cdf_ugaussian_Q(z), guess);

    m->log_x[node] = log(x);
    m->value[node] = m->table->logarithm ? m->log_x[node] : x;
}

/* Solves at every `stride`-th node; those at twice the stride are there unless it is the
 * first try. */
static void solve_nodes(struct maker *m, int stride)
{
    const bool first = stride == LAST / FIRST_TRY;

    for (int j = first ? 0 : stride; j <= LAST; j += first ? stride : 2 * stride)
        solve(m, j, first ? (double)NAN
                          : exp((m->log_x[j - stride] + m->log_x[j + stride]) / 2));
}

/* The series through every `stride`-th node; returns the least size of a value there. */
static double interpolate(const struct maker *m, int stride, double *c)
{
    const int n = LAST / stride;
    double size = HUGE_VAL;

    for (int k = 0; k <= n; k++) {
        double sum = 0;
        for (int j = 0; j <= n; j++) {
            const double value = m->value[j * stride];
            const double term = value * m->cosines[k * j * stride % (2 * LAST)];
            sum += j == 0 || j == n ? term / 2 : term;
            size = fmin(size, fabs(value));
        }
        c[k] = sum * (k == 0 || k == n ? 1.0 : 2.0) / n;
    }
    return size;
}

/* How many of the n + 1 terms count; 0 if the last ones do not vanish, so that others may
 * be missing. */
static int terms_of(const double *c, int n, double allowed)
{
    double rest = 0;
    int terms = n + 1;

    while (terms > 1 && rest + fabs(c[terms - 1]) <= allowed)
        rest += fabs(c[--terms]);
    return terms <= n - 2 ? terms : 0;
}

/* The number of terms of the series on a part, whose nodes double until it is good. */
static int make_part(struct maker *m, double *c)
{
    int terms = 0;

    for (int stride = LAST / FIRST_TRY; stride > 0 && terms == 0; stride /= 2) {
        solve_nodes(m, stride);
        const double size = interpolate(m, stride, c);
        const double scale = m->table->logarithm ? 1 : fmax(size, m->range);
        terms = terms_of(c, LAST / stride, tolerance * scale);
    }
    return terms;
}

/* Doubles the number of parts until every one is good. */
int table_init(struct quantile_table *table, const struct shape *shape)
{
    struct maker m = {.table = table};
    bool good = false;

    *table = (struct quantile_table){.shape = *shape, .logarithm = shape->a < 1};
    for (int k = 0; k < 2 * LAST; k++)
        m.cosines[k] = cos(M_PI * k / LAST);
    m.range = shape_inverse(shape, 0.75, 0.25, (double)NAN) -
              shape_inverse(shape, 0.25, 0.75, (double)NAN);
    for (int parts = 1; parts <= TABLE_PARTS && !good; parts *= 2) {
        double *const more = realloc(table->coefficients,
                                     (size_t)parts * TABLE_TERMS * sizeof *more);
        if (!more) {
            table_release(table);
            return CS_MEMORY;
        }
        table->coefficients = more;
        table->parts = parts;
        good = true;
        m.half = TABLE_EDGE / parts;
        for (int i = 0; i < parts; i++) {
            m.middle = (2 * i + 1 - parts) * m.half;
            table->terms[i] = make_part(&m, more + i * TABLE_TERMS);
            good = good && table->terms[i] > 0;
        }
    }
    return CS_OK;
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
