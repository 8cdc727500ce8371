#include "tool/csv.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tool/text.h"

enum { PARSER_BLOCK = 1 << 16, CHUNK = 1 << 16 };

/* What csv_file.store points to. The text never moves, so cells may point into
 * it while the file is parsed; rows get their cells when all are known. */
struct store {
    char *text;
    char **cells;
};

struct reader {
    struct csv_file *file;
    struct store *store;
    struct cs_error *err;
    char *bytes;
    size_t size;
    size_t text_used, row_text;          /* of store->text; where the row began */
    size_t cells, cells_room, row_cells; /* of store->cells; where the row began */
    size_t rows_room;
    int line;      /* physical line that is parsed, from 1 */
    int row_line;  /* where the row began */
    int cell_line; /* where the cell began */
    bool open;     /* a row has begun and not ended */
    size_t rows, columns; /* at most, without the header */
    int code;      /* of what went wrong inside a callback */
};

static void hexadecimal(const unsigned char *digest, char out[65])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < SHA256_DIGEST_SIZE; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[64] = '\0';
}

/* Opens a regular file without waiting for the other end of a pipe. */
static int open_file(const char *path, int *fd, struct cs_error *err)
{
    struct stat st;

    *fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (*fd < 0)
        return cs_fail_place(err, "%s: cannot be read", path);
    if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
        return CS_OK;
    close(*fd);
    return cs_fail(err, CS_INPUT, "%s: not a regular file", path);
}

/* Up to `room` bytes; *got < room only at the end of the file. */
static int read_bytes(int fd, const char *path, char *to, size_t room, size_t *got,
                      struct cs_error *err)
{
    for (*got = 0; *got < room;) {
        const ssize_t n = read(fd, to + *got, room - *got);
        if (n == 0)
            break;
        if (n < 0 && errno != EINTR)
            return cs_fail_errno(err, "%s", path);
        if (n > 0)
            *got += (size_t)n;
    }
    return CS_OK;
}

static int read_whole(struct reader *r)
{
    const char *const path = r->file->path;
    struct stat st;
    int fd = -1, code = open_file(path, &fd, r->err);

    if (code)
        return code;
    /* One byte more than expected shows a file that grows. */
    const bool fits = fstat(fd, &st) == 0 && st.st_size <= CSV_BYTES;
    const size_t room = fits ? (size_t)st.st_size + 1 : 0;
    r->bytes = fits ? malloc(room) : NULL;
    if (!fits)
        code = cs_fail(r->err, CS_INPUT, "%s: larger than %d MiB", path, CSV_BYTES >> 20);
    else if (!r->bytes)
        code = cs_fail_memory(r->err);
    else
        code = read_bytes(fd, path, r->bytes, room, &r->size, r->err);
    close(fd);
    if (!code && r->size == room)
        code = cs_fail(r->err, CS_INPUT, "%s: grew while it was read", path);
    return code;
}

/* True for the bytes that end a physical line: LF, or CR alone. */
static bool ends_line(const char *at, const char *end)
{
    return *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'));
}

/* Spreadsheets save "Unicode text" as UTF-16: a mark, or every other byte 0. */
static bool is_utf16(const char *bytes, size_t size)
{
    if (size < 2)
        return false;
    if (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0)
        return true;
    return size >= 4 && (bytes[0] == 0) != (bytes[1] == 0) && (bytes[0] == 0) == (bytes[2] == 0) &&
           (bytes[1] == 0) == (bytes[3] == 0);
}

static int check_encoding(const struct reader *r)
{
    const char *const path = r->file->path, *const end = r->bytes + r->size;
    int line = 1;

    if (is_utf16(r->bytes, r->size))
        return cs_fail(r->err, CS_INPUT,
                       "%s: the text is UTF-16; save it in the spreadsheet as 'CSV UTF-8'", path);
    for (const char *at = r->bytes; at < end;) {
        const size_t length = text_utf8_length(at, (size_t)(end - at));
        if (length == 0)
            return cs_fail(r->err, CS_INPUT,
                           "%s:%d: byte 0x%02X is not UTF-8; save the file as 'CSV UTF-8'", path,
                           line, (unsigned)(unsigned char)*at);
        if (*at == '\0')
            return cs_fail(r->err, CS_INPUT, "%s:%d: a NUL byte; this is not a text file", path,
                           line);
        line += ends_line(at, end);
        at += length;
    }
    return CS_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int fail_cell(const struct reader *r)
{
    return cs_fail(r->err, CS_INPUT, "%s:%d: a cell of more than %d bytes", r->file->path,
                   r->cell_line, (int)CSV_CELL);
}

static bool cell_fits(struct reader *r, size_t length)
{
    const char *const path = r->file->path;

    if (length > CSV_CELL)
        r->code = fail_cell(r);
    else if (r->cells - r->row_cells == r->columns)
        r->code = cs_fail(r->err, CS_INPUT, "%s:%d: more than %zu cells in a row", path,
                          r->row_line, r->columns);
    return !r->code;
}

static void take_cell(void *text, size_t length, void *context)
{
    struct reader *const r = context;
    const char *from = text;

    if (r->code || !cell_fits(r, length))
        return;
    if (r->cells == r->cells_room) {
        const size_t room = r->cells_room ? 2 * r->cells_room : 256;
        char **const more = realloc(r->store->cells, room * sizeof *more);
        if (!more) {
            r->code = cs_fail_memory(r->err);
            return;
        }
        r->store->cells = more;
        r->cells_room = room;
    }
    while (length > 0 && is_blank(from[length - 1]))
        length--;
    for (; length > 0 && is_blank(*from); from++)
        length--;
    char *const to = r->store->text + r->text_used;
    if (length > 0)
        memcpy(to, from, length);
    to[length] = '\0';
    r->store->cells[r->cells++] = to;
    r->text_used += length + 1;
    r->cell_line = r->line;
}

static void take_row(int end, void *context)
{
    struct reader *const r = context;
    struct csv_file *const file = r->file;
    const size_t count = r->cells - r->row_cells;

    (void)end;
    r->open = false;
    if (r->code)
        return;
    if (r->text_used - r->row_text == count) { /* nothing but terminators */
        r->text_used = r->row_text;
        r->cells = r->row_cells;
        return;
    }
    if (file->count > r->rows) {
        r->code = cs_fail(r->err, CS_INPUT, "%s:%d: more than %zu rows", file->path, r->row_line,
                          r->rows);
        return;
    }
    if (file->count == r->rows_room) {
        const size_t room = r->rows_room ? 2 * r->rows_room : 64;
        struct csv_row *const more = realloc(file->rows, room * sizeof *more);
        if (!more) {
            r->code = cs_fail_memory(r->err);
            return;
        }
        file->rows = more;
        r->rows_room = room;
    }
    file->rows[file->count++] = (struct csv_row){.line = r->row_line, .count = (int)count};
    r->row_text = r->text_used;
    r->row_cells = r->cells;
}

static int fail_quote(const struct reader *r)
{
    const char *const path = r->file->path;

    if (r->cell_line < r->line)
        return cs_fail(r->err, CS_INPUT,
                       "%s:%d: a stray quote; the cell that holds it was opened with a quote in "
                       "line %d",
                       path, r->line, r->cell_line);
    return cs_fail(r->err, CS_INPUT,
                   "%s:%d: a stray quote; a cell that holds a quote is quoted whole, and the "
                   "quote inside is doubled",
                   path, r->line);
}

/* Feeds one physical line, so that rows and cells know where they begin. */
static int parse_line(struct reader *r, struct csv_parser *parser, const char *at, size_t length)
{
    if (!r->open) {
        size_t blanks = 0;
        while (blanks < length && is_blank(at[blanks]))
            blanks++;
        r->open = blanks < length;
        r->row_line = r->cell_line = r->line;
    }
    size_t done = 0, part = 1;
    for (size_t took = 1; took == part && done < length && !r->code; done += took) {
        part = length - done < CHUNK ? length - done : CHUNK;
        took = csv_parse(parser, at + done, part, take_cell, take_row, r);
        /* The cell goes on, and libcsv would keep it all. */
        if (!r->code && parser->entry_pos > CSV_CELL)
            return fail_cell(r);
    }
    if (r->code)
        return r->code;
    if (csv_error(parser) == CSV_ENOMEM || csv_error(parser) == CSV_ETOOBIG)
        return cs_fail_memory(r->err);
    return done < length ? fail_quote(r) : CS_OK;
}

static int parse_lines(struct reader *r, struct csv_parser *parser)
{
    const bool mark = r->size >= 3 && memcmp(r->bytes, "\xEF\xBB\xBF", 3) == 0;
    const char *at = r->bytes + (mark ? 3 : 0);
    const char *const end = r->bytes + r->size;
    int code = CS_OK;

    for (r->line = 1; at < end && !code; r->line++) {
        const char *stop = at;
        while (stop < end && !ends_line(stop, end))
            stop++;
        stop += stop < end;
        code = parse_line(r, parser, at, (size_t)(stop - at));
        at = stop;
    }
    if (code)
        return code;
    r->line--;
    if (csv_fini(parser, take_cell, take_row, r))
        return cs_fail(r->err, CS_INPUT, "%s:%d: a quote is opened here and never closed",
                       r->file->path, r->cell_line);
    return r->code;
}

static int parse(struct reader *r)
{
    struct csv_parser parser;

    /* Every cell's terminator takes the place of a comma or a line's end. */
    r->store->text = malloc(r->size + 2);
    if (!r->store->text || csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
        return cs_fail_memory(r->err);
    csv_set_blk_size(&parser, PARSER_BLOCK);
    const int code = parse_lines(r, &parser);
    csv_free(&parser);
    if (code)
        return code;
    if (r->file->count == 0)
        return cs_fail(r->err, CS_INPUT, "%s: the file is empty", r->file->path);
    char **cells = r->store->cells;
    for (size_t i = 0; i < r->file->count; i++) {
        r->file->rows[i].cells = cells;
        cells += r->file->rows[i].count;
    }
    return CS_OK;
}

int csv_read(const char *path, struct csv_file *file, struct cs_error *err)
{
    return csv_read_within(path, CSV_BYTES, CSV_COLUMNS, file, err);
}

int csv_read_within(const char *path, size_t rows, size_t columns, struct csv_file *file,
                    struct cs_error *err)
{
    struct reader r = {.file = file, .err = err, .rows = rows, .columns = columns};
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    int code = CS_OK;

    *file = (struct csv_file){.path = text_copy(path), .store = calloc(1, sizeof *r.store)};
    r.store = file->store;
    if (!file->path || !file->store)
        code = cs_fail_memory(err);
    if (!code)
        code = read_whole(&r);
    if (!code)
        code = check_encoding(&r);
    if (!code)
        code = parse(&r);
    if (!code) {
        sha256_init(&sha);
        sha256_update(&sha, r.size, (const uint8_t *)r.bytes);
        sha256_digest(&sha, sizeof digest, digest);
        hexadecimal(digest, file->sha256);
    }
    free(r.bytes);
    if (code)
        csv_release(file);
    return code;
}

void csv_release(struct csv_file *file)
{
    struct store *const store = file->store;

    if (store) {
        free(store->text);
        free(store->cells);
    }
    free(store);
    free(file->rows);
    free(file->path);
    *file = (struct csv_file){0};
}

int csv_sha256(const char *path, char out[65], struct cs_error *err)
{
    struct sha256_ctx sha;
    unsigned char digest[SHA256_DIGEST_SIZE];
    char chunk[CHUNK];
    size_t got = CHUNK;
    int fd = -1, code = open_file(path, &fd, err);

    out[0] = '\0';
    if (code)
        return code;
    sha256_init(&sha);
    while (!code && got == CHUNK) {
        code = read_bytes(fd, path, chunk, CHUNK, &got, err);
        sha256_update(&sha, got, (const uint8_t *)chunk);
    }
    close(fd);
    if (code)
        return code;
    sha256_digest(&sha, sizeof digest, digest);
    hexadecimal(digest, out);
    return CS_OK;
}
