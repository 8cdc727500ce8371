/* Gzip members: a file of several, one after the other, is a gzip file too (RFC 1952). */
#ifndef CHIPSPLIT_TOOL_GZIP_H
#define CHIPSPLIT_TOOL_GZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes packed; start from {0}, free(at) when done. */
struct gzip_member {
    unsigned char *at;
    size_t size, room;
};

/* Packs bytes (fewer than 2^32) into one member, without a name or a time, so that the
 * same bytes give the same member. False without memory. */
bool gzip_pack(const void *bytes, size_t size, struct gzip_member *member);

#endif
