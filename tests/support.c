#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <gsl/gsl_errno.h>
#include "tool/text.h"

enum { SETS = 64 };

struct scenario *world(const char *folder, ...)
{
    static struct cs_error err;
    const char *set[SETS];
    size_t sets = 0;
    struct scenario *w = NULL;
    va_list more;

    gsl_set_error_handler_off();
    memset(&err, 0, sizeof err);
    va_start(more, folder);
    while (sets < SETS && (set[sets] = va_arg(more, const char *)))
        sets++;
    va_end(more);
    if (scenario_load(folder, set, sets, &w, &err))
        fail_msg("%s", err.text[0]);
    return w;
}

struct block *block_at(const struct scenario *w, uint64_t seed, int t)
{
    static struct cs_error err;
    struct block *b = NULL;

    if (block_new(w, &b, &err))
        fail_msg("%s", err.text[0]);
    path_start(b, seed, 0, true);
    for (int k = 0; k <= t; k++) {
        path_step(b);
        assert_true(b->ledger_error <= 1e-12); /* P16 */
    }
    return b;
}

void finish(struct scenario *w, struct block *b)
{
    block_free(b);
    scenario_free(w);
}

int buyer(const struct scenario *w, const char *id)
{
    for (int i = 0; i < w->buyers; i++)
        if (strcmp(w->buyer[i].id, id) == 0)
            return i;
    fail_msg("no buyer '%s'", id);
    return -1;
}

int option(const struct scenario *w, const char *id)
{
    for (int j = 0; j < w->options; j++)
        if (strcmp(w->option[j].id, id) == 0)
            return j;
    fail_msg("no option '%s'", id);
    return -1;
}

char *place;

int make_place(void **state)
{
    const char *const base = getenv("TMPDIR");

    (void)state;
    place = text_format("%s/chipsplit-test-XXXXXX", base ? base : "/tmp");
    return place && mkdtemp(place) ? 0 : -1;
}

int remove_place(void **state)
{
    char *const command = text_format("rm -rf '%s'", place);

    (void)state;
    const int failed = !command || system(command);
    free(command);
    free(place);
    return failed;
}

void assert_near_at(double a, double b, double tolerance, const char *file, int line)
{
    if (fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b)))
        return;
    print_error("%.17g is not %.17g within %g\n", a, b, tolerance);
    _fail(file, line);
}
