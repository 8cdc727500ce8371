/* What the program says, and how it ends. Only sim/cli prints or exits. */
#ifndef CHIPSPLIT_CLI_SAY_H
#define CHIPSPLIT_CLI_SAY_H

#include <stdbool.h>
#include "chipsplit.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,        /* the work failed: disk, memory, a broken assumption */
    EXIT_CALL = 2,          /* the call or the input was wrong; nothing was written */
    EXIT_CUT = 3,           /* stopped early, with a state from which to go on */
    EXIT_SIGNAL = 128       /* plus the number of the signal */
};

/* One sentence on stderr, after `chipsplit: `. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Says that memory could not be had; a program that fails then leaves with
 * EXIT_FAILED, whatever code its command returns. */
void say_memory(void);

/* Every complaint of a failed call, and the exit code it means. */
int say_error(const struct cs_error *err);

/* Opens what was closed among the standard streams, so that no result file takes
 * their place, and makes a closed pipe or a full quota an error, not a signal. */
void streams_prepare(void);

/* Flushes stdout. EXIT_FAILED with a sentence if what was printed did not arrive;
 * otherwise `code`, see say_memory. */
int streams_finish(int code);

/* From here on SIGINT, SIGTERM and SIGHUP only ask to stop. */
void signals_catch(void);
/* The signal that asked, or 0. */
int signals_caught(void);

#endif
