#include "lab/rates.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tool/csv.h"
#include "tool/number.h"
#include "tool/text.h"
#include "world/reference.h"

const char *const rates_actors[ACTORS] = {"us", "cn"};

static const double prior_shape = 0.5, prior_rate = 0.25, year_days = 365.25;

enum { ACTOR, START, END, STATE, NEEDED, NOTE = NEEDED, SOURCE, KNOWN };
static const char *const columns[KNOWN] = {"actor", "start", "end", "state", "note", "source"};

struct spell {
    int line, actor, state;
    long start, end;         /* days; end NO_END while it lasts */
};
#define NO_END LONG_MAX

/* The record as it is read. */
struct record {
    const struct scenario *world;
    struct csv_file file;
    int at[KNOWN];           /* where a column stands, or -1 */
    int count;
    struct spell *spell;
    struct cs_error *err;
};

/* --- reading ------------------------------------------------------------------------- */

static void refuse(const struct record *r, int line, int column, const char *text,
                   const char *rule)
{
    cs_fail(r->err, CS_INPUT, "%s:%d: column '%s': %s%s%s", r->file.path, line, columns[column],
            text, *text ? ": " : "", rule);
}

static void read_header(struct record *r)
{
    const struct csv_row *const head = &r->file.rows[0];

    for (int k = 0; k < KNOWN; k++)
        r->at[k] = -1;
    for (int c = 0; c < head->count; c++) {
        int k = 0;
        while (k < KNOWN && strcmp(columns[k], head->cells[c]))
            k++;
        const char *const near = text_nearest(head->cells[c], columns, KNOWN);
        if (k < KNOWN && r->at[k] < 0)
            r->at[k] = c;
        else if (k < KNOWN)
            cs_fail(r->err, CS_INPUT, "%s:%d: column '%s' stands twice", r->file.path, head->line,
                    head->cells[c]);
        else
            cs_fail(r->err, CS_INPUT, near ? "%s:%d: there is no column '%s'; did you mean '%s'?"
                                           : "%s:%d: there is no column '%s'",
                    r->file.path, head->line, head->cells[c], near);
    }
    for (int k = 0; k < NEEDED; k++)
        if (r->at[k] < 0)
            cs_fail(r->err, CS_INPUT, "%s:%d: column '%s' is missing", r->file.path, head->line,
                    columns[k]);
}

static int find_state(const struct record *r, int line, int actor, const char *text)
{
    const struct scenario *const w = r->world;
    const int states = actor == ACTOR_US ? w->us_regimes : w->cn_stances;
    const char *ids[SMALL_IDS];
    struct id_space space;
    char rule[CS_SENTENCE];

    for (int s = 0; s < states; s++)
        if (!strcmp(text, actor == ACTOR_US ? w->us[s].id : w->cn[s].id))
            return s;
    reference_space(w, ids, &space);
    refuse(r, line, STATE, text,
           reference_missing(&space, actor == ACTOR_US ? TABLE_US_REGIMES : TABLE_CN_STANCES, text,
                             rule));
    return -1;
}

static long read_day(const struct record *r, int line, int column, const char *text)
{
    long day = 0;
    const char *const rule = date_parse_day(text, &day);

    if (rule)
        refuse(r, line, column, text, rule);
    return day;
}

static void read_spell(struct record *r, const struct csv_row *row)
{
    const char *text[NEEDED];
    struct spell *const spell = &r->spell[r->count++];

    *spell = (struct spell){.line = row->line, .end = NO_END};
    if (row->count != r->file.rows[0].count) {
        cs_fail(r->err, CS_INPUT, "%s:%d: has %d cells where the header has %d", r->file.path,
                row->line, row->count, r->file.rows[0].count);
        return;
    }
    for (int k = 0; k < NEEDED; k++)
        text[k] = row->cells[r->at[k]];
    spell->actor = !strcmp(text[ACTOR], "cn") ? ACTOR_CN : ACTOR_US;
    if (strcmp(text[ACTOR], rates_actors[spell->actor]))
        refuse(r, row->line, ACTOR, text[ACTOR], "must be us or cn");
    else
        spell->state = find_state(r, row->line, spell->actor, text[STATE]);
    spell->start = read_day(r, row->line, START, text[START]);
    if (*text[END])
        spell->end = read_day(r, row->line, END, text[END]);
    if (!r->err->code && spell->end <= spell->start)
        refuse(r, row->line, END, text[END], "must lie after the start");
}

static int by_start(const void *a, const void *b)
{
    const struct spell *const x = a, *const y = b;

    if (x->actor != y->actor)
        return x->actor < y->actor ? -1 : 1;
    return x->start < y->start ? -1 : x->start > y->start;
}

/* Spells follow one another, and something is known of the last one's end. */
static void check_order(const struct record *r, bool cut)
{
    char day[DAY_TEXT], rule[CS_SENTENCE];

    for (int k = 0; k < r->count; k++) {
        const struct spell *const s = &r->spell[k], *const next = s + 1;
        const bool last = k + 1 == r->count || next->actor != s->actor;
        if (last && s->end == NO_END && !cut)
            refuse(r, s->line, END, "", "is blank: it needs a date, or the call needs --as-of");
        if (last || next->start == s->end)
            continue;
        if (s->end == NO_END) {
            refuse(r, s->line, END, "", "is blank, but a later spell follows");
            continue;
        }
        date_write_day(s->end, day);
        snprintf(rule, sizeof rule, "must be %s, the end of the spell before it (line %d)", day,
                 s->line);
        date_write_day(next->start, day);
        refuse(r, next->line, START, day, rule);
    }
}

static int read_record(struct record *r, const char *path, bool cut)
{
    int code = access(path, R_OK) ? cs_fail(r->err, CS_INPUT, "%s: %s", path, strerror(errno))
                                  : csv_read(path, &r->file, r->err);

    if (code)
        return code;
    read_header(r);
    r->spell = calloc(r->file.count + 1, sizeof *r->spell);
    if (!r->spell)
        return cs_fail_memory(r->err);
    for (size_t k = 1; !r->err->code && k < r->file.count; k++)
        read_spell(r, &r->file.rows[k]);
    if (!r->err->code && !r->count)
        cs_fail(r->err, CS_INPUT, "%s: holds no spell", path);
    if (r->err->code)
        return CS_INPUT;
    qsort(r->spell, (size_t)r->count, sizeof *r->spell, by_start);
    check_order(r, cut);
    return r->err->code ? CS_INPUT : CS_OK;
}

/* --- counting ------------------------------------------------------------------------- */

/* Leaves out what came after the day. */
static void cut_record(struct record *r, long as_of)
{
    int kept = 0;

    for (int k = 0; k < r->count; k++) {
        struct spell s = r->spell[k];
        if (s.start > as_of)
            continue;
        s.end = s.end < as_of ? s.end : as_of;
        r->spell[kept++] = s;
    }
    r->count = kept;
}

static const char *cell_of_prior(const struct text_table *t, int row, const char *column)
{
    for (int c = 0; c < t->columns; c++)
        if (!strcmp(t->column[c], column))
            return t->cell[row * t->columns + c].text;
    return "";
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-3 * fabs(b);
}

static bool says(const char *text, double wanted)
{
    double number;

    return !number_parse(text, &number) && near(number, wanted);
}

/* Whether the scenario has this posterior as its prior. */
static bool has_prior(const struct scenario *w, const char *address, const struct rate *rate)
{
    const struct text_table *const t = &w->table[TABLE_PRIORS];

    for (int row = 0; row < t->rows; row++)
        if (!strcmp(cell_of_prior(t, row, "parameter"), address) &&
            !strcmp(cell_of_prior(t, row, "distribution"), "gamma_rate"))
            return says(cell_of_prior(t, row, "low"), rate->shape) &&
                   says(cell_of_prior(t, row, "high"), rate->rate);
    return false;
}

static void estimate(const struct record *r, struct rate *rate)
{
    const struct scenario *const w = r->world;
    const int cell = cell_pair(w, rate->actor == ACTOR_US ? TABLE_US_RATES : TABLE_CN_RATES,
                               rate->from, rate->to);
    char address[CS_SENTENCE];
    long days = 0;

    for (int k = 0; k < r->count; k++) {
        const struct spell *const s = &r->spell[k], *const next = s + 1;
        if (s->actor != rate->actor || s->state != rate->from)
            continue;
        days += s->end - s->start;
        rate->moves += k + 1 < r->count && next->actor == s->actor && next->state == rate->to;
    }
    rate->years = (double)days / year_days;
    rate->shape = prior_shape + rate->moves;
    rate->rate = prior_rate + rate->years;
    rate->mean = rate->shape / rate->rate;
    rate->low = gsl_cdf_gamma_Pinv(0.05, rate->shape, 1 / rate->rate);
    rate->high = gsl_cdf_gamma_Pinv(0.95, rate->shape, 1 / rate->rate);
    rate->cell = w->value[cell] * w->factor[cell];
    cell_address(w, cell, address, sizeof address);
    rate->same = near(rate->cell, rate->mean) && has_prior(w, address, rate);
}

static int estimate_all(const struct record *r, struct rates *rates)
{
    const struct scenario *const w = r->world;
    const int states[ACTORS] = {w->us_regimes, w->cn_stances};

    rates->rate = calloc((size_t)(states[0] * states[0] + states[1] * states[1]),
                         sizeof *rates->rate);
    if (!rates->rate)
        return cs_fail_memory(r->err);
    for (int k = 0; k < r->count; k++) {
        const struct spell *const s = &r->spell[k];
        if (!*rates->first[s->actor])
            date_write_day(s->start, rates->first[s->actor]);
        date_write_day(s->end, rates->last[s->actor]);
    }
    for (int actor = 0; actor < ACTORS; actor++)
        for (int pair = 0; *rates->first[actor] && pair < states[actor] * states[actor]; pair++) {
            struct rate *const rate = &rates->rate[rates->count];
            *rate = (struct rate){.actor = actor, .from = pair / states[actor],
                                  .to = pair % states[actor]};
            if (rate->from != rate->to) {
                estimate(r, rate);
                rates->count++;
            }
        }
    return CS_OK;
}

int rates_estimate(const struct scenario *world, const char *path, const char *as_of,
                   struct rates **out, struct cs_error *err)
{
    struct record record = {.world = world, .err = err};
    struct rates *const rates = calloc(1, sizeof *rates);
    long day = 0;
    const char *const rule = as_of ? date_parse_day(as_of, &day) : NULL;
    int code = rates ? CS_OK : cs_fail_memory(err);

    *out = NULL;
    if (rule)
        code = cs_fail(err, CS_INPUT, "--as-of: %s: %s", as_of, rule);
    if (!code)
        code = read_record(&record, path, as_of != NULL);
    if (!code && as_of)
        cut_record(&record, day);
    if (!code && !record.count)
        code = cs_fail(err, CS_INPUT, "--as-of: %s: lies before every spell of %s", as_of, path);
    if (!code) {
        rates->world = world;
        memcpy(rates->sha256, record.file.sha256, sizeof rates->sha256);
        rates->path = text_copy(path);
        code = rates->path ? estimate_all(&record, rates) : cs_fail_memory(err);
    }
    csv_release(&record.file);
    free(record.spell);
    if (code)
        rates_free(rates);
    else
        *out = rates;
    return code;
}

void rates_free(struct rates *rates)
{
    if (!rates)
        return;
    free(rates->rate);
    free(rates->path);
    free(rates);
}
