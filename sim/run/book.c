#include "run/book.h"

#include <stdlib.h>
#include <string.h>
#include "tool/isa.h"

ISA_KERNEL(void, kernel_book_fill, (struct book *));

int book_new(const struct block *block, struct book **out, struct cs_error *err)
{
    const size_t I = (size_t)block->I, J = (size_t)block->J;
    const size_t lanes = 3 * I * J + 3 * I + 8 * J;
    struct book *book = calloc(1, sizeof *book);
    lane *store = aligned_alloc(64, lanes * sizeof *store);

    *out = NULL;
    if (!book || !store) {
        free(book);
        free(store);
        return cs_fail_memory(err);
    }
    memset(store, 0, lanes * sizeof *store);
    lane **const pairs[] = {&book->wanted, &book->pflops, &book->effective};
    lane **const buyers[] = {&book->backed, &book->questioned, &book->gap};
    lane **const options[] = {&book->option_spend,     &book->option_units,
                              &book->option_pflops,    &book->option_effective,
                              &book->levied,           &book->net,
                              &book->passed_on,        &book->capacity};
    for (size_t k = 0; k < 3; k++, store += I * J)
        *pairs[k] = store;
    for (size_t k = 0; k < 3; k++, store += I)
        *buyers[k] = store;
    for (size_t k = 0; k < 8; k++, store += J)
        *options[k] = store;
    book->block = block;
    *out = book;
    return CS_OK;
}

void book_free(struct book *book)
{
    if (!book)
        return;
    free(book->wanted); /* the first part of the store */
    free(book);
}

void book_fill(struct book *book)
{
    ISA_CALL(kernel_book_fill)(book);
}
