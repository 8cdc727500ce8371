/* Inheritance: patches, blanks, none, factors, removals, order, chains. */
#include "world_folder.h"

#include "world/catalogue.h"

static void base_is_read(void **state)
{
    (void)state;
    struct scenario *w = folder_load("base", NULL);
    assert_string_equal(w->name, "base");
    assert_string_equal(w->title, "The base");
    assert_int_equal(w->steps, 7);
    assert_int_equal(w->start, 2025 * 4 + 1);
    assert_true(w->dt == 0.25 && w->growth_years == 0);
    /* byte order inside, file order shown */
    assert_string_equal(w->buyer[0].id, "bank");
    assert_string_equal(w->buyer[1].id, "cloud");
    assert_int_equal(w->buyers_shown[0], 1);
    assert_string_equal(w->buyer[0].name, "bank");
    assert_true(w->buyer[0].state_funded && !w->buyer[1].state_funded);
    assert_string_equal(w->option[0].id, "hw");
    assert_int_equal(w->option[0].class, CLASS_DOMESTIC);
    assert_int_equal(w->option[0].launch, 2);
    assert_int_equal(w->option[1].launch, 0);
    assert_int_equal(w->option[2].owner, 0);
    assert_int_equal(w->option[3].vendor, -1);
    assert_string_equal(w->us[1].id, "levy");
    assert_true(w->us[1].allowed[1] && !w->us[1].allowed[0] && !w->us[0].allowed[1]);
    assert_int_equal(w->us[2].levy_form, LEVY_TARIFF);
    assert_int_equal(w->us[0].levy_form, LEVY_REVENUE);
    assert_true(w->cn[1].state_ban);
    assert_true(w->value[cell_pair(w, TABLE_INSTALLED, 1, 1)] == 151000);
    assert_true(w->value[cell_pair(w, TABLE_US_RATES, 1, 2)] == 0.08);
    assert_false(w->given[cell_pair(w, TABLE_US_RATES, 2, 1)]);
    scenario_free(w);
}

static void blanks_have_meanings(void **state)
{
    (void)state;
    struct scenario *w = folder_load("base", "scenario.hbm_limit_units_per_year=none", NULL);
    const struct {
        const char *address;
        double value;
    } blanks[] = {
        {"scenario.hbm_limit_units_per_year", INFINITY},
        {"options.wait.capacity_units_per_year", INFINITY},
        {"options.hw.us_shipments_units_per_year", INFINITY},
        {"us_regimes.ban.cap_share_of_us_shipments", INFINITY},
        {"options.hw.network_factor", 1},
        {"cn_stances.permit.grey_pass", 1},
        {"options.nv.learning_rate", 0},
        {"options.smug.backlog_patience_per_quarter", 0},
        {"platforms.cuda.learning_exponent", 0},
        {"tastes.cloud/nv.intercept", 0},
        {"installed.bank/nv.pflops", 0},
        {"us_rates.open/ban.rate_per_year", 0},
    };
    for (size_t k = 0; k < COUNT(blanks); k++) {
        int cell = folder_cell(w, blanks[k].address);
        assert_false(w->given[cell]);
        assert_true(w->value[cell] == blanks[k].value);
    }
    scenario_free(w);
}

static void rows_patch_cell_by_cell(void **state)
{
    (void)state;
    folder_put("w/x/buyers.csv", "id,exposure,budget_usd_per_year,note\n"
                                 "bank,,*0.7,cut\ncloud,0.59,,\n");
    folder_put("w/x/us_regimes.csv", "id,cap_share_of_us_shipments,allowed\nlevy,none,none\n");
    folder_put("w/x/us_rates.csv", "from,to,rate_per_year\nban,levy,*2\nban,open,0.03\n");
    struct scenario *w = folder_load("x", NULL);
    int budget = folder_cell(w, "buyers.bank.budget_usd_per_year");
    int cap = folder_cell(w, "us_regimes.levy.cap_share_of_us_shipments");
    assert_true(w->value[budget] == 3.7e9 && w->factor[budget] == 0.7);
    assert_true(w->value[folder_cell(w, "buyers.bank.exposure")] == 0.43);
    assert_true(w->value[folder_cell(w, "buyers.cloud.exposure")] == 0.59);
    assert_true(w->value[folder_cell(w, "buyers.cloud.budget_usd_per_year")] == 8.1e9);
    assert_true(isinf(w->value[cap]) && !w->given[cap]);
    assert_false(w->us[1].allowed[1]);
    assert_true(w->factor[folder_cell(w, "us_rates.ban/levy.rate_per_year")] == 2);
    assert_true(w->value[folder_cell(w, "us_rates.ban/open.rate_per_year")] == 0.03);
    scenario_free(w);
}

/* Three folders: factors multiply, and a nearer value forgets farther ones. */
static void factors_wait_for_values(void **state)
{
    (void)state;
    folder_put("w/x/buyers.csv", "id,budget_usd_per_year,lock_in\nbank,*0.7,*3\ncloud,*0.5,\n");
    folder_put("w/y/scenario.csv", "key,value\nbase,../x\nlevy_pass_through,*0.9\n");
    folder_put("w/y/buyers.csv", "id,budget_usd_per_year,lock_in\nbank,*0.9,1.3\n");
    struct scenario *w = folder_load("y", NULL);
    int lock_in = folder_cell(w, "buyers.bank.lock_in");
    int pass = folder_cell(w, "scenario.levy_pass_through");
    assert_true(w->factor[folder_cell(w, "buyers.bank.budget_usd_per_year")] == 0.7 * 0.9);
    assert_true(w->factor[folder_cell(w, "buyers.cloud.budget_usd_per_year")] == 0.5);
    assert_true(w->value[lock_in] == 1.3 && w->factor[lock_in] == 1);
    assert_true(w->value[pass] == 0.53 && w->factor[pass] == 0.9);
    scenario_free(w);
}

static void rows_come_and_go(void **state)
{
    (void)state;
    folder_put("w/x/tastes.csv", "buyer,option,intercept\n!bank,hw,0.54\ncloud,hw,0.12\n");
    folder_put("w/x/vendors.csv", "id,name,incident_load\namd,AMD,0.57\n!dealers,,\n"
                                  "dealers,D,0.1\n");
    folder_put("w/x/scenario.csv", "key,value,source\nbase,../base,\n"
                                   "!hbm_limit_units_per_year,4.1e6,\nsteps,5,a guess\n");
    struct scenario *w = folder_load("x", NULL);
    assert_false(w->given[folder_cell(w, "tastes.bank/hw.intercept")]);
    assert_true(w->value[folder_cell(w, "tastes.cloud/hw.intercept")] == 0.12);
    assert_false(w->given[folder_cell(w, "scenario.hbm_limit_units_per_year")]);
    assert_int_equal(w->steps, 5);
    assert_int_equal(w->vendors, 4);
    assert_string_equal(w->vendor[w->vendors_shown[2]].id, "amd");
    assert_string_equal(w->vendor[w->vendors_shown[3]].name, "D");
    assert_int_equal(folder_note(w, "unused", "vendors.amd: no option names it"), 1);
    scenario_free(w);
}

static void a_removed_row_must_not_be_named(void **state)
{
    (void)state;
    folder_put("w/x/buyers.csv", "id\n!bank\n");
    folder_refuses("x", NULL,
                   "base/options.csv:4: column 'owner': bank: there is no buyer 'bank': "
                   "x/buyers.csv:2 removes it",
                   "base/installed.csv:3: column 'buyer': bank: there is no buyer 'bank': "
                   "x/buyers.csv:2 removes it",
                   "base/tastes.csv:2: column 'buyer': bank: there is no buyer 'bank': "
                   "x/buyers.csv:2 removes it", NULL);
    folder_put("w/x/buyers.csv", "id\n!clod\n");
    folder_refuses("x", NULL,
                   "x/buyers.csv:2: column 'id': !clod: there is no inherited row to remove",
                   NULL);
}

static void naming_every_regime_orders_them(void **state)
{
    (void)state;
    folder_put("w/x/us_regimes.csv", "id,name\nopen,O\nban,B\n");
    struct scenario *w = folder_load("x", NULL);
    assert_string_equal(w->us[0].id, "ban");
    assert_string_equal(w->us[0].name, "B");
    scenario_free(w);
    folder_put("w/x/us_regimes.csv", "id,name\nopen,O\nban,B\nlevy,\n");
    w = folder_load("x", NULL);
    assert_string_equal(w->us[0].id, "open");
    assert_string_equal(w->us[2].id, "levy");
    assert_true(w->value[folder_cell(w, "us_rates.ban/levy.rate_per_year")] == 0.61);
    assert_int_equal(w->us_start, 1);
    scenario_free(w);
}

static void titles_stay_with_their_folder(void **state)
{
    (void)state;
    struct scenario *w = folder_load("x/", NULL);
    assert_string_equal(w->name, "x");
    assert_string_equal(w->title, "");
    assert_string_equal(w->description, "");
    assert_int_equal(w->inputs, 13);
    assert_string_equal(folder_plain(w->input[0].path), "x/scenario.csv");
    assert_string_equal(folder_plain(w->input[1].path), "base/scenario.csv");
    assert_int_equal(strlen(w->input[12].sha256), 64);
    scenario_free(w);
}

static void texts_say_where_they_stand(void **state)
{
    (void)state;
    folder_put("w/x/buyers.csv", "id,lock_in,source\nbank,*1.5,a guess\n");
    struct scenario *w = folder_load("x", "buyers.bank.exposure=0.44", NULL);
    const struct text_table *t = &w->table[TABLE_BUYERS];
    assert_string_equal(t->name, "buyers");
    assert_int_equal(t->rows, 2);
    assert_string_equal(t->column[t->columns - 2], "note");
    assert_string_equal(t->column[t->columns - 1], "source");
    const struct cell_text *bank = t->cell + t->columns;
    assert_string_equal(bank[0].text, "bank");
    const struct cell_text *lock_in = &bank[catalogue_column(TABLE_BUYERS, "lock_in")];
    assert_string_equal(lock_in->text, "1.2");
    assert_string_equal(folder_plain(lock_in->file), "base/buyers.csv");
    assert_int_equal(lock_in->line, 3);
    assert_int_equal(lock_in->depth, 1);
    assert_true(lock_in->factor == 1.5);
    const struct cell_text *exposure = &bank[catalogue_column(TABLE_BUYERS, "exposure")];
    assert_string_equal(exposure->text, "0.44");
    assert_string_equal(exposure->file, "--set");
    assert_int_equal(exposure->depth, -1);
    assert_string_equal(bank[t->columns - 1].text, "a guess");
    assert_int_equal(bank[t->columns - 1].depth, 0);
    t = &w->table[TABLE_SCENARIO];
    assert_int_equal(t->columns, 4);
    assert_string_equal(t->cell[0].text, "title");
    assert_string_equal(t->cell[8].text, "start");
    assert_string_equal(t->cell[9].text, "2025Q2");
    scenario_free(w);
}

/* A base above the base: c0 (the scenario) to c8 is eight levels. */
static void chains_end_after_eight_levels(void **state)
{
    char name[64], text[64];
    (void)state;
    for (int k = 0; k < 8; k++) {
        snprintf(name, sizeof name, "w/c%d/scenario.csv", k);
        snprintf(text, sizeof text, "key,value\nbase,../%s%.0d\n", k < 7 ? "c" : "base",
                 k < 7 ? k + 1 : 0);
        folder_put(name, text);
    }
    scenario_free(folder_load("c0", NULL));
    folder_put("w/d/scenario.csv", "key,value\nbase,../c0\n");
    folder_refuses("d", NULL, "c7/scenario.csv:2: key 'base': ../base: lies more than 8 levels "
                              "below the scenario", NULL);
}

static void bases_stay_near(void **state)
{
    (void)state;
    folder_put("w/base/scenario.csv", "key,value\nbase,../x\n");
    folder_refuses("x", NULL, "base/scenario.csv:2: key 'base': ../x: must not lead back to a "
                              "folder that inherits it", NULL);
    folder_put("w/x/scenario.csv", "key,value\nbase,.\n");
    folder_refuses("x", NULL, "x/scenario.csv:2: key 'base': .: must not lead back to a folder "
                              "that inherits it", NULL);
    folder_put("w/x/scenario.csv", "key,value\nbase,../bas\n");
    folder_refuses("x", NULL, "x/scenario.csv:2: key 'base': ../bas: there is no such folder",
                   NULL);
    folder_put("w/x/scenario.csv", "key,value\nbase,/tmp\n");
    folder_refuses("x", NULL, "x/scenario.csv:2: key 'base': /tmp: must be relative to this "
                              "folder", NULL);
    folder_put("far/scenario.csv", "key,value\n");
    folder_put("w/x/scenario.csv", "key,value\nbase,../../far\n");
    folder_refuses("x", NULL, "x/scenario.csv:2: key 'base': ../../far: must not leave the "
                              "folder that holds the scenario's folder", NULL);
    folder_put("w/x/scenario.csv", "key,value\nbase,..\n");
    folder_refuses("x", NULL, "x/scenario.csv:2: key 'base': ..: must not leave the folder that "
                              "holds the scenario's folder", NULL);
    folder_put("w/x/scenario.csv", "key,value\nbase,./inner\n");
    folder_put("w/x/inner/scenario.csv", "key,value\nbase,../../base\n");
    folder_put("w/base/scenario.csv", folder_text("scenario.csv"));
    scenario_free(folder_load("x", NULL));
}

static void layers_are_refused_by_name(void **state)
{
    (void)state;
    folder_put("w/x/buyers.csv", "id,exposure,name\nbank,*2x,*Bank\n");
    folder_put("w/x/us_rates.csv", "from,to,rate_per_year\nopen,ban,*0.7\n");
    folder_put("w/x/scenario.csv", "key,value\nbase,../base\nsteps,\nlevels_as_of,*2\n");
    folder_refuses("x", NULL,
                   "x/buyers.csv:2: column 'exposure': *2x: must be a number such as 0.15 or "
                   "12e9",
                   "x/us_rates.csv:2: column 'rate_per_year': *0.7: there is no inherited number "
                   "to multiply", NULL);
    folder_put("w/x/us_rates.csv", "from,to,rate_per_year\nopen,ban,0.7\nopen,ban,0.8\n");
    folder_put("w/x/buyers.csv", "id,exposure\nbnk,0.2\n");
    folder_refuses("x", NULL,
                   "x/us_rates.csv:3: column 'from': open: the same row stands in line 2", NULL);
    folder_put("w/x/us_rates.csv", "from,to,rate_per_year\n");
    folder_put("w/x/scenario.csv", "key,value\nbase,../base\nsteps,none\n");
    folder_refuses("x", NULL, "x/scenario.csv:3: key 'steps': must be given",
                   "x/buyers.csv:2: columns 'budget_usd_per_year', 'budget_growth_per_year', "
                   "'state_funded' and 12 more: must not be blank; did you mean 'bank'?", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(base_is_read),
        folder_test(blanks_have_meanings),
        folder_test(rows_patch_cell_by_cell),
        folder_test(factors_wait_for_values),
        folder_test(rows_come_and_go),
        folder_test(a_removed_row_must_not_be_named),
        folder_test(naming_every_regime_orders_them),
        folder_test(titles_stay_with_their_folder),
        folder_test(texts_say_where_they_stand),
        folder_test(chains_end_after_eight_levels),
        folder_test(bases_stay_near),
        folder_test(layers_are_refused_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
