/* What is gathered for answers, batch by batch. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lab/sweep.h"
#include "tool/number.h"
#include "tool/text.h"

/* --- gathering -------------------------------------------------------------------------- */

static double reading(const struct gauge *gauge, double x)
{
    switch (gauge->kind) {
    case GAUGE_MEAN: return x;
    case GAUGE_BELOW: return x < gauge->bound;
    case GAUGE_ABOVE: return x > gauge->bound;
    case GAUGE_UP_TO: return x <= gauge->bound;
    }
    return x;
}

void tally_add(struct tally *tally, const struct gauge *gauge, uint64_t first, const double *x,
               size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const size_t batch = (size_t)((first + k) % BATCHES);
        if (isnan(x[k]))
            continue;
        tally->sum[batch] += reading(gauge, x[k]);
        tally->count[batch]++;
    }
}

/* --- METRIC@DATE STAT=VALUE --------------------------------------------------------------- */

static const char *const shape =
    "must be METRIC@DATE STAT=VALUE, where STAT is mean, a quantile such as p50, or a "
    "probability such as P(>0.8); for example domestic_share_spend@2027 p50=0.8";

/* NULL, or the rule that is broken. */
static const char *read_statistic(const char *text, struct gauge *g)
{
    double number;

    if (!strcmp(text, "mean")) {
        g->kind = GAUGE_MEAN;
        g->target = g->threshold;
    } else if (text[0] == 'p' && !number_parse(text + 1, &number)) {
        if (!(number > 0 && number < 100))
            return "its quantile must be between p0 and p100, such as p05 or p50";
        g->kind = GAUGE_UP_TO;
        g->bound = g->threshold;
        g->target = number / 100;
    } else if (!strncmp(text, "P(", 2) && (text[2] == '<' || text[2] == '>')) {
        const size_t length = strlen(text);
        char *const bound = text_copy_n(text + 3, length > 4 ? length - 4 : 0);
        const bool wrong = !bound || text[length - 1] != ')' || number_parse(bound, &g->bound);
        free(bound);
        if (wrong)
            return shape;
        if (!(g->threshold > 0 && g->threshold < 1))
            return "a probability passes a value between 0 and 1";
        g->kind = text[2] == '<' ? GAUGE_BELOW : GAUGE_ABOVE;
        g->target = g->threshold;
    } else {
        return shape;
    }
    return NULL;
}

static const char *read_crossing(const char *text, struct gauge *g)
{
    const char *at = quantity_read(text, &g->quantity);

    *g->stat = '\0';
    if (!at || *at != ' ')
        return shape;
    at += strspn(at, " ");
    const char *const equals = strrchr(at, '=');
    const size_t length = equals ? (size_t)(equals - at) : 0;
    if (length == 0 || length >= sizeof g->stat || number_parse(equals + 1, &g->threshold))
        return shape;
    memcpy(g->stat, at, length);
    g->stat[length] = '\0';
    return read_statistic(g->stat, g);
}

/* --- which gauges ---------------------------------------------------------------------------- */

static bool has_lines(const struct sweep *s)
{
    return s->design <= SWEEP_SINGLE || (s->design == SWEEP_LIST && s->axes == 1);
}

bool sweep_varies_levy(const struct sweep *s, size_t a)
{
    static const char table[] = "us_regimes.", column[] = ".levy_rate";
    const char *const address = s->axis[a].address;
    const size_t length = strlen(address);

    return length > strlen(column) && !strncmp(address, table, strlen(table)) &&
           !strcmp(address + length - strlen(column), column);
}

static void add_levy(struct sweep *s, const char *metric)
{
    struct gauge *const g = &s->gauge[s->gauges++];

    *g = (struct gauge){.text = "levy", .kind = GAUGE_MEAN, .target = NAN, .threshold = NAN,
                        .stat = "mean",
                        .quantity = {.buyer = "all", .option = "all", .date = "total"}};
    snprintf(g->quantity.metric, sizeof g->quantity.metric, "%s", metric);
}

int sweep_read_gauges(struct sweep *s, struct cs_error *err)
{
    const struct sweep_call *const call = s->call;
    bool levy = false;

    for (size_t a = 0; a < s->axes; a++)
        levy = levy || sweep_varies_levy(s, a);
    if (call->crossings && !has_lines(s))
        return cs_fail(err, CS_INPUT, "--crossing needs values in a row: a grid, --zip, "
                       "--one-at-a-time, or points with one column");
    s->gauge = calloc(call->crossings + 2, sizeof *s->gauge);
    if (!s->gauge)
        return cs_fail_memory(err);
    if (levy && has_lines(s)) {
        add_levy(s, "levy_receipts_usd");
        add_levy(s, "levy_on_buyers_usd");
    }
    for (size_t k = 0; k < call->crossings; k++) {
        struct gauge *const g = &s->gauge[s->gauges++];
        g->text = call->crossing[k];
        const char *const rule = read_crossing(call->crossing[k], g);
        if (rule)
            return cs_fail(err, CS_INPUT, "--crossing '%.200s': %s", call->crossing[k], rule);
    }
    return CS_OK;
}
