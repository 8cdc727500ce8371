#include "world/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, ALIGN = 16 };

struct block {
    struct block *next;
    size_t used, size;
    size_t padding; /* keeps the bytes that follow aligned */
};

struct arena {
    struct block *top;
};

struct arena *arena_new(void)
{
    return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    while (arena->top) {
        struct block *next = arena->top->next;
        free(arena->top);
        arena->top = next;
    }
    free(arena);
}

static struct block *add_block(struct arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct block *block = calloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    block->size = size;
    block->next = arena->top;
    arena->top = block;
    return block;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    struct block *block = arena->top;
    if (size && count > (SIZE_MAX / 2) / size)
        return NULL;
    size_t bytes = (count * size + ALIGN - 1) / ALIGN * ALIGN;
    if (!block || block->size - block->used < bytes)
        block = add_block(arena, bytes);
    if (!block)
        return NULL;
    unsigned char *at = (unsigned char *)(block + 1) + block->used;
    block->used += bytes;
    return at;
}

char *arena_text_n(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_take(arena, length + 1, 1);
    if (copy)
        memcpy(copy, text, length);
    return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
    return arena_text_n(arena, text, strlen(text));
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = length < 0 ? NULL : arena_take(arena, (size_t)length + 1, 1);
    if (!text)
        return NULL;
    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}

void *arena_grow(struct arena *arena, void *array, int count, int *room, size_t size)
{
    if (array && count < *room)
        return array;
    int wider = *room ? *room * 2 : 8;
    void *copy = arena_take(arena, (size_t)wider, size);
    if (!copy)
        return NULL;
    if (array)
        memcpy(copy, array, (size_t)count * size);
    *room = wider;
    return copy;
}
