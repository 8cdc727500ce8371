/* Options of a command as a table: what they are called, what they set, what
 * their help says. */
#ifndef CHIPSPLIT_CLI_OPTION_H
#define CHIPSPLIT_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OPTIONS_MOST = 40 };   /* of one command */

enum option_kind {
    OPTION_FLAG,       /* bool */
    OPTION_COUNT,      /* uint64_t, at least 1 */
    OPTION_U64,        /* uint64_t */
    OPTION_THREADS,    /* int, at least 1 */
    OPTION_POSITIVE,   /* double above 0 */
    OPTION_TEXT,       /* const char * */
    OPTION_LIST,       /* struct text_list: may be given again and again */
    OPTION_WORD,       /* int: the place of the value in `words` */
    OPTION_RANGE       /* struct path_range: FROM:TO */
};

struct text_list {
    const char **item;
    size_t count;
};
struct path_range {
    bool given;
    uint64_t from, to;
};

struct cli_option {
    const char *name;          /* without the dashes */
    char letter;               /* or 0 */
    enum option_kind kind;
    void *target;
    const char *value;         /* how the help names the value, or NULL */
    const char *help;          /* NULL: not in the help */
    const char *const *words;  /* OPTION_WORD: ends with NULL */
};

/* What a command is, for its help. */
struct usage {
    const char *line;          /* after "chipsplit " */
    const char *purpose;
    const char *examples;      /* whole lines */
};

enum parsed { PARSED, PARSED_HELP, PARSED_WRONG };

/* Reads the options of a command; argv[0] is its name. Operands are moved to the
 * end of argv and start at *operands. -h, --help and --version are understood
 * everywhere, print what they ask for and give PARSED_HELP. What is wrong is said
 * in one sentence. Lists are the caller's to free. */
enum parsed options_parse(const struct usage *usage, const struct cli_option *options,
                          size_t count, int argc, char **argv, int *operands);

#endif
