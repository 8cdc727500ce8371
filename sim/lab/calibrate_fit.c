#include "lab/calibrate_fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "math/quantile.h"
#include "tool/number.h"

static double four_digits(double x)
{
    if (x == 0 || !isfinite(x))
        return x;
    const double scale = pow(10, 3 - floor(log10(fabs(x))));
    return scale >= 1 ? round(x * scale) / scale : round(x * scale) * round(1 / scale);
}

static double gap_of(const struct dist *dist, const double *sorted, size_t n, double width)
{
    double gap = 0;

    for (int k = 1; k < 20; k++) {
        const double u = k / 20.0;
        gap = fmax(gap, fabs(dist_quantile(dist, u) - quantile_sorted(sorted, n, u)));
    }
    return gap / width;
}

/* Every value with its count. False if they are too many. */
static bool count_values(const double *sorted, size_t n, struct fitted *out)
{
    size_t used = 0, distinct = 1;

    for (size_t k = 1; k < n; k++)
        distinct += sorted[k] != sorted[k - 1];
    if (distinct * FIT_REPEATS > n)
        return false;
    for (size_t k = 0; k < n;) {
        char value[NUMBER_TEXT];
        size_t same = 1;
        while (k + same < n && sorted[k + same] == sorted[k])
            same++;
        number_write(sorted[k], value);
        used += (size_t)snprintf(out->values + used, FIT_TEXT - used, "%s%s:%zu", k ? ";" : "",
                                 value, same);
        if (used >= FIT_TEXT)
            return false;
        k += same;
    }
    out->kind = DIST_DISCRETE;
    out->low = out->high = NAN;
    out->gap = 0;
    return true;
}

int fit_draws(const double *sorted, size_t n, double least, double most, struct fitted *out)
{
    static const enum dist_kind kinds[] = {DIST_LOGNORMAL, DIST_GAMMA, DIST_BETA, DIST_NORMAL};
    const double low = quantile_sorted(sorted, n, 0.05), high = quantile_sorted(sorted, n, 0.95);
    char rule[CS_SENTENCE];

    *out = (struct fitted){.gap = INFINITY};
    if (count_values(sorted, n, out))
        return CS_OK;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        const struct dist_spec spec = {
            .kind = kinds[k], .low = four_digits(low), .mode = NAN, .high = four_digits(high),
            .credibility = 0.9, .domain_low = least, .domain_high = most};
        struct dist *dist;
        if (dist_new(&spec, &dist, rule))
            continue;
        const double gap = gap_of(dist, sorted, n, high - low);
        if (gap < out->gap)
            *out = (struct fitted){.kind = kinds[k], .low = spec.low, .high = spec.high,
                                   .gap = gap};
        dist_free(dist);
    }
    return isfinite(out->gap) ? CS_OK : CS_INPUT;
}
