#include "lab/tail.h"

#include <gsl/gsl_sort_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/compare_series.h"

enum { CHUNK = 4096, TWENTIETH = 20 };

static const double normal_limit = 1.959963984540054;

/* Sums over the largest losses. */
struct sums {
    double tail;             /* of the worst n/20 losses */
    double excess, square;   /* of max(0, L - VaR) */
};

static void add_rank(struct sums *s, double x, uint64_t rank, uint64_t n, double var)
{
    const uint64_t whole = n / TWENTIETH;
    const double part = (double)(n % TWENTIETH) / TWENTIETH;
    const double over = x > var ? x - var : 0;

    if (rank > n - whole)
        s->tail += x;
    else if (rank == n - whole)
        s->tail += part * x;
    s->excess += over;
    s->square += over * over;
}

/* Order statistics of the ranks from, from + 1, ... in ascending order. */
static void fill_ranks(const struct series *s, const double *sorted, uint64_t from, size_t count,
                       double *x)
{
    uint64_t rank[CHUNK];

    for (size_t k = 0; k < count; k++)
        rank[k] = from + k;
    if (s->bins)
        bins_order(s->bins, rank, count, x);
    for (size_t k = 0; k < count && !s->bins; k++)
        x[k] = sorted ? sorted[rank[k] - 1] : s->low;
}

static void sum_tail(const struct series *s, const double *sorted, uint64_t n, double var,
                     struct sums *sums)
{
    const uint64_t below = (uint64_t)((double)(n - 1) * 0.95) + 1, rest = n - n / TWENTIETH;
    double x[CHUNK];

    for (uint64_t from = below < rest ? below : rest; from <= n; from += CHUNK) {
        const uint64_t left = n - from + 1;
        const size_t count = left < CHUNK ? (size_t)left : CHUNK;
        fill_ranks(s, sorted, from, count, x);
        for (size_t k = 0; k < count; k++)
            add_rank(sums, x[k], from + k, n, var);
    }
}

static void fill_cvar(struct tail *t, uint64_t n, const struct sums *s)
{
    const double m = (double)n;

    t->cvar = s->tail / (m / TWENTIETH);
    if (n < 2)
        return;
    const double variance = (s->square - s->excess * s->excess / m) / (m - 1);
    t->cvar_se = sqrt(variance > 0 ? variance / m : 0) * TWENTIETH;
    if (n < TAIL_LEAST * TWENTIETH)
        return;
    t->cvar_lo = t->cvar - normal_limit * t->cvar_se;
    t->cvar_hi = t->cvar + normal_limit * t->cvar_se;
}

int tail_of(const struct series *losses, struct summariser *scratch, struct tail *tail,
            struct cs_error *err)
{
    struct summary s;
    struct sums sums = {0};
    double *sorted = NULL;

    series_summary(losses, scratch, &s);
    const uint64_t n = s.n - s.missing;
    const double half = mean_half_width(s.se, n);
    *tail = (struct tail){s.n, s.missing, s.mean, s.se, s.mean - half, s.mean + half,
                          s.q[P95], s.lo[LIMIT_P95], s.hi[LIMIT_P95], NAN, NAN, NAN, NAN};
    if (n == 0)
        return CS_OK;
    if (losses->value) {
        sorted = malloc(losses->kept * sizeof *sorted);
        if (!sorted)
            return cs_fail_memory(err);
        memcpy(sorted, losses->value, losses->kept * sizeof *sorted);
        gsl_sort(sorted, 1, losses->kept);
    }
    sum_tail(losses, sorted, n, tail->var, &sums);
    fill_cvar(tail, n, &sums);
    free(sorted);
    return CS_OK;
}
