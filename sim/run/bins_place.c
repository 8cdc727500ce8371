/* Values into bins, on one instruction set; see tool/isa.h. */
#include "run/bins.h"

#include <math.h>

/* 2 max(y, 0) without a comparison, which compilers turn into better vector code. */
static inline double twice_positive(double y)
{
    return y + fabs(y);
}

/* How much of a zone of `size` bins lies above x. */
static inline double above(double x, double start, double quarter_scale, double size)
{
    return twice_positive(size / 2 - twice_positive((x - start) * quarter_scale));
}

/* The bin number with its fraction; rises with x, whatever rounding does. */
static inline double place_of(const struct edges *e, double x)
{
    return BINS - 0.5 - above(x, e->low, e->low_scale / 4, BINS_TAIL) -
           above(x, e->inner_low, e->inner_scale / 4, BINS_INNER) -
           above(x, e->inner_high, e->high_scale / 4, BINS_TAIL - 0.5);
}

void kernel_bins_places(const struct edges *edges, const double *x, size_t n, bool zeros_apart,
                        int32_t *bin)
{
    const struct edges e = *edges;
    const double zero = zeros_apart ? 0 : (double)NAN;

    for (size_t k = 0; k < n; k++)
        bin[k] = (int32_t)(x[k] == zero ? BINS : place_of(&e, x[k]));
}
