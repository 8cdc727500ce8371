/* Rationing: properties P14 and P17 of docs/model.md. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/inside.h"
#include "tool/address.h"

static void expect(const lane *awards, double a, double b, double c)
{
    assert_true(fabs(awards[0][0] - a) < 1e-12);
    assert_true(fabs(awards[1][0] - b) < 1e-12);
    assert_true(fabs(awards[2][0] - c) < 1e-12);
}

static void claims_of_100_on_60_are_shared_by_each_rule(void **state)
{
    /* P14: claims (10,20,70), capacity 60. */
    lane claims[3], awards[3], room, tier[3];
    const double claim[3] = {10, 20, 70};

    (void)state;
    for (int i = 0; i < 3; i++) {
        lane_set(claims[i], claim[i]);
        lane_set(tier[i], i == 0 ? 2 : 1);
    }
    lane_set(room, 60);
    ration_proportional(3, 1, (const lane *)claims, room, awards);
    expect((const lane *)awards, 6, 12, 42);
    ration_uniform(3, 1, (const lane *)claims, room, awards);
    expect((const lane *)awards, 10, 20, 30);
    ration_priority(3, 1, (const lane *)claims, (const lane *)tier, room, awards);
    expect((const lane *)awards, 10, 100.0 / 9, 350.0 / 9); /* 50 over 20 : 70 */
}

typedef void rule(int, int, const lane *, const double *, lane *);

static void by_tier(int n, int stride, const lane *claims, const double *room, lane *awards)
{
    lane tier[8];
    for (int i = 0; i < n; i++)
        lane_set(tier[i], i % 3);
    ration_priority(n, stride, claims, (const lane *)tier, room, awards);
}

/* 0 <= award <= claim, awards add up to min(claims, room); all if unlimited. */
static void holds_for_random_claims(rule *share_out)
{
    enum { N = 8 };
    for (int k = 0; k < 500; k++) {
        lane claims[N], awards[N], room;
        for (int l = 0; l < LANES; l++) {
            double total = 0;
            for (int i = 0; i < N; i++) {
                double u = address_uniform(3, (uint64_t)l, k, DRAW_TASTE, (uint32_t)i);
                claims[i][l] = u < 0.2 ? 0 : 1e9 * u * u;
                total += claims[i][l];
            }
            double u = address_uniform(3, (uint64_t)l, k, DRAW_PRICE, 0);
            room[l] = u < 0.1 ? 0 : u > 0.9 ? INFINITY : 1.5 * u * total;
        }
        share_out(N, 1, (const lane *)claims, room, awards);
        for (int l = 0; l < LANES; l++) {
            double total = 0, sum = 0;
            for (int i = 0; i < N; i++) {
                assert_true(awards[i][l] >= 0);
                assert_true(awards[i][l] <= claims[i][l] * (1 + 1e-15));
                total += claims[i][l];
                sum += awards[i][l];
            }
            assert_true(fabs(sum - fmin(total, room[l])) <= 1e-12 * total);
        }
    }
}

static void awards_stay_within_claims_and_capacity(void **state)
{
    (void)state;
    holds_for_random_claims(ration_proportional);
    holds_for_random_claims(ration_uniform);
    holds_for_random_claims(by_tier);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_of_100_on_60_are_shared_by_each_rule),
        cmocka_unit_test(awards_stay_within_claims_and_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
