/* Forecasts that know the record and nothing of the model. */
#include <math.h>
#include "lab/backtest.h"

/* What is known of a theme at an origin, sums over its observations in order of date. */
struct known {
    int count;
    const struct target *first, *last;
};

/* The observation of a theme that follows `after` in time, NULL if it is not known by then. */
static const struct target *next_known(const struct backtest *b, int theme, int origin,
                                       const struct target *after)
{
    const struct target *next = NULL;

    for (int k = 0; k < b->targets; k++) {
        const struct target *const x = &b->target[k];
        if (x->theme != theme || x->seen->last > origin ||
            (after && x->seen->last <= after->seen->last))
            continue;
        if (!next || x->seen->last < next->seen->last)
            next = x;
    }
    return next;
}

static struct known known_at(const struct backtest *b, int theme, int origin)
{
    struct known known = {0};

    for (const struct target *x = next_known(b, theme, origin, NULL); x;
         x = next_known(b, theme, origin, x)) {
        known.first = known.first ? known.first : x;
        known.last = x;
        known.count++;
    }
    return known;
}

/* The last value with its error. */
static void persist(const struct backtest *b, int target, int ahead, const struct known *known)
{
    const double last = known->last->error, own = b->target[target].error;
    const struct distribution law = {.mean = known->last->seen->value, .sd = hypot(last, own),
                                     .sd_plain = last};

    forecast_at(b, target, ahead, PERSISTENCE)->effective = NAN;
    forecast_score(b, target, ahead, PERSISTENCE, &law);
}

/* A random walk with drift: mean last + d h, variance s^2 (h + h^2 / span), where d is the mean
 * change per period, s^2 the variance of changes about it per period, and the second part is the
 * error of d (Hyndman and Athanasopoulos, Forecasting: principles and practice, 5.5). The
 * changes hold the errors of observations already. */
static void walk(const struct backtest *b, int target, int ahead, const struct known *known)
{
    const struct observation *const first = known->first->seen, *const last = known->last->seen;
    const double span = last->last - first->last, drift = (last->value - first->value) / span;
    const double far = b->target[target].seen->last - last->last;
    const int origin = b->target[target].seen->last - ahead;
    const struct target *from = known->first, *to;
    double square = 0;

    for (; (to = next_known(b, b->target[target].theme, origin, from)) != NULL; from = to) {
        const double gap = to->seen->last - from->seen->last;
        const double off = to->seen->value - from->seen->value - drift * gap;
        square += off * off / gap;
    }
    const double sd = sqrt(square / (known->count - 2) * (far + far * far / span));
    const struct distribution law = {.mean = last->value + drift * far, .sd = sd,
                                     .sd_plain = sd};
    forecast_at(b, target, ahead, WALK)->effective = NAN;
    forecast_score(b, target, ahead, WALK, &law);
}

void backtest_extrapolate(struct backtest *b)
{
    for (int k = 0; k < b->targets; k++) {
        const struct target *const x = &b->target[k];
        for (int ahead = 1; x->theme >= 0 && ahead <= b->options.horizon; ahead++) {
            if (x->seen->last < ahead)
                break;
            const struct known known = known_at(b, x->theme, x->seen->last - ahead);
            if (known.count >= 1)
                persist(b, k, ahead, &known);
            if (known.count >= 3)
                walk(b, k, ahead, &known);
        }
    }
}
