#define _DEFAULT_SOURCE /* TIOCGWINSZ */

#include "cli/grid.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "cli/sheet.h"
#include "tool/csv.h"
#include "tool/text.h"

enum { GAP = 2, BELOW = 4, NARROWEST = 40 };

void grid_init(struct grid *grid, const struct grid_column *column, int columns)
{
    const char *names[GRID_COLUMNS];

    *grid = (struct grid){.column = column, .columns = columns};
    for (int k = 0; k < columns; k++)
        names[k] = column[k].name;
    grid_add(grid, names);
}

void grid_release(struct grid *grid)
{
    for (int k = 0; k < grid->rows * grid->columns; k++)
        free(grid->text[k]);
    free(grid->text);
}

void grid_add(struct grid *grid, const char *const *texts)
{
    const size_t columns = (size_t)grid->columns;

    if (grid->rows == grid->room) {
        const int room = 2 * grid->room + 32;
        char **const wider = realloc(grid->text, (size_t)room * columns * sizeof *wider);
        if (!wider) {
            grid->starved = true;
            return;
        }
        grid->text = wider;
        grid->room = room;
    }
    char **const row = grid->text + (size_t)grid->rows++ * columns;
    for (size_t k = 0; k < columns; k++) {
        row[k] = text_copy(texts[k]);
        grid->starved = grid->starved || !row[k];
    }
}

/* --- for people ------------------------------------------------------------------- */

/* Replaces control characters in place: no text becomes longer. */
static void clean(char *text)
{
    const size_t size = strlen(text) + 1;
    char *const copy = text_copy(text);

    text_printable(copy ? copy : "", text, size);
    free(copy);
}

/* Characters that a line may have. */
static int line_width(void)
{
    struct winsize size;

    if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || size.ws_col == 0)
        return 1 << 20;
    return size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

/* A text on lines of its own, broken between words where that is possible. */
static void put_below(const char *text, int indent, int width)
{
    while (*text) {
        size_t used = 0, word = 0;
        int k = 0;
        for (; k < width && text[used]; k++) {
            if (text[used] == ' ')
                word = used;
            used += text_utf8_length(text + used, strlen(text + used));
        }
        const size_t end = text[used] && text[used] != ' ' && word ? word : used;
        printf("\n%*s%.*s", indent, "", (int)end, text);
        text += end;
        text += strspn(text, " ");
    }
}

/* What does not fit in the line of its row stands below it. */
static void print_row(const struct grid *grid, char *const *row, const int *width, int indent)
{
    const int all = line_width();
    int last = grid->columns - 1, left = all - indent, gap = 0;

    while (last > 0 && (!width[last] || !*row[last]))
        last--;
    for (int k = 0; k <= last; k++) {
        if (!width[k])
            continue;
        if (left < 0 || (k > 0 && characters(row[k]) > left)) {
            left = -1;
            if (*row[k])
                put_below(row[k], indent + BELOW, all - indent - BELOW);
            continue;
        }
        printf("%*s", k ? gap : indent, "");
        if (grid->column[k].right)
            put_right(row[k], width[k]);
        else
            put_left(row[k], k == last ? 0 : width[k]);
        left -= width[k] + GAP;
        gap = GAP;
    }
    putchar('\n');
}

/* Widths of the columns that people read; 0 for the others and for empty ones. */
static void measure(const struct grid *grid, int *width)
{
    for (int c = 0; c < grid->columns; c++) {
        bool empty = true;
        width[c] = 0;
        for (int row = 0; row < grid->rows && grid->column[c].readers != READ_BY_MACHINES; row++) {
            const int used = characters(grid->text[row * grid->columns + c]);
            width[c] = used > width[c] ? used : width[c];
            empty = empty && (row == 0 || used == 0);
        }
        width[c] = empty ? 0 : width[c];
    }
}

int grid_print(struct grid *grid, int indent, struct cs_error *err)
{
    int width[GRID_COLUMNS];

    if (grid->starved)
        return cs_fail_memory(err);
    for (int k = 0; k < grid->rows * grid->columns; k++)
        clean(grid->text[k]);
    measure(grid, width);
    for (int row = 0; row < grid->rows; row++)
        print_row(grid, grid->text + row * grid->columns, width, indent);
    return CS_OK;
}

/* --- for machines ------------------------------------------------------------------- */

int grid_csv(const struct grid *grid, struct cs_error *err)
{
    struct csv_writer *csv;
    int code = grid->starved ? cs_fail_memory(err)
                             : csv_open_onto(STDOUT_FILENO, "standard output", &csv, err);

    if (code)
        return code;
    for (int k = 0; k < grid->rows * grid->columns; k++) {
        const int c = k % grid->columns;
        if (grid->column[c].readers != READ_BY_PEOPLE)
            csv_text(csv, grid->text[k]);
        if (c + 1 == grid->columns)
            csv_end_row(csv);
    }
    return csv_close(csv, err);
}
