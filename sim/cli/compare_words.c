#include "cli/compare_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "math/quantile.h"

/* --- numbers ----------------------------------------------------------------------------- */

double unsigned_zero(double x, int decimals)
{
    return fabs(x) < 0.5 * pow(10, -decimals) ? 0 : x;
}

struct cell mean_cell(const struct summary *s, double scale)
{
    const uint64_t m = s->n - s->missing;

    if (m == 0)
        return (struct cell){NAN, NAN, NAN, NAN};
    return (struct cell){scale * s->mean, scale * mean_half_width(s->se, m), scale * s->q[P05],
                         scale * s->q[P95]};
}

const char *percent(double share, char text[16])
{
    const double value = 100 * share;

    if (value > 0 && value < 0.5)
        snprintf(text, 16, "<1");
    else if (value < 100 && value > 99.5)
        snprintf(text, 16, ">99");
    else
        snprintf(text, 16, "%.0f", value);
    return text;
}

void print_estimate(double x, double error, int decimals)
{
    const double digit = pow(10, -decimals);

    printf("%.*f ±", decimals, unsigned_zero(x, decimals));
    if (isnan(error))
        putchar('?');
    else if (error > 0 && error < digit / 2)
        printf("<%.*f", decimals, digit);
    else
        printf("%.*f", decimals, error);
}

/* --- the dip ----------------------------------------------------------------------------- */

/* Decimals for a number alone and for its error. */
static int digits(double x)
{
    return sheet_decimals(&(struct cell){x, NAN, NAN, x}, 1);
}

/* `LABEL mean ±error, 90 % of the paths LOW – HIGH` */
static void print_mean(const char *label, const struct summary *s, double scale,
                       const char *unit)
{
    const struct cell cell = mean_cell(s, scale);
    const int decimals = sheet_decimals(&cell, 1);

    printf("%s ", label);
    print_estimate(cell.middle, cell.error, decimals);
    printf("%s on average, %.*f – %.*f in 90 %% of the paths\n", unit, decimals,
           unsigned_zero(cell.low, decimals), decimals, unsigned_zero(cell.high, decimals));
}

static void print_median(const char *label, const struct contrast *c, const struct dip *dip)
{
    const struct plan *const plan = c->reference->plan;
    const int deepest = dip_deepest(c, dip), back = dip_recovered(c, dip, deepest);

    if (deepest < 0) {
        printf("%s: never below 0\n", label);
        return;
    }
    const struct summary *const s = &contrast_market(c, dip->metric, deepest)->summary;
    const int decimals = digits(1e-3 * s->q[P50]);
    printf("%s: lowest in %s, %.*f", label, plan->date[deepest].text, decimals,
           1e-3 * s->q[P50]);
    if (!isnan(s->lo[LIMIT_P50]) && !isnan(s->hi[LIMIT_P50]))
        printf(" (limits %.*f to %.*f)", decimals, 1e-3 * s->lo[LIMIT_P50], decimals,
               1e-3 * s->hi[LIMIT_P50]);
    if (back >= 0)
        printf("; back at 0 in %s\n", plan->date[back].text);
    else
        printf("; not back at 0 within the horizon\n");
}

static void print_years(double years)
{
    if (isfinite(years))
        printf("%.2f", years);
    else
        printf("beyond the horizon");
}

static void print_share(const char *label, uint64_t hits, uint64_t of)
{
    double low, high;

    clopper_pearson(hits, of, 0.05, &low, &high);
    if (of)
        printf("%s %.1f %% (limits %.1f – %.1f)", label, 100 * (double)hits / (double)of,
               100 * low, 100 * high);
}

void print_dip(const struct contrast *c)
{
    const struct dip *const dip = &c->dip[DIP_AT_HAND];
    const struct dipped *const d = &c->dipped[DIP_AT_HAND];

    printf("\nThe dip in compute at hand, 1000 effective PFLOP/s, rent included\n");
    print_median("  Median difference", c, dip);
    print_median("  That of compute bought in a period", c, &c->dip[DIP_BOUGHT]);
    print_share("  Paths with a dip:", dip->dips, d->depth.n);
    putchar('\n');
    if (!dip->dips)
        return;
    print_share("  Of these back at the reference within the horizon:", dip->back, dip->dips);
    putchar('\n');
    print_mean("  Depth:", &d->depth, 1e-3, "");
    if (d->share.n > d->share.missing)
        print_mean("  Depth over the reference:", &d->share, 100, " %");
    printf("  Length, years: median ");
    print_years(d->years.q[P50]);
    printf("; 90 %% of the paths ");
    print_years(d->years.q[P05]);
    printf(" – ");
    print_years(d->years.q[P95]);
    printf("\n");
}

/* --- the tail ------------------------------------------------------------------------------ */

void print_tail(const struct comparison *all, const struct contrast *c)
{
    const struct tail *const t = &c->tail;

    if (c->loss_reference == NO_SERIES || t->n == t->missing)
        return;
    const char *const unit = catalogue_find(c->reference->catalogue, all->loss.at.metric)->unit;
    const bool money = !strcmp(unit, "USD");
    const double scale = money ? 1e-9 : 1;
    const int decimals = digits(scale * t->cvar);
    printf("\nThe loss (reference less scenario) in %s", all->loss.at.metric);
    if (strcmp(all->loss.at.option, "all") != 0)
        printf("[%s/%s]", all->loss.at.buyer, all->loss.at.option);
    else if (strcmp(all->loss.at.buyer, "all") != 0)
        printf("[%s]", all->loss.at.buyer);
    printf(", %s, %s\n", all->loss.at.date, money ? "bn USD" : unit);
    printf("  Mean: ");
    print_estimate(scale * t->mean, scale * (t->mean_hi - t->mean), decimals);
    printf("\n  VaR_95, exceeded in 1 path of 20: %.*f", decimals,
           unsigned_zero(scale * t->var, decimals));
    if (!isnan(t->var_lo) && !isnan(t->var_hi))
        printf(" (limits %.*f – %.*f)", decimals, unsigned_zero(scale * t->var_lo, decimals),
               decimals, unsigned_zero(scale * t->var_hi, decimals));
    printf("\n  CVaR_95, mean of the worst 1 in 20: ");
    print_estimate(scale * t->cvar, scale * (t->cvar_hi - t->cvar), decimals);
    putchar('\n');
}
