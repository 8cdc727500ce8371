/* What property tests share: worlds from folders, blocks, names. Folders are
 * paths from the root of the source tree. A failure to load fails the test. */
#ifndef CHIPSPLIT_TESTS_SUPPORT_H
#define CHIPSPLIT_TESTS_SUPPORT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "model/block.h"

/* A world with values set, "address=value" each, ended by NULL. */
struct scenario *world(const char *folder, ...) __attribute__((sentinel));

/* A block of the world, advanced through step t (0 is the first). */
struct block *block_at(const struct scenario *world, uint64_t seed, int t);

/* The world and its block are freed. */
void finish(struct scenario *world, struct block *block);

int buyer(const struct scenario *world, const char *id);
int option(const struct scenario *world, const char *id);

/* A fresh folder, made before a test and removed with all it holds after it: use as
 * cmocka_unit_test_setup_teardown(test, make_place, remove_place). */
extern char *place;
int make_place(void **state);
int remove_place(void **state);

/* |a - b| <= tolerance * max(|a|, |b|); the message shows both. */
#define assert_close(a, b, tolerance) assert_near_at((a), (b), (tolerance), __FILE__, __LINE__)
void assert_near_at(double a, double b, double tolerance, const char *file, int line);

#endif
