#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "lab/sweep.h"
#include "math/moments.h"
#include "tool/address.h"

/* --- the bootstrap ------------------------------------------------------------------------- */

typedef uint8_t draw[BATCHES];   /* how often each batch is drawn */

/* The same draws for every point: differences between points keep their pairing. */
static draw *draw_batches(uint64_t seed)
{
    const uint32_t id = address_hash("bootstrap");
    draw *const times = calloc(REPLICATES, sizeof *times);

    for (uint64_t r = 0; times && r < REPLICATES; r++)
        for (uint64_t k = 0; k < BATCHES; k++) {
            const double u = address_uniform(seed, r * BATCHES + k, 0, DRAW_DESIGN, id);
            const size_t batch = (size_t)(u * BATCHES);
            if (times[r][batch] < UINT8_MAX) /* chance never comes near it */
                times[r][batch]++;
        }
    return times;
}

/* Sums of a tally over the batches drawn; without a draw, over all of them. */
static void totals(const struct tally *tally, const uint8_t *times, double *sum, double *count)
{
    *sum = *count = 0;
    for (int b = 0; b < BATCHES; b++) {
        const double weight = times ? times[b] : 1;
        *sum += weight * tally->sum[b];
        *count += weight * tally->count[b];
    }
}

static double mean_of(const struct tally *tally, const uint8_t *times)
{
    double sum, count;

    totals(tally, times, &sum, &count);
    return count > 0 ? sum / count : (double)NAN;
}

/* --- lines --------------------------------------------------------------------------------- */

struct spot {
    double x;
    size_t point;
};

/* Points that differ in one axis only, in the order of its values. */
struct line {
    size_t axis, count;
    struct spot *spot;
    double *y;                   /* [count] a gauge along the line */
};

static int by_x(const void *a, const void *b)
{
    const struct spot *const s = a, *const t = b;

    if (s->x != t->x)
        return s->x < t->x ? -1 : 1;
    return (s->point > t->point) - (s->point < t->point);
}

/* Points of the line of axis a that starts at `first`: every stride-th one. */
static void fill_line(const struct sweep *s, struct line *line, size_t first, size_t stride,
                      size_t count)
{
    line->count = 0;
    for (size_t k = 0; k < count; k++) {
        const size_t point = first + k * stride;
        const double x = sweep_value(s, point, line->axis);
        if (!isnan(x))
            line->spot[line->count++] = (struct spot){x, point};
    }
    if (line->count < count)
        line->count = 0; /* a word among the values has no place in the row */
    qsort(line->spot, line->count, sizeof *line->spot, by_x);
    size_t kept = 0;
    for (size_t k = 0; k < line->count; k++)
        if (k == 0 || line->spot[k].x > line->spot[kept - 1].x)
            line->spot[kept++] = line->spot[k];
    line->count = kept;
}

/* The gauge along the line in one draw of batches, or without a draw. */
static void measure(const struct sweep *s, const struct line *line, size_t gauge,
                    const uint8_t *times)
{
    for (size_t k = 0; k < line->count; k++)
        line->y[k] = mean_of(&s->tally[line->spot[k].point * s->gauges + gauge], times);
}

/* --- maximum and crossing ------------------------------------------------------------------ */

struct peak {
    double x, y;
    bool edge;
};

/* The largest value; inside the line the vertex of the parabola through it and its
 * neighbours. NaN if nothing is above 0. */
static struct peak find_peak(const struct line *line)
{
    const double *const y = line->y;
    size_t k = 0;

    for (size_t m = 1; m < line->count; m++)
        k = y[m] > y[k] || isnan(y[k]) ? m : k;
    if (!(y[k] > 0))
        return (struct peak){NAN, NAN, false};
    if (k == 0 || k + 1 == line->count)
        return (struct peak){line->spot[k].x, y[k], true};
    const double a = line->spot[k - 1].x, b = line->spot[k].x, c = line->spot[k + 1].x;
    const double left = (y[k] - y[k - 1]) / (b - a), right = (y[k + 1] - y[k]) / (c - b);
    const double curve = (right - left) / (c - a);
    if (!(curve < 0))
        return (struct peak){b, y[k], false};
    const double x = (a + b) / 2 - left / (2 * curve);
    return (struct peak){x, y[k - 1] + left * (x - a) + curve * (x - a) * (x - b), false};
}

/* The place of the nth crossing from 0 of `target`, linear between neighbours; NaN if there
 * is none. */
static double find_crossing(const struct line *line, double target, size_t nth)
{
    for (size_t k = 0; k < line->count; k++) {
        const double here = line->y[k] - target;
        const double next = k + 1 < line->count ? line->y[k + 1] - target : (double)NAN;
        if (here != 0 && !(here < 0 && next > 0) && !(here > 0 && next < 0))
            continue;
        if (nth-- > 0)
            continue;
        const double x = line->spot[k].x;
        return here == 0 ? x : x + (line->spot[k + 1].x - x) * here / (here - next);
    }
    return NAN;
}

/* Whether the line rises over the step that holds x. */
static bool is_rising(const struct line *line, double x)
{
    size_t k = 1;

    while (k + 1 < line->count && line->spot[k].x < x)
        k++;
    return line->y[k] > line->y[k - 1];
}

/* The crossing nearest to `to`. Where there is none the line lies above or below the target
 * all along, and the crossing beyond one of its ends: infinite, as a rising line says. */
static double nearest_crossing(const struct line *line, double target, double to, bool rising)
{
    double best = NAN, x;

    for (size_t n = 0; !isnan(x = find_crossing(line, target, n)); n++)
        if (isnan(best) || fabs(x - to) < fabs(best - to))
            best = x;
    if (isnan(best) && !isnan(line->y[0]))
        best = (line->y[0] > target) == rising ? -INFINITY : INFINITY;
    return best;
}

/* --- answers ------------------------------------------------------------------------------- */

struct study {
    struct sweep *sweep;
    draw *times;
    struct line line;
    double *first, *second;      /* [REPLICATES] */
};

static struct answer *add_answer(struct sweep *s, const struct answer *answer)
{
    struct answer *const wider = realloc(s->answer, (s->answers + 1) * sizeof *wider);

    if (!wider)
        return NULL;
    s->answer = wider;
    wider[s->answers] = *answer;
    return &wider[s->answers++];
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Standard error and 2.5 % and 97.5 % points of the replicates that are there. A limit beyond
 * the ends of the line does not exist, and then neither does the error. */
static void set_limits(struct answer *answer, double *replicate)
{
    size_t n = 0, found = 0;

    for (size_t r = 0; r < REPLICATES; r++) {
        if (!isnan(replicate[r]))
            replicate[n++] = replicate[r];
        found += n > 0 && isfinite(replicate[n - 1]) && !isnan(replicate[r]);
    }
    answer->found = (double)found / REPLICATES;
    answer->se = answer->low = answer->high = NAN;
    if (n < 2)
        return;
    if (found == n) {
        const struct moments moments = moments_of(replicate, n);
        answer->se = moments_sd(&moments);
    }
    qsort(replicate, n, sizeof *replicate, by_value);
    const size_t out = (size_t)(0.025 * (double)n);
    const double low = replicate[out], high = replicate[n - 1 - out];
    answer->low = isfinite(low) ? low : (double)NAN;
    answer->high = isfinite(high) ? high : (double)NAN;
}

static struct answer blank(const struct study *study, enum question question, size_t gauge)
{
    const struct line *const line = &study->line;
    size_t first = line->spot[0].point;
    struct answer answer = {.question = question, .gauge = gauge, .axis = line->axis,
                            .first = line->spot[0].x, .last = line->spot[line->count - 1].x,
                            .least = INFINITY, .most = -INFINITY};

    for (size_t k = 0; k < line->count; k++) {
        first = line->spot[k].point < first ? line->spot[k].point : first;
        answer.least = fmin(answer.least, line->y[k]);
        answer.most = fmax(answer.most, line->y[k]);
    }
    answer.point = first;
    return answer;
}

static bool ask_maximum(struct study *study, size_t gauge)
{
    struct sweep *const s = study->sweep;

    measure(s, &study->line, gauge, NULL);
    const struct peak peak = find_peak(&study->line);
    struct answer place = blank(study, ASK_MAXIMUM, gauge), height = place;
    place.value = peak.x;
    place.edge = height.edge = peak.edge;
    height.question = ASK_HEIGHT;
    height.value = peak.y;
    for (size_t r = 0; r < REPLICATES; r++) {
        measure(s, &study->line, gauge, study->times[r]);
        const struct peak again = find_peak(&study->line);
        study->first[r] = again.x;
        study->second[r] = again.y;
    }
    set_limits(&place, study->first);
    set_limits(&height, study->second);
    return add_answer(s, &place) && add_answer(s, &height);
}

/* Every crossing along the line, or one answer without a value. */
static bool ask_crossing(struct study *study, size_t gauge)
{
    struct sweep *const s = study->sweep;
    const double target = s->gauge[gauge].target;
    bool fine = true;

    for (size_t n = 0; fine; n++) {
        measure(s, &study->line, gauge, NULL);
        const double x = find_crossing(&study->line, target, n);
        struct answer answer = blank(study, ASK_CROSSING, gauge);
        const bool rising = is_rising(&study->line, x);
        answer.value = x;
        if (isnan(x) && n > 0)
            break;
        for (size_t r = 0; r < REPLICATES; r++) {
            measure(s, &study->line, gauge, study->times[r]);
            study->first[r] = isnan(x) ? find_crossing(&study->line, target, 0)
                                       : nearest_crossing(&study->line, target, x, rising);
        }
        set_limits(&answer, study->first);
        if (isnan(x)) /* a crossing in some replicates only has no limits */
            answer.se = answer.low = answer.high = NAN;
        fine = add_answer(s, &answer) != NULL;
        if (isnan(x))
            break;
    }
    return fine;
}

/* Of a dollar of levy, the cents that buyers pay. Gauges 0 and 1 are receipts and the
 * buyers' part. */
static double cents(const struct sweep *s, size_t point, const uint8_t *times)
{
    double levy, paid, count;

    totals(&s->tally[point * s->gauges], times, &levy, &count);
    totals(&s->tally[point * s->gauges + 1], times, &paid, &count);
    return levy > 0 ? 100 * paid / levy : (double)NAN;
}

static bool ask_buyers(struct study *study, size_t point, size_t axis)
{
    struct sweep *const s = study->sweep;
    struct answer answer = {.question = ASK_BUYERS, .gauge = 1, .axis = axis, .point = point,
                            .first = NAN, .last = NAN, .least = NAN, .most = NAN};

    answer.value = cents(s, point, NULL);
    for (size_t r = 0; r < REPLICATES; r++)
        study->first[r] = cents(s, point, study->times[r]);
    set_limits(&answer, study->first);
    return add_answer(s, &answer) != NULL;
}

/* --- over all lines ------------------------------------------------------------------------ */

static bool ask_line(struct study *study)
{
    const struct sweep *const s = study->sweep;
    bool fine = true;

    if (study->line.count < 2)
        return true;
    if (s->gauges && isnan(s->gauge[0].target) && sweep_varies_levy(s, study->line.axis))
        fine = ask_maximum(study, 0);
    for (size_t g = 0; g < s->gauges && fine; g++)
        if (!isnan(s->gauge[g].target))
            fine = ask_crossing(study, g);
    return fine;
}

static bool ask_grid(struct study *study)
{
    const struct sweep *const s = study->sweep;
    bool fine = true;

    for (size_t a = 0; a < s->axes; a++) {
        size_t stride = 1;
        for (size_t b = a + 1; b < s->axes; b++)
            stride *= s->axis[b].values;
        study->line.axis = a;
        for (size_t p = 0; p < s->points && fine; p++) {
            if (p / stride % s->axis[a].values)
                continue;
            fill_line(s, &study->line, p, stride, s->axis[a].values);
            fine = ask_line(study);
        }
    }
    return fine;
}

static size_t levy_axis(const struct sweep *s)
{
    for (size_t a = 0; a < s->axes; a++)
        if (sweep_varies_levy(s, a))
            return a;
    return 0;
}

static bool ask_lines(struct study *study)
{
    const struct sweep *const s = study->sweep;
    size_t first = 1;
    bool fine = true;

    if (s->design == SWEEP_GRID)
        return ask_grid(study);
    if (s->design != SWEEP_SINGLE) {
        study->line.axis = levy_axis(s);
        fill_line(s, &study->line, 0, 1, s->points);
        return ask_line(study);
    }
    for (size_t a = 0; a < s->axes && fine; first += s->axis[a++].values) {
        study->line.axis = a;
        fill_line(s, &study->line, first, 1, s->axis[a].values);
        fine = ask_line(study);
    }
    return fine;
}

int sweep_find_answers(struct sweep *s, struct cs_error *err)
{
    struct study study = {.sweep = s};
    bool fine = true;

    if (!s->gauges)
        return CS_OK;
    study.times = draw_batches(s->options->seed);
    study.line.spot = malloc(s->points * sizeof *study.line.spot);
    study.line.y = malloc(s->points * sizeof *study.line.y);
    study.first = malloc(REPLICATES * sizeof *study.first);
    study.second = malloc(REPLICATES * sizeof *study.second);
    fine = study.times && study.line.spot && study.line.y && study.first && study.second &&
           ask_lines(&study);
    for (size_t p = 0; p < s->points && fine && isnan(s->gauge[0].target); p++)
        fine = ask_buyers(&study, p, levy_axis(s));
    free(study.times);
    free(study.line.spot);
    free(study.line.y);
    free(study.first);
    free(study.second);
    return fine ? CS_OK : cs_fail_memory(err);
}
