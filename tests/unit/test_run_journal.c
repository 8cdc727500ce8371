/* A run that is cut and gone on with has the bytes of one that was not; anything that does
 * not fit is refused. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "run/result.h"
#include "support.h"
#include "tool/archive.h"
#include "tool/text.h"

static const char *const TINY = "scenarios/tiny";

static char *within(const char *name)
{
    char *const path = text_format("%s/%s", place, name);

    assert_non_null(path);
    return path;
}

static bool exists(const char *name)
{
    char *const path = within(name);
    const bool found = access(path, F_OK) == 0;

    free(path);
    return found;
}

/* Asked between waves: true at every `every`-th question, up to 6 times. */
struct patience {
    int asked, every, cuts;
};

static bool is_over(void *context)
{
    struct patience *const p = context;

    if (p->every == 0 || p->cuts == 6 || ++p->asked % p->every)
        return false;
    p->cuts++;
    return true;
}

static struct cs_run_options long_run(uint64_t paths, int threads)
{
    struct cs_run_options options = cs_run_options_default();

    options.paths = paths;
    options.threads = threads;
    options.detail = CS_DETAIL_MARKET; /* quicker */
    options.journal = true;
    return options;
}

/* Runs into place/NAME; a run that is cut is gone on with until it ends. Returns the
 * number of calls it took. */
static int run_to_the_end(struct cs_run_options options, const char *name, int every,
                          uint64_t *paths)
{
    struct scenario *w = world(TINY, NULL);
    struct patience patience = {.every = every};
    struct result *result = NULL;
    char *const out = within(name);
    int calls = 0, code;

    options.out = out;
    options.context = &patience;
    options.cancelled = is_over;
    do {
        struct cs_error err = {0};
        code = cs_run(w, &options, &result, &err);
        options.resume = true;
        if (code && code != CS_UNFINISHED)
            fail_msg("%s", err.text[0]);
    } while (code && ++calls < 100);
    assert_int_equal(code, 0);
    *paths = cs_result_paths(result);
    cs_result_free(result);
    scenario_free(w);
    free(out);
    return calls;
}

static void assert_same_folder(const char *a, const char *b)
{
    char *const command = text_format("diff -r '%s/%s' '%s/%s'", place, a, place, b);

    assert_non_null(command);
    if (system(command))
        fail_msg("%s and %s differ", a, b);
    free(command);
}

static void a_cut_run_has_the_bytes_of_a_whole_one(void **state)
{
    static const enum cs_draws_format formats[] = {CS_DRAWS_CSV, CS_DRAWS_CSV_GZ, CS_DRAWS_NPY};
    static const uint64_t lengths[] = {17000, 3500, 3500}; /* 9 waves, 4 waves */
    const bool open = fcntl(STDIN_FILENO, F_GETFD) >= 0;

    (void)state;
    for (int k = 0; k < 3; k++) {
        struct cs_run_options options = long_run(lengths[k], 2);
        options.draws = true;
        options.trace = true;
        options.trace_to = 1;
        options.resume = true; /* short runs have a journal only then */
        char *const whole = text_format("whole_%d", k), *const cut = text_format("cut_%d", k);
        uint64_t paths;
        options.draws_format = formats[k];
        assert_int_equal(run_to_the_end(options, whole, 0, &paths), 0);
        options.threads = k == 1 ? 1 : 2;
        /* Cut after every wave of the long run, while values are kept, which ends with the
         * second, and when they are counted; after every second wave of the short ones. */
        assert_true(run_to_the_end(options, cut, k == 0 ? 2 : 3, &paths) >= (k == 0 ? 6 : 1));
        assert_int_equal(paths, lengths[k]);
        assert_same_folder(whole, cut);
        assert_false(exists(k == 0 ? "cut_0.unfinished" : "cut_1.unfinished"));
        /* No descriptor is closed but its own. */
        assert_true(!open || fcntl(STDIN_FILENO, F_GETFD) >= 0);
        free(whole);
        free(cut);
    }
}

/* 3000, 6000, 12000 and 24000 paths: looks inside waves; values until 12000, then bins. */
static void doubling_gives_the_bytes_of_one_go(void **state)
{
    static const char *const until[2][1] = {{"levy_receipts_usd@2026 mean 6e6"},
                                            {"levy_receipts_usd@2026 mean 8.5e6"}};
    static const uint64_t ends[] = {24000, 12000};

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct cs_run_options options = long_run(3000, 2);
        char *const looks = text_format("looks_%d", k), *const cut = text_format("cut_%d", k),
                *const plain = text_format("plain_%d", k);
        uint64_t paths;
        options.until = until[k];
        options.untils = 1;
        run_to_the_end(options, looks, 0, &paths);
        assert_int_equal(paths, ends[k]);
        run_to_the_end(options, cut, 5, &paths);
        assert_int_equal(paths, ends[k]);
        options.untils = 0;
        options.paths = paths;
        run_to_the_end(options, plain, 0, &paths);
        assert_same_folder(plain, looks);
        assert_same_folder(plain, cut);
        free(looks);
        free(cut);
        free(plain);
    }
}

static void a_run_out_of_time_is_a_shorter_run(void **state)
{
    static const int waves[] = {16, 18}; /* exact to the last; in bins */
    struct scenario *w = world(TINY, NULL);

    (void)state;
    for (int k = 0; k < 2; k++) {
        struct cs_run_options options = long_run(19000, 2);
        struct patience patience = {.every = waves[k]};
        struct result *result = NULL;
        struct cs_error err = {0};
        char *const name = text_format("late_%d", k), *const plain = text_format("plain_%d", k);
        char *const out = within(name);
        uint64_t paths;
        options.out = out;
        options.enough = is_over;
        options.context = &patience;
        assert_int_equal(cs_run(w, &options, &result, &err), 0);
        assert_true(cs_result_cut(result));
        assert_int_equal(cs_result_paths(result), waves[k] * WAVE);
        cs_result_free(result);
        run_to_the_end(long_run((uint64_t)waves[k] * WAVE, 1), plain, 0, &paths);
        assert_same_folder(plain, name);
        /* The unfinished run goes on beside its result, and replaces it. */
        options.enough = NULL;
        options.resume = true;
        assert_int_equal(cs_run(w, &options, &result, &err), 0);
        assert_int_equal(cs_result_paths(result), 19000);
        cs_result_free(result);
        if (k == 0)
            run_to_the_end(long_run(19000, 2), "all", 0, &paths);
        assert_same_folder("all", name);
        free(out);
        free(name);
        free(plain);
    }
    scenario_free(w);
}

/* --- refusals ----------------------------------------------------------------------- */

/* Cuts a run into place/out after two waves. */
static struct cs_run_options cut(const struct scenario *w, const char *out,
                                 struct patience *patience)
{
    struct cs_run_options options = long_run(20000, 1);
    struct result *result = NULL;
    struct cs_error err = {0};

    options.draws = true;
    *patience = (struct patience){.every = 3};
    options.out = out;
    options.cancelled = is_over;
    options.context = patience;
    assert_int_equal(cs_run(w, &options, &result, &err), CS_UNFINISHED);
    assert_string_equal(err.text[0], "stopped after 4096 of 20000 paths; the same command with "
                        "--resume goes on from there");
    patience->every = 0;
    return options;
}

static void assert_refused(const struct scenario *w, const struct cs_run_options *options,
                           const char *part)
{
    struct result *result = NULL;
    struct cs_error err = {0};

    assert_int_equal(cs_run(w, options, &result, &err), CS_INPUT);
    if (!strstr(err.text[0], part))
        fail_msg("%s", err.text[0]);
}

static void another_call_is_refused(void **state)
{
    static const char *const until[] = {"shortfall@2026 mean 1%"};
    struct scenario *w = world(TINY, NULL), *other = world(TINY, "buyers.*.exposure*=0.5", NULL);
    struct patience patience;
    char *const out = within("out");
    const struct cs_run_options options = cut(w, out, &patience);

    (void)state;
    struct cs_run_options again = options;
    assert_refused(w, &again, "out.unfinished: holds an unfinished run; continue it with --resume");
    again.resume = true;
    again.seed = 2;
    assert_refused(w, &again, "was begun by another call: seed was '1' and is now '2'");
    again.seed = 1;
    again.paths = 30000;
    assert_refused(w, &again, "paths was '20000' and is now '30000'");
    again.paths = 20000;
    again.draws_format = CS_DRAWS_NPY;
    assert_refused(w, &again, "draws_format was 'csv' and is now 'npy'");
    again.draws_format = CS_DRAWS_CSV;
    again.until = until;
    again.untils = 1;
    assert_refused(w, &again, "until was '' and is now 'shortfall@2026 mean 1%'");
    again.untils = 0;
    assert_refused(other, &again, "another call: factor.buyers.");
    assert_true(exists("out.unfinished/state"));
    assert_false(exists("out.unfinished/again") || exists("out"));
    again.resume = false;
    again.force = true; /* begins anew */
    struct result *result = NULL;
    struct cs_error err = {0};
    assert_int_equal(cs_run(w, &again, &result, &err), 0);
    assert_false(exists("out.unfinished"));
    cs_result_free(result);
    scenario_free(w);
    scenario_free(other);
    free(out);
}

static void damage(const char *name, long place_in_file, bool shorten)
{
    char *const path = within(name);
    FILE *const file = fopen(path, "r+");

    assert_non_null(file);
    if (shorten) {
        assert_int_equal(truncate(path, place_in_file), 0);
    } else {
        fseek(file, place_in_file, SEEK_SET);
        const int c = fgetc(file);
        fseek(file, place_in_file, SEEK_SET);
        fputc(c ^ 1, file);
    }
    fclose(file);
    free(path);
}

static void damage_is_found(void **state)
{
    struct scenario *w = world(TINY, NULL);
    struct patience patience;
    char *const out = within("out");
    struct cs_run_options options = cut(w, out, &patience);

    (void)state;
    options.resume = true;
    damage("out.unfinished/state", 5000, false);
    assert_refused(w, &options, "out.unfinished/state: is damaged: its checksum is wrong");
    damage("out.unfinished/state", 5000, false);
    damage("out.unfinished/files/draws.csv", 70000, true);
    assert_refused(w, &options, "draws.csv: is shorter than it was");
    damage("out.unfinished/state", 3, true);
    assert_refused(w, &options, "out.unfinished/state: is damaged: its checksum is wrong");
    scenario_free(w);
    free(out);
}

/* --- the file itself ------------------------------------------------------------------ */

static void an_archive_gives_back_what_it_took(void **state)
{
    static const uint32_t given[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX};
    char *const path = within("archive");
    struct archive *a;
    struct cs_error err = {0};
    uint32_t counts[7];
    double x = 0.1;
    char *const bulk = calloc(3 << 20, 1);

    (void)state;
    memcpy(counts, given, sizeof counts);
    bulk[(3 << 20) - 1] = 7;
    assert_int_equal(archive_create(path, &a, &err), 0);
    archive_counts(a, counts, 7);
    archive_bytes(a, bulk, 3 << 20);
    archive_bytes(a, &x, sizeof x);
    assert_int_equal(archive_close(a, &err), 0);
    assert_false(exists("archive.tmp"));
    memset(counts, 0xFF, sizeof counts);
    bulk[(3 << 20) - 1] = 0;
    x = 0;
    assert_int_equal(archive_open(path, &a, &err), 0);
    archive_counts(a, counts, 7);
    archive_bytes(a, bulk, 3 << 20);
    archive_bytes(a, &x, sizeof x);
    assert_memory_equal(counts, given, sizeof counts);
    assert_true(bulk[(3 << 20) - 1] == 7 && x == 0.1);
    assert_true(archive_fine(a));
    archive_bytes(a, &x, 1); /* nothing is left */
    assert_false(archive_fine(a));
    assert_int_equal(archive_close(a, &err), CS_INPUT);
    free(bulk);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_cut_run_has_the_bytes_of_a_whole_one, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(doubling_gives_the_bytes_of_one_go, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(a_run_out_of_time_is_a_shorter_run, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(another_call_is_refused, make_place, remove_place),
        cmocka_unit_test_setup_teardown(damage_is_found, make_place, remove_place),
        cmocka_unit_test_setup_teardown(an_archive_gives_back_what_it_took, make_place,
                                        remove_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
