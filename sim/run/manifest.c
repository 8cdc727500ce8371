#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "run/write.h"
#include "tool/number.h"

static void put(struct csv_writer *csv, const char *key, const char *value)
{
    csv_text(csv, key);
    csv_text(csv, value ? value : "");
    csv_end_row(csv);
}

static void put_u64(struct csv_writer *csv, const char *key, uint64_t value)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, value);
    put(csv, key, text);
}

static void put_number(struct csv_writer *csv, const char *key, double value)
{
    csv_text(csv, key);
    csv_number(csv, value);
    csv_end_row(csv);
}

/* What the numbers depend on besides the scenario. */
static void put_call(struct csv_writer *csv, const struct result *r,
                     const struct cs_run_options *options)
{
    static const char *const details[] = {"market", "buyer", "full"};
    static const char *const draws_formats[] = {"csv", "csv.gz", "npy"};
    char text[64];

    put(csv, "version", CS_VERSION);
    put(csv, "command", "run");
    put(csv, "scenario", r->world->name);
    put(csv, "title", r->world->title);
    put_u64(csv, "seed", r->seed);
    put_u64(csv, "paths", r->paths);
    put(csv, "detail", details[r->detail]);
    put(csv, "uncertainty", r->uncertainty ? "on" : "off");
    put(csv, "draws", options->draws ? "all" : "none");
    if (options->draws)
        put(csv, "draws_format", draws_formats[options->draws_format]);
    snprintf(text, sizeof text, "%" PRIu64 ":%" PRIu64, options->trace_from, options->trace_to);
    if (options->trace)
        put(csv, "trace", text);
}

void input_path(const struct scenario *world, int input, char *out, size_t size)
{
    const char *const first = world->input[0].path, *path = world->input[input].path;
    const char *const slash = strrchr(first, '/');
    const size_t folder = slash ? (size_t)(slash - first) + 1 : 0;
    const bool own = !strncmp(path, first, folder) && strncmp(path + folder, "../", 3);
    size_t parent = folder ? folder - 1 : 0;

    while (parent > 0 && first[parent - 1] != '/')
        parent--;
    if (own)
        path += folder;
    else if (!strncmp(path, first, parent))
        path += parent;
    path += strncmp(path, "./", 2) ? 0 : 2;
    while (!strncmp(path, "../", 3))
        path += 3;
    snprintf(out, size, "%s%s%s", own ? world->name : "", own ? "/" : "", path);
}

static void put_inputs(struct csv_writer *csv, const struct scenario *world)
{
    char key[INPUT_PATH + 8] = "input.";
    const size_t start = strlen(key);

    for (int k = 0; k < world->inputs; k++) {
        input_path(world, k, key + start, sizeof key - start);
        put(csv, key, world->input[k].sha256);
    }
}

/* Every cell that is not blank as cell.TABLE.ROW.COLUMN, rows from 1. */
static void put_table(struct csv_writer *csv, const struct text_table *table)
{
    char key[512];

    for (int row = 0; row < table->rows; row++)
        for (int column = 0; column < table->columns; column++) {
            const char *const text = table->cell[row * table->columns + column].text;
            if (!text || !*text)
                continue;
            snprintf(key, sizeof key, "cell.%s.%d.%s", table->name, row + 1,
                     table->column[column]);
            put(csv, key, text);
        }
}

/* Factors act on whatever the cell holds, a draw included, so that they are not
 * seen in the cell's text. */
static void put_factors(struct csv_writer *csv, const struct scenario *world)
{
    char key[512] = "factor.";
    const size_t start = strlen(key);

    for (int cell = 0; cell < world->cells; cell++) {
        if (world->factor[cell] == 1)
            continue;
        cell_address(world, cell, key + start, sizeof key - start);
        put_number(csv, key, world->factor[cell]);
    }
}

/* Notes are numbered within their kind: prior_off.1, prior_off.2, unused.1. */
static void put_notes(struct csv_writer *csv, const struct scenario *world)
{
    char key[256];

    for (int k = 0; k < world->notes; k++) {
        snprintf(key, sizeof key, "%s.%d", world->note[k].key, world->note[k].number);
        put(csv, key, world->note[k].text);
    }
}

/* --- correlations ------------------------------------------------------------ */

/* The draws of one prior in the first n paths. */
static void draw_paths(const struct result *r, int prior, size_t n, double *x)
{
    uint64_t path[LANES];
    lane value;

    for (size_t k = 0; k < n; k += LANES) {
        for (size_t l = 0; l < LANES; l++)
            path[l] = r->first + k + l;
        draw_prior(r->world, r->seed, path, prior, value);
        memcpy(x + k, value, (n - k < LANES ? n - k : LANES) * sizeof *x);
    }
}

static void put_pair(struct csv_writer *csv, const struct result *r, int which, double rank)
{
    const struct copula_pair *const pair = &r->world->copula.pair[which];
    char key[64];

    snprintf(key, sizeof key, "correlation.%d.a", which + 1);
    put(csv, key, r->world->prior[pair->a].address);
    snprintf(key, sizeof key, "correlation.%d.b", which + 1);
    put(csv, key, r->world->prior[pair->b].address);
    snprintf(key, sizeof key, "correlation.%d.asked", which + 1);
    put_number(csv, key, pair->asked);
    snprintf(key, sizeof key, "correlation.%d.achieved", which + 1);
    put_number(csv, key, rank);
}

/* Spearman's rank correlation of the draws in the first paths. */
static int put_correlations(struct csv_writer *csv, const struct result *r, struct cs_error *err)
{
    const struct copula *const copula = &r->world->copula;
    const size_t n = r->paths < KEEP_PATHS ? (size_t)r->paths : KEEP_PATHS;
    double *const x = malloc(4 * n * sizeof *x);

    if (!x)
        return cs_fail_memory(err);
    for (int k = 0; r->uncertainty && k < copula->pair_count; k++) {
        draw_paths(r, copula->pair[k].a, n, x);
        draw_paths(r, copula->pair[k].b, n, x + n);
        const double rank = n > 1 ? gsl_stats_spearman(x, 1, x + n, 1, n, x + 2 * n) : (double)NAN;
        put_pair(csv, r, k, rank);
    }
    free(x);
    return CS_OK;
}

int manifest_world(struct csv_writer *csv, const struct result *r, struct cs_error *err)
{
    put_inputs(csv, r->world);
    put_notes(csv, r->world);
    const int code = put_correlations(csv, r, err);
    for (int k = 0; k < TABLES; k++)
        put_table(csv, &r->world->table[k]);
    put_factors(csv, r->world);
    return code;
}

int put_manifest(struct csv_writer *csv, const struct result *r,
                 const struct cs_run_options *options, struct cs_error *err)
{
    csv_header(csv, "key,value");
    put_call(csv, r, options);
    return manifest_world(csv, r, err);
}

int write_manifest(const struct result *r, const struct cs_run_options *options,
                   const char *folder, bool to_disk, struct cs_error *err)
{
    struct csv_writer *csv;
    int code = csv_open(folder, "manifest.csv", &csv, err);

    if (code)
        return code;
    code = put_manifest(csv, r, options, err);
    if (code) {
        csv_abandon(csv);
        return code;
    }
    return to_disk ? csv_close(csv, err) : csv_close_unflushed(csv, err);
}
