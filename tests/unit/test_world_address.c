/* Addresses and --set. */
#include "world_folder.h"

#include "world/catalogue.h"
#include "world/reference.h"

static double value(const struct scenario *w, const char *address)
{
    int cell = folder_cell(w, address);
    return w->value[cell] * w->factor[cell];
}

static void every_cell_has_its_address(void **state)
{
    (void)state;
    folder_put("w/base/events.csv", "id,date,probability,parameter,value\n"
                                    "quake,2025Q4,0.31,incidents,2\n");
    struct scenario *w = folder_load("base", NULL);
    char name[512], rule[CS_SENTENCE];
    int *cells = calloc((size_t)w->cells, sizeof *cells), count, named = 0;
    for (int c = 0; c < w->cells; c++) {
        cell_address(w, c, name, sizeof name);
        if (world_cells(w, name, cells, &count, rule))
            continue;
        assert_int_equal(count, 1);
        assert_int_equal(cells[0], c);
        named++;
    }
    /* Those without: 3 + 2 states to themselves, 2 buyers x defer in two tables. */
    assert_int_equal(named, w->cells - 5 - 4);
    cell_address(w, w->cells - 1, name, sizeof name);
    assert_string_equal(name, "events.quake.probability");
    cell_address(w, w->at[TABLE_US_RATES].first + 1, name, sizeof name);
    assert_string_equal(name, "us_rates.ban/levy.rate_per_year");
    cell_address(w, SC_LEVY_PASS_THROUGH, name, sizeof name);
    assert_string_equal(name, "scenario.levy_pass_through");
    assert_int_equal(world_cells(w, "tastes.*/*.intercept", cells, &count, rule), 0);
    assert_int_equal(count, 6);
    assert_int_equal(world_cells(w, "us_rates.*/b*.rate_per_year", cells, &count, rule), 0);
    assert_int_equal(count, 2);
    assert_int_equal(world_cells(w, "scenario.choice", cells, &count, rule), CS_INPUT);
    assert_string_equal(rule, "is not a number that can vary");
    free(cells);
    scenario_free(w);
}

static void columns_follow_the_enumerations(void **state)
{
    (void)state;
    assert_int_equal(catalogue_reals(TABLE_SCENARIO), SC_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_BUYERS), BUYER_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_OPTIONS), OPTION_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_VENDORS), VENDOR_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_PLATFORMS), PLATFORM_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_NESTS), NEST_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_US_REGIMES), US_COLUMNS);
    assert_int_equal(catalogue_reals(TABLE_CN_STANCES), CN_COLUMNS);
    static const struct {
        enum table table;
        int real;
        const char *name;
    } some[] = {
        {TABLE_SCENARIO, SC_HBM_GROWTH, "hbm_growth_per_year"},
        {TABLE_SCENARIO, SC_CN_TO_ADEQUACY, "cn_reaction_to_adequacy"},
        {TABLE_SCENARIO, SC_HORIZON, "anticipation_horizon_years"},
        {TABLE_SCENARIO, SC_SPILLOVER, "learning_spillover"},
        {TABLE_BUYERS, BUYER_TRAINING_SHARE, "training_share"},
        {TABLE_BUYERS, BUYER_COMPUTE_GROWTH, "compute_target_growth_per_year"},
        {TABLE_OPTIONS, OPTION_PRICE, "price_usd"},
        {TABLE_OPTIONS, OPTION_CAPACITY, "capacity_units_per_year"},
        {TABLE_OPTIONS, OPTION_PATIENCE, "backlog_patience_per_quarter"},
        {TABLE_US_REGIMES, US_LICENCE_SD, "licence_sd"},
        {TABLE_CN_STANCES, CN_QUOTA, "domestic_quota"},
    };
    for (size_t k = 0; k < COUNT(some); k++) {
        int column = catalogue_of_real(some[k].table, some[k].real);
        assert_string_equal(catalogue[some[k].table].column[column].name, some[k].name);
        assert_int_equal(catalogue_real(some[k].table, column), some[k].real);
    }
}

static void sets_run_from_left_to_right(void **state)
{
    (void)state;
    struct scenario *w = folder_load("base", "buyers.bank.lock_in*=3", "buyers.*.lock_in*=0.5",
                                     "buyers.cloud.lock_in=1.7", "buyers.*.lock_in*=0.9",
                                     "scenario.choice=mnl", "scenario.us_start = open",
                                     "options.nv.capacity_units_per_year=none",
                                     "options.smug.owner=none", "scenario.levels_as_of=2024-12",
                                     NULL);
    int cell = folder_cell(w, "buyers.bank.lock_in");
    assert_true(w->value[cell] == 1.2 && w->factor[cell] == 3 * 0.5 * 0.9);
    assert_true(value(w, "buyers.cloud.lock_in") == 1.7 * 0.9);
    assert_int_equal(w->choice, CHOICE_MNL);
    assert_int_equal(w->us_start, 2);
    assert_true(isinf(value(w, "options.nv.capacity_units_per_year")));
    assert_int_equal(w->option[2].owner, -1);
    assert_true(w->growth_years == 0.5);
    scenario_free(w);
}

static void sets_reach_pairs_and_blanks(void **state)
{
    (void)state;
    struct scenario *w = folder_load("base", "us_rates.ban/*.rate_per_year*=2",
                                     "us_rates.open/ban.rate_per_year=0.12",
                                     "tastes.*/nv.intercept=0.41",
                                     "options.*.capacity_units_per_year*=1.25",
                                     "options.nv.intercept=0.3",
                                     "options.nv.backlog_patience_per_quarter=none",
                                     "options.hw.network_factor=0.91",
                                     "options.wait.learning_rate*=0.5", NULL);
    assert_true(value(w, "us_rates.ban/levy.rate_per_year") == 2 * 0.61);
    assert_false(w->given[folder_cell(w, "us_rates.ban/open.rate_per_year")]);
    assert_true(value(w, "us_rates.open/ban.rate_per_year") == 0.12);
    assert_true(value(w, "tastes.bank/nv.intercept") == 0.41);
    assert_true(value(w, "tastes.cloud/nv.intercept") == 0.41);
    assert_true(w->factor[folder_cell(w, "options.wait.capacity_units_per_year")] == 1);
    assert_true(w->factor[folder_cell(w, "options.hw.capacity_units_per_year")] == 1.25);
    assert_true(value(w, "options.hw.network_factor") == 0.91);
    assert_int_equal(folder_note(w, "factor_skipped",
                                 "--set options.wait.learning_rate*=0.5: every cell is blank"), 1);
    assert_int_equal(w->table[TABLE_TASTES].rows, 3);
    scenario_free(w);
}

static void sets_are_refused_by_their_own_words(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"foo", "must be written ADDRESS=VALUE or ADDRESS*=FACTOR"},
        {"foo=1", "must be written table.id.column or scenario.key"},
        {"byers.bank.exposure=1", "there is no table 'byers'; did you mean 'buyers'?"},
        {"priors.x.low=1", "there is no table 'priors' with addresses"},
        {"buyers.bnk.exposure=1", "there is no buyer 'bnk'; did you mean 'bank'?"},
        {"buyers.bank.exposre=1",
         "there is no column 'exposre' in buyers.csv; did you mean 'exposure'?"},
        {"buyers.bank.id=x", "there is no column 'id' in buyers.csv that an address can name"},
        {"buyers.bank.note=x", "there is no column 'note' in buyers.csv that an address can name"},
        {"buyers.exposure=1", "must be written table.id.column"},
        {"buyers.ba.nk.exposure=1", "must be written table.id.column"},
        {"scenario.x.levy_pass_through=1", "must be written scenario.key"},
        {"scenario.levy=1", "there is no key 'levy' in scenario.csv"},
        {"scenario.stepps=1", "there is no key 'stepps' in scenario.csv; did you mean 'steps'?"},
        {"scenario.base=y", "a folder's base is part of the folder"},
        {"buyers.c*d.exposur*=1", "there is no column 'exposur' in buyers.csv; did you mean "
                                  "'exposure'?"},
        {"buyers.bank.*=1", "there is no column '' in buyers.csv"},
        {"*.bank.exposure=1", "a '*' may stand in the id part only"},
        {"buyers.x*.exposure*=2", "'x*' matches no buyer"},
        {"us_rates.*.rate_per_year*=2", "must be written us_rates.from/to.rate_per_year"},
        {"us_rates.ban/ban.rate_per_year=2", "a regime has no rate to itself"},
        {"us_rates.ban/opn.rate_per_year=2", "there is no regime 'opn'; did you mean 'open'?"},
        {"tastes.bank/wait.intercept=1", "the option defer has no taste and no stock"},
        {"buyers.bank.exposure=", "a value must follow '=' (the word none makes a cell blank)"},
        {"buyers.bank.exposure=*2", "a factor is written ADDRESS*=FACTOR"},
        {"buyers.bank.exposure*=two", "must be a number such as 0.15 or 12e9"},
        {"scenario.steps*=2", "only a number that can vary takes a factor"},
        {"options.*.learning_units=2e5",
         "a '*' meets a blank cell, which only its own address can give a value"},
        {"buyers.bank.exposure=1.4", "must be between 0 and 1"},
        {"buyers.bank.exposure*=2.5", "0.43 times 2.5 is 1.075: must be between 0 and 1"},
        {"buyers.*k.exposure*=2.5",
         "buyers.bank.exposure: 0.43 times 2.5 is 1.075: must be between 0 and 1"},
        {"buyers.*k.exposure=2.5", "buyers.bank.exposure: must be between 0 and 1"},
        {"buyers.bank.exposure=none", "column 'exposure': must not be blank"},
        {"scenario.choice=logit", "must be nested or mnl"},
        {"events.quake.probability=0.5", "there is no event 'quake'"},
    };
    char sentence[CS_SENTENCE];
    for (size_t k = 0; k < COUNT(cases); k++) {
        snprintf(sentence, sizeof sentence, "--set '%s': %s", cases[k][0], cases[k][1]);
        folder_refuses("base", cases[k][0], sentence, NULL);
    }
}

static void factors_in_folders_are_checked(void **state)
{
    (void)state;
    folder_put("w/x/buyers.csv", "id,exposure\nbank,*2.5\n");
    folder_refuses("x", NULL, "x/buyers.csv:2: column 'exposure': 0.43: times 2.5 is 1.075: must "
                              "be between 0 and 1", NULL);
    struct scenario *w = folder_load("x", "buyers.bank.exposure*=0.5", NULL);
    assert_true(value(w, "buyers.bank.exposure") == 0.43 * (2.5 * 0.5));
    scenario_free(w);
}

static void removed_ids_are_explained(void **state)
{
    (void)state;
    folder_put("w/x/tastes.csv", "buyer,option\n!bank,hw\n");
    folder_put("w/x/installed.csv", "buyer,option\n!bank,hw\n");
    folder_put("w/x/options.csv", "id,owner\nsmug,none\n");
    folder_put("w/x/buyers.csv", "id\n!bank\n");
    folder_refuses("x", "buyers.bank.exposure=0.3",
                   "--set 'buyers.bank.exposure=0.3': there is no buyer 'bank': x/buyers.csv:2 "
                   "removes it", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(every_cell_has_its_address),
        cmocka_unit_test(columns_follow_the_enumerations),
        folder_test(sets_run_from_left_to_right),
        folder_test(sets_reach_pairs_and_blanks),
        folder_test(sets_are_refused_by_their_own_words),
        folder_test(factors_in_folders_are_checked),
        folder_test(removed_ids_are_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
