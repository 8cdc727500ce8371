#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/sweep.h"
#include "run/write.h"
#include "tool/text.h"

/* --- points.csv -------------------------------------------------------------------------- */

int sweep_write_points(const struct sweep *s, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "points.csv", &csv, err);

    if (code)
        return code;
    csv_text(csv, "run");
    for (size_t a = 0; a < s->axes; a++)
        csv_text(csv, s->axis[a].column);
    csv_end_row(csv);
    for (size_t p = 0; p < s->points; p++) {
        csv_integer(csv, (int64_t)p + 1);
        for (size_t a = 0; a < s->axes; a++) {
            const char *const text = s->text[p * s->axes + a];
            csv_text(csv, text ? text : "");
        }
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

/* --- answers.csv --------------------------------------------------------------------------- */

/* ADDRESS=VALUE of what stays while the axis varies; of everything at a point. */
static char *where(const struct sweep *s, const struct answer *answer)
{
    char *text = text_copy("");

    for (size_t a = 0; a < s->axes && text; a++) {
        const char *const value = s->text[answer->point * s->axes + a];
        if (!value || (answer->question != ASK_BUYERS &&
                       (a == answer->axis || s->design != SWEEP_GRID)))
            continue;
        char *const longer =
            text_format("%s%s%s=%s", text, *text ? "; " : "", s->axis[a].column, value);
        free(text);
        text = longer;
    }
    return text;
}

static void put_numbers(struct csv_writer *csv, const struct answer *answer, bool vendors)
{
    if (vendors) {
        csv_number(csv, 100 - answer->value);
        csv_number(csv, answer->se);
        csv_number(csv, 100 - answer->high);
        csv_number(csv, 100 - answer->low);
    } else {
        csv_number(csv, answer->value);
        csv_number(csv, answer->se);
        csv_number(csv, answer->low);
        csv_number(csv, answer->high);
    }
    csv_number(csv, answer->found);
}

static int put_answer(struct csv_writer *csv, const struct sweep *s, const struct answer *answer,
                      bool vendors, struct cs_error *err)
{
    static const char *const names[] = {"levy_maximum", "levy_receipts_at_maximum", "crossing",
                                        "levy_on_buyers"};
    static const char *const units[] = {"", "USD", "", "cents per USD"};
    const struct gauge *const gauge = &s->gauge[answer->gauge];
    char *const text = where(s, answer);

    if (!text)
        return cs_fail_memory(err);
    csv_text(csv, vendors ? "levy_on_vendors" : names[answer->question]);
    csv_text(csv, s->axis[answer->axis].column);
    csv_text(csv, text);
    free(text);
    csv_text(csv, gauge->quantity.metric);
    csv_text(csv, gauge->quantity.buyer);
    csv_text(csv, gauge->quantity.option);
    csv_text(csv, gauge->quantity.date);
    csv_text(csv, gauge->stat);
    csv_number(csv, gauge->threshold);
    put_numbers(csv, answer, vendors);
    csv_text(csv, answer->edge ? "yes" : "no");
    csv_text(csv, units[answer->question]);
    csv_end_row(csv);
    return CS_OK;
}

int sweep_write_answers(const struct sweep *s, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    int code = csv_open(folder, "answers.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "question,address,where,metric,buyer,option,date,stat,threshold,value,se,lo,"
                    "hi,found,edge,unit");
    for (size_t k = 0; k < s->answers && !code; k++) {
        code = put_answer(csv, s, &s->answer[k], false, err);
        if (!code && s->answer[k].question == ASK_BUYERS)
            code = put_answer(csv, s, &s->answer[k], true, err);
    }
    if (!code)
        return csv_close(csv, err);
    csv_abandon(csv);
    return code;
}

/* --- manifest.csv ---------------------------------------------------------------------------- */

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

static void put_list(struct csv_writer *csv, const char *key, const char *const *item,
                     size_t count)
{
    char text[64];

    for (size_t k = 0; k < count; k++) {
        snprintf(text, sizeof text, "%s.%zu", key, k + 1);
        put(csv, text, item[k]);
    }
}

/* What the numbers depend on besides the scenario. The title comes as in every manifest. */
static void put_call(struct csv_writer *csv, const struct sweep *s)
{
    static const char *const details[] = {"market", "buyer", "full"};
    static const char *const designs[] = {"grid", "zip", "one-at-a-time", "points", "lhs",
                                          "sobol"};
    const struct cs_run_options *const o = s->options;

    put(csv, "version", CS_VERSION);
    put(csv, "command", "sweep");
    put(csv, "scenario", s->world->name);
    put(csv, "title", s->world->title ? s->world->title : "");
    put_u64(csv, "seed", o->seed);
    put_u64(csv, "paths", o->paths);
    put(csv, "detail", details[o->detail]);
    put(csv, "uncertainty", o->uncertainty ? "on" : "off");
    put(csv, "design", designs[s->design]);
    put_u64(csv, "points", s->points);
    put_list(csv, "vary", s->call->vary, s->call->varies);
    put_list(csv, "set", s->set, s->sets);
    put_list(csv, "given", s->call->given, s->call->givens);
    put_list(csv, "crossing", s->call->crossing, s->call->crossings);
    put(csv, "metrics", s->call->metrics ? s->call->metrics : "main");
    put(csv, "dates", s->call->dates ? s->call->dates : "years");
}

/* A list of points is nowhere else: point.RUN.ADDRESS. */
static int put_points(struct csv_writer *csv, const struct sweep *s, struct cs_error *err)
{
    for (size_t k = 0; s->design == SWEEP_LIST && k < s->points * s->axes; k++) {
        if (!s->text[k])
            continue;
        char *const key =
            text_format("point.%zu.%s", k / s->axes + 1, s->axis[k % s->axes].column);
        if (!key)
            return cs_fail_memory(err);
        put(csv, key, s->text[k]);
        free(key);
    }
    return CS_OK;
}

int sweep_write_manifest(const struct sweep *s, const char *folder, struct cs_error *err)
{
    const struct result result = {.world = s->world, .seed = s->options->seed,
                                  .paths = s->options->paths, .detail = s->options->detail,
                                  .uncertainty = s->options->uncertainty};
    struct csv_writer *csv;
    int code = csv_open(folder, "manifest.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "key,value");
    put_call(csv, s);
    code = put_points(csv, s, err);
    if (!code)
        code = manifest_world(csv, &result, err);
    if (!code)
        return csv_close(csv, err);
    csv_abandon(csv);
    return code;
}
