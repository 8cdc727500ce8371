/* Addresses of random numbers: known answers of docs/model.md; normals, series. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include "tool/address_lanes.h"
#include "tool/chebyshev.h"
#include "tool/normal.h"

static void philox_gives_the_known_answers(void **state)
{
    /* Random123, kat_vectors: philox4x32 10. */
    philox4x32_ctr_t zero = {{0}}, pi = {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}};
    philox4x32_key_t none = {{0}}, key = {{0xa4093822, 0x299f31d0}};
    philox4x32_ctr_t a = philox4x32(zero, none), b = philox4x32(pi, key);
    const uint32_t want_a[4] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    const uint32_t want_b[4] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};

    (void)state;
    assert_memory_equal(a.v, want_a, sizeof want_a);
    assert_memory_equal(b.v, want_b, sizeof want_b);
}

/* The table of docs/model.md, section on addresses. */
static const struct known {
    uint64_t seed, path;
    int t;
    enum draw_class class;
    const char *buyer, *option;
    uint32_t id;
    double u, z;
} known[] = {
    {12345, 0, 1, DRAW_MACRO, NULL, NULL, 0x2a0c975e, 0.91648150477112778, 1.38178739512331},
    {12345, 0, 2, DRAW_BUDGET, "bytedance", NULL, 0xbdda4f7f, 0.26714632903849445,
     -0.621466608618838},
    {12345, 7, 11, DRAW_TASTE, "alibaba", "nv_h20", 0x579dece1, 0.51768949561030342,
     0.044355529844108},
    {0xdeadbeef12345678u, (UINT64_C(1) << 32) + 5, 4, DRAW_PRICE, NULL, "ascend_910c",
     0x955b216a, 0.32376349492278889, -0.457200429265151},
};

static void addresses_give_the_known_uniforms_and_normals(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const struct known *a = &known[k];
        double u = address_uniform(a->seed, a->path, a->t, a->class, a->id);
        double z[LANES];
        for (int l = 0; l < LANES; l++)
            z[l] = u;
        lane_normal(z, z);
        assert_int_equal(address_id(a->buyer, a->option), a->id);
        assert_true(u == a->u);
        assert_true(fabs(z[0] - a->z) < 5e-15);
    }
    assert_int_equal(address_hash("scenario.levy_pass_through"), 0x7c262a25);
    assert_true(address_uniform(0, 0, 0, DRAW_PARAMETER, 0x7c262a25) == 0.18239227923725421);
}

static void lanes_agree_with_single_addresses(void **state)
{
    uint64_t path[LANES];
    double even[LANES], odd[LANES];

    (void)state;
    for (int l = 0; l < LANES; l++)
        path[l] = 0xfffffff0u + (uint64_t)l; /* crosses 2^32 */
    for (int pair = 0; pair < 50; pair++) {
        address_pair(UINT64_C(0x123456789abcdef0), path, pair, DRAW_TASTE, 77, even, odd);
        for (int l = 0; l < LANES; l++) {
            assert_true(even[l] == address_uniform(UINT64_C(0x123456789abcdef0), path[l],
                                                   2 * pair, DRAW_TASTE, 77));
            assert_true(odd[l] == address_uniform(UINT64_C(0x123456789abcdef0), path[l],
                                                  2 * pair + 1, DRAW_TASTE, 77));
        }
    }
}

static void uniforms_stay_inside_and_complement_exactly(void **state)
{
    (void)state;
    assert_true(address_halves(0, 0) == 0x1p-53);
    assert_true(address_halves(UINT32_MAX, UINT32_MAX) == 1 - 0x1p-53);
    assert_true(1 - address_halves(0, 0) == address_halves(UINT32_MAX, UINT32_MAX));
}

static void normals_agree_with_gsl_and_are_odd(void **state)
{
    double u[LANES], v[LANES], z[LANES], w[LANES];

    (void)state;
    for (int k = 0; k < 2000; k++) {
        for (int l = 0; l < LANES; l++) {
            u[l] = address_uniform(5, (uint64_t)l, k, DRAW_MACRO, 1);
            if (k % 4 == 0) /* far tails: down to 2^-53 */
                u[l] = address_halves((uint32_t)l >> (k % 5), (uint32_t)k << 6);
            v[l] = 1 - u[l];
        }
        lane_normal(u, z);
        lane_normal(v, w);
        for (int l = 0; l < LANES; l++) {
            double gsl = gsl_cdf_ugaussian_Pinv(u[l]);
            assert_true(fabs(z[l] - gsl) <= 4e-15 * fabs(gsl));
            assert_true(w[l] == -z[l]);
        }
    }
}

/* Phi in both tails, and its inverse back; the ends that the inverse takes. */
static void probabilities_of_normals(void **state)
{
    double z[LANES], u[LANES], back[LANES];

    (void)state;
    for (int k = -250; k < 250; k++) {
        for (int l = 0; l < LANES; l++)
            z[l] = 0.0317 * k + 0.0009 * l;
        lane_normal_below(z, u);
        lane_normal(u, back);
        for (int l = 0; l < LANES; l++) {
            const double wanted = gsl_cdf_ugaussian_P(z[l]);
            const double slope = gsl_ran_ugaussian_pdf(z[l]);
            assert_true(fabs(u[l] - wanted) <= 3e-16 * (10 + z[l] * z[l]) * wanted);
            assert_true(fabs(back[l] - z[l]) <= 3e-16 * (10 + z[l] * z[l] + u[l] / slope));
        }
    }
    for (int l = 0; l < LANES; l++)
        z[l] = l % 2 ? 40 : -40;
    lane_normal_below(z, u);
    assert_true(u[0] == 0x1p-1000 && u[1] == 1 - 0x1p-53);
}

/* T_k(y) = cos(k arccos y), for one term and for many. */
static void chebyshev_series(void **state)
{
    double c[60], y[LANES], sum[LANES];

    (void)state;
    for (int k = 0; k < 60; k++)
        c[k] = sin(1.7 * k + 0.4) / (1 + k);
    for (int l = 0; l < LANES; l++)
        y[l] = LANES > 1 ? -1 + 2.0 * l / (LANES - 1) : 0.3;
    for (int terms = 1; terms <= 60; terms++) {
        lane_chebyshev(c, terms, y, sum);
        for (int l = 0; l < LANES; l++) {
            double wanted = 0;
            for (int k = 0; k < terms; k++)
                wanted += c[k] * cos(k * acos(y[l]));
            assert_true(fabs(sum[l] - wanted) < 1e-13);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_known_answers),
        cmocka_unit_test(addresses_give_the_known_uniforms_and_normals),
        cmocka_unit_test(lanes_agree_with_single_addresses),
        cmocka_unit_test(uniforms_stay_inside_and_complement_exactly),
        cmocka_unit_test(normals_agree_with_gsl_and_are_odd),
        cmocka_unit_test(probabilities_of_normals),
        cmocka_unit_test(chebyshev_series),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
