/* Events, pins, thresholds, history: what is dated. And random addresses. */
#include "world_folder.h"

static void events(const char *rows)
{
    char text[2048];
    snprintf(text, sizeof text, "id,date,probability,parameter,value\n%s", rows);
    folder_put("w/base/events.csv", text);
}

static void effects_are_sorted_by_period(void **state)
{
    (void)state;
    events("late,2026Q1,0.4,cn.stance,block\n"
           "late,2025Q4,,incidents,3\n"
           "early,2025Q2,,us.regime,open\n"
           "early,2026-02,,scenario.levy_pass_through,0.7\n"
           "early,2026M04,,scenario.levy_pass_through,*1.3\n"
           "early,2025-12-31,,buyers.*.price_sensitivity,*0.9\n"
           "late,2026Q1,,options.*.capacity_units_per_year,*1.1\n"
           "early,2026Q4,,incidents,1\n"
           "late,2027Q1,0.4,incidents,1\n");
    struct scenario *w = folder_load("base", NULL);
    static const struct {
        int t, event;
        enum effect_kind kind;
        const char *cell;
        int at;
        double value;
    } wanted[] = {
        {0, 0, EFFECT_US, NULL, 2, 0},
        {2, 1, EFFECT_INCIDENTS, NULL, -1, 3},
        {2, 0, EFFECT_FACTOR, "buyers.bank.price_sensitivity", -1, 0.9},
        {2, 0, EFFECT_FACTOR, "buyers.cloud.price_sensitivity", -1, 0.9},
        {3, 1, EFFECT_CN, NULL, 1, 0},
        {3, 0, EFFECT_VALUE, "scenario.levy_pass_through", -1, 0.7},
        {3, 1, EFFECT_FACTOR, "options.hw.capacity_units_per_year", -1, 1.1},
        {3, 1, EFFECT_FACTOR, "options.nv.capacity_units_per_year", -1, 1.1},
        {3, 1, EFFECT_FACTOR, "options.smug.capacity_units_per_year", -1, 1.1},
        {4, 0, EFFECT_FACTOR, "scenario.levy_pass_through", -1, 1.3},
        {6, 0, EFFECT_INCIDENTS, NULL, -1, 1},
    };
    assert_int_equal(w->events, 2);
    assert_string_equal(w->event[0].id, "early");
    assert_int_equal(w->effects, (int)COUNT(wanted));
    for (size_t k = 0; k < COUNT(wanted); k++) {
        const struct effect *effect = &w->effect[k];
        assert_int_equal(effect->t, wanted[k].t);
        assert_int_equal(effect->event, wanted[k].event);
        assert_int_equal(effect->kind, wanted[k].kind);
        assert_int_equal(effect->state, wanted[k].at < 0 ? effect->state : wanted[k].at);
        assert_true(effect->value == wanted[k].value);
        if (wanted[k].cell)
            assert_int_equal(effect->cell, folder_cell(w, wanted[k].cell));
    }
    assert_true(w->value[w->event[0].probability] == 1);
    assert_true(w->value[w->event[1].probability] == 0.4);
    assert_int_equal(folder_note(w, "event_after_horizon", "late: incidents at 2027Q1"), 1);
    scenario_free(w);
    w = folder_load("base", "events.late.probability=0.25", "scenario.steps=3", NULL);
    assert_true(w->value[w->event[1].probability] == 0.25);
    assert_int_equal(w->effects, 4);
    scenario_free(w);
}

static void events_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"e,2025Q1,,incidents,1",
         "2: column 'date': 2025Q1: must not lie before the start"},
        {"e,soon,,incidents,1", "2: column 'date': soon: must be a date such as 2025Q3 or 2025-07"},
        {"e,2025Q3,,us.regimes,ban",
         "2: column 'parameter': us.regimes: of Washington it can only be us.regime"},
        {"e,2025Q3,,cn.regime,block",
         "2: column 'parameter': cn.regime: of Beijing it can only be cn.stance"},
        {"e,2025Q3,1.4,incidents,1",
         "2: column 'probability': 1.4: must be between 0 and 1"},
        {"e,2025Q3,0.4,incidents,1\ne,2025Q4,0.5,incidents,1",
         "3: column 'probability': 0.5: must be that of the event's other rows (0.4 in "
         "base/events.csv:2)"},
        {"e,2025Q3,,incidents,", "2: column 'value': must not be blank"},
        {"e,2025Q3,,incidents,-1", "2: column 'value': -1: must be 0 or greater"},
        {"e,2025Q3,,incidents,*2",
         "2: column 'value': *2: must be a number such as 0.15 or 12e9"},
        {"e,2025Q3,,us.regime,opn",
         "2: column 'value': opn: there is no regime 'opn'; did you mean 'open'?"},
        {"e,2025Q3,,cn.stance,free", "2: column 'value': free: there is no stance 'free'"},
        {"e,2025Q3,,buyers.bnk.exposure,0.5",
         "2: column 'parameter': buyers.bnk.exposure: there is no buyer 'bnk'; did you mean "
         "'bank'?"},
        {"e,2025Q3,,buyers.bank.exposure,1.5",
         "2: column 'value': 1.5: must be between 0 and 1"},
        {"e,2025Q3,,buyers.bank.exposure,*2.5",
         "2: column 'value': *2.5: makes buyers.bank.exposure 1.075: must be between 0 and 1"},
        {"e,2025Q3,0.5,buyers.bank.exposure,*2\nf,2025Q4,,buyers.bank.exposure,*1.3",
         "3: column 'value': *1.3: makes buyers.bank.exposure 1.118: must be between 0 and 1"},
        {"e,2025Q3,,buyers.*.exposure,0.5",
         "2: column 'value': 0.5: a parameter with a '*' takes a factor such as *0.7"},
        {"e,2025Q3,,options.nv.learning_rate,*0.5",
         "2: column 'parameter': options.nv.learning_rate: the cell is blank: a factor has "
         "nothing to multiply"},
        {"e,2025Q3,,tastes.cloud/nv.intercept,*0.5",
         "2: column 'parameter': tastes.cloud/nv.intercept: the cell is blank: a factor has "
         "nothing to multiply"},
        {"e,2025Q3,,tastes.cloud/wait.intercept,0.5",
         "2: column 'parameter': tastes.cloud/wait.intercept: an option of class defer has no "
         "such cell"},
        {"e,2025Q3,,options.nv.capacity_induced_growth_per_year,0.5",
         "2: column 'parameter': options.nv.capacity_induced_growth_per_year: an option of this "
         "class does not read it"},
        {"e,2025Q3,,scenario.rationing,uniform",
         "2: column 'parameter': scenario.rationing: is the same in all periods and paths: no "
         "event may change it"},
        {"e,2025Q3,,buyers.bank.state_funded,0",
         "2: column 'parameter': buyers.bank.state_funded: is the same in all periods and paths: "
         "no event may change it"},
        {"e,2025Q3,,us_regimes.ban.allowed,nv",
         "2: column 'parameter': us_regimes.ban.allowed: is the same in all periods and paths: no "
         "event may change it"},
        {"e,2025Q3,,buyers.bank.exposure,0.5\nf,2025-09,,buyers.*.exposure,*0.9",
         "3: column 'parameter': buyers.*.exposure: base/events.csv:2 changes it in the same "
         "period"},
        {"e,2025Q3,,us.regime,ban\nf,2025-09,,us.regime,open",
         "3: column 'parameter': us.regime: base/events.csv:2 changes it in the same period"},
    };
    char sentence[CS_SENTENCE];
    for (size_t k = 0; k < COUNT(cases); k++) {
        char rows[512];
        snprintf(rows, sizeof rows, "%s\n", cases[k][0]);
        events(rows);
        snprintf(sentence, sizeof sentence, "base/events.csv:%s", cases[k][1]);
        folder_refuses("base", NULL, sentence, NULL);
    }
}

static void stocks_and_volatilities_stay(void **state)
{
    (void)state;
    static const char *const fixed[] = {
        "buyers.bank.priority_tier", "buyers.bank.budget_volatility",
        "installed.cloud/nv.pflops", "options.hw.learning_units", "options.nv.price_volatility",
        "options.nv.price_reversion_per_year", "options.nv.capacity_volatility",
        "options.nv.capacity_reversion_per_year", "scenario.budget_reversion_per_year",
        "scenario.taste_volatility", "scenario.taste_reversion_per_year",
        "events.e.probability",
    };
    char row[256], sentence[CS_SENTENCE];
    for (size_t k = 0; k < COUNT(fixed); k++) {
        snprintf(row, sizeof row, "e,2025Q3,,%s,*0.9\n", fixed[k]);
        events(row);
        snprintf(sentence, sizeof sentence,
                 "base/events.csv:2: column 'parameter': %s: no event may change it (stocks, "
                 "tiers, volatilities, reversions and probabilities stay)", fixed[k]);
        folder_refuses("base", NULL, sentence, NULL);
    }
    /* A limit may come, and a pair may get a rate. */
    events("e,2025Q3,,us_regimes.open.cap_share_of_us_shipments,0.4\n"
           "e,2025Q3,,us_rates.open/ban.rate_per_year,0.2\n");
    scenario_free(folder_load("base", NULL));
    events("e,2025Q3,,scenario.hbm_limit_units_per_year,4e6\n");
    folder_edit("options.csv", "3.9e5", "");
    folder_refuses("base", "scenario.hbm_limit_units_per_year=none",
                   "base/options.csv:3: column 'capacity_units_per_year': must be given for a "
                   "domestic option where scenario.hbm_limit_units_per_year is", NULL);
}

static void priors_widen_what_a_factor_meets(void **state)
{
    (void)state;
    folder_put("w/base/priors.csv", "parameter,distribution,low,mode,high\n"
                                    "buyers.bank.exposure,pert,0.2,0.4,0.8\n");
    events("e,2025Q3,,buyers.bank.exposure,*1.4\n");
    folder_refuses("base", NULL, "base/events.csv:2: column 'value': *1.4: makes "
                                 "buyers.bank.exposure 1.12: must be between 0 and 1", NULL);
    scenario_free(folder_load("base", "buyers.bank.exposure=0.5", NULL));
}

static void pins_hold_until_the_next(void **state)
{
    (void)state;
    folder_put("w/base/pins.csv", "date,actor,state\n2026Q1,cn,free\n2025Q3,cn,block\n"
                                  "2025Q2,us,open\n2026Q3,us,ban\n2031Q1,us,free\n");
    struct scenario *w = folder_load("base", NULL);
    static const int us[] = {2, 2, 2, 2, 2, 0, 0}, cn[] = {-1, 1, 1, -1, -1, -1, -1};
    assert_true(memcmp(w->us_pin, us, sizeof us) == 0);
    assert_true(memcmp(w->cn_pin, cn, sizeof cn) == 0);
    assert_int_equal(folder_note(w, "pin_after_horizon", "us: free at 2031Q1"), 1);
    scenario_free(w);
    folder_put("w/base/pins.csv", "date,actor,state\n2025Q3,cn,blok\n2025Q3,uk,ban\n"
                                  "2025Q1,us,ban\n2025Q4,us,ban\n2025-10,us,free\n");
    folder_refuses("base", NULL,
                   "base/pins.csv:3: column 'actor': uk: must be us or cn",
                   "base/pins.csv:4: column 'date': 2025Q1: must not lie before the start",
                   "base/pins.csv:6: column 'date': 2025-10: base/pins.csv:5 pins the same actor "
                   "in the same period",
                   "base/pins.csv:2: column 'state': blok: there is no stance 'blok'; did you "
                   "mean 'block'?", NULL);
}

static void thresholds_know_their_periods(void **state)
{
    (void)state;
    folder_put("w/base/thresholds.csv",
               "id,metric,buyer,option,test,value,when\n"
               "a,shortfall,,all,<,0.31,any\nb,shortfall,bank,,>=,0.32,stays\n"
               "c,spend_usd,all,nv,<=,3e9,2025\nd,spend_usd,,,>,3e9,2026Q1\n"
               "e,spend_usd,,,>,3e9,2026\nf,spend_usd,,,>,3e9,2028\ng,spend_usd,,,>,3e9,total\n");
    struct scenario *w = folder_load("base", NULL);
    const struct threshold *t = w->threshold;
    assert_int_equal(w->thresholds, 6);
    assert_true(t[0].when == WHEN_ANY && t[1].when == WHEN_STAYS && t[2].when == WHEN_DATE);
    assert_true(t[0].test == TEST_LESS && t[1].test == TEST_GREATER_EQUAL);
    assert_true(t[2].test == TEST_LESS_EQUAL && t[3].test == TEST_GREATER);
    assert_string_equal(t[0].buyer, "all");
    assert_string_equal(t[1].buyer, "bank");
    assert_string_equal(t[2].option, "nv");
    assert_string_equal(t[2].when_text, "2025");
    assert_true(t[2].first == 0 && t[2].last == 2);
    assert_true(t[3].first == 3 && t[3].last == 3);
    assert_true(t[4].first == 3 && t[4].last == 6);
    assert_true(t[5].first == 0 && t[5].last == 6);
    assert_int_equal(t[3].line, 5);
    assert_string_equal(folder_plain(t[3].file), "base/thresholds.csv");
    assert_int_equal(folder_note(w, "threshold_after_horizon", "f: 2028"), 1);
    scenario_free(w);
    folder_put("w/base/thresholds.csv",
               "id,metric,buyer,option,test,value,when\n"
               "a,shortfall,bnk,,<,0.31,any\nb,shortfall,,nvv,>=,0.32,stay\n"
               "c,spend_usd,,,=,3e9,2024\nd,,,,>,,\nfree,x,,,<,1,any\n");
    folder_refuses("base", NULL,
                   "base/thresholds.csv:6: column 'id': free: is a reserved word", NULL);
    folder_put("w/base/thresholds.csv",
               "id,metric,buyer,option,test,value,when\n"
               "a,shortfall,bnk,,<,0.31,any\nb,shortfall,,smugg,>=,0.32,stay\n"
               "c,spend_usd,,,=,3e9,2024\nd,,,,>,,\n");
    folder_refuses("base", NULL,
                   "base/thresholds.csv:5: columns 'metric', 'value', 'when': must not be blank",
                   "base/thresholds.csv:2: column 'buyer': bnk: there is no buyer 'bnk'; did you "
                   "mean 'bank'?",
                   "base/thresholds.csv:3: column 'option': smugg: there is no option 'smugg'; "
                   "did you mean 'smug'?",
                   "base/thresholds.csv:3: column 'when': stay: must be a date, a calendar year, "
                   "total, any or stays",
                   "base/thresholds.csv:4: column 'test': =: must be <, <=, > or >=",
                   "base/thresholds.csv:4: column 'when': 2024: must not lie before the start",
                   NULL);
}

static void history_is_checked(void **state)
{
    (void)state;
    folder_put("w/base/history.csv", "date,metric,buyer,option,value,sd\n"
                                     "2024,spend_usd,all,nv,6.5e8,4e7\n"
                                     "2025Q1,spend_usd,,nv,4.6e9,\n");
    struct scenario *w = folder_load("base", NULL); /* starts in 2025Q2 */
    assert_int_equal(w->observations, 2);
    const struct observation *year = &w->observation[0], *quarter = &w->observation[1];
    assert_true(year->first == -5 && year->last == -2 && year->value == 6.5e8 && year->sd == 4e7);
    assert_true(quarter->first == -1 && quarter->last == -1 && isnan(quarter->sd));
    assert_string_equal(quarter->buyer, "all");
    assert_string_equal(quarter->option, "nv");
    assert_string_equal(folder_plain(quarter->file), "base/history.csv");
    assert_int_equal(quarter->line, 3);
    scenario_free(w);
    folder_put("w/base/history.csv", "date,metric,buyer,option,value,sd\n"
                                     "24,spend_usd,all,nv,6.5e8,4e7\n"
                                     "2025Q1,spend_usd,,smugg,,-1\n"
                                     "2025Q1,spend_usd,all,smugg,1,\n");
    folder_refuses("base", NULL,
                   "base/history.csv:4: column 'date': 2025Q1: the same row stands in line 3",
                   NULL);
    folder_put("w/base/history.csv", "date,metric,buyer,option,value,sd\n"
                                     "24,spend_usd,all,nv,6.5e8,4e7\n"
                                     "2025Q1,spend_usd,,smugg,,-1\n");
    folder_refuses("base", NULL, "base/history.csv:3: column 'value': must not be blank",
                   "base/history.csv:2: column 'date': 24: must be a date such as 2025Q3 or "
                   "2025-07",
                   "base/history.csv:3: column 'option': smugg: there is no option 'smugg'; did "
                   "you mean 'smug'?",
                   "base/history.csv:3: column 'sd': -1: must be 0 or greater", NULL);
}

/* Pairs of names with the same FNV-1a hash, found by search. */
static void shared_addresses_are_refused(void **state)
{
    (void)state;
    static const char row[] = "id,name,budget_usd_per_year,budget_growth_per_year,"
                              "budget_volatility,exposure,state_funded,training_share,"
                              "price_sensitivity,lock_in,pressure_aversion,incident_aversion,"
                              "hazard_aversion,delay_aversion_per_year,front_loading,"
                              "compliance_cost_share,priority_tier,compute_target_pflops,"
                              "compute_target_growth_per_year\n"
                              "%s,,1e9,0,0,0.5,0,0.4,2,1,1,0,0,0.5,1,0.02,1,1e5,0.4\n"
                              "%s,,1e9,0,0,0.5,0,0.4,2,1,1,0,0,0.5,1,0.02,1,1e5,0.4\n";
    char text[2048];
    folder_put("w/x/options.csv", "id,owner\nsmug,all\n");
    folder_put("w/x/installed.csv", "buyer,option\n!cloud,nv\n!bank,hw\n");
    folder_put("w/x/tastes.csv", "buyer,option\n!bank,hw\n");
    snprintf(text, sizeof text, row, "talzdl", "pcrcwx");
    strcat(text, "!cloud,,,,,,,,,,,,,,,,,,\n!bank,,,,,,,,,,,,,,,,,,\n");
    folder_put("w/x/buyers.csv", text);
    /* Equal hashes stay equal when the same letters follow: every pair is hit. */
    assert_null(folder_try("x", NULL, 0));
    assert_int_equal(folder_error.count, 5);
    assert_string_equal(folder_plain(folder_error.text[0]),
                        "x/buyers.csv:2: 'pcrcwx' and 'talzdl' share a random address: rename one "
                        "of them");
    snprintf(text, sizeof text, row, "vjscss", "mzcmkh");
    strcat(text, "!cloud,,,,,,,,,,,,,,,,,,\n!bank,,,,,,,,,,,,,,,,,,\n");
    folder_put("w/x/buyers.csv", text);
    folder_put("w/x/priors.csv", "parameter,distribution,low,high\n"
                                 "buyers.vjscss.lock_in,uniform,0.5,1.5\n"
                                 "buyers.mzcmkh.lock_in,uniform,0.5,1.5\n");
    folder_refuses("x", NULL,
                   "x/priors.csv:2: 'buyers.mzcmkh.lock_in' and 'buyers.vjscss.lock_in' share a "
                   "random address: rename one of them", NULL);
    events("mplary,2025Q3,,incidents,1\nltyhqa,2025Q3,,incidents,1\n"
           "mplary,2025Q4,,incidents,1\n");
    folder_refuses("base", NULL, "base/events.csv:2: 'ltyhqa' and 'mplary' share a random "
                                 "address: rename one of them", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(effects_are_sorted_by_period), folder_test(events_are_refused),
        folder_test(stocks_and_volatilities_stay), folder_test(priors_widen_what_a_factor_meets),
        folder_test(pins_hold_until_the_next),     folder_test(thresholds_know_their_periods),
        folder_test(history_is_checked),           folder_test(shared_addresses_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
