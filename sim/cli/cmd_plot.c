#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "cli/command.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/say.h"
#include "cli/sheet.h"
#include "lab/plot.h"
#include "tool/csv.h"
#include "tool/number.h"
#include "tool/text.h"

#ifndef CS_DATADIR
#define CS_DATADIR "/usr/local/share/chipsplit"
#endif


static const struct usage usage = {
    "plot RESULT [OPTIONS]",
    "Draws the pictures that fit a folder of results, with gnuplot.\n"
    "The scripts are taken from ./plots, or else from the installed data.",
    "  chipsplit plot results/base\n"
    "  chipsplit plot results/base --format svg -o pictures\n",
};

enum { ABSENT = 127, TEXT = 300 };

struct call {
    const char *result, *out;
    int format;                /* index of formats[] */
    char *folder;              /* where the pictures go */
    char *work;                /* a folder in it for what gnuplot reads and writes */
    char *scripts;             /* absolute */
    struct plot_sheets sheets;
    int drawn;
};

static const char *const formats[] = {"svg,png", "png,svg", "svg", "png", NULL};

/* --- folders -------------------------------------------------------------------------- */

/* Makes a folder and its parents. */
static int make_folder(const char *path, struct cs_error *err)
{
    char *const part = text_copy(path);
    int code = part ? CS_OK : cs_fail_memory(err);

    for (char *c = part; !code; c++) {
        const char was = *c;
        if (was && (was != '/' || c == part))
            continue;
        *c = '\0';
        if (mkdir(part, 0777) && errno != EEXIST)
            code = cs_fail_errno(err, "%s", part);
        *c = was;
        if (!was)
            break;
    }
    free(part);
    return code;
}

/* Removes a folder that holds only files. */
static void remove_folder(const char *folder)
{
    DIR *const dir = opendir(folder);

    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        char *const path = text_format("%s/%s", folder, entry->d_name);
        if (path && strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
            unlink(path);
        free(path);
    }
    if (dir)
        closedir(dir);
    rmdir(folder);
}

/* The folder of the scripts as an absolute path, for gnuplot works elsewhere. */
static char *find_scripts(void)
{
    static const char *const places[] = {"plots", CS_DATADIR "/plots"};
    char here[4096];

    for (int k = 0; k < 2; k++) {
        char *const style = text_format("%s/style.gp", places[k]);
        const int found = style && access(style, R_OK) == 0;
        free(style);
        if (found && places[k][0] == '/')
            return text_copy(places[k]);
        if (found && getcwd(here, sizeof here))
            return text_format("%s/%s", here, places[k]);
    }
    say("plot: there are no scripts in ./plots or in %s", places[1]);
    return NULL;
}

/* --- what stands on every picture ------------------------------------------------------- */

static const char *manifest_value(const struct csv_file *manifest, const char *key)
{
    for (size_t r = 1; r < manifest->count; r++)
        if (manifest->rows[r].count > 1 && !strcmp(manifest->rows[r].cells[0], key))
            return manifest->rows[r].cells[1];
    return "";
}

/* Text for the scripts, which read it as data: printable, and never quoted, for gnuplot
 * cuts a quoted field at a comma. A unit separator stands for the comma. */
static void put_note(struct csv_writer *csv, const char *key, const char *text)
{
    char note[TEXT];

    text_printable(text, note, sizeof note);
    for (char *c = note; *c; c++)
        *c = *c == '"' ? '\'' : *c == ',' ? '\x1f' : *c;
    csv_text(csv, key);
    csv_text(csv, note);
    csv_end_row(csv);
}

/* notes.csv: title, scenario, made and result, in this order. */
static int write_notes(const struct call *call, struct cs_error *err)
{
    struct csv_file manifest = {0};
    struct csv_writer *csv = NULL;
    char *const path = text_format("%s/manifest.csv", call->result);
    char text[TEXT], paths[32];
    uint64_t count = 0;
    int code = path ? csv_read(path, &manifest, err) : cs_fail_memory(err);

    free(path);
    if (!code)
        code = csv_open(call->work, "notes.csv", &csv, err);
    if (!code) {
        number_parse_u64(manifest_value(&manifest, "paths"), &count);
        grouped(count, paths);
        csv_header(csv, "key,text");
        put_note(csv, "title", manifest_value(&manifest, "title"));
        const char *const scenario = manifest_value(&manifest, "scenario");
        snprintf(text, sizeof text, "%s%s%s path%s", scenario, *scenario ? ", " : "", paths,
                 count == 1 ? "" : "s");
        put_note(csv, "scenario", text);
        snprintf(text, sizeof text, "chipsplit %s, seed %s, %s path%s",
                 manifest_value(&manifest, "version"), manifest_value(&manifest, "seed"), paths,
                 count == 1 ? "" : "s");
        put_note(csv, "made", text);
        put_note(csv, "result", call->result);
        code = csv_close(csv, err);
    }
    csv_release(&manifest);
    return code;
}

/* --- gnuplot ------------------------------------------------------------------------------ */

/* Runs gnuplot in the working folder; what it says goes to its file `said`. Its exit
 * status, ABSENT if there is no gnuplot, or -1. */
static int run_gnuplot(const char *work, char *const argv[])
{
    const pid_t child = fork();
    int status;

    if (child < 0)
        return -1;
    if (child == 0) {
        const int said = chdir(work) ? -1 : open("said", O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (said < 0 || dup2(said, STDOUT_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
            _exit(1);
        execvp(argv[0], argv);
        _exit(errno == ENOENT ? ABSENT : 1);
    }
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has_gnuplot(const char *work)
{
    char *const argv[] = {"gnuplot", "--version", NULL};
    const int status = run_gnuplot(work, argv);

    if (status == ABSENT)
        say("plot: needs gnuplot, which is not installed; "
            "'sudo apt-get install gnuplot-nox' installs it");
    else if (status)
        say("plot: gnuplot cannot be run");
    return status == 0;
}

/* The last thing gnuplot says is why it stopped. */
static void say_why(const char *work, const char *name)
{
    char *const path = text_format("%s/said", work);
    FILE *const said = path ? fopen(path, "r") : NULL;
    char line[TEXT], text[TEXT] = "";

    while (said && fgets(line, sizeof line, said)) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[strspn(line, " ^\t")])
            text_printable(line, text, sizeof text);
    }
    if (said)
        fclose(said);
    free(path);
    say("plot: gnuplot could not draw '%s'%s%s", name, *text ? ": " : "", text);
}

/* Draws a sheet of a picture in one format and puts it in its place. */
static int draw_sheet(struct call *call, const char *picture, int sheet, const char *format)
{
    char *const style = text_format("%s/style.gp", call->scripts);
    char *const script = text_format("%s/%s.gp", call->scripts, picture);
    char *const from = text_format("%s/picture", call->work);
    char *const to = sheet > 1 ? text_format("%s/%s_%d.%s", call->folder, picture, sheet, format)
                               : text_format("%s/%s.%s", call->folder, picture, format);
    char settings[100];
    int code = EXIT_FAILED;

    snprintf(settings, sizeof settings, "picture = '%s'; sheet = %d; format = '%s'", picture,
             sheet, format);
    if (!style || !script || !from || !to) {
        say("out of memory");
    } else {
        char *const argv[] = {"gnuplot", "-d", "-e", settings, style, script, NULL};
        unlink(from);
        if (run_gnuplot(call->work, argv) || access(from, R_OK))
            say_why(call->work, picture);
        else if (rename(from, to))
            say("%s: %s", to, strerror(errno));
        else
            code = EXIT_DONE;
    }
    free(style);
    free(script);
    free(from);
    free(to);
    return signals_caught() ? EXIT_SIGNAL + signals_caught() : code;
}

static int draw_picture(struct call *call, enum plot_picture picture)
{
    const char *const name = plot_names[picture], *const note = call->sheets.note[picture];
    const int sheets = call->sheets.count[picture];
    int code = EXIT_DONE;

    for (int sheet = 1; sheet <= sheets && !code; sheet++) {
        if (strstr(formats[call->format], "svg"))
            code = draw_sheet(call, name, sheet, "svg");
        if (!code && strstr(formats[call->format], "png"))
            code = draw_sheet(call, name, sheet, "png");
        call->drawn += !code;
    }
    if (!code && note)
        printf("%s: %s%s\n", name, sheets ? "" : "left out; ", note);
    return code;
}

/* --- the command ---------------------------------------------------------------------------- */

static int draw_pictures(struct call *call)
{
    struct cs_error err = {0};
    int code = EXIT_DONE;

    if (!has_gnuplot(call->work) || !(call->scripts = find_scripts()))
        return EXIT_FAILED;
    if (plot_prepare(call->result, call->work, &call->sheets, &err) || write_notes(call, &err))
        return say_error(&err);
    for (int k = 0; k < PLOT_PICTURES && !code; k++)
        code = draw_picture(call, (enum plot_picture)k);
    if (!code && !call->drawn) {
        say("%s: holds no run, no comparison and no sweep that can be drawn", call->result);
        return EXIT_CALL;
    }
    if (!code)
        printf("Pictures: %s\n", call->folder);
    return code;
}

static int plot_result(struct call *call)
{
    struct cs_error err = {0};
    int code;

    if (!place_result(call->result))
        return EXIT_CALL;
    call->folder = call->out ? text_copy(call->out) : text_format("%s/plots", call->result);
    call->work = call->folder ? text_format("%s/.plot-XXXXXX", call->folder) : NULL;
    if (!call->work)
        cs_fail_memory(&err);
    else if (!make_folder(call->folder, &err) && !mkdtemp(call->work))
        cs_fail_errno(&err, "%s", call->folder);
    code = say_error(&err);
    if (!code) {
        signals_catch();
        code = draw_pictures(call);
        remove_folder(call->work);
        if (!call->drawn)
            rmdir(call->folder); /* stays unless it is empty */
    }
    free(call->folder);
    free(call->work);
    free(call->scripts);
    return code;
}

int cmd_plot(int argc, char **argv)
{
    struct call call = {0};
    int first = argc;
    const struct cli_option options[] = {
        {"out", 'o', OPTION_TEXT, &call.out, "DIR", "where the pictures go (default RESULT/plots)",
         NULL},
        {"format", 0, OPTION_WORD, &call.format, "svg,png", "svg, png or both (default both)",
         formats},
    };
    const enum parsed parsed =
        options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, &first);

    if (parsed != PARSED)
        return parsed == PARSED_HELP ? EXIT_DONE : EXIT_CALL;
    if (first + 1 != argc) {
        if (first == argc)
            say("plot: needs a folder of results; 'chipsplit plot -h' explains");
        else
            say("plot: takes one folder of results (found '%s' too)", argv[first + 1]);
        return EXIT_CALL;
    }
    call.result = argv[first];
    return plot_result(&call);
}
