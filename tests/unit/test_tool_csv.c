/* Tables in and out. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "tool/csv.h"
#include "tool/text.h"

static char folder[] = "/tmp/chipsplit-csv-XXXXXX";
static char path[64]; /* of the table under test */

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/t.csv", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    remove(path);
    return rmdir(folder);
}

static void put_file(const char *bytes, size_t size)
{
    FILE *const f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

/* The rows as `line:cell|cell` each, joined by spaces. */
static char *spelled(const struct csv_file *file)
{
    char *text = text_copy("");

    for (size_t i = 0; i < file->count; i++) {
        char *longer = text_format("%s%s%d:", text, i ? " " : "", file->rows[i].line);
        free(text);
        text = longer;
        for (int k = 0; k < file->rows[i].count; k++) {
            longer = text_format("%s%s%s", text, k ? "|" : "", file->rows[i].cells[k]);
            free(text);
            text = longer;
        }
    }
    return text;
}

static void reads(void **state)
{
    static const struct {
        const char *bytes, *rows;
    } cases[] = {
        {"a,b\n1,2\n", "1:a|b 2:1|2"},
        {"a,b\n1,2", "1:a|b 2:1|2"},
        {"a,b\r\n1,2\r\n", "1:a|b 2:1|2"},
        {"a,b\r1,2\r", "1:a|b 2:1|2"},
        {"\xEF\xBB\xBF" "a,b\n", "1:a|b"},
        {"\xEF\xBB\xBF" "\"a\",b\n", "1:a|b"},
        {"\n\na,b\n\n  \n1,2\n\n", "3:a|b 6:1|2"},
        {"a,b\n,\n , \t\n\"\",\"\"\n1,2\n", "1:a|b 5:1|2"},
        {" a ,\tb\t\n\" 1 \", 2 \n", "1:a|b 2:1|2"},
        {"a,\"b,c\",\"d\"\"e\"\n", "1:a|b,c|d\"e"},
        {"a,\"x\ny\r\nz\"\n1,2\n", "1:a|x\ny\r\nz 4:1|2"},
        {"\"x\n\ny\",\"p\nq\"\nb\n", "1:x\n\ny|p\nq 5:b"},
        {"a,,c\n1\n,,\n1,2,3,4\n,,x", "1:a||c 2:1 4:1|2|3|4 5:||x"},
        {"a \xC3\xA9,\xF0\x9F\x98\x80\n", "1:a \xC3\xA9|\xF0\x9F\x98\x80"},
        {"a,\"b\" ,c\n", "1:a|b|c"},
        {"x", "1:x"},
        {"\"x\"", "1:x"},
        {"x,", "1:x|"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct csv_file file;
        struct cs_error err = {0};
        put_file(cases[i].bytes, strlen(cases[i].bytes));
        assert_int_equal(csv_read(path, &file, &err), CS_OK);
        char *const rows = spelled(&file);
        assert_string_equal(rows, cases[i].rows);
        assert_string_equal(file.path, path);
        free(rows);
        csv_release(&file);
        csv_release(&file);
    }
}

static void expect_refusal(const char *bytes, size_t size, const char *sentence)
{
    struct csv_file file;
    struct cs_error err = {0};
    const size_t place = strlen(path);

    put_file(bytes, size);
    assert_int_equal(csv_read(path, &file, &err), CS_INPUT);
    assert_int_equal(err.count, 1);
    assert_memory_equal(err.text[0], path, place);
    assert_string_equal(err.text[0] + place, sentence);
    assert_null(file.rows);
    assert_null(file.path);
    csv_release(&file);
}

#define REFUSED(bytes, sentence) expect_refusal(bytes, sizeof(bytes) - 1, sentence)

static void refuses(void **state)
{
    (void)state;
    REFUSED("", ": the file is empty");
    REFUSED("\n \n,,\n", ": the file is empty");
    REFUSED("\xEF\xBB\xBF", ": the file is empty");
    REFUSED("a,b\n1,\"x\n2,3\n", ":2: a quote is opened here and never closed");
    REFUSED("a,b\n\"x\ny\",\"z\n2,3", ":3: a quote is opened here and never closed");
    REFUSED("a\n\n\n\"x\n\n", ":4: a quote is opened here and never closed");
    REFUSED("a,b\n1,x\"y\n", ":2: a stray quote; a cell that holds a quote is quoted whole, and "
                             "the quote inside is doubled");
    REFUSED("a,b\n1,\"x\"y\n", ":2: a stray quote; a cell that holds a quote is quoted whole, and "
                               "the quote inside is doubled");
    REFUSED("a,b\n1,\"x\n2,3\n4,\"y\"\n", ":4: a stray quote; the cell that holds it was opened "
                                          "with a quote in line 2");
    REFUSED("a,b\n1,x\0y\n", ":2: a NUL byte; this is not a text file");
    REFUSED("a,b\n1,caf\xE9\n", ":2: byte 0xE9 is not UTF-8; save the file as 'CSV UTF-8'");
    REFUSED("a\n\xED\xA0\x80\n", ":2: byte 0xED is not UTF-8; save the file as 'CSV UTF-8'");
    REFUSED("\xFF\xFE" "a\0,\0", ": the text is UTF-16; save it in the spreadsheet as "
                                 "'CSV UTF-8'");
    REFUSED("\xFE\xFF" "\0a\0,", ": the text is UTF-16; save it in the spreadsheet as "
                                 "'CSV UTF-8'");
    REFUSED("a\0,\0b\0", ": the text is UTF-16; save it in the spreadsheet as 'CSV UTF-8'");
}

static void refuses_what_is_no_file(void **state)
{
    struct csv_file file;
    struct cs_error err = {0};
    char sentence[128], fifo[64];

    (void)state;
    assert_int_equal(csv_read(folder, &file, &err), CS_INPUT);
    snprintf(sentence, sizeof sentence, "%s: not a regular file", folder);
    assert_string_equal(err.text[0], sentence);
    assert_int_equal(csv_read("/nowhere/t.csv", &file, &err), CS_INPUT);
    assert_string_equal(err.text[1], "/nowhere/t.csv: cannot be read: No such file or directory");
    snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(csv_read(fifo, &file, &err), CS_INPUT); /* and does not wait */
    remove(fifo);
}

/* The last row, column and byte that fit, and the first that do not. */
static void holds_to_its_bounds(void **state)
{
    struct csv_file file;
    struct cs_error err = {0};
    char sentence[128], *const cell = malloc(CSV_CELL + 2);

    (void)state;
    assert_non_null(cell);
    put_file("a,b\n1,2\n3,4\n", 12);
    assert_int_equal(csv_read_within(path, 2, 2, &file, &err), CS_OK);
    assert_int_equal(file.count, 3);
    csv_release(&file);
    assert_int_equal(csv_read_within(path, 1, 2, &file, &err), CS_INPUT);
    snprintf(sentence, sizeof sentence, "%s:3: more than 1 rows", path);
    assert_string_equal(err.text[0], sentence);
    assert_int_equal(csv_read_within(path, 2, 1, &file, &err), CS_INPUT);
    snprintf(sentence, sizeof sentence, "%s:1: more than 1 cells in a row", path);
    assert_string_equal(err.text[1], sentence);
    memset(cell, 'x', CSV_CELL + 2);
    cell[CSV_CELL] = '\n';
    put_file(cell, CSV_CELL + 1);
    assert_int_equal(csv_read(path, &file, &err), CS_OK);
    csv_release(&file);
    cell[CSV_CELL] = 'x';
    put_file(cell, CSV_CELL + 1);
    assert_int_equal(csv_read(path, &file, &err), CS_INPUT);
    snprintf(sentence, sizeof sentence, "%s:1: a cell of more than 65536 bytes", path);
    assert_string_equal(err.text[2], sentence);
    free(cell);
}

static void refuses_a_large_file(void **state)
{
    struct csv_file file;
    struct cs_error err = {0};
    char sentence[128];

    (void)state;
    put_file("a", 1);
    assert_int_equal(truncate(path, (64 << 20) + 1), 0); /* sparse */
    assert_int_equal(csv_read(path, &file, &err), CS_INPUT);
    snprintf(sentence, sizeof sentence, "%s: larger than 64 MiB", path);
    assert_string_equal(err.text[0], sentence);
}

/* Examples of FIPS 180-4: "abc" and the empty message. */
static void hashes(void **state)
{
    struct csv_file file;
    struct cs_error err = {0};
    char hash[65];

    (void)state;
    put_file("abc", 3);
    assert_int_equal(csv_sha256(path, hash, &err), CS_OK);
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(csv_read(path, &file, &err), CS_OK);
    assert_string_equal(file.sha256, hash);
    csv_release(&file);
    put_file("", 0);
    assert_int_equal(csv_sha256(path, hash, &err), CS_OK);
    assert_string_equal(hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(csv_sha256("/nowhere/t.csv", hash, &err), CS_INPUT);
}

/* "a" a million times (FIPS 180-4 examples), so that several chunks are read. */
static void hashes_long_files(void **state)
{
    struct cs_error err = {0};
    char hash[65], *const many = malloc(1000000);

    (void)state;
    assert_non_null(many);
    memset(many, 'a', 1000000);
    put_file(many, 1000000);
    free(many);
    assert_int_equal(csv_sha256(path, hash, &err), CS_OK);
    assert_string_equal(hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void expect_file(const char *text)
{
    char bytes[512] = {0};
    FILE *const f = fopen(path, "rb");

    assert_non_null(f);
    bytes[fread(bytes, 1, sizeof bytes - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(bytes, text);
}

static int files_in_folder(void)
{
    char command[96];
    int count = -1;

    snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
    FILE *const p = popen(command, "r");
    assert_non_null(p);
    assert_int_equal(fscanf(p, "%d", &count), 1);
    pclose(p);
    return count;
}

static void writes(void **state)
{
    struct csv_writer *csv = NULL;
    struct cs_error err = {0};

    (void)state;
    remove(path);
    assert_int_equal(csv_open(folder, "t.csv", &csv, &err), CS_OK);
    assert_int_equal(files_in_folder(), 1);
    assert_int_not_equal(access(path, F_OK), 0); /* not before it is whole */
    csv_header(csv, "a,b,c,d");
    csv_text(csv, "plain");
    csv_number(csv, 0.1);
    csv_integer(csv, INT64_MIN);
    csv_empty(csv);
    csv_end_row(csv);
    csv_text(csv, "");
    csv_text(csv, "x,y");
    csv_text(csv, "say \"no\"");
    csv_text(csv, "two\nlines");
    csv_end_row(csv);
    csv_text(csv, " lead");
    csv_text(csv, "trail\t");
    csv_number(csv, 0.0 / 1 - 0.0);
    csv_text(csv, "in side");
    csv_end_row(csv);
    assert_int_equal(csv_close(csv, &err), CS_OK);
    expect_file("a,b,c,d\nplain,0.1,-9223372036854775808,\n,\"x,y\",\"say \"\"no\"\"\","
                "\"two\nlines\"\n\" lead\",\"trail\t\",0,in side\n");
    assert_int_equal(files_in_folder(), 1);
}

static void abandons(void **state)
{
    struct csv_writer *first = NULL, *second = NULL;
    struct cs_error err = {0};

    (void)state;
    remove(path);
    assert_int_equal(csv_open(folder, "t.csv", &first, &err), CS_OK);
    assert_int_equal(csv_open(folder, "t.csv", &second, &err), CS_OK); /* a name of its own */
    csv_text(first, "x");
    csv_abandon(first);
    csv_abandon(second);
    csv_abandon(NULL);
    assert_int_equal(files_in_folder(), 0);
    assert_int_equal(csv_close(NULL, &err), CS_BUG);
}

static void replaces_only_when_whole(void **state)
{
    struct csv_writer *csv = NULL;
    struct cs_error err = {0};

    (void)state;
    for (int flushed = 0; flushed < 2; flushed++) {
        put_file("old\n", 4);
        assert_int_equal(csv_open(folder, "t.csv", &csv, &err), CS_OK);
        csv_header(csv, "new");
        expect_file("old\n");
        assert_int_equal(flushed ? csv_close(csv, &err) : csv_close_unflushed(csv, &err), CS_OK);
        expect_file("new\n");
        assert_int_equal(files_in_folder(), 1);
    }
}

/* A limit on the size of files stands for a full disk: write gives EFBIG. */
static void keeps_the_first_failure(void **state)
{
    struct csv_writer *csv = NULL;
    struct cs_error err = {0};
    struct rlimit before, small;
    char sentence[128];

    (void)state;
    put_file("old\n", 4);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_int_equal(csv_open(folder, "t.csv", &csv, &err), CS_OK);
    for (int i = 0; i < 100000; i++) {
        csv_integer(csv, i);
        csv_end_row(csv);
    }
    assert_int_equal(csv_close(csv, &err), CS_SYSTEM);
    setrlimit(RLIMIT_FSIZE, &before);
    snprintf(sentence, sizeof sentence, "%s: File too large", path);
    assert_string_equal(err.text[0], sentence);
    expect_file("old\n");
    assert_int_equal(files_in_folder(), 1);
    assert_int_equal(csv_open("/nowhere", "t.csv", &csv, &err), CS_SYSTEM);
    assert_null(csv);
    assert_string_equal(err.text[1], "/nowhere/t.csv: No such file or directory");
}

/* Cells of bytes that matter to the format, without blanks at their ends. */
static void random_cell(unsigned *seed, char cell[8])
{
    static const char letters[] = "ab\",\n\r ;";
    size_t length = 0;

    for (unsigned n = *seed >> 29; length < n; length++) {
        *seed = *seed * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        cell[length] = letters[*seed >> 29];
    }
    cell[length] = '\0';
    if (length > 0) {
        cell[0] = 'x';
        cell[length - 1] = 'y';
    }
    *seed = *seed * 1664525u + 1013904223u;
}

static void reads_what_it_writes(void **state)
{
    enum { ROWS = 5000, COLUMNS = 7 };
    struct csv_writer *csv = NULL;
    struct csv_file file;
    struct cs_error err = {0};
    unsigned seed = 4711;
    char cell[8];
    int line = 1;

    (void)state;
    assert_int_equal(csv_open(folder, "t.csv", &csv, &err), CS_OK);
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        random_cell(&seed, cell);
        csv_text(csv, i % COLUMNS ? cell : "row");
        if (i % COLUMNS == COLUMNS - 1)
            csv_end_row(csv);
    }
    assert_int_equal(csv_close(csv, &err), CS_OK);
    assert_int_equal(csv_read(path, &file, &err), CS_OK);
    assert_int_equal(file.count, ROWS);
    seed = 4711;
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        const struct csv_row *const row = &file.rows[i / COLUMNS];
        random_cell(&seed, cell);
        assert_int_equal(row->count, COLUMNS);
        assert_string_equal(row->cells[i % COLUMNS], i % COLUMNS ? cell : "row");
        if (i % COLUMNS == 0)
            assert_int_equal(row->line, line++);
        for (size_t k = 0; i % COLUMNS && cell[k]; k++)
            line += cell[k] == '\n' || (cell[k] == '\r' && cell[k + 1] != '\n');
    }
    csv_release(&file);
}

static void counts_without_writing(void **state)
{
    struct csv_writer *csv;
    struct cs_error err = {0};
    uint64_t rows, bytes;

    (void)state;
    assert_int_equal(csv_open_onto(-1, "nowhere", &csv, &err), CS_OK);
    csv_header(csv, "a,b");
    csv_text(csv, "x,y");
    csv_number(csv, 0.25);
    csv_end_row(csv);
    csv_counted(csv, &rows, &bytes);
    assert_int_equal(rows, 2);
    assert_int_equal(bytes, strlen("a,b\n\"x,y\",0.25\n"));
    assert_int_equal(csv_close(csv, &err), CS_OK);
}

static void writes_onto_a_descriptor(void **state)
{
    int end[2];
    char text[32] = "";
    struct csv_writer *csv;
    struct cs_error err = {0};

    (void)state;
    assert_int_equal(pipe(end), 0);
    assert_int_equal(csv_open_onto(end[1], "the pipe", &csv, &err), CS_OK);
    csv_header(csv, "a,b");
    assert_int_equal(csv_close(csv, &err), CS_OK);
    assert_int_equal(write(end[1], "!", 1), 1); /* it stays open */
    assert_int_equal(read(end[0], text, sizeof text - 1), 5);
    assert_string_equal(text, "a,b\n!");
    close(end[0]);
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(csv_open_onto(end[1], "the pipe", &csv, &err), CS_OK);
    csv_header(csv, "a,b");
    assert_int_equal(csv_close(csv, &err), CS_SYSTEM);
    assert_string_equal(err.text[0], "the pipe: Broken pipe");
    close(end[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses),
        cmocka_unit_test(refuses_what_is_no_file),
        cmocka_unit_test(holds_to_its_bounds),
        cmocka_unit_test(refuses_a_large_file),
        cmocka_unit_test(hashes),
        cmocka_unit_test(hashes_long_files),
        cmocka_unit_test(writes),
        cmocka_unit_test(abandons),
        cmocka_unit_test(replaces_only_when_whole),
        cmocka_unit_test(keeps_the_first_failure),
        cmocka_unit_test(reads_what_it_writes),
        cmocka_unit_test(counts_without_writing),
        cmocka_unit_test(writes_onto_a_descriptor),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
