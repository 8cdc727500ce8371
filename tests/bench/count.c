/* count FOLDER BLOCKS [A=V]...: the draws and elementary functions that a world needs, per path
 * and step. Built with CS_COUNT. */
#include "bench.h"

unsigned long count_exp, count_log, count_normal, count_philox;

int main(int argc, char **argv)
{
    if (argc < 3)
        return 1;
    struct block *const b = bench_block(argv[1], argv + 3);
    const int blocks = atoi(argv[2]);
    const double steps = (double)blocks * LANES * b->world->steps;

    for (int k = 0; k < blocks; k++) {
        kernel_path_start(b, 1, (uint64_t)(k * LANES), true);
        for (int t = 0; t < b->world->steps; t++)
            kernel_path_step(b);
    }
    printf("philox_blocks,%.6g\nnormals,%.6g\nexponentials,%.6g\nlogarithms,%.6g\n",
           (double)count_philox / steps, (double)count_normal / steps,
           (double)count_exp / steps, (double)count_log / steps);
    return 0;
}
