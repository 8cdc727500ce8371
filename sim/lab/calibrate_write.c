#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "lab/calibrate.h"
#include "run/write.h"
#include "tool/csv.h"

static void put_band(struct csv_writer *csv, const struct band *band)
{
    csv_number(csv, band->low);
    csv_number(csv, band->middle);
    csv_number(csv, band->high);
}

static int write_parameters(const struct calibration *c, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "parameters.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "parameter,verdict,learned,learned_se,shift,shift_se,prior_p05,prior_p50,"
                    "prior_p95,mean,sd,p05,p50,p95");
    for (int k = 0; k < c->lessons; k++) {
        const struct lesson *const l = &c->lesson[k];
        csv_text(csv, c->world->prior[l->prior].address);
        csv_text(csv, verdict_words[l->verdict]);
        csv_number(csv, l->learned);
        csv_number(csv, l->learned_se);
        csv_number(csv, l->shift);
        csv_number(csv, l->shift_se);
        put_band(csv, &l->before);
        csv_number(csv, l->mean);
        csv_number(csv, l->sd);
        put_band(csv, &l->after);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

static int write_observations(const struct calibration *c, const char *folder,
                              struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "observations.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "date,metric,buyer,option,unit,value,sd,discrepancy,fitted,nearest,parameters,"
                    "prior_p05,prior_p50,prior_p95,p05,p50,p95,pit");
    for (int k = 0; k < c->facts; k++) {
        const struct fact *const f = &c->fact[k];
        csv_text(csv, f->seen->date);
        csv_text(csv, f->seen->metric);
        csv_text(csv, f->seen->buyer);
        csv_text(csv, f->seen->option);
        csv_text(csv, f->metric->unit);
        csv_number(csv, f->value);
        csv_number(csv, sqrt(f->own));
        csv_number(csv, sqrt(f->allowed));
        csv_integer(csv, !f->aside);
        csv_number(csv, f->nearest);
        csv_number(csv, f->parameters);
        put_band(csv, &f->before);
        put_band(csv, &f->after);
        csv_number(csv, f->pit);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

static int write_posterior(const struct calibration *c, const char *folder, struct cs_error *err)
{
    const size_t count = (size_t)c->options.vectors;
    struct csv_writer *csv;
    const int code = csv_open(folder, "posterior.csv", &csv, err);

    if (code)
        return code;
    csv_text(csv, "vector");
    csv_text(csv, "weight");
    for (int k = 0; k < c->lessons; k++)
        csv_text(csv, c->world->prior[c->lesson[k].prior].address);
    csv_end_row(csv);
    for (size_t v = 0; v < count; v++) {
        csv_integer(csv, (int64_t)v);
        csv_number(csv, 1 / (double)count);
        for (int k = 0; k < c->lessons; k++)
            csv_number(csv, c->x[v * (size_t)c->priors + (size_t)c->lesson[k].prior]);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

static int write_stages(const struct calibration *c, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "stages.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "stage,cut,power,accepted,vectors");
    for (int k = 0; k < c->stages; k++) {
        const struct stage *const s = &c->stage[k];
        csv_integer(csv, k + 1);
        csv_number(csv, s->cut);
        csv_number(csv, s->power);
        csv_number(csv, s->accepted);
        csv_integer(csv, (int64_t)s->vectors);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

/* --- manifest ---------------------------------------------------------------------------- */

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

static int write_manifest_of(const struct calibration *c, const char *folder,
                             struct cs_error *err)
{
    struct csv_writer *csv;
    char key[INPUT_PATH + 8] = "input.";
    const size_t start = strlen(key);
    const int code = csv_open(folder, "manifest.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "key,value");
    put(csv, "version", CS_VERSION);
    put(csv, "command", "calibrate");
    put(csv, "scenario", c->world->name);
    put(csv, "title", c->world->title);
    put_u64(csv, "seed", c->options.run.seed);
    put_u64(csv, "vectors", c->options.vectors);
    put_u64(csv, "luck", c->options.luck);
    csv_text(csv, "discrepancy");
    csv_number(csv, c->options.discrepancy);
    csv_end_row(csv);
    for (int k = 0; k < c->world->inputs; k++) {
        input_path(c->world, k, key + start, sizeof key - start);
        put(csv, key, c->world->input[k].sha256);
    }
    return csv_close(csv, err);
}

int calibration_write(const struct calibration *c, const char *folder, struct cs_error *err)
{
    int code = write_parameters(c, folder, err);

    if (!code)
        code = write_observations(c, folder, err);
    if (!code)
        code = write_posterior(c, folder, err);
    if (!code)
        code = write_stages(c, folder, err);
    if (!code)
        code = write_manifest_of(c, folder, err);
    return code;
}
