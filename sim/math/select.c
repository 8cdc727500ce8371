#include "math/select.h"

#include <stdbool.h>
#include <string.h>
#include "math/quantile.h"
#include "tool/isa.h"

ISA_KERNEL(void, kernel_select_sort, (const double *, size_t, double *));
ISA_KERNEL(void, kernel_select_places,
           (const struct select_line *, const double *, size_t, uint16_t *));

enum { SAMPLE = 32, PER_BIN = 4 };

/* The line through eighths of a sample, so that bins hold about as many values each. */
static void make_line(const double *x, size_t n, struct select_line *line)
{
    const size_t width = n / (SELECT_PIECES * PER_BIN);
    double sample[SAMPLE], sorted[SAMPLE + 1];

    for (size_t k = 0; k < SAMPLE; k++)
        sample[k] = x[k * n / SAMPLE];
    ISA_CALL(kernel_select_sort)(sample, SAMPLE, sorted);
    sorted[SAMPLE] = sorted[SAMPLE - 1];
    line->width = (double)(width < SELECT_WIDTH ? width : SELECT_WIDTH);
    for (int p = 0; p < SELECT_PIECES; p++) {
        const double *const from = sorted + p * SAMPLE / SELECT_PIECES;
        line->start[p] = from[0];
        line->scale[p] = line->width / (from[SAMPLE / SELECT_PIECES] - from[0]);
    }
}

/* Wanted ranks that fall into the same bin. */
struct group {
    size_t first, last;      /* ranks [first, last) */
    size_t before;           /* values in lower bins */
    size_t start, size;      /* its values in the scratch */
};

/* Finds the bins that hold the ranks and leaves the number of their group from 1. */
static size_t find_groups(struct select_scratch *s, const uint64_t *ranks, size_t count,
                          struct group *group)
{
    size_t groups = 0, before = 0, next = 0, start = 0;

    for (int bin = 0; next < count; before += s->count[bin++]) {
        const size_t first = next, size = s->count[bin];
        while (next < count && ranks[next] <= before + size)
            next++;
        if (next == first)
            continue;
        group[groups++] = (struct group){first, next, before, start, size};
        s->group[bin] = (uint8_t)groups;
        start += size;
    }
    return groups;
}

/* Brings the values of each group together. */
static void gather(struct select_scratch *s, const double *x, size_t n, const struct group *group,
                   size_t groups)
{
    size_t filled[SELECT_RANKS], found = 0;

    for (size_t k = 0; k < n; k++) {
        s->at[found] = (uint16_t)k;
        found += s->group[s->bin[k]] != 0;
    }
    for (size_t g = 0; g < groups; g++)
        filled[g] = group[g].start;
    for (size_t k = 0; k < found; k++) {
        const size_t at = s->at[k];
        s->x[filled[s->group[s->bin[at]] - 1]++] = x[at];
    }
}

static bool all_equal(const double *x, size_t n)
{
    size_t k = 1;

    while (k < n && x[k] == x[0])
        k++;
    return k >= n;
}

static void select_group(const struct group *g, double *x, const uint64_t *ranks, double *values)
{
    uint64_t inner[SELECT_RANKS];
    double sorted[SELECT_SORTED];
    const size_t count = g->last - g->first;
    const bool few = g->size <= SELECT_SORTED;

    for (size_t k = 0; k < count; k++)
        inner[k] = ranks[g->first + k] - g->before;
    if (few)
        ISA_CALL(kernel_select_sort)(x, g->size, sorted);
    else if (!all_equal(x, g->size))
        quantile_select(x, g->size, inner, count);
    for (size_t k = 0; k < count; k++)
        values[g->first + k] = (few ? sorted : x)[inner[k] - 1];
}

void select_values(const double *x, size_t n, const uint64_t *ranks, size_t count, double *values,
                  struct select_scratch *s)
{
    struct group group[SELECT_RANKS];
    struct select_line line;

    if (n <= SELECT_SORTED) {
        ISA_CALL(kernel_select_sort)(x, n, s->x);
        for (size_t k = 0; k < count; k++)
            values[k] = s->x[ranks[k] - 1];
        return;
    }
    make_line(x, n, &line);
    const size_t bins = SELECT_PIECES * (size_t)line.width + 1;
    memset(s->count, 0, bins * sizeof *s->count);
    memset(s->group, 0, bins * sizeof *s->group);
    ISA_CALL(kernel_select_places)(&line, x, n, s->bin);
    for (size_t k = 0; k < n; k++)
        s->count[s->bin[k]]++;
    const size_t groups = find_groups(s, ranks, count, group);
    gather(s, x, n, group, groups);
    for (size_t g = 0; g < groups; g++)
        select_group(&group[g], s->x + group[g].start, ranks, values);
}
