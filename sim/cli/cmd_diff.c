#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/command.h"
#include "cli/grid.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/say.h"
#include "cli/sheet.h"
#include "lab/differences.h"
#include "tool/text.h"

static const struct usage usage = {
    "diff A B [OPTIONS]",
    "Compares two scenarios cell by cell after inheritance: values, rows, priors (on or\n"
    "off), correlations, events, pins, thresholds and history, each with the place where\n"
    "it was written. Notes, sources, titles and descriptions do not count.",
    "  chipsplit diff base levy_25\n"
    "  chipsplit diff base scenarios/mine --csv > differences.csv\n",
};

/* --- for people ------------------------------------------------------------------- */

static void put_clean(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *const copy = malloc(size);

    if (copy) {
        text_printable(text, copy, size);
        fputs(copy, stdout);
    }
    free(copy);
}

static void print_side(const struct difference *d, int side, const char *name, int width)
{
    const struct side *const s = &d->side[side];

    printf("  ");
    put_left(name, width);
    printf("  ");
    if (s->text && *s->text)
        put_clean(s->text);
    else
        printf("%s%s%s", s->text ? "blank" : "no such row", *d->blank ? ", which means " : "",
               d->blank);
    if (*s->file && s->line > 0)
        printf("   (%s:%d)", s->file, s->line);
    putchar('\n');
}

static void print_differences(const struct scenario *const *world, const char *const *names,
                              const struct differences *all)
{
    const int first = characters(names[0]), second = characters(names[1]);
    const int width = first > second ? first : second;

    for (int k = 0; k < 2; k++) {
        put_left(names[k], width);
        printf("  ");
        put_clean(world[k]->title ? world[k]->title : "");
        putchar('\n');
    }
    putchar('\n');
    for (int k = 0; k < all->count; k++) {
        put_clean(all->difference[k].address);
        putchar('\n');
        for (int side = 0; side < 2; side++)
            print_side(&all->difference[k], side, names[side], width);
    }
    if (all->count)
        printf("\n%d difference%s\n", all->count, all->count == 1 ? "" : "s");
    else
        printf("no difference\n");
}

/* --- for machines ------------------------------------------------------------------- */

static int write_differences(const struct differences *all, struct cs_error *err)
{
    static const struct grid_column columns[] = {
        {"address", READ_BY_ALL, false}, {"only_in", READ_BY_ALL, false},
        {"a", READ_BY_ALL, false},       {"b", READ_BY_ALL, false},
        {"a_file", READ_BY_ALL, false},  {"a_line", READ_BY_ALL, false},
        {"b_file", READ_BY_ALL, false},  {"b_line", READ_BY_ALL, false},
    };
    struct grid grid;

    grid_init(&grid, columns, sizeof columns / sizeof *columns);
    for (int k = 0; k < all->count; k++) {
        const struct difference *const d = &all->difference[k];
        char line[2][16] = {"", ""};
        for (int side = 0; side < 2; side++)
            if (d->side[side].line > 0)
                snprintf(line[side], sizeof line[side], "%d", d->side[side].line);
        const char *const texts[] = {
            d->address,
            !d->side[0].text ? "b" : !d->side[1].text ? "a" : "",
            d->side[0].text ? d->side[0].text : "",
            d->side[1].text ? d->side[1].text : "",
            d->side[0].file, line[0], d->side[1].file, line[1],
        };
        grid_add(&grid, texts);
    }
    const int code = grid_csv(&grid, err);
    grid_release(&grid);
    return code;
}

/* --- the command ---------------------------------------------------------------------- */

static int diff_places(char **places, bool csv)
{
    struct cs_error err = {0};
    struct scenario *world[2] = {NULL, NULL};
    struct differences all = {0};
    bool missing = false;

    for (int k = 0; k < 2 && !missing && !err.code; k++) {
        char *const folder = place_scenario(places[k]);
        missing = !folder;
        if (folder)
            cs_scenario_load(folder, NULL, 0, &world[k], &err);
        free(folder);
    }
    if (!missing && !err.code && !differences_find(world[0], world[1], &all, &err)) {
        const bool same = !strcmp(world[0]->name, world[1]->name);
        const char *const names[] = {same ? places[0] : world[0]->name,
                                     same ? places[1] : world[1]->name};
        if (csv)
            write_differences(&all, &err);
        else
            print_differences((const struct scenario *const *)world, names, &all);
    }
    differences_release(&all);
    for (int k = 0; k < 2; k++)
        cs_scenario_free(world[k]);
    return missing ? EXIT_CALL : say_error(&err);
}

int cmd_diff(int argc, char **argv)
{
    bool csv = false;
    int first = argc;
    const struct cli_option options[] = {
        {"csv", 0, OPTION_FLAG, &csv, NULL, "as CSV", NULL},
    };
    const enum parsed parsed =
        options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, &first);

    if (parsed == PARSED_HELP)
        return EXIT_DONE;
    if (parsed == PARSED && argc - first == 2)
        return diff_places(argv + first, csv);
    if (parsed == PARSED)
        say("diff: needs two scenarios (found %d); 'chipsplit diff -h' explains", argc - first);
    return EXIT_CALL;
}
