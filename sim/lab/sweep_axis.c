#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lab/sweep.h"
#include "tool/number.h"
#include "tool/text.h"
#include "world/reference.h"

enum { VALUES_MOST = SWEEP_POINTS };

static int refuse(const char *vary, struct cs_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(const char *vary, struct cs_error *err, const char *format, ...)
{
    char rule[CS_SENTENCE];
    va_list list;

    va_start(list, format);
    vsnprintf(rule, sizeof rule, format, list);
    va_end(list);
    return cs_fail(err, CS_INPUT, "--vary '%.200s': %s", vary, rule);
}

/* --- values ------------------------------------------------------------------------- */

static bool add_value(struct axis *axis, char *text)
{
    char **const value = text ? realloc(axis->value, (axis->values + 1) * sizeof *value) : NULL;

    if (!value) {
        free(text);
        return false;
    }
    axis->value = value;
    value[axis->values++] = text;
    return true;
}

/* Numbers in their shortest form, so that 0.10 and 0.1 are one value; words as they are. */
static char *plain_value(const char *text, size_t length)
{
    char number[NUMBER_TEXT];
    double value;

    while (length && (*text == ' ' || *text == '\t'))
        text++, length--;
    while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    char *const word = text_copy_n(text, length);
    if (!word || number_parse(word, &value))
        return word;
    free(word);
    number_write(value, number);
    return text_copy(number);
}

/* v1,v2,... */
static int read_list(struct axis *axis, const char *vary, const char *spec, struct cs_error *err)
{
    for (;;) {
        const size_t length = strcspn(spec, ",");
        char *const value = plain_value(spec, length);
        if (value && !*value) {
            free(value);
            return refuse(vary, err, "a value is missing in the list");
        }
        if (!add_value(axis, value))
            return cs_fail_memory(err);
        if (axis->values > VALUES_MOST)
            return refuse(vary, err, "has more than %d values", (int)VALUES_MOST);
        if (!spec[length])
            return CS_OK;
        spec += length + 1;
    }
}

/* A number that ends at `ends`; NULL, or the rest of the text. */
static const char *take_number(const char *text, const char *ends, double *value)
{
    const size_t length = strcspn(text, ends);
    char *const word = plain_value(text, length);
    const bool wrong = !word || number_parse(word, value);

    free(word);
    return wrong ? NULL : text + length;
}

/* a:b:step, that is a + k step up to b; rounded to 12 digits, so that 0.05 three times is
 * 0.15. */
static int read_steps(struct axis *axis, const char *vary, const char *spec, struct cs_error *err)
{
    double from, to, step, value;
    char text[NUMBER_TEXT];
    const char *at = take_number(spec, ":", &from);

    at = at && *at ? take_number(at + 1, ":", &to) : NULL;
    at = at && *at ? take_number(at + 1, ":", &step) : NULL;
    if (!at || *at)
        return refuse(vary, err, "steps are three numbers a:b:step, such as 0:0.5:0.05");
    if (!(step != 0) || (to - from) / step < 0)
        return refuse(vary, err, "the step must lead from the first number to the second");
    const double last = floor((to - from) / step + 1e-9);
    if (!(last < VALUES_MOST))
        return refuse(vary, err, "has more than %d values", (int)VALUES_MOST);
    for (double k = 0; k <= last; k++) {
        snprintf(text, sizeof text, "%.12g", from + k * step);
        value = strtod(text, NULL);
        number_write(value, text);
        if (!add_value(axis, text_copy(text)))
            return cs_fail_memory(err);
    }
    return CS_OK;
}

static int read_range(struct axis *axis, const char *vary, const char *spec, const char *dots,
                      struct cs_error *err)
{
    char *const low = plain_value(spec, (size_t)(dots - spec));
    const bool fine = low && !number_parse(low, &axis->low) &&
                      take_number(dots + 2, "", &axis->high) && axis->low < axis->high;

    free(low);
    axis->kind = AXIS_RANGE;
    return fine ? CS_OK
                : refuse(vary, err, "a range is two numbers low..high, such as 0.1..0.4, the "
                                    "first smaller");
}

static const char *find_dots(const char *spec)
{
    return strstr(spec, "..");
}

/* --- addresses ------------------------------------------------------------------------ */

static int check_address(const struct sweep *sweep, const struct axis *axis, const char *vary,
                         struct cs_error *err)
{
    const char *list[SMALL_IDS];
    struct id_space space;
    struct reference ref;
    char rule[CS_SENTENCE];

    reference_space(sweep->world, list, &space);
    if (reference_read(&space, axis->address, &ref, rule))
        return refuse(vary, err, "%s", rule);
    if (axis->kind == AXIS_RANGE && catalogue[ref.table].column[ref.column].kind != KIND_REAL)
        return refuse(vary, err, "is not a number that can vary, so it has no range");
    for (size_t a = 0; a + 1 < sweep->axes; a++)
        if (!strcmp(sweep->axis[a].column, axis->column))
            return refuse(vary, err, "%s is varied twice", axis->column);
    return CS_OK;
}

static struct axis *add_axis(struct sweep *sweep)
{
    struct axis *const axis = realloc(sweep->axis, (sweep->axes + 1) * sizeof *axis);

    if (!axis)
        return NULL;
    sweep->axis = axis;
    axis[sweep->axes] = (struct axis){.prior = -1};
    return &axis[sweep->axes++];
}

static int name_axis(struct axis *axis, const char *address, size_t length, bool factor,
                     struct cs_error *err)
{
    axis->factor = factor;
    axis->address = plain_value(address, length);
    axis->column = axis->address ? text_format("%s%s", axis->address, factor ? "*" : "") : NULL;
    return axis->column ? CS_OK : cs_fail_memory(err);
}

/* --- priors ----------------------------------------------------------------------------- */

static bool is_on(const struct prior *prior)
{
    return prior->dist && prior->cell_count > 0;
}

static int set_prior(struct axis *axis, const struct sweep *sweep, int prior,
                     struct cs_error *err)
{
    const struct prior *const p = &sweep->world->prior[prior];

    axis->kind = AXIS_PRIOR;
    axis->prior = prior;
    return axis->column ? CS_OK
                        : name_axis(axis, p->address, strlen(p->address), p->relative, err);
}

static int read_prior(struct axis *axis, const struct sweep *sweep, const char *vary,
                      struct cs_error *err)
{
    for (int p = 0; p < sweep->world->priors; p++)
        if (!strcmp(sweep->world->prior[p].address, axis->address) &&
            is_on(&sweep->world->prior[p])) {
            if (axis->factor)
                return refuse(vary, err, "a prior is taken as it is, not as a factor");
            free(axis->column);
            axis->column = NULL;
            free(axis->address);
            axis->address = NULL;
            return set_prior(axis, sweep, p, err);
        }
    return refuse(vary, err, "there is no prior on this address, or it is off");
}

static int add_priors(struct sweep *sweep, const char *vary, struct cs_error *err)
{
    int code = CS_OK;
    const size_t before = sweep->axes;

    for (int p = 0; p < sweep->world->priors && !code; p++)
        if (is_on(&sweep->world->prior[p])) {
            struct axis *const axis = add_axis(sweep);
            code = axis ? set_prior(axis, sweep, p, err) : cs_fail_memory(err);
            if (!code)
                code = check_address(sweep, axis, vary, err);
        }
    if (!code && sweep->axes == before)
        code = refuse(vary, err, "the scenario has no priors that are on");
    return code;
}

/* --- one --vary --------------------------------------------------------------------------- */

static int read_spec(struct axis *axis, const struct sweep *sweep, const char *vary,
                     const char *spec, struct cs_error *err)
{
    const char *const dots = find_dots(spec), *const colon = strchr(spec, ':');

    if (!strcmp(spec, "prior"))
        return read_prior(axis, sweep, vary, err);
    if (dots)
        return read_range(axis, vary, spec, dots, err);
    return colon ? read_steps(axis, vary, spec, err) : read_list(axis, vary, spec, err);
}

static int read_axis(struct sweep *sweep, const char *vary, struct cs_error *err)
{
    const char *const equals = strchr(vary, '=');

    if (!strcmp(vary, "priors"))
        return add_priors(sweep, vary, err);
    if (!equals)
        return refuse(vary, err, "must be written ADDRESS=VALUES or ADDRESS*=FACTORS, or be the "
                                 "word priors");
    struct axis *const axis = add_axis(sweep);
    if (!axis)
        return cs_fail_memory(err);
    const bool factor = equals > vary && equals[-1] == '*';
    int code = name_axis(axis, vary, (size_t)(equals - vary) - factor, factor, err);
    if (!code)
        code = read_spec(axis, sweep, vary, equals + 1, err);
    return code ? code : check_address(sweep, axis, vary, err);
}

/* --- a file of points ----------------------------------------------------------------------- */

static int read_header(struct sweep *sweep, const struct csv_file *file, struct cs_error *err)
{
    const struct csv_row *const header = &file->rows[0];
    const char *list[SMALL_IDS];
    struct id_space space;
    struct reference ref;
    char rule[CS_SENTENCE];

    reference_space(sweep->world, list, &space);
    for (int k = 0; k < header->count; k++) {
        const char *const name = header->cells[k];
        const size_t length = strlen(name);
        if (k == 0 && !strcmp(name, "run"))
            continue;
        struct axis *const axis = add_axis(sweep);
        if (!axis)
            return cs_fail_memory(err);
        const bool factor = length && name[length - 1] == '*';
        if (name_axis(axis, name, length - factor, factor, err))
            return CS_MEMORY;
        if (reference_read(&space, axis->address, &ref, rule))
            return cs_fail(err, CS_INPUT, "%s:1: column '%s': %s", file->path, name, rule);
        for (size_t a = 0; a + 1 < sweep->axes; a++)
            if (!strcmp(sweep->axis[a].column, axis->column))
                return cs_fail(err, CS_INPUT, "%s:1: column '%s': stands twice in the header",
                               file->path, name);
    }
    return sweep->axes ? CS_OK
                       : cs_fail(err, CS_INPUT, "%s:1: there is no address in the header",
                                 file->path);
}

/* Every axis has a value for every row, "" where the cell is blank. */
static int read_rows(struct sweep *sweep, const struct csv_file *file, struct cs_error *err)
{
    const size_t skip = (size_t)file->rows[0].count - sweep->axes;

    for (size_t r = 1; r < file->count; r++) {
        const struct csv_row *const row = &file->rows[r];
        if (row->count != file->rows[0].count)
            return cs_fail(err, CS_INPUT, "%s:%d: %d fields where the header has %d", file->path,
                           row->line, row->count, file->rows[0].count);
        for (size_t a = 0; a < sweep->axes; a++) {
            const char *const cell = row->cells[a + skip];
            if (!add_value(&sweep->axis[a], plain_value(cell, strlen(cell))))
                return cs_fail_memory(err);
        }
    }
    return file->count > 1 ? CS_OK
                           : cs_fail(err, CS_INPUT, "%s: there are no points in the file",
                                     file->path);
}

static int read_points(struct sweep *sweep, const char *path, struct cs_error *err)
{
    struct csv_file file = {0};
    struct stat info;

    if (stat(path, &info))
        return cs_fail(err, CS_INPUT, "%s: there is no such file of points", path);
    int code = csv_read(path, &file, err);

    if (code)
        return code;
    code = read_header(sweep, &file, err);
    if (!code)
        code = read_rows(sweep, &file, err);
    csv_release(&file);
    return code;
}

int sweep_read_axes(struct sweep *sweep, struct cs_error *err)
{
    const struct sweep_call *const call = sweep->call;
    int code = CS_OK;

    if (call->points)
        return read_points(sweep, call->points, err);
    for (size_t k = 0; k < call->varies && !code; k++)
        code = read_axis(sweep, call->vary[k], err);
    if (!code && sweep->axes > SWEEP_AXES)
        code = cs_fail(err, CS_INPUT, "more than %d addresses are varied (found %zu)",
                       (int)SWEEP_AXES, sweep->axes);
    return code;
}
