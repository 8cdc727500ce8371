/* Distributions: whatever is accepted has finite, ascending quantiles inside
 * the domain. */
#include <math.h>
#include "fuzz.h"
#include "math/dist.h"

enum { POINTS = 6, NUMBERS = 6 };

static const double ends[][2] = {
    {-INFINITY, INFINITY}, {0, INFINITY}, {0, 1}, {-1, 1}};

static void check(const struct dist_spec *spec, const struct dist *dist)
{
    static const double u[] = {0x1p-53, 1e-9, 0.001, 0.05, 0.5, 0.95, 0.999, 1 - 1e-9,
                               1 - 0x1p-53};
    double last = -INFINITY;

    for (size_t k = 0; k < sizeof u / sizeof *u; k++) {
        const double x = dist_quantile(dist, u[k]);
        PROMISE(isfinite(x) && x >= last - 1e-11 * (1 + fabs(last)));
        PROMISE(x >= spec->domain_low && x <= spec->domain_high);
        last = x;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    double number[NUMBERS], values[POINTS], weights[POINTS];
    char rule[CS_SENTENCE] = "";
    struct dist *dist = NULL;

    if (size < 3 + sizeof number)
        return 0;
    memcpy(number, data + 3, sizeof number);
    struct dist_spec spec = {
        .kind = (enum dist_kind)(data[0] % DIST_KINDS),
        .low = number[0], .mode = number[1], .high = number[2], .credibility = number[3],
        .values = values, .weights = weights,
        .domain_low = ends[data[1] % 4][0], .domain_high = ends[data[1] % 4][1],
        .domain_low_open = data[2] & 1, .domain_high_open = data[2] & 2};
    /* The caller sorts and scales the points and checks the numbers, see prior_row.c. */
    spec.count = 1 + data[2] / 4 % POINTS;
    for (size_t k = 0; k < spec.count; k++) {
        values[k] = number[4] + (double)k;
        weights[k] = 1 / (double)spec.count;
    }
    for (int k = 0; k < NUMBERS; k++)
        if (!isfinite(number[k]))
            return 0;
    if (!(number[3] > 0 && number[3] < 1))
        spec.credibility = 0.9;
    if (dist_new(&spec, &dist, rule))
        PROMISE(*rule && !dist);
    else
        check(&spec, dist);
    dist_free(dist);
    return 0;
}
