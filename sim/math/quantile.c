#include "math/quantile.h"

#include <math.h>
#include <gsl/gsl_cdf.h>
#include "math/binomial.h"

/* The largest l in [0,n] with P(Bin(n,p) <= l-1) <= one_tail: from the normal
 * approximation, which is a few ranks off, one point probability at a time. */
static uint64_t lower_rank(uint64_t n, double p, double one_tail)
{
    const double size = (double)n, z = gsl_cdf_ugaussian_Pinv(one_tail);
    const double guess = floor(size * p + z * sqrt(size * p * (1 - p)));
    uint64_t l = guess <= 0 ? 0 : guess >= size ? n : (uint64_t)guess;
    double below = l == 0 ? 0 : binomial_at_most(l - 1, n, p);

    while (l > 0 && below > one_tail)
        below -= binomial_point(--l, n, p);
    while (l < n) {
        const double next = below + binomial_point(l, n, p);
        if (next > one_tail)
            break;
        below = next;
        l++;
    }
    return l;
}

void quantile_ranks_at(uint64_t n, double p, double alpha, uint64_t *lower, uint64_t *upper)
{
    /* P(Bin(n,p) <= u-1) >= 1 - alpha/2 says P(Bin(n,1-p) <= n-u) <= alpha/2. */
    const uint64_t mirrored = n ? lower_rank(n, 1 - p, alpha / 2) : 0;

    *lower = n ? lower_rank(n, p, alpha / 2) : 0;
    *upper = mirrored ? n + 1 - mirrored : 0;
}

void quantile_ranks(uint64_t n, double p, uint64_t *lower, uint64_t *upper)
{
    quantile_ranks_at(n, p, 0.05, lower, upper);
}

double student_half_width(double se, uint64_t n, double alpha)
{
    if (n < 2 || isnan(se))
        return NAN;
    return se > 0 ? se * gsl_cdf_tdist_Pinv(1 - alpha / 2, (double)(n - 1)) : 0;
}

double quantile_sorted(const double *sorted, size_t n, double p)
{
    const double place = (double)(n - 1) * p;
    const size_t low = place <= 0 ? 0 : (size_t)place;

    if (low >= n - 1)
        return sorted[n - 1];
    const double part = place - (double)low;
    if (part <= 0 || sorted[low] == sorted[low + 1]) /* equal infinities too */
        return sorted[low];
    return sorted[low] + part * (sorted[low + 1] - sorted[low]);
}

enum { INSERTION = 24, SAMPLING = 600, PATIENCE = 8 };

static void swap(double *a, double *b)
{
    const double t = *a;

    *a = *b;
    *b = t;
}

static void insertion_sort(double *x, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const double v = x[i];
        size_t j = i;
        for (; j > 0 && x[j - 1] > v; j--)
            x[j] = x[j - 1];
        x[j] = v;
    }
}

static void select_one(double *x, size_t n, size_t k);

/* A pivot that leaves at least three tenths on either side (Blum et al. 1973):
 * the median of the medians of fives, moved to x[k]. */
static void pivot_safe(double *x, size_t n, size_t k)
{
    const size_t groups = n / 5;

    for (size_t g = 0; g < groups; g++) {
        insertion_sort(x + 5 * g, 5);
        swap(x + g, x + 5 * g + 2);
    }
    select_one(x, groups, groups / 2);
    swap(x + groups / 2, x + k);
}

/* A pivot just beyond rank k with high probability (Floyd and Rivest 1975):
 * rank k of a sample around k, found in place. */
static void pivot_near(double *x, size_t n, size_t k)
{
    const double size = (double)n, rank = (double)k, z = log(size);
    const double sample = 0.5 * exp(2 * z / 3);
    const double shift = 0.5 * sqrt(z * sample * (size - sample) / size);
    const double sign = rank < size / 2 ? -1 : 1;
    const double from = rank - rank * sample / size + sign * shift;
    const size_t first = from <= 0 ? 0 : from >= rank ? k : (size_t)from;
    const double to = rank + (size - rank) * sample / size + sign * shift;
    const size_t last = to >= size - 1 ? n - 1 : to <= rank ? k : (size_t)to;

    select_one(x + first, last - first + 1, k - first);
}

/* Hoare's partition around x[k]: values equal to the pivot are shared between
 * both sides, so that many equal values cost nothing extra. Afterwards
 * [0,*low) <= pivot, [*high,n) >= pivot, and what lies between equals it. Both
 * parts are smaller than n. */
static void partition(double *x, size_t n, size_t k, size_t *low, size_t *high)
{
    const double pivot = x[k];
    size_t i = 0, j = n - 1;

    for (;;) {
        while (x[i] < pivot)
            i++;
        while (x[j] > pivot)
            j--;
        if (i >= j)
            break;
        swap(x + i++, x + j--);
    }
    *low = i == j ? j : j + 1;
    *high = i == j ? i + 1 : i;
}

static void select_one(double *x, size_t n, size_t k)
{
    int slow = 0;

    while (n > INSERTION) {
        const size_t before = n;
        size_t low, high;
        if (slow >= PATIENCE)
            pivot_safe(x, n, k);
        else if (n > SAMPLING)
            pivot_near(x, n, k);
        partition(x, n, k, &low, &high);
        if (k >= low && k < high)
            return;
        if (k < low) {
            n = low;
        } else {
            x += high;
            k -= high;
            n -= high;
        }
        slow += n > before - before / 8;
    }
    insertion_sort(x, n);
}

/* As quantile_select, where x[0] has rank `first` + 1. */
static void select_ranks(double *x, size_t n, size_t first, const uint64_t *ranks, size_t count)
{
    while (count > 0) {
        const size_t middle = count / 2, k = (size_t)ranks[middle] - 1 - first;
        size_t left = middle, right = middle + 1;
        select_one(x, n, k);
        while (left > 0 && ranks[left - 1] == ranks[middle])
            left--;
        while (right < count && ranks[right] == ranks[middle])
            right++;
        select_ranks(x, k, first, ranks, left);
        x += k + 1;
        n -= k + 1;
        first += k + 1;
        ranks += right;
        count -= right;
    }
}

void quantile_select(double *x, size_t n, const uint64_t *ranks, size_t count)
{
    select_ranks(x, n, 0, ranks, count);
}

/* The success probability at which the chance of at least k successes, or of at
 * most k, is `level`: Newton's method for ln tail in y = logit p, where the tail
 * is nearly straight, and bisection where a step leaves the bracket. */
static double limit(uint64_t k, uint64_t n, double level, int at_most)
{
    const double share = ((double)k + (at_most ? 1 : 0)) / ((double)n + 1);
    double low = -800, high = 800, y = log(share) - log1p(-share);

    for (int i = 0; i < 200; i++) {
        const double p = 1 / (1 + exp(-y)), q = 1 / (1 + exp(y));
        const double tail = at_most ? binomial_at_most(k, n, p) : binomial_at_least(k, n, p);
        const double slope = at_most ? -(double)(n - k) * p : (double)k * q;
        const double gap = log(tail / level);
        const double next = y - gap * tail / (slope * binomial_point(k, n, p));
        if (fabs(next - y) <= 1e-9) /* leaves about its square times sqrt(n) */
            return 1 / (1 + exp(-next));
        if ((gap > 0) == (slope > 0))
            high = y;
        else
            low = y;
        y = next > low && next < high ? next : (low + high) / 2;
    }
    return 1 / (1 + exp(-y));
}

void clopper_pearson(uint64_t k, uint64_t n, double alpha, double *low, double *high)
{
    *low = 0;
    *high = 1;
    if (n == 0)
        return;
    if (k > 0)
        *low = k == n ? exp(log(alpha / 2) / (double)n) : limit(k, n, alpha / 2, 0);
    if (k < n)
        *high = k == 0 ? -expm1(log(alpha / 2) / (double)n) : limit(k, n, alpha / 2, 1);
}
