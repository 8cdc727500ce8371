/* Shares: nested logit in McFadden's normalisation, P = [e^{lambda I} / sum]
 * [e^{V/lambda - I}] with I = ln sum e^{V/lambda}. One exponential per utility
 * serves every later mask; see choice_split. */
#include "model/inside.h"
#include "tool/vmath.h"

/* A nest whose masked powers fall below this would lose digits. */
static const double FAINT = 1e-250;
static const double NOWHERE = -1e301;
enum { GROUPS = 64 };

static const double *dissimilarity(const struct block *b, int group)
{
    if (b->world->choice == CHOICE_MNL)
        return b->inside->one;
    return CELL(b, TABLE_NESTS, NEST_DISSIMILARITY, group);
}

/* power[j] = e^{(V_j - peak of its nest)/lambda} where mask is 1, else 0. */
static void powers(const struct block *b, int i, const lane *mask, lane *peak, lane *power)
{
    const lane *v = (const lane *)&b->utility[i * b->J];

    for (int n = 0; n < b->inside->groups; n++)
        lane_set(peak[n], NOWHERE);
    for (int j = 0; j < b->J; j++) {
        double *top = peak[b->inside->group[j]];
        FOR_LANES(l)
            top[l] = mask[j][l] != 0 ? larger(top[l], v[j][l]) : top[l];
    }
    for (int j = 0; j < b->J; j++) {
        const double *top = peak[b->inside->group[j]];
        const double *lambda = dissimilarity(b, b->inside->group[j]);
        lane x;
        if (!lane_any(mask[j])) {
            lane_set(power[j], 0);
            continue;
        }
        FOR_LANES(l)
            x[l] = mask[j][l] != 0 ? (v[j][l] - top[l]) / lambda[l] : 0;
        lane_exp(x, x);
        FOR_LANES(l)
            power[j][l] = mask[j][l] * x[l];
    }
}

/* Shares from powers; the mask may be narrower than that of the powers. */
static void shares(const struct block *b, const lane *mask, const lane *peak,
                   const lane *power, lane *share)
{
    int groups = b->inside->groups;
    const int *group = b->inside->group;
    lane sum[GROUPS], weight[GROUPS], best, total;

    for (int n = 0; n < groups; n++)
        lane_set(sum[n], 0);
    for (int j = 0; j < b->J; j++)
        FOR_LANES(l)
            sum[group[j]][l] += mask[j][l] * power[j][l];
    lane_set(best, NOWHERE);
    for (int n = 0; n < groups; n++) {
        const double *lambda = dissimilarity(b, n);
        if (!lane_any(sum[n])) {
            lane_set(weight[n], NOWHERE);
            continue;
        }
        lane_log(sum[n], weight[n]);
        FOR_LANES(l) {
            weight[n][l] = sum[n][l] > 0 ? peak[n][l] + lambda[l] * weight[n][l] : NOWHERE;
            best[l] = larger(best[l], weight[n][l]);
        }
    }
    lane_set(total, 0);
    for (int n = 0; n < groups; n++) {
        if (!lane_any(sum[n]))
            continue;
        FOR_LANES(l)
            weight[n][l] -= best[l];
        lane_exp(weight[n], weight[n]);
        FOR_LANES(l) {
            weight[n][l] = sum[n][l] > 0 ? weight[n][l] : 0;
            total[l] += weight[n][l];
        }
    }
    for (int n = 0; n < groups; n++)
        FOR_LANES(l)
            weight[n][l] = sum[n][l] > 0 ? weight[n][l] / (total[l] * sum[n][l]) : 0;
    for (int j = 0; j < b->J; j++)
        FOR_LANES(l)
            share[j][l] = mask[j][l] * power[j][l] * weight[group[j]][l];
}

/* 1 in the lanes where a nest has an option left but powers too faint. */
static void faint_lanes(const struct block *b, const lane *mask, const lane *power, double *faint)
{
    lane sum[GROUPS], left[GROUPS];

    for (int n = 0; n < b->inside->groups; n++) {
        lane_set(sum[n], 0);
        lane_set(left[n], 0);
    }
    for (int j = 0; j < b->J; j++) {
        int n = b->inside->group[j];
        FOR_LANES(l) {
            sum[n][l] += mask[j][l] * power[j][l];
            left[n][l] += mask[j][l];
        }
    }
    lane_set(faint, 0);
    for (int n = 0; n < b->inside->groups; n++)
        FOR_LANES(l)
            faint[l] = left[n][l] > 0 && sum[n][l] < FAINT ? 1 : faint[l];
}

void choice_prepare(struct block *b, int i)
{
    struct inside *in = b->inside;

    powers(b, i, (const lane *)&b->available[i * b->J], &in->peak[i * in->groups],
           &in->power[i * b->J]);
}

void choice_split(struct block *b, int i, const lane *mask, lane *share)
{
    struct inside *in = b->inside;
    const lane *peak = (const lane *)&in->peak[i * in->groups];
    const lane *power = (const lane *)&in->power[i * b->J];
    lane faint, own_peak[GROUPS], own_power[GROUPS], own_share[GROUPS];

    shares(b, mask, peak, power, share);
    faint_lanes(b, mask, power, faint);
    if (!lane_any(faint))
        return;
    powers(b, i, mask, own_peak, own_power);
    shares(b, mask, (const lane *)own_peak, (const lane *)own_power, own_share);
    for (int j = 0; j < b->J; j++)
        FOR_LANES(l)
            share[j][l] = faint[l] != 0 ? own_share[j][l] : share[j][l];
}
