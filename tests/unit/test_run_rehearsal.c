/* What a rehearsal says of a run, against the run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "run/rehearsal.h"
#include "support.h"
#include "tool/csv.h"
#include "tool/text.h"

static const struct file_size *file_of(const struct rehearsal *r, const char *name)
{
    for (int k = 0; k < r->files; k++)
        if (!strcmp(r->file[k].name, name))
            return &r->file[k];
    return NULL;
}

enum { SHARE_DIGITS = 14 };

/* Rows are exact; bytes within the given part of those of the run. A share of 5000 paths
 * has up to four digits, one of 3072 up to eighteen: one such a row in regimes.csv and
 * probabilities.csv. */
static void compare_file(const struct rehearsal *r, const char *name, double part)
{
    const bool shares = !strcmp(name, "regimes.csv") || !strcmp(name, "probabilities.csv");
    char *const path = text_format("%s/out/%s", place, name);
    const struct file_size *const expected = file_of(r, name);
    uint64_t rows = 0;
    struct stat info;
    FILE *const file = fopen(path, "r");

    assert_non_null(expected);
    assert_non_null(file);
    for (int c = getc(file); c != EOF; c = getc(file))
        rows += c == '\n';
    fclose(file);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(expected->rows, rows - 1);
    const double slack = part * (double)info.st_size +
                         (shares && part > 0 ? SHARE_DIGITS * (double)rows : 0);
    if (fabs((double)expected->bytes - (double)info.st_size) > slack)
        fail_msg("%s: %.0f bytes expected, %.0f written", name, (double)expected->bytes,
                 (double)info.st_size);
    free(path);
}

static void run_and_compare(struct cs_run_options options, uint64_t rehearsed, double part)
{
    static const char *const always[] = {"summary.csv", "regimes.csv", "probabilities.csv",
                                         "manifest.csv"};
    struct scenario *const w = world("scenarios/tiny", NULL);
    char *const out = text_format("%s/out", place);
    struct rehearsal r;
    struct cs_error err = {0};
    cs_result *result = NULL;

    options.out = out;
    options.threads = 2;
    assert_int_equal(rehearse(w, &options, &r, &err), 0);
    assert_int_equal(r.paths, rehearsed);
    struct stat info;
    assert_int_not_equal(stat(out, &info), 0); /* nothing was written */
    if (cs_run(w, &options, &result, &err))
        fail_msg("%s", err.text[0]);
    for (int k = 0; k < 4; k++)
        compare_file(&r, always[k], part);
    if (options.draws) {
        compare_file(&r, "draws.csv", part);
        compare_file(&r, "inputs.csv", part);
    }
    if (options.trace)
        compare_file(&r, "trace.csv", part);
    assert_int_equal(r.files, 5 + 2 * options.draws + options.trace);
    assert_int_equal((uint64_t)r.rows * (uint64_t)r.dates, file_of(&r, "summary.csv")->rows);
    cs_result_free(result);
    scenario_free(w);
    free(out);
}

/* Up to three waves the rehearsal is the run: every byte is counted. */
static void a_short_run_is_known_to_the_byte(void **state)
{
    struct cs_run_options options = cs_run_options_default();

    (void)state;
    options.paths = 700;
    options.draws = true;
    options.trace = true;
    options.trace_from = 3;
    options.trace_to = 20;
    run_and_compare(options, 700, 0);
}

/* Beyond that numbers have other digits and paths longer names: 2 % hold. */
static void a_long_run_is_known_within_two_per_cent(void **state)
{
    struct cs_run_options options = cs_run_options_default();

    (void)state;
    options.paths = 5000;
    options.detail = CS_DETAIL_MARKET;
    options.draws = true;
    options.trace = true;
    options.trace_to = 99;
    run_and_compare(options, 3072, 0.02);
}

static void a_run_that_counts_is_rehearsed_counting(void **state)
{
    struct cs_run_options options = cs_run_options_default();

    (void)state;
    options.paths = KEEP_PATHS + 1;
    options.detail = CS_DETAIL_MARKET;
    run_and_compare(options, FIX_PATHS + 2 * WAVE, 0.02);
}

/* A kept value is 8 bytes: the rest of the run keeps as many more of them for each
 * series as it has more paths. */
static void memory_grows_with_the_values_kept(void **state)
{
    struct scenario *const w = world("scenarios/tiny", NULL);
    struct cs_run_options options = cs_run_options_default();
    struct rehearsal r[3];
    struct cs_error err = {0};
    static const uint64_t paths[] = {3072, 4072, 5072};

    (void)state;
    for (int k = 0; k < 3; k++) {
        options.paths = paths[k];
        assert_int_equal(rehearse(w, &options, &r[k], &err), 0);
    }
    assert_int_equal(r[0].more_memory, 0);
    assert_int_equal(r[2].more_memory, 2 * r[1].more_memory);
    assert_int_equal(r[1].more_memory % 8000, 0);
    assert_true(r[1].more_memory / 8000 > 500);
    scenario_free(w);
}

static void wrong_options_are_refused_as_by_a_run(void **state)
{
    struct scenario *const w = world("scenarios/tiny", NULL);
    struct cs_run_options options = cs_run_options_default();
    struct cs_error first = {0}, second = {0};
    struct rehearsal r;
    cs_result *result;

    (void)state;
    options.paths = 5;
    options.trace = true;
    options.trace_to = 5;
    options.out = place;
    assert_int_equal(rehearse(w, &options, &r, &first), CS_INPUT);
    assert_int_equal(cs_run(w, &options, &result, &second), CS_INPUT);
    assert_string_equal(first.text[0], second.text[0]);
    scenario_free(w);
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(a_short_run_is_known_to_the_byte),
        in_place(a_long_run_is_known_within_two_per_cent),
        in_place(a_run_that_counts_is_rehearsed_counting),
        in_place(memory_grows_with_the_values_kept),
        in_place(wrong_options_are_refused_as_by_a_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
