/* Priors: what wins, draws, copula, refusals. */
#include "world_folder.h"

#include <gsl/gsl_cdf.h>
#include "tool/address.h"

static const char head[] = "parameter,distribution,low,mode,high,credibility,values,scale\n";

/* priors.csv of a folder from rows. */
static void priors(const char *folder, const char *rows)
{
    char name[64], text[2048];
    snprintf(name, sizeof name, "w/%s/priors.csv", folder);
    snprintf(text, sizeof text, "%s%s", head, rows);
    folder_put(name, text);
}

static const struct prior *prior_of(const struct scenario *w, const char *address)
{
    for (int p = 0; p < w->priors; p++)
        if (strcmp(w->prior[p].address, address) == 0)
            return &w->prior[p];
    fail_msg("no prior %s", address);
    return NULL;
}

static double (*draws(const struct scenario *w, bool uncertainty))[LANES]
{
    double (*cell)[LANES] = malloc((size_t)w->cells * sizeof *cell);
    uint64_t path[LANES];
    assert_non_null(cell);
    for (int l = 0; l < LANES; l++)
        path[l] = (uint64_t)l * 7 + 3;
    draw_cells(w, 12345, path, uncertainty, cell);
    return cell;
}

static double uniform(int lane, const char *address)
{
    return address_uniform(12345, (uint64_t)lane * 7 + 3, 0, DRAW_PARAMETER,
                           address_hash(address));
}

static void a_draw_is_its_address(void **state)
{
    (void)state;
    priors("base", "scenario.levy_pass_through,uniform,0.2,,0.9,,,\n"
                   "buyers.*.lock_in,uniform,0.7,,1.3,,,relative\n");
    struct scenario *w = folder_load("base", "buyers.bank.lock_in*=2", NULL);
    double (*cell)[LANES] = draws(w, true), x[LANES];
    uint64_t path[LANES] = {3, 10, 17};
    int pass = folder_cell(w, "scenario.levy_pass_through");
    int bank = folder_cell(w, "buyers.bank.lock_in");
    int cloud = folder_cell(w, "buyers.cloud.lock_in");
    for (int l = 0; l < LANES; l++) {
        double u = uniform(l, "buyers.*.lock_in");
        assert_true(fabs(cell[pass][l] - 0.2 - 0.7 * uniform(l, "scenario.levy_pass_through"))
                    < 1e-15);
        assert_true(fabs(cell[bank][l] - 2 * 1.2 * (0.7 + 0.6 * u)) < 1e-14);
        assert_true(fabs(cell[cloud][l] - 1.4 * (0.7 + 0.6 * u)) < 1e-14);
    }
    draw_prior(w, 12345, path, 1, x);
    assert_true(x[1] == cell[pass][1]);
    free(cell);
    cell = draws(w, false);
    assert_true(cell[pass][5] == 0.53 && cell[bank][5] == 2 * 1.2 && cell[cloud][0] == 1.4);
    free(cell);
    scenario_free(w);
}

static void nearer_values_turn_priors_off(void **state)
{
    (void)state;
    priors("base", "buyers.*.exposure,uniform,0.3,,0.7,,,\n"
                   "buyers.cloud.lock_in,uniform,0.9,,1.8,,,\n"
                   "buyers.bank.lock_in,uniform,0.9,,1.8,,,\n");
    folder_put("w/x/buyers.csv", "id,exposure,lock_in\nbank,0.35,*1.1\ncloud,,1.6\n");
    struct scenario *w = folder_load("x", NULL);
    const struct prior *exposure = prior_of(w, "buyers.*.exposure");
    const struct prior *cloud = prior_of(w, "buyers.cloud.lock_in");
    const struct prior *bank = prior_of(w, "buyers.bank.lock_in");
    assert_int_equal(exposure->cell_count, 1);
    assert_int_equal(exposure->cells[0], folder_cell(w, "buyers.cloud.exposure"));
    assert_string_equal(folder_plain(exposure->off_reason),
                        "buyers.bank.exposure fixed by x/buyers.csv:2");
    assert_int_equal(cloud->cell_count, 0);
    assert_string_equal(folder_plain(cloud->off_reason), "fixed by x/buyers.csv:3");
    assert_int_equal(folder_note(w, "prior_off",
                                 "buyers.cloud.lock_in: fixed by x/buyers.csv:3"), 1);
    assert_int_equal(bank->cell_count, 1);
    assert_null(bank->off_reason);
    double (*cell)[LANES] = draws(w, true);
    assert_true(cell[folder_cell(w, "buyers.cloud.lock_in")][2] == 1.6);
    assert_true(fabs(cell[folder_cell(w, "buyers.bank.lock_in")][2]
                     - 1.1 * (0.9 + 0.9 * uniform(2, "buyers.bank.lock_in"))) < 1e-14);
    free(cell);
    scenario_free(w);
}

/* The folder that gives the value gives the prior anew: one patched cell will do. */
static void a_prior_given_anew_is_on(void **state)
{
    (void)state;
    priors("base", "buyers.cloud.lock_in,uniform,0.9,,1.8,,,\n");
    folder_put("w/x/buyers.csv", "id,lock_in\ncloud,1.6\n");
    folder_put("w/x/priors.csv", "parameter,high\nbuyers.cloud.lock_in,*1.5\n");
    struct scenario *w = folder_load("x", NULL);
    double (*cell)[LANES] = draws(w, true);
    assert_int_equal(w->prior[0].cell_count, 1);
    assert_true(fabs(cell[folder_cell(w, "buyers.cloud.lock_in")][4]
                     - 0.9 - (2.7 - 0.9) * uniform(4, "buyers.cloud.lock_in")) < 1e-14);
    free(cell);
    scenario_free(w);
    w = folder_load("x", "buyers.cloud.lock_in=1.55", NULL);
    assert_int_equal(w->prior[0].cell_count, 0);
    assert_string_equal(w->prior[0].off_reason,
                        "fixed by --set 'buyers.cloud.lock_in=1.55'");
    assert_int_equal(w->prior[0].hash, address_hash("buyers.cloud.lock_in"));
    scenario_free(w);
    w = folder_load("x", "buyers.cloud.lock_in*=2", NULL);
    assert_int_equal(w->prior[0].cell_count, 1);
    scenario_free(w);
}

static void two_priors_on_one_cell(void **state)
{
    (void)state;
    priors("base", "buyers.*.lock_in,uniform,0.9,,1.8,,,\n"
                   "buyers.bank.lock_in,uniform,0.8,,1.7,,,\n");
    struct scenario *w = folder_load("base", NULL);
    assert_int_equal(prior_of(w, "buyers.*.lock_in")->cell_count, 1);
    assert_string_equal(prior_of(w, "buyers.*.lock_in")->off_reason,
                        "buyers.bank.lock_in has the prior 'buyers.bank.lock_in'");
    scenario_free(w);
    priors("x", "buyers.*.lock_in,,,,1.9,,,\n");
    w = folder_load("x", NULL);
    assert_int_equal(prior_of(w, "buyers.*.lock_in")->cell_count, 2);
    assert_int_equal(prior_of(w, "buyers.bank.lock_in")->cell_count, 0);
    scenario_free(w);
    priors("base", "buyers.*.lock_in,uniform,0.9,,1.8,,,\n"
                   "buyers.b*.lock_in,uniform,0.8,,1.7,,,\n");
    folder_refuses("base", NULL,
                   "base/priors.csv:3: column 'parameter': buyers.b*.lock_in: shares the cell "
                   "buyers.bank.lock_in with 'buyers.*.lock_in' (base/priors.csv:2)", NULL);
}

static void wildcards_skip_blanks(void **state)
{
    (void)state;
    priors("base", "options.*.capacity_units_per_year,uniform,0.7,,1.4,,,relative\n"
                   "us_rates.*/*.rate_per_year,gamma_rate,1.5,,3.1,,,\n"
                   "options.*.us_shipments_units_per_year,uniform,0.7,,1.4,,,relative\n");
    struct scenario *w = folder_load("base", "options.nv.us_shipments_units_per_year=none", NULL);
    assert_int_equal(prior_of(w, "options.*.capacity_units_per_year")->cell_count, 3);
    assert_int_equal(prior_of(w, "us_rates.*/*.rate_per_year")->cell_count, 3);
    assert_int_equal(folder_note(w, "prior_off", "options.*.us_shipments_units_per_year: every "
                                                 "cell it names is blank"), 1);
    double (*cell)[LANES] = draws(w, true);
    assert_true(isinf(cell[folder_cell(w, "options.wait.capacity_units_per_year")][0]));
    assert_true(cell[folder_cell(w, "us_rates.open/ban.rate_per_year")][0] == 0);
    free(cell);
    scenario_free(w);
}

static void events_and_tails(void **state)
{
    (void)state;
    folder_put("w/base/events.csv", "id,date,probability,parameter,value\n"
                                    "quake,2025Q4,,incidents,2\n");
    priors("base", "events.quake.probability,beta,0.2,,0.6,0.8,,\n"
                   "buyers.cloud.exposure,normal,0.2,,0.7,,,\n");
    struct scenario *w = folder_load("base", "buyers.cloud.exposure*=1.4", NULL);
    double (*cell)[LANES] = draws(w, true);
    int quake = folder_cell(w, "events.quake.probability");
    int exposure = folder_cell(w, "buyers.cloud.exposure");
    assert_int_equal(w->event[0].probability, quake);
    for (int l = 0; l < LANES; l++) {
        assert_true(cell[quake][l] > 0 && cell[quake][l] < 1);
        assert_true(cell[exposure][l] >= 0 && cell[exposure][l] <= 1);
    }
    assert_int_equal(folder_note(w, "outside_prior", NULL), 1);
    free(cell);
    scenario_free(w);
}

/* Two correlated normal priors: z2 = r z1 + sqrt(1 - r^2) z, r = 2 sin(pi rank / 6). */
static void the_copula_joins_scores(void **state)
{
    (void)state;
    priors("base", "buyers.cloud.lock_in,normal,0.9,,1.9,,,\n"
                   "buyers.bank.lock_in,normal,0.7,,1.7,,,\n"
                   "buyers.bank.exposure,uniform,0.1,,0.6,,,\n");
    folder_put("w/base/correlations.csv", "a,b,rank\nbuyers.cloud.lock_in,buyers.bank.lock_in,"
                                          "0.57\n");
    struct scenario *w = folder_load("base", NULL);
    double r = 2 * sin(acos(-1.0) * 0.57 / 6), u[LANES];
    double sd = 0.5 / gsl_cdf_ugaussian_Pinv(0.95);
    assert_int_equal(w->copula.count, 2);
    assert_string_equal(w->prior[w->copula.prior[0]].address, "buyers.bank.lock_in");
    assert_true(fabs(w->copula.lower[2] - r) < 1e-15);
    assert_true(w->copula.pair[0].asked == 0.57 && fabs(w->copula.pair[0].normal - r) < 1e-15);
    double (*cell)[LANES] = draws(w, true), x[LANES];
    uint64_t path[LANES];
    for (int l = 0; l < LANES; l++) {
        double z1 = gsl_cdf_ugaussian_Pinv(uniform(l, "buyers.bank.lock_in"));
        double z2 = r * z1 + sqrt(1 - r * r)
                                 * gsl_cdf_ugaussian_Pinv(uniform(l, "buyers.cloud.lock_in"));
        assert_true(fabs(cell[folder_cell(w, "buyers.bank.lock_in")][l] - 1.2 - sd * z1) < 1e-12);
        assert_true(fabs(cell[folder_cell(w, "buyers.cloud.lock_in")][l] - 1.4 - sd * z2) < 1e-12);
        path[l] = (uint64_t)l * 7 + 3;
        u[l] = uniform(l, "buyers.bank.exposure");
        assert_true(fabs(cell[folder_cell(w, "buyers.bank.exposure")][l] - 0.1 - 0.5 * u[l])
                    < 1e-15);
    }
    draw_prior(w, 12345, path, 2, x);
    assert_true(memcmp(x, cell[folder_cell(w, "buyers.cloud.lock_in")], sizeof x) == 0);
    free(cell);
    scenario_free(w);
    /* A prior that is off keeps its place: the other does not move. */
    w = folder_load("base", NULL);
    struct scenario *off = folder_load("base", "buyers.bank.lock_in=1.1", NULL);
    double (*one)[LANES] = draws(w, true), (*two)[LANES] = draws(off, true);
    int cloud = folder_cell(w, "buyers.cloud.lock_in");
    assert_true(memcmp(one[cloud], two[cloud], sizeof one[cloud]) == 0);
    assert_true(two[folder_cell(w, "buyers.bank.lock_in")][0] == 1.1);
    free(one);
    free(two);
    scenario_free(w);
    scenario_free(off);
}

static void correlations_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"buyers.cloud.lock_in,buyers.bank.lock_on,0.5",
         "base/correlations.csv:2: column 'b': buyers.bank.lock_on: there is no such parameter in "
         "priors.csv; did you mean 'buyers.bank.lock_in'?"},
        {"buyers.cloud.lock_in,buyers.cloud.lock_in,0.5",
         "base/correlations.csv:2: column 'b': buyers.cloud.lock_in: must differ from column 'a'"},
        {"buyers.cloud.lock_in,buyers.bank.lock_in,1.2",
         "base/correlations.csv:2: column 'rank': 1.2: must be between -1 and 1"},
        {"buyers.cloud.lock_in,buyers.bank.lock_in,1",
         "base/correlations.csv:1: the correlations contradict each other: their matrix is not "
         "positive definite (smallest eigenvalue 0)"},
        {"buyers.cloud.lock_in,buyers.bank.lock_in,0.9\n"
         "buyers.cloud.lock_in,buyers.bank.exposure,0.9\n"
         "buyers.bank.lock_in,buyers.bank.exposure,-0.9",
         /* 1 - 2 * 2 sin(0.15 pi) */
         "base/correlations.csv:1: the correlations contradict each other: their matrix is not "
         "positive definite (smallest eigenvalue -0.816)"},
        {"buyers.cloud.lock_in,buyers.bank.lock_in,0.5\n"
         "buyers.bank.lock_in,buyers.cloud.lock_in,0.4",
         "base/correlations.csv:3: column 'a': buyers.bank.lock_in: the same row stands in line "
         "2"},
    };
    char text[1024];
    priors("base", "buyers.cloud.lock_in,normal,0.9,,1.9,,,\n"
                   "buyers.bank.lock_in,normal,0.7,,1.7,,,\n"
                   "buyers.bank.exposure,uniform,0.1,,0.6,,,\n");
    for (size_t k = 0; k < COUNT(cases); k++) {
        snprintf(text, sizeof text, "a,b,rank\n%s\n", cases[k][0]);
        folder_put("w/base/correlations.csv", text);
        folder_refuses("base", NULL, cases[k][1], NULL);
    }
    folder_put("w/base/correlations.csv",
               "a,b,rank\nbuyers.cloud.lock_in,buyers.bank.lock_in,0.5\n"
               "buyers.cloud.lock_in,buyers.bank.exposure,0.5\n");
    folder_put("w/x/correlations.csv",
               "a,b,rank\nbuyers.bank.exposure,buyers.cloud.lock_in,1\n");
    folder_refuses("x", NULL, "x/correlations.csv:1: the correlations contradict each other: "
                              "their matrix is not positive definite (smallest eigenvalue -0.126)",
                   NULL);
    folder_put("w/x/correlations.csv", "a,b,rank\n");
    priors("x", "!buyers.bank.lock_in,,,,,,,\n");
    folder_refuses("x", NULL, "base/correlations.csv:2: column 'b': buyers.bank.lock_in: has no "
                              "prior: x/priors.csv:2 removes it", NULL);
}

static void rows_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"buyers.bnk.lock_in,uniform,1,,2,,,",
         "column 'parameter': buyers.bnk.lock_in: there is no buyer 'bnk'; did you mean 'bank'?"},
        {"scenario.choice,uniform,1,,2,,,",
         "column 'parameter': scenario.choice: is not a number that can be uncertain"},
        {"scenario.steps,uniform,1,,2,,,",
         "column 'parameter': scenario.steps: is not a number that can be uncertain"},
        {"scenario.levels_as_of,constant,,1,,,,",
         "column 'parameter': scenario.levels_as_of: is not a number that can be uncertain"},
        {"us_rates.open/ban.rate_per_year,uniform,0,,1,,,",
         "column 'parameter': us_rates.open/ban.rate_per_year: there is no such row in "
         "us_rates.csv, and a pair without a row takes no prior"},
        {"options.hw.us_shipments_units_per_year,uniform,0,,1,,,",
         "column 'parameter': options.hw.us_shipments_units_per_year: the cell is blank: give it "
         "a central value first"},
        {"buyers.z*.lock_in,uniform,1,,2,,,",
         "column 'parameter': buyers.z*.lock_in: 'z*' matches no buyer"},
        {"buyers.bank.lock_in,unform,1,,2,,,",
         "column 'distribution': unform: must be constant, uniform, triangular, pert, normal, "
         "lognormal, beta, gamma, gamma_rate or discrete; did you mean 'uniform'?"},
        {"buyers.bank.lock_in,uniform,,,2,,,",
         "column 'low': must not be blank for 'uniform'"},
        {"buyers.bank.lock_in,uniform,1,1.5,2,,,",
         "column 'mode': 1.5: must be blank for 'uniform'"},
        {"buyers.bank.lock_in,uniform,1,,2,0.8,,",
         "column 'credibility': 0.8: must be blank for 'uniform'"},
        {"buyers.bank.lock_in,normal,1,,2,1,,",
         "column 'credibility': 1: must be greater than 0 and less than 1"},
        {"buyers.bank.lock_in,uniform,1,,2,,,absolute",
         "column 'scale': absolute: must be relative"},
        {"buyers.bank.exposure,uniform,0.1,,1.2,,,",
         "column 'high': 1.2: must be between 0 and 1"},
        {"buyers.*.exposure,uniform,0.8,,1.9,,,relative",
         "column 'high': 1.9: times 0.61 is 1.159 for buyers.cloud.exposure: must be between 0 "
         "and 1"},
        {"buyers.bank.lock_in,uniform,2,,1,,,",
         "column 'distribution': uniform: low (2) must be below high (1)"},
        {"buyers.bank.lock_in,pert,1,3,2,,,",
         "column 'distribution': pert: mode (3) must lie between low (1) and high (2)"},
        /* mean 0.46, sd 0.44 / 1.0364: Phi(-1.0835) + Phi(-1.2719) */
        {"buyers.bank.exposure,normal,0.02,,0.9,0.7,,",
         "column 'distribution': normal: the tails outside the domain of the cell, [0,1], hold "
         "24.1 % of the distribution; at most 5 % may be cut"},
        {"buyers.bank.lock_in,discrete,,,,,1:2;3,",
         "column 'values': 1:2;3: must be value:weight pairs joined by ';'"},
        {"buyers.bank.lock_in,discrete,,,,,1:2;3:-1,",
         "column 'values': 1:2;3:-1: a weight must be 0 or greater"},
        {"buyers.bank.lock_in,discrete,,,,,1:0;3:0,",
         "column 'values': 1:0;3:0: the weights must have a sum greater than 0"},
        {"buyers.bank.exposure,discrete,,,,,1.5:1;0.3:2,",
         "column 'values': 1.5: must be between 0 and 1"},
        {"events.quake.probability,uniform,0,,1,,,",
         "column 'parameter': events.quake.probability: there is no event 'quake'"},
    };
    char sentence[CS_SENTENCE];
    for (size_t k = 0; k < COUNT(cases); k++) {
        char row[512];
        snprintf(row, sizeof row, "%s\n", cases[k][0]);
        priors("base", row);
        snprintf(sentence, sizeof sentence, "base/priors.csv:2: %s", cases[k][1]);
        folder_refuses("base", NULL, sentence, NULL);
    }
    priors("base", "buyers.bank.exposure,uniform,0.1,,0.6,,,\n");
    folder_refuses("base", "buyers.*.exposure*=1.9",
                   "--set 'buyers.*.exposure*=1.9': buyers.cloud.exposure: 0.61 times 1.9 is "
                   "1.159: must be between 0 and 1",
                   "base/priors.csv:2: column 'high': 0.6: times 1.9 is 1.14 for "
                   "buyers.bank.exposure: must be between 0 and 1", NULL);
}

static void discrete_values_are_sorted_and_joined(void **state)
{
    (void)state;
    priors("base", "buyers.bank.lock_in,discrete,,,,,3:1;1:2; 3:1,\n");
    struct scenario *w = folder_load("base", NULL);
    double (*cell)[LANES] = draws(w, true);
    for (int l = 0; l < LANES; l++)
        assert_true(cell[folder_cell(w, "buyers.bank.lock_in")][l]
                    == (uniform(l, "buyers.bank.lock_in") <= 0.5 ? 1 : 3));
    free(cell);
    scenario_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(a_draw_is_its_address),
        folder_test(nearer_values_turn_priors_off),
        folder_test(a_prior_given_anew_is_on),
        folder_test(two_priors_on_one_cell),
        folder_test(wildcards_skip_blanks),
        folder_test(events_and_tails),
        folder_test(the_copula_joins_scores),
        folder_test(correlations_are_refused),
        folder_test(rows_are_refused),
        folder_test(discrete_values_are_sorted_and_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
