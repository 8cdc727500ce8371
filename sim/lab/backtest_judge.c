/* Scores of forecasts side by side: who beats whom, and whether bands hold. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/backtest.h"
#include "world/catalogue.h"

/* Sums of both scores by date of outcome. */
struct dates {
    int count[LIMIT_STEPS];    /* [end + 1] */
    double model[LIMIT_STEPS], other[LIMIT_STEPS];
};

static void add(struct dates *d, int date, double model, double other)
{
    d->count[date]++;
    d->model[date] += model;
    d->other[date] += other;
}

/* --- gathering -------------------------------------------------------------------------- */

static bool fits(int wanted, int found)
{
    return wanted == ALL || wanted == found;
}

static void gather_target(const struct backtest *b, const struct contest *c, int target,
                          struct dates *d)
{
    const struct target *const x = &b->target[target];
    const double scale = b->theme[x->theme].scale, unit = c->theme == ALL ? scale : 1;

    for (int ahead = 1; ahead <= b->options.horizon; ahead++) {
        const struct forecast *const mine = forecast_at(b, target, ahead, MODEL);
        const struct forecast *const other = forecast_at(b, target, ahead, c->other);
        if (mine->made && other->made && fits(c->horizon, ahead) && unit > 0)
            add(d, x->seen->last, mine->crps / unit, other->crps / unit);
    }
}

static void gather_demand(const struct backtest *b, const struct contest *c, struct dates *d)
{
    for (int k = 0; k < b->targets; k++) {
        const int theme = b->target[k].theme;
        if (theme >= 0 && fits(c->theme, theme) && fits(c->yearly, b->theme[theme].yearly))
            gather_target(b, c, k, d);
    }
}

static void gather_policy(const struct backtest *b, const struct contest *c, struct dates *d)
{
    for (int origin = 0; origin < b->origins; origin++)
        for (int h = 1; h <= b->options.horizon; h++) {
            const struct policy_forecast *const mine = policy_at(b, c->chain, origin, h, MODEL);
            const struct policy_forecast *const other =
                policy_at(b, c->chain, origin, h, c->other);
            if (mine->made && fits(c->horizon, h))
                add(d, origin + h, c->score == SCORE_LOG ? mine->log : mine->brier,
                    c->score == SCORE_LOG ? other->log : other->brier);
        }
}

/* --- contests ---------------------------------------------------------------------------- */

/* Fills the numbers of a contest; false if no forecast fits. */
static bool settle(const struct backtest *b, struct contest *c, struct dates *d, double *gap)
{
    const int horizon = c->horizon == ALL ? b->options.horizon : c->horizon;
    size_t n = 0;

    memset(d, 0, sizeof *d);
    if (c->chain == ALL)
        gather_demand(b, c, d);
    else
        gather_policy(b, c, d);
    for (int t = 0; t <= b->end; t++) {
        if (!d->count[t])
            continue;
        c->forecasts += d->count[t];
        c->model += d->model[t] / d->count[t];
        c->reference += d->other[t] / d->count[t];
        gap[n++] = (d->model[t] - d->other[t]) / d->count[t];
    }
    if (!n)
        return false;
    c->model /= (double)n;
    c->reference /= (double)n;
    if (isfinite(c->reference) && isfinite(c->model))
        mean_over_dates(gap, n, horizon - 1, &c->difference);
    else
        c->difference = (struct dated_mean){n, NAN, NAN, NAN, NAN};
    return true;
}

struct bench {
    struct backtest *all;
    struct dates *dates;
    double *gap;
};

static bool enter(struct bench *bench, struct contest contest)
{
    struct backtest *const b = bench->all;

    if (b->contests == b->contest_room) {
        const int room = 2 * b->contest_room + 64;
        struct contest *const more = realloc(b->contest, (size_t)room * sizeof *more);
        if (!more)
            return false;
        b->contest = more;
        b->contest_room = room;
    }
    if (settle(b, &contest, bench->dates, bench->gap))
        b->contest[b->contests++] = contest;
    return true;
}

/* Every horizon apart, then all of them. */
static bool enter_horizons(struct bench *bench, struct contest contest)
{
    bool fine = true;

    for (int h = 1; h <= bench->all->options.horizon && fine; h++) {
        contest.horizon = h;
        fine = enter(bench, contest);
    }
    contest.horizon = ALL;
    return fine && enter(bench, contest);
}

static bool enter_demand(struct bench *bench)
{
    static const enum forecaster others[] = {PERSISTENCE, WALK, FLAT, UNTAUGHT};
    bool fine = true;

    for (size_t k = 0; k < sizeof others / sizeof *others && fine; k++) {
        struct contest c = {.score = SCORE_CRPS, .chain = ALL, .theme = ALL, .other = others[k]};
        for (c.yearly = ALL; c.yearly <= 1 && fine; c.yearly++)
            fine = enter_horizons(bench, c);
        for (c.theme = 0; c.theme < bench->all->themes && fine; c.theme++) {
            c.yearly = bench->all->theme[c.theme].yearly;
            fine = enter_horizons(bench, c);
        }
    }
    return fine;
}

static bool enter_policy(struct bench *bench)
{
    static const enum forecaster others[] = {PERSISTENCE, STATIONARY, FLAT};
    struct contest c = {.theme = ALL, .yearly = ALL};
    bool fine = true;

    for (c.chain = 0; c.chain < CHAINS; c.chain++)
        for (int score = SCORE_BRIER; score <= SCORE_LOG; score++)
            for (size_t k = 0; k < sizeof others / sizeof *others && fine; k++) {
                c.score = (enum scored)score;
                c.other = others[k];
                fine = enter_horizons(bench, c);
            }
    return fine;
}

const struct contest *backtest_find(const struct backtest *b, const struct contest *like)
{
    for (int k = 0; k < b->contests; k++) {
        const struct contest *const c = &b->contest[k];
        if (c->score == like->score && c->chain == like->chain && c->theme == like->theme &&
            c->yearly == like->yearly && c->horizon == like->horizon && c->other == like->other)
            return c;
    }
    return NULL;
}

double contest_skill(const struct contest *c)
{
    return c->reference > 0 && isfinite(c->reference) ? 1 - c->model / c->reference : (double)NAN;
}

double contest_detectable(const struct contest *c)
{
    return c->reference > 0 ? (c->difference.hi - c->difference.mean) / c->reference : (double)NAN;
}

const char *contest_verdict(const struct contest *c)
{
    if (isinf(c->reference) || isinf(c->model))
        return isinf(c->model) ? isinf(c->reference) ? "open" : "worse" : "better";
    if (isnan(c->difference.lo))
        return "too few dates";
    return c->difference.hi < 0 ? "better" : c->difference.lo > 0 ? "worse" : "open";
}

/* --- calibration of bands ------------------------------------------------------------------ */

static void count_forecast(struct calibre *c, const struct forecast *f)
{
    const int bin = (int)(f->pit * BINS_PIT);

    c->forecasts++;
    c->bin[bin < BINS_PIT ? bin : BINS_PIT - 1]++;
    for (int k = 0; k < BANDS; k++)
        c->inside[k] += f->inside[k];
}

static void calibrate_bands(const struct backtest *b, struct calibre *c)
{
    for (int t = 1; t <= b->end; t++) {
        const int before = c->forecasts;
        for (int k = 0; k < b->targets; k++)
            for (int ahead = 1; ahead <= b->options.horizon; ahead++) {
                const struct forecast *const f = forecast_at(b, k, ahead, c->who);
                if (b->target[k].seen->last == t && f->made && fits(c->horizon, ahead))
                    count_forecast(c, f);
            }
        c->dates += c->forecasts > before;
    }
}

static int find_calibres(struct backtest *b, struct cs_error *err)
{
    const int horizons = b->options.horizon + 1;

    b->calibre = calloc((size_t)(FORECASTERS * horizons), sizeof *b->calibre);
    if (!b->calibre)
        return cs_fail_memory(err);
    for (int who = 0; who < FORECASTERS; who++)
        for (int h = 1; h <= horizons; h++) {
            struct calibre *const c = &b->calibre[b->calibres];
            c->who = (enum forecaster)who;
            c->horizon = h == horizons ? ALL : h;
            calibrate_bands(b, c);
            b->calibres += c->forecasts > 0;
        }
    return CS_OK;
}

int backtest_judge(struct backtest *b, struct cs_error *err)
{
    struct bench bench = {b, malloc(sizeof *bench.dates),
                          malloc(((size_t)b->end + 1) * sizeof *bench.gap)};
    const bool fine = bench.dates && bench.gap && enter_demand(&bench) && enter_policy(&bench);

    free(bench.dates);
    free(bench.gap);
    return fine ? find_calibres(b, err) : cs_fail_memory(err);
}
