#include "model/inside.h"
#include "tool/vmath.h"

/* mean / (mean + (1 - mean) e^{-sd z}) is the same without a logit. */
void logit_normal(const double *mean, const double *sd, const double *z, double *out)
{
    lane x;

    for (int l = 0; l < LANES; l++)
        x[l] = -sd[l] * z[l];
    lane_exp(x, x);
    for (int l = 0; l < LANES; l++)
        out[l] = mean[l] == 0 ? 0 : mean[l] / (mean[l] + product0(1 - mean[l], x[l]));
}
