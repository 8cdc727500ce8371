/* The tables that pictures are drawn from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "lab/plot.h"
#include "tool/text.h"

static char folder[] = "/tmp/chipsplit-plot-XXXXXX";

static const char manifest[] =
    "key,value\n"
    "version,0.1.0\n"
    "cell.buyers.1.id,cloud\ncell.buyers.1.name,\"Cloud, \"\"big\"\"\"\n"
    "cell.options.1.id,h20\ncell.options.1.name,H20\ncell.options.1.class,foreign\n"
    "cell.options.2.id,ascend\ncell.options.2.class,domestic\n"
    "cell.vendors.1.id,nvidia\ncell.vendors.1.name,`date` {/Bold} \\\n"
    "cell.us_regimes.1.id,ban\ncell.us_regimes.1.name,Ban\n"
    "cell.cn_stances.1.id,permit\ncell.cn_stances.2.id,block\n";

#define SUMMARY "scenario,date,periods,buyer,option,metric,mean,p05,p25,p50,p75,p95\n"
static const char summary[] = SUMMARY
    "base,2025Q4,1,all,all,domestic_share_spend,0.375,0.1,0.2,0.3,0.4,0.5\n"
    "base,2026Q1,1,all,all,domestic_share_spend,,,,,,\n"
    "base,2026,4,all,all,domestic_share_spend,0.9,0.9,0.9,0.9,0.9,0.9\n"
    "base,total,5,all,all,domestic_share_spend,0.9,0.9,0.9,0.9,0.9,0.9\n"
    "base,2025Q4,1,all,all,levy_receipts_usd,1.5e9,0,0,1e9,2e9,inf\n"
    "base,2025Q4,1,all,ascend,order_usd,3e9,1,1,1,1,1\n"
    "base,2025Q4,1,all,ascend,spend_usd,2e9,1,1,1,1,1\n"
    "base,2025Q4,1,cloud,h20,realised_share,0.625,1,1,1,1,1\n";

static const char regimes[] =
    "scenario,date,actor,regime,share,metric,p05,p25,p50,p75,p95\n"
    "base,2025Q4,us,ban,1,nvidia_revenue_gross_usd,1,1,1,1,1\n"
    "base,2025Q4,us,ban,1,huawei_revenue_gross_usd,1,1,1,1,1\n"
    "base,2026,cn,block,0.75,nvidia_revenue_gross_usd,1e9,2e9,3e9,4e9,5e9\n";

static const char draws[] =
    "path,step,date,nvidia_revenue_gross_usd,us_regime,cn_stance\n"
    "0,0,2025Q4,9e9,ban,permit\n0,1,2026Q1,1e9,ban,permit\n0,2,2026Q2,2.5e9,ban,block\n"
    "1,0,2025Q4,9e9,ban,permit\n1,1,2026Q1,4e9,ban,block\n1,2,2026Q2,5e8,ban,permit\n";

static const char compare[] =
    "reference,scenario,date,buyer,option,metric,diff,diff_p05,diff_p25,diff_p50,diff_p75,"
    "diff_p95\n"
    "base,one,2025Q4,all,all,shortfall,0.05,0.01,0.02,0.03,0.04,0.06\n"
    "base,two,2025Q4,all,all,nvidia_revenue_gross_usd,-5e8,-6e8,-4e8,-3e8,-2e8,-1e8\n";

static void put(const char *name, const char *text)
{
    char *const path = text_format("%s/%s", folder, name);
    FILE *const file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
}

static void drop(const char *name)
{
    char *const path = text_format("%s/%s", folder, name);

    remove(path);
    free(path);
}

/* The file's rows below its header. */
static char *rows(const char *name)
{
    static char text[4000];
    char *const path = text_format("%s/%s", folder, name);
    FILE *const file = fopen(path, "r");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    free(path);
    char *const end = strchr(text, '\n');
    assert_non_null(end);
    return end + 1;
}

static int empty_folder(void **state)
{
    static const char *const names[] = {"manifest.csv", "summary.csv", "draws.csv", "compare.csv",
                                        "regimes.csv", "points.csv", "outcomes.csv"};

    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        drop(names[k]);
    for (int k = 0; k < PLOT_PICTURES; k++) {
        char *const name = text_format("%s.csv", plot_names[k]);
        drop(name);
        free(name);
    }
    return 0;
}

/* The prepared tables stand in a folder of their own. */
static char out[] = "/tmp/chipsplit-plot-XXXXXX";

static char *prepared(const char *name)
{
    char *const from = text_format("../%s/%s", strrchr(out, '/') + 1, name);
    char *const text = rows(from);

    free(from);
    return text;
}

static struct plot_sheets prepare(void)
{
    struct plot_sheets sheets;
    struct cs_error err = {0};

    assert_int_equal(plot_prepare(folder, out, &sheets, &err), CS_OK);
    return sheets;
}

static void tells_a_run(void **state)
{
    (void)state;
    put("manifest.csv", manifest);
    put("summary.csv", summary);
    put("regimes.csv", regimes);
    const struct plot_sheets sheets = prepare();
    static const int counts[PLOT_PICTURES] = {1, 1, 1, 1, 1, 1, 0};
    assert_memory_equal(sheets.count, counts, sizeof counts);
    assert_string_equal(prepared("shares.csv"),
                        "0,2025Q4,10,20,30,40,50,37.5,0,0,,All domestic chips\n"
                        "0,2026Q1,,,,,,,0,0,,All domestic chips\n");
    assert_string_equal(prepared("levy.csv"), "0,2025Q4,0,0,1,2,,1.5,0,0,,Levy receipts\n");
    assert_string_equal(prepared("split.csv"),
                        "0,2025Q4,1e-9,1e-9,1e-9,1e-9,1e-9,3,0,0,ascend,Ordered\n"
                        "1,2025Q4,1e-9,1e-9,1e-9,1e-9,1e-9,2,0,0,ascend,Delivered\n");
    assert_string_equal(sheets.note[PLOT_REVENUE],
                        "shows quantiles only; --draws all adds the distribution");
}

static void text_is_harmless(void **state)
{
    (void)state;
    put("manifest.csv", manifest);
    put("summary.csv", summary);
    put("regimes.csv", regimes);
    prepare();
    assert_string_equal(prepared("buyers.csv"),
                        "0,2025Q4,100,100,100,100,100,62.5,1,0,H20,Cloud\x1f 'big'\n");
    assert_non_null(strstr(prepared("revenue.csv"), "2,2026,,,,,,,,,,`date` {/Bold} \\\n"));
}

static void sums_a_year_by_path(void **state)
{
    (void)state;
    put("manifest.csv", manifest);
    put("summary.csv", summary);
    put("regimes.csv", regimes);
    put("draws.csv", draws);
    assert_null(prepare().note[PLOT_REVENUE]);
    /* 1e9 + 2.5e9 and 4e9 + 5e8, each with the stance of its last row in 2026 */
    assert_string_equal(prepared("revenue.csv"),
                        "0,2026,1,2,3,4,5,75,0,1,block,block\n"
                        "2,2026,,,,,,,,,,`date` {/Bold} \\\n"
                        "1,2026,3.5,,,,,,,,,block\n"
                        "1,2026,4.5,,,,,,,,,permit\n");
}

static void tells_a_comparison(void **state)
{
    (void)state;
    put("manifest.csv", "key,value\nreference,base\n"
                        "base/cell.vendors.1.id,nvidia\nbase/cell.vendors.1.name,Nvidia\n"
                        "two/cell.vendors.1.id,nvidia\ntwo/cell.vendors.1.name,Other\n");
    put("compare.csv", compare);
    const struct plot_sheets sheets = prepare();
    static const int counts[PLOT_PICTURES] = {0, 0, 0, 0, 0, 0, 2};
    assert_memory_equal(sheets.count, counts, sizeof counts);
    assert_string_equal(prepared("difference.csv"),
                        "100,2025Q4,1,2,3,4,6,5,0,0,one minus base,"
                        "Shortfall of compute\x1f % points\n"
                        "200,2025Q4,-0.6000000000000001,-0.4,-0.30000000000000004,-0.2,-0.1,-0.5,"
                        "0,0,two minus base,Nvidia revenue\x1f billion USD\n");
}

static void says_what_is_missing(void **state)
{
    struct plot_sheets sheets;
    struct cs_error err = {0};
    char *wanted = text_format("%s: is no result folder: it holds no manifest.csv", folder);

    (void)state;
    assert_int_equal(plot_prepare(folder, out, &sheets, &err), CS_INPUT);
    assert_string_equal(err.text[0], wanted);
    free(wanted);
    put("manifest.csv", manifest);
    put("summary.csv", "scenario,date\nbase,2025Q4\n");
    err = (struct cs_error){0};
    wanted = text_format("%s/summary.csv: there is no column 'periods'", folder);
    assert_int_equal(plot_prepare(folder, out, &sheets, &err), CS_INPUT);
    assert_string_equal(err.text[0], wanted);
    free(wanted);
    put("summary.csv", SUMMARY "base,2025Q4\n");
    err = (struct cs_error){0};
    wanted = text_format("%s/summary.csv:2: 2 fields where the header has 12", folder);
    assert_int_equal(plot_prepare(folder, out, &sheets, &err), CS_INPUT);
    assert_string_equal(err.text[0], wanted);
    free(wanted);
}

static int make_folders(void **state)
{
    (void)state;
    return mkdtemp(folder) && mkdtemp(out) ? 0 : -1;
}

static int remove_folders(void **state)
{
    char *const result = text_copy(folder);

    empty_folder(state);
    strcpy(folder, out);
    empty_folder(state);
    const int left = rmdir(result) | rmdir(out);
    free(result);
    return left;
}

/* --- sweeps ----------------------------------------------------------------------------- */

#define OUTCOMES "run,date,periods,buyer,option,metric,unit,mean,p05,p25,p50,p75,p95\n"

static void put_sweep(const char *design, const char *points, const char *outcomes)
{
    char *const text = text_format("%sdesign,%s\n", manifest, design);

    put("manifest.csv", text);
    put("points.csv", points);
    put("outcomes.csv", outcomes);
    free(text);
}

/* Of a sweep over one number: rows in the order of its values, of the last full year, market
 * rows only; the vendor by its name; 0.25 as a share is 25 %. */
static void lines_of_a_sweep(void **state)
{
    static const int counts[PLOT_PICTURES] = {[PLOT_LINES] = 1};

    (void)state;
    put_sweep("grid", "run,scenario.x\n1,0.5\n2,-1\n", OUTCOMES
              "1,2025,3,all,all,domestic_share_spend,share,9,9,9,9,9,9\n"
              "1,2026,4,all,all,domestic_share_spend,share,0.5,0.25,0.25,0.25,0.25,0.75\n"
              "1,2026,4,all,all,nvidia_revenue_gross_usd,USD,4e9,1e9,2e9,3e9,,5e9\n"
              "2,2026,4,cloud,all,domestic_share_spend,share,7,7,7,7,7,7\n"
              "2,2026,4,all,all,domestic_share_spend,share,0.5,0.125,0.25,0.25,0.25,0.75\n"
              "2,total,7,all,all,domestic_share_spend,share,8,8,8,8,8,8\n");
    const struct plot_sheets sheets = prepare();
    assert_memory_equal(sheets.count, counts, sizeof counts);
    assert_string_equal(prepared("lines.csv"),
                        "0,-1,0,,,,,,,scenario.x,,`date` {/Bold} \\ revenue\x1f billion USD,2026\n"
                        "0,0.5,0,1,2,3,,5,4,scenario.x,,`date` {/Bold} \\ revenue\x1f "
                        "billion USD,2026\n"
                        "1,-1,0,12.5,25,25,25,75,50,scenario.x,,Domestic share of money\x1f %,2026\n"
                        "1,0.5,0,25,25,25,25,75,50,scenario.x,,Domestic share of money\x1f %,2026"
                        "\n");
}

/* A word beside the number: a line for each word, in the order of the file. */
static void lines_by_word(void **state)
{
    static const int counts[PLOT_PICTURES] = {[PLOT_LINES] = 1};

    (void)state;
    put_sweep("grid", "run,scenario.w,a.b.c\n1,tight,2\n2,tight,1\n3,loose,2\n4,loose,1\n",
              OUTCOMES
              "1,2026,4,all,all,incidents,count,0,0,0,12,0,0\n"
              "2,2026,4,all,all,incidents,count,0,0,0,11,0,0\n"
              "3,2026,4,all,all,incidents,count,0,0,0,22,0,0\n"
              "4,2026,4,all,all,incidents,count,0,0,0,21,0,0\n");
    const struct plot_sheets sheets = prepare();
    assert_memory_equal(sheets.count, counts, sizeof counts);
    assert_string_equal(prepared("lines.csv"),
                        "0,1,0,0,0,11,0,0,0,a.b.c,tight,incidents\x1f count,2026\n"
                        "0,2,0,0,0,12,0,0,0,a.b.c,tight,incidents\x1f count,2026\n"
                        "0,1,1,0,0,21,0,0,0,a.b.c,loose,incidents\x1f count,2026\n"
                        "0,2,1,0,0,22,0,0,0,a.b.c,loose,incidents\x1f count,2026\n");
}

/* Cells of a map end halfway to their neighbours, and reach as far beyond the outer ones. */
static void map_of_a_sweep(void **state)
{
    static const int counts[PLOT_PICTURES] = {[PLOT_MAP] = 1};

    (void)state;
    put_sweep("grid", "run,a.b.c,d.e.f*\n1,1,10\n2,1,20\n3,2,10\n4,2,20\n5,4,10\n6,4,20\n",
              OUTCOMES
              "1,2026,4,all,all,incidents,count,0,0,0,11,0,0\n"
              "2,2026,4,all,all,incidents,count,0,0,0,12,0,0\n"
              "3,2026,4,all,all,incidents,count,0,0,0,21,0,0\n"
              "4,2026,4,all,all,incidents,count,0,0,0,22,0,0\n"
              "5,2026,4,all,all,incidents,count,0,0,0,41,0,0\n"
              "6,2026,4,all,all,incidents,count,0,0,0,42,0,0\n");
    const struct plot_sheets sheets = prepare();
    assert_memory_equal(sheets.count, counts, sizeof counts);
    assert_string_equal(prepared("map.csv"),
                        "0,1,10,0.5,1.5,5,15,11,,a.b.c,d.e.f*,incidents\x1f count,2026\n"
                        "0,2,10,1.5,3,5,15,21,,a.b.c,d.e.f*,incidents\x1f count,2026\n"
                        "0,4,10,3,5,5,15,41,,a.b.c,d.e.f*,incidents\x1f count,2026\n"
                        "\n"
                        "0,1,20,0.5,1.5,15,25,12,,a.b.c,d.e.f*,incidents\x1f count,2026\n"
                        "0,2,20,1.5,3,15,25,22,,a.b.c,d.e.f*,incidents\x1f count,2026\n"
                        "0,4,20,3,5,15,25,42,,a.b.c,d.e.f*,incidents\x1f count,2026\n"
                        "\n");
}

/* The longest bar first, though its address stands last; words go in the order of the file. */
static void tornado_of_a_sweep(void **state)
{
    static const int counts[PLOT_PICTURES] = {[PLOT_TORNADO] = 1};

    (void)state;
    put_sweep("one-at-a-time", "run,a.b.c,scenario.w\n1,,\n2,5,\n3,3,\n4,,free\n5,,bound\n",
              OUTCOMES
              "1,2026,4,all,all,incidents,count,0,0,0,10,0,0\n"
              "2,2026,4,all,all,incidents,count,0,0,0,12,0,0\n"
              "3,2026,4,all,all,incidents,count,0,0,0,9,0,0\n"
              "4,2026,4,all,all,incidents,count,0,0,0,14,0,0\n"
              "5,2026,4,all,all,incidents,count,0,0,0,11,0,0\n");
    const struct plot_sheets sheets = prepare();
    assert_memory_equal(sheets.count, counts, sizeof counts);
    assert_string_equal(prepared("tornado.csv"),
                        "0,0,,14,,10,,11,,scenario.w,free to bound,incidents\x1f count,2026\n"
                        "0,1,,9,,10,,12,,a.b.c,3 to 5,incidents\x1f count,2026\n");
}

/* A design has no order to draw along. */
static void nothing_of_a_design(void **state)
{
    static const int counts[PLOT_PICTURES] = {0};

    (void)state;
    put_sweep("sobol", "run,scenario.x\n1,0.5\n2,0.25\n", OUTCOMES
              "1,2026,4,all,all,incidents,count,0,0,0,10,0,0\n"
              "2,2026,4,all,all,incidents,count,0,0,0,12,0,0\n");
    const struct plot_sheets sheets = prepare();
    assert_memory_equal(sheets.count, counts, sizeof counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(tells_a_run, empty_folder),
        cmocka_unit_test_teardown(text_is_harmless, empty_folder),
        cmocka_unit_test_teardown(sums_a_year_by_path, empty_folder),
        cmocka_unit_test_teardown(tells_a_comparison, empty_folder),
        cmocka_unit_test_teardown(says_what_is_missing, empty_folder),
        cmocka_unit_test_teardown(lines_of_a_sweep, empty_folder),
        cmocka_unit_test_teardown(lines_by_word, empty_folder),
        cmocka_unit_test_teardown(map_of_a_sweep, empty_folder),
        cmocka_unit_test_teardown(tornado_of_a_sweep, empty_folder),
        cmocka_unit_test_teardown(nothing_of_a_design, empty_folder),
    };

    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
