/* Threads that share loops. Results must not depend on which thread takes which
 * index; then they do not depend on the number of threads either. */
#ifndef CHIPSPLIT_RUN_POOL_H
#define CHIPSPLIT_RUN_POOL_H

#include <stddef.h>
#include "tool/error.h"

struct pool;

/* The number of threads that a request means: itself, or one per core for 0. */
int pool_threads(int asked);

/* Starts a pool of `threads` workers, the caller being the first. If the system
 * refuses some of them, the pool works with those it has. */
int pool_new(int threads, struct pool **out, struct cs_error *err);
void pool_free(struct pool *pool);

/* Workers are numbered from 0 to this. */
int pool_workers(const struct pool *pool);

typedef void pool_task(void *context, int worker, size_t index);

/* Calls task(context, worker, index) for every index below `count` and returns
 * when all calls have returned. */
void pool_each(struct pool *pool, size_t count, pool_task *task, void *context);

#endif
