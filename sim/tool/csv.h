/* Tables in, tables out. The only user of libcsv. */
#ifndef CHIPSPLIT_TOOL_CSV_H
#define CHIPSPLIT_TOOL_CSV_H

#include <stddef.h>
#include <stdint.h>
#include "tool/error.h"

/* Bounds of every file that is read; a row of a result may be long. */
enum {
    CSV_BYTES = 64 << 20,  /* of a file */
    CSV_CELL = 64 << 10,   /* bytes of a cell, blanks at its ends included */
    CSV_COLUMNS = 100000   /* cells of a row */
};

/* A file read whole. Rows are ragged as found: the caller compares counts.
 * Cells are NUL-terminated UTF-8 with blanks trimmed at both ends; the header
 * is row 0; rows without any cell text are skipped; `line` counts physical
 * lines from 1 (a quoted line break counts) and is that of the row's start. */
struct csv_row {
    int line;
    int count;
    char **cells;
};
struct csv_file {
    char *path;
    struct csv_row *rows;
    size_t count;
    char sha256[65]; /* of the file's bytes, hexadecimal */
    void *store;     /* owns the text */
};

/* Reads a CSV file (RFC 4180 quoting, BOM, CRLF and LF accepted). Refused with
 * path and line: an open quote at the end, a stray quote, NUL bytes, UTF-16,
 * bytes that are not UTF-8, not a regular file, one that may not be read, an
 * empty file, more than the bounds above allow. On failure the struct is
 * released. */
int csv_read(const char *path, struct csv_file *file, struct cs_error *err);

/* The same for a table of at most `rows` rows below the header and `columns`
 * columns; memory is taken for no more. */
int csv_read_within(const char *path, size_t rows, size_t columns, struct csv_file *file,
                    struct cs_error *err);
void csv_release(struct csv_file *file);

/* A file written to a temporary name in the same folder, flushed to disk and
 * renamed by csv_close. The first failure is kept and reported by csv_close;
 * calls after it do nothing. */
struct csv_writer;
int csv_open(const char *folder, const char *name, struct csv_writer **out,
             struct cs_error *err);
/* A writer onto an open descriptor, which stays open (`name` is for complaints);
 * with fd -1 nothing is written and what is put is only counted. */
int csv_open_onto(int fd, const char *name, struct csv_writer **out, struct cs_error *err);
/* Rows ended and bytes put so far, those of the header too. */
void csv_counted(const struct csv_writer *csv, uint64_t *rows, uint64_t *bytes);
/* A table that stays in memory; csv_abandon releases it. */
int csv_memory(struct csv_writer **out, struct cs_error *err);
/* The bytes of such a table so far, or NULL if memory ran out; valid until the next call. */
const char *csv_content(const struct csv_writer *csv, size_t *size);
/* Empties it. */
void csv_clear(struct csv_writer *csv);

void csv_text(struct csv_writer *csv, const char *text);   /* quoted if needed */
void csv_number(struct csv_writer *csv, double value);     /* NaN: empty field */
void csv_integer(struct csv_writer *csv, int64_t value);
void csv_empty(struct csv_writer *csv);
void csv_end_row(struct csv_writer *csv);
/* Several header fields at once, `a,b,c`, ending the row. */
void csv_header(struct csv_writer *csv, const char *fields);
/* Finishes the file; frees the writer in every case. */
int csv_close(struct csv_writer *csv, struct cs_error *err);
/* The same without waiting for the disk: until the file and its folder are flushed, a failure
 * of power may leave it empty or missing. */
int csv_close_unflushed(struct csv_writer *csv, struct cs_error *err);
/* Removes the temporary file and frees the writer; NULL is allowed. */
void csv_abandon(struct csv_writer *csv);

/* SHA-256 of a file as 64 hexadecimal digits. */
int csv_sha256(const char *path, char out[65], struct cs_error *err);

#endif
