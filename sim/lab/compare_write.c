#include <math.h>
#include "lab/compare.h"
#include "math/quantile.h"
#include "tool/csv.h"

static void put_numbers(struct csv_writer *csv, const double *numbers, size_t count)
{
    for (size_t k = 0; k < count; k++)
        csv_number(csv, numbers[k]);
}
#define PUT_NUMBERS(csv, numbers) \
    put_numbers((csv), (numbers), sizeof(numbers) / sizeof *(numbers))

/* reference,scenario,date,periods */
static void put_head(struct csv_writer *csv, const struct contrast *c, int date)
{
    const struct span *const span = &c->reference->plan->date[date];

    csv_text(csv, c->reference->label);
    csv_text(csv, c->scenario->label);
    csv_text(csv, span->text);
    csv_integer(csv, span_periods(span));
}

/* --- compare.csv -------------------------------------------------------------------- */

static void compare_row(struct csv_writer *csv, const struct contrast *c, size_t index)
{
    const struct pair *const pair = &c->match->pair[index];
    const struct paired *const p = &c->paired[index];
    const struct summary *const s = &p->summary;
    const struct row *const row = &c->reference->plan->row[pair->row];
    const double numbers[] = {
        p->mean_reference, p->mean,        s->mean,     s->se,       s->q[P05],
        s->q[P25],         s->q[P50],      s->q[P75],   s->q[P95],   s->lo[LIMIT_P50],
        s->hi[LIMIT_P50],  p->more,        p->same,     p->less,     p->variance_ratio,
    };

    put_head(csv, c, pair->date);
    csv_text(csv, buyer_id(c->reference->world, row->buyer));
    csv_text(csv, option_id(c->reference->world, row->option));
    csv_text(csv, row->metric->name);
    csv_text(csv, row->metric->unit);
    csv_integer(csv, (int64_t)s->n);
    csv_integer(csv, (int64_t)s->missing);
    PUT_NUMBERS(csv, numbers);
    csv_end_row(csv);
}

static int write_compare(const struct comparison *all, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "compare.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "reference,scenario,date,periods,buyer,option,metric,unit,n,missing,mean_ref,"
                    "mean,diff,diff_se,diff_p05,diff_p25,diff_p50,diff_p75,diff_p95,p50_lo,p50_hi,"
                    "p_more,p_same,p_less,variance_ratio");
    for (int k = 0; k < all->members - 1; k++)
        for (size_t p = 0; p < all->contrast[k].match->pairs; p++)
            compare_row(csv, &all->contrast[k], p);
    return csv_close(csv, err);
}

/* --- tail.csv ----------------------------------------------------------------------- */

static void tail_row(struct csv_writer *csv, const struct loss *loss, const struct contrast *c)
{
    const struct tail *const t = &c->tail;
    const double numbers[] = {t->mean, t->se,     t->mean_lo, t->mean_hi, t->var,    t->var_lo,
                              t->var_hi, t->cvar, t->cvar_se, t->cvar_lo, t->cvar_hi};

    put_head(csv, c, c->loss_date);
    csv_text(csv, loss->at.buyer);
    csv_text(csv, loss->at.option);
    csv_text(csv, loss->at.metric);
    csv_text(csv, catalogue_find(c->reference->catalogue, loss->at.metric)->unit);
    csv_integer(csv, (int64_t)t->n);
    csv_integer(csv, (int64_t)t->missing);
    PUT_NUMBERS(csv, numbers);
    csv_end_row(csv);
}

static int write_tail(const struct comparison *all, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "tail.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "reference,scenario,date,periods,buyer,option,metric,unit,n,missing,mean,se,"
                    "mean_lo,mean_hi,var_95,var_95_lo,var_95_hi,cvar_95,cvar_95_se,cvar_95_lo,"
                    "cvar_95_hi");
    for (int k = 0; k < all->members - 1; k++)
        if (all->contrast[k].loss_reference != NO_SERIES)
            tail_row(csv, &all->loss, &all->contrast[k]);
    return csv_close(csv, err);
}

/* --- diversion.csv ------------------------------------------------------------------- */

static void diversion_rows(struct csv_writer *csv, const struct contrast *c, int date)
{
    struct diverted d;

    for (int part = 0; part < DIVISIONS; part++) {
        diversion_at(c->diversion, date, (enum division)part, &d);
        const double numbers[] = {d.foreign, d.foreign_se, d.change, d.change_se,
                                  d.cents,   d.cents_se,   d.lo,     d.hi};
        put_head(csv, c, date);
        csv_text(csv, division_names[part]);
        csv_text(csv, part > TO_UNSPENT ? "unspent" : "dollar");
        csv_integer(csv, (int64_t)d.n);
        PUT_NUMBERS(csv, numbers);
        csv_end_row(csv);
    }
}

static int write_diversion(const struct comparison *all, const char *folder,
                           struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "diversion.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "reference,scenario,date,periods,part,of,n,foreign_usd,foreign_usd_se,"
                    "part_usd,part_usd_se,cents,cents_se,cents_lo,cents_hi");
    for (int k = 0; k < all->members - 1; k++)
        for (int date = 0; date < all->member[0].plan->dates; date++)
            if (all->contrast[k].match->date[date] >= 0)
                diversion_rows(csv, &all->contrast[k], date);
    return csv_close(csv, err);
}

/* --- dip.csv -------------------------------------------------------------------------- */

/* What a row of dip.csv is about. */
struct subject {
    const char *measure, *metric, *date, *unit;
};

static void put_subject(struct csv_writer *csv, const struct contrast *c,
                        const struct subject *subject)
{
    csv_text(csv, c->reference->label);
    csv_text(csv, c->scenario->label);
    csv_text(csv, subject->measure);
    csv_text(csv, subject->metric);
    csv_text(csv, subject->date);
    csv_text(csv, subject->unit);
}

/* Unlimited values are lengths beyond the horizon: empty. */
static double finite_or_none(double x)
{
    return isfinite(x) ? x : (double)NAN;
}

static void summary_row(struct csv_writer *csv, const struct contrast *c,
                        const struct subject *subject, const struct summary *s)
{
    const double half = mean_half_width(s->se, s->n - s->missing);
    const double numbers[] = {s->mean, s->se, s->mean - half, s->mean + half, s->q[P05], s->q[P25],
                              s->q[P50], s->q[P75], s->q[P95], s->lo[LIMIT_P50], s->hi[LIMIT_P50]};

    put_subject(csv, c, subject);
    csv_integer(csv, (int64_t)s->n);
    csv_integer(csv, (int64_t)s->missing);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        csv_number(csv, finite_or_none(numbers[k]));
    csv_end_row(csv);
}

static void probability_row(struct csv_writer *csv, const struct contrast *c,
                            const struct subject *subject, uint64_t hits, uint64_t of, uint64_t n)
{
    double low, high;

    clopper_pearson(hits, of, 0.05, &low, &high);
    put_subject(csv, c, subject);
    csv_integer(csv, (int64_t)n);
    csv_integer(csv, (int64_t)(n - of));
    csv_number(csv, of ? (double)hits / (double)of : (double)NAN);
    csv_empty(csv);
    csv_number(csv, of ? low : (double)NAN);
    csv_number(csv, of ? high : (double)NAN);
    for (int k = 0; k < QUANTILES + 2; k++)
        csv_empty(csv);
    csv_end_row(csv);
}

/* The median difference at its lowest, and where it is back. */
static void median_row(struct csv_writer *csv, const struct contrast *c, const char *measure,
                       const struct dip *dip, int date)
{
    const bool exists = date >= 0;
    const struct subject subject = {measure, dip->metric,
                                    exists ? c->reference->plan->date[date].text : "", "PFLOP/s"};

    if (exists) {
        summary_row(csv, c, &subject, &contrast_market(c, dip->metric, date)->summary);
        return;
    }
    put_subject(csv, c, &subject);
    for (int k = 0; k < 6 + QUANTILES + 2; k++)
        csv_empty(csv);
    csv_end_row(csv);
}

static void dip_rows(struct csv_writer *csv, const struct contrast *c, int which)
{
    const struct dip *const dip = &c->dip[which];
    const struct dipped *const d = &c->dipped[which];
    const int deepest = dip_deepest(c, dip);

    median_row(csv, c, "deepest", dip, deepest);
    median_row(csv, c, "back", dip, dip_recovered(c, dip, deepest));
    summary_row(csv, c, &(struct subject){"depth", dip->metric, "", "PFLOP/s"}, &d->depth);
    summary_row(csv, c, &(struct subject){"depth_share", dip->metric, "", "share"}, &d->share);
    summary_row(csv, c, &(struct subject){"length", dip->metric, "", "years"}, &d->years);
    probability_row(csv, c, &(struct subject){"has_dip", dip->metric, "", "share"}, dip->dips,
                    d->depth.n, d->depth.n);
    probability_row(csv, c, &(struct subject){"is_back", dip->metric, "", "share"}, dip->back,
                    dip->dips, d->depth.n);
}

static void capacity_rows(struct csv_writer *csv, const struct contrast *c, int year)
{
    static const char metric[] = "domestic_capacity_units_per_year";
    const int date = c->capacity[year].date;
    const char *const text = c->reference->plan->date[date].text;

    if (c->match->date[date] < 0)
        return;
    summary_row(csv, c, &(struct subject){"capacity_difference", metric, text, "units"},
                &c->capacities[year].summary);
    summary_row(csv, c, &(struct subject){"capacity_ratio", metric, text, "share"},
                &c->ratios[year]);
}

static int write_dip(const struct comparison *all, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "dip.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "reference,scenario,measure,metric,date,unit,n,missing,mean,se,lo,hi,p05,p25,"
                    "p50,p75,p95,p50_lo,p50_hi");
    for (int k = 0; k < all->members - 1; k++) {
        for (int which = 0; which < DIPS; which++)
            dip_rows(csv, &all->contrast[k], which);
        for (int year = 0; year < all->member[0].plan->years; year++)
            capacity_rows(csv, &all->contrast[k], year);
    }
    return csv_close(csv, err);
}

/* --- the folder ----------------------------------------------------------------------- */

int comparison_write(const struct comparison *all, const struct cs_run_options *options,
                     const char *folder, struct cs_error *err)
{
    int code = write_compare(all, folder, err);

    if (!code)
        code = write_tail(all, folder, err);
    if (!code)
        code = write_diversion(all, folder, err);
    if (!code)
        code = write_dip(all, folder, err);
    if (!code)
        code = comparison_write_manifest(all, options, folder, err);
    return code;
}
