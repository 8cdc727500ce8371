#define _DEFAULT_SOURCE /* madvise and MAP_ANONYMOUS are no part of POSIX yet */
#include "tool/pages.h"

#include <stdint.h>
#include <sys/mman.h>

static size_t whole_pieces(size_t bytes)
{
    return (bytes / PAGES_PIECE + 1) * PAGES_PIECE;
}

/* A piece more than asked for, whose unaligned ends are given back. */
void *pages_new(size_t bytes)
{
    const size_t size = whole_pieces(bytes), all = size + PAGES_PIECE;
    char *const at = mmap(NULL, all, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (at == MAP_FAILED)
        return NULL;
    const size_t skip = (size_t)(-(uintptr_t)at % PAGES_PIECE);
    if (skip)
        munmap(at, skip);
    if (skip < PAGES_PIECE)
        munmap(at + skip + size, PAGES_PIECE - skip);
#ifdef MADV_HUGEPAGE
    madvise(at + skip, size, MADV_HUGEPAGE); /* a wish: it works without, more slowly */
#endif
    return at + skip;
}

void pages_free(void *pages, size_t bytes)
{
    if (pages)
        munmap(pages, whole_pieces(bytes));
}

void pages_drop(void *from, size_t bytes)
{
    char *const begin = from;
    const size_t skip = (size_t)(-(uintptr_t)begin % PAGES_DROP);

    if (bytes >= skip + PAGES_DROP)
        madvise(begin + skip, (bytes - skip) / PAGES_DROP * PAGES_DROP, MADV_DONTNEED);
}
