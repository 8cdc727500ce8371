/* One line on stderr that says how far a run is. */
#ifndef CHIPSPLIT_CLI_PROGRESS_H
#define CHIPSPLIT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;              /* whether to show anything */
    double start, last;      /* seconds of a clock that only runs forward */
    bool drawn;              /* a line stands on the terminal */
};

/* Seconds since some moment. */
double seconds_now(void);

void progress_start(struct progress *progress, bool shown);
void progress_show(struct progress *progress, uint64_t done, uint64_t paths);
/* Removes the line. */
void progress_end(struct progress *progress);

#endif
