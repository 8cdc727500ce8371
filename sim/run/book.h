/* What metrics need beyond the state of a block: products and sums of one
 * step, formed once and read by many metrics. Shapes as in model/block.h. */
#ifndef CHIPSPLIT_RUN_BOOK_H
#define CHIPSPLIT_RUN_BOOK_H

#include "model/block.h"

struct book {
    const struct block *block;

    lane *wanted;      /* [I*J] share of the wallet times wallet, USD */
    lane *pflops;      /* [I*J] delivered, nominal PFLOP/s */
    lane *effective;   /* [I*J] delivered, effective PFLOP/s */
    lane *backed;      /* [I] delivered money, rent included, USD */
    lane *questioned;  /* [I] 1 if inquired and foreign orders > 0 */
    lane *gap;         /* [I] compute missing to the target, effective PFLOP/s */

    lane *option_spend;     /* [J] delivered to all buyers, USD */
    lane *option_units;     /* [J] */
    lane *option_pflops;    /* [J] nominal PFLOP/s */
    lane *option_effective; /* [J] effective PFLOP/s */
    lane *levied;           /* [J] levy on what was delivered, USD */
    lane *net;              /* [J] option_spend less levied, USD */
    lane *passed_on;        /* [J] what buyers paid beyond the list price, USD */
    lane *capacity;         /* [J] domestic: cap_j Kap_j, units per year, before
                               the HBM limit; others 0 */
};

/* Allocates the book of a block, which must outlive it. */
int book_new(const struct block *block, struct book **out, struct cs_error *err);
void book_free(struct book *book);

/* Fills everything for the step the block has just made. */
void book_fill(struct book *book);
void kernel_book_fill(struct book *book);   /* on one instruction set */

#endif
