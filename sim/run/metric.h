/* The catalogue of metrics: every number that a run can report, by name.
 *
 * A metric is a numerator, and for ratios a denominator, at the atoms of its
 * level: pairs, buyers, options, or the market. Margins (`all`) are sums of
 * atoms in byte order of ids; margins of ratios are ratios of sums. Names that
 * hold a vendor or a platform are made for each world. */
#ifndef CHIPSPLIT_RUN_METRIC_H
#define CHIPSPLIT_RUN_METRIC_H

#include "run/book.h"

enum metric_level {
    LEVEL_PAIR,     /* buyer x option, and margins */
    LEVEL_BUYER,    /* buyer, and all */
    LEVEL_OPTION,   /* option, over all buyers */
    LEVEL_MARKET    /* one value */
};

enum metric_kind {
    KIND_FLOW,      /* of the step; summed over periods */
    KIND_STOCK,     /* at the end of the last period */
    KIND_RATE,      /* in force in the last period; no margins */
    KIND_RATIO,     /* ratio of sums over periods; missing if the denominator is 0 */
    KIND_RATIO_END, /* ratio of stocks at the end of the last period */
    KIND_PRICE      /* a period's price; over periods money over units; no margins */
};

/* Where lane arrays stand: a member of struct block or of struct book. */
struct source {
    enum { NOWHERE, IN_BLOCK, IN_BOOK } where;
    size_t offset;
};

struct metric {
    const char *name, *unit, *definition;
    enum metric_level level;
    enum metric_kind kind;
    bool trace_only;       /* written to trace.csv, not summarised */
    unsigned classes;      /* bit set of option_class: the options it exists for */
    struct source top;     /* numerator */
    struct source bottom;  /* denominator: at buyers for pairs, else at the level */
    struct source spot;    /* KIND_PRICE: the price of a single period */
    int stride, shift;     /* LEVEL_BUYER: buyer i stands at i * stride + shift */
    int *over, over_count;   /* LEVEL_MARKET: the numerator sums over these options; */
    int *under, under_count; /* NULL: it is a single lane array of the block */
};

struct catalogue {
    int count;
    struct metric *metric;
};

int catalogue_new(const struct scenario *world, struct catalogue **out,
                  struct cs_error *err);
void catalogue_free(struct catalogue *catalogue);

/* The metric of that name, or NULL. */
const struct metric *catalogue_find(const struct catalogue *catalogue, const char *name);

/* The name most like `word` among metrics that are summarised, else the first that it begins,
 * or NULL. */
const char *catalogue_nearest(const struct catalogue *catalogue, const char *word);

/* "flow", "end ratio"; "pair", "market": the words of docs/formats.md. */
const char *metric_kind_name(enum metric_kind kind);
const char *metric_level_name(enum metric_level level);

/* True if margins exist: sums over buyers or options say something. */
bool metric_has_margin(const struct metric *metric);
/* True for ratios and prices, which have a denominator. */
bool metric_has_bottom(const struct metric *metric);
/* True if the metric exists for option j (of the world of the catalogue). */
bool metric_has_option(const struct metric *metric, const struct scenario *world, int j);

/* The vendor that stands for its class in short tables: the one with the usual
 * id (`nvidia`, `huawei`), or the first in file order that sells an option of
 * the class; -1 if there is none. */
int vendor_lead(const struct scenario *world, enum option_class class);

#endif
