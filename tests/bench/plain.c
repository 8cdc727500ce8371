/* plain FOLDER PATHS [check]: the same steps one path at a time, with libm's functions,
 * GSL's inverse normal and no vectors: what a straightforward C program costs. Prints
 * nanoseconds per path and step; with `check`, the delivered money of each path and step
 * in the form of trace.csv. Built with CS_PLAIN. */
#include <string.h>
#include "bench.h"

static double delivered(const struct block *b)
{
    double sum = 0;

    for (int at = 0; at < b->I * b->J; at++)
        sum += at % b->J == b->defer ? 0 : b->spend[at][0];
    return sum;
}

int main(int argc, char **argv)
{
    struct block *const b = bench_block(argv[1]);
    const int paths = argc > 2 ? atoi(argv[2]) : 1;
    const bool check = argc > 3 && !strcmp(argv[3], "check");
    const double before = seconds();
    double sum = 0;

    for (int path = 0; path < paths; path++) {
        kernel_path_start(b, 1, (uint64_t)path, true);
        for (int t = 0; t < b->world->steps; t++) {
            kernel_path_step(b);
            sum += delivered(b);
            if (check)
                printf("%d,%d,%.17g\n", path, t, delivered(b));
        }
    }
    if (!check)
        printf("plain,%.6g\n", 1e9 * (seconds() - before) / ((double)paths * b->world->steps));
    return sum > 0 ? 0 : 1;
}
