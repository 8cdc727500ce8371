#include "run/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct worker {
    struct pool *pool;
    int number;
    pthread_t thread;
};

struct pool {
    int workers;              /* the caller included */
    struct worker *worker;
    pthread_mutex_t mutex;
    pthread_cond_t start, done;
    unsigned long round;      /* counts loops; guarded by mutex, as the next two */
    int busy;                 /* threads still inside the loop */
    bool closing;
    pool_task *task;          /* of the loop; constant while it runs */
    void *context;
    size_t count;
    atomic_size_t next;
};

int pool_threads(int asked)
{
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (asked > 0)
        return asked;
    return cores > 0 && cores < 4096 ? (int)cores : 1;
}

static void take(struct pool *pool, int worker)
{
    for (;;) {
        const size_t index = atomic_fetch_add(&pool->next, 1);
        if (index >= pool->count)
            return;
        pool->task(pool->context, worker, index);
    }
}

static void *work(void *argument)
{
    const struct worker *const self = argument;
    struct pool *const pool = self->pool;
    unsigned long round = 0;

    for (;;) {
        pthread_mutex_lock(&pool->mutex);
        while (pool->round == round && !pool->closing)
            pthread_cond_wait(&pool->start, &pool->mutex);
        const bool closing = pool->closing;
        round = pool->round;
        pthread_mutex_unlock(&pool->mutex);
        if (closing)
            return NULL;
        take(pool, self->number);
        pthread_mutex_lock(&pool->mutex);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->done);
        pthread_mutex_unlock(&pool->mutex);
    }
}

int pool_new(int threads, struct pool **out, struct cs_error *err)
{
    struct pool *pool = calloc(1, sizeof *pool);

    *out = NULL;
    if (pool)
        pool->worker = calloc((size_t)threads, sizeof *pool->worker);
    if (!pool || !pool->worker) {
        free(pool);
        return cs_fail_memory(err);
    }
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->start, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->workers = 1;
    for (int k = 1; k < threads; k++) {
        struct worker *const worker = &pool->worker[k];
        *worker = (struct worker){.pool = pool, .number = k};
        if (pthread_create(&worker->thread, NULL, work, worker))
            break;
        pool->workers++;
    }
    *out = pool;
    return CS_OK;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->mutex);
    for (int k = 1; k < pool->workers; k++)
        pthread_join(pool->worker[k].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->start);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->worker);
    free(pool);
}

int pool_workers(const struct pool *pool)
{
    return pool->workers;
}

void pool_each(struct pool *pool, size_t count, pool_task *task, void *context)
{
    pthread_mutex_lock(&pool->mutex);
    pool->task = task;
    pool->context = context;
    pool->count = count;
    atomic_store(&pool->next, 0);
    pool->busy = pool->workers - 1;
    pool->round++;
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->mutex);
    take(pool, 0);
    pthread_mutex_lock(&pool->mutex);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}
