/* Finite Markov chains in continuous time, by uniformisation: expm(Gs) =
 * sum_k e^{-qs} (qs)^k / k! P^k with P = I + G/q. All terms are positive, so
 * nothing cancels. A long span is cut into 2^m parts of qs <= SPAN each, and the
 * matrix of one part is squared m times. */
#include <stdbool.h>
#include "model/inside.h"
#include "tool/vmath.h"
#include "tool/wide.h"

enum { STATES = 16 };
static const double SPAN = 6.0;
static const double ENDLESS = 1e15; /* moves; the law is stationary long before */

struct uniformised {
    lane step[STATES * STATES]; /* P */
    lane span;                  /* q s of one part */
    lane weight;                /* e^{-q s} */
    lane halvings;              /* m */
};

/* A long span is cut into halves. */
static void cut(const double *fastest, const double *years, struct uniformised *u)
{
    FOR_LANES(l) {
        u->span[l] = smaller(fastest[l] * years[l], ENDLESS);
        u->halvings[l] = 0;
    }
    for (int longer = 1; longer;) {
        longer = 0;
        FOR_LANES(l) {
            int cuts = u->span[l] > SPAN;
            u->span[l] = cuts ? u->span[l] / 2 : u->span[l];
            u->halvings[l] += cuts;
            longer |= cuts;
        }
    }
    FOR_LANES(l)
        u->weight[l] = -u->span[l];
    lane_exp(u->weight, u->weight);
}

static void uniformise(int n, const lane *rates, const double *years, struct uniformised *u)
{
    lane leave[STATES], fastest, scale;

    lane_set(fastest, 0);
    for (int k = 0; k < n; k++) {
        lane_set(leave[k], 0);
        for (int m = 0; m < n; m++)
            if (m != k)
                lane_add(rates[k * n + m], leave[k]);
        FOR_LANES(l)
            fastest[l] = larger(fastest[l], leave[k][l]);
    }
    FOR_LANES(l)
        scale[l] = fastest[l] > 0 ? fastest[l] : 1;
    for (int k = 0; k < n; k++)
        for (int m = 0; m < n; m++)
            FOR_LANES(l) {
                double part = (m == k ? leave[k][l] : rates[k * n + m][l]) / scale[l];
                u->step[k * n + m][l] = m == k ? 1 - part : part;
            }
    cut(fastest, years, u);
}

/* Series and squares run over a few lanes at a time, whose vectors stay in registers, and
 * go on until these need no more. */
enum { FEW = LANES < 8 ? LANES : 8, PARTS = FEW / WIDE };

/* The most halvings of a few lanes. */
static int halvings_of(const struct uniformised *u, int first)
{
    double most = 0;

    for (int l = first; l < first + FEW; l++)
        most = larger(most, u->halvings[l]);
    return (int)most;
}

/* next = term P for a row, P term for a column. */
static inline void apply(int n, const struct uniformised *u, bool row, int first,
                         wide (*term)[PARTS], wide (*next)[PARTS])
{
    for (int k = 0; k < n; k++)
        for (int p = 0; p < PARTS; p++) {
            wide sum = {0};
            for (int m = 0; m < n; m++)
                sum += WIDE_OF(u->step[row ? m * n + k : k * n + m], first + p * WIDE) *
                       term[m][p];
            next[k][p] = sum;
        }
}

/* total += term = next weight; true if a number changed. */
static inline bool accumulate(int n, wide (*next)[PARTS], const wide *weight,
                              wide (*term)[PARTS], wide (*total)[PARTS])
{
    wide_mask changed = {0};

    for (int k = 0; k < n; k++)
        for (int p = 0; p < PARTS; p++) {
            term[k][p] = next[k][p] * weight[p];
            const wide sum = total[k][p] + term[k][p];
            changed |= sum != total[k][p];
            total[k][p] = sum;
        }
    return wide_any(&changed);
}

/* e^{-qs} sum_k (qs)^k / k! P^k v, term by term until none changes anything. */
static inline void series(int n, const struct uniformised *u, bool row, int first, lane *v)
{
    wide term[STATES][PARTS], next[STATES][PARTS], total[STATES][PARTS], weight[PARTS];
    bool more = true;

    for (int k = 0; k < n; k++)
        for (int p = 0; p < PARTS; p++)
            term[k][p] = total[k][p] = WIDE_OF(v[k], first + p * WIDE);
    for (int order = 1; more; order++) {
        for (int p = 0; p < PARTS; p++)
            weight[p] = WIDE_OF(u->span, first + p * WIDE) / (double)order;
        apply(n, u, row, first, term, next);
        more = accumulate(n, next, weight, term, total);
    }
    for (int k = 0; k < n; k++)
        for (int p = 0; p < PARTS; p++)
            WIDE_AT(v[k], first + p * WIDE) = total[k][p] * WIDE_OF(u->weight, first + p * WIDE);
}

/* v <- v expm(G span) for a row v, expm(G span) v for a column. The usual numbers of
 * states stand for themselves, so that their loops are unrolled. */
static void advance(int n, const struct uniformised *u, bool row, int first, lane *v)
{
    if (n == 4 && row)
        series(4, u, true, first, v);
    else if (n == 5 && row)
        series(5, u, true, first, v);
    else
        series(n, u, row, first, v);
}

/* matrix <- matrix^2 in the lanes that have more than `done` halvings. */
static void square(int n, const struct uniformised *u, int done, int first, lane *matrix)
{
    lane product[STATES * STATES];

    for (int at = first; at < first + FEW; at += WIDE)
        for (int k = 0; k < n; k++)
            for (int m = 0; m < n; m++) {
                wide sum = {0};
                for (int i = 0; i < n; i++)
                    sum += WIDE_OF(matrix[k * n + i], at) * WIDE_OF(matrix[i * n + m], at);
                WIDE_AT(product[k * n + m], at) = sum;
            }
    for (int at = first; at < first + FEW; at += WIDE)
        for (int k = 0; k < n * n; k++)
            WIDE_AT(matrix[k], at) =
                WIDE_CHOOSE(WIDE_OF(u->halvings, at) > (double)done, WIDE_OF(product[k], at),
                            WIDE_OF(matrix[k], at));
}

/* matrix[n*n] = expm(G years) */
static void whole_matrix(int n, const struct uniformised *u, int first, lane *matrix)
{
    const int most = halvings_of(u, first);

    for (int k = 0; k < n; k++) {
        for (int m = 0; m < n; m++)
            for (int l = first; l < first + FEW; l++)
                matrix[k * n + m][l] = m == k ? 1 : 0;
        advance(n, u, true, first, &matrix[k * n]);
    }
    for (int done = 0; done < most; done++)
        square(n, u, done, first, matrix);
}

/* The rows `from` of the whole matrix. */
static void pick_row(int n, const struct uniformised *u, const int32_t *from, int first,
                     lane *prob)
{
    lane matrix[STATES * STATES];

    whole_matrix(n, u, first, matrix);
    for (int m = 0; m < n; m++)
        for (int l = first; l < first + FEW; l++)
            prob[m][l] = matrix[from[l] * n + m][l];
}

void chain_row(int n, const lane *rates, const int32_t *from, double years, lane *prob)
{
    struct uniformised u;
    lane span;

    lane_set(span, years);
    uniformise(n, rates, span, &u);
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            prob[k][l] = from[l] == k ? 1 : 0;
    for (int first = 0; first < LANES; first += FEW)
        if (halvings_of(&u, first) == 0)
            advance(n, &u, true, first, prob);
        else
            pick_row(n, &u, from, first, prob);
}

/* survived[k] = P(still alive after the years) from state k; by the whole matrix if a lane
 * of the block has halvings. */
static void survive(int n, const struct uniformised *u, const lane *alive, int first,
                    lane *survived)
{
    lane matrix[STATES * STATES];

    if (!lane_any(u->halvings)) {
        for (int k = 0; k < n; k++)
            for (int l = first; l < first + FEW; l++)
                survived[k][l] = alive[k][l];
        advance(n, u, false, first, survived);
        return;
    }
    whole_matrix(n, u, first, matrix);
    for (int at = first; at < first + FEW; at += WIDE)
        for (int k = 0; k < n; k++) {
            wide sum = {0};
            for (int m = 0; m < n; m++)
                sum += WIDE_OF(alive[m], at) * WIDE_OF(matrix[k * n + m], at);
            WIDE_AT(survived[k], at) = sum;
        }
}

void chain_hit(int n, const lane *rates, const lane *alive, const double *years, lane *hit)
{
    struct uniformised u;
    lane target;

    uniformise(n, rates, years, &u);
    lane_set(target, 0);
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            target[l] = larger(target[l], 1 - alive[k][l]);
    for (int k = 0; k < n; k++) /* paths that reach a target are lost */
        for (int m = 0; m < n; m++)
            FOR_LANES(l)
                u.step[k * n + m][l] *= alive[k][l] * alive[m][l];
    for (int first = 0; first < LANES; first += FEW)
        survive(n, &u, alive, first, hit);
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            hit[k][l] = larger(0, 1 - hit[k][l]) * alive[k][l] * target[l];
}

void chain_pick(int n, const lane *prob, const double *u, int32_t *state)
{
    lane cumulative, last, found;

    lane_set(cumulative, 0);
    lane_set(last, 0); /* the last positive one so far */
    lane_set(found, 0);
    for (int k = 0; k < n; k++)
        FOR_LANES(l) {
            cumulative[l] += prob[k][l];
            last[l] = ((found[l] == 0) & (prob[k][l] > 0)) ? k : last[l];
            found[l] = cumulative[l] >= u[l] ? 1 : found[l];
        }
    FOR_LANES(l)
        state[l] = (int32_t)last[l];
}
