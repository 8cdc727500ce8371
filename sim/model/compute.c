/* Compute: software maturity and what a buyer's stock is worth with it. */
#include "model/inside.h"
#include "tool/vmath.h"

/* X~_iy = X_iy + theta sum over the others. */
static void known_experience(const struct block *b, int i, int y, double *known)
{
    const double *theta = SC(b, SC_SPILLOVER);
    lane others;

    lane_set(others, 0);
    for (int k = 0; k < b->I; k++)
        if (k != i)
            lane_add(b->experience[k * b->Y + y], others);
    FOR_LANES(l)
        known[l] = b->experience[i * b->Y + y][l] + theta[l] * others[l];
}

/* u_iy = u_inf - (u_inf - u_0)(1 + X~/X0)^{-b} */
void maturity_update(struct block *b)
{
    for (int i = 0; i < b->I; i++)
        for (int y = 0; y < b->Y; y++) {
            const double *start = CELL(b, TABLE_PLATFORMS, PLATFORM_MATURITY_START, y);
            const double *limit = CELL(b, TABLE_PLATFORMS, PLATFORM_MATURITY_LIMIT, y);
            const double *scale = CELL(b, TABLE_PLATFORMS, PLATFORM_LEARNING_PFLOPS, y);
            const double *power = CELL(b, TABLE_PLATFORMS, PLATFORM_LEARNING_EXPONENT, y);
            lane x;
            known_experience(b, i, y, x);
            FOR_LANES(l)
                x[l] = scale[l] > 0 ? x[l] / scale[l] : 0;
            lane_log1p_known(x, &b->inside->ported[y], x);
            FOR_LANES(l)
                x[l] *= -power[l];
            lane_exp_known(x, &b->inside->matured[y], x);
            FOR_LANES(l)
                b->maturity[i * b->Y + y][l] = limit[l] - (limit[l] - start[l]) * x[l];
        }
}

void compute_effective(const struct block *b, lane *all, lane *home)
{
    for (int i = 0; i < b->I; i++) {
        lane_set(all[i], 0);
        lane_set(home[i], 0);
        for (int j = 0; j < b->J; j++) {
            int at = i * b->J + j;
            bool rented = class_of(b, j) == CLASS_RENT;
            if (j == b->defer)
                continue;
            const double *u = b->maturity[i * b->Y + b->world->option[j].platform];
            FOR_LANES(l) {
                double worth = b->installed[at][l] * b->inside->workload[at][l] * u[l];
                all[i][l] += worth;
                home[i][l] += rented ? 0 : worth;
            }
        }
    }
}
