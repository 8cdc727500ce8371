/* Words: ids, wildcards, suggestions, growing strings. */
#ifndef CHIPSPLIT_TOOL_TEXT_H
#define CHIPSPLIT_TOOL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* True for [a-z][a-z0-9_]*. */
bool text_is_id(const char *text);

/* True if `text` fits `pattern`, in which '*' stands for any run of characters
 * (the empty one too) but '/' and '.'. */
bool text_matches(const char *pattern, const char *text);

/* True if a text passes the filter of a listing: NULL lets everything pass, a pattern
 * (with `*`, `?` or `[`; fnmatch) what it fits whole, another text what holds it. */
bool text_passes(const char *filter, const char *text);

/* The candidate with the smallest edit distance (insert, delete, change, swap
 * of neighbours) to `word`, or NULL if none is near: at most one third of the
 * longer length, and at most 3. Ties go to the first candidate. */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* Bytes (1 to 4) of the well-formed UTF-8 character at the start of `text`, of
 * which `room` bytes may be read; 0 if there is none. */
size_t text_utf8_length(const char *text, size_t room);

/* A heap copy, or NULL without memory. */
char *text_copy(const char *text);
char *text_copy_n(const char *text, size_t length);

/* printf into a new heap string, or NULL without memory. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* True if `text` holds no control character: none below 0x20, 0x7F, C1 in
 * UTF-8, and none that breaks a line or turns the direction of writing (U+2028
 * to U+202E, U+2066 to U+2069). With `lines` it may hold tabs, CR and LF. */
bool text_is_plain(const char *text, bool lines);

/* True if a spreadsheet takes a cell with this text for a formula. */
bool text_is_formula(const char *text);

/* Writes `text` with every control character (as above) and every byte that is
 * not UTF-8 replaced by '?', cut to `size` - 1 bytes at a character boundary
 * with "..." where it was cut: safe for a terminal and an error sentence. */
void text_printable(const char *text, char *out, size_t size);

#endif
