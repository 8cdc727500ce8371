/* Finite Markov chains in continuous time, by uniformisation: expm(Gs) =
 * sum_k e^{-qs} (qs)^k / k! P^k with P = I + G/q. All terms are positive, so
 * nothing cancels. A long span is cut into 2^m parts of qs <= SPAN each, and the
 * matrix of one part is squared m times. */
#include <stdbool.h>
#include "model/inside.h"
#include "tool/vmath.h"

enum { STATES = 16 };
static const double SPAN = 6.0;
static const double ENDLESS = 1e15; /* moves; the law is stationary long before */

struct uniformised {
    lane step[STATES * STATES]; /* P */
    lane span;                  /* q s of one part */
    lane halvings;              /* m */
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
        FOR_LANES(l)
            fastest[l] = larger(fastest[l], leave[k][l]);
    }
    for (int k = 0; k < n; k++)
        for (int m = 0; m < n; m++)
            FOR_LANES(l) {
                double part = (m == k ? leave[k][l] : rates[k * n + m][l]) /
                              (fastest[l] > 0 ? fastest[l] : 1);
                u->step[k * n + m][l] = m == k ? 1 - part : part;
            }
    u->most = 0;
    FOR_LANES(l) {
        u->span[l] = smaller(fastest[l] * years[l], ENDLESS);
        u->halvings[l] = 0;
        for (; u->span[l] > SPAN; u->halvings[l]++)
            u->span[l] /= 2;
        u->most = u->halvings[l] > u->most ? (int)u->halvings[l] : u->most;
    }
}

/* The series over a few lanes, whose vectors then stay in registers. */
enum { FEW = LANES < 8 ? LANES : 8 };

/* next = term P for a row, P term for a column. */
static inline void apply(int n, const struct uniformised *u, bool row, int first,
                         double (*term)[FEW], double (*next)[FEW])
{
    for (int k = 0; k < n; k++) {
        double sum[FEW] = {0};
        for (int m = 0; m < n; m++) {
            const double *p = u->step[row ? m * n + k : k * n + m] + first;
            for (int l = 0; l < FEW; l++)
                sum[l] += p[l] * term[m][l];
        }
        for (int l = 0; l < FEW; l++)
            next[k][l] = sum[l];
    }
}

/* total += term = next weight; true if a number changed. */
static inline bool accumulate(int n, const double (*next)[FEW], const double *weight,
                              double (*term)[FEW], double (*total)[FEW])
{
    int64_t changed[FEW] = {0};
    int64_t any = 0;

    for (int k = 0; k < n; k++)
        for (int l = 0; l < FEW; l++) {
            term[k][l] = next[k][l] * weight[l];
            double sum = total[k][l] + term[k][l];
            changed[l] |= sum != total[k][l];
            total[k][l] = sum;
        }
    for (int l = 0; l < FEW; l++)
        any |= changed[l];
    return any != 0;
}

/* sum_k (qs)^k / k! P^k v in the lanes from `first` on, term by term until none
 * changes anything. */
static inline void series(int n, const struct uniformised *u, bool row, int first, lane *v)
{
    double term[STATES][FEW], next[STATES][FEW], total[STATES][FEW], weight[FEW];
    bool more = true;

    for (int k = 0; k < n; k++)
        for (int l = 0; l < FEW; l++)
            term[k][l] = total[k][l] = v[k][first + l];
    for (int order = 1; more; order++) {
        for (int l = 0; l < FEW; l++)
            weight[l] = u->span[first + l] / order;
        apply(n, u, row, first, term, next);
        more = accumulate(n, (const double (*)[FEW])next, weight, term, total);
    }
    for (int k = 0; k < n; k++)
        for (int l = 0; l < FEW; l++)
            v[k][first + l] = total[k][l];
}

/* v <- v expm(G span) for a row v, expm(G span) v for a column. The usual numbers of
 * states stand for themselves, so that their loops are unrolled. */
static void advance(int n, const struct uniformised *u, bool row, lane *v)
{
    lane weight;

    FOR_LANES(l)
        weight[l] = -u->span[l];
    lane_exp(weight, weight);
    for (int first = 0; first < LANES; first += FEW) {
        if (n == 4 && row)
            series(4, u, true, first, v);
        else if (n == 5 && row)
            series(5, u, true, first, v);
        else
            series(n, u, row, first, v);
    }
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            v[k][l] *= weight[l];
}

/* matrix <- matrix^2 in the lanes that have more than `done` halvings. */
static void square(int n, const struct uniformised *u, int done, lane *matrix)
{
    lane product[STATES * STATES];

    for (int k = 0; k < n; k++)
        for (int m = 0; m < n; m++) {
            double *out = product[k * n + m];
            lane_set(out, 0);
            for (int i = 0; i < n; i++)
                FOR_LANES(l)
                    out[l] += matrix[k * n + i][l] * matrix[i * n + m][l];
        }
    for (int k = 0; k < n * n; k++)
        FOR_LANES(l)
            matrix[k][l] = u->halvings[l] > done ? product[k][l] : matrix[k][l];
}

/* matrix[n*n] = expm(G years) */
static void whole_matrix(int n, const struct uniformised *u, lane *matrix)
{
    for (int k = 0; k < n; k++) {
        for (int m = 0; m < n; m++)
            lane_set(matrix[k * n + m], m == k ? 1 : 0);
        advance(n, u, true, &matrix[k * n]);
    }
    for (int done = 0; done < u->most; done++)
        square(n, u, done, matrix);
}

void chain_row(int n, const lane *rates, const int32_t *from, double years, lane *prob)
{
    struct uniformised u;
    lane span, matrix[STATES * STATES];

    lane_set(span, years);
    uniformise(n, rates, span, &u);
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            prob[k][l] = from[l] == k ? 1 : 0;
    if (u.most == 0) {
        advance(n, &u, true, prob);
        return;
    }
    whole_matrix(n, &u, matrix);
    for (int m = 0; m < n; m++) {
        lane_set(prob[m], 0);
        for (int k = 0; k < n; k++)
            FOR_LANES(l)
                prob[m][l] = from[l] == k ? matrix[k * n + m][l] : prob[m][l];
    }
}

/* survived[k] = P(still alive after the years) from state k. */
static void survive(int n, const struct uniformised *u, const lane *alive, lane *survived)
{
    lane matrix[STATES * STATES];

    for (int k = 0; k < n; k++)
        lane_copy(alive[k], survived[k]);
    if (u->most == 0) {
        advance(n, u, false, survived);
        return;
    }
    whole_matrix(n, u, matrix);
    for (int k = 0; k < n; k++) {
        lane_set(survived[k], 0);
        for (int m = 0; m < n; m++)
            FOR_LANES(l)
                survived[k][l] += alive[m][l] * matrix[k * n + m][l];
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
    survive(n, &u, alive, hit);
    for (int k = 0; k < n; k++)
        FOR_LANES(l)
            hit[k][l] = larger(0, 1 - hit[k][l]) * alive[k][l] * target[l];
}

void chain_pick(int n, const lane *prob, const double *u, int32_t *state)
{
    lane cumulative;
    int32_t found[LANES];

    lane_set(cumulative, 0);
    FOR_LANES(l) {
        state[l] = 0;
        found[l] = 0;
    }
    for (int k = 0; k < n; k++)
        FOR_LANES(l) {
            cumulative[l] += prob[k][l];
            int here = !found[l] && prob[k][l] > 0;
            state[l] = here ? k : state[l]; /* the last positive one so far */
            found[l] |= cumulative[l] >= u[l];
        }
}
