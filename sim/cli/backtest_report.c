#include "cli/backtest_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/compare_words.h"
#include "cli/sheet.h"
#include "math/quantile.h"

enum { LABEL = 35, NUMBER = 6, CELL = 13, TEXT = 160 };

static const enum forecaster demand_others[] = {PERSISTENCE, WALK, FLAT, UNTAUGHT};
static const enum forecaster policy_others[] = {PERSISTENCE, STATIONARY, FLAT};
enum { DEMAND_OTHERS = sizeof demand_others / sizeof *demand_others,
       POLICY_OTHERS = sizeof policy_others / sizeof *policy_others };

/* Verdicts of the lines printed. */
struct tally {
    int better, worse, open;
    int count;
    double detectable[1024];   /* skills that could have been seen */
};

static const char *step_word(const struct backtest *b)
{
    return b->world->step == STEP_QUARTER ? "quarter" : "month";
}

static const char *date_at(const struct backtest *b, int t, char text[DATE_TEXT])
{
    date_write(b->world->step, b->world->start + t, text);
    return text;
}

static void count_verdict(struct tally *tally, const struct contest *c)
{
    const char *const verdict = contest_verdict(c);

    if (!strcmp(verdict, "better"))
        tally->better++;
    else if (!strcmp(verdict, "worse"))
        tally->worse++;
    else
        tally->open++;
    if (isfinite(contest_detectable(c)) && tally->count < 1024)
        tally->detectable[tally->count++] = 100 * contest_detectable(c);
}

/* Skill in percent, half the width of its limits, and a sign if they leave out 0. */
static void print_skill(const struct contest *c, bool last)
{
    const char *const verdict = c ? contest_verdict(c) : "";
    const char sign = !strcmp(verdict, "better") ? '*' : !strcmp(verdict, "worse") ? '!' : ' ';
    char text[64] = "–", error[32] = "±?";

    if (c && isfinite(contest_detectable(c)))
        snprintf(error, sizeof error, "±%.0f", 100 * contest_detectable(c));
    if (c && !isnan(contest_skill(c)))
        snprintf(text, sizeof text, "%+.0f %s", unsigned_zero(100 * contest_skill(c), 0), error);
    else if (c && isinf(c->reference))
        snprintf(text, sizeof text, "impossible");
    put_right(text, CELL - 2);
    if (!last || sign != ' ')
        printf(" %c", sign);
}

static void print_head(const char *label, const char *score, const char *const *others, int count)
{
    putchar('\n');
    put_left(label, LABEL);
    put_right("dates", NUMBER);
    put_right(score, NUMBER + 1);
    for (int k = 0; k < count; k++) {
        put_right(others[k], CELL - 2);
        printf(k + 1 < count ? "  " : "\n");
    }
}

/* A line of contests that differ in the reference; nothing if there is none. */
static void print_line(const struct backtest *b, struct contest like, const char *label,
                       struct tally *tally)
{
    const bool demand = like.chain == ALL;
    const enum forecaster *const others = demand ? demand_others : policy_others;
    const int count = demand ? DEMAND_OTHERS : POLICY_OTHERS;

    like.other = others[count - 1]; /* which forecasts whatever the model does */
    const struct contest *const all = backtest_find(b, &like);
    if (!all)
        return;
    const double unit = like.theme == ALL ? 1 : b->theme[like.theme].scale;
    put_left(label, LABEL);
    printf("%*d", NUMBER, (int)all->difference.n);
    if (unit > 0)
        printf("%*.3f", NUMBER + 1, all->model / unit);
    else
        printf("%*s", NUMBER + 1, "");
    for (int k = 0; k < count; k++) {
        like.other = others[k];
        const struct contest *const c = backtest_find(b, &like);
        print_skill(c, k + 1 == count);
        if (c && tally && isfinite(c->reference))
            count_verdict(tally, c);
    }
    putchar('\n');
}

static void print_horizons(const struct backtest *b, struct contest like, struct tally *tally)
{
    char label[TEXT];

    for (int h = 1; h <= b->options.horizon; h++) {
        like.horizon = h;
        snprintf(label, sizeof label, "  %d %s%s ahead", h, step_word(b), h > 1 ? "s" : "");
        print_line(b, like, label, tally);
    }
    like.horizon = ALL;
    if (b->options.horizon > 1)
        print_line(b, like, "  all of these", tally);
}

/* --- demand ---------------------------------------------------------------------------- */

static void theme_label(const struct theme *theme, char text[TEXT])
{
    const struct observation *const x = theme->first;
    char where[TEXT] = "";

    if (strcmp(x->buyer, "all") && strcmp(x->option, "all"))
        snprintf(where, sizeof where, " %.30s/%.30s", x->buyer, x->option);
    else if (strcmp(x->buyer, "all") || strcmp(x->option, "all"))
        snprintf(where, sizeof where, " %.60s", strcmp(x->buyer, "all") ? x->buyer : x->option);
    char whole[2 * TEXT], brief[TEXT];
    snprintf(whole, sizeof whole, "%.60s%s", x->metric, where);
    snprintf(text, TEXT, "  %s", shortened(whole, LABEL - 3, brief, sizeof brief));
}

static const char *const demand_names[] = {"last value", "random walk", "flat split",
                                           "own priors"};

static void print_themes(const struct backtest *b, bool yearly)
{
    struct contest like = {.score = SCORE_CRPS, .chain = ALL, .yearly = yearly, .horizon = ALL};
    char heading[TEXT], label[TEXT];
    int count = 0;

    snprintf(heading, sizeof heading, "By the %s, all horizons",
             yearly ? "year" : step_word(b));
    for (like.theme = 0; like.theme < b->themes; like.theme++) {
        if (b->theme[like.theme].yearly != yearly)
            continue;
        if (!count++)
            print_head(heading, "CRPS", demand_names, DEMAND_OTHERS);
        theme_label(&b->theme[like.theme], label);
        print_line(b, like, label, NULL);
    }
}

static void print_demand(const struct backtest *b, struct tally *tally)
{
    printf("\n1. Demand, given the policies that came\n");
    print_head("All rows of history", "CRPS", demand_names, DEMAND_OTHERS);
    print_horizons(b, (struct contest){.score = SCORE_CRPS, .chain = ALL, .theme = ALL,
                                       .yearly = ALL}, tally);
    print_themes(b, false);
    print_themes(b, true);
    printf("CRPS over the mean size of its row. Columns: skill of the model, 100 (1 - model/"
           "other), with\n95 %% limits by date; * better, ! worse, no sign: not told apart. Flat "
           "split: every option on\nsale has the same share. Own priors: the same paths, not "
           "weighted by the record. The random\nwalk needs three known values and has fewer dates (scores.csv).\n");
}

static void print_calibre(const struct calibre *c)
{
    static const char *const names[FORECASTERS] = {"  model", "  own priors", "  flat split",
                                                   "  last value", "  random walk", ""};

    put_left(names[c->who], 18);
    printf("%6d", c->forecasts);
    for (int k = 0; k < BANDS; k++) {
        char text[64];
        double low, high;
        clopper_pearson((uint64_t)c->inside[k], (uint64_t)c->forecasts, 0.05, &low, &high);
        snprintf(text, sizeof text, "%.0f (%.0f–%.0f)", 100.0 * c->inside[k] / c->forecasts,
                 100 * low, 100 * high);
        put_right(text, CELL + 1);
    }
    printf("  ");
    for (int bin = 0; bin < BINS_PIT; bin++)
        printf(" %2d", c->bin[bin]);
    putchar('\n');
}

static void print_bands(const struct backtest *b)
{
    int dates = 0;

    putchar('\n');
    put_left("Inside the band, %", 18);
    put_right("n", 6);
    put_right("50 %", CELL + 1);
    put_right("80 %", CELL + 1);
    put_right("95 %", CELL + 1);
    printf("   PIT, forecasts by tenths\n");
    for (int k = 0; k < b->calibres; k++) {
        if (b->calibre[k].horizon != ALL)
            continue;
        print_calibre(&b->calibre[k]);
        dates = b->calibre[k].dates > dates ? b->calibre[k].dates : dates;
    }
    printf("In brackets 95 %% limits as if forecasts were independent, which they are not: dates: "
           "%d.\n", dates);
}

/* --- policy ------------------------------------------------------------------------------ */

static void print_policy(const struct backtest *b, struct tally *tally)
{
    static const char *const chains[CHAINS] = {"Washington", "Beijing"};
    static const char *const others[] = {"no change", "long-run", "all alike"};

    printf("\n2. Policy alone: rates from %s, Gamma(1/2 + moves, 1/4 year + years)\n",
           b->options.record ? b->options.record : "the pins up to the origin");
    for (int score = SCORE_BRIER; score <= SCORE_LOG; score++)
        for (int chain = 0; chain < CHAINS; chain++) {
            print_head(chains[chain], score == SCORE_LOG ? "log" : "Brier", others, POLICY_OTHERS);
            print_horizons(b, (struct contest){.score = (enum scored)score, .chain = chain,
                                               .theme = ALL, .yearly = ALL}, tally);
        }
    printf("impossible: the other one gave no chance at all to what came.\n");
}

/* --- what it shows ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_verdict(const char *block, struct tally *tally)
{
    printf("  %s: the model is better in %d of %d comparisons by horizon and worse in %d; the "
           "other %d are\n  not told apart at 95 %%.", block, tally->better,
           tally->better + tally->worse + tally->open, tally->worse, tally->open);
    qsort(tally->detectable, (size_t)tally->count, sizeof *tally->detectable, by_size);
    if (tally->count)
        printf(" Half of them could not have shown a skill below %.0f %%.",
               quantile_sorted(tally->detectable, (size_t)tally->count, 0.5));
    putchar('\n');
}

static void print_learning(const struct backtest *b)
{
    const struct origin *const last = &b->origin[b->origins - 1];

    printf("  At the last origin %d of %d known observations weigh the paths, with an exponent of "
           "%.2g;\n  the paths are then worth %.0f.\n", last->used, last->known, last->exponent,
           last->effective);
}

static void print_title(const struct backtest *b)
{
    int scored = 0, rows = 0, blanks = 0, forecasts = 0;
    char first[DATE_TEXT], last[DATE_TEXT], number[32];

    for (int k = 0; k < b->targets; k++)
        scored += !b->target[k].why;
    for (int k = 0; k < b->themes; k++, rows++)
        blanks += b->theme[k].blanks;
    for (int k = 0; k < b->calibres; k++)
        if (b->calibre[k].who == MODEL && b->calibre[k].horizon == ALL)
            forecasts = b->calibre[k].forecasts;
    printf("%s: forecasts against the record, %s to %s\n", b->world->name, date_at(b, 1, first),
           date_at(b, b->end, last));
    printf("%s paths, seed %llu; origins: %d; horizon: %d %s(s); events after an origin: %s\n",
           grouped((unsigned long long)b->options.run.paths, number),
           (unsigned long long)b->options.run.seed, b->origins, b->options.horizon, step_word(b),
           b->options.foresee ? "foreseen" : "unknown");
    printf("Observations: %d, of which %d are forecast, %d times in all. Their rows: %d, in which "
           "%d %ss\nor years have no observation.\n", b->targets, scored, forecasts, rows, blanks,
           step_word(b));
}

void print_backtest_report(const struct backtest *b, const char *folder)
{
    struct tally demand = {0}, policy = {0};

    print_title(b);
    print_demand(b, &demand);
    print_bands(b);
    print_policy(b, &policy);
    printf("\nWhat these few dates show (%d at most; comparisons are not independent)\n", b->end);
    print_verdict("Demand", &demand);
    print_verdict("Policy", &policy);
    print_learning(b);
    printf("\nResults: %s\n", folder);
}
