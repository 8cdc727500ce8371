#include "run/target.h"

#include <math.h>
#include <string.h>
#include "math/moments.h"
#include "math/quantile.h"
#include "tool/number.h"

/* --- reading ------------------------------------------------------------------- */

static const char *const shape =
    "must be METRIC@DATE STAT TOL or METRIC[BUYER/OPTION]@DATE STAT TOL, such as "
    "nvidia_revenue_gross_usd@2026 p50 2%";

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, " \t");
}

/* Reads a number up to any of `ends`; NULL if there is none. */
static const char *read_number(const char *text, const char *ends, double *value)
{
    char word[64];
    const size_t length = strcspn(text, ends);

    if (length == 0 || length >= sizeof word)
        return NULL;
    memcpy(word, text, length);
    word[length] = '\0';
    return number_parse(word, value) ? NULL : text + length;
}

/* <x) or >x); text starts behind the bracket. */
static const char *read_bound(const char *text, struct stop_target *target)
{
    text = skip_blanks(text);
    if (*text != '<' && *text != '>')
        return NULL;
    target->statistic = *text == '<' ? STATISTIC_BELOW : STATISTIC_ABOVE;
    text = read_number(skip_blanks(text + 1), " \t)", &target->at);
    if (!text)
        return NULL;
    text = skip_blanks(text);
    return *text == ')' ? text + 1 : NULL;
}

static const char *read_statistic(const char *text, struct stop_target *target)
{
    if (!strncmp(text, "mean", 4)) {
        target->statistic = STATISTIC_MEAN;
        return text + 4;
    }
    if (!strncmp(text, "P(", 2))
        return read_bound(text + 2, target);
    if (*text != 'p')
        return NULL;
    target->statistic = STATISTIC_QUANTILE;
    text = read_number(text + 1, " \t", &target->at);
    target->at /= 100;
    return text;
}

static const char *read_tolerance(const char *text, struct stop_target *target)
{
    const bool probability = target->statistic >= STATISTIC_BELOW;

    text = read_number(text, " \t%", &target->tolerance);
    if (!text)
        return "its tolerance must be a number or a percentage such as 2%";
    target->relative = *text == '%';
    if (target->relative) {
        target->tolerance /= 100;
        text++;
    }
    if (*skip_blanks(text))
        return shape;
    if (!(target->tolerance > 0))
        return "its tolerance must be above 0";
    if (target->relative && probability)
        return "the tolerance of a probability must be a number such as 0.01, not a percentage";
    return NULL;
}

const char *target_parse(const char *text, struct stop_target *target)
{
    const char *at;

    memset(target, 0, sizeof *target);
    at = quantity_read(skip_blanks(text), &target->quantity);
    if (!at || at == skip_blanks(at))
        return shape;
    at = read_statistic(skip_blanks(at), target);
    if (!at || at == skip_blanks(at))
        return "its statistic must be mean, a quantile such as p50, or a probability such as "
               "P(>0.8), and a tolerance must follow";
    if (target->statistic == STATISTIC_QUANTILE && !(target->at > 0 && target->at < 1))
        return "its quantile must be between p0 and p100, such as p05 or p50";
    return read_tolerance(skip_blanks(at), target);
}

/* --- intervals ---------------------------------------------------------------------- */

static struct interval of_mean(const double *x, size_t m, double alpha)
{
    const struct moments moments = moments_of(x, m);
    const double half = student_half_width(moments_se(&moments), m, alpha);

    return (struct interval){moments.mean, moments.mean - half, moments.mean + half};
}

static struct interval of_quantile(double p, double *x, size_t m, double alpha)
{
    const double place = (double)(m - 1) * p;
    const uint64_t below = (uint64_t)place + 1, above = below < m ? below + 1 : m;
    uint64_t low, high;

    quantile_ranks_at(m, p, alpha, &low, &high);
    /* Ascending, whatever the limits: l <= below and above <= u does not hold for few m. */
    uint64_t ranks[4] = {low ? low : 1, below, above, high ? high : m};
    for (int k = 1; k < 4; k++)
        for (int i = k; i > 0 && ranks[i - 1] > ranks[i]; i--) {
            const uint64_t t = ranks[i];
            ranks[i] = ranks[i - 1];
            ranks[i - 1] = t;
        }
    quantile_select(x, m, ranks, 4);
    const double from = x[below - 1], to = x[above - 1], part = place - (double)(below - 1);
    return (struct interval){
        part > 0 && from < to ? from + part * (to - from) : from,
        low ? x[low - 1] : (double)NAN,
        high ? x[high - 1] : (double)NAN,
    };
}

static struct interval of_probability(const struct stop_target *target, const double *x, size_t m,
                                      double alpha)
{
    struct interval interval;
    uint64_t hits = 0;

    for (size_t k = 0; k < m; k++)
        hits += target->statistic == STATISTIC_BELOW ? x[k] < target->at : x[k] > target->at;
    interval.estimate = (double)hits / (double)m;
    clopper_pearson(hits, m, alpha, &interval.low, &interval.high);
    return interval;
}

struct interval target_interval(const struct stop_target *target, const double *x, size_t n,
                                double alpha, double *scratch)
{
    size_t m = 0;

    for (size_t k = 0; k < n; k++)
        if (!isnan(x[k]))
            scratch[m++] = x[k];
    if (m == 0)
        return (struct interval){NAN, NAN, NAN};
    switch (target->statistic) {
    case STATISTIC_MEAN: return of_mean(scratch, m, alpha);
    case STATISTIC_QUANTILE: return of_quantile(target->at, scratch, m, alpha);
    case STATISTIC_BELOW:
    case STATISTIC_ABOVE: return of_probability(target, scratch, m, alpha);
    }
    return (struct interval){NAN, NAN, NAN};
}

bool target_met(const struct stop_target *target, const struct interval *interval)
{
    const double limit =
        target->relative ? target->tolerance * fabs(interval->estimate) : target->tolerance;

    return interval->estimate - interval->low <= limit &&
           interval->high - interval->estimate <= limit;
}
