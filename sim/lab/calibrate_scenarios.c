#define _XOPEN_SOURCE 700

#include <errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lab/calibrate.h"
#include "lab/calibrate_fit.h"
#include "run/write.h"
#include "tool/csv.h"
#include "tool/text.h"

/* --- copying ----------------------------------------------------------------------------- */

static int make_folders(char *path, struct cs_error *err)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool failed = mkdir(path, 0777) && errno != EEXIST;
        *slash = '/';
        if (failed)
            return cs_fail_errno(err, "%s: its folder cannot be made", path);
    }
    return CS_OK;
}

static int copy_bytes(const char *from, const char *to, struct cs_error *err)
{
    FILE *const in = fopen(from, "rb"), *const out = in ? fopen(to, "wb") : NULL;
    char buffer[1 << 14];
    int code = in && out ? CS_OK : cs_fail_errno(err, "%s", in ? to : from);

    for (size_t n; !code && (n = fread(buffer, 1, sizeof buffer, in)) > 0;)
        if (fwrite(buffer, 1, n, out) != n)
            code = cs_fail_errno(err, "%s", to);
    if (in)
        fclose(in);
    if (out && fclose(out) && !code)
        code = cs_fail_errno(err, "%s", to);
    return code;
}

static int copy_input(const struct scenario *w, int input, const char *folder,
                      struct cs_error *err)
{
    char inner[INPUT_PATH], sha[65] = "";

    input_path(w, input, inner, sizeof inner);
    char *const to = text_format("%s/%s", folder, inner);
    int code = to ? make_folders(to, err) : cs_fail_memory(err);
    if (!code)
        code = copy_bytes(w->input[input].path, to, err);
    if (!code)
        code = csv_sha256(to, sha, err);
    if (!code && strcmp(sha, w->input[input].sha256))
        code = cs_fail(err, CS_INPUT, "%s: was changed while the calibration ran",
                       w->input[input].path);
    free(to);
    return code;
}

/* --- the child --------------------------------------------------------------------------- */

static int write_scenario(const struct calibration *c, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    int code = csv_open(folder, "scenario.csv", &csv, err);
    char *const base = text_format("../%s", c->world->name);
    char *const title = text_format("%s (calibrated)", c->world->title);

    if (!code) {
        csv_header(csv, "key,value");
        csv_text(csv, "title");
        csv_text(csv, title ? title : "");
        csv_end_row(csv);
        csv_text(csv, "base");
        csv_text(csv, base ? base : "");
        csv_end_row(csv);
        code = csv_close(csv, err);
    }
    if (!code && (!base || !title))
        code = cs_fail_memory(err);
    free(base);
    free(title);
    return code;
}

static void sort_draws(const struct calibration *c, int prior, double *x)
{
    const size_t count = (size_t)c->options.vectors;

    for (size_t k = 0; k < count; k++)
        x[k] = c->x[k * (size_t)c->priors + (size_t)prior];
    gsl_sort(x, 1, count);
}

/* `none` takes away what the inherited row has. */
static void put_prior(struct csv_writer *csv, const struct calibration *c, const struct lesson *l,
                      const struct fitted *fit)
{
    const bool discrete = fit->kind == DIST_DISCRETE;
    char source[CS_SENTENCE];

    snprintf(source, sizeof source, "posterior of chipsplit calibrate: %.0f %% of the spread of "
             "the prior gone, centre moved by %.2f of its sd; this fit to the draws errs by "
             "%.1f %%", 100 * l->learned, l->shift, 100 * fit->gap);
    csv_text(csv, c->world->prior[l->prior].address);
    csv_text(csv, dist_names[fit->kind]);
    for (int k = 0; k < 3; k++)
        if (discrete || k == 1)
            csv_text(csv, "none");
        else
            csv_number(csv, k ? fit->high : fit->low);
    csv_text(csv, discrete ? "none" : "0.9");
    csv_text(csv, discrete ? fit->values : "none");
    csv_text(csv, source);
    csv_end_row(csv);
}

static int write_priors(const struct calibration *c, const char *folder, struct cs_error *err)
{
    double *const x = malloc((size_t)c->options.vectors * sizeof *x);
    struct csv_writer *csv = NULL;
    int code = x ? csv_open(folder, "priors.csv", &csv, err) : cs_fail_memory(err);

    if (!code)
        csv_header(csv, "parameter,distribution,low,mode,high,credibility,values,source");
    for (int k = 0; k < c->lessons && !code; k++) {
        const struct lesson *const l = &c->lesson[k];
        const struct prior *const prior = &c->world->prior[l->prior];
        struct fitted fit;
        if (l->verdict == NOT_IDENTIFIED)
            continue;
        sort_draws(c, l->prior, x);
        if (fit_draws(x, (size_t)c->options.vectors, prior->relative ? -INFINITY : prior->least,
                      prior->relative ? INFINITY : prior->most, &fit))
            code = cs_fail(err, CS_BUG, "%s: no distribution fits its posterior", prior->address);
        else
            put_prior(csv, c, l, &fit);
    }
    free(x);
    if (code)
        csv_abandon(csv);
    else
        code = csv_close(csv, err);
    return code;
}

/* --- correlations ------------------------------------------------------------------------- */

enum { NAMES = 199 };        /* whose pairs are rows enough for a table */

/* The priors that get correlations: those with a new row, and those that have some. */
static int list_names(const struct calibration *c, int *prior)
{
    int count = 0;

    for (int p = 0; p < c->priors; p++) {
        bool named = false;
        for (int k = 0; k < c->lessons; k++)
            named = named || (c->lesson[k].prior == p && c->lesson[k].verdict != NOT_IDENTIFIED);
        for (int k = 0; k < c->world->copula.count; k++)
            named = named || c->world->copula.prior[k] == p;
        if (named && count < NAMES)
            prior[count++] = p;
    }
    return count;
}

static void rank_pairs(const struct calibration *c, const int *prior, int count, double *rank,
                       double *work)
{
    const size_t stride = (size_t)c->priors, n = (size_t)c->options.vectors;

    for (int a = 0; a < count; a++)
        for (int b = 0; b < a; b++)
            rank[a * count + b] =
                round(1e3 * gsl_stats_spearman(c->x + prior[a], stride, c->x + prior[b], stride, n,
                                               work)) / 1e3;
}

static bool is_definite(const double *rank, int count, gsl_matrix *m)
{
    for (int a = 0; a < count; a++)
        for (int b = 0; b <= a; b++)
            gsl_matrix_set(m, (size_t)a, (size_t)b,
                           a == b ? 1 : 2 * sin(acos(-1) * rank[a * count + b] / 6));
    if (gsl_linalg_cholesky_decomp1(m))
        return false;
    for (int a = 0; a < count; a++)
        if (gsl_matrix_get(m, (size_t)a, (size_t)a) < 1e-3)
            return false;
    return true;
}

/* Rank correlations of draws become those of normal scores, which need not be positive
 * definite: they are shrunk until they are. */
static void make_definite(double *rank, int count, gsl_matrix *m)
{
    while (!is_definite(rank, count, m))
        for (int k = 0; k < count * count; k++)
            rank[k] = round(950 * rank[k]) / 1e3;
}

static int put_pairs(const struct calibration *c, const int *prior, int count, const double *rank,
                     const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "correlations.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "a,b,rank,source");
    for (int a = 0; a < count; a++)
        for (int b = 0; b < a; b++) {
            csv_text(csv, c->world->prior[prior[b]].address);
            csv_text(csv, c->world->prior[prior[a]].address);
            csv_number(csv, rank[a * count + b]);
            csv_text(csv, "posterior of chipsplit calibrate");
            csv_end_row(csv);
        }
    return csv_close(csv, err);
}

static int write_correlations(const struct calibration *c, const char *folder,
                              struct cs_error *err)
{
    int prior[NAMES];
    const int count = list_names(c, prior);
    if (count < 2)
        return CS_OK;
    double *const rank = calloc((size_t)count * (size_t)count, sizeof *rank);
    double *const work = malloc(2 * (size_t)c->options.vectors * sizeof *work);
    gsl_matrix *const m = gsl_matrix_alloc((size_t)count, (size_t)count);
    int code = rank && work && m ? CS_OK : cs_fail_memory(err);

    if (!code) {
        rank_pairs(c, prior, count, rank, work);
        make_definite(rank, count, m);
        code = put_pairs(c, prior, count, rank, folder, err);
    }
    free(rank);
    free(work);
    gsl_matrix_free(m);
    return code;
}

/* --- the whole ---------------------------------------------------------------------------- */

static bool anything_learned(const struct calibration *c)
{
    for (int k = 0; k < c->lessons; k++)
        if (c->lesson[k].verdict != NOT_IDENTIFIED)
            return true;
    return false;
}

/* What was written must be a scenario. */
static int check_child(const char *folder, struct cs_error *err)
{
    struct cs_error why = {0};
    struct scenario *world = NULL;
    const int code = scenario_load(folder, NULL, 0, &world, &why);

    scenario_free(world);
    return code ? cs_fail(err, CS_BUG, "the posterior is no scenario: %s", why.text[0]) : CS_OK;
}

int calibration_write_scenarios(const struct calibration *c, const char *folder,
                                struct cs_error *err)
{
    char *const place = text_format("%s/scenarios", folder);
    char *const child = text_format("%s/scenarios/%s_posterior/", folder, c->world->name);
    int code = place && child ? make_folders(child, err) : cs_fail_memory(err);

    for (int k = 0; k < c->world->inputs && !code; k++)
        code = copy_input(c->world, k, place, err);
    if (!code)
        code = write_scenario(c, child, err);
    if (!code && anything_learned(c))
        code = write_priors(c, child, err);
    if (!code && anything_learned(c))
        code = write_correlations(c, child, err);
    if (!code)
        code = check_child(child, err);
    free(place);
    free(child);
    return code;
}
