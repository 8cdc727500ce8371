/* Latin hypercubes and Sobol' sequences. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "math/design.h"

enum { SEED = 20250731 };

static double *room(size_t points, size_t dimensions)
{
    double *const u = malloc(points * dimensions * sizeof *u);

    assert_non_null(u);
    return u;
}

/* True if each of `points` strata of a dimension holds exactly one point. */
static bool is_stratified(const double *u, size_t points, size_t dimensions, size_t d)
{
    char *const seen = calloc(points, 1);
    bool fine = true;

    assert_non_null(seen);
    for (size_t k = 0; k < points; k++) {
        const double x = u[k * dimensions + d];
        const size_t stratum = (size_t)(x * (double)points);
        fine = fine && x > 0 && x < 1 && !seen[stratum];
        seen[stratum] = 1;
    }
    free(seen);
    return fine;
}

static void lhs_strata(void **state)
{
    enum { N = 391, D = 7 };
    double *const u = room(N, D);

    (void)state;
    assert_true(design_lhs(SEED, N, D, u));
    for (size_t d = 0; d < D; d++)
        assert_true(is_stratified(u, N, D, d));
    free(u);
}

/* Orders of different dimensions are unrelated: the correlation of 391 uniforms stays
 * within 4 / sqrt(391), which chance exceeds once in 16,000 pairs. */
static void lhs_orders(void **state)
{
    enum { N = 391, D = 7 };
    double *const u = room(N, D);

    (void)state;
    assert_true(design_lhs(SEED, N, D, u));
    for (size_t a = 0; a < D; a++)
        for (size_t b = 0; b < a; b++) {
            double sum = 0;
            for (size_t k = 0; k < N; k++)
                sum += (u[k * D + a] - 0.5) * (u[k * D + b] - 0.5);
            assert_true(fabs(sum * 12 / N) < 4 / sqrt(N));
        }
    free(u);
}

/* A dimension more moves no other one, and another seed moves them all. */
static void lhs_addresses(void **state)
{
    double u[5 * 2], wider[5 * 3], other[5 * 2];

    (void)state;
    assert_true(design_lhs(SEED, 5, 2, u) && design_lhs(SEED, 5, 3, wider));
    assert_true(design_lhs(SEED + 1, 5, 2, other));
    for (int k = 0; k < 5; k++) {
        assert_true(u[k * 2] == wider[k * 3] && u[k * 2 + 1] == wider[k * 3 + 1]);
        assert_true(u[k * 2] != other[k * 2]);
    }
}

/* --- the table ------------------------------------------------------------------ */

static int degree_of(unsigned polynomial)
{
    int degree = 0;

    while (polynomial >> (degree + 1))
        degree++;
    return degree;
}

/* x has the order 2^s - 1 modulo a primitive polynomial of degree s. */
static bool is_primitive(unsigned polynomial)
{
    const int s = degree_of(polynomial);
    unsigned x = 1, order = 0;

    do {
        x <<= 1;
        if (x >> s)
            x ^= polynomial;
        order++;
    } while (x != 1 && order < 1u << s);
    return order == (1u << s) - 1;
}

/* There are phi(2^s - 1)/s primitive polynomials of degree s; the table has them all, in
 * ascending order. */
static void primitive_polynomials(void **state)
{
    static const int count[JOE_KUO_DEGREE + 1] = {0,  1,  1,  2,   2,   6,   6,
                                                  18, 16, 48, 60, 176, 144, 630};
    int found[JOE_KUO_DEGREE + 1] = {0};

    (void)state;
    for (int d = 0; d < JOE_KUO - 1; d++) {
        assert_true(is_primitive(joe_kuo_polynomial[d]));
        assert_true(d == 0 || joe_kuo_polynomial[d] > joe_kuo_polynomial[d - 1]);
        found[degree_of(joe_kuo_polynomial[d])]++;
    }
    for (int s = 1; s <= JOE_KUO_DEGREE; s++)
        assert_int_equal(found[s], count[s]);
}

/* m_k is odd and below 2^k: the direction number has its lowest set bit at place k. */
static void initial_numbers(void **state)
{
    (void)state;
    for (size_t d = 0; d < JOE_KUO; d++) {
        uint32_t v[SOBOL_BITS];
        sobol_directions(d, v);
        for (int k = 0; k < SOBOL_BITS; k++)
            assert_true((v[k] & ((UINT32_C(1) << (31 - k)) - 1)) == 0 && v[k] >> (31 - k) & 1);
    }
}

/* Numbers m_k as the published file has them: its lines `3 2 1 1 3`, `5 3 2 1 1 1`,
 * `8 5 2 1 1 5 5 17`, `10 5 7 1 1 7 11 19` and `1111 13 4094 1 1 5 15 19 1 7 211 ...`. */
static void published_numbers(void **state)
{
    static const struct {
        size_t dimension;
        int count;
        uint32_t m[JOE_KUO_DEGREE];
    } known[] = {
        {3, 2, {1, 3}},
        {5, 3, {1, 1, 1}},
        {8, 5, {1, 1, 5, 5, 17}},
        {10, 5, {1, 1, 7, 11, 19}},
        {1111, 13, {1, 1, 5, 15, 19, 1, 7, 211, 157, 603, 403, 1387, 1583}},
    };

    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        uint32_t v[SOBOL_BITS];
        sobol_directions(known[k].dimension - 1, v);
        for (int m = 0; m < known[k].count; m++)
            assert_int_equal(v[m] >> (31 - m), known[k].m[m]);
    }
}

/* Points 3, 1000 and 123456789 times 2^32, by the recurrence over integers m_k written
 * anew in Python with the numbers of another copy of the file. */
static void known_points(void **state)
{
    static const struct {
        size_t dimension;
        uint32_t third, thousandth, far;
    } known[] = {
        {0, 0xc0000000, 0x17c00000, 0xa8b3dae0},    {1, 0x40000000, 0x29400000, 0x5f6572e0},
        {2, 0x40000000, 0x73400000, 0xfc9d8c20},    {9, 0xc0000000, 0x1f400000, 0xcd829e60},
        {99, 0xc0000000, 0x80400000, 0x60693360},   {1110, 0xc0000000, 0xf1400000, 0x85efce60},
    };

    (void)state;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        uint32_t v[SOBOL_BITS];
        sobol_directions(known[k].dimension, v);
        assert_int_equal(sobol_point(v, 0), 0);
        assert_int_equal(sobol_point(v, 3), known[k].third);
        assert_int_equal(sobol_point(v, 1000), known[k].thousandth);
        assert_int_equal(sobol_point(v, 123456789), known[k].far);
    }
}

/* Rank of `size` rows of bits over GF(2). */
static int rank_of(uint32_t *row, int size)
{
    int rank = 0;

    for (int bit = 0; bit < size; bit++) {
        int pivot = rank;
        while (pivot < size && !(row[pivot] >> bit & 1))
            pivot++;
        if (pivot == size)
            continue;
        const uint32_t swap = row[pivot];
        row[pivot] = row[rank];
        row[rank] = swap;
        for (int k = 0; k < size; k++)
            if (k != rank && row[k] >> bit & 1)
                row[k] ^= row[rank];
        rank++;
    }
    return rank;
}

/* Sobol's property A: of 2^d points in d dimensions each of the 2^d orthants holds one;
 * the first digits of the direction numbers are then a regular matrix. */
static void property_a(void **state)
{
    (void)state;
    for (int size = 1; size <= SOBOL_BITS; size++) {
        uint32_t row[SOBOL_BITS] = {0};
        for (int d = 0; d < size; d++) {
            uint32_t v[SOBOL_BITS];
            sobol_directions((size_t)d, v);
            for (int k = 0; k < size; k++)
                row[d] |= (v[k] >> 31) << k;
        }
        assert_int_equal(rank_of(row, size), size);
    }
}

/* --- scrambled points -------------------------------------------------------------- */

static void sobol_strata(void **state)
{
    enum { N = 256 };
    double *const u = room(N, JOE_KUO);

    (void)state;
    design_sobol(SEED, N, JOE_KUO, u);
    for (size_t d = 0; d < JOE_KUO; d++)
        assert_true(is_stratified(u, N, JOE_KUO, d));
    free(u);
}

/* The first two dimensions are a (0,m,2)-net in base 2: every elementary box of area
 * 1/1024 holds one of 1024 points, scrambled or not. */
static void sobol_net(void **state)
{
    enum { M = 10, N = 1 << M };
    double u[N * 2];

    (void)state;
    design_sobol(SEED, N, 2, u);
    for (int a = 0; a <= M; a++) {
        char seen[N] = {0};
        for (int k = 0; k < N; k++) {
            const int x = (int)(u[2 * k] * (1 << a)), y = (int)(u[2 * k + 1] * (1 << (M - a)));
            assert_false(seen[(x << (M - a)) + y]);
            seen[(x << (M - a)) + y] = 1;
        }
    }
}

/* What makes a permutation nested: numbers that share their first k digits share them
 * afterwards, and the next digit still tells them apart. */
static void scramble_nested(void **state)
{
    (void)state;
    for (uint32_t x = 0x12345678; x < 0x12345678 + 64; x++)
        for (int k = 0; k < 32; k++) {
            const uint32_t y = x ^ (UINT32_C(1) << (31 - k));
            const uint32_t differ = owen_scramble(x, 0x9e3779b9) ^ owen_scramble(y, 0x9e3779b9);
            assert_true(differ >> (31 - k) == 1);
        }
}

/* Over seeds the first point is uniform: of 4,096 seeds each sixteenth of (0,1) gets
 * 256 +- 15.5; chi-squared with 15 degrees of freedom stays below 44.3 with
 * probability 0.9999. */
static void scramble_uniform(void **state)
{
    enum { SEEDS = 4096, CELLS = 16 };
    int count[CELLS] = {0};
    double chi = 0;

    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        double u[3];
        design_sobol(seed, 1, 3, u);
        count[(int)(u[2] * CELLS)]++;
    }
    for (int k = 0; k < CELLS; k++)
        chi += (count[k] - SEEDS / CELLS) * (double)(count[k] - SEEDS / CELLS) * CELLS / SEEDS;
    assert_true(chi < 44.3);
}

/* The mean of a product of five smooth factors with integral 1 is off by far less than
 * the 0.014 of as many independent points (variance (4/3)^5 - 1 = 3.21 over 2^14). */
static void sobol_integrates(void **state)
{
    enum { N = 1 << 14, D = 5 };
    double *const u = room(N, D), sum = 0;

    (void)state;
    design_sobol(SEED, N, D, u);
    for (size_t k = 0; k < N; k++) {
        double product = 1;
        for (size_t d = 0; d < D; d++)
            product *= 2 * u[k * D + d];
        sum += product;
    }
    assert_true(fabs(sum / N - 1) < 1e-3);
    free(u);
}

/* Other dimensions move nothing, and neither do further points. */
static void sobol_addresses(void **state)
{
    double few[4 * 2], more[8 * 3];

    (void)state;
    design_sobol(SEED, 4, 2, few);
    design_sobol(SEED, 8, 3, more);
    for (int k = 0; k < 4; k++)
        assert_true(few[2 * k] == more[3 * k] && few[2 * k + 1] == more[3 * k + 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lhs_strata),        cmocka_unit_test(lhs_orders),
        cmocka_unit_test(lhs_addresses),     cmocka_unit_test(primitive_polynomials),
        cmocka_unit_test(initial_numbers),   cmocka_unit_test(published_numbers),
        cmocka_unit_test(known_points),      cmocka_unit_test(property_a),
        cmocka_unit_test(sobol_strata),      cmocka_unit_test(sobol_net),
        cmocka_unit_test(scramble_nested),   cmocka_unit_test(scramble_uniform),
        cmocka_unit_test(sobol_integrates),  cmocka_unit_test(sobol_addresses),
    };

    return cmocka_run_group_tests_name("designs", tests, NULL, NULL);
}
