#include <stdio.h>
#include <stdlib.h>
#include "cli/command.h"
#include "cli/option.h"
#include "cli/place.h"
#include "cli/say.h"
#include "lab/child.h"

static const struct usage usage = {
    "new DIR --base SCENARIO",
    "Makes the folder DIR with a scenario.csv that inherits everything from SCENARIO and says\n"
    "in its notes what to do next. SCENARIO must lie in the folder that will hold DIR.",
    "  chipsplit new scenarios/mine --base base\n"
    "  chipsplit new scenarios/harder_block --base hard_block\n",
};

static int make(const char *dir, const char *base)
{
    struct cs_error err = {0};
    char *const folder = place_scenario(base);

    if (!folder)
        return EXIT_CALL;
    if (!child_new(dir, folder, &err))
        printf("%s inherits everything from %s. Write in its scenario.csv what differs, then:\n"
               "  chipsplit diff %s %s\n"
               "  chipsplit check %s\n",
               dir, folder, base, dir, dir);
    free(folder);
    return say_error(&err);
}

int cmd_new(int argc, char **argv)
{
    const char *base = NULL;
    int first = argc;
    const struct cli_option options[] = {
        {"base", 'b', OPTION_TEXT, &base, "SCENARIO", "the scenario to inherit from (needed)",
         NULL},
    };
    const enum parsed parsed =
        options_parse(&usage, options, sizeof options / sizeof *options, argc, argv, &first);

    if (parsed == PARSED_HELP)
        return EXIT_DONE;
    if (parsed == PARSED && argc - first != 1)
        say("new: needs one folder to make (found %d); 'chipsplit new -h' explains", argc - first);
    else if (parsed == PARSED && !base)
        say("new: needs --base SCENARIO, the scenario to inherit from");
    else if (parsed == PARSED)
        return make(argv[first], base);
    return EXIT_CALL;
}
