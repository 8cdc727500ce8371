/* The result folder: whole or not at all, and never over what is not ours. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "run/result_folder.h"
#include "support.h"
#include "tool/text.h"

static char *within(const char *folder, const char *name)
{
    char *const path = text_format("%s/%s", folder, name);

    assert_non_null(path);
    return path;
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char *const path = within(folder, name);
    FILE *const file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(path);
}

static bool exists(const char *folder, const char *name)
{
    char *const path = within(folder, name);
    const bool found = access(path, F_OK) == 0;

    free(path);
    return found;
}

static void a_folder_appears_when_it_is_whole(void **state)
{
    struct folder f;
    struct cs_error err = {0};
    char *const out = within(place, "a/b/result/");

    (void)state;
    assert_int_equal(folder_begin(&f, out, false, &err), 0);
    write_file(f.work, "manifest.csv", "key,value\nversion,1\n");
    assert_false(exists(place, "a/b/result"));
    assert_int_equal(folder_commit(&f, &err), 0);
    assert_true(exists(place, "a/b/result/manifest.csv"));
    free(out);
}

static void what_was_begun_and_given_up_leaves_no_trace(void **state)
{
    struct folder f;
    struct cs_error err = {0};
    char *const out = within(place, "a/b/result");

    (void)state;
    assert_int_equal(folder_begin(&f, out, false, &err), 0);
    write_file(f.work, "summary.csv", "x\n");
    char *const inner = within(f.work, "inner");
    assert_int_equal(mkdir(inner, 0777), 0);
    write_file(inner, "deep.csv", "x\n");
    folder_abandon(&f);
    assert_false(exists(place, "a"));
    free(inner);
    free(out);
}

static void force_replaces_only_what_is_ours(void **state)
{
    struct folder f;
    struct cs_error err = {0};

    (void)state;
    write_file(place, "thesis.txt", "years of work\n");
    assert_int_equal(folder_begin(&f, place, false, &err), CS_INPUT);
    assert_non_null(strstr(err.text[0], ": the folder is not empty; choose another with -o, or "
                                        "replace an older result with --force"));
    assert_int_equal(folder_begin(&f, place, true, &err), CS_INPUT);
    assert_non_null(strstr(err.text[1], ": the folder is not empty and holds no manifest.csv of "
                                        "chipsplit, so --force does not replace it"));
    write_file(place, "manifest.csv", "name,thesis\n");
    assert_int_equal(folder_begin(&f, place, true, &err), CS_INPUT);
    write_file(place, "manifest.csv", "key,value\nversion,0.0.9\n");
    assert_int_equal(folder_begin(&f, place, true, &err), 0);
    write_file(f.work, "manifest.csv", "key,value\nversion,1\n");
    assert_true(exists(place, "thesis.txt"));
    assert_int_equal(folder_commit(&f, &err), 0);
    assert_true(exists(place, "manifest.csv"));
    assert_false(exists(place, "thesis.txt"));
}

static void a_file_is_no_folder_and_an_empty_folder_is_taken(void **state)
{
    struct folder f;
    struct cs_error err = {0};
    char *const out = within(place, "file"), *const empty = within(place, "empty");

    (void)state;
    write_file(place, "file", "");
    assert_int_equal(folder_begin(&f, out, true, &err), CS_INPUT);
    assert_non_null(strstr(err.text[0], "/file: is a file; results need a folder"));
    assert_int_equal(folder_begin(&f, "", false, &err), CS_INPUT);
    assert_int_equal(mkdir(empty, 0777), 0);
    assert_int_equal(folder_begin(&f, empty, false, &err), 0);
    write_file(f.work, "manifest.csv", "key,value\nversion,1\n");
    assert_int_equal(folder_commit(&f, &err), 0);
    assert_true(exists(empty, "manifest.csv"));
    free(out);
    free(empty);
}

/* flock(2) belongs to the open file, so one process can hold both ends. */
static void two_runs_do_not_fill_one_folder(void **state)
{
    struct folder first, second;
    struct cs_error err = {0};
    char *const out = within(place, "out"), *const other = within(place, "out2");

    (void)state;
    assert_int_equal(folder_begin(&first, out, false, &err), 0);
    assert_int_equal(folder_begin(&second, out, false, &err), CS_INPUT);
    assert_non_null(strstr(err.text[0], "/out: another run is writing this folder"));
    assert_true(access(first.work, F_OK) == 0);
    assert_int_equal(folder_begin(&second, other, false, &err), 0);
    folder_abandon(&second);
    folder_abandon(&first);
    write_file(place, "out.part-x", ""); /* neither a file nor a folder left behind is a run */
    char *const left = within(place, "out.part-1");
    assert_int_equal(mkdir(left, 0777), 0);
    assert_int_equal(folder_begin(&first, out, false, &err), 0);
    assert_int_equal(folder_commit(&first, &err), 0);
    assert_true(exists(place, "out"));
    free(out);
    free(other);
    free(left);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_folder_appears_when_it_is_whole),
        IN_PLACE(what_was_begun_and_given_up_leaves_no_trace),
        IN_PLACE(force_replaces_only_what_is_ours),
        IN_PLACE(a_file_is_no_folder_and_an_empty_folder_is_taken),
        IN_PLACE(two_runs_do_not_fill_one_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
