/* steps FOLDER BLOCKS PHILOX NORMALS EXP LOG: nanoseconds per path and step, by step of
 * the model, of what follows them, and of the floor: as many Philox blocks, normals,
 * exponentials and logarithms in bare loops over lanes. One thread, the fastest of
 * several rounds. Built once per instruction set. */
#include "bench.h"
#include "run/wave.h"
#include "tool/address_lanes.h"
#include "tool/normal.h"

enum { STEPS = 13, ROUNDS = 40, FLOOR = 64 };

static void (*const step[STEPS])(struct block *) = {
    draws_step,         step01_policy,    step02_prices, step03_supply,  step04_wallet,
    step05_anticipation, step06_utility,  step07_orders, step08_scrutiny, step09_rationing,
    step10_deliveries,  step11_state,     step12_ledger};
static const char *const step_name[STEPS] = {
    "draws",   "step01_policy", "step02_prices",   "step03_supply",    "step04_wallet",
    "step05_anticipation", "step06_utility", "step07_orders", "step08_scrutiny",
    "step09_rationing", "step10_deliveries", "step11_state", "step12_ledger"};

struct times {
    double start, step[STEPS], book, record;
};

static void run_block(struct crew *crew, uint64_t first, lane *values, struct times *add)
{
    struct block *const b = crew->block;
    double before = seconds(), now;

#define TAKE(sum) (now = seconds(), (sum) += now - before, before = now)
    kernel_path_start(b, 1, first, true);
    TAKE(add->start);
    for (int t = 0; t < b->world->steps; t++) {
        b->t++;
        for (int k = 0; k < STEPS; k++) {
            step[k](b);
            TAKE(add->step[k]);
        }
        kernel_book_fill(crew->book);
        TAKE(add->book);
        kernel_recorder_step(crew->recorder, crew->book, values);
        TAKE(add->record);
    }
}

static double least(double x, double y)
{
    return x < y ? x : y;
}

static double sink;

/* Seconds that n numbers take, in lane arrays that stay in the cache. */
static double floor_of(int what, double n)
{
    static lane x[FLOOR], y[FLOOR];
    uint64_t path[LANES];
    double best = 1e9;

    for (int l = 0; l < LANES; l++)
        path[l] = (uint64_t)l;
    for (int round = 0; round < ROUNDS; round++) {
        for (int k = 0; k < FLOOR; k++)
            address_pair(1, path, k, DRAW_TASTE, (uint32_t)round, x[k], y[k]);
        const double before = seconds();
        for (int k = 0; k < FLOOR; k++) {
            if (what == 0)
                address_pair(1, path, k, DRAW_TASTE, 7, x[k], y[k]);
            else if (what == 2)
                lane_exp(x[k], y[k]);
            else if (what == 3)
                lane_log(x[k], y[k]);
        }
        if (what == 1)
            lanes_normal(x, FLOOR);
        best = least(best, seconds() - before);
        sink += x[round][0] + y[round][1];
    }
    return best / (FLOOR * LANES) * n;
}

static void report(const char *name, double each)
{
    printf("%s,%.4g\n", name, each);
}

int main(int argc, char **argv)
{
    static const char *const part[4] = {"floor_philox", "floor_normals", "floor_exponentials",
                                        "floor_logarithms"};
    const int blocks = argc > 2 ? atoi(argv[2]) : 1;
    struct block *const world = bench_block(argv[1]);
    struct crew crew = {0};
    struct catalogue *catalogue = NULL;
    struct plan *plan = NULL;
    struct times best = {.start = 1e9, .book = 1e9, .record = 1e9};
    double engine = 0, floor = 0;

    if (catalogue_new(world->world, &catalogue, NULL) ||
        plan_new(world->world, catalogue, PLAN_RESULTS, CS_DETAIL_BUYER, &plan, NULL) ||
        crew_init(&crew, plan, NULL))
        return 1;
    lane *const values = aligned_alloc(64, plan_series(plan) * sizeof *values);
    const double steps = (double)blocks * LANES * world->world->steps;
    for (int k = 0; k < STEPS; k++)
        best.step[k] = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        struct times t = {0};
        for (int k = 0; k < blocks; k++)
            run_block(&crew, (uint64_t)(k * LANES), values, &t);
        best.start = least(best.start, t.start);
        best.book = least(best.book, t.book);
        best.record = least(best.record, t.record);
        for (int k = 0; k < STEPS; k++)
            best.step[k] = least(best.step[k], t.step[k]);
    }
    report("path_start", 1e9 * best.start / steps);
    engine = best.start;
    for (int k = 0; k < STEPS; k++) {
        report(step_name[k], 1e9 * best.step[k] / steps);
        engine += best.step[k];
    }
    report("book", 1e9 * best.book / steps);
    report("record", 1e9 * best.record / steps);
    report("engine", 1e9 * engine / steps);
    for (int k = 0; k < 4; k++) {
        const double each = 1e9 * floor_of(k, argc > 3 + k ? atof(argv[3 + k]) : 0);
        report(part[k], each);
        floor += each;
    }
    report("floor", floor);
    report("engine_over_floor", 1e9 * engine / steps / floor);
    fprintf(stderr, sink == 0.123 ? " " : "");
    return 0;
}
