#include "lab/sweep.h"

#include <gsl/gsl_errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "run/result_folder.h"
#include "run/write.h"
#include "tool/text.h"
#include "world/catalogue.h"

/* --- what the results hold --------------------------------------------------------- */

/* The words of a list v1,v2; NULL-terminated, to be freed as one. */
static char **split_list(const char *list)
{
    size_t count = 1;

    for (const char *c = list; *c; c++)
        count += *c == ',';
    char **const word = malloc((count + 1) * sizeof *word + strlen(list) + 1);
    if (!word)
        return NULL;
    char *text = strcpy((char *)(word + count + 1), list);
    for (size_t k = 0; k < count; k++) {
        word[k] = text;
        text += strcspn(text, ",");
        *text++ = '\0';
    }
    word[count] = NULL;
    return word;
}

static int want_metric(struct sweep *s, const char *name, struct cs_error *err)
{
    const struct metric *const metric = catalogue_find(s->catalogue, name);
    const char *const near = catalogue_nearest(s->catalogue, name);

    if (metric && !metric->trace_only && !s->plan->of[metric - s->catalogue->metric].count)
        return cs_fail(err, CS_INPUT, "--metrics: '%s' has no row for the whole market; --detail "
                       "buyer or full has rows of it", name);
    if (metric && !metric->trace_only) {
        s->wanted[metric - s->catalogue->metric] = true;
        return CS_OK;
    }
    if (near)
        return cs_fail(err, CS_INPUT, "--metrics: there is no metric '%s'; did you mean '%s'?",
                       name, near);
    return cs_fail(err, CS_INPUT, "--metrics: there is no metric '%s'", name);
}

static int choose_metrics(struct sweep *s, const struct plan *plan, struct cs_error *err)
{
    const char *const asked = s->call->metrics ? s->call->metrics : "main";
    int row[REGIME_METRICS], code = CS_OK;

    s->wanted = calloc((size_t)s->catalogue->count, sizeof *s->wanted);
    if (!s->wanted)
        return cs_fail_memory(err);
    if (!strcmp(asked, "all")) {
        memset(s->wanted, true, (size_t)s->catalogue->count * sizeof *s->wanted);
    } else if (!strcmp(asked, "main")) {
        for (int k = main_rows(plan, row); k-- > 0;)
            s->wanted[plan->row[row[k]].metric - s->catalogue->metric] = true;
    } else {
        char **const names = split_list(asked);
        if (!names)
            return cs_fail_memory(err);
        for (int k = 0; names[k] && !code; k++)
            code = want_metric(s, names[k], err);
        free(names);
    }
    return code;
}

static int want_date(struct sweep *s, const char *name, bool *wanted, struct cs_error *err)
{
    const int date = plan_date(s->plan, name);

    if (date < 0)
        return cs_fail(err, CS_INPUT, "--dates: there is no date '%s'; there are periods such as "
                       "%s, years such as %s, and total", name, s->plan->date[0].text,
                       s->plan->date[s->world->steps].text);
    wanted[date] = true;
    return CS_OK;
}

static int choose_dates(struct sweep *s, struct cs_error *err)
{
    const char *const asked = s->call->dates ? s->call->dates : "years";
    const bool all = !strcmp(asked, "all"), years = !strcmp(asked, "years");
    char **const names = split_list(asked);
    bool *const wanted = calloc((size_t)s->plan->dates, sizeof *wanted);
    int code = CS_OK;

    s->date = malloc((size_t)s->plan->dates * sizeof *s->date);
    if (!names || !wanted || !s->date)
        code = cs_fail_memory(err);
    for (int k = 0; !code && !all && !years && names[k]; k++)
        code = want_date(s, names[k], wanted, err);
    for (int d = 0; !code && d < s->plan->dates; d++)
        if (wanted[d] || all || (years && !s->plan->date[d].period))
            s->date[s->dates++] = d;
    free(names);
    free(wanted);
    return code;
}

int sweep_narrow(const struct sweep *s, struct plan *plan, struct cs_error *err)
{
    size_t series;
    int code = CS_OK;

    plan_keep(plan, s->wanted);
    for (size_t g = 0; g < s->gauges && !code; g++)
        code = quantity_resolve(&s->gauge[g].quantity, s->gauge[g].text, plan, &series, err);
    return code;
}

/* --- --given ------------------------------------------------------------------------- */

static int refuse_state(const char *given, const char *noun, const char *id,
                        const char *const *names, int count, struct cs_error *err)
{
    const char *const near = text_nearest(id, names, (size_t)count);

    if (near)
        return cs_fail(err, CS_INPUT, "--given '%s': there is no %s '%s'; did you mean '%s'?",
                       given, noun, id, near);
    return cs_fail(err, CS_INPUT, "--given '%s': there is no %s '%s'", given, noun, id);
}

static int read_given(struct sweep *s, const char *given, struct cs_error *err)
{
    const struct scenario *const w = s->world;
    const bool us = !strncmp(given, "us=", 3), cn = !strncmp(given, "cn=", 3);
    const int count = us ? w->us_regimes : w->cn_stances;
    const char *names[LIMIT_REGIMES];
    uint32_t set = 0;
    int code = CS_OK;

    if (!us && !cn)
        return cs_fail(err, CS_INPUT, "--given '%s': must be us=REGIME or cn=STANCE, several "
                       "joined by commas", given);
    for (int k = 0; k < count; k++)
        names[k] = us ? w->us[k].id : w->cn[k].id;
    char **const words = split_list(given + 3);
    if (!words)
        return cs_fail_memory(err);
    for (int k = 0; words[k] && !code; k++) {
        int state = 0;
        while (state < count && strcmp(names[state], words[k]))
            state++;
        if (state == count)
            code = refuse_state(given, us ? "regime" : "stance", words[k], names, count, err);
        else
            set |= UINT32_C(1) << state;
    }
    free(words);
    *(us ? &s->us : &s->cn) &= set;
    return code;
}

/* --- sites --------------------------------------------------------------------------------- */

static bool same_rows(const struct plan *a, const struct plan *b)
{
    if (a->rows != b->rows || a->shown != b->shown || a->dates != b->dates)
        return false;
    for (int d = 0; d < a->dates; d++)
        if (strcmp(a->date[d].text, b->date[d].text) || a->date[d].first != b->date[d].first ||
            a->date[d].last != b->date[d].last)
            return false;
    for (int r = 0; r < a->rows; r++)
        if (strcmp(a->row[r].metric->name, b->row[r].metric->name) ||
            a->row[r].buyer != b->row[r].buyer || a->row[r].option != b->row[r].option)
            return false;
    return true;
}

static int make_plan(const struct sweep *s, struct site *site, struct cs_error *err)
{
    int code = catalogue_new(site->world, &site->catalogue, err);

    if (!code)
        code = plan_new(site->world, site->catalogue, PLAN_RESULTS, s->options->detail,
                        &site->plan, err);
    if (!code)
        code = sweep_narrow(s, site->plan, err);
    if (!code && !same_rows(s->plan, site->plan))
        code = cs_fail(err, CS_INPUT, "its values change which dates or rows the results have, "
                       "which a sweep must not");
    return code;
}

int site_init(struct site *site, const struct sweep *s, size_t point, struct cs_error *err)
{
    struct cs_error own = {0};

    *site = (struct site){0};
    int code = sweep_settings(s, point, &site->settings, &own);
    if (!code)
        code = draft_world(s->draft, site->settings.text, site->settings.count, s->world,
                           &site->world, &own);
    if (!code)
        code = make_plan(s, site, &own);
    for (int k = 0; k < own.count; k++)
        cs_fail(err, own.code, "point %zu: %.480s", point + 1, own.text[k]);
    return code;
}

void site_release(struct site *site)
{
    plan_free(site->plan);
    catalogue_free(site->catalogue);
    scenario_free(site->world);
    settings_release(&site->settings);
}

/* --- preparing --------------------------------------------------------------------------- */

struct inspection {
    const struct sweep *sweep;
    atomic_bool *bad;            /* [points] */
};

static void inspect(void *context, int worker, size_t point)
{
    struct inspection *const all = context;
    struct cs_error quiet = {0};
    struct site site;

    (void)worker;
    if (site_init(&site, all->sweep, point, &quiet))
        all->bad[point] = true;
    site_release(&site);
}

/* Every point before anything is computed. Complaints come in the order of the points. */
static int inspect_points(struct sweep *s, struct cs_error *err)
{
    struct inspection all = {s, calloc(s->points, sizeof *all.bad)};
    struct pool *pool = NULL;
    int code = all.bad ? pool_new(pool_threads(s->options->threads), &pool, err)
                       : cs_fail_memory(err);

    if (!code)
        pool_each(pool, s->points, inspect, &all);
    for (size_t p = 0; p < s->points && !code; p++) {
        struct site site;
        if (!all.bad[p])
            continue;
        if (err && err->count >= CS_COMPLAINTS) {
            err->dropped++;
            continue;
        }
        const int why = site_init(&site, s, p, err);
        site_release(&site);
        if (why != CS_INPUT)
            code = why;
    }
    pool_free(pool);
    free(all.bad);
    return code ? code : err && err->count ? (int)err->code : CS_OK;
}

/* The plan of the results: main metrics are found in the whole plan of the market. */
static int prepare_plan(struct sweep *s, struct cs_error *err)
{
    const int code = plan_new(s->world, s->catalogue, PLAN_RESULTS, s->options->detail, &s->plan,
                              err);

    return code ? code : choose_metrics(s, s->plan, err);
}

static int check_options(const struct cs_run_options *o, struct cs_error *err)
{
    if (o->paths < 1 || o->paths > UINT32_MAX)
        return cs_fail(err, CS_INPUT, "the number of paths must be between 1 and 4294967295 "
                       "(found %llu)", (unsigned long long)o->paths);
    if (o->draws || o->trace)
        return cs_fail(err, CS_INPUT, "a sweep writes no draws and no traces; run the point alone "
                       "with --set");
    return CS_OK;
}

static int prepare(struct sweep *s, const char *folder, struct cs_error *err)
{
    int code = check_options(s->options, err);

    if (!code)
        code = draft_read(folder, &s->draft, err);
    if (!code)
        code = draft_world(s->draft, s->set, s->sets, NULL, &s->world, err);
    if (!code)
        code = catalogue_new(s->world, &s->catalogue, err);
    if (!code)
        code = prepare_plan(s, err);
    if (!code)
        code = choose_dates(s, err);
    for (size_t k = 0; k < s->call->givens && !code; k++)
        code = read_given(s, s->call->given[k], err);
    if (!code)
        code = sweep_read_axes(s, err);
    if (!code)
        code = sweep_make_points(s, err);
    if (!code)
        code = sweep_read_gauges(s, err);
    if (!code)
        code = sweep_narrow(s, s->plan, err);
    for (size_t g = 0; g < s->gauges && !code; g++)
        code = quantity_resolve(&s->gauge[g].quantity, s->gauge[g].text, s->plan,
                                &s->gauge[g].series, err);
    return code ? code : inspect_points(s, err);
}

int sweep_prepare(const char *folder, const struct sweep_call *call, const char *const *set,
                  size_t sets, const struct cs_run_options *options, struct sweep **out,
                  struct cs_error *err)
{
    struct sweep *const s = calloc(1, sizeof *s);

    *out = NULL;
    gsl_set_error_handler_off();
    if (!s)
        return cs_fail_memory(err);
    s->call = call;
    s->options = options;
    s->set = set;
    s->sets = sets;
    s->us = s->cn = UINT32_MAX;
    const int code = prepare(s, folder, err);
    if (code)
        sweep_free(s);
    else
        *out = s;
    return code;
}

void sweep_free(struct sweep *s)
{
    if (!s)
        return;
    for (size_t k = 0; s->text && k < s->points * s->axes; k++)
        free(s->text[k]);
    for (size_t a = 0; a < s->axes; a++) {
        for (size_t v = 0; v < s->axis[a].values; v++)
            free(s->axis[a].value[v]);
        free(s->axis[a].value);
        free(s->axis[a].address);
        free(s->axis[a].column);
    }
    for (size_t p = 0; s->summary && p < s->points; p++)
        free(s->summary[p]);
    free(s->summary);
    free(s->text);
    free(s->axis);
    free(s->gauge);
    free(s->tally);
    free(s->answer);
    free(s->date);
    free(s->wanted);
    plan_free(s->plan);
    catalogue_free(s->catalogue);
    scenario_free(s->world);
    draft_free(s->draft);
    free(s);
}

/* --- running ------------------------------------------------------------------------------ */

uint64_t sweep_rows(const struct sweep *s)
{
    return (uint64_t)s->points * (uint64_t)s->plan->shown * (uint64_t)s->dates;
}

const struct summary *sweep_at(const struct sweep *s, size_t point, int row, int date)
{
    return &s->summary[point][row * s->dates + date];
}

static int write_all(struct sweep *s, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    int code = csv_open(folder, "outcomes.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "run," SUMMARY_COLUMNS);
    code = sweep_compute(s, csv, err);
    if (code)
        csv_abandon(csv);
    else
        code = csv_close(csv, err);
    if (!code)
        code = sweep_find_answers(s, err);
    if (!code)
        code = sweep_write_points(s, folder, err);
    if (!code)
        code = sweep_write_answers(s, folder, err);
    return code ? code : sweep_write_manifest(s, folder, err);
}

int sweep_run(struct sweep *s, struct cs_error *err)
{
    const struct cs_run_options *const o = s->options;
    struct folder folder;
    int code;

    if (!o->out) {
        code = sweep_compute(s, NULL, err);
        return code ? code : sweep_find_answers(s, err);
    }
    code = folder_begin(&folder, o->out, o->force, err);
    if (code)
        return code;
    code = write_all(s, folder.work, err);
    if (!code && o->cancelled && o->cancelled(o->context))
        code = cs_fail(err, CS_CANCELLED, "stopped before the results were in place");
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}
