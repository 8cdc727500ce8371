/* What `check` prints. */
#ifndef CHIPSPLIT_CLI_CHECK_REPORT_H
#define CHIPSPLIT_CLI_CHECK_REPORT_H

#include "lab/survey.h"
#include "run/rehearsal.h"

struct check_report {
    const struct scenario *world;
    const char *folder;                  /* of the scenario, as found */
    const struct cs_run_options *options; /* of the run that is planned */
    const struct rehearsal *rehearsal;
    const struct survey *survey;
    double seconds;                      /* that the run will take */
    double memory;                       /* bytes */
    const struct start *start;
};

/* Everything. Fails only for memory. */
int print_check_report(const struct check_report *report, struct cs_error *err);

/* Only what may be wrong. */
void print_warnings(const struct survey *survey);

#endif
