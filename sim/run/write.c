#include "run/write.h"

#include <math.h>
#include <stdio.h>
#include "math/quantile.h"

const struct summary *result_market(const struct result *result, const char *name, int date)
{
    const struct metric *const metric = catalogue_find(result->catalogue, name);
    const int row =
        metric && !metric->trace_only ? plan_row(result->plan, metric, EVERYONE, EVERYONE) : -1;

    return row < 0 ? NULL : &result->summary[row * result->plan->dates + date];
}

/* The period's number; blank for a year and the total. */
static void put_step(struct csv_writer *csv, const struct span *date)
{
    if (date->period)
        csv_integer(csv, date->first);
    else
        csv_empty(csv);
}

static void put_count(struct csv_writer *csv, uint64_t count)
{
    csv_integer(csv, (int64_t)count);
}

/* --- summary.csv ------------------------------------------------------------ */

void put_summary_row(struct csv_writer *csv, const struct plan *plan, int row, int date,
                     const struct summary *s)
{
    const struct row *const what = &plan->row[row];
    const struct span *const when = &plan->date[date];

    csv_text(csv, plan->world->name);
    csv_text(csv, when->text);
    csv_integer(csv, span_periods(when));
    put_step(csv, when);
    csv_text(csv, buyer_id(plan->world, what->buyer));
    csv_text(csv, option_id(plan->world, what->option));
    csv_text(csv, what->metric->name);
    csv_text(csv, what->metric->unit);
    put_count(csv, s->n);
    put_count(csv, s->missing);
    const double numbers[] = {
        s->mean,          s->se,    s->sd,     s->q[P05],        s->lo[LIMIT_P05], s->hi[LIMIT_P05],
        s->q[P25],        s->q[P50], s->lo[LIMIT_P50], s->hi[LIMIT_P50], s->q[P75], s->q[P95],
        s->lo[LIMIT_P95], s->hi[LIMIT_P95],
    };
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        csv_number(csv, numbers[k]);
    csv_end_row(csv);
}

void put_summary(struct csv_writer *csv, const struct result *r)
{
    csv_header(csv, SUMMARY_COLUMNS);
    for (int row = 0; row < r->plan->shown; row++)
        for (int date = 0; date < r->plan->dates; date++)
            put_summary_row(csv, r->plan, row, date, &r->summary[row * r->plan->dates + date]);
}

/* --- regimes.csv ------------------------------------------------------------ */

struct actor_regime {
    const char *actor;
    const char *first, *second;  /* ids; the second of `both` only */
    int group;
};

static void regime_rows(struct csv_writer *csv, const struct result *r, int date,
                        const struct actor_regime *who)
{
    const struct span *const when = &r->plan->date[date];
    double low = 0, high = 1;
    char regime[512];

    snprintf(regime, sizeof regime, "%s%s%s", who->first, who->second ? "+" : "",
             who->second ? who->second : "");
    for (int k = 0; k < r->regimes->metrics; k++) {
        const struct metric *const metric = r->plan->row[r->regimes->row[k]].metric;
        const struct summary *const s = regimes_at(r->regimes, k, date, who->group);
        if (k == 0)
            clopper_pearson(s->n, r->paths, 0.05, &low, &high);
        csv_text(csv, r->world->name);
        csv_text(csv, when->text);
        put_step(csv, when);
        csv_text(csv, who->actor);
        csv_text(csv, regime);
        put_count(csv, s->n);
        csv_number(csv, (double)s->n / (double)r->paths);
        csv_number(csv, low);
        csv_number(csv, high);
        csv_text(csv, metric->name);
        csv_text(csv, metric->unit);
        csv_number(csv, s->mean);
        csv_number(csv, s->se);
        for (int q = 0; q < QUANTILES; q++)
            csv_number(csv, s->q[q]);
        csv_number(csv, s->lo[LIMIT_P50]);
        csv_number(csv, s->hi[LIMIT_P50]);
        csv_end_row(csv);
    }
}

void put_regimes(struct csv_writer *csv, const struct result *r)
{
    const struct scenario *const w = r->world;
    csv_header(csv, "scenario,date,step,actor,regime,n,share,share_lo,share_hi,metric,unit,mean,"
                    "se,p05,p25,p50,p75,p95,p50_lo,p50_hi");
    for (int date = 0; date < r->plan->dates; date++) {
        for (int us = 0; us < w->us_regimes; us++)
            regime_rows(csv, r, date,
                        &(struct actor_regime){"us", w->us[us].id, NULL, group_us(us)});
        for (int cn = 0; cn < w->cn_stances; cn++)
            regime_rows(csv, r, date,
                        &(struct actor_regime){"cn", w->cn[cn].id, NULL, group_cn(w, cn)});
        for (int k = 0; k < w->us_regimes * w->cn_stances; k++) {
            const int us = k / w->cn_stances, cn = k % w->cn_stances;
            regime_rows(csv, r, date, &(struct actor_regime){"both", w->us[us].id, w->cn[cn].id,
                                                             group_both(w, us, cn)});
        }
    }
}

/* --- probabilities.csv ------------------------------------------------------- */

static void probability_row(struct csv_writer *csv, const struct result *r, int which)
{
    static const char *const tests[] = {"<", "<=", ">", ">="};
    static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    const struct threshold *const x = &r->world->threshold[which];
    const struct passage *const p = &r->passages->passage[which];
    const uint64_t m = p->n - p->missing;
    double low, high;

    clopper_pearson(p->satisfied, m, 0.05, &low, &high);
    csv_text(csv, r->world->name);
    csv_text(csv, x->id);
    csv_text(csv, p->date < 0 ? x->when_text : r->plan->date[p->date].text);
    csv_text(csv, x->metric);
    csv_text(csv, x->buyer);
    csv_text(csv, x->option);
    csv_text(csv, tests[x->test]);
    csv_number(csv, x->value);
    put_count(csv, p->n);
    put_count(csv, p->missing);
    csv_number(csv, m ? (double)p->satisfied / (double)m : (double)NAN);
    csv_number(csv, m ? low : (double)NAN);
    csv_number(csv, m ? high : (double)NAN);
    for (int k = 0; k < 5; k++)
        csv_number(csv, passage_quantile(r->passages, which, levels[k]));
    csv_end_row(csv);
}

void put_probabilities(struct csv_writer *csv, const struct result *r)
{
    csv_header(csv, "scenario,id,date,metric,buyer,option,test,value,n,missing,probability,lo,hi,"
                    "passage_p05,passage_p25,passage_p50,passage_p75,passage_p95");
    for (int k = 0; k < r->passages->count; k++)
        probability_row(csv, r, k);
}

/* --- files --------------------------------------------------------------------- */

static int write_file(const struct result *r, const char *folder, const char *name,
                      void (*put)(struct csv_writer *csv, const struct result *r),
                      struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, name, &csv, err);

    if (code)
        return code;
    put(csv, r);
    return csv_close_unflushed(csv, err);
}

int write_summary(const struct result *r, const char *folder, struct cs_error *err)
{
    return write_file(r, folder, "summary.csv", put_summary, err);
}

int write_regimes(const struct result *r, const char *folder, struct cs_error *err)
{
    return write_file(r, folder, "regimes.csv", put_regimes, err);
}

int write_probabilities(const struct result *r, const char *folder, struct cs_error *err)
{
    return write_file(r, folder, "probabilities.csv", put_probabilities, err);
}
