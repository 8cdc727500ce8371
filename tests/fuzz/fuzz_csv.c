/* The reader of tables: any bytes give rows that keep the promises of csv.h, or
 * one sentence. */
#define _GNU_SOURCE /* memfd_create */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fuzz.h"
#include "tool/csv.h"
#include "tool/text.h"

enum { ROWS = 100, COLUMNS = 50 };

static void check_cell(const char *cell)
{
    const size_t length = strlen(cell);

    PROMISE(length <= CSV_CELL);
    PROMISE(length == 0 || !(strchr(" \t\r\n", cell[0]) || strchr(" \t\r\n", cell[length - 1])));
    for (size_t at = 0; at < length;) {
        const size_t step = text_utf8_length(cell + at, length - at);
        PROMISE(step > 0);
        at += step;
    }
}

static void check_rows(const struct csv_file *file)
{
    PROMISE(file->count >= 1 && file->count <= ROWS + 1);
    for (size_t r = 0; r < file->count; r++) {
        const struct csv_row *const row = &file->rows[r];
        size_t text = 0;
        PROMISE(row->count >= 1 && row->count <= COLUMNS);
        PROMISE(row->line >= 1 && (r == 0 || row->line > file->rows[r - 1].line));
        for (int k = 0; k < row->count; k++) {
            check_cell(row->cells[k]);
            text += strlen(row->cells[k]);
        }
        PROMISE(text > 0);
    }
    PROMISE(strlen(file->sha256) == 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct csv_file file;
    struct cs_error err = {0};
    char path[40];
    static int fd = -1;

    if (fd < 0)
        fd = memfd_create("table", 0);
    PROMISE(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (csv_read_within(path, ROWS, COLUMNS, &file, &err)) {
        PROMISE(err.code == CS_INPUT && err.count == 1 && !file.rows);
        return 0;
    }
    check_rows(&file);
    csv_release(&file);
    return 0;
}
