/* Selection, on one instruction set; see tool/isa.h. */
#include "math/select.h"

#include <string.h>
#include "tool/wide.h"

enum { EIGHT = 8, PARTS = EIGHT / WIDE };

/* Eight values at a time against all: no branch depends on them. */
void kernel_select_order(const double *x, size_t n, uint8_t at[SELECT_ORDERED])
{
    const wide zero = {0}, one = zero + 1;

    memset(at, 0, SELECT_ORDERED);
    for (size_t k = 0; k < n; k += EIGHT) {
        wide v[PARTS], less[PARTS] = {0};
        for (int p = 0; p < PARTS; p++)
            wide_load(x + k + p * WIDE, &v[p]);
        for (size_t j = 0; j < n; j++) {
            const wide other = zero + x[j];
            for (int p = 0; p < PARTS; p++)
                less[p] += WIDE_CHOOSE(other < v[p], one, zero);
        }
        for (size_t i = 0; i < EIGHT && k + i < n; i++)
            at[(size_t)less[i / WIDE][i % WIDE]] = (uint8_t)(k + i + 1);
    }
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
