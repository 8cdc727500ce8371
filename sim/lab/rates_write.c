#include <math.h>
#include <stdio.h>
#include "lab/rates.h"
#include "run/result_folder.h"
#include "tool/csv.h"

static const char *id_of(const struct rates *r, int actor, int state)
{
    return actor == ACTOR_US ? r->world->us[state].id : r->world->cn[state].id;
}

static void address_of(const struct rates *r, const struct rate *rate, char *out, size_t size)
{
    cell_address(r->world,
                 cell_pair(r->world, rate->actor == ACTOR_US ? TABLE_US_RATES : TABLE_CN_RATES,
                           rate->from, rate->to), out, size);
}

/* Four decimals, since a day is 0.0027 years. */
static double rounded(double x)
{
    return round(x * 1e4) / 1e4;
}

/* Where the numbers of a row come from, for its column `source`. */
static void put_source(struct csv_writer *csv, const struct rates *r, const struct rate *rate)
{
    char text[CS_SENTENCE];

    snprintf(text, sizeof text, "Gamma posterior: shape 1/2 + %d moves, rate 1/4 + %.4f years in "
             "the state, %s to %s", rate->moves, rate->years, r->first[rate->actor],
             r->last[rate->actor]);
    csv_text(csv, text);
    csv_end_row(csv);
}

static int write_all(const struct rates *r, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    char address[CS_SENTENCE];
    const int code = csv_open(folder, "rates.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "actor,from,to,moves,years,shape,rate_years,mean_per_year,p05,p95,scenario,"
                    "same,address");
    for (int k = 0; k < r->count; k++) {
        const struct rate *const rate = &r->rate[k];
        const double numbers[] = {rate->years, rate->shape, rate->rate, rate->mean,
                                  rate->low,   rate->high,  rate->cell};
        csv_text(csv, rates_actors[rate->actor]);
        csv_text(csv, id_of(r, rate->actor, rate->from));
        csv_text(csv, id_of(r, rate->actor, rate->to));
        csv_integer(csv, rate->moves);
        for (size_t n = 0; n < sizeof numbers / sizeof *numbers; n++)
            csv_number(csv, numbers[n]);
        csv_integer(csv, rate->same);
        address_of(r, rate, address, sizeof address);
        csv_text(csv, address);
        csv_end_row(csv);
    }
    return csv_close(csv, err);
}

/* us_rates.csv or cn_rates.csv: means of the states that were seen. */
static int write_chain(const struct rates *r, int actor, const char *folder, struct cs_error *err)
{
    static const char *const names[ACTORS] = {"us_rates.csv", "cn_rates.csv"};
    struct csv_writer *csv;
    const int code = csv_open(folder, names[actor], &csv, err);

    if (code)
        return code;
    csv_header(csv, "from,to,rate_per_year,source");
    for (int k = 0; k < r->count; k++) {
        const struct rate *const rate = &r->rate[k];
        if (rate->actor != actor || rate->years <= 0)
            continue;
        csv_text(csv, id_of(r, actor, rate->from));
        csv_text(csv, id_of(r, actor, rate->to));
        csv_number(csv, rounded(rate->mean));
        put_source(csv, r, rate);
    }
    return csv_close(csv, err);
}

static int write_priors(const struct rates *r, const char *folder, struct cs_error *err)
{
    struct csv_writer *csv;
    char address[CS_SENTENCE];
    const int code = csv_open(folder, "priors.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "parameter,distribution,low,mode,high,source");
    for (int k = 0; k < r->count; k++) {
        const struct rate *const rate = &r->rate[k];
        if (rate->years <= 0)
            continue;
        address_of(r, rate, address, sizeof address);
        csv_text(csv, address);
        csv_text(csv, "gamma_rate");
        csv_number(csv, rate->shape);
        csv_empty(csv);
        csv_number(csv, rounded(rate->rate));
        put_source(csv, r, rate);
    }
    return csv_close(csv, err);
}

static void put(struct csv_writer *csv, const char *key, const char *value)
{
    csv_text(csv, key);
    csv_text(csv, value);
    csv_end_row(csv);
}

static int write_manifest_of(const struct rates *r, const char *as_of, const char *folder,
                             struct cs_error *err)
{
    struct csv_writer *csv;
    const int code = csv_open(folder, "manifest.csv", &csv, err);

    if (code)
        return code;
    csv_header(csv, "key,value");
    put(csv, "version", CS_VERSION);
    put(csv, "command", "rates");
    put(csv, "scenario", r->world->name);
    put(csv, "record", r->path);
    put(csv, "record_sha256", r->sha256);
    put(csv, "as_of", as_of ? as_of : "");
    return csv_close(csv, err);
}

int rates_write(const struct rates *r, const char *as_of, const char *out, bool force,
                struct cs_error *err)
{
    struct folder folder;
    int code = folder_begin(&folder, out, force, err);

    if (code)
        return code;
    code = write_all(r, folder.work, err);
    for (int actor = 0; actor < ACTORS && !code; actor++)
        if (*r->first[actor])
            code = write_chain(r, actor, folder.work, err);
    if (!code)
        code = write_priors(r, folder.work, err);
    if (!code)
        code = write_manifest_of(r, as_of, folder.work, err);
    if (code)
        folder_abandon(&folder);
    else
        code = folder_commit(&folder, err);
    return code;
}
