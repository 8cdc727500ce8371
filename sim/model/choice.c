/* Shares: nested logit in McFadden's normalisation, P = [e^{lambda I} / sum]
 * [e^{V/lambda - I}] with I = ln sum e^{V/lambda}. One exponential per utility
 * serves every later mask; see choice_split. */
#include "model/inside.h"
#include "tool/vmath.h"
#include "tool/wide.h"

/* A nest whose masked powers fall below this would lose digits. */
static const double FAINT = 1e-250;
static const double NOWHERE = -1e301;

/* e^{(V - m_n)/lambda} and m_n, to be read or written. */
struct powers {
    lane *peak;                /* [nests in reach] */
    lane *power;               /* [options in reach] 0 where closed */
    struct known_lanes *log_sum;     /* [nests in reach] */
};

static const double *dissimilarity(const struct block *b, int group)
{
    if (b->world->choice == CHOICE_MNL)
        return b->inside->one;
    return CELL(b, TABLE_NESTS, NEST_DISSIMILARITY, group);
}

/* Options that no lane can choose take no part: their powers would all be 0. */
static void find_reach(const struct block *b, int i, struct reach *reach)
{
    reach->options = reach->nests = 0;
    for (int n = 0; n < b->inside->groups; n++) {
        const int before = reach->options;
        for (int j = 0; j < b->J; j++)
            if (b->inside->group[j] == n && lane_any(b->available[i * b->J + j]))
                reach->option[reach->options++] = j;
        if (reach->options == before)
            continue;
        reach->lambda[reach->nests] = dissimilarity(b, n);
        reach->end[reach->nests++] = reach->options;
    }
}

/* power = e^{(V - m_n)/lambda} where the mask is 1, else 0. */
static void raise(const struct block *b, int i, const double *const *mask,
                  const struct powers *to)
{
    const struct reach *reach = &b->inside->reach[i];

    for (int n = 0, k = 0; n < reach->nests; n++) {
        const double *lambda = reach->lambda[n];
        double *peak = to->peak[n];
        lane_set(peak, NOWHERE);
        for (int m = k; m < reach->end[n]; m++) {
            const double *v = b->utility[i * b->J + reach->option[m]];
            FOR_LANES(l)
                peak[l] = mask[m][l] != 0 ? larger(peak[l], v[l]) : peak[l];
        }
        for (; k < reach->end[n]; k++) {
            const double *v = b->utility[i * b->J + reach->option[k]];
            lane x;
            FOR_LANES(l) {
                double below = v[l] - peak[l];
                x[l] = mask[k][l] != 0 ? below : 0;
            }
            if (lane_any(x)) { /* e^0 = 1 needs no division */
                FOR_LANES(l)
                    x[l] /= lambda[l];
                lane_exp(x, x);
                FOR_LANES(l)
                    to->power[k][l] = mask[k][l] * x[l];
            } else
                lane_copy(mask[k], to->power[k]);
        }
    }
}

/* What each nest is worth, lambda I = m_n + lambda ln sum_n, and the best of them. */
static void worths(const struct reach *reach, int at, const struct powers *of, const lane *sum,
                   lane *worth, double *best)
{
    const wide zero = {0}, nowhere = zero + NOWHERE;
    wide top = nowhere;

    for (int n = 0; n < reach->nests; n++) {
        const wide_mask some = WIDE_OF(sum[n], at) > 0;
        WIDE_AT(worth[n], at) = nowhere;
        if (!wide_any(&some))
            continue;
        wide_log_known(&sum[n][at], &of->log_sum[n], at, &worth[n][at]);
        wide w = WIDE_OF(of->peak[n], at) + WIDE_OF(reach->lambda[n], at) * WIDE_OF(worth[n], at);
        w = WIDE_CHOOSE(some, w, nowhere);
        WIDE_AT(worth[n], at) = w;
        top = WIDE_LARGER(top, w);
    }
    WIDE_AT(best, at) = top;
}

/* Weights from worths: e^{lambda I} / (the same summed over nests) / sum_n. */
static void weigh(const struct reach *reach, int at, const lane *sum, const double *best,
                  lane *weight)
{
    const wide zero = {0}, top = WIDE_OF(best, at);
    wide total = zero;

    for (int n = 0; n < reach->nests; n++) {
        const wide_mask some = WIDE_OF(sum[n], at) > 0;
        if (!wide_any(&some))
            continue;
        WIDE_AT(weight[n], at) -= top;
        wide_exp(&weight[n][at], &weight[n][at]);
        const wide w = WIDE_CHOOSE(some, WIDE_OF(weight[n], at), zero);
        WIDE_AT(weight[n], at) = w;
        total += w;
    }
    for (int n = 0; n < reach->nests; n++) {
        const wide part = WIDE_OF(weight[n], at) / (total * WIDE_OF(sum[n], at));
        WIDE_AT(weight[n], at) = WIDE_CHOOSE(WIDE_OF(sum[n], at) > 0, part, zero);
    }
}

/* Shares of the open options from their powers where there is money, and the sums of powers
 * by nest. */
static void shares(const struct reach *reach, const double *money, const double *const *open,
                   const struct powers *of, lane *sum, lane *share)
{
    lane weight[LIMIT_OPTIONS], best;

    for (int n = 0, k = 0; n < reach->nests; n++) {
        lane_set(sum[n], 0);
        for (; k < reach->end[n]; k++)
            FOR_LANES(l) {
                double power = open[k][l] * of->power[k][l];
                share[k][l] = power;
                sum[n][l] += power;
            }
    }
    FOR_WIDE(at)
        if (some_at(money, at))
            worths(reach, at, of, (const lane *)sum, weight, best);
    FOR_WIDE(at)
        if (some_at(money, at))
            weigh(reach, at, (const lane *)sum, best, weight);
        else
            for (int n = 0; n < reach->nests; n++)
                WIDE_AT(weight[n], at) = (wide){0};
    for (int n = 0, k = 0; n < reach->nests; n++)
        for (; k < reach->end[n]; k++)
            FOR_LANES(l)
                share[k][l] *= weight[n][l];
}

/* Where a nest has an option left but powers too faint, the shares come from powers of
 * their own. */
static void share_faint(const struct block *b, int i, const double *const *open,
                        const lane *sum, lane *share)
{
    const struct reach *reach = &b->inside->reach[i];
    lane peak[LIMIT_OPTIONS], power[LIMIT_OPTIONS];
    struct known_lanes log_sum[LIMIT_OPTIONS];
    const struct powers powers = {peak, power, log_sum};
    const double *mask[LIMIT_OPTIONS];
    lane masked[LIMIT_OPTIONS], own_sum[LIMIT_OPTIONS], own[LIMIT_OPTIONS], faint, left;

    lane_set(faint, 0);
    for (int n = 0, k = 0; n < reach->nests; n++) {
        lane_set(left, 0);
        for (; k < reach->end[n]; k++) {
            const double *available = b->available[i * b->J + reach->option[k]];
            mask[k] = masked[k];
            FOR_LANES(l) {
                masked[k][l] = open[k][l] * available[l];
                left[l] += masked[k][l];
            }
        }
        FOR_LANES(l)
            faint[l] = ((left[l] > 0) & (sum[n][l] < FAINT)) ? 1 : faint[l];
    }
    if (!lane_any(faint))
        return;
    known_nothing(log_sum, reach->nests);
    raise(b, i, mask, &powers);
    shares(reach, b->inside->one, mask, &powers, own_sum, own);
    for (int k = 0; k < reach->options; k++)
        FOR_LANES(l)
            share[k][l] = faint[l] != 0 ? own[k][l] : share[k][l];
}

static struct powers powers_of(const struct block *b, int i)
{
    const struct inside *in = b->inside;

    return (struct powers){&in->peak[i * in->groups], &in->power[i * b->J],
                           &in->log_sum[i * in->groups]};
}

void choice_prepare(struct block *b, int i)
{
    struct reach *reach = &b->inside->reach[i];
    const struct powers powers = powers_of(b, i);
    const double *mask[LIMIT_OPTIONS];
    wide_mask faint = {0};

    find_reach(b, i, reach);
    for (int k = 0; k < reach->options; k++)
        mask[k] = b->available[i * b->J + reach->option[k]];
    raise(b, i, mask, &powers);
    for (int k = 0; k < reach->options; k++)
        FOR_WIDE(at)
            faint |= (WIDE_OF(mask[k], at) != 0) & (WIDE_OF(powers.power[k], at) < FAINT);
    reach->faint = wide_any(&faint);
}

void choice_split(struct block *b, int i, const double *money, const double *const *open,
                  lane *share)
{
    const struct reach *reach = &b->inside->reach[i];
    const struct powers powers = powers_of(b, i);
    lane sum[LIMIT_OPTIONS];

    shares(reach, money, open, &powers, sum, share);
    if (reach->faint)
        share_faint(b, i, open, (const lane *)sum, share);
}
