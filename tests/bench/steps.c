/* steps FOLDER BLOCKS PHILOX NORMALS EXP LOG [A=V]...: nanoseconds per path and step, by step of
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

/* The fastest of many rounds of `blocks` blocks, part by part, in seconds. */
static struct times measure(struct crew *crew, int blocks, lane *values)
{
    struct times best = {.start = 1e9, .book = 1e9, .record = 1e9};

    for (int k = 0; k < STEPS; k++)
        best.step[k] = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        struct times t = {0};
        for (int k = 0; k < blocks; k++)
            run_block(crew, (uint64_t)(k * LANES), values, &t);
        best.start = least(best.start, t.start);
        best.book = least(best.book, t.book);
        best.record = least(best.record, t.record);
        for (int k = 0; k < STEPS; k++)
            best.step[k] = least(best.step[k], t.step[k]);
    }
    return best;
}

int main(int argc, char **argv)
{
    static const char *const part[4] = {"floor_philox", "floor_normals", "floor_exponentials",
                                        "floor_logarithms"};
    struct crew crew = {0};
    struct catalogue *metrics = NULL;
    struct plan *plan = NULL;
    double floor = 0;

    if (argc < 7)
        return 1;
    const struct scenario *const w = bench_block(argv[1], argv + 7)->world;
    if (catalogue_new(w, &metrics, NULL) ||
        plan_new(w, metrics, PLAN_RESULTS, CS_DETAIL_BUYER, &plan, NULL) ||
        crew_init(&crew, plan, NULL))
        return 1;
    const int blocks = atoi(argv[2]);
    const double each = 1e9 / ((double)blocks * LANES * w->steps);
    const struct times best = measure(
        &crew, blocks, aligned_alloc(64, plan_series(plan) * sizeof(lane)));
    double engine = each * best.start;
    report("path_start", engine);
    for (int k = 0; k < STEPS; k++) {
        report(step_name[k], each * best.step[k]);
        engine += each * best.step[k];
    }
    const double path = engine + each * (best.book + best.record);
    report("book", each * best.book);
    report("record", each * best.record);
    report("engine", engine);
    report("path", path); /* engine, book and record */
    for (int k = 0; k < 4; k++) {
        const double ns = 1e9 * floor_of(k, atof(argv[3 + k]));
        report(part[k], ns);
        floor += ns;
    }
    report("floor", floor);
    report("engine_over_floor", engine / floor);
    report("path_over_floor", path / floor);
    fprintf(stderr, sink == 0.123 ? " " : "");
    return 0;
}
