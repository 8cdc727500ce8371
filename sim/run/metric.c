#include "run/metric.h"

#include <stdlib.h>
#include <string.h>
#include "tool/text.h"

enum {
    FOREIGN = 1 << CLASS_FOREIGN,
    DOMESTIC = 1 << CLASS_DOMESTIC,
    GREY = 1 << CLASS_GREY,
    RENT = 1 << CLASS_RENT,
    DEFER = 1 << CLASS_DEFER,
    OWNED = FOREIGN | DOMESTIC | GREY,
    BOUGHT = OWNED | RENT,
    EVERY = BOUGHT | DEFER
};

#define BLOCK(member) {IN_BLOCK, offsetof(struct block, member)}
#define BOOK(member) {IN_BOOK, offsetof(struct book, member)}
#define PAIR(classes_, kind_, name_, unit_, source_, text_) \
    {.name = (name_), .unit = (unit_), .definition = (text_), .level = LEVEL_PAIR, \
     .kind = (kind_), .classes = (classes_), .top = source_}
#define BUYER(kind_, name_, unit_, source_, text_) \
    {.name = (name_), .unit = (unit_), .definition = (text_), .level = LEVEL_BUYER, \
     .kind = (kind_), .classes = EVERY, .top = source_}
#define OPTION(classes_, kind_, name_, unit_, source_, text_) \
    {.name = (name_), .unit = (unit_), .definition = (text_), .level = LEVEL_OPTION, \
     .kind = (kind_), .classes = (classes_), .top = source_}
#define MARKET(kind_, name_, unit_, source_, text_) \
    {.name = (name_), .unit = (unit_), .definition = (text_), .level = LEVEL_MARKET, \
     .kind = (kind_), .classes = EVERY, .top = source_}

static const struct metric market_metrics[] = {
    MARKET(KIND_FLOW, "incidents", "count", BLOCK(incidents),
           "security incidents and allegations in the period, dated ones included"),
    MARKET(KIND_RATE, "grey_premium", "share", BLOCK(grey_premium),
           "mark-up of the grey market: m_0 + m_1 times last step's foreign shortage"),
};

static const struct metric plain_metrics[] = {
    {.name = "desired_share", .unit = "share", .level = LEVEL_PAIR, .kind = KIND_RATIO,
     .classes = EVERY, .top = BOOK(wanted), .bottom = BLOCK(wallet),
     .definition = "share of the wallet that the buyer wants to spend on the option, after "
                   "the quota and before pull-forward; rent and defer included; over buyers "
                   "weighted by wallet"},
    PAIR(EVERY, KIND_FLOW, "order_usd", "USD", BLOCK(order),
         "money ordered, pull-forward included"),
    {.name = "realised_share", .unit = "share", .level = LEVEL_PAIR, .kind = KIND_RATIO,
     .classes = BOUGHT, .top = BLOCK(spend), .bottom = BOOK(backed),
     .definition = "share of the option in the money delivered, rent included"},
    PAIR(BOUGHT, KIND_FLOW, "spend_usd", "USD", BLOCK(spend), "money delivered"),
    PAIR(BOUGHT, KIND_FLOW, "delivered_units", "units", BLOCK(units), "units delivered"),
    PAIR(BOUGHT, KIND_FLOW, "delivered_pflops", "PFLOP/s", BOOK(pflops),
         "nominal compute delivered"),
    PAIR(BOUGHT, KIND_FLOW, "delivered_effective_pflops", "PFLOP/s", BOOK(effective),
         "effective compute delivered: units times effective PFLOP/s per unit"),
    PAIR(BOUGHT, KIND_STOCK, "backlog_usd", "USD", BLOCK(backlog),
         "money waiting in the order book at the end of the period"),
    PAIR(BOUGHT, KIND_STOCK, "hold_usd", "USD", BLOCK(hold),
         "approved money held back by scrutiny at the end of the period"),
    PAIR(BOUGHT, KIND_STOCK, "installed_pflops", "PFLOP/s", BLOCK(installed),
         "nominal compute installed at the end of the period"),

    BUYER(KIND_FLOW, "budget_usd", "USD", BLOCK(budget), "budget of the period"),
    BUYER(KIND_FLOW, "wallet_usd", "USD", BLOCK(wallet),
          "money to be split: budget less repayment plus carry and refunds"),
    BUYER(KIND_FLOW, "pull_forward_usd", "USD", BLOCK(pull_forward),
          "orders brought forward in fear of a closing door"),
    BUYER(KIND_FLOW, "repaid_usd", "USD", BLOCK(repaid), "budget that repays pull-forward"),
    BUYER(KIND_FLOW, "refunded_usd", "USD", BLOCK(refunded),
          "money returned from orders that a closed door made void"),
    BUYER(KIND_FLOW, "compliance_usd", "USD", BLOCK(compliance), "cost of inquiries"),
    BUYER(KIND_FLOW, "refused_usd", "USD", BLOCK(refused),
          "foreign orders refused after an inquiry and split again"),
    BUYER(KIND_FLOW, "forfeited_usd", "USD", BLOCK(forfeited),
          "money lost on orders that a closed door made void"),
    BUYER(KIND_FLOW, "deferred_usd", "USD", BLOCK(deferred), "money left for later"),
    BUYER(KIND_FLOW, "lapsed_usd", "USD", BLOCK(lapsed), "deferred money that lapsed"),
    BUYER(KIND_STOCK, "carry_usd", "USD", BLOCK(carry),
          "deferred money carried into the next period"),
    BUYER(KIND_STOCK, "debt_usd", "USD", BLOCK(debt), "pull-forward not yet repaid"),
    BUYER(KIND_FLOW, "questioned", "count", BOOK(questioned),
          "1 if the buyer was questioned and had ordered foreign chips"),
    BUYER(KIND_STOCK, "effective_pflops", "PFLOP/s", BLOCK(compute),
          "effective compute at hand at the end of the period, rent included"),
    BUYER(KIND_STOCK, "effective_pflops_in_country", "PFLOP/s", BLOCK(compute_in_country),
          "effective compute in the country at the end of the period, without rent"),
    {.name = "shortfall", .unit = "share", .level = LEVEL_BUYER, .kind = KIND_RATIO_END,
     .classes = EVERY, .top = BOOK(gap), .bottom = BLOCK(compute_target),
     .definition = "effective compute missing to the target, over the target"},

    {.name = "price_usd", .unit = "USD", .level = LEVEL_OPTION, .kind = KIND_PRICE,
     .classes = BOUGHT, .top = BOOK(option_spend), .bottom = BOOK(option_units),
     .spot = BLOCK(price),
     .definition = "price that the buyer pays for a unit; over periods money over units"},
    OPTION(BOUGHT, KIND_FLOW, "supply_units", "units", BLOCK(supply),
           "units that can be delivered; inf without a limit"),
    OPTION(BOUGHT, KIND_FLOW, "unserved_usd", "USD", BLOCK(unserved),
           "claims of the first round that supply could not serve"),
    OPTION(BOUGHT, KIND_FLOW, "claims_usd", "USD", BLOCK(claims),
           "claims of the first round: backlog, released and new orders"),
    OPTION(BOUGHT, KIND_RATE, "wait_years", "years", BLOCK(wait),
           "wait for a new order, as the period leaves it"),
    OPTION(DOMESTIC, KIND_RATE, "domestic_capacity_units_per_year", "units", BOOK(capacity),
           "domestic capacity a year before the HBM limit"),
};

static const struct metric inside_metrics[] = {
    PAIR(BOUGHT, KIND_RATE, "utility", "utils", BLOCK(utility), "utility V"),
    PAIR(BOUGHT, KIND_RATE, "available", "share", BLOCK(available),
         "1 if the buyer may choose the option"),
    PAIR(BOUGHT, KIND_RATE, "taste_deviation", "utils", BLOCK(taste), "taste shock"),
    PAIR(BOUGHT, KIND_RATE, "effective_price_usd", "USD", BLOCK(effective_price),
         "price with compliance cost and delay"),
    PAIR(BOUGHT, KIND_RATE, "effective_pflops_per_unit", "PFLOP/s", BLOCK(effective),
         "effective compute of one unit"),
    PAIR(BOUGHT, KIND_RATE, "hazard", "share", BLOCK(hazard),
         "perceived probability that the door closes within the horizon"),
    BUYER(KIND_RATE, "approved_fraction", "share", BLOCK(approved),
          "drawn fraction of a questioned order that is approved"),
    BUYER(KIND_RATE, "inquiry_probability", "share", BLOCK(inquiry),
          "probability of an inquiry in the period"),
    BUYER(KIND_RATE, "quota_bound", "count", BLOCK(quota_bound),
          "1 if the domestic quota changed the split"),
    BUYER(KIND_STOCK, "compute_target_pflops", "PFLOP/s", BLOCK(compute_target),
          "effective compute the buyer wants"),
    BUYER(KIND_RATE, "budget_deviation", "log", BLOCK(budget_deviation),
          "deviation of the log budget from its trend"),
    OPTION(BOUGHT, KIND_RATE, "list_price_usd", "USD", BLOCK(list_price),
           "price before any levy passed on"),
    OPTION(BOUGHT, KIND_RATE, "levy_usd_per_unit", "USD", BLOCK(levy), "levy on a unit"),
    OPTION(BOUGHT, KIND_RATE, "shortage", "share", BLOCK(shortage),
           "unserved over claims in the first round"),
    OPTION(BOUGHT, KIND_STOCK, "cumulative_units", "units", BLOCK(cumulative),
           "units delivered since the start"),
    OPTION(BOUGHT, KIND_RATE, "price_deviation", "log", BLOCK(price_deviation),
           "deviation of the log price"),
    OPTION(BOUGHT, KIND_RATE, "supply_deviation", "log", BLOCK(supply_deviation),
           "deviation of the log capacity"),
    MARKET(KIND_RATE, "incident_memory", "count", BLOCK(incident_memory),
           "decaying count of incidents"),
    MARKET(KIND_RATE, "us_tightening_memory", "count", BLOCK(us_tightening),
           "decaying count of US steps to a tighter regime"),
    MARKET(KIND_RATE, "us_loosening_memory", "count", BLOCK(us_loosening),
           "decaying count of US steps to a looser regime"),
    MARKET(KIND_RATE, "cn_tightening_memory", "count", BLOCK(cn_tightening),
           "decaying count of Chinese steps to a tighter stance"),
    MARKET(KIND_RATE, "cn_loosening_memory", "count", BLOCK(cn_loosening),
           "decaying count of Chinese steps to a looser stance"),
    MARKET(KIND_RATE, "us_tilt", "log", BLOCK(us_tilt), "tilt of the US rates"),
    MARKET(KIND_RATE, "cn_tilt", "log", BLOCK(cn_tilt), "tilt of the Chinese rates"),
    MARKET(KIND_RATE, "licence_fraction", "share", BLOCK(licence), "licence throughput"),
    MARKET(KIND_RATE, "foreign_shortage", "share", BLOCK(foreign_shortage),
           "unserved over claims of all foreign options; 1 if nobody claimed"),
    MARKET(KIND_RATE, "adequacy", "share", BLOCK(adequacy),
           "domestic supply in money over the sum of budgets"),
};

#define COUNT(table) ((int)(sizeof(table) / sizeof *(table)))

/* --- metrics made for a world --------------------------------------------- */

enum subject { SUBJECT_DOMESTIC, SUBJECT_VENDOR, SUBJECT_PLATFORM, SUBJECT_CLASSES };

static bool belongs(const struct option *option, enum subject subject, int index)
{
    switch (subject) {
    case SUBJECT_DOMESTIC: return option->class == CLASS_DOMESTIC;
    case SUBJECT_VENDOR: return option->vendor == index;
    case SUBJECT_PLATFORM: return option->platform == index;
    case SUBJECT_CLASSES: return true;
    }
    return false;
}

/* The options of a subject in byte order, of the given classes only. */
static int *gather(const struct scenario *world, enum subject subject, int index,
                   unsigned classes, int *count)
{
    int *set = malloc((size_t)world->options * sizeof *set);

    *count = 0;
    for (int j = 0; set && j < world->options; j++)
        if (classes >> world->option[j].class & 1 && belongs(&world->option[j], subject, index))
            set[(*count)++] = j;
    return set;
}

struct made {
    const char *suffix, *unit, *text;
    enum metric_kind kind;
    unsigned over, under;  /* classes of numerator and denominator; 0: none */
    struct source top, bottom;
};

static const struct made share_metrics[] = {
    {"_share_spend", "share", "share of %s in the money spent on owned chips delivered",
     KIND_RATIO, OWNED, OWNED, BOOK(option_spend), BOOK(option_spend)},
    {"_share_units", "share", "share of %s in the owned chips delivered", KIND_RATIO, OWNED,
     OWNED, BOOK(option_units), BOOK(option_units)},
    {"_share_pflops", "share", "share of %s in the nominal compute of owned chips delivered",
     KIND_RATIO, OWNED, OWNED, BOOK(option_pflops), BOOK(option_pflops)},
    {"_share_effective", "share", "share of %s in the effective compute of owned chips delivered",
     KIND_RATIO, OWNED, OWNED, BOOK(option_effective), BOOK(option_effective)},
};
static const struct made revenue_metrics[] = {
    {"_revenue_gross_usd", "USD", "money that buyers paid for deliveries of %s", KIND_FLOW,
     BOUGHT, 0, BOOK(option_spend), {NOWHERE, 0}},
    {"_revenue_net_usd", "USD", "money that buyers paid for deliveries of %s, less the levy",
     KIND_FLOW, BOUGHT, 0, BOOK(net), {NOWHERE, 0}},
};
static const struct made whole_metrics[] = {
    {"levy_receipts_usd", "USD", "levy on foreign chips delivered", KIND_FLOW, FOREIGN, 0,
     BOOK(levied), {NOWHERE, 0}},
    {"levy_on_buyers_usd", "USD",
     "part of the levy that buyers pay: price beyond list price; vendors bear the rest",
     KIND_FLOW, FOREIGN, 0, BOOK(passed_on), {NOWHERE, 0}},
    {"unmet_share", "share", "first-round claims that supply could not serve, over claims",
     KIND_RATIO, BOUGHT, BOUGHT, BLOCK(unserved), BLOCK(claims)},
};

/* Appends one made metric; false without memory. */
static bool make(struct catalogue *c, const struct scenario *world, const struct made *made,
                 enum subject subject, int index, const char *id)
{
    struct metric *m = &c->metric[c->count++];

    *m = (struct metric){.unit = made->unit, .level = LEVEL_MARKET, .kind = made->kind,
                         .classes = EVERY, .top = made->top, .bottom = made->bottom};
    m->name = text_format("%s%s", id, made->suffix);
    char *sentence = text_copy(made->text);
    char *const hole = sentence ? strstr(sentence, "%s") : NULL;
    if (hole) {
        *hole = '\0';
        m->definition = text_format("%s%s%s", sentence, id, hole + 2);
        free(sentence);
    } else {
        m->definition = sentence;
    }
    m->over = gather(world, subject, index, made->over, &m->over_count);
    if (made->under)
        m->under = gather(world, SUBJECT_CLASSES, 0, made->under, &m->under_count);
    return m->name && m->definition && m->over && (m->under || !made->under);
}

static bool make_experience(struct catalogue *c, const struct scenario *world, int platform)
{
    struct metric *m = &c->metric[c->count++];

    *m = (struct metric){.unit = "PFLOP/s", .level = LEVEL_BUYER, .kind = KIND_STOCK,
                         .trace_only = true, .classes = EVERY, .top = BLOCK(experience),
                         .stride = world->platforms, .shift = platform};
    m->name = text_format("%s_experience_pflops", world->platform[platform].id);
    m->definition = text_format("nominal compute on %s bought so far",
                                world->platform[platform].id);
    return m->name && m->definition;
}

/* Appends a constant metric with its own copy of the texts, so that every
 * metric is released alike. */
static bool append(struct catalogue *c, const struct metric *from, bool trace_only)
{
    struct metric *m = &c->metric[c->count++];

    *m = *from;
    m->trace_only = trace_only;
    m->stride = 1;
    m->name = text_copy(from->name);
    m->definition = text_copy(from->definition);
    return m->name && m->definition;
}

static bool make_shares(struct catalogue *c, const struct scenario *w, enum subject subject,
                        int index, const char *id)
{
    bool fine = true;

    for (int k = 0; k < COUNT(share_metrics); k++)
        fine = make(c, w, &share_metrics[k], subject, index, id) && fine;
    return fine;
}

/* Market metrics first, then plain ones, then what only the trace holds. */
static bool fill(struct catalogue *c, const struct scenario *w)
{
    bool fine = make_shares(c, w, SUBJECT_DOMESTIC, 0, "domestic");

    for (int v = 0; v < w->vendors; v++)
        fine = make_shares(c, w, SUBJECT_VENDOR, w->vendors_shown[v],
                           w->vendor[w->vendors_shown[v]].id) && fine;
    for (int y = 0; y < w->platforms; y++)
        fine = make_shares(c, w, SUBJECT_PLATFORM, w->platforms_shown[y],
                           w->platform[w->platforms_shown[y]].id) && fine;
    for (int v = 0; v < w->vendors; v++)
        for (int k = 0; k < COUNT(revenue_metrics); k++)
            fine = make(c, w, &revenue_metrics[k], SUBJECT_VENDOR, w->vendors_shown[v],
                        w->vendor[w->vendors_shown[v]].id) && fine;
    for (int k = 0; k < COUNT(whole_metrics); k++)
        fine = make(c, w, &whole_metrics[k], SUBJECT_CLASSES, 0, "") && fine;
    for (int k = 0; k < COUNT(market_metrics); k++)
        fine = append(c, &market_metrics[k], false) && fine;
    for (int k = 0; k < COUNT(plain_metrics); k++)
        fine = append(c, &plain_metrics[k], false) && fine;
    for (int k = 0; k < COUNT(inside_metrics); k++)
        fine = append(c, &inside_metrics[k], true) && fine;
    for (int y = 0; y < w->platforms; y++)
        fine = make_experience(c, w, w->platforms_shown[y]) && fine;
    return fine;
}

int catalogue_new(const struct scenario *world, struct catalogue **out, struct cs_error *err)
{
    const int most = COUNT(market_metrics) + COUNT(plain_metrics) + COUNT(inside_metrics) +
                     COUNT(whole_metrics) + COUNT(share_metrics) +
                     world->vendors * (COUNT(share_metrics) + COUNT(revenue_metrics)) +
                     world->platforms * (COUNT(share_metrics) + 1);
    struct catalogue *catalogue = calloc(1, sizeof *catalogue);

    *out = NULL;
    if (catalogue)
        catalogue->metric = calloc((size_t)most, sizeof *catalogue->metric);
    if (!catalogue || !catalogue->metric || !fill(catalogue, world)) {
        catalogue_free(catalogue);
        return cs_fail_memory(err);
    }
    *out = catalogue;
    return CS_OK;
}

void catalogue_free(struct catalogue *catalogue)
{
    if (!catalogue)
        return;
    for (int k = 0; k < catalogue->count; k++) {
        free((char *)catalogue->metric[k].name);
        free((char *)catalogue->metric[k].definition);
        free(catalogue->metric[k].over);
        free(catalogue->metric[k].under);
    }
    free(catalogue->metric);
    free(catalogue);
}

const struct metric *catalogue_find(const struct catalogue *catalogue, const char *name)
{
    for (int k = 0; k < catalogue->count; k++)
        if (!strcmp(catalogue->metric[k].name, name))
            return &catalogue->metric[k];
    return NULL;
}

const char *catalogue_nearest(const struct catalogue *catalogue, const char *word)
{
    const char **names = malloc((size_t)catalogue->count * sizeof *names);
    const char *near = NULL;
    size_t count = 0;

    if (!names)
        return NULL;
    for (int k = 0; k < catalogue->count; k++)
        if (!catalogue->metric[k].trace_only)
            names[count++] = catalogue->metric[k].name;
    near = text_nearest(word, names, count);
    for (size_t k = 0; !near && *word && k < count; k++)
        near = strncmp(names[k], word, strlen(word)) == 0 ? names[k] : NULL;
    free(names);
    return near;
}

const char *metric_kind_name(enum metric_kind kind)
{
    static const char *const names[] = {"flow", "stock", "rate", "ratio", "end ratio", "price"};

    return names[kind];
}

const char *metric_level_name(enum metric_level level)
{
    static const char *const names[] = {"pair", "buyer", "option", "market"};

    return names[level];
}

bool metric_has_margin(const struct metric *metric)
{
    return metric->kind != KIND_RATE && metric->kind != KIND_PRICE;
}

bool metric_has_bottom(const struct metric *metric)
{
    return metric->kind == KIND_RATIO || metric->kind == KIND_RATIO_END ||
           metric->kind == KIND_PRICE;
}

bool metric_has_option(const struct metric *metric, const struct scenario *world, int j)
{
    return metric->classes >> world->option[j].class & 1;
}

int vendor_lead(const struct scenario *world, enum option_class class)
{
    const char *const usual = class == CLASS_FOREIGN ? "nvidia" : "huawei";

    for (int v = 0; v < world->vendors; v++)
        if (!strcmp(world->vendor[v].id, usual))
            return v;
    for (int k = 0; k < world->vendors; k++)
        for (int j = 0; j < world->options; j++)
            if (world->option[j].class == class &&
                world->option[j].vendor == world->vendors_shown[k])
                return world->vendors_shown[k];
    return -1;
}
