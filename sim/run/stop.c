#include "run/stop.h"

#include <stdlib.h>
#include "run/series.h"
#include "tool/text.h"

int looks_count(uint64_t first, uint64_t most)
{
    int count = 1;

    for (uint64_t paths = first; paths < most; count++)
        paths = paths > most / 2 ? most : 2 * paths;
    return count;
}

uint64_t looks_paths(uint64_t first, uint64_t most, int look)
{
    uint64_t paths = first;

    for (int k = 0; k < look && paths < most; k++)
        paths = paths > most / 2 ? most : 2 * paths;
    return paths;
}

/* --- making ---------------------------------------------------------------------- */

static int make_goal(struct stop *stop, const char *text, struct plan *plan,
                     struct cs_error *err)
{
    struct goal *const goal = &stop->goal[stop->count];
    const char *const rule = target_parse(text, &goal->target);
    char *place;

    if (rule)
        return cs_fail(err, CS_INPUT, "--until '%s': %s", text, rule);
    goal->text = text;
    place = text_format("--until '%s'", text);
    if (!place)
        return cs_fail_memory(err);
    const int code = quantity_resolve(&goal->target.quantity, place, plan, &goal->series, err);
    free(place);
    stop->count++;
    return code;
}

int stop_new(const struct cs_run_options *options, struct plan *plan, struct stop **out,
             struct cs_error *err)
{
    struct stop *const stop = calloc(1, sizeof *stop);
    int code = CS_OK;

    *out = stop;
    if (stop)
        stop->goal = calloc(options->untils + 1, sizeof *stop->goal);
    if (!stop || !stop->goal)
        return cs_fail_memory(err);
    stop->plan = plan;
    stop->first = options->paths;
    stop->most = options->untils ? options->max_paths : options->paths;
    stop->looks = looks_count(stop->first, stop->most);
    stop->alpha = 0.05 / stop->looks;
    for (size_t k = 0; k < options->untils && !code; k++)
        code = make_goal(stop, options->until[k], plan, err);
    return code;
}

void stop_free(struct stop *stop)
{
    if (!stop)
        return;
    for (int k = 0; stop->goal && k < stop->count; k++)
        free(stop->goal[k].value);
    free(stop->goal);
    free(stop);
}

/* --- looking ---------------------------------------------------------------------- */

static bool make_room(struct goal *goal, size_t n)
{
    size_t room = goal->room ? goal->room : KEEP_PATHS;

    while (room < n)
        room *= 2;
    if (room == goal->room)
        return true;
    double *const value = realloc(goal->value, room * sizeof *value);
    if (!value)
        return false;
    goal->value = value;
    goal->room = room;
    return true;
}

/* Looks at the first `paths` paths. */
static int look(struct stop *stop, uint64_t paths, struct cs_error *err)
{
    double *const scratch = stop->count ? malloc((size_t)paths * sizeof *scratch) : NULL;
    bool met = true;

    if (stop->count && !scratch)
        return cs_fail_memory(err);
    for (int k = 0; k < stop->count; k++) {
        struct goal *const goal = &stop->goal[k];
        goal->interval = target_interval(&goal->target, goal->value, (size_t)paths, stop->alpha,
                                         scratch);
        goal->met = target_met(&goal->target, &goal->interval);
        met = met && goal->met;
    }
    free(scratch);
    if (met)
        stop->reason = STOP_MET;
    return CS_OK;
}

int stop_take(struct stop *stop, const struct wave *wave, uint64_t done, uint64_t *end,
              struct cs_error *err)
{
    const uint64_t now = done + (uint64_t)wave->paths;
    int code = CS_OK;

    *end = 0;
    for (int k = 0; k < stop->count; k++) {
        struct goal *const goal = &stop->goal[k];
        if (!make_room(goal, (size_t)now))
            return cs_fail_memory(err);
        wave_series(wave, goal->series, goal->value + done);
        goal->n = (size_t)now;
    }
    while (stop->reason == STOP_NOT_YET && stop->taken < stop->looks && !code) {
        const uint64_t paths = looks_paths(stop->first, stop->most, stop->taken);
        if (paths > now)
            break;
        code = look(stop, paths, err);
        stop->taken++;
        if (stop->reason == STOP_NOT_YET && paths == stop->most)
            stop->reason = STOP_MOST;
        if (stop->reason != STOP_NOT_YET)
            *end = paths;
    }
    return code;
}

int stop_now(struct stop *stop, uint64_t paths, struct cs_error *err)
{
    const int code = look(stop, paths, err);

    stop->reason = STOP_TIME;
    return code;
}

uint64_t stop_last_below(const struct stop *stop, uint64_t limit)
{
    uint64_t last = 0;

    for (int k = 0; k < stop->looks; k++) {
        const uint64_t paths = looks_paths(stop->first, stop->most, k);
        if (paths <= limit)
            last = paths;
    }
    return last;
}

bool stop_archive(struct stop *stop, struct archive *archive, uint64_t done)
{
    for (int k = 0; k < stop->count; k++) {
        struct goal *const goal = &stop->goal[k];
        if (!make_room(goal, (size_t)done))
            return false;
        goal->n = (size_t)done;
        archive_bytes(archive, goal->value, (size_t)done * sizeof *goal->value);
    }
    while (stop->taken < stop->looks &&
           looks_paths(stop->first, stop->most, stop->taken) <= done)
        stop->taken++;
    return true;
}
