#define _DEFAULT_SOURCE /* madvise, MAP_ANONYMOUS and sbrk are no part of POSIX */
#include "tool/pages.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

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

/* Malloc's first growth takes more than a run of few paths needs, and nothing goes back to
 * the system to be had again. What malloc notes down at its start is in the small page before
 * the first piece, since a piece that has been touched stays as it is. */
void pages_for_malloc(void)
{
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
    enum { ROOM = 64 * PAGES_PIECE, SMALL = 4096 };
    static bool done;
    const intptr_t end = (intptr_t)sbrk(0);

    if (done || sbrk((-end - SMALL) & (PAGES_PIECE - 1)) == (void *)-1)
        return;
    done = true;
    mallopt(M_TOP_PAD, ROOM);
    mallopt(M_TRIM_THRESHOLD, 4 * ROOM);
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 2 * PAGES_PIECE);
    char *const first = (char *)sbrk(0) + SMALL;
    void *volatile some = malloc(1); /* compilers leave out what nobody sees */
    if ((char *)sbrk(0) >= first + ROOM - SMALL)
        madvise(first, ROOM - SMALL, MADV_HUGEPAGE);
    mallopt(M_TOP_PAD, PAGES_PIECE); /* who may not have all that gets by with less */
    free(some);
#endif
}
