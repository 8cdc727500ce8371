#include "math/special.h"

#include <math.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_log.h>

double stirling_rest(double x)
{
    gsl_sf_result star;

    return gsl_sf_gammastar_e(x, &star) ? (double)NAN : log(star.val);
}

double deviance(double x, double m, double gap)
{
    const double d = gap / m;
    gsl_sf_result log_rest; /* ln(1+d) - d */

    if (fabs(d) > 0.5 || gsl_sf_log_1plusx_mx_e(d, &log_rest))
        return x * log(x / m) - gap;
    return m * ((1 + d) * log_rest.val + d * d);
}
