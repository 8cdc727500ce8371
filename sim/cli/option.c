#include "cli/option.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cli/say.h"
#include "tool/number.h"
#include "tool/text.h"

enum { HELP = 1000, VERSION, FIRST };

/* --- help -------------------------------------------------------------------- */

static void print_option(char letter, const char *name, const char *value, const char *help)
{
    char text[80];

    snprintf(text, sizeof text, "%s%c%s --%s%s%s", letter ? "-" : " ", letter ? letter : ' ',
             letter ? "," : " ", name, value ? " " : "", value ? value : "");
    printf("  %-32s ", text);
    for (const char *c = help; *c; c++) {
        putchar(*c);
        if (*c == '\n')
            printf("%35s", "");
    }
    putchar('\n');
}

static void print_help(const struct usage *usage, const struct cli_option *options, size_t count)
{
    printf("Usage: chipsplit %s\n\n%s\n\nOptions:\n", usage->line, usage->purpose);
    for (size_t k = 0; k < count; k++)
        if (options[k].help)
            print_option(options[k].letter, options[k].name, options[k].value, options[k].help);
    print_option('h', "help", NULL, "print this and stop");
    print_option(0, "version", NULL, "print the version and stop");
    printf("\nExamples:\n%s", usage->examples);
}

/* --- values ------------------------------------------------------------------ */

static const char *read_at_least_one(const char *text, uint64_t *value)
{
    const char *const rule = number_parse_whole(text, value);

    return !rule && *value == 0 ? "must be a whole number of at least 1" : rule;
}

static const char *read_threads(const char *text, int *threads)
{
    uint64_t value = 0;
    const char *const rule = read_at_least_one(text, &value);

    if (rule)
        return rule;
    if (value > 1024)
        return "must be at most 1024";
    *threads = (int)value;
    return NULL;
}

static const char *read_positive(const char *text, double *value)
{
    const char *const rule = number_parse(text, value);

    return !rule && !(*value > 0) ? "must be above 0" : rule;
}

static const char *read_range(const char *text, struct path_range *range)
{
    static const char *const rule = "must be two path numbers such as 0:9, the first not larger";
    const char *const colon = strchr(text, ':');
    char *const from = colon ? text_copy_n(text, (size_t)(colon - text)) : NULL;
    const bool wrong = !from || number_parse_u64(from, &range->from) ||
                       number_parse_u64(colon + 1, &range->to) || range->from > range->to;

    free(from);
    range->given = true;
    return wrong ? rule : NULL;
}

static const char *add_to_list(const char *text, struct text_list *list)
{
    const char **const item = realloc(list->item, (list->count + 1) * sizeof *item);

    if (!item)
        return "could not be read: out of memory";
    list->item = item;
    item[list->count++] = text;
    return NULL;
}

static const char *read_word(const char *text, const struct cli_option *option, char *rule,
                             size_t size)
{
    size_t used = (size_t)snprintf(rule, size, "must be");
    size_t count = 0;

    for (int k = 0; option->words[k]; k++, count++) {
        if (!strcmp(option->words[k], text)) {
            *(int *)option->target = k;
            return NULL;
        }
        const char *const before = k == 0 ? " " : option->words[k + 1] ? ", " : " or ";
        if (used < size)
            used += (size_t)snprintf(rule + used, size - used, "%s%s", before, option->words[k]);
    }
    const char *const near = text_nearest(text, option->words, count);
    if (near && used < size)
        snprintf(rule + used, size - used, "; did you mean '%s'?", near);
    return rule;
}

/* NULL, or the rule that the value breaks. */
static const char *take(const struct cli_option *option, const char *value, char *rule,
                        size_t size)
{
    switch (option->kind) {
    case OPTION_FLAG: *(bool *)option->target = true; return NULL;
    case OPTION_COUNT: return read_at_least_one(value, option->target);
    case OPTION_U64: return number_parse_whole(value, option->target);
    case OPTION_THREADS: return read_threads(value, option->target);
    case OPTION_POSITIVE: return read_positive(value, option->target);
    case OPTION_TEXT: *(const char **)option->target = value; return NULL;
    case OPTION_LIST: return add_to_list(value, option->target);
    case OPTION_WORD: return read_word(value, option, rule, size);
    case OPTION_RANGE: return read_range(value, option->target);
    }
    return NULL;
}

/* --- what is wrong ------------------------------------------------------------ */

static void say_unknown(const char *given, const struct cli_option *options, size_t count)
{
    const char *names[OPTIONS_MOST + 2] = {"help", "version"};
    char word[64];
    size_t known = 2, fits = 0;

    snprintf(word, sizeof word, "%.*s", (int)strcspn(given + 2, "="), given + 2);
    for (size_t k = 0; k < count; k++)
        if (options[k].help)
            names[known++] = options[k].name;
    for (size_t k = 0; k < known; k++)
        fits += !strncmp(names[k], word, strlen(word));
    const char *const near = text_nearest(word, names, known);
    if (fits > 1 && *word)
        say("--%s: several options begin like this; write it out", word);
    else if (near)
        say("--%s: there is no such option; did you mean '--%s'?", word, near);
    else
        say("--%s: there is no such option; 'chipsplit COMMAND -h' lists them", word);
}

/* getopt's verdict on what it could not take. */
static void say_refused(int verdict, const char *given, const struct cli_option *options,
                        size_t count)
{
    const struct cli_option *option = NULL;

    for (size_t k = 0; k < count; k++)
        if (optopt == (int)k + FIRST || (options[k].letter && optopt == options[k].letter))
            option = &options[k];
    if (verdict == ':' && option)
        say("--%s: needs a value: %s", option->name, option->value);
    else if (option || optopt == HELP || optopt == VERSION)
        say("%s: the option takes no value", given);
    else if (optopt)
        say("-%c: there is no such option; 'chipsplit COMMAND -h' lists them", optopt);
    else
        say_unknown(given, options, count);
}

static bool apply(const struct cli_option *option, const char *value)
{
    char rule[200];
    const char *const broken = take(option, value, rule, sizeof rule);

    if (broken)
        say("--%s: %s: %s", option->name, value, broken);
    return !broken;
}

static const struct cli_option *by_code(const struct cli_option *options, size_t count, int code)
{
    if (code >= FIRST)
        return &options[code - FIRST];
    for (size_t k = 0; k < count; k++)
        if (options[k].letter == code)
            return &options[k];
    return NULL;
}

static void fill_tables(const struct cli_option *options, size_t count, struct option *words,
                        char *letters)
{
    *letters++ = ':';
    *letters++ = 'h';
    for (size_t k = 0; k < count; k++) {
        const int has = options[k].kind == OPTION_FLAG ? no_argument : required_argument;
        words[k] = (struct option){options[k].name, has, NULL, (int)k + FIRST};
        if (!options[k].letter)
            continue;
        *letters++ = options[k].letter;
        if (has == required_argument)
            *letters++ = ':';
    }
    words[count] = (struct option){"help", no_argument, NULL, HELP};
    words[count + 1] = (struct option){"version", no_argument, NULL, VERSION};
    words[count + 2] = (struct option){NULL, 0, NULL, 0};
    *letters = '\0';
}

enum parsed options_parse(const struct usage *usage, const struct cli_option *options,
                          size_t count, int argc, char **argv, int *operands)
{
    struct option words[OPTIONS_MOST + 3];
    char letters[2 * OPTIONS_MOST + 3];

    fill_tables(options, count, words, letters);
    opterr = 0;
    optind = 1;
    for (;;) {
        const int before = optind;
        const int code = getopt_long(argc, argv, letters, words, NULL);
        if (code == -1)
            break;
        if (code == '?' || code == ':') {
            say_refused(code, argv[optind > before ? optind - 1 : before], options, count);
            return PARSED_WRONG;
        }
        if (code == 'h' || code == HELP) {
            print_help(usage, options, count);
            return PARSED_HELP;
        }
        if (code == VERSION) {
            printf("chipsplit %s\n", CS_VERSION);
            return PARSED_HELP;
        }
        if (!apply(by_code(options, count, code), optarg))
            return PARSED_WRONG;
    }
    *operands = optind;
    return PARSED;
}
