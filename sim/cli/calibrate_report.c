#include "cli/calibrate_report.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/sheet.h"

enum { NAME = 50, WIDTH = 98, TEXT = 160 };

/* Three digits, large numbers with a unit of thousands, millions or billions. */
static const char *brief(double x, char text[32])
{
    static const struct { double unit; const char *word; } units[] = {
        {1e9, " bn"}, {1e6, " m"}, {1e3, " k"}, {1, ""}};
    size_t k = 0;

    while (k < 3 && fabs(x) < units[k].unit * 0.99995)
        k++;
    if (isnan(x))
        snprintf(text, 32, "-");
    else if (fabs(x) < 1e-12)
        snprintf(text, 32, "0");
    else
        snprintf(text, 32, "%.3g%s", x / units[k].unit, units[k].word);
    return text;
}

static void put_band(const struct band *band)
{
    char low[32], high[32], text[TEXT];

    snprintf(text, sizeof text, "%s to %s", brief(band->low, low), brief(band->high, high));
    printf("  ");
    put_right(text, 19);
}

/* --- parameters -------------------------------------------------------------------------- */

/* The strongest lessons first; of equals the first. */
static int next_lesson(const struct calibration *c, int after)
{
    int best = -1;

    for (int k = 0; k < c->lessons; k++) {
        const double learned = c->lesson[k].learned;
        const double before = after < 0 ? (double)INFINITY : c->lesson[after].learned;
        if (c->lesson[k].verdict != NOT_IDENTIFIED &&
            (learned < before || (learned == before && k > after)) &&
            (best < 0 || learned > c->lesson[best].learned))
            best = k;
    }
    return best;
}

static void print_learned(const struct calibration *c, double t)
{
    int k = next_lesson(c, -1);

    if (k < 0)
        printf("Nothing was learned of any parameter.\n");
    if (k >= 0)
        printf("%-50s %14s %14s  %19s  %19s\n", "What the record says of parameters", "spread gone",
               "centre moved", "prior 90 %", "posterior 90 %");
    for (; k >= 0; k = next_lesson(c, k)) {
        const struct lesson *const l = &c->lesson[k];
        put_left(c->world->prior[l->prior].address, NAME);
        printf(" %5.0f ±%3.0f %%   %+7.2f ±%4.2f", 100 * l->learned, 100 * t * l->learned_se,
               l->shift, t * l->shift_se);
        put_band(&l->before);
        put_band(&l->after);
        printf("\n");
    }
}

static void print_unknown(const struct calibration *c)
{
    int unknown = 0, column = 0;

    for (int k = 0; k < c->lessons; k++)
        unknown += c->lesson[k].verdict == NOT_IDENTIFIED;
    printf("\nNot identified, %d of %d: the record says nothing of these, and their priors stay.\n",
           unknown, c->lessons);
    for (int k = 0; k < c->lessons; k++) {
        const char *const name = c->world->prior[c->lesson[k].prior].address;
        const int length = (int)strlen(name) + 2;
        if (c->lesson[k].verdict != NOT_IDENTIFIED)
            continue;
        const bool wraps = column + length > WIDTH;
        printf("%s%s%s", !column ? "" : wraps ? "\n" : " ", name, --unknown ? "," : "\n");
        column = wraps ? length : column + length;
    }
}

/* --- observations ------------------------------------------------------------------------ */

static void print_fact(const struct fact *f)
{
    char name[TEXT], value[32], sd[32];

    snprintf(name, sizeof name, "%.8s %.60s[%.30s/%.30s]", f->seen->date, f->seen->metric,
             f->seen->buyer, f->seen->option);
    put_left(name, NAME);
    snprintf(name, sizeof name, "%s ±%s", brief(f->value, value), brief(sqrt(f->own), sd));
    printf(" ");
    put_right(name, 18);
    put_band(&f->before);
    put_band(&f->after);
    printf("  ");
    snprintf(sd, sizeof sd, isnan(f->parameters) ? "-" : "%.0f", 100 * f->parameters);
    put_right(sd, 12);
    if (f->aside)
        printf("  out of reach (%.1f)\n", f->nearest);
    else
        printf("  %5.2f\n", f->pit);
}

static void print_facts(const struct calibration *c)
{
    printf("\n%-50s %18s  %19s  %19s  %12s  %5s\n", "Observations", "record",
           "model, prior 90 %", "posterior 90 %", "parameters %", "PIT");
    for (int k = 0; k < c->facts; k++)
        print_fact(&c->fact[k]);
}

void print_calibrate_report(const struct calibration *c)
{
    const double t = gsl_cdf_tdist_Pinv(0.975, POPULATIONS - 1);
    const struct stage *const last = &c->stage[c->stages - 1];
    char number[32], total[32];
    int aside = 0;

    for (int k = 0; k < c->facts; k++)
        aside += c->fact[k].aside;
    printf("%s: %s\n", c->world->name, c->world->title);
    printf("%s vectors of %d priors, %d paths each, seed %llu; %d observations fitted",
           grouped(c->options.vectors, number), c->lessons, (int)c->options.luck,
           (unsigned long long)c->options.run.seed, c->facts - aside);
    if (aside)
        printf(", %d out of the model's reach", aside);
    if (c->outside)
        printf(", %d outside the horizon", c->outside);
    printf("\n%.0f %% of the vectors from the priors were ruled out (second largest implausibility "
           "above %g).\n", 100 * c->ruled_out, calibrate_cutoff);
    printf("%d stages, %s vectors simulated; the posterior is worth about %.0f independent draws.\n"
           "Model discrepancy %g %% of each observation. ± is the Monte Carlo error (95 %%).\n\n",
           c->stages, grouped(last->vectors, total), c->effective, 100 * c->options.discrepancy);
    print_learned(c, t);
    print_unknown(c);
    print_facts(c);
    printf("\nParameters: their share of the model's variance under the priors; the rest is luck, of "
           "which\nhistory is one draw. PIT: share of the posterior at or below the record. Out of "
           "reach: the\n"
           "nearest of all vectors from the priors is that many standard deviations away; not "
           "fitted: a\nmechanism is missing.\n");
    printf("\nResults: %s\nRun the posterior: chipsplit run %s/scenarios/%s_posterior\n",
           c->options.run.out, c->options.run.out, c->world->name);
}
