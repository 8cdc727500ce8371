#include "run/quantity.h"

#include <stdlib.h>
#include <string.h>
#include "tool/text.h"

#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define LARGE "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* Copies the run of characters of a set; NULL if it is empty or too long. */
static const char *take(const char *text, const char *set, char *to, size_t size)
{
    const size_t length = strspn(text, set);

    if (length == 0 || length >= size)
        return NULL;
    memcpy(to, text, length);
    to[length] = '\0';
    return text + length;
}

/* BUYER] or BUYER/OPTION] */
static const char *take_place(const char *text, struct quantity *q)
{
    text = take(text, SMALL DIGITS "_", q->buyer, sizeof q->buyer);
    if (text && *text == '/')
        text = take(text + 1, SMALL DIGITS "_", q->option, sizeof q->option);
    return text && *text == ']' ? text + 1 : NULL;
}

const char *quantity_read(const char *text, struct quantity *q)
{
    *q = (struct quantity){.buyer = "all", .option = "all"};
    text = take(text, SMALL DIGITS "_", q->metric, sizeof q->metric);
    if (text && *text == '[')
        text = take_place(text + 1, q);
    if (!text || *text != '@')
        return NULL;
    return take(text + 1, SMALL LARGE DIGITS "-", q->date, sizeof q->date);
}

/* --- resolving -------------------------------------------------------------------- */

static int refuse(const char *text, const char *what, const char *name, const char *near,
                  struct cs_error *err)
{
    if (near)
        return cs_fail(err, CS_INPUT, "%s: there is no %s '%s'; did you mean '%s'?", text, what,
                       name, near);
    return cs_fail(err, CS_INPUT, "%s: there is no %s '%s'", text, what, name);
}

static int refuse_buyer(const struct scenario *w, const struct quantity *q, const char *text,
                        struct cs_error *err)
{
    const char **const names = malloc(((size_t)w->buyers + 1) * sizeof *names);

    for (int i = 0; names && i < w->buyers; i++)
        names[i] = w->buyer[i].id;
    refuse(text, "buyer", q->buyer,
           names ? text_nearest(q->buyer, names, (size_t)w->buyers) : NULL, err);
    free(names);
    return CS_INPUT;
}

static int refuse_option(const struct scenario *w, const struct quantity *q, const char *text,
                         struct cs_error *err)
{
    const char **const names = malloc(((size_t)w->options + 1) * sizeof *names);

    for (int j = 0; names && j < w->options; j++)
        names[j] = w->option[j].id;
    refuse(text, "option", q->option,
           names ? text_nearest(q->option, names, (size_t)w->options) : NULL, err);
    free(names);
    return CS_INPUT;
}

int quantity_resolve(const struct quantity *q, const char *text, struct plan *plan,
                     size_t *series, struct cs_error *err)
{
    const struct scenario *const w = plan->world;
    const struct metric *const metric = catalogue_find(plan->catalogue, q->metric);
    const int buyer = find_buyer(w, q->buyer), option = find_option(w, q->option);
    const int date = plan_date(plan, q->date);
    const char *rule = NULL;

    if (!metric || metric->trace_only)
        return refuse(text, "metric", q->metric, catalogue_nearest(plan->catalogue, q->metric),
                      err);
    if (buyer < EVERYONE)
        return refuse_buyer(w, q, text, err);
    if (option < EVERYONE)
        return refuse_option(w, q, text, err);
    if (date < 0)
        return cs_fail(err, CS_INPUT, "%s: there is no date '%s'; there are periods such as %s, "
                       "years such as %s, and total", text, q->date, plan->date[0].text,
                       plan->date[w->steps].text);
    const int row = plan_need(plan, metric, buyer, option, &rule);
    if (row < 0)
        return cs_fail(err, CS_INPUT, "%s: %s %s", text, q->metric, rule);
    *series = (size_t)row * (size_t)plan->dates + (size_t)date;
    return CS_OK;
}
