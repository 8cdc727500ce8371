/* Functions on lanes whose values may be known, and vectors of doubles. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "tool/vmath.h"

static bool same(const double *x, const double *y)
{
    return memcmp(x, y, LANES * sizeof *x) == 0;
}

/* Arguments of both signs that change in some lanes from round to round. */
static void arguments(int round, double *x)
{
    for (int l = 0; l < LANES; l++)
        x[l] = (l % 5 < round % 5 ? round : 1) * 0.37 - l * 0.0613;
}

static void known_values_are_the_values(void **state)
{
    struct known_lanes of_exp, of_expm1;
    double x[LANES], want[LANES], got[LANES];

    (void)state;
    known_nothing(&of_exp, 1);
    known_nothing(&of_expm1, 1);
    for (int round = 0; round < 40; round++) {
        arguments(round, x);
        lane_exp(x, want);
        lane_exp_known(x, &of_exp, got);
        assert_true(same(got, want));
        lane_exp_known(x, &of_exp, got); /* all known now */
        assert_true(same(got, want));
        lane_expm1(x, want);
        lane_expm1_known(x, &of_expm1, x); /* in place */
        assert_true(same(x, want));
    }
}

static void known_values_keep_zeros_infinities_and_what_is_no_number(void **state)
{
    const double odd[] = {0.0, -0.0, INFINITY, -INFINITY, NAN, 0x1p-1074, -0x1p-1074, 1};
    struct known_lanes of_log1p, of_log;
    double x[LANES], want[LANES], got[LANES];

    (void)state;
    known_nothing(&of_log1p, 1);
    known_nothing(&of_log, 1);
    for (int round = 0; round < 16; round++) {
        for (int l = 0; l < LANES; l++)
            x[l] = odd[(l + round) % 8];
        lane_log1p(x, want);
        lane_log1p_known(x, &of_log1p, got);
        for (int l = 0; l < LANES; l++)
            assert_true(isnan(want[l]) ? isnan(got[l])
                                       : got[l] == want[l] && signbit(got[l]) == signbit(want[l]));
        lane_log(x, want);
        lane_log_known(x, &of_log, got);
        for (int l = 0; l < LANES; l++)
            assert_true(isnan(want[l]) ? isnan(got[l]) : got[l] == want[l]);
    }
}

static void wides_choose_and_tell_their_lanes(void **state)
{
    double x[LANES], y[LANES];

    (void)state;
    for (int l = 0; l < LANES; l++) {
        x[l] = l % 3 - 1.25;
        y[l] = 0.75 - l % 2;
    }
    FOR_WIDE(at) {
        const wide a = WIDE_OF(x, at), b = WIDE_OF(y, at);
        const wide_mask more = a > b, never = a > 100;
        const wide larger = WIDE_LARGER(a, b);
        unsigned bits = 0;
        for (int k = 0; k < WIDE; k++) {
            bits |= (x[at + k] > y[at + k] ? 1u : 0u) << k;
            assert_true(larger[k] == fmax(x[at + k], y[at + k]));
        }
        assert_int_equal(wide_bits(&more), bits);
        assert_true(wide_any(&more) == (bits != 0));
        assert_false(wide_any(&never));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values_are_the_values),
        cmocka_unit_test(known_values_keep_zeros_infinities_and_what_is_no_number),
        cmocka_unit_test(wides_choose_and_tell_their_lanes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
