/* Refusals of scenario folders, word for word. */
#include "world_folder.h"

static void folders(void **state)
{
    (void)state;
    folder_refuses("nothing", NULL, "nothing: there is no such folder", NULL);
    folder_put("w/empty/note.txt", "not a scenario");
    folder_refuses("empty", NULL,
                   "empty: there is no scenario.csv in this folder, so it is no scenario", NULL);
    folder_put("w/x/buyer.csv", "id\n");
    folder_put("w/x/Options.CSV", "id\n");
    folder_put("w/x/wholly_else.csv", "id\n");
    folder_put("w/x/.hidden.csv", "id\n");
    folder_put("w/x/~$buyers.csv", "id\n");
    folder_put("w/x/.~lock.buyers.csv#", "id\n");
    folder_put("w/x/notes.txt", "free");
    folder_refuses("x", NULL,
                   "x/Options.CSV: there is no such table; did you mean 'options.csv'?",
                   "x/buyer.csv: there is no such table; did you mean 'buyers.csv'?",
                   "x/wholly_else.csv: there is no such table", NULL);
    folder_put("w/alone/scenario.csv", folder_text("scenario.csv"));
    folder_put("w/alone/buyers.csv", folder_text("buyers.csv"));
    folder_refuses("alone", NULL,
                   "alone: there is no options.csv, which a scenario without a base needs",
                   "alone: there is no vendors.csv, which a scenario without a base needs",
                   "alone: there is no platforms.csv, which a scenario without a base needs",
                   "alone: there is no nests.csv, which a scenario without a base needs",
                   "alone: there is no installed.csv, which a scenario without a base needs",
                   "alone: there is no us_regimes.csv, which a scenario without a base needs",
                   "alone: there is no cn_stances.csv, which a scenario without a base needs",
                   "alone: there is no us_rates.csv, which a scenario without a base needs",
                   "alone: there is no cn_rates.csv, which a scenario without a base needs", NULL);
}

static void headers_and_rows(void **state)
{
    (void)state;
    static const struct folder_case cases[] = {
        {"nests.csv", "dissimilarity", "disimilarity",
         "base/nests.csv:1: column 'disimilarity': there is no such column; did you mean "
         "'dissimilarity'?"},
        {"nests.csv", "id,", "id,colour,",
         "base/nests.csv:1: column 'colour': there is no such column"},
        {"nests.csv", "id,dissimilarity", "id,dissimilarity,id",
         "base/nests.csv:1: column 'id': stands twice in the header"},
        {"nests.csv", "id,dissimilarity", "id,dissimilarity,",
         "base/nests.csv:1: column 3 has no name"},
        {"us_rates.csv", "to,", "note,", "base/us_rates.csv:1: column 'to': is missing"},
        {"scenario.csv", "key,", "keys,",
         "base/scenario.csv:1: column 'keys': there is no such column; did you mean 'key'?"},
        {"nests.csv", "home,", "home,,",
         "base/nests.csv:3: 3 cells where the header has 2 (a text with a comma needs quotes)"},
        {"nests.csv", "home,0.63", "home", "base/nests.csv:3: 1 cell where the header has 2"},
        {"nests.csv", "wait,1", "home,1",
         "base/nests.csv:4: column 'id': home: the same row stands in line 3"},
        {"nests.csv", "home,", ",", "base/nests.csv:3: column 'id': must not be blank"},
        {"nests.csv", "home,", "!home,",
         "base/nests.csv:3: column 'id': !home: there is no inherited row to remove"},
        {"nests.csv", "0.63", "*0.63",
         "base/nests.csv:3: column 'dissimilarity': *0.63: there is no inherited number to "
         "multiply"},
        {"scenario.csv", "steps,7", "stepps,7",
         "base/scenario.csv:6: key 'stepps': there is no such key; did you mean 'steps'?"},
        {"scenario.csv", "levels_as_of,", "start,2025Q3",
         "base/scenario.csv:7: key 'start': stands in line 4 already"},
        {"vendors.csv", "id,name,incident_load\n", "\"id,name,incident_load\n",
         "base/vendors.csv:1: a quote is opened here and never closed"},
    };
    /* The first complaint is enough where a wrong header hides a column too. */
    for (size_t k = 0; k < COUNT(cases); k++) {
        folder_edit(cases[k].file, cases[k].old, cases[k].replacement);
        struct scenario *w = folder_try("base", NULL, 0);
        assert_null(w);
        assert_string_equal(folder_plain(folder_error.text[0]), cases[k].sentence);
        folder_edit(cases[k].file, cases[k].old, cases[k].old);
    }
}

static void ids(void **state)
{
    (void)state;
    static const struct folder_case cases[] = {
        {"vendors.csv", "dealers,", "Dealers,",
         "base/vendors.csv:4: column 'id': Dealers: must be a small letter, then small letters, "
         "digits and underscores"},
        {"vendors.csv", "dealers,", "domestic,",
         "base/vendors.csv:4: column 'id': domestic: is a reserved word"},
        {"buyers.csv", "cloud,", "all,", "base/buyers.csv:2: column 'id': all: is a reserved word"},
        {"nests.csv", "home,", "free,", "base/nests.csv:3: column 'id': free: is a reserved word"},
        {"platforms.csv", "cuda,", "huawei,",
         "base/platforms.csv:2: column 'id': huawei: is a vendor's id too (base/vendors.csv:3), "
         "and both name metrics"},
        {"us_regimes.csv", "ban,",
         "a123456789a123456789a123456789a123456789a123456789a123456789abcd,",
         "base/us_regimes.csv:2: column 'id': a123456789a123456789a123456789a123456789a1234567"
         "89a123456789abcd: must not be longer than 63 letters"},
        {"buyers.csv", "cloud,A cloud firm,8.1e9,0.31,0.22,0.61,0,0.37,2.1,1.4,1.1,0.23,0.52,0.59,"
                       "1.3,0.021,2,451000,0.42\n"
                       "bank,,3.7e9,0.29,0.19,0.43,1,0.18,1.9,1.2,0.9,0.17,0.48,0.64,0.7,0.019,1,"
                       "171000,0.38\n", "",
         "base/buyers.csv:1: needs at least 1 row"},
    };
    folder_refuses_all(cases, COUNT(cases));
}

static void references(void **state)
{
    (void)state;
    static const struct folder_case cases[] = {
        {"options.csv", "huawei", "hawei",
         "base/options.csv:3: column 'vendor': hawei: there is no vendor 'hawei'; did you mean "
         "'huawei'?"},
        {"options.csv", "dealers,bank", "dealers,bnk",
         "base/options.csv:4: column 'owner': bnk: there is no buyer 'bnk'; did you mean 'bank'?"},
        {"options.csv", "cann,home", "cann,hom",
         "base/options.csv:3: column 'nest': hom: there is no nest 'hom'; did you mean 'home'?"},
        {"options.csv", "domestic,cann", "homemade,cann",
         "base/options.csv:3: column 'class': homemade: must be foreign, domestic, grey, rent or "
         "defer"},
        {"installed.csv", "cloud,nv", "clod,nv",
         "base/installed.csv:2: column 'buyer': clod: there is no buyer 'clod'; did you mean "
         "'cloud'?"},
        {"installed.csv", "cloud,nv", "cloud,wait",
         "base/installed.csv:2: column 'option': wait: an option of class defer has no stock"},
        {"tastes.csv", "bank,hw", "bank,wait",
         "base/tastes.csv:2: column 'option': wait: an option of class defer has no taste"},
        {"us_regimes.csv", "levy,,nv", "levy,,nv;smugg",
         "base/us_regimes.csv:3: column 'allowed': smugg: there is no option 'smugg'; did you "
         "mean 'smug'?"},
        {"us_regimes.csv", "levy,,nv", "levy,,nv;hw; nv",
         "base/us_regimes.csv:3: column 'allowed': nv: stands twice in the list"},
        {"us_regimes.csv", "tariff", "tarif",
         "base/us_regimes.csv:4: column 'levy_form': tarif: must be revenue or tariff; did you "
         "mean 'tariff'?"},
        {"us_rates.csv", "levy,open", "levy,levy",
         "base/us_rates.csv:4: column 'to': levy: must differ from column 'from': staying is not "
         "a move"},
        {"cn_rates.csv", "block,permit", "blok,permit",
         "base/cn_rates.csv:3: column 'from': blok: there is no stance 'blok'; did you mean "
         "'block'?"},
        {"scenario.csv", "us_start,ban", "us_start,bann",
         "base/scenario.csv:8: key 'us_start': bann: there is no regime 'bann'; did you mean "
         "'ban'?"},
        {"scenario.csv", "choice,nested", "choice,logit",
         "base/scenario.csv:10: key 'choice': logit: must be nested or mnl"},
    };
    folder_refuses_all(cases, COUNT(cases));
}

static void numbers_and_domains(void **state)
{
    (void)state;
    static const struct folder_case cases[] = {
        {"buyers.csv", "0.61", "1.4",
         "base/buyers.csv:2: column 'exposure': 1.4: must be between 0 and 1"},
        {"buyers.csv", "8.1e9", "-8.1e9",
         "base/buyers.csv:2: column 'budget_usd_per_year': -8.1e9: must be 0 or greater"},
        {"buyers.csv", "0.61,0,", "0.61,yes,",
         "base/buyers.csv:2: column 'state_funded': yes: must be 0 or 1"},
        {"nests.csv", "0.63", "0",
         "base/nests.csv:3: column 'dissimilarity': 0: must be greater than 0 and at most 1"},
        {"us_regimes.csv", "0.15", "1",
         "base/us_regimes.csv:3: column 'levy_rate': 1: must be at least 0 and less than 1"},
        {"scenario.csv", "incident_branching,0.32", "incident_branching,1",
         "base/scenario.csv:33: key 'incident_branching': 1: must be at least 0 and less than 1"},
        {"scenario.csv", "39100", "0",
         "base/scenario.csv:14: key 'reference_price_usd_per_pflops': 0: must be greater than 0"},
        {"scenario.csv", "steps,7", "steps,0",
         "base/scenario.csv:6: key 'steps': 0: must be a whole number from 1 to 4096"},
        {"scenario.csv", "steps,7", "steps,7.5",
         "base/scenario.csv:6: key 'steps': 7.5: must be a whole number from 1 to 4096"},
        {"options.csv", "19300", "1e999",
         "base/options.csv:3: column 'price_usd': 1e999: must be a number of size below 1.8e308"},
        {"options.csv", "0.43", "0,43", "base/options.csv:3: 29 cells where the header has 28 (a "
                                        "text with a comma needs quotes)"},
        {"options.csv", "0.43", "\"0,43\"",
         "base/options.csv:3: column 'capacity_growth_per_year': 0,43: must be a number such as "
         "0.15 or 12e9 (found a decimal comma)"},
        {"scenario.csv", "start,2025Q2", "start,45870",
         "base/scenario.csv:4: key 'start': 45870: must be a date such as 2025Q3 or 2025-07: "
         "a spreadsheet has changed this one; type it again in a column of type text"},
        {"options.csv", "2025Q4", "Oct-25",
         "base/options.csv:3: column 'available_from': Oct-25: must be a date such as 2025Q3 "
         "or 2025-07: a spreadsheet has changed this one; type it again in a column of type text"},
    };
    folder_refuses_all(cases, COUNT(cases));
}

static void blanks(void **state)
{
    (void)state;
    static const struct folder_case cases[] = {
        {"buyers.csv", "0.61", "",
         "base/buyers.csv:2: column 'exposure': must not be blank"},
        {"buyers.csv", "8.1e9,0.31,0.22,0.61,0,0.37", ",,,,,",
         "base/buyers.csv:2: columns 'budget_usd_per_year', 'budget_growth_per_year', 'exposure' "
         "and 2 more: must not be blank"},
        {"us_regimes.csv", "0.83,0.78", "0.83,",
         "base/us_regimes.csv:3: column 'licence_sd': must not be blank"},
        {"cn_stances.csv", "0.06,0.49", "0.06,",
         "base/cn_stances.csv:3: column 'approval_sd': must not be blank"},
        {"scenario.csv", "refund_share,0.87\n", "",
         "base/scenario.csv:1: key 'refund_share': must be given"},
        {"scenario.csv", "refund_share,0.87", "refund_share,",
         "base/scenario.csv:1: key 'refund_share': must be given"},
        {"us_rates.csv", "0.52", "",
         "base/us_rates.csv:3: column 'rate_per_year': must not be blank"},
        {"options.csv", "nvidia,,foreign,cuda", ",,foreign,",
         "base/options.csv:2: columns 'vendor', 'platform': must not be blank"},
        {"options.csv", "0.19,-0.07", ",-0.07",
         "base/options.csv:3: column 'depreciation_per_year': must not be blank"},
        {"options.csv", "wait,Wait,,,defer,,wait", "wait,Wait,,,defer,,",
         "base/options.csv:5: column 'nest': must not be blank"},
        {"vendors.csv", "1.03\nhuawei,Huawei,0\ndealers,,0", "\nhuawei,Huawei,\ndealers,,",
         "base/vendors.csv:1: column 'incident_load': must not be blank (it is in every row)"},
    };
    folder_refuses_all(cases, COUNT(cases));
}

static void rules_across_cells(void **state)
{
    (void)state;
    static const struct folder_case cases[] = {
        {"options.csv", "smug,Smuggled chip,dealers,bank,grey,cuda",
         "smug,Smuggled chip,,bank,defer,",
         "base/options.csv:5: column 'class': defer: exactly one option must be of this class"},
        {"options.csv", "wait,Wait,,,defer", "wait,Wait,huawei,,defer",
         "base/options.csv:5: column 'vendor': huawei: must be blank for class defer"},
        {"options.csv", "defer,,wait", "defer,cann,wait",
         "base/options.csv:5: column 'platform': cann: must be blank for class defer"},
        {"options.csv", "dealers,bank", "huawei,bank",
         "base/options.csv:4: column 'vendor': huawei: must be the seller, never the maker: it "
         "also sells hw"},
        {"options.csv", "6.1e5", "",
         "base/options.csv:3: column 'learning_units': must be greater than 0 where "
         "learning_rate is"},
        {"options.csv", "6.1e5", "0",
         "base/options.csv:3: column 'learning_units': 0: must be greater than 0 where "
         "learning_rate is"},
        {"platforms.csv", "104000", "0",
         "base/platforms.csv:3: column 'learning_pflops': 0: must be greater than 0 where "
         "learning_exponent is"},
        {"options.csv", "-2.1,", "-2.1,0.2",
         "base/options.csv:4: column 'backlog_patience_per_quarter': 0.2: must be blank or 0 for "
         "grey and rent: they have no queue"},
        {"scenario.csv", "levels_as_of,", "levels_as_of,2026Q1",
         "base/options.csv:3: column 'available_from': 2025Q4: must not lie between start and "
         "levels_as_of: its level would be dated after its launch"},
        {"options.csv", "3.9e5", "",
         "base/options.csv:3: column 'capacity_units_per_year': must be given for a domestic "
         "option where scenario.hbm_limit_units_per_year is"},
        {"options.csv", "12100", "0",
         "base/options.csv:2: column 'price_usd': 0: must be greater than 0 unless the capacity "
         "is 0"},
    };
    folder_refuses_all(cases, COUNT(cases));
    folder_edit("options.csv", "defer", "rent");
    folder_refuses("base", NULL, "base/options.csv:5: columns 'vendor', 'platform', 'pflops_fp16' "
                                 "and 8 more: must not be blank", NULL);
    folder_edit("options.csv", "12100,-0.11,0.12,1.1,,,,9.7e5", "0,-0.11,0.12,1.1,,,,0");
    scenario_free(folder_load("base", NULL));
    folder_edit("options.csv", "2025Q4", "2026Q1");
    scenario_free(folder_load("base", "scenario.levels_as_of=2026Q1", NULL));
}

static void many_at_once(void **state)
{
    (void)state;
    folder_edit("buyers.csv", "0.61", "1.4");
    folder_edit("nests.csv", "0.63", "0");
    folder_put("w/base/thresholds.csv",
               "id,metric,buyer,option,test,value,when\nlow,shortfall,,,<,x,any\n");
    folder_refuses("base", "buyers.bnk.exposure=0.4",
                   "--set 'buyers.bnk.exposure=0.4': there is no buyer 'bnk'; did you mean 'bank'?",
                   "base/buyers.csv:2: column 'exposure': 1.4: must be between 0 and 1",
                   "base/nests.csv:3: column 'dissimilarity': 0: must be greater than 0 and at "
                   "most 1",
                   "base/thresholds.csv:2: column 'value': x: must be a number such as 0.15 or "
                   "12e9", NULL);
}

static void twenty_and_the_rest(void **state)
{
    char text[4096] = "from,to,rate_per_year\n";
    (void)state;
    for (int k = 0; k < 23; k++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "r%d,ban,0.1\n", k);
    folder_put("w/base/us_rates.csv", text);
    assert_null(folder_try("base", NULL, 0));
    assert_int_equal(folder_error.count, CS_COMPLAINTS);
    assert_int_equal(folder_error.dropped, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(folders),          folder_test(headers_and_rows),
        folder_test(ids),              folder_test(references),
        folder_test(numbers_and_domains), folder_test(blanks),
        folder_test(rules_across_cells),  folder_test(many_at_once),
        folder_test(twenty_and_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
