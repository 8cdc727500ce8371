#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include "lab/backtest.h"
#include "lab/rates.h"
#include "math/quantile.h"
#include "run/write.h"

static const char *const score_names[] = {"crps", "brier", "log"};

static const char *date_of(const struct backtest *b, int t, char text[DATE_TEXT])
{
    date_write(b->world->step, b->world->start + t, text);
    return text;
}

static const char *regime_id(const struct backtest *b, int chain, int state)
{
    return chain == ACTOR_US ? b->world->us[state].id : b->world->cn[state].id;
}

static void put_horizon(struct csv_writer *csv, int horizon)
{
    if (horizon == ALL)
        csv_text(csv, "all");
    else
        csv_integer(csv, horizon);
}

/* --- scores.csv --------------------------------------------------------------------- */

static const char *every(int yearly)
{
    return yearly == ALL ? "all" : yearly ? "year" : "period";
}

static void score_row(struct csv_writer *csv, const struct backtest *b, const struct contest *c)
{
    const struct observation *const x = c->theme == ALL ? NULL : b->theme[c->theme].first;
    const bool demand = c->chain == ALL;
    const double numbers[] = {
        c->model, c->reference, contest_skill(c), c->difference.mean, c->difference.se,
        c->difference.lo, c->difference.hi, contest_detectable(c),
    };

    csv_text(csv, demand ? "demand" : "policy");
    csv_text(csv, demand ? "" : rates_actors[c->chain]);
    csv_text(csv, x ? x->metric : demand ? "all" : "");
    csv_text(csv, x ? x->buyer : demand ? "all" : "");
    csv_text(csv, x ? x->option : demand ? "all" : "");
    csv_text(csv, demand ? every(c->yearly) : "period");
    put_horizon(csv, c->horizon);
    csv_text(csv, score_names[c->score]);
    csv_text(csv, !demand ? c->score == SCORE_LOG ? "nats" : "probability"
                  : x     ? b->theme[c->theme].unit : "of the row's mean");
    csv_text(csv, forecaster_names[c->other]);
    csv_integer(csv, c->forecasts);
    csv_integer(csv, (int64_t)c->difference.n);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        csv_number(csv, numbers[k]);
    csv_text(csv, contest_verdict(c));
    csv_end_row(csv);
}

static int write_scores(const struct backtest *b, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "scores.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "block,actor,metric,buyer,option,every,horizon,score,unit,reference,forecasts,"
                    "dates,mean_model,mean_reference,skill,difference,difference_se,lo,hi,"
                    "detectable_skill,verdict");
    for (int k = 0; k < b->contests; k++)
        score_row(csv, b, &b->contest[k]);
    return csv_close(csv, err);
}

/* --- forecasts.csv ------------------------------------------------------------------- */

static void forecast_row(struct csv_writer *csv, const struct backtest *b, int target, int ahead,
                         enum forecaster who)
{
    const struct forecast *const f = forecast_at(b, target, ahead, who);
    const struct observation *const x = b->target[target].seen;
    char text[DATE_TEXT];

    csv_text(csv, forecaster_names[who]);
    csv_text(csv, date_of(b, x->last - ahead, text));
    csv_text(csv, x->date);
    csv_integer(csv, ahead);
    csv_text(csv, x->metric);
    csv_text(csv, x->buyer);
    csv_text(csv, x->option);
    csv_text(csv, b->theme[b->target[target].theme].unit);
    csv_number(csv, x->value);
    csv_number(csv, x->sd);
    csv_integer(csv, (int64_t)f->missing);
    csv_number(csv, f->effective);
    csv_number(csv, f->mean);
    for (int k = 0; k < LEVELS; k++)
        csv_number(csv, f->level[k]);
    csv_number(csv, f->crps);
    csv_number(csv, f->crps_plain);
    csv_number(csv, f->pit);
    for (int k = 0; k < BANDS; k++)
        csv_integer(csv, f->inside[k]);
    csv_end_row(csv);
}

static int write_forecasts(const struct backtest *b, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "forecasts.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "forecaster,origin,date,horizon,metric,buyer,option,unit,observed,sd,missing,"
                    "effective,mean,p025,p05,p10,p25,p50,p75,p90,p95,p975,crps,crps_plain,pit,"
                    "in50,in80,in95");
    for (int who = 0; who < FORECASTERS; who++)
        for (int k = 0; k < b->targets; k++)
            for (int ahead = 1; ahead <= b->options.horizon; ahead++)
                if (forecast_at(b, k, ahead, (enum forecaster)who)->made)
                    forecast_row(csv, b, k, ahead, (enum forecaster)who);
    return csv_close(csv, err);
}

/* --- policy.csv ------------------------------------------------------------------------ */

/* A row for each regime; the scores stand in that of the regime that came. */
static void policy_rows(struct csv_writer *csv, const struct backtest *b, int chain, int origin,
                        int ahead)
{
    const int states = chain == ACTOR_US ? b->world->us_regimes : b->world->cn_stances;
    char text[DATE_TEXT];

    for (int who = 0; who < FORECASTERS; who++) {
        const struct policy_forecast *const f =
            policy_at(b, chain, origin, ahead, (enum forecaster)who);
        for (int s = 0; f->made && s < states; s++) {
            csv_text(csv, forecaster_names[who]);
            csv_text(csv, rates_actors[chain]);
            csv_text(csv, date_of(b, origin, text));
            csv_text(csv, date_of(b, origin + ahead, text));
            csv_integer(csv, ahead);
            csv_text(csv, regime_id(b, chain, f->from));
            csv_text(csv, regime_id(b, chain, s));
            csv_number(csv, f->probability[s]);
            csv_integer(csv, s == f->came);
            csv_number(csv, s == f->came ? f->brier : (double)NAN);
            csv_number(csv, s == f->came ? f->log : (double)NAN);
            csv_end_row(csv);
        }
    }
}

static int write_policy(const struct backtest *b, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "policy.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "forecaster,actor,origin,date,horizon,from,regime,probability,observed,brier,"
                    "log");
    for (int chain = 0; chain < CHAINS; chain++)
        for (int origin = 0; origin < b->origins; origin++)
            for (int ahead = 1; ahead <= b->options.horizon; ahead++)
                policy_rows(csv, b, chain, origin, ahead);
    return csv_close(csv, err);
}

/* --- pit.csv, coverage.csv, origins.csv -------------------------------------------------- */

static int write_pit(const struct backtest *b, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "pit.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "forecaster,horizon,from,to,count,share,forecasts,dates");
    for (int k = 0; k < b->calibres; k++)
        for (int bin = 0; bin < BINS_PIT; bin++) {
            const struct calibre *const c = &b->calibre[k];
            csv_text(csv, forecaster_names[c->who]);
            put_horizon(csv, c->horizon);
            csv_number(csv, (double)bin / BINS_PIT);
            csv_number(csv, (double)(bin + 1) / BINS_PIT);
            csv_integer(csv, c->bin[bin]);
            csv_number(csv, (double)c->bin[bin] / c->forecasts);
            csv_integer(csv, c->forecasts);
            csv_integer(csv, c->dates);
            csv_end_row(csv);
        }
    return csv_close(csv, err);
}

static int write_coverage(const struct backtest *b, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "coverage.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "forecaster,horizon,band,forecasts,dates,inside,share,lo,hi");
    for (int k = 0; k < b->calibres; k++)
        for (int band = 0; band < BANDS; band++) {
            const struct calibre *const c = &b->calibre[k];
            double low, high;
            clopper_pearson((uint64_t)c->inside[band], (uint64_t)c->forecasts, 0.05, &low, &high);
            csv_text(csv, forecaster_names[c->who]);
            put_horizon(csv, c->horizon);
            csv_number(csv, band_content[band]);
            csv_integer(csv, c->forecasts);
            csv_integer(csv, c->dates);
            csv_integer(csv, c->inside[band]);
            csv_number(csv, (double)c->inside[band] / c->forecasts);
            csv_number(csv, low);
            csv_number(csv, high);
            csv_end_row(csv);
        }
    return csv_close(csv, err);
}

static int write_origins(const struct backtest *b, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "origins.csv", &csv, err);
    char text[DATE_TEXT];

    if (code)
        return code;
    csv_header(csv, "origin,us,cn,known,used,exponent,effective");
    for (int t = 0; t < b->origins; t++) {
        csv_text(csv, date_of(b, t, text));
        for (int chain = 0; chain < CHAINS; chain++)
            csv_text(csv, regime_id(b, chain, b->state[chain][t]));
        csv_integer(csv, b->origin[t].known);
        csv_integer(csv, b->origin[t].used);
        csv_number(csv, b->origin[t].exponent);
        csv_number(csv, b->origin[t].effective);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

/* --- manifest.csv -------------------------------------------------------------------------- */

static void put(struct csv_writer *csv, const char *key, const char *value)
{
    csv_text(csv, key);
    csv_text(csv, value);
    csv_end_row(csv);
}

static void put_u64(struct csv_writer *csv, const char *key, uint64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, value);
    put(csv, key, text);
}

static void put_unscored(struct csv_writer *csv, const struct backtest *b)
{
    char key[32], text[CS_SENTENCE];
    int number = 0;

    for (int k = 0; k < b->targets; k++) {
        const struct observation *const x = b->target[k].seen;
        if (!b->target[k].why)
            continue;
        snprintf(key, sizeof key, "not_scored.%d", ++number);
        snprintf(text, sizeof text, "%s %s[%s/%s] %s", x->date, x->metric, x->buyer, x->option,
                 b->target[k].why);
        put(csv, key, text);
    }
}

static int write_manifest_of(const struct backtest *b, const char *folder, struct cs_error *err)
{
    const struct cs_run_options *const o = &b->options.run;
    const struct result result = {.world = b->world, .seed = o->seed, .paths = o->paths,
                                  .uncertainty = o->uncertainty};
    struct csv_writer *csv;
    int code = csv_open(folder, "manifest.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "key,value");
    put(csv, "version", CS_VERSION);
    put(csv, "command", "backtest");
    put(csv, "scenario", b->world->name);
    put(csv, "title", b->world->title);
    put_u64(csv, "seed", o->seed);
    put_u64(csv, "paths", o->paths);
    put(csv, "uncertainty", o->uncertainty ? "on" : "off");
    put_u64(csv, "horizon", (uint64_t)b->options.horizon);
    put(csv, "events", b->options.foresee ? "all" : "past");
    if (b->options.record) {
        put(csv, "record", b->options.record);
        put(csv, "record_sha256", b->record_sha256);
    }
    put_unscored(csv, b);
    code = manifest_world(csv, &result, err);
    if (code) {
        csv_abandon(csv);
        return code;
    }
    return csv_close(csv, err);
}

int backtest_write(const struct backtest *b, const char *folder, struct cs_error *err)
{
    int code = write_scores(b, folder, err);

    if (!code)
        code = write_forecasts(b, folder, err);
    if (!code)
        code = write_policy(b, folder, err);
    if (!code)
        code = write_pit(b, folder, err);
    if (!code)
        code = write_coverage(b, folder, err);
    if (!code)
        code = write_origins(b, folder, err);
    return code ? code : write_manifest_of(b, folder, err);
}
