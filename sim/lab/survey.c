#include "lab/survey.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/block.h"
#include "tool/text.h"

enum { US, CN };

static double table_value(const struct scenario *w, int cell)
{
    return w->value[cell] * w->factor[cell];
}

/* --- chains -------------------------------------------------------------------- */

static const int *pins_of(const struct scenario *w, int actor)
{
    return actor == US ? w->us_pin : w->cn_pin;
}

static void fill_rates(const struct scenario *w, int actor, struct chain_survey *chain)
{
    const enum table table = actor == US ? TABLE_US_RATES : TABLE_CN_RATES;
    const int n = actor == US ? w->us_regimes : w->cn_stances;

    *chain = (struct chain_survey){.actor = actor == US ? "us" : "cn", .states = n,
                                   .start = actor == US ? w->us_start : w->cn_start,
                                   .first_pin = -1};
    for (int k = 0; k < n; k++)
        chain->id[k] = actor == US ? w->us[k].id : w->cn[k].id;
    for (int k = 0; k < n * n; k++)
        chain->rate[k] = k / n == k % n ? 0 : table_value(w, cell_pair(w, table, k / n, k % n));
    chain->settles = markov_stationary(n, chain->rate, chain->share);
    for (int t = 0; t < w->steps; t++) {
        if (pins_of(w, actor)[t] < 0)
            continue;
        chain->pins++;
        chain->last_pin = t;
        chain->first_pin = chain->first_pin < 0 ? t : chain->first_pin;
    }
}

/* Rates that are positive in some path: by a prior or an event, if not as they stand. */
static void possible_rates(const struct scenario *w, int actor, bool uncertainty, double *rate)
{
    const enum table table = actor == US ? TABLE_US_RATES : TABLE_CN_RATES;
    const int first = w->at[table].first, count = w->at[table].rows;

    for (int p = 0; uncertainty && p < w->priors; p++)
        for (int k = 0; k < w->prior[p].cell_count; k++) {
            const int at = w->prior[p].cells[k] - first;
            if (at >= 0 && at < count && w->factor[first + at] > 0)
                rate[at] = 1;
        }
    for (int k = 0; k < w->effects; k++) {
        const struct effect *const effect = &w->effect[k];
        const int at = effect->kind == EFFECT_VALUE ? effect->cell - first : -1;
        if (at >= 0 && at < count && effect->value > 0)
            rate[at] = 1;
    }
}

/* From where the chain can go on: its start, and wherever an event or a pin puts it. */
static void find_sources(const struct scenario *w, int actor, const struct chain_survey *chain,
                         bool *source)
{
    const int *const pin = pins_of(w, actor);

    source[chain->start] = pin[0] < 0;
    for (int t = 0; t < w->steps; t++)
        if (pin[t] >= 0)
            source[pin[t]] = true;
    for (int k = 0; k < w->effects; k++)
        if (w->effect[k].kind == (actor == US ? EFFECT_US : EFFECT_CN) &&
            pin[w->effect[k].t] < 0 && table_value(w, w->event[w->effect[k].event].probability) > 0)
            source[w->effect[k].state] = true;
}

static void find_reached(const struct scenario *w, int actor, bool uncertainty,
                         struct chain_survey *chain)
{
    const int n = chain->states;
    double rate[MARKOV_STATES * MARKOV_STATES];
    bool reached[MARKOV_STATES * MARKOV_STATES], source[MARKOV_STATES] = {false};

    memcpy(rate, chain->rate, sizeof rate);
    possible_rates(w, actor, uncertainty, rate);
    if (chain->pins == w->steps)
        memset(rate, 0, sizeof rate);
    markov_reach(n, rate, reached);
    find_sources(w, actor, chain, source);
    for (int k = 0; k < n * n; k++)
        if (source[k / n] && reached[k])
            chain->reached[k % n] = true;
}

/* --- warnings -------------------------------------------------------------------- */

static int warn(struct survey *s, struct cs_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int warn(struct survey *s, struct cs_error *err, const char *format, ...)
{
    char text[3 * CS_SENTENCE];
    va_list list;
    char **const wider = realloc(s->warning, ((size_t)s->warnings + 1) * sizeof *wider);

    if (!wider)
        return cs_fail_memory(err);
    s->warning = wider;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    wider[s->warnings] = text_copy(text);
    return wider[s->warnings++] ? CS_OK : cs_fail_memory(err);
}

static int warn_notes(const struct scenario *w, struct survey *s, struct cs_error *err)
{
    static const char *const kinds[][2] = {
        {"outside_prior", ""},
        {"event_after_horizon", "an event after the last period, without effect: "},
        {"pin_after_horizon", "a pin after the last period, without effect: "},
        {"threshold_after_horizon", "a threshold after the last period, left out: "},
        {"factor_skipped", "a factor that does nothing: "},
    };
    int code = CS_OK;

    for (int k = 0; k < w->notes && !code; k++)
        for (size_t m = 0; m < sizeof kinds / sizeof *kinds; m++)
            if (!strcmp(w->note[k].key, kinds[m][0]))
                code = warn(s, err, "%s%s", kinds[m][1], w->note[k].text);
    return code;
}

/* True if a state closes the door for something that is open in another. */
static bool closes(const struct scenario *w, int actor, int from, int to)
{
    if (actor == CN)
        return table_value(w, cell_index(w, TABLE_CN_STANCES, CN_CUSTOMS_PASS, from)) >= 0.5 &&
               table_value(w, cell_index(w, TABLE_CN_STANCES, CN_CUSTOMS_PASS, to)) < 0.5;
    for (int j = 0; j < w->options; j++)
        if (w->option[j].class == CLASS_FOREIGN && w->us[from].allowed[j] &&
            !w->us[to].allowed[j])
            return true;
    return false;
}

static bool anybody_fears(const struct scenario *w)
{
    bool any = false;

    for (int i = 0; i < w->buyers; i++)
        any = any || table_value(w, cell_index(w, TABLE_BUYERS, BUYER_HAZARD_AVERSION, i)) != 0 ||
              table_value(w, cell_index(w, TABLE_BUYERS, BUYER_FRONT_LOADING, i)) > 0;
    return any && table_value(w, cell_index(w, TABLE_SCENARIO, SC_ANTICIPATION_WEIGHT, 0)) > 0 &&
           table_value(w, cell_index(w, TABLE_SCENARIO, SC_HORIZON, 0)) > 0;
}

static int warn_pins(const struct scenario *w, int actor, const struct chain_survey *chain,
                     struct survey *s, struct cs_error *err)
{
    const int n = chain->states;
    bool reached[MARKOV_STATES * MARKOV_STATES], fears = false;
    char from[DATE_TEXT], to[DATE_TEXT];

    if (chain->pins == 0 || !anybody_fears(w))
        return CS_OK;
    markov_reach(n, chain->rate, reached);
    for (int t = 0; t < w->steps; t++)
        for (int k = 0, held = pins_of(w, actor)[t]; k < n && held >= 0; k++)
            fears = fears || (reached[held * n + k] && closes(w, actor, held, k));
    if (!fears)
        return CS_OK;
    date_write(w->step, w->start + chain->first_pin, from);
    date_write(w->step, w->start + chain->last_pin, to);
    return warn(s, err, "%s is pinned in %d of %d periods (%s%s%s), but buyers still fear the "
                "moves of %s_rates.csv, from which their hazards come; "
                "--set scenario.anticipation_weight=0 stops that", chain->actor, chain->pins,
                w->steps, from, chain->pins > 1 ? " to " : "", chain->pins > 1 ? to : "",
                chain->actor);
}

static int warn_unreached(const struct scenario *w, const struct chain_survey *chain,
                          struct survey *s, struct cs_error *err)
{
    int code = CS_OK;

    for (int k = 0; k < chain->states && !code && chain->pins < w->steps; k++)
        if (!chain->reached[k])
            code = warn(s, err, "%s: no path reaches %s: no rate, event or pin leads there from %s",
                        chain->actor, chain->id[k], chain->id[chain->start]);
    return code;
}

int survey_new(const struct scenario *w, bool uncertainty, struct survey **out,
               struct cs_error *err)
{
    struct survey *const s = calloc(1, sizeof *s);
    int code = CS_OK;

    *out = NULL;
    if (!s)
        return cs_fail_memory(err);
    code = warn_notes(w, s, err);
    for (int actor = US; actor <= CN && !code; actor++) {
        struct chain_survey *const chain = actor == US ? &s->us : &s->cn;
        fill_rates(w, actor, chain);
        find_reached(w, actor, uncertainty, chain);
        code = warn_pins(w, actor, chain, s, err);
        if (!code)
            code = warn_unreached(w, chain, s, err);
    }
    if (code)
        survey_free(s);
    else
        *out = s;
    return code;
}

void survey_free(struct survey *s)
{
    if (!s)
        return;
    for (int k = 0; k < s->warnings; k++)
        free(s->warning[k]);
    free(s->warning);
    free(s);
}

/* --- the choice at the start --------------------------------------------------------- */

/* The values of a world without what is random in period `start`. */
static double *central_values(const struct scenario *w)
{
    double *const value = malloc((size_t)w->cells * sizeof *value);

    if (!value)
        return NULL;
    memcpy(value, w->value, (size_t)w->cells * sizeof *value);
    value[cell_index(w, TABLE_SCENARIO, SC_INCIDENT_RATE, 0)] = 0;
    for (int k = 0; k < w->us_regimes; k++)
        value[cell_index(w, TABLE_US_REGIMES, US_LICENCE_SD, k)] = 0;
    for (int k = 0; k < w->events; k++) {
        const int cell = w->event[k].probability;
        value[cell] = table_value(w, cell) >= 0.5 ? INFINITY : 0;
    }
    return value;
}

static void explain(const struct block *b, int buyer, int j, char out[WHY_NOT])
{
    const struct scenario *const w = b->world;
    const struct option *const option = &w->option[j];
    const bool foreign = option->class == CLASS_FOREIGN;
    char date[DATE_TEXT];

    date_write(w->step, w->start + option->launch, date);
    *out = '\0';
    if (b->available[buyer * b->J + j][0] != 0)
        return;
    if (option->owner >= 0 && option->owner != buyer)
        snprintf(out, WHY_NOT, "only %s may choose it", w->buyer[option->owner].id);
    else if (option->launch > 0)
        snprintf(out, WHY_NOT, "available from %s", date);
    else if (foreign && !w->us[b->us[0]].allowed[j])
        snprintf(out, WHY_NOT, "not allowed under %s", w->us[b->us[0]].id);
    else if (w->buyer[buyer].state_funded && w->cn[b->cn[0]].state_ban &&
             (foreign || option->class == CLASS_GREY))
        snprintf(out, WHY_NOT, "closed to state-funded buyers under %s", w->cn[b->cn[0]].id);
    else
        snprintf(out, WHY_NOT, "no supply");
}

static void read_option(const struct block *b, int buyer, int j, struct start_option *out)
{
    const int at = buyer * b->J + j;
    const bool bought = j != b->defer;

    *out = (struct start_option){
        .option = j,
        .price = bought ? b->price[j][0] : (double)NAN,
        .asked = bought ? b->effective_price[at][0] : (double)NAN,
        .effective = bought ? b->effective[at][0] : (double)NAN,
        .hazard = b->world->option[j].class == CLASS_FOREIGN ? b->hazard[at][0] : (double)NAN,
        .utility = b->utility[at][0],
        .share = b->share[at][0],
    };
    explain(b, buyer, j, out->why_not);
}

int survey_start(const struct scenario *w, int buyer, struct start *out, struct cs_error *err)
{
    struct scenario centre = *w;
    struct block *block = NULL;

    centre.value = central_values(w);
    if (!centre.value)
        return cs_fail_memory(err);
    const int code = block_new(&centre, &block, err);
    if (!code) {
        path_start(block, 1, 0, false);
        path_step(block);
        out->buyer = buyer;
        out->us = block->us[0];
        out->cn = block->cn[0];
        for (int k = 0; k < w->options; k++)
            read_option(block, buyer, w->options_shown[k], &out->option[k]);
    }
    block_free(block);
    free(centre.value);
    return code;
}
