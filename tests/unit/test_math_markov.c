/* Long-run shares against model.md and detailed balance by hand. */
#include "support.h"
#include "math/markov.h"

static void gives_the_shares_of_model_md(void **state)
{
    (void)state;
    /* A.6: generators to start from, and their stationary shares with three digits;
     * the further digits are from exact fractions (Python). */
    static const double us[25] = {0, .6, .2, .4, .02, .5, 0, .1, .6, .02, .5, .1, 0,
                                  .2, .02, .3, .2, .05, 0, .1, .1, .1, .1, .3, 0};
    static const double cn[16] = {0, 1, .2, .05, .4, 0, .8, .3, .1, .4, 0, .6, .02, .1, .4, 0};
    static const double us_share[] = {
        0.226421479098486, 0.190925062347608, 0.112214104929401,
        0.388103427495990, 0.082335926128515};
    static const double cn_share[] = {
        0.084339355590709, 0.166139372242111, 0.299725251852469,
        0.449796020314711};
    double share[5];

    assert_true(markov_stationary(5, us, share));
    for (int k = 0; k < 5; k++)
        assert_close(share[k], us_share[k], 1e-12);
    assert_true(markov_stationary(4, cn, share));
    for (int k = 0; k < 4; k++)
        assert_close(share[k], cn_share[k], 1e-12);
}

static void gives_p19(void **state)
{
    (void)state;
    /* P19: rates 1.2 and .4, stationary .75 in the second state. */
    static const double rate[] = {0, 1.2, .4, 0};
    double share[2];

    assert_true(markov_stationary(2, rate, share));
    assert_close(share[1], 0.75, 1e-15);
}

static void leaves_transient_states_empty(void **state)
{
    (void)state;
    /* 0 -> 1 <-> 2: state 0 is left for good; 1 and 2 balance at 3 pi_1 = pi_2. */
    static const double rate[] = {0, .7, 0, 0, 0, 3, 0, 1, 0};
    double share[3];
    bool reached[9];

    assert_true(markov_stationary(3, rate, share));
    assert_true(share[0] == 0);
    assert_close(share[1], 0.25, 1e-15);
    assert_close(share[2], 0.75, 1e-15);
    markov_reach(3, rate, reached);
    assert_true(reached[0 * 3 + 2]);
    assert_false(reached[1 * 3 + 0]);
}

static void refuses_two_ends(void **state)
{
    (void)state;
    static const double fork[] = {0, .2, .3, 0, 0, 0, 0, 0, 0};
    static const double nothing[] = {0, 0, 0, 0};
    static const double alone[] = {0};
    double share[3];

    assert_false(markov_stationary(3, fork, share));
    assert_false(markov_stationary(2, nothing, share));
    assert_true(markov_stationary(1, alone, share));
    assert_true(share[0] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_shares_of_model_md),
        cmocka_unit_test(gives_p19),
        cmocka_unit_test(leaves_transient_states_empty),
        cmocka_unit_test(refuses_two_ends),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
