/* Sums over scores of priors, on one instruction set; see tool/isa.h. */
#include <math.h>
#include "run/width.h"
#include "tool/address_lanes.h"
#include "tool/normal.h"

void kernel_width_scores(uint64_t seed, const uint64_t path[LANES], const uint32_t *hash, size_t p,
                         double *z)
{
    lane even, odd;

    for (size_t k = 0; k < p; k++) {
        address_pair(seed, path, 0, DRAW_PARAMETER, hash[k], even, odd);
        lane_normal(even, even);
        for (size_t l = 0; l < LANES; l++)
            z[l * p + k] = even[l];
    }
}

/* Four paths at once: the matrix is read and written once for them. */
void kernel_width_products(const double *scores, size_t p, double *zz)
{
    for (size_t l = 0; l < LANES; l += 4) {
        const double *const z = scores + l * p;
        for (size_t i = 0; i < p; i++) {
            const double a = z[i], b = z[p + i], c = z[2 * p + i], d = z[3 * p + i];
            double *const row = zz + triangle_row(i);
            LANE_LOOP
            for (size_t j = 0; j <= i; j++)
                row[j] += a * z[j] + b * z[p + j] + c * z[2 * p + j] + d * z[3 * p + j];
        }
    }
}

bool kernel_width_factor(double *a, size_t p, double *column)
{
    for (size_t k = 0; k < p; k++) {
        double *const pivot = a + triangle_row(k) + k;
        if (!(*pivot > 0))
            return false;
        *pivot = sqrt(*pivot);
        for (size_t i = k + 1; i < p; i++)
            column[i] = a[triangle_row(i) + k] /= *pivot;
        for (size_t i = k + 1; i < p; i++) {
            const double factor = column[i];
            double *const row = a + triangle_row(i);
            LANE_LOOP
            for (size_t j = k + 1; j <= i; j++)
                row[j] -= factor * column[j];
        }
    }
    return true;
}
