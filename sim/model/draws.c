#include "model/inside.h"
#include "tool/address_lanes.h"
#include "tool/normal.h"

/* Philox gives two steps a block: the odd step's uniforms are kept. A path
 * starts at t = 0, so an odd step always finds them. */
void draws_step(struct block *b)
{
    struct draw_slots *d = &b->inside->draw;
    bool even = b->t % 2 == 0;

    for (int s = 0; s < d->count; s++) {
        if (even)
            address_pair(b->seed, b->path, b->t / 2, d->class[s], d->id[s], d->now[s],
                         d->next[s]);
        else
            lane_copy(d->next[s], d->now[s]);
        if (s < d->uniforms)
            lane_normal(d->now[s], d->now[s]);
    }
}
