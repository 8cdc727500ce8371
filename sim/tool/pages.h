/* Large pieces of memory, in huge pages where the system has them: a page fault and an
 * address translation cost far more than the values of a small page. */
#ifndef CHIPSPLIT_TOOL_PAGES_H
#define CHIPSPLIT_TOOL_PAGES_H

#include <stddef.h>

/* A huge page of most systems, to which memory is aligned, and a multiple of any small
 * page. */
enum { PAGES_PIECE = 2 << 20, PAGES_DROP = 64 << 10 };

/* Zeroed memory of at least `bytes`; only what is touched becomes real. NULL without
 * memory. To pages_free with the same number of bytes. */
void *pages_new(size_t bytes);
void pages_free(void *pages, size_t bytes);

/* Gives back the whole multiples of PAGES_DROP inside [from, from + bytes) of such memory; it stays
 * there and reads as zeros again. */
void pages_drop(void *from, size_t bytes);

/* Asks that malloc's memory be such, too: once, before threads start. For programs of our own;
 * a library leaves malloc as its host wants it. */
void pages_for_malloc(void);

#endif
