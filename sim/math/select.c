#include "math/select.h"

#include <stdbool.h>
#include <string.h>
#include "math/quantile.h"
#include "tool/isa.h"

ISA_KERNEL(void, kernel_select_order, (const double *, size_t, uint8_t *));
ISA_KERNEL(void, kernel_select_places,
           (const struct select_line *, const double *, size_t, uint16_t *));

enum { SAMPLE = 32, EIGHTH = SAMPLE / SELECT_PIECES, PER_BIN = 4 };

/* The line through eighths of a sample, so that bins hold about as many values each. */
static void make_line(const double *x, size_t n, struct select_line *line)
{
    const size_t width = n / (SELECT_PIECES * PER_BIN);
    double sample[SAMPLE + SELECT_BESIDE] = {0}, eighth[SELECT_PIECES + 1], last = 0;
    uint8_t at[SELECT_ORDERED];

    for (size_t k = 0; k < SAMPLE; k++)
        sample[k] = x[k * n / SAMPLE];
    ISA_CALL(kernel_select_order)(sample, SAMPLE, at);
    for (int k = 0; k < SAMPLE; k++) {
        last = at[k] ? sample[at[k] - 1] : last;
        if (k % EIGHTH == 0)
            eighth[k / EIGHTH] = last;
    }
    eighth[SELECT_PIECES] = last;
    line->width = (double)(width < SELECT_WIDTH ? width : SELECT_WIDTH);
    for (int p = 0; p < SELECT_PIECES; p++) {
        line->start[p] = eighth[p];
        line->scale[p] = line->width / (eighth[p + 1] - eighth[p]);
    }
}

/* Sorts values into their bins; s->end[bin] is then where the bin ends. */
static void sort_into_bins(const double *x, size_t n, struct select_scratch *s)
{
    struct select_line line;

    make_line(x, n, &line);
    const size_t bins = SELECT_PIECES * (size_t)line.width + 1;
    memset(s->end, 0, (bins + 1) * sizeof *s->end);
    ISA_CALL(kernel_select_places)(&line, x, n, s->bin);
    for (size_t k = 0; k < n; k++)
        s->end[s->bin[k] + 1]++;
    for (size_t b = 1; b < bins; b++)
        s->end[b + 1] = (uint16_t)(s->end[b + 1] + s->end[b]);
    for (size_t k = 0; k < n; k++)
        s->x[s->end[s->bin[k]]++] = x[k];
}

static bool all_equal(const double *x, size_t n)
{
    size_t k = 1;

    while (k < n && x[k] == x[0])
        k++;
    return k >= n;
}

/* The values of some ranks among n values that `before` others precede. */
static void pick(double *x, size_t n, size_t before, const uint64_t *ranks, size_t count,
                 double *values)
{
    uint64_t inner[SELECT_RANKS];
    uint8_t at[SELECT_ORDERED];
    const bool few = n <= SELECT_ORDERED;

    for (size_t k = 0; k < count; k++)
        inner[k] = ranks[k] - before;
    if (few)
        ISA_CALL(kernel_select_order)(x, n, at);
    else if (!all_equal(x, n))
        quantile_select(x, n, inner, count);
    for (size_t k = 0; k < count; k++) {
        size_t r = inner[k] - 1;
        while (few && at[r] == 0)
            r--;
        values[k] = x[few ? at[r] - 1u : r];
    }
}

void select_values(const double *x, size_t n, const uint64_t *ranks, size_t count, double *values,
                   struct select_scratch *s)
{
    if (n <= SELECT_ORDERED) {
        memcpy(s->x, x, n * sizeof *x);
        pick(s->x, n, 0, ranks, count, values);
        return;
    }
    sort_into_bins(x, n, s);
    for (size_t bin = 0, from = 0, next = 0; next < count; from = s->end[bin++]) {
        const size_t first = next, end = s->end[bin];
        while (next < count && ranks[next] <= end)
            next++;
        if (next > first)
            pick(s->x + from, end - from, from, ranks + first, next - first, values + first);
    }
}
