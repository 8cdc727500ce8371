/* Tables that name dates or metrics: pins, thresholds, history. */
#ifndef CHIPSPLIT_WORLD_DATED_H
#define CHIPSPLIT_WORLD_DATED_H

#include "world/build.h"

/* pins.csv into us_pin and cn_pin; dates after the horizon are noted. */
int pins_read(struct build *b);

/* thresholds.csv into b->world->threshold. Metric names are checked by the
 * layer that knows metrics. Dates after the horizon are noted and left out. */
int thresholds_read(struct build *b);

/* history.csv into b->world->observation; dates are periods or calendar years.
 * Metric names are checked by the layer that knows metrics. */
int history_read(struct build *b);

#endif
