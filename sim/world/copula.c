#include "world/copula.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tool/number.h"
#include "world/numbers.h"

/* Below this an eigenvalue cannot be told from 0. */
static const double least_eigenvalue = 1e-10;

static int by_address(const void *key, const void *element)
{
    return strcmp(key, ((const struct prior *)element)->address);
}

static int find_prior(struct build *b, int column, const struct item *item)
{
    const struct scenario *w = b->world;
    char hint[CS_SENTENCE];
    if (!*item->text)
        return -1;
    const struct prior *found =
        w->priors ? bsearch(item->text, w->prior, (size_t)w->priors, sizeof *found, by_address)
                  : NULL;
    if (found)
        return (int)(found - w->prior);
    const char **list =
        may_suggest(b) ? arena_take(b->arena, (size_t)w->priors, sizeof *list) : NULL;
    for (int p = 0; list && p < w->priors; p++)
        list[p] = w->prior[p].address;
    for (int k = 0; list && k < b->removals; k++)
        if (b->removed[k].table == TABLE_PRIORS && strcmp(b->removed[k].key, item->text) == 0) {
            complain_cell(b, TABLE_CORRELATIONS, column, &item->at, item->text,
                          "has no prior: %s:%d removes it", b->removed[k].at.file,
                          b->removed[k].at.line);
            return -1;
        }
    complain_cell(b, TABLE_CORRELATIONS, column, &item->at, item->text,
                  "there is no such parameter in priors.csv%s",
                  did_you_mean(item->text, list, list ? w->priors : 0, hint));
    return -1;
}

/* Reads the rows as pairs of priors. */
static int read_pairs(struct build *b)
{
    struct sheet *sheet = &b->sheet[TABLE_CORRELATIONS];
    struct copula *copula = &b->world->copula;
    copula->pair = arena_take(b->arena, (size_t)sheet->lines, sizeof *copula->pair);
    if (!copula->pair)
        return cs_fail_memory(b->err);
    for (int k = 0; k < sheet->lines; k++) {
        const struct item *item = sheet->line[k].item;
        struct copula_pair pair;
        int first = find_prior(b, 0, &item[0]), second = find_prior(b, 1, &item[1]);
        bool number = number_item(b, TABLE_CORRELATIONS, 2, &item[2], &pair.asked);
        if (first >= 0 && first == second)
            complain_cell(b, TABLE_CORRELATIONS, 1, &item[1].at, item[1].text,
                          "must differ from column 'a'");
        if (first < 0 || second < 0 || first == second || !number || !*item[2].text)
            continue;
        pair.a = first;
        pair.b = second;
        pair.normal = 2 * sin(M_PI * pair.asked / 6);
        copula->pair[copula->pair_count++] = pair;
    }
    return 0;
}

/* Lists the priors that occur, ascending, which is byte order of address. */
static int list_priors(struct build *b, int *place)
{
    struct scenario *w = b->world;
    struct copula *copula = &w->copula;
    for (int p = 0; p < w->priors; p++)
        place[p] = -1;
    for (int k = 0; k < copula->pair_count; k++)
        place[copula->pair[k].a] = place[copula->pair[k].b] = 0;
    for (int p = 0; p < w->priors; p++)
        if (place[p] == 0)
            place[p] = copula->count++;
    copula->prior = arena_take(b->arena, (size_t)copula->count, sizeof *copula->prior);
    if (!copula->prior)
        return cs_fail_memory(b->err);
    for (int p = 0; p < w->priors; p++)
        if (place[p] >= 0)
            copula->prior[place[p]] = p;
    return 0;
}

/* Smallest eigenvalue of the matrix, which is destroyed; 0 or CS_MEMORY. */
static int smallest_eigenvalue(gsl_matrix *matrix, double *smallest)
{
    gsl_vector *values = gsl_vector_alloc(matrix->size1);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(matrix->size1);
    int code = values && work ? gsl_eigen_symm(matrix, values, work) : GSL_ENOMEM;
    if (!code)
        *smallest = gsl_vector_min(values);
    gsl_eigen_symm_free(work);
    gsl_vector_free(values);
    return code ? CS_MEMORY : 0;
}

static void fill_matrix(const struct copula *copula, const int *place, gsl_matrix *matrix)
{
    gsl_matrix_set_identity(matrix);
    for (int k = 0; k < copula->pair_count; k++) {
        size_t row = (size_t)place[copula->pair[k].a], column = (size_t)place[copula->pair[k].b];
        gsl_matrix_set(matrix, row, column, copula->pair[k].normal);
        gsl_matrix_set(matrix, column, row, copula->pair[k].normal);
    }
}

/* The header of the nearest file with a row of the table. */
static struct place nearest_table(const struct sheet *sheet)
{
    struct place at = sheet->line[0].latest;

    for (int k = 1; k < sheet->lines; k++)
        if (sheet->line[k].latest.depth < at.depth)
            at = sheet->line[k].latest;
    at.line = 1;
    return at;
}

/* Cholesky factor of the matrix into copula->lower, after the eigenvalue test. */
static int factorise(struct build *b, const int *place, gsl_matrix *matrix)
{
    struct copula *copula = &b->world->copula;
    size_t n = (size_t)copula->count;
    char text[NUMBER_TEXT];
    double smallest;
    fill_matrix(copula, place, matrix);
    if (smallest_eigenvalue(matrix, &smallest))
        return cs_fail_memory(b->err);
    if (!(smallest > least_eigenvalue)) {
        struct place at = nearest_table(&b->sheet[TABLE_CORRELATIONS]);
        /* Rounding makes a 0 of either sign. */
        snprintf(text, sizeof text, "%.3g", fabs(smallest) < 1e-12 ? 0 : smallest);
        complain_row(b, &at, "the correlations contradict each other: their matrix is not "
                             "positive definite (smallest eigenvalue %s)", text);
        return 0;
    }
    fill_matrix(copula, place, matrix);
    if (gsl_linalg_cholesky_decomp1(matrix))
        return cs_fail(b->err, CS_BUG, "the Cholesky factor of the correlations failed");
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            copula->lower[i * n + j] = gsl_matrix_get(matrix, i, j);
    return 0;
}

int copula_read(struct build *b)
{
    struct copula *copula = &b->world->copula;
    int before = b->failed;
    int *place = arena_take(b->arena, (size_t)b->world->priors, sizeof *place);
    if (!place)
        return cs_fail_memory(b->err);
    if (read_pairs(b) || list_priors(b, place))
        return CS_MEMORY;
    if (copula->count > LIMIT_COPULA)
        complain_row(b, &b->sheet[TABLE_CORRELATIONS].line[0].first,
                     "more than %d correlated parameters", (int)LIMIT_COPULA);
    if (b->failed > before || !copula->count)
        return 0;
    /* GSL's own handler would end the program without memory. */
    gsl_set_error_handler_off();
    size_t n = (size_t)copula->count;
    copula->lower = arena_take(b->arena, n * n, sizeof *copula->lower);
    gsl_matrix *matrix = gsl_matrix_alloc(n, n);
    int code = copula->lower && matrix ? factorise(b, place, matrix) : cs_fail_memory(b->err);
    gsl_matrix_free(matrix);
    return code;
}
