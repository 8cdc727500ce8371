#include "cli/sheet.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "tool/text.h"

enum { VALUE = 8 };          /* a cell is VALUE before the sign and the rest after it */

int characters(const char *text)
{
    int count = 0;

    for (size_t left = strlen(text); left > 0; count++) {
        const size_t length = text_utf8_length(text, left);
        text += length ? length : 1;
        left -= length ? length : 1;
    }
    return count;
}

void put_left(const char *text, int width)
{
    const int used = characters(text);

    printf("%s%*s", text, used < width ? width - used : 0, "");
}

void put_right(const char *text, int width)
{
    const int used = characters(text);

    printf("%*s%s", used < width ? width - used : 0, "", text);
}

void sheet_heading(const char *label, const char *const *heading, int count)
{
    put_left(label, SHEET_LABEL);
    for (int k = 0; k < count; k++) {
        put_right(heading[k], SHEET_CELL - 3);
        printf("%s", k + 1 < count ? "   " : "\n");
    }
}

/* An error that rounds to nothing is said to be smaller than the last digit. */
static void put_error(double error, int decimals, bool last)
{
    const double digit = pow(10, -decimals);
    char text[48] = " ";

    if (isnan(error))
        snprintf(text, sizeof text, " ±?");
    else if (error == 0)
        snprintf(text, sizeof text, " ±0");
    else if (error < digit / 2)
        snprintf(text, sizeof text, " ±<%.*f", decimals, digit);
    else
        snprintf(text, sizeof text, " ±%.*f", decimals, error);
    put_left(text, last ? 0 : SHEET_CELL - VALUE);
}

void sheet_cell(const struct cell *cell, int decimals, bool last)
{
    char text[48] = "–";

    if (!isnan(cell->middle))
        snprintf(text, sizeof text, "%.*f", decimals, cell->middle);
    put_right(text, VALUE);
    if (isnan(cell->middle))
        put_left("", last ? 0 : SHEET_CELL - VALUE);
    else
        put_error(cell->error, decimals, last);
}

static void put_band(const struct cell *cell, int decimals, bool last)
{
    char low[48] = "", high[56] = "";

    if (!isnan(cell->low)) {
        snprintf(low, sizeof low, "%.*f", decimals, cell->low);
        snprintf(high, sizeof high, " – %.*f", decimals, cell->high);
    }
    put_right(low, VALUE);
    put_left(high, last ? 0 : SHEET_CELL - VALUE);
}

void sheet_row(const char *label, const struct cell *cells, int count, int decimals)
{
    int bands = 0; /* cells up to the last one that has a band */

    put_left(label, SHEET_LABEL);
    for (int k = 0; k < count; k++) {
        sheet_cell(&cells[k], decimals, k + 1 == count);
        if (!isnan(cells[k].low))
            bands = k + 1;
    }
    putchar('\n');
    if (bands == 0)
        return;
    put_left("", SHEET_LABEL);
    for (int k = 0; k < bands; k++)
        put_band(&cells[k], decimals, k + 1 == bands);
    putchar('\n');
}

int sheet_decimals(const struct cell *cells, int count)
{
    double most = 0, edge = 0;

    for (int k = 0; k < count; k++) {
        if (fabs(cells[k].middle) > most)
            most = fabs(cells[k].middle);
        if (fabs(cells[k].high) > edge)
            edge = fabs(cells[k].high);
    }
    if (most == 0)
        most = edge;
    return most >= 100 ? 0 : most >= 10 ? 1 : most >= 1 || most == 0 ? 2 : 3;
}

const char *shortened(const char *text, int width, char *out, size_t size)
{
    const bool whole = characters(text) <= width;
    size_t used = 0;

    for (int k = 0; k < (whole ? width : width - 1) && text[used]; k++) {
        const size_t length = text_utf8_length(text + used, strlen(text + used));
        if (used + length + 2 > size)
            break;
        used += length ? length : 1;
    }
    memcpy(out, text, used);
    snprintf(out + used, size - used, "%s", whole ? "" : ".");
    return out;
}

const char *grouped(unsigned long long number, char text[32])
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%llu", number);
    char *to = text;

    for (int k = 0; k < length; k++) {
        if (k > 0 && (length - k) % 3 == 0)
            *to++ = ',';
        *to++ = digits[k];
    }
    *to = '\0';
    return text;
}
