/* The products and sums of a step, on one instruction set; see tool/isa.h. */
#include <string.h>
#include "run/book.h"

static void fill_pair(struct book *book, int i, int j)
{
    const struct block *const b = book->block;
    const int pair = i * b->J + j;
    const double *const f = b->cell[cell_index(b->world, TABLE_OPTIONS, OPTION_PFLOPS, j)];
    const double *const units = b->units[pair], *const spend = b->spend[pair];
    const double *const e = b->effective[pair];
    double *const pflops = book->pflops[pair], *const effective = book->effective[pair];
    double *const backed = book->backed[i];
    double *const J_spend = book->option_spend[j], *const J_units = book->option_units[j];
    double *const J_pflops = book->option_pflops[j];
    double *const J_effective = book->option_effective[j];

    FOR_LANES(l) {
        pflops[l] = f[l] * units[l];
        effective[l] = e[l] * units[l];
        backed[l] += spend[l];
        J_spend[l] += spend[l];
        J_units[l] += units[l];
        J_pflops[l] += pflops[l];
        J_effective[l] += effective[l];
    }
}

static void fill_wanted(struct book *book, int i, int j)
{
    const struct block *const b = book->block;
    const int pair = i * b->J + j;
    const double *const share = b->share[pair], *const wallet = b->wallet[i];
    double *const wanted = book->wanted[pair];

    FOR_LANES(l)
        wanted[l] = share[l] * wallet[l];
}

static void fill_buyer(struct book *book, int i)
{
    const struct block *const b = book->block;
    const double *const target = b->compute_target[i], *const compute = b->compute[i];
    const double *const inquired = b->inquired[i];
    double *const gap = book->gap[i], *const questioned = book->questioned[i];
    lane foreign = {0};

    for (int j = 0; j < b->J; j++) {
        const double *const order = b->order[i * b->J + j];
        if (b->world->option[j].class != CLASS_FOREIGN)
            continue;
        FOR_LANES(l)
            foreign[l] += order[l];
    }
    FOR_LANES(l) {
        const double missing = target[l] - compute[l];
        gap[l] = missing > 0 ? missing : 0;
        questioned[l] = foreign[l] > 0 ? inquired[l] : 0;
    }
}

static void fill_option(struct book *book, int j)
{
    const struct block *const b = book->block;
    const double *const levy = b->levy[j], *const units = book->option_units[j];
    const double *const spend = book->option_spend[j];
    const double *const price = b->price[j], *const list = b->list_price[j];
    double *const levied = book->levied[j], *const net = book->net[j];
    double *const passed_on = book->passed_on[j];

    FOR_LANES(l) {
        levied[l] = levy[l] * units[l];
        net[l] = spend[l] - levied[l];
        passed_on[l] = (price[l] - list[l]) * units[l];
    }
    if (b->world->option[j].class != CLASS_DOMESTIC)
        return;
    const double *const cap = b->cell[cell_index(b->world, TABLE_OPTIONS, OPTION_CAPACITY, j)];
    const double *const grown = b->growth_factor[j];
    double *const capacity = book->capacity[j];
    FOR_LANES(l)
        capacity[l] = cap[l] * grown[l];
}

void kernel_book_fill(struct book *book)
{
    const struct block *const b = book->block;
    const size_t I = (size_t)b->I, J = (size_t)b->J;

    memset(book->backed, 0, I * sizeof *book->backed);
    memset(book->option_spend, 0, 4 * J * sizeof *book->option_spend);
    for (int i = 0; i < b->I; i++) {
        for (int j = 0; j < b->J; j++) {
            fill_wanted(book, i, j);
            fill_pair(book, i, j);
        }
        fill_buyer(book, i);
    }
    for (int j = 0; j < b->J; j++)
        fill_option(book, j);
}
