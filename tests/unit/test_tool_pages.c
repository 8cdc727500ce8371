/* The machine: large memory is aligned, zeroed, and zero again where it was dropped; the
 * instruction set that is used runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tool/isa.h"
#include "tool/pages.h"

static void pages_are_aligned_and_zero(void **state)
{
    static const size_t sizes[] = {1, PAGES_PIECE - 1, PAGES_PIECE, 5 * PAGES_PIECE + 77};

    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        unsigned char *const p = pages_new(sizes[k]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % PAGES_PIECE, 0);
        for (size_t i = 0; i < sizes[k]; i += 4093) {
            assert_int_equal(p[i], 0);
            p[i] = 0xa5;
        }
        p[sizes[k] - 1] = 0xa5;
        pages_free(p, sizes[k]);
    }
    pages_free(NULL, 7);
}

static void only_whole_multiples_are_dropped(void **state)
{
    const size_t size = 2 * PAGES_PIECE;
    unsigned char *const p = pages_new(size);

    (void)state;
    assert_non_null(p);
    for (size_t i = 0; i < size; i++)
        p[i] = 0x3c;
    pages_drop(p + 1, 3 * PAGES_DROP); /* holds the second and the third */
    assert_int_equal(p[PAGES_DROP - 1], 0x3c);
    assert_int_equal(p[PAGES_DROP], 0);
    assert_int_equal(p[3 * PAGES_DROP - 1], 0);
    assert_int_equal(p[3 * PAGES_DROP], 0x3c);
    pages_drop(p + 1, PAGES_DROP); /* holds none */
    assert_int_equal(p[1], 0x3c);
    pages_free(p, size);
}

static void an_instruction_set_is_used_if_it_runs(void **state)
{
    const enum isa best = isa_used();

    (void)state;
    assert_true(isa_runs(ISA_BASELINE) && isa_runs(best));
    for (int isa = (int)best + 1; isa < ISAS; isa++) {
        assert_false(isa_use((enum isa)isa));
        assert_int_equal(isa_used(), best);
    }
    assert_true(isa_use(ISA_BASELINE));
    assert_int_equal(isa_used(), ISA_BASELINE);
    assert_true(isa_use(best));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_are_aligned_and_zero),
        cmocka_unit_test(only_whole_multiples_are_dropped),
        cmocka_unit_test(an_instruction_set_is_used_if_it_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
