#include "model/inside.h"
#include "tool/address_lanes.h"
#include "tool/normal.h"

/* Philox gives two steps a block: the odd step's uniforms are kept. A path
 * starts at t = 0, so an odd step always finds them. */
static void uniforms(struct block *b)
{
    struct draw_slots *d = &b->inside->draw;
    bool even = b->t % 2 == 0;

    for (int s = 0; s < d->count; s++) {
        if (d->idle[s])
            continue;
        if (even)
            address_pair(b->seed, b->path, b->t / 2, d->class[s], d->id[s], d->now[s],
                         d->next[s]);
        else
            lane_copy(d->next[s], d->now[s]);
    }
}

void draws_step(struct block *b)
{
    struct draw_slots *d = &b->inside->draw;
    int normals = b->t == 0 ? d->moving : d->uniforms;

    uniforms(b);
    for (int s = 0, end; s < normals; s = end + 1) { /* runs between idle slots */
        for (end = s; end < normals && !d->idle[end];)
            end++;
        lanes_normal(d->now + s, end - s);
    }
}
