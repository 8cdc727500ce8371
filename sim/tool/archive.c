#include "tool/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include "tool/text.h"

enum { BUFFER = 1 << 20 };

struct archive {
    char *path, *temporary;  /* `temporary` is NULL in an archive that is read */
    int fd;
    int failure;             /* errno of the first failure, or 0; EILSEQ: the end came early */
    uint32_t sum;            /* of the bytes that went through the buffer */
    uint64_t left;           /* bytes that can still be read from the file */
    size_t used, size;       /* place in the buffer; bytes in it when reading */
    unsigned char buffer[BUFFER];
};

static void archive_free(struct archive *a)
{
    if (a->fd >= 0)
        close(a->fd);
    free(a->path);
    free(a->temporary);
    free(a);
}

static struct archive *archive_new(const char *path)
{
    struct archive *const a = malloc(sizeof *a);

    if (!a)
        return NULL;
    memset(a, 0, offsetof(struct archive, buffer));
    a->fd = -1;
    a->path = text_copy(path);
    if (a->path)
        return a;
    archive_free(a);
    return NULL;
}

/* --- writing ------------------------------------------------------------------ */

int archive_create(const char *path, struct archive **out, struct cs_error *err)
{
    struct archive *const a = archive_new(path);

    *out = NULL;
    if (a)
        a->temporary = text_format("%s.tmp", path);
    if (!a || !a->temporary) {
        if (a)
            archive_free(a);
        return cs_fail_memory(err);
    }
    a->fd = open(a->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (a->fd < 0) {
        cs_fail_errno(err, "%s", path);
        archive_free(a);
        return CS_SYSTEM;
    }
    *out = a;
    return CS_OK;
}

static void flush(struct archive *a)
{
    size_t done = 0;

    a->sum = (uint32_t)crc32(a->sum, a->buffer, (uInt)a->used);
    while (done < a->used && !a->failure) {
        const ssize_t n = write(a->fd, a->buffer + done, a->used - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            a->failure = n == 0 ? EIO : errno;
    }
    a->used = 0;
}

/* --- reading ------------------------------------------------------------------- */

/* Fills the buffer from the file; fewer bytes than wanted are a failure. */
static void fetch(struct archive *a)
{
    const size_t want = a->left < BUFFER ? (size_t)a->left : BUFFER;

    a->used = a->size = 0;
    while (a->size < want && !a->failure) {
        const ssize_t n = read(a->fd, a->buffer + a->size, want - a->size);
        if (n > 0)
            a->size += (size_t)n;
        else if (n == 0 || errno != EINTR)
            a->failure = n == 0 ? EILSEQ : errno;
    }
    a->left -= a->size;
    a->sum = (uint32_t)crc32(a->sum, a->buffer, (uInt)a->size);
}

/* Reads the whole file once; true if its last four bytes are the sum of the others. */
static bool is_whole(struct archive *a, uint64_t length)
{
    uint32_t stored = 0;

    for (a->left = length; a->left > 0 && !a->failure;)
        fetch(a);
    const uint32_t sum = a->sum;
    for (size_t done = 0; done < sizeof stored && !a->failure;) {
        const ssize_t n = read(a->fd, (char *)&stored + done, sizeof stored - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            a->failure = n == 0 ? EILSEQ : errno;
    }
    return !a->failure && stored == sum;
}

int archive_open(const char *path, struct archive **out, struct cs_error *err)
{
    struct archive *const a = archive_new(path);
    off_t length = 0;

    *out = NULL;
    if (!a)
        return cs_fail_memory(err);
    a->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (a->fd >= 0)
        length = lseek(a->fd, 0, SEEK_END);
    if (a->fd < 0 || length < 0 || lseek(a->fd, 0, SEEK_SET) < 0) {
        cs_fail_errno(err, "%s", path);
        archive_free(a);
        return CS_SYSTEM;
    }
    const uint64_t body = (uint64_t)length < sizeof a->sum ? 0 : (uint64_t)length - sizeof a->sum;
    if (!is_whole(a, body) || lseek(a->fd, 0, SEEK_SET) < 0) {
        archive_free(a);
        return cs_fail(err, CS_INPUT, "%s: is damaged: its checksum is wrong", path);
    }
    a->left = body;
    a->used = a->size = 0;
    *out = a;
    return CS_OK;
}

/* --- both ------------------------------------------------------------------------ */

bool archive_reads(const struct archive *a)
{
    return !a->temporary;
}

static void take(struct archive *a, unsigned char *bytes, size_t size)
{
    while (size > 0 && !a->failure) {
        if (a->used == a->size && a->left == 0)
            a->failure = EILSEQ;
        else if (a->used == a->size)
            fetch(a);
        const size_t here = a->size - a->used, part = size < here ? size : here;
        memcpy(bytes, a->buffer + a->used, part);
        a->used += part;
        bytes += part;
        size -= part;
    }
    if (size > 0)
        memset(bytes, 0, size);
}

static void put(struct archive *a, const unsigned char *bytes, size_t size)
{
    while (size > 0 && !a->failure) {
        const size_t room = BUFFER - a->used, part = size < room ? size : room;
        memcpy(a->buffer + a->used, bytes, part);
        a->used += part;
        bytes += part;
        size -= part;
        if (a->used == BUFFER)
            flush(a);
    }
}

void archive_bytes(struct archive *a, void *bytes, size_t size)
{
    if (archive_reads(a))
        take(a, bytes, size);
    else
        put(a, bytes, size);
}

static uint32_t take_count(struct archive *a)
{
    uint32_t count = 0;
    unsigned char byte;

    for (unsigned shift = 0; shift < 35; shift += 7) {
        take(a, &byte, 1);
        count |= (uint32_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80))
            break;
    }
    return count;
}

static void put_count(struct archive *a, uint32_t count)
{
    unsigned char bytes[5];
    size_t size = 0;

    for (; count >= 0x80; count >>= 7)
        bytes[size++] = (unsigned char)(count | 0x80);
    bytes[size++] = (unsigned char)count;
    put(a, bytes, size);
}

void archive_counts(struct archive *a, uint32_t *count, size_t size)
{
    for (size_t k = 0; k < size; k++)
        if (archive_reads(a))
            count[k] = take_count(a);
        else
            put_count(a, count[k]);
}

bool archive_fine(const struct archive *a)
{
    return !a->failure;
}

static void finish(struct archive *a)
{
    uint32_t sum;

    flush(a);
    sum = a->sum;
    put(a, (const unsigned char *)&sum, sizeof sum);
    flush(a);
    if (!a->failure && (fsync(a->fd) || rename(a->temporary, a->path)))
        a->failure = errno;
}

int archive_close(struct archive *a, struct cs_error *err)
{
    int code = CS_OK;

    if (!archive_reads(a))
        finish(a);
    else if (!a->failure && (a->left > 0 || a->used < a->size))
        a->failure = EILSEQ;
    if (a->failure == EILSEQ) {
        code = cs_fail(err, CS_INPUT, "%s: is not what this program would have written", a->path);
    } else if (a->failure) {
        errno = a->failure;
        code = cs_fail_errno(err, "%s", a->path);
    }
    if (a->failure)
        archive_abandon(a);
    else
        archive_free(a);
    return code;
}

void archive_abandon(struct archive *a)
{
    if (!a)
        return;
    if (a->temporary)
        unlink(a->temporary);
    archive_free(a);
}
