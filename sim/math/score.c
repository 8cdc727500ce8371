#include "math/score.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include "math/moments.h"

static double weight_of(const struct points *p, size_t k)
{
    return p->weight ? p->weight[k] : 1;
}

static double total_of(const struct points *p)
{
    double sum = p->weight ? 0 : (double)p->n;

    for (size_t k = 0; p->weight && k < p->n; k++)
        sum += p->weight[k];
    return sum;
}

/* The integral runs between neighbouring points, where F is constant. */
double crps_points(const struct points *p, double y)
{
    const double total = total_of(p);
    double below = 0, sum = y < p->x[0] ? p->x[0] - y : 0;

    for (size_t k = 0; k + 1 < p->n; k++) {
        const double from = p->x[k], to = p->x[k + 1], at = fmin(fmax(y, from), to);
        below += weight_of(p, k);
        const double f = below / total;
        sum += f * f * (at - from) + (1 - f) * (1 - f) * (to - at);
    }
    return y > p->x[p->n - 1] ? sum + y - p->x[p->n - 1] : sum;
}

double crps_normal(double mean, double sd, double y)
{
    static const double root_pi = 1.7724538509055160273, root_two_pi = 2.5066282746310005024;
    const double z = (y - mean) / (sd > 0 ? sd : 1);

    if (sd <= 0)
        return fabs(y - mean);
    return sd * (z * (2 * gsl_cdf_ugaussian_P(z) - 1) + 2 * exp(-z * z / 2) / root_two_pi -
                 1 / root_pi);
}

double pit_points(const struct points *p, double y, double v)
{
    double below = 0, equal = 0;

    for (size_t k = 0; k < p->n && p->x[k] <= y; k++) {
        if (p->x[k] < y)
            below += weight_of(p, k);
        else
            equal += weight_of(p, k);
    }
    return (below + v * equal) / total_of(p);
}

double pit_normal(double mean, double sd, double y, double v)
{
    if (sd > 0)
        return gsl_cdf_ugaussian_P((y - mean) / sd);
    return y < mean ? 0 : y > mean ? 1 : v;
}

double quantile_points(const struct points *p, double level)
{
    const double reach = level * total_of(p);
    double below = 0;
    size_t k = 0;

    for (; k + 1 < p->n; k++) {
        below += weight_of(p, k);
        if (below >= reach)
            break;
    }
    return p->x[k];
}

double mean_points(const struct points *p)
{
    double sum = 0;

    for (size_t k = 0; k < p->n; k++)
        sum += weight_of(p, k) * p->x[k];
    return sum / total_of(p);
}

double effective_points(const double *weight, size_t n)
{
    double sum = 0, square = 0;

    for (size_t k = 0; k < n; k++) {
        sum += weight[k];
        square += weight[k] * weight[k];
    }
    return square > 0 ? sum * sum / square : 0;
}

double brier_score(const double *probability, int n, int came)
{
    double sum = 0;

    for (int k = 0; k < n; k++) {
        const double gap = probability[k] - (k == came ? 1 : 0);
        sum += gap * gap;
    }
    return sum;
}

double log_score(const double *probability, int came)
{
    return probability[came] > 0 ? -log(probability[came]) : (double)INFINITY;
}

void mean_over_dates(const double *d, size_t n, int lag, struct dated_mean *m)
{
    const struct moments all = moments_of(d, n);
    double sum = all.m2;

    *m = (struct dated_mean){.n = n, .mean = n ? all.mean : (double)NAN, .se = NAN, .lo = NAN,
                             .hi = NAN};
    if (n < 3)
        return;
    for (size_t l = 1; l <= (size_t)lag && l < n; l++) {
        const double part = 1 - (double)l / (lag + 1);
        for (size_t t = l; t < n; t++)
            sum += 2 * part * (d[t] - m->mean) * (d[t - l] - m->mean);
    }
    m->se = sqrt(fmax(sum, all.m2) / (double)n / (double)(n - 1));
    const double t = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1));
    m->lo = m->mean - t * m->se;
    m->hi = m->mean + t * m->se;
}
