#include "run/arrays.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "tool/stream.h"
#include "tool/text.h"

enum { HEADER = 128 };

struct arrays {
    const struct plan *plan;
    const int *row;          /* [count] */
    int count;
    struct stream **stream;  /* [count + STATE_FILES] */
    uint64_t paths;
    double *x;               /* [WAVE][steps] */
    int32_t *state;          /* [WAVE][steps] */
};

static const char *const states[] = {"us_regime", "cn_stance"};
enum { STATE_FILES = 2 };

static const char byte_order = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '<' : '>';

/* The header of a file of `paths` rows, always of the same length. */
static void write_header(const struct arrays *a, int which)
{
    const char *const type = which < a->count ? "f8" : "i4";
    char head[HEADER + 1], text[HEADER - 10];
    const int rest = HEADER - 10;

    snprintf(text, sizeof text, "{'descr': '%c%s', 'fortran_order': False, 'shape': (%llu, %d), }",
             byte_order, type, (unsigned long long)a->paths, a->plan->world->steps);
    memcpy(head, "\x93NUMPY\x01\x00", 8);
    head[8] = (char)rest;
    head[9] = 0;
    snprintf(head + 10, sizeof head - 10, "%-*s\n", rest - 1, text);
    stream_patch(a->stream[which], 0, head, HEADER);
}

static const char *name_of(const struct arrays *a, int which)
{
    return which < a->count ? a->plan->row[a->row[which]].metric->name
                            : states[which - a->count];
}

static int open_all(struct arrays *a, bool keep, const char *folder, struct cs_error *err)
{
    static const char blank[HEADER];
    int code = CS_OK;

    if (mkdir(folder, 0777) && errno != EEXIST)
        return cs_fail_errno(err, "%s: the folder cannot be made", folder);
    for (int k = 0; k < a->count + STATE_FILES && !code; k++) {
        char *const name = text_format("%s.npy", name_of(a, k));
        code = name ? stream_open(folder, name, keep, &a->stream[k], err) : cs_fail_memory(err);
        if (!code && !keep)
            stream_put(a->stream[k], blank, HEADER);
        free(name);
    }
    return code;
}

int arrays_open(const struct plan *plan, const int *row, int count, bool keep,
                const char *folder, struct arrays **out, struct cs_error *err)
{
    struct arrays *const a = calloc(1, sizeof *a);
    const size_t size = (size_t)plan->world->steps * WAVE;
    char *const place = text_format("%s/draws", folder);

    *out = a;
    if (a) {
        a->plan = plan;
        a->row = row;
        a->count = count;
        a->stream = calloc((size_t)count + STATE_FILES, sizeof(struct stream *));
        a->x = malloc(size * sizeof *a->x);
        a->state = malloc(size * sizeof *a->state);
    }
    const bool fine = a && place && a->stream && a->x && a->state;
    const int code = fine ? open_all(a, keep, place, err) : cs_fail_memory(err);
    free(place);
    return code;
}

static void add_values(struct arrays *a, const struct wave *wave, int which)
{
    const size_t steps = (size_t)a->plan->world->steps;
    const size_t series = (size_t)a->row[which] * (size_t)a->plan->dates;

    for (int p = 0; p < wave->paths; p++)
        for (size_t t = 0; t < steps; t++)
            a->x[(size_t)p * steps + t] = wave_value(wave, series + t, p);
    stream_put(a->stream[which], a->x, (size_t)wave->paths * steps * sizeof *a->x);
}

static void add_states(struct arrays *a, const struct wave *wave, int which)
{
    const int32_t *const from = which == a->count ? wave->us : wave->cn;
    const size_t steps = (size_t)a->plan->world->steps;

    for (size_t p = 0; p < (size_t)wave->paths; p++)
        for (size_t t = 0; t < steps; t++)
            a->state[p * steps + t] = from[t * WAVE + p];
    stream_put(a->stream[which], a->state, (size_t)wave->paths * steps * sizeof *a->state);
}

void arrays_add(struct arrays *a, const struct wave *wave)
{
    for (int k = 0; k < a->count; k++)
        add_values(a, wave, k);
    for (int k = a->count; k < a->count + STATE_FILES; k++)
        add_states(a, wave, k);
    a->paths += (uint64_t)wave->paths;
}

uint64_t arrays_bytes(int count, uint64_t rows)
{
    const uint64_t metrics = (uint64_t)count;

    return metrics * (HEADER + rows * sizeof(double)) +
           STATE_FILES * (HEADER + rows * sizeof(int32_t));
}

int arrays_archive(struct arrays *a, struct archive *archive, struct cs_error *err)
{
    const uint64_t steps = (uint64_t)a->plan->world->steps;
    int code = CS_OK;

    archive_bytes(archive, &a->paths, sizeof a->paths);
    for (int k = 0; k < a->count + STATE_FILES && !code; k++) {
        const uint64_t width = k < a->count ? sizeof *a->x : sizeof *a->state;
        code = archive_reads(archive)
                   ? stream_cut(a->stream[k], HEADER + a->paths * steps * width, err)
                   : stream_flush(a->stream[k], err);
    }
    return code;
}

int arrays_close(struct arrays *a, struct cs_error *err)
{
    int code = CS_OK;

    for (int k = 0; a && k < a->count + STATE_FILES; k++) {
        write_header(a, k);
        const int one = stream_close(a->stream[k], err);
        a->stream[k] = NULL;
        code = code ? code : one;
    }
    arrays_abandon(a);
    return code;
}

void arrays_abandon(struct arrays *a)
{
    if (!a)
        return;
    for (int k = 0; a->stream && k < a->count + STATE_FILES; k++)
        stream_abandon(a->stream[k]);
    free(a->stream);
    free(a->x);
    free(a->state);
    free(a);
}
