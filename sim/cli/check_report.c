#include "cli/check_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "cli/grid.h"
#include "cli/sheet.h"
#include "run/plan.h"

enum { TEXT = 64 };
#define COLUMNS(columns) ((int)(sizeof(columns) / sizeof *(columns)))

/* --- the plan ---------------------------------------------------------------------- */

/* Two digits are what an estimate deserves. */
static const char *size_words(double bytes, char out[TEXT])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
    int unit = 0;

    for (; bytes >= 999.5 && unit + 1 < COLUMNS(units); unit++)
        bytes /= 1000;
    snprintf(out, TEXT, bytes < 9.95 && unit > 0 ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
    return out;
}

static const char *time_words(double seconds, char out[TEXT])
{
    if (seconds < 9.95)
        snprintf(out, TEXT, "%.1f s", seconds);
    else if (seconds < 120)
        snprintf(out, TEXT, "%.0f s", seconds);
    else if (seconds < 7200)
        snprintf(out, TEXT, "%.0f min", seconds / 60);
    else
        snprintf(out, TEXT, "%.1f h", seconds / 3600);
    return out;
}

static void print_heading(const struct check_report *r)
{
    const struct scenario *const w = r->world;
    const struct cs_run_options *const o = r->options;
    static const char *const details[] = {"market", "buyer", "full"};
    char paths[32], from[DATE_TEXT], to[DATE_TEXT];

    date_write(w->step, w->start, from);
    date_write(w->step, w->start + w->steps - 1, to);
    printf("%s%s%s\n", w->name, *w->title ? ": " : "", w->title);
    printf("%s: nothing is wrong%s\n", r->folder,
           r->survey->warnings ? ", but see the warnings" : "");
    printf("A run: %s path%s, seed %llu; %s to %s, %d %s%s; detail %s\n\n",
           grouped(o->paths, paths), o->paths == 1 ? "" : "s", (unsigned long long)o->seed, from,
           to, w->steps, w->step == STEP_QUARTER ? "quarter" : "month", w->steps == 1 ? "" : "s",
           details[o->detail]);
}

static int print_files(const struct check_report *r, struct cs_error *err)
{
    static const struct grid_column columns[] = {
        {"file", READ_BY_ALL, false}, {"rows", READ_BY_ALL, true}, {"about", READ_BY_ALL, true},
    };
    struct grid grid;
    double all = 0;
    char size[TEXT], seconds[TEXT], memory[TEXT], rows[32];

    grid_init(&grid, columns, COLUMNS(columns));
    for (int k = 0; k < r->rehearsal->files; k++) {
        const struct file_size *const file = &r->rehearsal->file[k];
        const char *const texts[] = {file->name, grouped(file->rows, rows),
                                     size_words((double)file->bytes, size)};
        grid_add(&grid, texts);
        all += (double)file->bytes;
    }
    const int code = grid_print(&grid, 2, err);
    grid_release(&grid);
    printf("About %s in %s; about %s with %d thread%s; about %s of memory.\n",
           size_words(all, size), r->options->out, time_words(r->seconds, seconds),
           r->rehearsal->threads, r->rehearsal->threads == 1 ? "" : "s",
           size_words(r->memory, memory));
    printf("summary.csv has %d rows for each of %d dates (periods, years, total).\n",
           r->rehearsal->rows, r->rehearsal->dates);
    return code;
}

/* --- notes and warnings --------------------------------------------------------------- */

static void print_notes(const struct scenario *w, const char *key)
{
    for (int k = 0; k < w->notes; k++)
        if (!strcmp(w->note[k].key, key))
            printf("  %s\n", w->note[k].text);
}

static bool has_notes(const struct scenario *w, const char *key)
{
    for (int k = 0; k < w->notes; k++)
        if (!strcmp(w->note[k].key, key))
            return true;
    return false;
}

static void print_priors(const struct check_report *r)
{
    const struct scenario *const w = r->world;
    int on = 0;

    for (int k = 0; k < w->priors; k++)
        on += w->prior[k].cell_count > 0;
    if (!r->options->uncertainty)
        printf("\nPriors: all %d are off (--uncertainty off)\n", w->priors);
    else
        printf("\nPriors: %d of %d on; %d rank correlation%s\n", on, w->priors,
               w->copula.pair_count, w->copula.pair_count == 1 ? "" : "s");
    if (has_notes(w, "prior_off")) {
        printf("Off:\n");
        print_notes(w, "prior_off");
    }
    if (has_notes(w, "prior_partly_off")) {
        printf("Off for some of their cells:\n");
        print_notes(w, "prior_partly_off");
    }
    if (has_notes(w, "unused")) {
        printf("\nGiven, but never read:\n");
        print_notes(w, "unused");
    }
}

void print_warnings(const struct survey *survey)
{
    if (survey->warnings)
        printf("\nWarnings:\n");
    for (int k = 0; k < survey->warnings; k++)
        printf("  %s\n", survey->warning[k]);
}

/* --- chains ------------------------------------------------------------------------------ */

static const char *rate_words(const struct chain_survey *chain, int from, int to, char out[TEXT])
{
    const double rate = chain->rate[from * chain->states + to];

    if (from == to)
        snprintf(out, TEXT, "–");
    else
        snprintf(out, TEXT, "%.3g", rate);
    return out;
}

/* Mean years until a state is left. */
static const char *stay_words(const struct chain_survey *chain, int state, char out[TEXT])
{
    double leave = 0;

    for (int k = 0; k < chain->states; k++)
        leave += chain->rate[state * chain->states + k];
    if (leave > 0)
        snprintf(out, TEXT, "%.2f", 1 / leave);
    else
        snprintf(out, TEXT, "never left");
    return out;
}

static int print_chain(const char *title, const struct chain_survey *chain, struct cs_error *err)
{
    struct grid_column columns[MARKOV_STATES + 2] = {{"from \\ to", READ_BY_ALL, false}};
    const int n = chain->states;
    const char *texts[MARKOV_STATES + 2];
    char text[MARKOV_STATES + 2][TEXT];
    struct grid grid;

    for (int k = 0; k < n; k++)
        columns[1 + k] = (struct grid_column){chain->id[k], READ_BY_ALL, true};
    columns[n + 1] = (struct grid_column){"mean stay, years", READ_BY_ALL, true};
    grid_init(&grid, columns, n + 2);
    for (int row = 0; row < n; row++) {
        snprintf(text[0], TEXT, "%s%s", chain->id[row], row == chain->start ? " (start)" : "");
        texts[0] = text[0];
        for (int k = 0; k < n; k++)
            texts[1 + k] = rate_words(chain, row, k, text[1 + k]);
        texts[n + 1] = stay_words(chain, row, text[n + 1]);
        grid_add(&grid, texts);
    }
    texts[0] = "long run, %";
    texts[n + 1] = "";
    for (int k = 0; k < n; k++) {
        snprintf(text[1 + k], TEXT, "%.1f", 100 * chain->share[k]);
        texts[1 + k] = text[1 + k];
    }
    if (chain->settles)
        grid_add(&grid, texts);
    printf("\n%s, moves a year: table values, before reactions\n", title);
    const int code = grid_print(&grid, 2, err);
    grid_release(&grid);
    if (!chain->settles)
        printf("  Its long run depends on where it starts.\n");
    return code;
}

/* --- the choice at the start ----------------------------------------------------------------- */

static const char *number_words(double x, const char *format, char out[TEXT])
{
    *out = '\0';
    if (!isnan(x))
        snprintf(out, TEXT, format, x);
    return out;
}

static int print_start(const struct check_report *r, struct cs_error *err)
{
    static const struct grid_column columns[] = {
        {"option", READ_BY_ALL, false},          {"P, USD", READ_BY_ALL, true},
        {"P^e, USD", READ_BY_ALL, true},         {"e, PFLOP/s", READ_BY_ALL, true},
        {"P^e/e, USD", READ_BY_ALL, true},       {"h, %", READ_BY_ALL, true},
        {"V, utils", READ_BY_ALL, true},         {"share, %", READ_BY_ALL, true},
        {"", READ_BY_ALL, false},
    };
    const struct scenario *const w = r->world;
    char text[8][TEXT], from[DATE_TEXT];
    struct grid grid;

    grid_init(&grid, columns, COLUMNS(columns));
    for (int k = 0; k < w->options; k++) {
        const struct start_option *const s = &r->start->option[k];
        const char *const texts[] = {
            w->option[s->option].id,
            number_words(s->price, "%.0f", text[0]),
            number_words(s->asked, "%.0f", text[1]),
            number_words(s->effective, "%.3f", text[2]),
            number_words(s->asked / s->effective, "%.0f", text[3]),
            number_words(100 * s->hazard, "%.0f", text[4]),
            number_words(s->utility, "%.2f", text[5]),
            number_words(100 * s->share, "%.1f", text[6]),
            s->why_not,
        };
        grid_add(&grid, texts);
    }
    date_write(w->step, w->start, from);
    printf("\nWhat %s would choose in %s under %s and %s, on the central path (--buyer ID shows "
           "another)\n", w->buyer[r->start->buyer].id, from, w->us[r->start->us].id,
           w->cn[r->start->cn].id);
    const int code = grid_print(&grid, 2, err);
    grid_release(&grid);
    printf("  P price paid, P^e with compliance cost and delay, e effective compute of a unit,\n"
           "  h hazard of a closing door, V utility, share of the wallet after any quota.\n");
    return code;
}

int print_check_report(const struct check_report *r, struct cs_error *err)
{
    print_heading(r);
    int code = print_files(r, err);
    if (code)
        return code;
    print_priors(r);
    print_warnings(r->survey);
    code = print_chain("Washington", &r->survey->us, err);
    if (!code)
        code = print_chain("Beijing", &r->survey->cn, err);
    return code ? code : print_start(r, err);
}
