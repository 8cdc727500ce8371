#include "model/inside.h"
#include "tool/vmath.h"

void ou_variance(const double *sigma, const double *kappa, double years,
                 struct known_lanes *known, double *variance)
{
    lane x, grown;

    FOR_LANES(l) {
        x[l] = 2 * kappa[l] * years;
        grown[l] = -x[l];
    }
    lane_expm1_known(grown, known, grown);
    FOR_LANES(l) {
        double flat = x[l] > 0 ? -grown[l] / x[l] : 1.0;
        variance[l] = sigma[l] * sigma[l] * years * flat;
    }
}
