/* State of a computation in a binary file, to go on from later: the same calls write it
 * and read it. Numbers are as this machine holds them; the file is for the program that
 * wrote it and nobody else. */
#ifndef CHIPSPLIT_TOOL_ARCHIVE_H
#define CHIPSPLIT_TOOL_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tool/error.h"

struct archive;

/* Starts a file that replaces `path` when it is closed. */
int archive_create(const char *path, struct archive **out, struct cs_error *err);

/* Opens a file whose checksum (CRC-32 of everything before it) is right; CS_INPUT with
 * the path if it is not, CS_SYSTEM if it cannot be read. */
int archive_open(const char *path, struct archive **out, struct cs_error *err);

/* True if values are read, false if they are written. */
bool archive_reads(const struct archive *archive);

/* Moves `size` bytes between memory and the file. After the first failure (the disk, or
 * the end of what can be read) nothing is written, and zeros are read. */
void archive_bytes(struct archive *archive, void *bytes, size_t size);

/* The same for counters, most of which are small: seven bits to a byte. */
void archive_counts(struct archive *archive, uint32_t *count, size_t size);

/* No failure so far. */
bool archive_fine(const struct archive *archive);

/* Puts what was written in its place, flushed to disk; what is read must end here. The
 * archive is released in every case. */
int archive_close(struct archive *archive, struct cs_error *err);

/* Removes what was written; NULL is allowed. */
void archive_abandon(struct archive *archive);

#endif
