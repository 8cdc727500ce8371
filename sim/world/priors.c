#include "world/priors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tool/address.h"
#include "world/prior_row.h"
#include "world/reference.h"

enum { SHOWN = 4 };

static int by_key(const void *a, const void *b)
{
    const struct line *const *x = a, *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

static bool is_wild(const struct prior *prior)
{
    return strchr(prior->address, '*') != NULL;
}

static const struct line *line_of(const struct build *b, int prior)
{
    return b->prior[prior].line;
}

/* "fixed by --set 'A=v'" or "fixed by scenarios/x/buyers.csv:3". */
static void write_reason(const struct build *b, int cell, char out[CS_SENTENCE])
{
    const struct place *at = &b->cell[cell]->at;
    if (at->depth == DEPTH_SET)
        snprintf(out, CS_SENTENCE, "fixed by --set '%.200s'", b->set[at->line - 1]);
    else
        snprintf(out, CS_SENTENCE, "fixed by %s:%d", at->file, at->line);
}

/* Whether prior p takes a cell rather than prior q, which has it so far.
 * Complains about two wildcards of one folder. */
static bool takes_over(struct build *b, int p, int q, int cell)
{
    const struct scenario *w = b->world;
    const struct line *mine = line_of(b, p), *other = line_of(b, q);
    bool wild = is_wild(&w->prior[p]);
    char name[CS_SENTENCE];
    if (mine->latest.depth != other->latest.depth)
        return mine->latest.depth < other->latest.depth;
    if (wild != is_wild(&w->prior[q]))
        return !wild;
    cell_address(w, cell, name, sizeof name);
    complain_cell(b, TABLE_PRIORS, 0, &mine->item[0].at, w->prior[p].address,
                  "shares the cell %s with '%s' (%s:%d)", name, w->prior[q].address,
                  other->item[0].at.file, other->item[0].at.line);
    return false;
}

/* A blank cell that a prior names by its own address. */
static void complain_blank(struct build *b, const struct line *line, enum table table)
{
    const struct item *item = &line->item[0];
    if (catalogue[table].keys == 2)
        complain_cell(b, TABLE_PRIORS, 0, &item->at, item->text,
                      "there is no such row in %s.csv, and a pair without a row takes no prior",
                      catalogue[table].name);
    else
        complain_cell(b, TABLE_PRIORS, 0, &item->at, item->text,
                      "the cell is blank: give it a central value first");
}

/* Finds the cells that a prior may take; b->prior_of says who takes each.
 * `cells` is scratch for all cells of the world. */
static int claim_cells(struct build *b, int p, const struct reference *ref, int *cells)
{
    struct scenario *w = b->world;
    const struct line *line = line_of(b, p);
    int count = reference_cells(w, ref, cells), kept = 0;
    for (int k = 0; k < count; k++) {
        int cell = cells[k];
        bool fixed = b->cell_depth[cell] < line->latest.depth;
        if (!w->given[cell] && !(fixed && !ref->wild)) {
            if (!ref->wild && ref->table != TABLE_EVENTS)
                complain_blank(b, line, ref->table);
            if (ref->table != TABLE_EVENTS)
                continue;
        }
        cells[kept++] = cell;
        int owner = b->prior_of[cell];
        if (!fixed && (owner < 0 || takes_over(b, p, owner, cell)))
            b->prior_of[cell] = p;
    }
    w->prior[p].cells = arena_take(b->arena, (size_t)kept, sizeof *cells);
    if (!w->prior[p].cells)
        return cs_fail_memory(b->err);
    for (int k = 0; k < kept; k++)
        w->prior[p].cells[k] = cells[k];
    w->prior[p].cell_count = kept;
    return 0;
}

static int read_address(struct build *b, int p, const struct id_space *space,
                        struct reference *ref)
{
    const struct item *item = &line_of(b, p)->item[0];
    char rule[CS_SENTENCE];
    if (reference_read(space, item->text, ref, rule)) {
        complain_cell(b, TABLE_PRIORS, 0, &item->at, item->text, "%s", rule);
        return CS_INPUT;
    }
    if (catalogue[ref->table].column[ref->column].kind != KIND_REAL) {
        complain_cell(b, TABLE_PRIORS, 0, &item->at, item->text,
                      "is not a number that can be uncertain");
        return CS_INPUT;
    }
    return 0;
}

/* Keeps the cells that the prior takes and says what became of the rest. */
static int settle_cells(struct build *b, int p)
{
    struct scenario *w = b->world;
    struct prior *prior = &w->prior[p];
    char text[CS_SENTENCE * 2] = "", name[CS_SENTENCE], reason[CS_SENTENCE];
    int candidates = prior->cell_count, lost = 0;
    size_t used = 0;
    prior->cell_count = 0;
    for (int k = 0; k < candidates; k++) {
        int cell = prior->cells[k], owner = b->prior_of[cell];
        if (owner == p) {
            prior->cells[prior->cell_count++] = cell;
            continue;
        }
        if (lost++ >= SHOWN)
            continue;
        cell_address(w, cell, name, sizeof name);
        if (owner >= 0)
            snprintf(reason, sizeof reason, "has the prior '%.200s'", w->prior[owner].address);
        else
            write_reason(b, cell, reason);
        const bool itself = strcmp(name, prior->address) == 0;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.100s%s%.120s",
                                 lost > 1 ? "; " : "", itself ? "" : name, itself ? "" : " ",
                                 reason);
    }
    if (lost > SHOWN)
        snprintf(text + used, sizeof text - used, "; %d more", lost - SHOWN);
    if (!lost && prior->cell_count)
        return 0;
    prior->off_reason = arena_text(b->arena, lost ? text : "every cell it names is blank");
    if (!prior->off_reason)
        return cs_fail_memory(b->err);
    return build_note(b, prior->cell_count ? "prior_partly_off" : "prior_off", "%s: %s",
                      prior->address, prior->off_reason);
}

static double scale_of(const struct build *b, int p, int cell)
{
    const struct scenario *w = b->world;
    return w->factor[cell] * (b->prior[p].relative ? w->value[cell] : 1);
}

/* The interval in which a drawn value times its factor is kept: the domain, a
 * hair inside where an end is open. Ends are checked, so only tails reach it. */
static void limit(struct prior *prior, const struct domain *domain)
{
    prior->least = domain->low_open && isfinite(domain->low) ? domain->low + 0x1p-52
                                                             : domain->low;
    prior->most = domain->high_open && isfinite(domain->high) ? domain->high - 0x1p-52
                                                              : domain->high;
}

static bool same_number(double a, double c)
{
    return a == c || (isnan(a) && isnan(c));
}

static bool same_spec(const struct dist_spec *a, const struct dist_spec *c)
{
    return a->kind == c->kind && a->kind != DIST_DISCRETE && same_number(a->low, c->low) &&
           same_number(a->mode, c->mode) && same_number(a->high, c->high) &&
           a->credibility == c->credibility && a->domain_low == c->domain_low &&
           a->domain_high == c->domain_high && a->domain_low_open == c->domain_low_open &&
           a->domain_high_open == c->domain_high_open;
}

/* The distribution that another world of the draft made for the same row, or NULL. */
static struct dist *lent_dist(const struct build *b, int p)
{
    const struct prior *other = b->like && p < b->like->priors ? &b->like->prior[p] : NULL;
    return other && strcmp(other->address, b->world->prior[p].address) == 0 &&
                   same_spec(&other->spec, &b->prior[p].spec)
               ? other->dist
               : NULL;
}

static int make_dist(struct build *b, int p, enum domain_name name)
{
    struct scenario *w = b->world;
    struct prior *prior = &w->prior[p];
    struct prior_row *row = &b->prior[p];
    const struct domain *domain = &domains[row->relative ? DOMAIN_REAL : name];
    char rule[CS_SENTENCE] = "", address[CS_SENTENCE];
    row->spec.domain_low = domain->low;
    row->spec.domain_high = domain->high;
    row->spec.domain_low_open = domain->low_open;
    row->spec.domain_high_open = domain->high_open;
    row->spec.shelf = &b->tables;
    for (int k = 0; k < prior->cell_count; k++) {
        cell_address(w, prior->cells[k], address, sizeof address);
        if (!prior_row_fits(b, row, name, scale_of(b, p, prior->cells[k]), address))
            return 0;
    }
    limit(prior, &domains[name]);
    prior->spec = row->spec;
    prior->dist = lent_dist(b, p);
    prior->lent = prior->dist != NULL;
    if (prior->lent)
        return 0;
    int code = dist_new(&row->spec, &prior->dist, rule);
    if (code == CS_MEMORY)
        return cs_fail_memory(b->err);
    int column = catalogue_column(TABLE_PRIORS, "distribution");
    if (code)
        complain_cell(b, TABLE_PRIORS, column, &row->line->item[column].at,
                      row->line->item[column].text, "%s", rule);
    return 0;
}

/* The central value should look like one. */
static int note_centre(struct build *b, int p)
{
    const struct scenario *w = b->world;
    const struct prior *prior = &w->prior[p];
    char name[CS_SENTENCE], text[3][NUMBER_TEXT];
    if (!prior->dist || !prior->cell_count)
        return 0;
    double low = dist_quantile(prior->dist, 0.1), high = dist_quantile(prior->dist, 0.9);
    for (int k = 0; k < prior->cell_count; k++) {
        double value = prior->relative ? 1 : w->value[prior->cells[k]];
        if (value >= low && value <= high)
            continue;
        cell_address(w, prior->cells[k], name, sizeof name);
        show_number(value, text[0]);
        show_number(low, text[1]);
        show_number(high, text[2]);
        return build_note(b, "outside_prior",
                          "%s: the table's %s lies outside the central 80 %% of its prior, "
                          "%s to %s", name, text[0], text[1], text[2]);
    }
    return 0;
}

static int take_rows(struct build *b)
{
    struct scenario *w = b->world;
    struct sheet *sheet = &b->sheet[TABLE_PRIORS];
    size_t lines = (size_t)sheet->lines;
    const struct line **order = arena_take(b->arena, lines, sizeof *order);
    w->prior = arena_take(b->arena, lines, sizeof *w->prior);
    b->prior = arena_take(b->arena, lines, sizeof *b->prior);
    b->prior_of = arena_take(b->arena, (size_t)w->cells, sizeof *b->prior_of);
    if (!order || !w->prior || !b->prior || !b->prior_of)
        return cs_fail_memory(b->err);
    for (int k = 0; k < w->cells; k++)
        b->prior_of[k] = -1;
    for (int k = 0; k < sheet->lines; k++)
        order[k] = &sheet->line[k];
    if (lines)
        qsort(order, lines, sizeof *order, by_key);
    w->priors = sheet->lines;
    for (int k = 0; k < w->priors; k++) {
        b->prior[k].line = order[k];
        w->prior[k].address = line_text(order[k], 0);
        w->prior[k].hash = address_hash(w->prior[k].address);
    }
    return 0;
}

static int read_prior(struct build *b, int p, const struct id_space *space,
                      struct reference *ref, int *cells)
{
    struct scenario *w = b->world;
    struct prior_row row;
    int code = 0, before = b->failed;
    if (prior_row_read(b, line_of(b, p), &row, &code)) {
        b->prior[p] = row;
        w->prior[p].relative = row.relative;
    }
    if (!code && !read_address(b, p, space, ref))
        code = claim_cells(b, p, ref, cells);
    if (b->failed > before)
        ref->column = -1;
    return code;
}

int priors_read(struct build *b)
{
    struct scenario *w = b->world;
    int code = take_rows(b);
    const char *list[SMALL_IDS];
    struct id_space space;
    if (code)
        return code;
    struct reference *ref = arena_take(b->arena, (size_t)w->priors, sizeof *ref);
    int *cells = arena_take(b->arena, (size_t)w->cells, sizeof *cells);
    if (!ref || !cells)
        return cs_fail_memory(b->err);
    reference_space(w, list, &space);
    space.removed = b->removed;
    space.removals = b->removals;
    space.complaints = &b->failed;
    for (int p = 0; !code && p < w->priors; p++)
        code = read_prior(b, p, &space, &ref[p], cells);
    for (int p = 0; !code && p < w->priors; p++) {
        code = settle_cells(b, p);
        if (code || ref[p].column < 0)
            continue;
        code = make_dist(b, p, catalogue[ref[p].table].column[ref[p].column].domain);
        if (!code)
            code = note_centre(b, p);
    }
    return code;
}

void priors_interval(const struct build *b, int cell, double *low, double *high)
{
    const struct scenario *w = b->world;
    int p = b->prior_of[cell];
    *low = *high = w->value[cell] * w->factor[cell];
    if (p < 0 || !w->prior[p].dist)
        return;
    if (b->prior[p].spec.kind == DIST_GAMMA_RATE) {
        *low = dist_quantile(w->prior[p].dist, 0.05);
        *high = dist_quantile(w->prior[p].dist, 0.95);
    } else {
        prior_row_ends(&b->prior[p], low, high);
    }
    double a = *low * scale_of(b, p, cell), c = *high * scale_of(b, p, cell);
    *low = a < c ? a : c;
    *high = a < c ? c : a;
}

bool priors_may_be_zero(const struct build *b, int cell)
{
    double low, high;
    int p = b->prior_of[cell];
    priors_interval(b, cell, &low, &high);
    if (p >= 0 && b->prior[p].spec.kind == DIST_DISCRETE)
        return low <= 0 && high >= 0;
    return low == 0 && high == 0;
}

void priors_release(struct scenario *w)
{
    for (int p = 0; p < w->priors; p++)
        if (!w->prior[p].lent)
            dist_free(w->prior[p].dist);
}
