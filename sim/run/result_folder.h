/* The result folder: filled beside its place, then renamed as a whole. */
#ifndef CHIPSPLIT_RUN_RESULT_FOLDER_H
#define CHIPSPLIT_RUN_RESULT_FOLDER_H

#include <stdbool.h>
#include "tool/error.h"

struct folder {
    char *name;              /* as the caller calls it, for complaints */
    char *out;               /* where the results will be */
    char *work;              /* where they are being written, beside it */
    char *made;              /* the uppermost parent that had to be made, or NULL */
    int lock;                /* work, open and locked while work is not NULL */
    bool replaces;           /* out holds an older result of ours */
};

/* Checks the place and makes the working folder. CS_INPUT if `out` is a file,
 * or a folder that is not empty (with `force`: that is neither empty nor holds a
 * manifest.csv of ours), or if another process is filling it. On failure nothing
 * is left behind. */
int folder_begin(struct folder *folder, const char *out, bool force, struct cs_error *err);

/* The two halves of it: looks and makes parents; makes the working folder. */
int folder_check(struct folder *folder, const char *out, bool force, struct cs_error *err);
int folder_make(struct folder *folder, struct cs_error *err);

/* A folder, open and locked against other processes until it is closed; -1 with errno,
 * EWOULDBLOCK if another has the lock. */
int folder_lock(const char *path);

/* Whether another process fills the same place: then its working folder or its journal,
 * which stands beside `mine`, is locked. What a killed process has left is not. */
bool folder_is_contested(const struct folder *folder, const char *mine);

/* The content of a file or the names in a folder, to disk; 0, or -1 with errno. */
int folder_flush(const char *path);

/* Puts the working folder, which has been flushed, in its place and removes an older result.
 * The struct is released, whether or not this succeeds. */
int folder_commit(struct folder *folder, struct cs_error *err);

/* Removes the working folder and parents made for it; releases the struct. */
void folder_abandon(struct folder *folder);

/* Removes a folder and everything in it, links themselves and never their targets; 0, or
 * -1 with errno. */
int folder_remove(const char *path);

/* Copies a folder of files and folders of files to a new place. */
int folder_copy(const char *from, const char *to, struct cs_error *err);

#endif
