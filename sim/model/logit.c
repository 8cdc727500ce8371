#include "model/inside.h"
#include "tool/vmath.h"

/* mean / (mean + (1 - mean) e^{-sd z}) is the same without a logit. */
void logit_normal(const double *mean, const double *sd, const double *z, double *out)
{
    lane x;

    FOR_LANES(l)
        x[l] = -sd[l] * z[l];
    lane_exp(x, x);
    FOR_LANES(l)
        out[l] = mean[l] == 0 ? 0 : mean[l] / (mean[l] + product0(1 - mean[l], x[l]));
}
