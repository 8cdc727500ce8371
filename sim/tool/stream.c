#include "tool/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "tool/text.h"

struct stream {
    char *path;
    int fd;
    int failure;             /* errno of the first failure, or 0 */
    uint64_t size;
};

int stream_open(const char *folder, const char *name, bool keep, struct stream **out,
                struct cs_error *err)
{
    struct stream *const s = calloc(1, sizeof *s);

    *out = NULL;
    if (s)
        s->path = text_format("%s/%s", folder, name);
    if (!s || !s->path) {
        free(s);
        return cs_fail_memory(err);
    }
    s->fd = open(s->path, O_WRONLY | O_CREAT | O_CLOEXEC | (keep ? 0 : O_TRUNC), 0666);
    const off_t size = s->fd < 0 ? -1 : lseek(s->fd, 0, SEEK_END);
    if (size < 0) {
        cs_fail_errno(err, "%s", s->path);
        stream_abandon(s);
        return CS_SYSTEM;
    }
    s->size = (uint64_t)size;
    *out = s;
    return CS_OK;
}

static void write_at(struct stream *s, uint64_t place, const char *bytes, size_t size)
{
    while (size > 0 && !s->failure) {
        const ssize_t n = pwrite(s->fd, bytes, size, (off_t)place);
        if (n > 0) {
            bytes += n;
            place += (uint64_t)n;
            size -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            s->failure = n == 0 ? EIO : errno;
        }
    }
}

void stream_put(struct stream *s, const void *bytes, size_t size)
{
    write_at(s, s->size, bytes, size);
    s->size += size;
}

void stream_patch(struct stream *s, uint64_t place, const void *bytes, size_t size)
{
    write_at(s, place, bytes, size);
}

uint64_t stream_size(const struct stream *s)
{
    return s->size;
}

int stream_cut(struct stream *s, uint64_t size, struct cs_error *err)
{
    if (s->size < size)
        return cs_fail(err, CS_INPUT, "%s: is shorter than it was", s->path);
    if (ftruncate(s->fd, (off_t)size))
        return cs_fail_errno(err, "%s", s->path);
    s->size = size;
    return CS_OK;
}

int stream_flush(struct stream *s, struct cs_error *err)
{
    if (!s->failure && fsync(s->fd) && errno != EINVAL)
        s->failure = errno;
    if (!s->failure)
        return CS_OK;
    errno = s->failure;
    return cs_fail_errno(err, "%s", s->path);
}

int stream_close(struct stream *s, struct cs_error *err)
{
    const int code = s ? stream_flush(s, err) : CS_OK;

    stream_abandon(s);
    return code;
}

void stream_abandon(struct stream *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    free(s->path);
    free(s);
}
