/* Selection, on one instruction set; see tool/isa.h. */
#include "math/select.h"

/* The place of a value is the number of those before it: no branch depends on values. */
void kernel_select_sort(const double *x, size_t n, double *sorted)
{
    double place[SELECT_SORTED] = {0};

    for (size_t j = 0; j < n; j++) {
        const double v = x[j];
        for (size_t k = 0; k < j; k++)
            place[k] += v < x[k] ? 1 : 0;
        for (size_t k = j + 1; k < n; k++)
            place[k] += v <= x[k] ? 1 : 0;
    }
    for (size_t k = 0; k < n; k++)
        sorted[(size_t)place[k]] = x[k];
}

/* A piece without length is a step, of infinite slope; 0 times infinity counts as 0. */
static inline double rise(double x, double start, double scale, double width)
{
    const double y = (x - start) * scale;
    const double above = y > 0 ? y : 0;

    return above < width ? above : width;
}

void kernel_select_places(const struct select_line *line, const double *x, size_t n,
                          uint16_t *bin)
{
    const struct select_line l = *line;

    for (size_t k = 0; k < n; k++) {
        double place = 0;
        for (int p = 0; p < SELECT_PIECES; p++)
            place += rise(x[k], l.start[p], l.scale[p], l.width);
        bin[k] = (uint16_t)(int32_t)place;
    }
}
