/* Memory that is released all at once: everything a load leaves behind. */
#ifndef CHIPSPLIT_WORLD_ARENA_H
#define CHIPSPLIT_WORLD_ARENA_H

#include <stddef.h>

struct arena;

/* An empty arena, or NULL without memory. */
struct arena *arena_new(void);

/* Releases everything taken from it; NULL is allowed. */
void arena_free(struct arena *arena);

/* `count` zeroed objects of `size` bytes, aligned for any type; NULL without
 * memory or if the product overflows. A count of 0 gives a valid pointer. */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* A copy of the first `length` bytes of `text`, terminated; NULL without memory. */
char *arena_text_n(struct arena *arena, const char *text, size_t length);
char *arena_text(struct arena *arena, const char *text);

/* printf into a new text; NULL without memory. */
char *arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An array of `count` used objects with room for one more: `array` itself, or a
 * larger copy (the old one stays in the arena). *room is its size and changes
 * with it. NULL without memory. */
void *arena_grow(struct arena *arena, void *array, int count, int *room, size_t size);

#endif
