#include "cli/stop_report.h"

#include <math.h>
#include <stdio.h>
#include "cli/sheet.h"

static void print_reason(const struct result *r)
{
    const struct stop *const stop = r->stop;
    char paths[32], most[32];

    grouped(r->paths, paths);
    printf("\n");
    switch (stop->reason) {
    case STOP_MET:
        printf("Stopped at look %d of at most %d, %s paths: every target is met.\n", stop->taken,
               stop->looks, paths);
        break;
    case STOP_MOST:
        printf("Stopped at the last of %d looks, %s paths: not every target is met. A larger\n"
               "--max-paths with --resume goes on from here.\n", stop->looks, paths);
        break;
    case STOP_TIME:
        printf("Stopped by --max-seconds after %s of %s%s paths. The same command with --resume\n"
               "goes on from here.\n", paths, stop->count ? "at most " : "",
               grouped(stop->most, most));
        break;
    case STOP_NOT_YET:
        break;
    }
}

static void print_goal(const struct stop *stop, const struct goal *goal)
{
    const struct interval *const i = &goal->interval;
    const char *const unit =
        goal->target.statistic >= STATISTIC_BELOW
            ? "probability"
            : stop->plan->row[goal->series / (size_t)stop->plan->dates].metric->unit;
    const double wider = fmax(i->estimate - i->low, i->high - i->estimate);

    printf("  %s\n    ", goal->text);
    if (isnan(i->estimate) || isnan(wider)) {
        printf("no interval yet\n");
        return;
    }
    printf("%.5g %s, between %.5g and %.5g: within %.2g", i->estimate, unit, i->low, i->high,
           wider);
    if (goal->target.relative)
        printf(" or %.2g%%", 100 * wider / fabs(i->estimate));
    printf(", %s\n", goal->met ? "met" : "not met");
}

void print_stop_report(const struct result *r)
{
    const struct stop *const stop = r->stop;

    if (stop->count == 0 && !cs_result_cut(r))
        return;
    print_reason(r);
    if (stop->count == 0)
        return;
    printf("Intervals hold with at least 95 %% whenever the run stops (each look %.4g %%):\n",
           100 * (1 - stop->alpha));
    for (int k = 0; k < stop->count; k++)
        print_goal(stop, &stop->goal[k]);
}
