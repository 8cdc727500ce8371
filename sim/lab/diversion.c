#include "lab/diversion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/compare_series.h"

const char *const division_names[DIVISIONS] = {
    "domestic", "grey", "rent", "deferred", "unspent", "queued", "lost", "ahead", "budget"};

/* Places of money in one world, USD over a date. */
enum place { FOREIGN, DOMESTIC, GREY, RENT, DEFERRED, QUEUED, LOST, AHEAD, BUDGET, PLACES };

/* Means and products of deviations of two variables, in the order of the paths. */
struct joint {
    double n, a, b, aa, bb, ab;
};

struct diversion {
    const struct match *match;
    struct joint (*joint)[DIVISIONS];  /* [dates of the reference] */
};

int diversion_new(const struct match *match, struct diversion **out, struct cs_error *err)
{
    struct diversion *d = calloc(1, sizeof *d);

    *out = NULL;
    if (d) {
        d->match = match;
        d->joint = calloc((size_t)match->reference->dates, sizeof *d->joint);
    }
    if (!d || !d->joint) {
        diversion_free(d);
        return cs_fail_memory(err);
    }
    *out = d;
    return CS_OK;
}

void diversion_free(struct diversion *d)
{
    if (d)
        free(d->joint);
    free(d);
}

/* --- one world ----------------------------------------------------------------- */

struct reader {
    const struct wave *wave;
    int date;                /* of the wave's plan */
    double *x;               /* [WAVE] scratch */
    double *place;           /* [PLACES][WAVE] */
};

static void add_series(const struct reader *r, size_t series, double sign, enum place place)
{
    double *const to = r->place + (size_t)place * WAVE;

    wave_series(r->wave, series, r->x);
    for (int p = 0; p < r->wave->paths; p++)
        to[p] += sign * r->x[p];
}

static void add_flow(const struct reader *r, const char *metric, double sign, enum place place)
{
    add_series(r, plan_series_of(r->wave->plan, metric, EVERYONE, EVERYONE, r->date), sign,
               place);
}

/* What a stock has grown by; all of these are 0 before the first period. */
static void add_change(const struct reader *r, const char *metric, enum place place)
{
    const int before = r->wave->plan->date[r->date].first - 1;

    add_flow(r, metric, 1, place);
    if (before >= 0)
        add_series(r, plan_series_of(r->wave->plan, metric, EVERYONE, EVERYONE, before), -1,
                   place);
}

static void read_world(const struct reader *r)
{
    static const enum place places[] = {
        [CLASS_FOREIGN] = FOREIGN, [CLASS_DOMESTIC] = DOMESTIC, [CLASS_GREY] = GREY,
        [CLASS_RENT] = RENT};
    const struct scenario *const w = r->wave->plan->world;

    memset(r->place, 0, PLACES * WAVE * sizeof *r->place);
    for (int j = 0; j < w->options; j++)
        if (w->option[j].class != CLASS_DEFER)
            add_series(r, plan_series_of(r->wave->plan, "spend_usd", EVERYONE, j, r->date), 1,
                       places[w->option[j].class]);
    add_change(r, "carry_usd", DEFERRED);
    add_change(r, "backlog_usd", QUEUED);
    add_change(r, "hold_usd", QUEUED);
    add_flow(r, "lapsed_usd", 1, LOST);
    add_flow(r, "forfeited_usd", 1, LOST);
    add_flow(r, "compliance_usd", 1, LOST);
    add_flow(r, "repaid_usd", 1, AHEAD);
    add_flow(r, "pull_forward_usd", -1, AHEAD);
    add_flow(r, "budget_usd", -1, BUDGET);
}

/* --- paired differences --------------------------------------------------------- */

static struct joint joint_of(const double *a, const double *b, size_t n)
{
    struct joint j = {.n = (double)n};

    for (size_t k = 0; k < n; k++) {
        j.a += a[k];
        j.b += b[k];
    }
    j.a /= j.n;
    j.b /= j.n;
    for (size_t k = 0; k < n; k++) {
        const double da = a[k] - j.a, db = b[k] - j.b;
        j.aa += da * da;
        j.bb += db * db;
        j.ab += da * db;
    }
    return j;
}

/* Adds what follows (Chan, Golub, LeVeque 1983). */
static void joint_merge(struct joint *to, const struct joint *next)
{
    const double n = to->n + next->n, part = next->n / n, weight = to->n * part;
    const double da = next->a - to->a, db = next->b - to->b;

    if (to->n == 0) {
        *to = *next;
        return;
    }
    to->n = n;
    to->a += part * da;
    to->b += part * db;
    to->aa += next->aa + weight * da * da;
    to->bb += next->bb + weight * db * db;
    to->ab += next->ab + weight * da * db;
}

void diversion_add(struct diversion *d, const struct wave *reference,
                   const struct wave *scenario, int date, double *room)
{
    static const enum place places[] = {
        [TO_DOMESTIC] = DOMESTIC, [TO_GREY] = GREY, [TO_RENT] = RENT, [TO_DEFERRED] = DEFERRED,
        [UNSPENT_QUEUED] = QUEUED, [UNSPENT_LOST] = LOST, [UNSPENT_AHEAD] = AHEAD,
        [UNSPENT_BUDGET] = BUDGET};
    const size_t n = (size_t)reference->paths, size = PLACES * WAVE;
    double *const x = room, *const y = x + size, *const unspent = y + size;
    double *const scratch = unspent + WAVE;

    read_world(&(struct reader){reference, date, scratch, x});
    read_world(&(struct reader){scenario, d->match->date[date], scratch, y});
    for (size_t k = 0; k < size; k++)
        y[k] -= x[k];
    for (size_t k = 0; k < n; k++) {
        y[FOREIGN * WAVE + k] = 0 - y[FOREIGN * WAVE + k];
        unspent[k] = y[QUEUED * WAVE + k] + y[LOST * WAVE + k] + y[AHEAD * WAVE + k] +
                     y[BUDGET * WAVE + k];
    }
    for (int part = 0; part < DIVISIONS; part++) {
        const double *const a = part == TO_UNSPENT ? unspent : y + (size_t)places[part] * WAVE;
        const struct joint wave = joint_of(a, y + (size_t)FOREIGN * WAVE, n);
        joint_merge(&d->joint[date][part], &wave);
    }
}

/* --- what is said ---------------------------------------------------------------- */

static double standard_error(double squares, double n)
{
    return n > 1 ? sqrt((squares > 0 ? squares : 0) / (n - 1) / n) : (double)NAN;
}

void diversion_at(const struct diversion *d, int date, enum division part,
                  struct diverted *out)
{
    const struct joint *const j = &d->joint[date][part];
    const double ratio = j->a / j->b;

    *out = (struct diverted){(uint64_t)j->n, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (j->n == 0)
        return;
    out->foreign = 0 - j->b;
    out->foreign_se = standard_error(j->bb, j->n);
    out->change = j->a;
    out->change_se = standard_error(j->aa, j->n);
    if (!(fabs(j->b) > mean_half_width(out->foreign_se, out->n)))
        return;
    out->cents = 100 * ratio;
    out->cents_se = 100 * standard_error(j->aa - 2 * ratio * j->ab + ratio * ratio * j->bb, j->n) /
                    fabs(j->b);
    const double half = mean_half_width(out->cents_se, out->n);
    out->lo = out->cents - half;
    out->hi = out->cents + half;
}
