#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { LINE = 60 };

double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void progress_start(struct progress *p, bool shown)
{
    p->shown = shown;
    p->drawn = false;
    p->start = p->last = seconds_now();
}

void progress_show(struct progress *p, uint64_t done, uint64_t paths)
{
    const double now = seconds_now();

    if (!p->shown || now - p->last < 0.2)
        return;
    p->last = now;
    p->drawn = true;
    const double share = (double)done / (double)paths;
    char text[LINE + 1];
    if (done == paths)
        snprintf(text, sizeof text, "chipsplit: all paths done, writing");
    else if (done == 0)
        snprintf(text, sizeof text, "chipsplit: starting");
    else
        snprintf(text, sizeof text, "chipsplit: %.0f %% of %" PRIu64 " paths, %.0f s left",
                 100 * share, paths, (now - p->start) * (1 - share) / share);
    fprintf(stderr, "\r%-*s", LINE, text);
    fflush(stderr);
}

void progress_end(struct progress *p)
{
    if (p->drawn)
        fprintf(stderr, "\r%*s\r", LINE, "");
    fflush(stderr);
}
