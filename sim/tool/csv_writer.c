#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tool/csv.h"
#include "tool/number.h"
#include "tool/text.h"

enum { BUFFER = 1 << 16, NAMES = 100 };

struct csv_writer {
    char *folder, *name, *final, *temporary; /* onto a descriptor: only the name */
    int fd;                                  /* -1: only counted */
    int failure; /* errno of the first failure, or 0 */
    bool inside; /* the row has a field already */
    uint64_t rows, bytes;
    bool memory; /* the table stays there: the buffer grows */
    size_t used, room;
    char *buffer;
};

static void writer_free(struct csv_writer *csv)
{
    if (!csv)
        return;
    if (csv->fd >= 0 && csv->temporary)
        close(csv->fd);
    free(csv->folder);
    free(csv->name);
    free(csv->final);
    free(csv->temporary);
    free(csv->buffer);
    free(csv);
}

/* A name that no other writer has, of this process or of one that has died. */
static int create(struct csv_writer *csv, struct cs_error *err)
{
    for (int i = 0; i < NAMES; i++) {
        free(csv->temporary);
        csv->temporary =
            i == 0 ? text_format("%s/.%s.tmp-%ld", csv->folder, csv->name, (long)getpid())
                   : text_format("%s/.%s.tmp-%ld-%d", csv->folder, csv->name, (long)getpid(), i);
        if (!csv->temporary)
            return cs_fail_memory(err);
        csv->fd = open(csv->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (csv->fd >= 0)
            return CS_OK;
        if (errno != EEXIST)
            break;
    }
    return cs_fail_errno(err, "%s", csv->final);
}

static struct csv_writer *writer_new(const char *name)
{
    struct csv_writer *const csv = calloc(1, sizeof *csv);

    if (!csv)
        return NULL;
    csv->fd = -1;
    csv->room = BUFFER;
    csv->buffer = malloc(BUFFER);
    csv->name = text_copy(name);
    if (csv->buffer && csv->name)
        return csv;
    writer_free(csv);
    return NULL;
}

int csv_memory(struct csv_writer **out, struct cs_error *err)
{
    *out = writer_new("");
    if (!*out)
        return cs_fail_memory(err);
    (*out)->memory = true;
    return CS_OK;
}

const char *csv_content(const struct csv_writer *csv, size_t *size)
{
    *size = csv->used;
    return csv->failure ? NULL : csv->buffer;
}

void csv_clear(struct csv_writer *csv)
{
    csv->used = 0;
    csv->inside = false;
}

int csv_open_onto(int fd, const char *name, struct csv_writer **out, struct cs_error *err)
{
    struct csv_writer *const csv = writer_new(name);

    *out = NULL;
    if (!csv)
        return cs_fail_memory(err);
    csv->fd = fd;
    *out = csv;
    return CS_OK;
}

void csv_counted(const struct csv_writer *csv, uint64_t *rows, uint64_t *bytes)
{
    *rows = csv->rows;
    *bytes = csv->bytes;
}

int csv_open(const char *folder, const char *name, struct csv_writer **out, struct cs_error *err)
{
    struct csv_writer *const csv = writer_new(name);

    *out = NULL;
    if (!csv)
        return cs_fail_memory(err);
    csv->folder = text_copy(folder);
    csv->final = text_format("%s/%s", folder, name);
    const bool whole = csv->folder && csv->name && csv->final;
    const int code = whole ? create(csv, err) : cs_fail_memory(err);
    if (code)
        writer_free(csv);
    else
        *out = csv;
    return code;
}

static void flush(struct csv_writer *csv)
{
    size_t done = 0;

    while (done < csv->used && !csv->failure && csv->fd >= 0) {
        const ssize_t n = write(csv->fd, csv->buffer + done, csv->used - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0)
            csv->failure = EIO;
        else if (errno != EINTR)
            csv->failure = errno;
    }
    csv->used = 0;
}

static void grow(struct csv_writer *csv)
{
    char *const buffer = realloc(csv->buffer, 2 * csv->room);

    if (buffer) {
        csv->buffer = buffer;
        csv->room *= 2;
    } else {
        csv->failure = ENOMEM;
    }
}

static void put_parts(struct csv_writer *csv, const char *bytes, size_t length)
{
    while (length > 0 && !csv->failure) {
        const size_t room = csv->room - csv->used;
        const size_t part = length < room ? length : room;
        memcpy(csv->buffer + csv->used, bytes, part);
        csv->used += part;
        bytes += part;
        length -= part;
        if (csv->used == csv->room && csv->memory)
            grow(csv);
        else if (csv->used == csv->room)
            flush(csv);
    }
}

/* There is always room for a byte. */
static inline void put(struct csv_writer *csv, const char *bytes, size_t length)
{
    csv->bytes += length;
    if (length >= csv->room - csv->used || csv->failure) {
        put_parts(csv, bytes, length);
        return;
    }
    memcpy(csv->buffer + csv->used, bytes, length);
    csv->used += length;
}

static inline void separate(struct csv_writer *csv)
{
    if (csv->inside)
        put(csv, ",", 1);
    csv->inside = true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool needs_quotes(const char *text, size_t length)
{
    static const bool special[UCHAR_MAX + 1] = {
        [','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true};
    bool found = length > 0 && (is_blank(text[0]) || is_blank(text[length - 1]));

    for (size_t k = 0; k < length; k++)
        found |= special[(unsigned char)text[k]];
    return found;
}

void csv_text(struct csv_writer *csv, const char *text)
{
    const size_t length = strlen(text);

    separate(csv);
    if (!needs_quotes(text, length)) {
        put(csv, text, length);
        return;
    }
    put(csv, "\"", 1);
    while (*text) {
        const size_t plain = strcspn(text, "\"");
        put(csv, text, plain);
        text += plain;
        if (*text == '"') {
            put(csv, "\"\"", 2);
            text++;
        }
    }
    put(csv, "\"", 1);
}

void csv_number(struct csv_writer *csv, double value)
{
    char text[NUMBER_TEXT];

    separate(csv);
    put(csv, text, number_write(value, text));
}

void csv_integer(struct csv_writer *csv, int64_t value)
{
    char text[NUMBER_TEXT];

    separate(csv);
    put(csv, text, number_write_whole(value, text));
}

void csv_empty(struct csv_writer *csv)
{
    separate(csv);
}

void csv_end_row(struct csv_writer *csv)
{
    put(csv, "\n", 1);
    csv->rows++;
    csv->inside = false;
}

void csv_header(struct csv_writer *csv, const char *fields)
{
    put(csv, fields, strlen(fields));
    csv_end_row(csv);
}

/* The new name is safe only when the folder itself is on disk; file systems
 * that cannot flush a folder say EINVAL. */
static int flush_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int failure = 0;

    if (fd < 0)
        return errno;
    if (fsync(fd) && errno != EINVAL)
        failure = errno;
    close(fd);
    return failure;
}

static void finish(struct csv_writer *csv, bool to_disk)
{
    flush(csv);
    if (!csv->temporary)
        return;
    if (!csv->failure && to_disk && fsync(csv->fd))
        csv->failure = errno;
    if (close(csv->fd) && !csv->failure)
        csv->failure = errno;
    csv->fd = -1;
    if (!csv->failure && rename(csv->temporary, csv->final))
        csv->failure = errno;
    if (csv->failure)
        unlink(csv->temporary);
    else if (to_disk)
        csv->failure = flush_folder(csv->folder);
}

static int close_writer(struct csv_writer *csv, bool to_disk, struct cs_error *err)
{
    int code = CS_OK;

    if (!csv)
        return cs_fail(err, CS_BUG, "a result file was closed that was never opened");
    finish(csv, to_disk);
    if (csv->failure) {
        errno = csv->failure;
        code = cs_fail_errno(err, "%s", csv->final ? csv->final : csv->name);
    }
    writer_free(csv);
    return code;
}

int csv_close(struct csv_writer *csv, struct cs_error *err)
{
    return close_writer(csv, true, err);
}

int csv_close_unflushed(struct csv_writer *csv, struct cs_error *err)
{
    return close_writer(csv, false, err);
}

void csv_abandon(struct csv_writer *csv)
{
    if (!csv)
        return;
    if (csv->temporary)
        unlink(csv->temporary);
    writer_free(csv);
}
