/* Designs: points of the unit cube that fill it more evenly than chance does.
 *
 * Points are rows, u[point * dimensions + dimension], strictly inside (0,1). The random
 * part has the address (seed, dimension) and the class DRAW_DESIGN, so a dimension more
 * moves no other one. */
#ifndef CHIPSPLIT_MATH_DESIGN_H
#define CHIPSPLIT_MATH_DESIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "math/joe_kuo.h"

enum { SOBOL_BITS = 32 };

/* A Latin hypercube (McKay, Beckman and Conover 1979): in each dimension every stratum
 * [k/N, (k+1)/N) holds one of the N points, at a random place in it, and the strata are
 * in random order. False without memory. */
bool design_lhs(uint64_t seed, size_t points, size_t dimensions, double *u);

/* The first `points` points of a Sobol' sequence with the numbers of Joe and Kuo,
 * the very first kept, under nested uniform scrambling (Owen 1995) by hashing (Laine and
 * Karras 2011; Burley 2020), an own scramble for each dimension. Balanced if the number
 * is a power of two: then every stratum of width 1/points of each dimension holds one
 * point. At most JOE_KUO dimensions and 2^32 points. */
void design_sobol(uint64_t seed, size_t points, size_t dimensions, double *u);

/* --- parts -------------------------------------------------------------------- */

/* Direction numbers of a dimension from 0: v[k] belongs to bit k of the index, and its
 * bits are binary digits after the point, the highest first. */
void sobol_directions(size_t dimension, uint32_t v[SOBOL_BITS]);

/* The point of an index in binary order before scrambling, times 2^32. */
uint32_t sobol_point(const uint32_t v[SOBOL_BITS], uint32_t index);

/* A random nested permutation of the binary digits: a digit is flipped or not as the
 * digits before it and the seed say. */
uint32_t owen_scramble(uint32_t x, uint32_t seed);

#endif
