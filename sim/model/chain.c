/* Finite Markov chains in continuous time, by uniformisation: expm(Gs) =
 * sum_k e^{-qs} (qs)^k / k! P^k with P = I + G/q. All terms are positive, so
 * nothing cancels. Long spans are cut into parts of qs <= SPAN. */
#include <stdbool.h>
#include "model/inside.h"
#include "tool/vmath.h"

enum { STATES = 16 };
static const double SPAN = 6.0;

struct uniformised {
    lane step[STATES * STATES]; /* P */
    lane span;                  /* q s of one part */
    lane parts;                 /* how many parts */
    int most;                   /* the largest of them */
};

static void uniformise(int n, const lane *rates, const double *years, struct uniformised *u)
{
    lane leave[STATES], fastest;

    lane_set(fastest, 0);
    for (int k = 0; k < n; k++) {
        lane_set(leave[k], 0);
        for (int m = 0; m < n; m++)
            if (m != k)
                lane_add(rates[k * n + m], leave[k]);
        for (int l = 0; l < LANES; l++)
            fastest[l] = larger(fastest[l], leave[k][l]);
    }
    for (int k = 0; k < n; k++)
        for (int m = 0; m < n; m++)
            for (int l = 0; l < LANES; l++) {
                double part = (m == k ? leave[k][l] : rates[k * n + m][l]) /
                              (fastest[l] > 0 ? fastest[l] : 1);
                u->step[k * n + m][l] = m == k ? 1 - part : part;
            }
    u->most = 1;
    for (int l = 0; l < LANES; l++) {
        double whole = fastest[l] * years[l];
        u->parts[l] = larger(1, ceil(whole / SPAN));
        u->span[l] = whole / u->parts[l];
        u->most = u->parts[l] > u->most ? (int)u->parts[l] : u->most;
    }
}

/* total += term lane by lane; true if a lane changed. */
static bool accumulate(int n, const lane *term, lane *total)
{
    int changed = 0;

    for (int k = 0; k < n; k++)
        for (int l = 0; l < LANES; l++) {
            double next = total[k][l] + term[k][l];
            changed |= next != total[k][l];
            total[k][l] = next;
        }
    return changed;
}

/* v <- v expm(G span) if `forward` (a row), else expm(G span) v (a column),
 * in the lanes that have more than `part` parts. */
static void advance(int n, const struct uniformised *u, int part, bool forward, lane *v)
{
    lane term[STATES], next[STATES], span, weight;

    for (int l = 0; l < LANES; l++) {
        span[l] = u->parts[l] > part ? u->span[l] : 0;
        weight[l] = -span[l];
    }
    lane_exp(weight, weight);
    for (int k = 0; k < n; k++)
        lane_copy(v[k], term[k]);
    for (int order = 1;; order++) {
        for (int k = 0; k < n; k++) {
            lane_set(next[k], 0);
            for (int m = 0; m < n; m++) {
                const double *p = u->step[forward ? m * n + k : k * n + m];
                for (int l = 0; l < LANES; l++)
                    next[k][l] += p[l] * term[m][l];
            }
        }
        for (int k = 0; k < n; k++)
            for (int l = 0; l < LANES; l++)
                term[k][l] = next[k][l] * (span[l] / order);
        if (!accumulate(n, (const lane *)term, v))
            break;
    }
    for (int k = 0; k < n; k++)
        for (int l = 0; l < LANES; l++)
            v[k][l] *= weight[l];
}

void chain_row(int n, const lane *rates, const int32_t *from, double years, lane *prob)
{
    struct uniformised u;
    lane span;

    lane_set(span, years);
    uniformise(n, rates, span, &u);
    for (int k = 0; k < n; k++)
        for (int l = 0; l < LANES; l++)
            prob[k][l] = from[l] == k ? 1 : 0;
    for (int part = 0; part < u.most; part++)
        advance(n, &u, part, true, prob);
}

void chain_hit(int n, const lane *rates, const lane *alive, const double *years, lane *hit)
{
    struct uniformised u;
    lane target;

    uniformise(n, rates, years, &u);
    lane_set(target, 0);
    for (int k = 0; k < n; k++)
        for (int l = 0; l < LANES; l++) {
            target[l] = larger(target[l], 1 - alive[k][l]);
            hit[k][l] = alive[k][l];
        }
    for (int k = 0; k < n; k++) /* a target is left by no path and counts 0 */
        for (int m = 0; m < n; m++)
            for (int l = 0; l < LANES; l++)
                u.step[k * n + m][l] *= alive[k][l] * alive[m][l];
    for (int part = 0; part < u.most; part++)
        advance(n, &u, part, false, hit);
    for (int k = 0; k < n; k++)
        for (int l = 0; l < LANES; l++)
            hit[k][l] = larger(0, 1 - hit[k][l]) * alive[k][l] * target[l];
}

void chain_pick(int n, const lane *prob, const double *u, int32_t *state)
{
    lane cumulative;
    int32_t found[LANES];

    lane_set(cumulative, 0);
    for (int l = 0; l < LANES; l++) {
        state[l] = 0;
        found[l] = 0;
    }
    for (int k = 0; k < n; k++)
        for (int l = 0; l < LANES; l++) {
            cumulative[l] += prob[k][l];
            int here = !found[l] && prob[k][l] > 0;
            state[l] = here ? k : state[l]; /* the last positive one so far */
            found[l] |= cumulative[l] >= u[l];
        }
}
