#include "world/catalogue.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "math/dist.h"
#include "tool/text.h"
#include "world/scenario.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

const struct domain domains[] = {
    [DOMAIN_REAL] = {-INFINITY, INFINITY, true, true, "must be a number"},
    [DOMAIN_NOT_NEGATIVE] = {0, INFINITY, false, true, "must be 0 or greater"},
    [DOMAIN_POSITIVE] = {0, INFINITY, true, true, "must be greater than 0"},
    [DOMAIN_SHARE] = {0, 1, false, false, "must be between 0 and 1"},
    [DOMAIN_SHARE_NOT_0] = {0, 1, true, false, "must be greater than 0 and at most 1"},
    [DOMAIN_SHARE_NOT_1] = {0, 1, false, true, "must be at least 0 and less than 1"},
    [DOMAIN_INSIDE] = {0, 1, true, true, "must be greater than 0 and less than 1"},
    [DOMAIN_RANK] = {-1, 1, false, false, "must be between -1 and 1"},
};

/* Classes of options that read a column. */
enum {
    F = 1 << CLASS_FOREIGN,
    D = 1 << CLASS_DOMESTIC,
    G = 1 << CLASS_GREY,
    R = 1 << CLASS_RENT,
    O = 1 << CLASS_DEFER,
    FDGR = F | D | G | R
};

static const char *const steps[] = {"quarter", "month"};
static const char *const choices[] = {"nested", "mnl"};
static const char *const price_forms[] = {"log", "linear"};
static const char *const demand_modes[] = {"budget", "compute"};
static const char *const rationings[] = {"proportional", "priority", "uniform",
                                         "backlog_first"};
static const char *const classes[] = {"foreign", "domestic", "grey", "rent", "defer"};
static const char *const levy_forms[] = {"revenue", "tariff"};
static const char *const actors[] = {"us", "cn"};
static const char *const tests[] = {"<", "<=", ">", ">="};
static const char *const scales[] = {"relative"};

#define REAL(column, range, empty, still, read_by, measure, words_)                    \
    {.name = column, .kind = KIND_REAL, .domain = range, .blank = empty, .fixed = still, \
     .classes = read_by, .unit = measure, .text = words_}
#define NUMBER(column, range, empty, words_)                                           \
    {.name = column, .kind = KIND_NUMBER, .domain = range, .blank = empty, .unit = "", \
     .text = words_}
#define PLAIN(column, what, empty, words_) \
    {.name = column, .kind = what, .blank = empty, .unit = "", .text = words_}
#define WORD(column, list, empty, words_)                                              \
    {.name = column, .kind = KIND_WORD, .words = list, .word_count = COUNT(list),      \
     .blank = empty, .unit = "", .text = words_}
#define REFERS(column, what, table, empty, words_)                                     \
    {.name = column, .kind = what, .refers = table, .blank = empty, .unit = "", .text = words_}
#define ID PLAIN("id", KIND_ID, BLANK_REFUSED, "the row's own name")
#define NAME PLAIN("name", KIND_TEXT, BLANK_ALLOWED, "name shown to people; blank = id")
#define REMARKS                                                        \
    PLAIN("note", KIND_REMARK, BLANK_ALLOWED, "a remark, not read"), \
        PLAIN("source", KIND_REMARK, BLANK_ALLOWED, "where the row comes from, not read")

#define NOT_NEGATIVE DOMAIN_NOT_NEGATIVE
#define SHARE DOMAIN_SHARE
#define ANY DOMAIN_REAL
#define NEEDED BLANK_REFUSED
#define ZERO BLANK_ZERO
#define ONE BLANK_ONE
#define NO_LIMIT BLANK_UNLIMITED
#define MAY false /* an event may change it */
#define FIXED true

static const struct column scenario_columns[] = {
    PLAIN("title", KIND_TEXT, BLANK_ALLOWED, "headline of results"),
    PLAIN("description", KIND_TEXT, BLANK_ALLOWED, "what the scenario is about"),
    PLAIN("base", KIND_TEXT, BLANK_ALLOWED, "folder that is inherited"),
    PLAIN("start", KIND_DATE, NEEDED, "label of period t = 0, the last observed one"),
    WORD("step", steps, NEEDED, "length of a period"),
    PLAIN("steps", KIND_COUNT, NEEDED, "number of periods"),
    PLAIN("levels_as_of", KIND_DATE, BLANK_ALLOWED,
          "date that prices, capacities and budgets \"at the level\" refer to; trends run from it"),
    REFERS("us_start", KIND_REF, TABLE_US_REGIMES, NEEDED, "regime at t = 0"),
    REFERS("cn_start", KIND_REF, TABLE_CN_STANCES, NEEDED, "stance at t = 0"),
    WORD("choice", choices, NEEDED,
         "nested: options of a nest are closer substitutes; mnl: all alike"),
    WORD("price_form", price_forms, NEEDED,
         "utility falls with the logarithm of price per compute, or with the price itself"),
    WORD("demand_mode", demand_modes, NEEDED,
         "budget: buyers spend their budgets; compute: they stop when their target is met"),
    WORD("rationing", rationings, NEEDED, "who is served when orders exceed supply"),
    REAL("reference_price_usd_per_pflops", DOMAIN_POSITIVE, NEEDED, MAY, 0, "USD per PFLOP/s",
         "price per compute at which the price term of utility is 0"),
    REAL("budget_reversion_per_year", NOT_NEGATIVE, NEEDED, FIXED, 0, "per year",
         "how fast a shock to a budget dies out"),
    REAL("budget_common_share", SHARE, NEEDED, MAY, 0, "share",
         "share of the variance of budget shocks that hits all buyers together"),
    REAL("levy_pass_through", NOT_NEGATIVE, NEEDED, MAY, 0, "share",
         "share of the levy that the buyer pays"),
    REAL("grey_premium", ANY, NEEDED, MAY, 0, "share", "mark-up of smuggled chips"),
    REAL("grey_premium_tightness", NOT_NEGATIVE, NEEDED, MAY, 0, "share",
         "extra mark-up at full shortage of foreign chips"),
    REAL("hbm_limit_units_per_year", NOT_NEGATIVE, NO_LIMIT, MAY, 0, "units per year",
         "ceiling that memory sets on all domestic chips"),
    REAL("hbm_growth_per_year", ANY, NEEDED, MAY, 0, "per year", "growth of that ceiling"),
    REAL("wait_max_years", NOT_NEGATIVE, NEEDED, MAY, 0, "years",
         "longest wait that buyers take into account"),
    REAL("taste_volatility", NOT_NEGATIVE, ZERO, FIXED, 0, "utils",
         "size of random shifts in taste"),
    REAL("taste_reversion_per_year", NOT_NEGATIVE, NEEDED, FIXED, 0, "per year",
         "how fast such a shift dies out"),
    REAL("cn_reaction_to_us_tightening", ANY, NEEDED, MAY, 0, "log rate",
         "> 0: Beijing tightens sooner after Washington tightened"),
    REAL("cn_reaction_to_us_loosening", ANY, NEEDED, MAY, 0, "log rate",
         "> 0: Beijing tightens sooner after Washington loosened"),
    REAL("cn_reaction_to_incidents", ANY, NEEDED, MAY, 0, "log rate",
         "> 0: Beijing tightens sooner after an incident"),
    REAL("cn_reaction_to_adequacy", ANY, NEEDED, MAY, 0, "log rate",
         "> 0: Beijing tightens sooner when domestic supply is ample"),
    REAL("adequacy_reference", NOT_NEGATIVE, NEEDED, MAY, 0, "share",
         "domestic supply over budgets that is neither ample nor short"),
    REAL("us_reaction_to_cn", ANY, NEEDED, MAY, 0, "log rate",
         "> 0: Washington tightens sooner after Beijing tightened"),
    REAL("reaction_decay_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "per year",
         "how fast a move is forgotten"),
    REAL("incident_rate_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "per year",
         "security incidents that come by themselves"),
    REAL("incident_branching", DOMAIN_SHARE_NOT_1, NEEDED, MAY, 0, "count",
         "incidents that one incident sets off"),
    REAL("incident_decay_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "per year",
         "how fast an incident is forgotten"),
    REAL("anticipation_horizon_years", NOT_NEGATIVE, NEEDED, MAY, 0, "years",
         "how far buyers look ahead"),
    REAL("anticipation_weight", NOT_NEGATIVE, NEEDED, MAY, 0, "share",
         "how much of the hazard buyers perceive"),
    REAL("anticipation_norm", SHARE, NEEDED, MAY, 0, "share",
         "hazard that counts as business as usual"),
    REAL("pull_forward_max", NOT_NEGATIVE, NEEDED, MAY, 0, "normal orders",
         "most that is ordered ahead in a period, in normal foreign orders of a period"),
    REAL("pull_forward_repay_years", NOT_NEGATIVE, NEEDED, MAY, 0, "years",
         "time over which orders ahead are paid back"),
    REAL("hold_mean_years", NOT_NEGATIVE, NEEDED, MAY, 0, "years",
         "mean time that an approved order is held"),
    REAL("refund_share", SHARE, NEEDED, MAY, 0, "share",
         "share of queued money that comes back when the door closes"),
    REAL("lapse_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "per year",
         "how fast deferred money lapses"),
    REAL("learning_spillover", SHARE, ZERO, MAY, 0, "share",
         "share of other buyers' experience that counts"),
    REMARKS};

static const struct column buyer_columns[] = {
    ID, NAME,
    REAL("budget_usd_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "USD per year",
         "accelerator budget at levels_as_of"),
    REAL("budget_growth_per_year", ANY, NEEDED, MAY, 0, "per year", "its growth"),
    REAL("budget_volatility", NOT_NEGATIVE, ZERO, FIXED, 0, "per sqrt year",
         "volatility of the log budget"),
    REAL("exposure", SHARE, NEEDED, MAY, 0, "share", "how far Beijing can lean on the buyer"),
    PLAIN("state_funded", KIND_FLAG, NEEDED, "1: under state bans"),
    REAL("training_share", SHARE, NEEDED, MAY, 0, "share", "share of work that is training"),
    REAL("price_sensitivity", ANY, NEEDED, MAY, 0, "utils",
         "utility lost per unit of log price per compute"),
    REAL("lock_in", ANY, NEEDED, MAY, 0, "utils", "utility of a platform that is all it owns"),
    REAL("pressure_aversion", ANY, NEEDED, MAY, 0, "utils", "disutility per unit of pressure"),
    REAL("incident_aversion", ANY, NEEDED, MAY, 0, "utils", "disutility per incident"),
    REAL("hazard_aversion", ANY, NEEDED, MAY, 0, "utils", "disutility of a closing door"),
    REAL("delay_aversion_per_year", ANY, NEEDED, MAY, 0, "per year",
         "log price of a year's delay"),
    REAL("front_loading", NOT_NEGATIVE, NEEDED, MAY, 0, "normal orders",
         "orders ahead per unit of hazard above the norm, in normal foreign orders of a period"),
    REAL("compliance_cost_share", SHARE, NEEDED, MAY, 0, "share",
         "cost of an inquiry over the order"),
    REAL("priority_tier", ANY, NEEDED, FIXED, 0, "",
         "larger is served first under rationing by priority"),
    REAL("compute_target_pflops", NOT_NEGATIVE, NEEDED, MAY, 0, "PFLOP/s",
         "effective compute wanted at levels_as_of"),
    REAL("compute_target_growth_per_year", ANY, NEEDED, MAY, 0, "per year", "its growth"),
    REMARKS};

static const struct column option_columns[] = {
    ID, NAME,
    REFERS("vendor", KIND_REF, TABLE_VENDORS, NEEDED, "who sells it"),
    REFERS("owner", KIND_REF_ALL, TABLE_BUYERS, BLANK_ALLOWED,
           "the only buyer that may choose it"),
    WORD("class", classes, NEEDED, "where it comes from"),
    REFERS("platform", KIND_REF, TABLE_PLATFORMS, NEEDED, "its software"),
    REFERS("nest", KIND_REF, TABLE_NESTS, NEEDED, "options it is close to"),
    PLAIN("available_from", KIND_DATE, BLANK_ALLOWED, "launch"),
    REAL("pflops_fp16", NOT_NEGATIVE, NEEDED, MAY, FDGR, "PFLOP/s per unit",
         "dense FP16 compute of a unit"),
    REAL("training_factor", NOT_NEGATIVE, NEEDED, MAY, FDGR, "share",
         "useful part of it in training"),
    REAL("inference_factor", NOT_NEGATIVE, NEEDED, MAY, FDGR, "share",
         "useful part of it in inference"),
    REAL("network_factor", NOT_NEGATIVE, ONE, MAY, FDGR, "share",
         "interconnect and scale-out, in training"),
    REAL("price_usd", NOT_NEGATIVE, NEEDED, MAY, FDGR, "USD per unit",
         "price at levels_as_of"),
    REAL("price_drift_per_year", ANY, NEEDED, MAY, FDGR, "per year", "drift of the log price"),
    REAL("price_volatility", NOT_NEGATIVE, ZERO, FIXED, FDGR, "per sqrt year",
         "volatility of the log price"),
    REAL("price_reversion_per_year", NOT_NEGATIVE, NEEDED, FIXED, FDGR, "per year",
         "how fast a price shock dies out"),
    REAL("learning_rate", DOMAIN_SHARE_NOT_1, ZERO, MAY, FDGR, "share",
         "cost saved by each doubling of units"),
    REAL("learning_price_share", NOT_NEGATIVE, ZERO, MAY, FDGR, "share",
         "part of it that reaches the price"),
    REAL("learning_units", NOT_NEGATIVE, ZERO, FIXED, FDGR, "units",
         "units behind the price level"),
    REAL("capacity_units_per_year", NOT_NEGATIVE, NO_LIMIT, MAY, FDGR, "units per year",
         "what can be delivered at levels_as_of"),
    REAL("capacity_growth_per_year", ANY, NEEDED, MAY, FDGR, "per year", "its growth"),
    REAL("capacity_induced_growth_per_year", ANY, NEEDED, MAY, D, "per year",
         "extra growth at full shortage"),
    REAL("capacity_volatility", NOT_NEGATIVE, ZERO, FIXED, FDGR, "per sqrt year",
         "volatility of log capacity"),
    REAL("capacity_reversion_per_year", NOT_NEGATIVE, NEEDED, FIXED, F | G | R, "per year",
         "how fast a capacity shock dies out"),
    REAL("us_shipments_units_per_year", NOT_NEGATIVE, NO_LIMIT, MAY, F, "units per year",
         "US shipments that a cap refers to"),
    REAL("depreciation_per_year", NOT_NEGATIVE, NEEDED, MAY, FDGR, "per year",
         "decay of installed compute"),
    REAL("intercept", ANY, ZERO, MAY, FDGR | O, "utils", "utility of the option as such"),
    REAL("backlog_patience_per_quarter", SHARE, ZERO, MAY, F | D, "share",
         "unserved money that stays in the queue"),
    REMARKS};

static const struct column vendor_columns[] = {
    ID, NAME,
    REAL("incident_load", ANY, NEEDED, MAY, 0, "share", "how much of an incident sticks to it"),
    REMARKS};

static const struct column platform_columns[] = {
    ID, NAME,
    REAL("maturity_start", NOT_NEGATIVE, NEEDED, MAY, 0, "share",
         "part of effective compute that the software delivers at the start"),
    REAL("maturity_limit", NOT_NEGATIVE, NEEDED, MAY, 0, "share", "and in the limit of long use"),
    REAL("learning_pflops", NOT_NEGATIVE, ZERO, MAY, 0, "PFLOP/s", "scale of experience"),
    REAL("learning_exponent", NOT_NEGATIVE, ZERO, MAY, 0, "", "speed of learning"),
    REMARKS};

static const struct column nest_columns[] = {
    ID,
    REAL("dissimilarity", DOMAIN_SHARE_NOT_0, NEEDED, MAY, 0, "",
         "1 = no closer to each other than to the rest"),
    REMARKS};

static const struct column installed_columns[] = {
    REFERS("buyer", KIND_REF, TABLE_BUYERS, NEEDED, "owner"),
    REFERS("option", KIND_REF, TABLE_OPTIONS, NEEDED, "what it owns"),
    REAL("pflops", NOT_NEGATIVE, NEEDED, FIXED, 0, "PFLOP/s", "nominal compute owned at start"),
    REMARKS};

static const struct column taste_columns[] = {
    REFERS("buyer", KIND_REF, TABLE_BUYERS, NEEDED, "whose taste"),
    REFERS("option", KIND_REF, TABLE_OPTIONS, NEEDED, "for what"),
    REAL("intercept", ANY, ZERO, MAY, 0, "utils", "utility added for this buyer"),
    REMARKS};

static const struct column us_columns[] = {
    ID, NAME,
    REFERS("allowed", KIND_LIST, TABLE_OPTIONS, BLANK_ALLOWED, "foreign options that may be sold"),
    REAL("levy_rate", DOMAIN_SHARE_NOT_1, NEEDED, MAY, 0, "share", "levy on foreign chips"),
    WORD("levy_form", levy_forms, BLANK_ALLOWED, "on revenue, or an import tariff"),
    REAL("cap_share_of_us_shipments", NOT_NEGATIVE, NO_LIMIT, MAY, 0, "share",
         "volume cap over US shipments of the option"),
    REAL("licence_throughput", SHARE, NEEDED, MAY, 0, "share",
         "typical share of capacity that is licensed"),
    REAL("licence_sd", NOT_NEGATIVE, NEEDED, MAY, 0, "logit", "its scatter"),
    REMARKS};

static const struct column cn_columns[] = {
    ID, NAME,
    REAL("pressure", NOT_NEGATIVE, NEEDED, MAY, 0, "", "pressure not to buy foreign chips"),
    REAL("inquiries_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "per year",
         "inquiries at a buyer of exposure 1"),
    REAL("approval", SHARE, NEEDED, MAY, 0, "share", "typical share let through"),
    REAL("approval_sd", NOT_NEGATIVE, NEEDED, MAY, 0, "logit", "its scatter"),
    REAL("customs_pass", SHARE, NEEDED, MAY, 0, "share", "licensed chips that get in"),
    REAL("grey_pass", SHARE, ONE, MAY, 0, "share", "smuggled chips that get in"),
    REAL("domestic_quota", SHARE, NEEDED, MAY, 0, "share",
         "least domestic share of spending at exposure 1"),
    PLAIN("state_ban", KIND_FLAG, NEEDED,
          "1: state-funded buyers may order no foreign and no grey chips"),
    REMARKS};

#define RATES(table)                                                                   \
    {REFERS("from", KIND_REF, table, NEEDED, "state left"),                            \
     REFERS("to", KIND_REF, table, NEEDED, "state entered"),                           \
     REAL("rate_per_year", NOT_NEGATIVE, NEEDED, MAY, 0, "per year", "moves a year"), REMARKS}

static const struct column us_rate_columns[] = RATES(TABLE_US_REGIMES);
static const struct column cn_rate_columns[] = RATES(TABLE_CN_STANCES);

static const struct column event_columns[] = {
    ID,
    PLAIN("date", KIND_DATE, NEEDED, "first period of the effect"),
    PLAIN("parameter", KIND_ADDRESS, NEEDED, "a cell, us.regime, cn.stance or incidents"),
    REAL("probability", SHARE, ONE, FIXED, 0, "probability", "of the event, in each path"),
    PLAIN("value", KIND_OTHER, NEEDED, "what it becomes, or a factor such as *0.7"),
    REMARKS};

static const struct column prior_columns[] = {
    PLAIN("parameter", KIND_ADDRESS, NEEDED, "the cell that is uncertain"),
    {.name = "distribution", .kind = KIND_WORD, .words = dist_names, .word_count = DIST_KINDS,
     .blank = NEEDED, .unit = "", .text = "family"},
    NUMBER("low", ANY, BLANK_ALLOWED, "lower end"),
    NUMBER("mode", ANY, BLANK_ALLOWED, "peak"),
    NUMBER("high", ANY, BLANK_ALLOWED, "upper end"),
    NUMBER("credibility", DOMAIN_INSIDE, BLANK_ALLOWED, "content of low to high; blank = 0.9"),
    PLAIN("values", KIND_OTHER, BLANK_ALLOWED, "value:weight joined by ';'"),
    WORD("scale", scales, BLANK_ALLOWED, "relative: the draw is a factor on the cell"),
    REMARKS};

static const struct column correlation_columns[] = {
    PLAIN("a", KIND_ADDRESS, NEEDED, "a row of priors.csv"),
    PLAIN("b", KIND_ADDRESS, NEEDED, "another"),
    NUMBER("rank", DOMAIN_RANK, NEEDED, "Spearman's rank correlation"), REMARKS};

static const struct column pin_columns[] = {
    PLAIN("date", KIND_DATE, NEEDED, "first period"),
    WORD("actor", actors, NEEDED, "us or cn"),
    PLAIN("state", KIND_OTHER, NEEDED, "regime or stance that is held, or free"), REMARKS};

static const struct column threshold_columns[] = {
    ID, PLAIN("metric", KIND_TEXT, NEEDED, "what is tested"),
    REFERS("buyer", KIND_REF_ALL, TABLE_BUYERS, BLANK_ALLOWED, "whose; blank = all"),
    REFERS("option", KIND_REF_ALL, TABLE_OPTIONS, BLANK_ALLOWED, "of what; blank = all"),
    WORD("test", tests, NEEDED, "< <= > >="),
    NUMBER("value", ANY, NEEDED, "what it is compared with"),
    PLAIN("when", KIND_OTHER, NEEDED, "a date, any, or stays"), REMARKS};

static const struct column history_columns[] = {
    PLAIN("date", KIND_OTHER, NEEDED, "period or calendar year"),
    PLAIN("metric", KIND_TEXT, NEEDED, "what was observed"),
    REFERS("buyer", KIND_REF_ALL, TABLE_BUYERS, BLANK_ALLOWED, "whose; blank = all"),
    REFERS("option", KIND_REF_ALL, TABLE_OPTIONS, BLANK_ALLOWED, "of what; blank = all"),
    NUMBER("value", ANY, NEEDED, "the observation"),
    NUMBER("sd", NOT_NEGATIVE, BLANK_ALLOWED, "its standard error"), REMARKS};

#define ENTRY(file, row, needed, key_columns, columns_) \
    {file, row, needed, key_columns, columns_, COUNT(columns_)}

const struct table_entry catalogue[TABLES] = {
    [TABLE_SCENARIO] = ENTRY("scenario", "key", true, 0, scenario_columns),
    [TABLE_BUYERS] = ENTRY("buyers", "buyer", true, 1, buyer_columns),
    [TABLE_OPTIONS] = ENTRY("options", "option", true, 1, option_columns),
    [TABLE_VENDORS] = ENTRY("vendors", "vendor", true, 1, vendor_columns),
    [TABLE_PLATFORMS] = ENTRY("platforms", "platform", true, 1, platform_columns),
    [TABLE_NESTS] = ENTRY("nests", "nest", true, 1, nest_columns),
    [TABLE_INSTALLED] = ENTRY("installed", "stock", true, 2, installed_columns),
    [TABLE_TASTES] = ENTRY("tastes", "taste", false, 2, taste_columns),
    [TABLE_US_REGIMES] = ENTRY("us_regimes", "regime", true, 1, us_columns),
    [TABLE_CN_STANCES] = ENTRY("cn_stances", "stance", true, 1, cn_columns),
    [TABLE_US_RATES] = ENTRY("us_rates", "rate", true, 2, us_rate_columns),
    [TABLE_CN_RATES] = ENTRY("cn_rates", "rate", true, 2, cn_rate_columns),
    [TABLE_EVENTS] = ENTRY("events", "event", false, 3, event_columns),
    [TABLE_PRIORS] = ENTRY("priors", "prior", false, 1, prior_columns),
    [TABLE_CORRELATIONS] = ENTRY("correlations", "correlation", false, 2, correlation_columns),
    [TABLE_PINS] = ENTRY("pins", "pin", false, 2, pin_columns),
    [TABLE_THRESHOLDS] = ENTRY("thresholds", "threshold", false, 1, threshold_columns),
    [TABLE_HISTORY] = ENTRY("history", "observation", false, 4, history_columns),
};

int catalogue_table(const char *name)
{
    for (int t = 0; t < TABLES; t++)
        if (strcmp(catalogue[t].name, name) == 0)
            return t;
    return -1;
}

int catalogue_column(enum table table, const char *name)
{
    for (int k = 0; k < catalogue[table].columns; k++)
        if (strcmp(catalogue[table].column[k].name, name) == 0)
            return k;
    return -1;
}

int catalogue_reals(enum table table)
{
    int reals = 0;
    for (int k = 0; table < CELL_TABLES && k < catalogue[table].columns; k++)
        reals += catalogue[table].column[k].kind == KIND_REAL;
    return reals;
}

int catalogue_of_real(enum table table, int real)
{
    for (int k = 0; k < catalogue[table].columns; k++)
        if (catalogue[table].column[k].kind == KIND_REAL && real-- == 0)
            return k;
    return -1;
}

int catalogue_real(enum table table, int column)
{
    int real = 0;
    if (catalogue[table].column[column].kind != KIND_REAL)
        return -1;
    for (int k = 0; k < column; k++)
        real += catalogue[table].column[k].kind == KIND_REAL;
    return real;
}

int catalogue_word(const struct column *column, const char *word)
{
    for (int k = 0; k < column->word_count; k++)
        if (strcmp(column->words[k], word) == 0)
            return k;
    return -1;
}

bool domain_holds(enum domain_name domain, double value)
{
    const struct domain *d = &domains[domain];
    bool low = d->low_open ? value > d->low : value >= d->low;
    bool high = d->high_open ? value < d->high : value <= d->high;
    return low && high;
}

const char *did_you_mean(const char *word, const char *const *candidates, int count,
                         char out[CS_SENTENCE])
{
    const char *near = count > 0 ? text_nearest(word, candidates, (size_t)count) : NULL;
    out[0] = '\0';
    if (near)
        snprintf(out, CS_SENTENCE, "; did you mean '%s'?", near);
    return out;
}

const char *did_you_mean_table(const char *word, const char *suffix, char out[CS_SENTENCE])
{
    const char *list[TABLES];
    for (int t = 0; t < TABLES; t++)
        list[t] = catalogue[t].name;
    const char *near = text_nearest(word, list, TABLES);
    out[0] = '\0';
    if (near)
        snprintf(out, CS_SENTENCE, "; did you mean '%s%s'?", near, suffix);
    return out;
}

const char *did_you_mean_column(const char *word, enum table table, char out[CS_SENTENCE])
{
    const char *list[64];
    int count = 0;
    for (int k = 0; k < catalogue[table].columns && count < 64; k++)
        list[count++] = catalogue[table].column[k].name;
    return did_you_mean(word, list, count, out);
}
