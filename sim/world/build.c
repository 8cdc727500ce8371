#include "world/build.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "tool/address.h"
#include "tool/text.h"

enum { VALUE_SHOWN = 80 };

/* "PATH:LINE" or "--set 'A=v'". */
static void write_place(const struct build *b, const struct place *at, char out[CS_SENTENCE])
{
    if (at->depth == DEPTH_SET && at->line > 0 && at->line <= b->sets) {
        char set[CS_SENTENCE / 2];
        text_printable(b->set[at->line - 1], set, sizeof set);
        snprintf(out, CS_SENTENCE, "--set '%s'", set);
        return;
    }
    snprintf(out, CS_SENTENCE, "%s:%d", at->file ? at->file : "scenario", at->line);
}

void complain_cell(struct build *b, enum table table, int column, const struct place *at,
                   const char *value, const char *format, ...)
{
    char where[CS_SENTENCE], rule[CS_SENTENCE], shown[VALUE_SHOWN];
    va_list list;
    va_start(list, format);
    vsnprintf(rule, sizeof rule, format, list);
    va_end(list);
    write_place(b, at, where);
    text_printable(value ? value : "", shown, sizeof shown);
    b->failed++;
    if (at->depth == DEPTH_SET)
        cs_fail(b->err, CS_INPUT, "%s: %s", where, rule);
    else
        cs_fail(b->err, CS_INPUT, "%s: %s '%s': %s%s%s", where,
                table == TABLE_SCENARIO ? "key" : "column",
                catalogue[table].column[column].name, shown, value ? ": " : "", rule);
}

void complain_row(struct build *b, const struct place *at, const char *format, ...)
{
    char where[CS_SENTENCE], rule[CS_SENTENCE];
    va_list list;
    va_start(list, format);
    vsnprintf(rule, sizeof rule, format, list);
    va_end(list);
    write_place(b, at, where);
    b->failed++;
    cs_fail(b->err, CS_INPUT, "%s: %s", where, rule);
}

void show_number(double value, char out[NUMBER_TEXT])
{
    double scale = value == 0 || !isfinite(value) ? 0 : pow(10, 11 - floor(log10(fabs(value))));
    double rounded = scale > 0 && isfinite(scale) ? round(value * scale) / scale : value;
    number_write(isfinite(rounded) ? rounded : value, out);
}

int build_note(struct build *b, const char *key, const char *format, ...)
{
    char text[CS_SENTENCE * 2];
    struct scenario *w = b->world;
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    struct note *note = arena_grow(b->arena, w->note, w->notes, &b->note_room, sizeof *note);
    const char *copy = arena_text(b->arena, text);
    if (!note || !copy)
        return cs_fail_memory(b->err);
    w->note = note;
    note[w->notes].key = key;
    note[w->notes].text = copy;
    w->notes++;
    return 0;
}

struct line *sheet_find(struct sheet *sheet, const char *key)
{
    uint32_t hash = address_hash(key);
    for (int k = 0; k < sheet->lines; k++)
        if (sheet->line[k].hash == hash && strcmp(sheet->line[k].key, key) == 0)
            return &sheet->line[k];
    return NULL;
}

struct line *sheet_add(struct build *b, enum table table, const char *key,
                       const struct place *at)
{
    struct sheet *sheet = &b->sheet[table];
    int columns = catalogue[table].columns;
    struct line *line = arena_grow(b->arena, sheet->line, sheet->lines, &sheet->room,
                                   sizeof *line);
    struct item *item = arena_take(b->arena, (size_t)columns, sizeof *item);
    if (!line || !item)
        return NULL;
    sheet->line = line;
    for (int k = 0; k < columns; k++)
        item[k] = (struct item){.text = "", .factor = 1};
    line += sheet->lines++;
    *line = (struct line){item, key, address_hash(key), *at, *at};
    return line;
}

const char *sheet_key(struct build *b, enum table table, const char *const *cells)
{
    const char *part[4] = {"", "", "", ""};
    int keys = catalogue[table].keys;
    for (int k = 0; k < keys; k++)
        part[k] = cells[k];
    if (table == TABLE_CORRELATIONS && strcmp(part[0], part[1]) > 0) {
        part[0] = cells[1];
        part[1] = cells[0];
    }
    for (int k = 2; table == TABLE_HISTORY && k < keys; k++)
        if (!*part[k])
            part[k] = "all";
    if (keys == 1)
        return arena_text(b->arena, part[0]);
    return arena_format(b->arena, "%s\x1f%s\x1f%s\x1f%s", part[0], part[1], part[2], part[3]);
}

const char **sheet_ids(struct build *b, enum table table, int *count)
{
    const struct sheet *sheet = &b->sheet[table];
    const char **ids = arena_take(b->arena, (size_t)sheet->lines, sizeof *ids);
    *count = 0;
    for (int k = 0; ids && k < sheet->lines; k++) {
        bool known = false;
        for (int m = 0; table == TABLE_EVENTS && m < *count && !known; m++)
            known = strcmp(ids[m], line_text(&sheet->line[k], 0)) == 0;
        if (!known)
            ids[(*count)++] = line_text(&sheet->line[k], 0);
    }
    return ids;
}
