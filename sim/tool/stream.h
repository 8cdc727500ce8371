/* A file that grows while a computation goes on, and can be cut back to where it was. */
#ifndef CHIPSPLIT_TOOL_STREAM_H
#define CHIPSPLIT_TOOL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tool/error.h"

struct stream;

/* Opens FOLDER/NAME for writing at its end; it is made, or emptied unless `keep`. */
int stream_open(const char *folder, const char *name, bool keep, struct stream **out,
                struct cs_error *err);

/* Appends. The first failure is kept and reported by the next call that can fail. */
void stream_put(struct stream *stream, const void *bytes, size_t size);

/* Writes over bytes that are there already. */
void stream_patch(struct stream *stream, uint64_t place, const void *bytes, size_t size);

/* Bytes in the file. */
uint64_t stream_size(const struct stream *stream);

/* Cuts off what stands behind `size` bytes; CS_INPUT if the file is shorter. */
int stream_cut(struct stream *stream, uint64_t size, struct cs_error *err);

/* What was written is on disk when this returns 0. */
int stream_flush(struct stream *stream, struct cs_error *err);

/* Flushes, closes and releases; NULL is allowed. */
int stream_close(struct stream *stream, struct cs_error *err);

/* Releases and leaves the file as it is; NULL is allowed. */
void stream_abandon(struct stream *stream);

#endif
