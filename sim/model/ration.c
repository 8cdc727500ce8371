/* Sharing out one option's capacity. */
#include "model/inside.h"

void sum_claims(int n, int stride, const lane *claims, double *total)
{
    FOR_WIDE(at) {
        wide sum = {0};
        for (int i = 0; i < n; i++)
            sum += WIDE_OF(claims[i * stride], at);
        WIDE_AT(total, at) = sum;
    }
}

void proportional_part(const double *total, const double *room, double *part)
{
    FOR_LANES(l) {
        double served = room[l] / total[l];
        part[l] = total[l] > room[l] ? served : 1;
    }
}

void ration_proportional(int n, int stride, const lane *claims, const double *room,
                         lane *awards)
{
    lane total, part;

    sum_claims(n, stride, claims, total);
    proportional_part(total, room, part);
    for (int i = 0; i < n; i++)
        FOR_LANES(l)
            awards[i * stride][l] = claims[i * stride][l] * part[l];
}

/* Water-filling: claims below the level are served whole, the rest get it. */
void ration_uniform(int n, int stride, const lane *claims, const double *room, lane *awards)
{
    lane total, rest, open, level;

    sum_claims(n, stride, claims, total);
    lane_copy(room, rest);
    lane_set(open, n);
    for (int i = 0; i < n; i++)
        lane_set(awards[i * stride], -1); /* not served yet */
    for (int pass = 0; pass < n; pass++) {
        FOR_LANES(l)
            level[l] = open[l] > 0 ? rest[l] / open[l] : 0;
        for (int i = 0; i < n; i++)
            FOR_LANES(l) {
                double claim = claims[i * stride][l];
                bool whole = awards[i * stride][l] < 0 &&
                             (claim <= level[l] || total[l] <= room[l]);
                awards[i * stride][l] = whole ? claim : awards[i * stride][l];
                rest[l] -= whole ? claim : 0;
                open[l] -= whole ? 1 : 0;
            }
    }
    FOR_LANES(l)
        level[l] = open[l] > 0 ? larger(0, rest[l] / open[l]) : 0;
    for (int i = 0; i < n; i++)
        FOR_LANES(l)
            awards[i * stride][l] =
                awards[i * stride][l] < 0 ? level[l] : awards[i * stride][l];
}

void ration_priority(int n, int stride, const lane *claims, const lane *tier,
                     const double *room, lane *awards)
{
    for (int i = 0; i < n; i++) {
        lane higher, equal;
        lane_set(higher, 0);
        lane_set(equal, 0);
        for (int k = 0; k < n; k++)
            FOR_LANES(l) {
                higher[l] += tier[k][l] > tier[i][l] ? claims[k * stride][l] : 0;
                equal[l] += tier[k][l] == tier[i][l] ? claims[k * stride][l] : 0;
            }
        FOR_LANES(l) {
            double left = larger(0, room[l] - higher[l]);
            double part = equal[l] > left ? left / equal[l] : 1;
            awards[i * stride][l] = claims[i * stride][l] * part;
        }
    }
}
