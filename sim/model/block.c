/* Memory of a block: one aligned piece for all lane arrays. */
#include <stdlib.h>
#include <string.h>
#include "model/inside.h"
#include "tool/address.h"

/* An array of lanes to be placed: where its pointer stands and its length. */
struct place {
    lane **at;
    int count;
};
enum { PLACES = 96 };
struct plan {
    struct place place[PLACES];
    int places;
    size_t lanes;
};

static void want(struct plan *plan, lane **at, int count)
{
    plan->place[plan->places++] = (struct place){at, count};
    plan->lanes += (size_t)count;
}

static void want_state(struct block *b, struct plan *p)
{
    int I = b->I, J = b->J, Y = b->Y;
    lane **per_option[] = {
        &b->price_deviation, &b->list_price, &b->price, &b->levy, &b->supply_deviation,
        &b->growth_factor, &b->supply, &b->claims, &b->unserved, &b->cumulative, &b->wait,
        &b->shortage};
    lane **per_buyer[] = {
        &b->budget_deviation, &b->budget, &b->wallet, &b->repaid, &b->refunded, &b->forfeited,
        &b->inquiry, &b->quota_bound, &b->pull_forward, &b->inquired, &b->approved,
        &b->compliance, &b->refused, &b->deferred, &b->carry, &b->lapsed, &b->debt, &b->compute,
        &b->compute_in_country, &b->compute_target};
    lane **per_pair[] = {
        &b->hazard, &b->effective, &b->effective_price, &b->taste, &b->utility, &b->available,
        &b->share, &b->order, &b->spend, &b->units, &b->backlog, &b->hold, &b->installed};

    want(p, &b->cell, b->world->cells);
    want(p, &b->happens, b->world->events);
    for (size_t k = 0; k < sizeof per_option / sizeof *per_option; k++)
        want(p, per_option[k], J);
    for (size_t k = 0; k < sizeof per_buyer / sizeof *per_buyer; k++)
        want(p, per_buyer[k], I);
    for (size_t k = 0; k < sizeof per_pair / sizeof *per_pair; k++)
        want(p, per_pair[k], I * J);
    want(p, &b->maturity, I * Y);
    want(p, &b->experience, I * Y);
}

static void want_inside(struct block *b, struct plan *p)
{
    struct inside *in = b->inside;
    int I = b->I, J = b->J;
    lane **per_option[] = {
        &in->price_decay, &in->price_step_sd, &in->supply_decay, &in->supply_step_sd,
        &in->patience, &in->survival, &in->learning_exponent, &in->price_growth,
        &in->capacity_growth, &in->room, &in->left, &in->allowed};
    lane **per_buyer[] = {
        &in->budget_step_sd, &in->budget_growth, &in->target_growth, &in->money_per_effective,
        &in->has_delivery, &in->before, &in->pool};
    lane **per_pair[] = {&in->workload, &in->power, &in->fresh, &in->queued, &in->released,
                         &in->award, &in->late};

    for (size_t k = 0; k < sizeof per_option / sizeof *per_option; k++)
        want(p, per_option[k], J);
    for (size_t k = 0; k < sizeof per_buyer / sizeof *per_buyer; k++)
        want(p, per_buyer[k], I);
    for (size_t k = 0; k < sizeof per_pair / sizeof *per_pair; k++)
        want(p, per_pair[k], I * J);
    want(p, &in->us_hit, J * b->W);
    want(p, &in->cn_hit, b->B);
    want(p, &in->peak, I * in->groups);
    want(p, &in->draw.now, in->draw.count);
    want(p, &in->draw.next, in->draw.count);
}

/* What steps may know from the last time. */
static int place_known(struct block *b)
{
    struct inside *in = b->inside;
    struct {
        struct known_lanes **at;
        int count;
    } const place[] = {{&in->log_sum, b->I * in->groups}, {&in->delay, b->J},
                 {&in->spread, SPREADS}, {&in->target, 1}, {&in->learned, b->J},
                 {&in->ported, b->Y}, {&in->matured, b->Y}};
    int total = 0;

    for (size_t k = 0; k < sizeof place / sizeof *place; k++)
        total += place[k].count;
    in->known = aligned_alloc(64, (size_t)total * sizeof *in->known);
    if (!in->known)
        return -1;
    known_nothing(in->known, total);
    total = 0;
    for (size_t k = 0; k < sizeof place / sizeof *place; k++) {
        *place[k].at = in->known + total;
        total += place[k].count;
    }
    return 0;
}

/* Memory on the lines of the cache, all 0; NULL if there is none. */
static void *aligned_zero(size_t bytes)
{
    void *const memory = aligned_alloc(64, bytes);

    return memory ? memset(memory, 0, bytes) : NULL;
}

static int place_all(struct block *b, const struct plan *plan)
{
    lane *next = aligned_zero(plan->lanes * sizeof *next);

    if (!next)
        return -1;
    b->inside->store = next;
    for (int k = 0; k < plan->places; k++) {
        *plan->place[k].at = next;
        next += plan->place[k].count;
    }
    return 0;
}

/* True if a cell is 0 in every path at all times. */
static bool always_zero(const struct scenario *w, int cell)
{
    if (w->value[cell] * w->factor[cell] != 0)
        return false;
    for (int p = 0; p < w->priors; p++)
        for (int k = 0; k < w->prior[p].cell_count; k++)
            if (w->prior[p].cells[k] == cell)
                return false;
    for (int k = 0; k < w->effects; k++)
        if (w->effect[k].kind == EFFECT_VALUE && w->effect[k].cell == cell)
            return false;
    return true;
}

static int add_draw(struct draw_slots *d, enum draw_class class, const char *buyer,
                    const char *option, bool idle)
{
    d->class[d->count] = class;
    d->id[d->count] = address_id(buyer, option);
    d->idle[d->count] = idle;
    return d->count++;
}

static void list_buyer_draws(struct block *b, enum draw_class class)
{
    const struct scenario *w = b->world;

    for (int i = 0; i < b->I; i++) {
        const int volatility = cell_index(w, TABLE_BUYERS, BUYER_BUDGET_VOLATILITY, i);
        add_draw(&b->inside->draw, class, w->buyer[i].id, NULL,
                 class == DRAW_BUDGET && always_zero(w, volatility));
    }
}

static void list_option_draws(struct block *b, enum draw_class class, int volatility)
{
    const struct scenario *w = b->world;

    for (int j = 0; j < b->J; j++)
        add_draw(&b->inside->draw, class, NULL, w->option[j].id,
                 j == b->defer || always_zero(w, cell_index(w, TABLE_OPTIONS, volatility, j)));
}

static void list_taste_draws(struct block *b)
{
    const struct scenario *w = b->world;
    const bool none = always_zero(w, cell_index(w, TABLE_SCENARIO, SC_TASTE_VOLATILITY, 0));

    for (int i = 0; i < b->I; i++)
        for (int j = 0; j < b->J; j++)
            add_draw(&b->inside->draw, DRAW_TASTE, w->buyer[i].id, w->option[j].id,
                     none || j == b->defer);
}

/* Slots in a fixed order, the normals first. */
static int list_draws(struct block *b)
{
    struct draw_slots *d = &b->inside->draw;
    size_t most = (size_t)(6 + 3 * b->I + 2 * b->J + b->I * b->J);

    d->id = calloc(most, sizeof *d->id);
    d->class = calloc(most, sizeof *d->class);
    d->idle = calloc(most, sizeof *d->idle);
    if (!d->id || !d->class || !d->idle)
        return -1;
    d->licence = add_draw(d, DRAW_LICENCE, NULL, NULL, false);
    d->approval = d->count;
    list_buyer_draws(b, DRAW_APPROVAL);
    d->macro = d->moving = add_draw(d, DRAW_MACRO, NULL, NULL, false);
    d->budget = d->count;
    list_buyer_draws(b, DRAW_BUDGET);
    d->price = d->count;
    list_option_draws(b, DRAW_PRICE, OPTION_PRICE_VOLATILITY);
    d->supply = d->count;
    list_option_draws(b, DRAW_SUPPLY, OPTION_CAPACITY_VOLATILITY);
    d->taste = d->count;
    list_taste_draws(b);
    d->uniforms = d->count;
    d->us = add_draw(d, DRAW_US, NULL, NULL, false);
    d->cn = add_draw(d, DRAW_CN, NULL, NULL, false);
    d->incident = add_draw(d, DRAW_INCIDENT, NULL, NULL, false);
    d->question = d->count;
    list_buyer_draws(b, DRAW_QUESTION);
    return 0;
}

static bool same_allowed(const struct scenario *w, int j, int k)
{
    for (int s = 0; s < w->us_regimes; s++)
        if (w->us[s].allowed[j] != w->us[s].allowed[k])
            return false;
    return true;
}

/* Nests of the choice, and options whose US hazard is the same. */
static int list_groups(struct block *b)
{
    const struct scenario *w = b->world;
    struct inside *in = b->inside;

    in->groups = w->choice == CHOICE_MNL ? b->J : b->N;
    in->group = calloc((size_t)b->J, sizeof *in->group);
    in->us_hit_as = calloc((size_t)b->J, sizeof *in->us_hit_as);
    in->reach = calloc((size_t)b->I, sizeof *in->reach);
    if (!in->group || !in->us_hit_as || !in->reach)
        return -1;
    for (int j = 0; j < b->J; j++) {
        in->group[j] = w->choice == CHOICE_MNL ? j : w->option[j].nest;
        in->us_hit_as[j] = j;
        for (int k = 0; k < j && in->us_hit_as[j] == j; k++)
            if (w->option[k].class == CLASS_FOREIGN && same_allowed(w, j, k))
                in->us_hit_as[j] = k;
    }
    return 0;
}

static void count_dimensions(struct block *b)
{
    const struct scenario *w = b->world;

    b->I = w->buyers;
    b->J = w->options;
    b->V = w->vendors;
    b->Y = w->platforms;
    b->N = w->nests;
    b->W = w->us_regimes;
    b->B = w->cn_stances;
    for (int j = 0; j < b->J; j++)
        if (w->option[j].class == CLASS_DEFER)
            b->defer = j;
}

int block_new(const struct scenario *world, struct block **out, struct cs_error *err)
{
    struct plan plan = {0};
    struct block *b = aligned_zero(sizeof *b);

    *out = NULL;
    if (!b || !(b->inside = aligned_zero(sizeof *b->inside)))
        goto failed;
    b->world = world;
    count_dimensions(b);
    if (list_groups(b) || list_draws(b))
        goto failed;
    want_state(b, &plan);
    want_inside(b, &plan);
    if (place_all(b, &plan) || place_known(b))
        goto failed;
    *out = b;
    return 0;
failed:
    block_free(b);
    return cs_fail_memory(err);
}

void block_free(struct block *b)
{
    if (b && b->inside) {
        free(b->inside->draw.id);
        free(b->inside->draw.class);
        free(b->inside->draw.idle);
        free(b->inside->group);
        free(b->inside->us_hit_as);
        free(b->inside->reach);
        free(b->inside->known);
        free(b->inside->store);
        free(b->inside);
    }
    free(b);
}
