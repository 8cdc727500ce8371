#include "math/markov.h"

void markov_reach(int n, const double *rate, bool *reached)
{
    for (int k = 0; k < n * n; k++)
        reached[k] = k / n == k % n || rate[k] > 0;
    for (int via = 0; via < n; via++)
        for (int k = 0; k < n; k++)
            for (int m = 0; m < n; m++)
                if (reached[k * n + via] && reached[via * n + m])
                    reached[k * n + m] = true;
}

/* States from which every state that can be reached leads back, in state[n];
 * returns how many, or 0 if they do not all reach one another. */
static int closed_states(int n, const double *rate, int *state)
{
    bool reached[MARKOV_STATES * MARKOV_STATES];
    int count = 0;

    markov_reach(n, rate, reached);
    for (int k = 0; k < n; k++) {
        bool returns = true;
        for (int m = 0; m < n; m++)
            returns = returns && (!reached[k * n + m] || reached[m * n + k]);
        if (returns)
            state[count++] = k;
    }
    for (int k = 1; k < count; k++)
        if (!reached[state[0] * n + state[k]])
            return 0;
    return count;
}

bool markov_stationary(int n, const double *rate, double *share)
{
    double q[MARKOV_STATES][MARKOV_STATES], sum = 0, total;
    int state[MARKOV_STATES];
    const int m = closed_states(n, rate, state);

    if (m == 0)
        return false;
    for (int a = 0; a < m; a++)
        for (int b = 0; b < m; b++)
            q[a][b] = rate[state[a] * n + state[b]];
    for (int last = m - 1; last > 0; last--) {
        total = 0;
        for (int b = 0; b < last; b++)
            total += q[last][b];
        for (int a = 0; a < last; a++)
            q[a][last] /= total;
        for (int a = 0; a < last; a++)
            for (int b = 0; b < last; b++)
                q[a][b] += a == b ? 0 : q[a][last] * q[last][b];
    }
    for (int k = 0; k < n; k++)
        share[k] = 0;
    for (int a = 0; a < m; a++) {
        double part = a == 0;
        for (int b = 0; b < a; b++)
            part += share[state[b]] * q[b][a];
        share[state[a]] = part;
        sum += part;
    }
    for (int a = 0; a < m; a++)
        share[state[a]] /= sum;
    return true;
}
