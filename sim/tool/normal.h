/* The inverse of the normal distribution on lanes. */
#ifndef CHIPSPLIT_TOOL_NORMAL_H
#define CHIPSPLIT_TOOL_NORMAL_H

#include "tool/vmath.h"

/* z with P(Z <= z) = u for u in (0,1): AS241 (Wichura 1988, PPND16), relative
 * error about 1e-16. z(1-u) = -z(u) to the bit, since 1-u is exact for the
 * uniforms of address.h. z may be u. */
static inline void lane_normal(const double *u, double *z)
{
    static const double a[8] = {
        3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
        1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
        3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {
        1.0,                      4.2313330701600911252e+1, 6.8718700749205790830e+2,
        5.3941960214247511077e+3, 2.1213794301586595867e+4, 3.9307895800092710610e+4,
        2.8729085735721942674e+4, 5.2264952788528545610e+3};
    static const double c[8] = {
        1.42343711074968357734e0,    4.63033784615654529590e0,    5.76949722146069140550e0,
        3.64784832476320460504e0,    1.27045825245236838258e0,    2.41780725177450611770e-1,
        2.27238449892691845833e-2,   7.74545014278341407640e-4};
    static const double d[8] = {
        1.0,                         2.05319162663775882187e0,    1.67638483018380384940e0,
        6.89767334985100004550e-1,   1.48103976427480074590e-1,   1.51986665636164571966e-2,
        5.47593808499534494600e-4,   1.05075007164441684324e-9};
    static const double e[8] = {
        6.65790464350110377720e0,    5.46378491116411436990e0,    1.78482653991729133580e0,
        2.96560571828504891230e-1,   2.65321895265761230930e-2,   1.24266094738807843860e-3,
        2.71155556874348757815e-5,   2.01033439929228813265e-7};
    static const double f[8] = {
        1.0,                         5.99832206555887937690e-1,   1.36929880922735805310e-1,
        1.48753612908506148525e-2,   7.86869131145613259100e-4,   1.84631831751005468180e-5,
        1.42151175831644588870e-7,   2.04426310338993978564e-15};
    double q[LANES], r[LANES], far[LANES];
    int beyond = 0;

    for (int l = 0; l < LANES; l++) {
        q[l] = u[l] - 0.5;
        r[l] = q[l] < 0 ? u[l] : 1.0 - u[l];
    }
    lane_log(r, r);
    for (int l = 0; l < LANES; l++)
        r[l] = sqrt(-r[l]);
    for (int l = 0; l < LANES; l++)
        beyond += r[l] > 5.0;
    for (int l = 0; l < LANES; l++)
        far[l] = 0;
    if (beyond)
        for (int l = 0; l < LANES; l++) {
            double s = r[l] - 5.0;
            double top = e[7], bottom = f[7];
            for (int k = 6; k >= 0; k--) {
                top = top * s + e[k];
                bottom = bottom * s + f[k];
            }
            far[l] = top / bottom;
        }
    for (int l = 0; l < LANES; l++) {
        double s = r[l] - 1.6, m = 0.180625 - q[l] * q[l];
        double top = c[7], bottom = d[7], mid_top = a[7], mid_bottom = b[7];
        for (int k = 6; k >= 0; k--) {
            top = top * s + c[k];
            bottom = bottom * s + d[k];
            mid_top = mid_top * m + a[k];
            mid_bottom = mid_bottom * m + b[k];
        }
        double tail = r[l] > 5.0 ? far[l] : top / bottom;
        double middle = q[l] * (mid_top / mid_bottom);
        tail = q[l] < 0 ? -tail : tail;
        z[l] = fabs(q[l]) <= 0.425 ? middle : tail;
    }
}

#endif
