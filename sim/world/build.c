#include "world/build.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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
    /* Notes of a kind come together, so the one before is near. */
    int before = w->notes - 1;
    while (before >= 0 && strcmp(note[before].key, key) != 0)
        before--;
    note[w->notes].number = before < 0 ? 1 : note[before].number + 1;
    w->notes++;
    return 0;
}

/* The slot that holds a key, or the free one where it belongs. */
static int slot_of(const struct sheet *sheet, const char *key, uint32_t hash)
{
    uint32_t last = (uint32_t)sheet->slots - 1, at = hash & last;
    for (int k = sheet->slot[at]; k >= 0; k = sheet->slot[at]) {
        if (sheet->line[k].hash == hash && strcmp(sheet->line[k].key, key) == 0)
            break;
        at = (at + 1) & last;
    }
    return (int)at;
}

struct line *sheet_find(struct sheet *sheet, const char *key)
{
    int k = sheet->slots ? sheet->slot[slot_of(sheet, key, address_hash(key))] : -1;
    return k < 0 ? NULL : &sheet->line[k];
}

int sheet_index(struct build *b, enum table table)
{
    struct sheet *sheet = &b->sheet[table];
    int slots = sheet->slots ? sheet->slots : 16;
    while (slots < 2 * (sheet->lines + 1))
        slots *= 2;
    if (slots > sheet->slots)
        sheet->slot = arena_take(b->arena, (size_t)slots, sizeof *sheet->slot);
    if (!sheet->slot)
        return cs_fail_memory(b->err);
    sheet->slots = slots;
    memset(sheet->slot, -1, (size_t)slots * sizeof *sheet->slot);
    for (int k = 0; k < sheet->lines; k++)
        sheet->slot[slot_of(sheet, sheet->line[k].key, sheet->line[k].hash)] = k;
    return 0;
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
    if (2 * (sheet->lines + 1) > sheet->slots && sheet_index(b, table))
        return NULL;
    for (int k = 0; k < columns; k++)
        item[k] = (struct item){.text = "", .factor = 1};
    line += sheet->lines;
    *line = (struct line){item, key, address_hash(key), *at, *at};
    sheet->slot[slot_of(sheet, key, line->hash)] = sheet->lines++;
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

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **sheet_ids(struct build *b, enum table table, int *count)
{
    const struct sheet *sheet = &b->sheet[table];
    size_t lines = (size_t)sheet->lines;
    const char **ids = arena_take(b->arena, lines, sizeof *ids);
    *count = 0;
    for (int k = 0; ids && k < sheet->lines; k++)
        ids[k] = line_text(&sheet->line[k], 0);
    if (!ids || table != TABLE_EVENTS) {
        *count = ids ? sheet->lines : 0;
        return ids;
    }
    if (lines)
        qsort(ids, lines, sizeof *ids, by_text);
    for (int k = 0; k < sheet->lines; k++)
        if (k == 0 || strcmp(ids[k], ids[*count - 1]) != 0)
            ids[(*count)++] = ids[k];
    return ids;
}
