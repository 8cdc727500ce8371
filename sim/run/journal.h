/* What an interrupted run leaves behind so that it can go on: the folder OUT.unfinished.
 *
 * It holds call/, the manifest and the targets of the call that began it; `state`, all
 * that is summed up so far; and files/, those that grow path by path. Bytes do not depend
 * on where a run was cut: the state holds whole waves, and what was appended after it is
 * cut off again. */
#ifndef CHIPSPLIT_RUN_JOURNAL_H
#define CHIPSPLIT_RUN_JOURNAL_H

#include "run/result.h"
#include "tool/archive.h"

struct journal {
    char *folder;            /* OUT.unfinished */
    char *name;              /* the same as the caller would call it, for complaints */
    char *state;             /* path of the state */
    char *files;             /* folder of the files that grow */
    int lock;                /* descriptor that is locked while the journal is in use */
    bool fresh;              /* nothing to go on from */
    bool stays;              /* journal_free leaves the folder */
};

/* Whether there is a journal of a run into `out`. */
bool journal_exists(const char *out);

/* CS_INPUT if there is one and the options say neither `resume` nor `force`. */
int journal_check(const struct cs_run_options *options, struct cs_error *err);

/* Opens the journal of a run into `out`, or begins one; without options->resume an older
 * one is removed. CS_INPUT if the call that began the journal differs (the first
 * difference is named), or if another process uses it.
 * With options->resume and no journal the run simply begins. */
int journal_open(const char *out, const struct result *result,
                 const struct cs_run_options *options, struct journal **journal,
                 struct cs_error *err);

/* After a failure: the journal stays if there is a state to go on from, and a request to
 * stop that came late is then CS_UNFINISHED too. NULL is allowed. Returns the code. */
int journal_keep(struct journal *journal, int code, struct cs_error *err);

/* Removes the folder, unless it stays; NULL is allowed. */
void journal_free(struct journal *journal);

#endif
