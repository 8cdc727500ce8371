/* What the tests of sim/world share: scenario folders in a temporary place.
 *
 * folder_start() makes a complete scenario "w/base" and a child "w/x" that only
 * names it. Tests put and edit files, load, and compare complaints without the
 * temporary part of the path. Numbers are made up and not round. */
#ifndef CHIPSPLIT_TESTS_WORLD_FOLDER_H
#define CHIPSPLIT_TESTS_WORLD_FOLDER_H

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "world/scenario.h"

static const char *const base_files[][2] = {
    {"scenario.csv",
     "key,value\ntitle,The base\ndescription,Nothing real\nstart,2025Q2\nstep,quarter\n"
     "steps,7\nlevels_as_of,\nus_start,ban\ncn_start,permit\nchoice,nested\nprice_form,log\n"
     "demand_mode,budget\nrationing,proportional\nreference_price_usd_per_pflops,39100\n"
     "budget_reversion_per_year,0.51\nbudget_common_share,0.47\nlevy_pass_through,0.53\n"
     "grey_premium,0.31\ngrey_premium_tightness,0.22\nhbm_limit_units_per_year,4.1e6\n"
     "hbm_growth_per_year,0.41\nwait_max_years,1.9\ntaste_volatility,0.29\n"
     "taste_reversion_per_year,2.7\ncn_reaction_to_us_tightening,0.33\n"
     "cn_reaction_to_us_loosening,0.27\ncn_reaction_to_incidents,0.36\n"
     "cn_reaction_to_adequacy,0.44\nadequacy_reference,0.35\nus_reaction_to_cn,0.21\n"
     "reaction_decay_per_year,2.2\nincident_rate_per_year,0.55\nincident_branching,0.32\n"
     "incident_decay_per_year,2.1\nanticipation_horizon_years,1.1\nanticipation_weight,0.9\n"
     "anticipation_norm,0.39\npull_forward_max,1.6\npull_forward_repay_years,1.2\n"
     "hold_mean_years,0.26\nrefund_share,0.87\nlapse_per_year,0.63\nlearning_spillover,0.28\n"},
    {"buyers.csv",
     "id,name,budget_usd_per_year,budget_growth_per_year,budget_volatility,exposure,"
     "state_funded,training_share,price_sensitivity,lock_in,pressure_aversion,"
     "incident_aversion,hazard_aversion,delay_aversion_per_year,front_loading,"
     "compliance_cost_share,priority_tier,compute_target_pflops,"
     "compute_target_growth_per_year\n"
     "cloud,A cloud firm,8.1e9,0.31,0.22,0.61,0,0.37,2.1,1.4,1.1,0.23,0.52,0.59,1.3,0.021,2,"
     "451000,0.42\n"
     "bank,,3.7e9,0.29,0.19,0.43,1,0.18,1.9,1.2,0.9,0.17,0.48,0.64,0.7,0.019,1,171000,0.38\n"},
    {"options.csv",
     "id,name,vendor,owner,class,platform,nest,available_from,pflops_fp16,training_factor,"
     "inference_factor,network_factor,price_usd,price_drift_per_year,price_volatility,"
     "price_reversion_per_year,learning_rate,learning_price_share,learning_units,"
     "capacity_units_per_year,capacity_growth_per_year,capacity_induced_growth_per_year,"
     "capacity_volatility,capacity_reversion_per_year,us_shipments_units_per_year,"
     "depreciation_per_year,intercept,backlog_patience_per_quarter\n"
     "nv,Foreign chip,nvidia,,foreign,cuda,abroad,,0.148,1,4.4,1,12100,-0.11,0.12,1.1,,,,"
     "9.7e5,0.04,,0.24,1.05,2.3e6,0.21,0.13,0.52\n"
     "hw,Domestic chip,huawei,,domestic,cann,home,2025Q4,0.78,0.93,0.96,,19300,0.03,0.11,0.95,"
     "0.13,0.51,6.1e5,3.9e5,0.43,0.34,0.26,,,0.19,-0.07,0.47\n"
     "smug,Smuggled chip,dealers,bank,grey,cuda,abroad,,0.97,1,1,0.8,32100,-0.09,0.23,1.02,,,,"
     "1.3e5,0.02,,0.27,1.04,,0.22,-2.1,\n"
     "wait,Wait,,,defer,,wait,,,,,,,,,,,,,,,,,,,,-2.2,\n"},
    {"vendors.csv", "id,name,incident_load\nnvidia,Nvidia,1.03\nhuawei,Huawei,0\ndealers,,0\n"},
    {"platforms.csv",
     "id,name,maturity_start,maturity_limit,learning_pflops,learning_exponent\n"
     "cuda,CUDA,0.99,0.99,,\ncann,CANN,0.74,0.96,104000,0.41\n"},
    {"nests.csv", "id,dissimilarity\nabroad,0.57\nhome,0.63\nwait,1\n"},
    {"installed.csv", "buyer,option,pflops\ncloud,nv,151000\nbank,hw,121000\n"},
    {"tastes.csv", "buyer,option,intercept\nbank,hw,0.54\n"},
    {"us_regimes.csv",
     "id,name,allowed,levy_rate,levy_form,cap_share_of_us_shipments,licence_throughput,"
     "licence_sd\n"
     "ban,,,0,,,0,0\nlevy,,nv,0.15,revenue,0.51,0.83,0.78\nopen,,nv,0,tariff,,1,0\n"},
    {"cn_stances.csv",
     "id,name,pressure,inquiries_per_year,approval,approval_sd,customs_pass,grey_pass,"
     "domestic_quota,state_ban\n"
     "permit,,0.1,1.7,0.86,0.52,1,,0,0\nblock,,2.9,11.3,0.06,0.49,0.07,0.58,0.53,1\n"},
    {"us_rates.csv", "from,to,rate_per_year\nban,levy,0.61\nlevy,ban,0.52\nlevy,open,0.08\n"},
    {"cn_rates.csv", "from,to,rate_per_year\npermit,block,0.49\nblock,permit,0.37\n"},
};

static char folder_root[64];
static struct cs_error folder_error;

static inline void folder_put(const char *name, const char *text)
{
    char path[1024], dir[1024];
    snprintf(path, sizeof path, "%s/%s", folder_root, name);
    for (char *slash = strchr(path + strlen(folder_root) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        snprintf(dir, sizeof dir, "%.*s", (int)(slash - path), path);
        mkdir(dir, 0777);
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* The text of a file of the base. */
static inline const char *folder_text(const char *name)
{
    for (size_t k = 0; k < sizeof base_files / sizeof *base_files; k++)
        if (strcmp(base_files[k][0], name) == 0)
            return base_files[k][1];
    fail_msg("no file %s", name);
    return "";
}

/* Puts a base file with the first `old` replaced. */
static inline void folder_edit(const char *name, const char *old, const char *replacement)
{
    char text[8192], path[512];
    const char *whole = folder_text(name), *at = strstr(whole, old);
    if (!at)
        fail_msg("%s does not hold '%s'", name, old);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - whole), whole, replacement,
             at + strlen(old));
    snprintf(path, sizeof path, "w/base/%s", name);
    folder_put(path, text);
}

static inline void folder_base(void)
{
    char path[512];
    for (size_t k = 0; k < sizeof base_files / sizeof *base_files; k++) {
        snprintf(path, sizeof path, "w/base/%s", base_files[k][0]);
        folder_put(path, base_files[k][1]);
    }
    folder_put("w/x/scenario.csv", "key,value\nbase,../base\n");
}

static inline int folder_start(void **state)
{
    (void)state;
    snprintf(folder_root, sizeof folder_root, "/tmp/chipsplit-world-XXXXXX");
    if (!mkdtemp(folder_root))
        return -1;
    folder_base();
    return 0;
}

static inline void folder_remove(const char *path)
{
    DIR *dir = opendir(path);
    char inner[1024];
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        int length = snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (length < (int)sizeof inner && unlink(inner) != 0)
            folder_remove(inner);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}

static inline int folder_stop(void **state)
{
    (void)state;
    folder_remove(folder_root);
    return 0;
}

/* Takes every "ROOT/w/" out of a sentence. */
static inline const char *folder_plain(const char *sentence)
{
    static char out[CS_SENTENCE];
    char prefix[80];
    size_t used = 0;
    snprintf(prefix, sizeof prefix, "%s/w/", folder_root);
    while (*sentence) {
        if (strncmp(sentence, prefix, strlen(prefix)) == 0)
            sentence += strlen(prefix);
        else
            out[used++] = *sentence++;
    }
    out[used] = '\0';
    return out;
}

/* Loads ROOT/w/NAME with values set, ended by NULL; NULL after complaints. */
static inline struct scenario *folder_try(const char *name, const char *const *set, size_t sets)
{
    char path[512];
    struct scenario *w = NULL;
    memset(&folder_error, 0, sizeof folder_error);
    snprintf(path, sizeof path, "%s/w/%s", folder_root, name);
    int code = scenario_load(path, set, sets, &w, &folder_error);
    assert_int_equal(code, folder_error.code);
    assert_true(code ? !w : w != NULL);
    return w;
}

static inline struct scenario *folder_load(const char *name, ...)
{
    const char *set[16];
    size_t sets = 0;
    va_list more;
    va_start(more, name);
    while (sets < 16 && (set[sets] = va_arg(more, const char *)))
        sets++;
    va_end(more);
    struct scenario *w = folder_try(name, set, sets);
    if (!w)
        fail_msg("%s", folder_error.text[0]);
    return w;
}

/* The load must fail with exactly these sentences, ended by NULL; `set` may be
 * NULL. */
static inline void folder_refuses(const char *name, const char *set, ...)
{
    va_list more;
    int count = 0;
    struct scenario *w = folder_try(name, &set, set != NULL);
    va_start(more, set);
    if (w) {
        const char *wanted = va_arg(more, const char *);
        scenario_free(w);
        fail_msg("no complaint; wanted: %s", wanted);
    }
    assert_int_equal(folder_error.code, CS_INPUT);
    for (const char *wanted = va_arg(more, const char *); wanted;
         wanted = va_arg(more, const char *)) {
        if (count >= folder_error.count)
            fail_msg("missing: %s", wanted);
        assert_string_equal(folder_plain(folder_error.text[count]), wanted);
        count++;
    }
    va_end(more);
    if (count != folder_error.count)
        fail_msg("too much: %s", folder_plain(folder_error.text[count]));
}

/* A refusal of the base with one replacement in one file. */
struct folder_case {
    const char *file, *old, *replacement, *sentence;
};

static inline void folder_refuses_all(const struct folder_case *cases, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        folder_edit(cases[k].file, cases[k].old, cases[k].replacement);
        folder_refuses("base", NULL, cases[k].sentence, NULL);
        folder_edit(cases[k].file, cases[k].old, cases[k].old);
    }
}

/* The one cell that an address names. */
static inline int folder_cell(const struct scenario *w, const char *address)
{
    char name[512];
    for (int c = 0; c < w->cells; c++) {
        cell_address(w, c, name, sizeof name);
        if (strcmp(name, address) == 0)
            return c;
    }
    fail_msg("no cell %s", address);
    return -1;
}

/* Notes with a key and text, 1 or 0. */
static inline int folder_note(const struct scenario *w, const char *key, const char *text)
{
    int count = 0;
    for (int k = 0; k < w->notes; k++)
        count += strcmp(w->note[k].key, key) == 0
                 && (!text || strcmp(folder_plain(w->note[k].text), text) == 0);
    return count;
}

#define folder_test(name) cmocka_unit_test_setup_teardown(name, folder_start, folder_stop)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
