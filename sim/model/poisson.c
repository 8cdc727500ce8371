/* Poisson counts by inversion. */
#include <math.h>
#include "model/inside.h"
#include "tool/vmath.h"

/* Above this mean e^{-mean} would lose digits or vanish. */
static const double LARGE = 600;

/* For a large mean the sum begins 12 standard deviations below it, where P(N < first) <
 * 1e-30: ln P(N = first) by Stirling's series. */
static void begin_far(const double *mean, double *first, double *log_term)
{
    lane log_mean, log_first;

    lane_log(mean, log_mean);
    FOR_LANES(l) {
        first[l] = mean[l] > LARGE ? floor(mean[l] - 12 * sqrt(mean[l])) : 0;
        log_first[l] = larger(1, first[l]);
    }
    lane_log(log_first, log_first);
    FOR_LANES(l) {
        double k = larger(1, first[l]);
        double log_factorial = (k + 0.5) * log_first[l] - k + 0.918938533204672741780 +
                               1 / (12 * k) - 1 / (360 * k * k * k);
        double far = k * log_mean[l] - mean[l] - log_factorial;
        log_term[l] = first[l] > 0 ? far : -mean[l];
    }
}

/* Where the sum begins, usually at 0, and ln P(N = first). */
static void begin(const double *mean, double *first, double *log_term)
{
    int large = 0;

    FOR_LANES(l) {
        first[l] = 0;
        log_term[l] = -mean[l];
        large |= mean[l] > LARGE;
    }
    if (large)
        begin_far(mean, first, log_term);
}

void poisson_count(const double *mean, const double *u, double *count)
{
    lane first, term, sum;
    int open = 1;

    begin(mean, first, term);
    lane_exp(term, term);
    lane_copy(term, sum);
    lane_copy(first, count);
    for (int k = 1; open; k++) {
        open = 0;
        FOR_LANES(l) {
            double at = first[l] + k;
            term[l] *= mean[l] / at;
            int more = count[l] == at - 1 && sum[l] < u[l] && sum[l] + term[l] != sum[l];
            sum[l] = more ? sum[l] + term[l] : sum[l];
            count[l] = more ? at : count[l];
            open |= more;
        }
    }
}
