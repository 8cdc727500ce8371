/* What differs between two worlds, and what only looks different. */
#include "lab/differences.h"
#include "lab/parameters.h"
#include "world_folder.h"

static struct differences found;
static struct cs_error find_error;

/* Compares w/base and w/x; the worlds must outlive `found`. */
static void find(const struct scenario *a, const struct scenario *b)
{
    assert_int_equal(differences_find(a, b, &found, &find_error), 0);
}

static const struct difference *at(const char *address)
{
    for (int k = 0; k < found.count; k++)
        if (!strcmp(found.difference[k].address, address))
            return &found.difference[k];
    return NULL;
}

static void drop(struct scenario *a, struct scenario *b)
{
    differences_release(&found);
    scenario_free(a);
    scenario_free(b);
}

static void a_child_that_only_names_its_base_does_not_differ(void **state)
{
    struct scenario *a = folder_load("base", NULL), *b = folder_load("x", NULL);

    (void)state;
    find(a, b);
    assert_int_equal(found.count, 0);
    drop(a, b);
}

static void the_same_number_in_other_words_does_not_differ(void **state)
{
    folder_put("w/x/buyers.csv", "id,exposure,note\ncloud,6.1e-1,another note\n");
    folder_put("w/x/options.csv", "id,network_factor\nwait,\nnv,1.0\n");
    folder_put("w/x/tastes.csv", "buyer,option,intercept\nbank,smug,0\n");
    struct scenario *a = folder_load("base", NULL), *b = folder_load("x", NULL);

    (void)state;
    find(a, b);
    for (int k = 0; k < found.count; k++) /* base has priors: their cells are given nearer */
        if (strncmp(found.difference[k].address, "priors.", 7) != 0)
            fail_msg("%s", found.difference[k].address);
    drop(a, b);
}

static void values_and_factors_differ(void **state)
{
    folder_put("w/x/buyers.csv", "id,exposure,training_share\ncloud,0.62,*0.5\n");
    struct scenario *a = folder_load("base", NULL), *b = folder_load("x", NULL);

    (void)state;
    find(a, b);
    const struct difference *const value = at("buyers.cloud.exposure");
    const struct difference *const factor = at("buyers.cloud.training_share");
    assert_non_null(value);
    assert_string_equal(value->side[0].text, "0.61");
    assert_string_equal(value->side[1].text, "0.62");
    assert_string_equal(folder_plain(value->side[1].file), "x/buyers.csv");
    assert_int_equal(value->side[1].line, 2);
    assert_non_null(factor);
    assert_string_equal(factor->side[0].text, "0.37");
    assert_string_equal(factor->side[1].text, "0.37*0.5");
    assert_string_equal(folder_plain(factor->side[1].file), "x/buyers.csv");
    drop(a, b);
}

static void rows_on_one_side_differ(void **state)
{
    folder_put("w/x/vendors.csv", "id,name,incident_load\nbroker,A broker,0\n");
    folder_put("w/x/pins.csv", "date,actor,state\n2026Q2,cn,permit\n");
    struct scenario *a = folder_load("base", NULL), *b = folder_load("x", NULL);

    (void)state;
    find(a, b);
    assert_null(at("vendors.broker")->side[0].text);
    assert_string_equal(at("vendors.broker")->side[1].text, "a vendor");
    assert_null(at("pins.2026Q2/cn")->side[0].text);
    assert_string_equal(at("pins.2026Q2/cn")->side[1].text, "permit");
    drop(a, b);
    a = folder_load("base", NULL);
    b = folder_load("x", NULL);
    find(b, a);
    assert_string_equal(at("vendors.broker")->side[0].text, "a vendor");
    assert_null(at("vendors.broker")->side[1].text);
    drop(a, b);
}

static void a_prior_that_is_off_differs(void **state)
{
    folder_put("w/base/priors.csv", "parameter,distribution,low,mode,high\n"
                                     "buyers.cloud.exposure,pert,0.4,0.61,0.8\n");
    folder_put("w/x/buyers.csv", "id,exposure\ncloud,0.61\n");
    struct scenario *a = folder_load("base", NULL), *b = folder_load("x", NULL);

    (void)state;
    find(a, b);
    const struct difference *const prior = at("priors.buyers.cloud.exposure");
    assert_int_equal(found.count, 1);
    assert_non_null(prior);
    assert_string_equal(prior->side[0].text, "pert 0.4 to 0.8, mode 0.61");
    assert_non_null(strstr(prior->side[1].text, "off (fixed by "));
    drop(a, b);
}

static void a_list_knows_what_acts_on_a_cell(void **state)
{
    folder_put("w/base/priors.csv", "parameter,distribution,low,mode,high,source\n"
                                     "buyers.cloud.exposure,pert,0.4,0.61,0.8,a survey\n");
    folder_put("w/x/buyers.csv", "id,exposure\ncloud,*0.9\n");
    struct scenario *const w = folder_load("x", NULL);
    struct parameters all;

    (void)state;
    assert_int_equal(parameters_list(w, "buyers.cloud.exposure", &all, &find_error), 0);
    assert_int_equal(all.count, 1);
    const struct parameter *const p = &all.parameter[0];
    assert_string_equal(p->value, "0.549");
    assert_true(p->factor == 0.9);
    assert_string_equal(folder_plain(p->factor_file), "x/buyers.csv");
    assert_string_equal(p->prior, "pert 0.4 to 0.8, mode 0.61");
    assert_string_equal(p->prior_source, "a survey");
    assert_string_equal(p->unit, "share");
    parameters_release(&all);
    assert_int_equal(parameters_list(w, NULL, &all, &find_error), 0);
    for (int k = 0; k < all.count; k++) /* every number once, and none that is not a cell */
        for (int m = 0; m < k; m++)
            assert_string_not_equal(all.parameter[k].address, all.parameter[m].address);
    parameters_release(&all);
    scenario_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(a_child_that_only_names_its_base_does_not_differ),
        folder_test(the_same_number_in_other_words_does_not_differ),
        folder_test(values_and_factors_differ),
        folder_test(rows_on_one_side_differ),
        folder_test(a_prior_that_is_off_differs),
        folder_test(a_list_knows_what_acts_on_a_cell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
