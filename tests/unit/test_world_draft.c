/* Worlds made from a draft are those of scenario_load. */
#include "world_folder.h"

#include <gsl/gsl_errno.h>
#include "world/draft.h"

static struct draft *read_base(void)
{
    char path[512];
    struct draft *draft;
    memset(&folder_error, 0, sizeof folder_error);
    snprintf(path, sizeof path, "%s/w/base", folder_root);
    if (draft_read(path, &draft, &folder_error))
        fail_msg("%s", folder_error.text[0]);
    return draft;
}

static void same_tables(const struct scenario *a, const struct scenario *b)
{
    for (int t = 0; t < TABLES; t++) {
        assert_int_equal(a->table[t].rows, b->table[t].rows);
        for (int k = 0; k < a->table[t].rows * a->table[t].columns; k++) {
            assert_string_equal(a->table[t].cell[k].text, b->table[t].cell[k].text);
            assert_int_equal(a->table[t].cell[k].depth, b->table[t].cell[k].depth);
            assert_true(a->table[t].cell[k].factor == b->table[t].cell[k].factor);
        }
    }
    assert_int_equal(a->notes, b->notes);
    for (int k = 0; k < a->notes; k++)
        assert_string_equal(a->note[k].text, b->note[k].text);
    assert_int_equal(a->inputs, b->inputs);
}

static void same_priors(const struct scenario *a, const struct scenario *b)
{
    assert_int_equal(a->priors, b->priors);
    for (int p = 0; p < a->priors; p++) {
        assert_int_equal(a->prior[p].cell_count, b->prior[p].cell_count);
        for (int k = 0; k < a->prior[p].cell_count; k++)
            assert_int_equal(a->prior[p].cells[k], b->prior[p].cells[k]);
        for (double u = 0.03125; u < 1; u += 0.0625)
            assert_true(dist_quantile(a->prior[p].dist, u) == dist_quantile(b->prior[p].dist, u));
    }
}

static void same_worlds(const struct scenario *a, const struct scenario *b)
{
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->steps, b->steps);
    assert_int_equal(a->us_start, b->us_start);
    assert_int_equal(a->cells, b->cells);
    assert_memory_equal(a->value, b->value, (size_t)a->cells * sizeof *a->value);
    assert_memory_equal(a->factor, b->factor, (size_t)a->cells * sizeof *a->factor);
    assert_memory_equal(a->given, b->given, (size_t)a->cells * sizeof *a->given);
    same_priors(a, b);
    same_tables(a, b);
}

static void put_priors(void)
{
    folder_put("w/base/priors.csv",
               "parameter,distribution,low,mode,high,credibility,values,scale\n"
               "scenario.levy_pass_through,beta,.2,,.7,,,\n"
               "buyers.*.exposure,pert,.8,1,1.2,,,relative\n"
               "scenario.grey_premium,discrete,,,,,.1:1;.3:2,\n");
}

/* Values, factors, a wildcard, a switch, a pair without a row: one after the other from one
 * draft, which none of them changes. */
static void worlds_of_a_draft(void **state)
{
    static const char *const sets[][2] = {
        {"scenario.levy_pass_through=.81", "scenario.levy_pass_through*=1.1"},
        {"buyers.*.exposure*=0.25", "scenario.us_start=levy"},
        {"buyers.*.exposure=.125", "scenario.price_form=linear"},
        {"scenario.steps=3", "scenario.grey_premium=.2"},
    };
    char path[512];
    (void)state;
    put_priors();
    struct draft *draft = read_base();
    struct scenario *like = NULL;
    assert_int_equal(draft_world(draft, NULL, 0, NULL, &like, &folder_error), 0);
    snprintf(path, sizeof path, "%s/w/base", folder_root);
    for (size_t k = 0; k <= COUNT(sets); k++) {
        const char *const *set = k < COUNT(sets) ? sets[k] : NULL;
        struct scenario *made = NULL, *loaded = NULL;
        assert_int_equal(draft_world(draft, set, set ? 2 : 0, like, &made, &folder_error), 0);
        assert_int_equal(scenario_load(path, set, set ? 2 : 0, &loaded, &folder_error), 0);
        same_worlds(made, loaded);
        scenario_free(made);
        scenario_free(loaded);
    }
    scenario_free(like);
    draft_free(draft);
}

/* A prior whose domain or ends differ is not lent: the second world's prior is on another
 * kind of cell in the same place of the list. */
static void lends_what_is_the_same(void **state)
{
    (void)state;
    put_priors();
    struct draft *draft = read_base();
    struct scenario *like = NULL, *made = NULL;
    assert_int_equal(draft_world(draft, NULL, 0, NULL, &like, &folder_error), 0);
    assert_int_equal(draft_world(draft, NULL, 0, like, &made, &folder_error), 0);
    int lent = 0;
    for (int p = 0; p < made->priors; p++) {
        assert_false(like->prior[p].lent);
        assert_true(made->prior[p].lent == (made->prior[p].dist == like->prior[p].dist));
        lent += made->prior[p].lent;
    }
    assert_int_equal(lent, 2); /* not the discrete one */
    like->prior[0].spec.high += 0.0625;
    scenario_free(made);
    assert_int_equal(draft_world(draft, NULL, 0, like, &made, &folder_error), 0);
    assert_false(made->prior[0].lent);
    scenario_free(made);
    scenario_free(like);
    draft_free(draft);
}

/* The same sentence as from a load, and the draft can be used afterwards. */
static void complaints_of_a_world(void **state)
{
    const char *const bad = "buyers.*.exposure=1.4", *const good = "buyers.*.exposure=.4";
    struct cs_error loaded;
    struct scenario *w = NULL;
    (void)state;
    folder_try("base", &bad, 1);
    loaded = folder_error;
    struct draft *draft = read_base();
    assert_int_equal(draft_world(draft, &bad, 1, NULL, &w, &folder_error), CS_INPUT);
    assert_null(w);
    assert_int_equal(folder_error.count, loaded.count);
    for (int k = 0; k < loaded.count; k++)
        assert_string_equal(folder_error.text[k], loaded.text[k]);
    memset(&folder_error, 0, sizeof folder_error);
    assert_int_equal(draft_world(draft, &good, 1, NULL, &w, &folder_error), 0);
    scenario_free(w);
    draft_free(draft);
}

/* A draft's own complaints come before any world. */
static void complaints_of_a_draft(void **state)
{
    struct draft *draft;
    char path[512];
    (void)state;
    snprintf(path, sizeof path, "%s/w/no_such", folder_root);
    memset(&folder_error, 0, sizeof folder_error);
    assert_int_equal(draft_read(path, &draft, &folder_error), CS_INPUT);
    assert_null(draft);
    draft_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(worlds_of_a_draft),
        folder_test(lends_what_is_the_same),
        folder_test(complaints_of_a_world),
        folder_test(complaints_of_a_draft),
    };
    gsl_set_error_handler_off();
    return cmocka_run_group_tests_name("drafts", tests, NULL, NULL);
}
