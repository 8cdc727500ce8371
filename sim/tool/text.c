#include "tool/text.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool text_is_id(const char *text)
{
    if (*text < 'a' || *text > 'z')
        return false;
    for (; *text; text++) {
        const bool letter = *text >= 'a' && *text <= 'z';
        const bool digit = *text >= '0' && *text <= '9';
        if (!letter && !digit && *text != '_')
            return false;
    }
    return true;
}

/* Going back to the last star only is enough: an earlier star that took more
 * would leave the same separators in the same order to the later ones. */
bool text_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;

    while (*text) {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star && *resume != '/' && *resume != '.') {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

bool text_passes(const char *filter, const char *text)
{
    if (!filter)
        return true;
    return strpbrk(filter, "*?[") ? fnmatch(filter, text, 0) == 0 : strstr(text, filter) != NULL;
}

enum { WORD_MAX = 96, NEAR_MAX = 3 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Edit distance with swaps of neighbours, three rows of the usual table. */
static int distance(const char *a, size_t n, const char *b, size_t m)
{
    int table[3][WORD_MAX + 1];
    int *before = table[0], *last = table[1], *row = table[2];

    for (size_t j = 0; j <= m; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            const int change = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(change, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        int *const spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[m];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
    const size_t n = strlen(word);
    const char *best = NULL;
    int nearest = NEAR_MAX + 1;

    if (n > WORD_MAX)
        return NULL;
    for (size_t k = 0; k < count; k++) {
        const size_t m = strlen(candidates[k]);
        const size_t longer = n > m ? n : m, shorter = n > m ? m : n;
        if (longer > WORD_MAX || longer - shorter > NEAR_MAX)
            continue;
        const int d = distance(word, n, candidates[k], m);
        if (3 * (size_t)d <= longer && d < nearest) {
            nearest = d;
            best = candidates[k];
        }
    }
    return best;
}

char *text_copy_n(const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *text_copy(const char *text)
{
    return text_copy_n(text, strlen(text));
}

char *text_format(const char *format, ...)
{
    va_list args, again;
    char *out = NULL;

    va_start(args, format);
    va_copy(again, args);
    const int length = vsnprintf(NULL, 0, format, args);
    if (length >= 0)
        out = malloc((size_t)length + 1);
    if (out)
        vsnprintf(out, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return out;
}

/* Table 3-7 of the Unicode standard, chapter 3: well-formed byte sequences. */
size_t text_utf8_length(const char *text, size_t room)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t length = 0;

    if (room == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    if (s[0] >= 0xC2 && s[0] <= 0xDF)
        length = 2;
    else if (s[0] >= 0xE0 && s[0] <= 0xEF)
        length = 3;
    else if (s[0] >= 0xF0 && s[0] <= 0xF4)
        length = 4;
    if (length == 0 || length > room)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
        (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
        return 0;
    return length;
}

static bool is_control(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;

    if (length == 3 && s[0] == 0xE2)
        return (s[1] == 0x80 && s[2] >= 0xA8 && s[2] <= 0xAE) ||
               (s[1] == 0x81 && s[2] >= 0xA6 && s[2] <= 0xA9);
    return s[0] < 0x20 || s[0] == 0x7F || (length == 2 && s[0] == 0xC2 && s[1] < 0xA0);
}

bool text_is_plain(const char *text, bool lines)
{
    size_t left = strlen(text);

    while (left > 0) {
        const size_t whole = text_utf8_length(text, left);
        const bool layout = *text == '\t' || *text == '\r' || *text == '\n';
        if (is_control(text, whole) && !(lines && layout))
            return false;
        text += whole ? whole : 1;
        left -= whole ? whole : 1;
    }
    return true;
}

bool text_is_formula(const char *text)
{
    return *text && strchr("=+-@", *text);
}

void text_printable(const char *text, char *out, size_t size)
{
    size_t left = strlen(text), used = 0, cut = 0;

    if (size == 0)
        return;
    while (left > 0) {
        const size_t whole = text_utf8_length(text, left);
        const bool bad = whole == 0 || is_control(text, whole);
        const size_t length = bad ? 1 : whole;
        if (used + length >= size)
            break;
        memcpy(out + used, bad ? "?" : text, length);
        used += length;
        if (used + 3 < size)
            cut = used;
        text += whole ? whole : 1;
        left -= whole ? whole : 1;
    }
    if (left > 0 && size > 3) {
        memcpy(out + cut, "...", 3);
        used = cut + 3;
    }
    out[used] = '\0';
}
