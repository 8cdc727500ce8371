#include "lab/backtest.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "run/result_folder.h"
#include "run/simulate.h"
#include "tool/address.h"

const char *const forecaster_names[FORECASTERS] = {"model", "untaught",    "flat",
                                                   "persistence", "walk", "stationary"};
const double band_content[BANDS] = {0.5, 0.8, 0.95};
const double level_of[LEVELS] = {0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975};

struct backtest_options backtest_options_default(void)
{
    return (struct backtest_options){.run = cs_run_options_default(), .horizon = 4,
                                     .discrepancy = 0.1};
}

/* --- the record ------------------------------------------------------------------- */

/* At the start a regime is known without a pin. */
int backtest_find_record(struct backtest *b, struct cs_error *err)
{
    const struct scenario *const w = b->world;
    const int *const pin[CHAINS] = {w->us_pin, w->cn_pin};
    const int start[CHAINS] = {w->us_start, w->cn_start};

    while (b->end + 1 < w->steps && pin[0][b->end + 1] >= 0 && pin[1][b->end + 1] >= 0)
        b->end++;
    if (!b->end)
        return cs_fail(err, CS_INPUT, "%s: pins.csv must hold both us and cn in the periods after "
                       "the start: a backtest needs the policies that came", w->name);
    for (int c = 0; c < CHAINS; c++) {
        b->state[c] = malloc(((size_t)b->end + 1) * sizeof **b->state);
        if (!b->state[c])
            return cs_fail_memory(err);
        for (int t = 0; t <= b->end; t++)
            b->state[c][t] = pin[c][t] >= 0 ? pin[c][t] : start[c];
    }
    b->origins = b->end;
    return CS_OK;
}

static bool is_yearly(const struct observation *x)
{
    return x->last > x->first;
}

static int theme_of(struct backtest *b, const struct observation *x)
{
    for (int k = 0; k < b->themes; k++) {
        const struct theme *const theme = &b->theme[k];
        if (!strcmp(theme->first->metric, x->metric) && !strcmp(theme->first->buyer, x->buyer) &&
            !strcmp(theme->first->option, x->option) && theme->yearly == is_yearly(x))
            return k;
    }
    b->theme[b->themes] = (struct theme){.first = x, .yearly = is_yearly(x)};
    return b->themes++;
}

static int count_at(const struct backtest *b, int theme, int first)
{
    int count = 0;

    for (int k = 0; k < b->targets; k++)
        count += b->target[k].theme == theme && b->target[k].seen->first == first;
    return count;
}

/* Periods after the start, or whole years, that could have been observed. */
static void count_blanks(struct backtest *b, int k)
{
    struct theme *const theme = &b->theme[k];
    const int year = date_steps_per_year(b->world->step), in_year = b->world->start % year;

    for (int t = theme->yearly ? (year - in_year) % year : 1; t <= b->end;
         t += theme->yearly ? year : 1)
        theme->blanks += (!theme->yearly || t + year - 1 <= b->end) && !count_at(b, k, t);
    theme->scale /= theme->count;
}

int backtest_find_targets(struct backtest *b, struct cs_error *err)
{
    const struct scenario *const w = b->world;

    b->target = calloc((size_t)w->observations + 1, sizeof *b->target);
    b->theme = calloc((size_t)w->observations + 1, sizeof *b->theme);
    if (!b->target || !b->theme)
        return cs_fail_memory(err);
    b->targets = w->observations;
    int ahead = 0;
    for (int k = 0; k < b->targets; k++) {
        struct target *const target = &b->target[k];
        const struct observation *const x = &w->observation[k];
        *target = (struct target){.seen = x, .theme = -1, .error = x->sd > 0 ? x->sd : 0};
        if (x->first < 0)
            target->why = "begins before the start";
        else if (x->last > b->end)
            target->why = "ends after the record of policies";
        else if (x->last == 0)
            target->why = "is the start, which is known and not forecast";
        if (x->first < 0 || x->last > b->end)
            continue;
        target->theme = theme_of(b, x);
        b->theme[target->theme].count++;
        b->theme[target->theme].scale += fabs(x->value);
        ahead += !target->why;
    }
    for (int k = 0; k < b->themes; k++)
        count_blanks(b, k);
    return ahead ? CS_OK
                 : cs_fail(err, CS_INPUT, "%s: history.csv holds no observation after the start "
                           "and within the record of policies (found %d in all)", w->name,
                           b->targets);
}

/* --- scores of one forecast -------------------------------------------------------- */

/* The address of what is drawn for an observation. */
static uint32_t hash_of(const struct observation *x)
{
    char text[CS_SENTENCE];

    snprintf(text, sizeof text, "%s/%s/%s/%s", x->metric, x->buyer, x->option, x->date);
    return address_hash(text);
}

void forecast_noise(const struct backtest *b, int target, size_t paths, double *z)
{
    const uint32_t hash = hash_of(b->target[target].seen);

    for (size_t k = 0; k < paths; k++)
        z[k] = gsl_cdf_ugaussian_Pinv(
            address_uniform(b->options.run.seed, k, 0, DRAW_FORECAST, hash));
}

void forecast_score(const struct backtest *b, int target, int ahead, enum forecaster who,
                    const struct distribution *law)
{
    struct forecast *const f = forecast_at(b, target, ahead, who);
    const struct observation *const seen = b->target[target].seen;
    const struct points *const points = law->points;
    const double y = seen->value;
    const double v = address_uniform(b->options.run.seed, (uint64_t)(seen->last - ahead), 2,
                                     DRAW_FORECAST, hash_of(seen));

    f->made = true;
    f->mean = points ? mean_points(points) : law->mean;
    f->crps = points ? crps_points(points, y) : crps_normal(law->mean, law->sd, y);
    f->crps_plain = points ? crps_points(law->plain, y) : crps_normal(law->mean, law->sd_plain, y);
    f->pit = points ? pit_points(points, y, v) : pit_normal(law->mean, law->sd, y, v);
    for (int k = 0; k < LEVELS; k++)
        f->level[k] = points ? quantile_points(points, level_of[k])
                             : law->mean + law->sd * gsl_cdf_ugaussian_Pinv(level_of[k]);
    for (int k = 0; k < BANDS; k++) /* as the PIT sees it, so that ties count in part */
        f->inside[k] = fabs(f->pit - 0.5) <= band_content[k] / 2;
}

/* --- the whole ---------------------------------------------------------------------- */

static int check_options(const struct backtest_options *o, struct cs_error *err)
{
    int code = run_options_check(&o->run, err);

    if (o->horizon < 1 || o->horizon > HORIZON_MOST)
        code = cs_fail(err, CS_INPUT, "the horizon must be between 1 and %d periods (found %d)",
                       HORIZON_MOST, o->horizon);
    return code;
}

static int allocate(struct backtest *b, struct cs_error *err)
{
    const size_t origins = (size_t)b->origins, targets = (size_t)b->targets;
    const size_t each = (size_t)b->options.horizon * FORECASTERS;

    b->origin = calloc(origins, sizeof *b->origin);
    b->forecast = calloc(targets * each, sizeof *b->forecast);
    b->policy = calloc(CHAINS * origins * each, sizeof *b->policy);
    return b->origin && b->forecast && b->policy ? CS_OK : cs_fail_memory(err);
}

static int compute(struct backtest *b, struct cs_error *err)
{
    struct pool *pool = NULL;
    int code = pool_new(pool_threads(b->options.run.threads), &pool, err);

    if (code)
        return code;
    b->threads = pool_workers(pool);
    code = backtest_simulate(b, pool, err);
    if (!code)
        backtest_extrapolate(b);
    if (!code)
        code = backtest_policy(b, pool, err);
    pool_free(pool);
    return code ? code : backtest_judge(b, err);
}

static int compute_into(struct backtest *b, struct cs_error *err)
{
    const struct cs_run_options *const o = &b->options.run;
    struct folder folder;
    int code = folder_begin(&folder, o->out, o->force, err);

    if (code)
        return code;
    code = compute(b, err);
    if (!code)
        code = backtest_write(b, folder.work, err);
    if (!code && o->cancelled && o->cancelled(o->context))
        code = cs_fail(err, CS_CANCELLED, "stopped before the results were in place");
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}

int backtest(const struct scenario *world, const struct backtest_options *options,
             struct backtest **out, struct cs_error *err)
{
    struct backtest *const b = calloc(1, sizeof *b);
    int code = b ? check_options(options, err) : cs_fail_memory(err);

    *out = NULL;
    gsl_set_error_handler_off();
    if (!code) {
        b->world = world;
        b->options = *options;
        code = backtest_find_record(b, err);
    }
    if (!code)
        code = backtest_find_targets(b, err);
    if (!code)
        code = allocate(b, err);
    if (!code)
        code = options->run.out ? compute_into(b, err) : compute(b, err);
    if (code)
        backtest_free(b);
    else
        *out = b;
    return code;
}

void backtest_free(struct backtest *b)
{
    if (!b)
        return;
    for (int c = 0; c < CHAINS; c++)
        free(b->state[c]);
    free(b->target);
    free(b->theme);
    free(b->origin);
    free(b->forecast);
    free(b->policy);
    free(b->contest);
    free(b->calibre);
    free(b);
}
