#define _XOPEN_SOURCE 700 /* SIGXFSZ */

#include "cli/say.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tool/text.h"

void say(const char *format, ...)
{
    char raw[2 * CS_SENTENCE], text[CS_SENTENCE];
    va_list args;

    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    text_printable(raw, text, sizeof text);
    fprintf(stderr, "chipsplit: %s\n", text);
}

static bool memory_failed;      /* the call fails for that, whatever is said of it later */

int say_error(const struct cs_error *err)
{
    memory_failed = memory_failed || err->code == CS_MEMORY;
    for (int k = 0; k < err->count; k++)
        say("%s", err->text[k]);
    if (err->dropped)
        say("and %d more", err->dropped);
    switch (err->code) {
    case CS_OK: return EXIT_DONE;
    case CS_INPUT: return EXIT_CALL;
    case CS_UNFINISHED: return EXIT_CUT;
    case CS_CANCELLED: return EXIT_SIGNAL + signals_caught();
    case CS_SYSTEM:
    case CS_MEMORY: return EXIT_FAILED;
    case CS_BUG:
        say("this is a mistake of the program; please report it");
        return EXIT_FAILED;
    }
    return EXIT_FAILED;
}

void say_memory(void)
{
    memory_failed = true;
    say("out of memory");
}

/* Descriptors are given from 0 up, so what is opened stands where one was
 * missing; writing to a descriptor opened for reading fails. */
void streams_prepare(void)
{
    memory_failed = false;
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", O_RDONLY) < 0)
            _exit(EXIT_FAILED);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of the write */
}

int streams_finish(int code)
{
    const bool failed = ferror(stdout) != 0;

    errno = 0;
    if (fflush(stdout) || failed) {
        say("standard output: %s", errno ? strerror(errno) : "could not be written");
        return code ? code : EXIT_FAILED;
    }
    return code && memory_failed ? EXIT_FAILED : code;
}

static volatile sig_atomic_t caught;

static void note_signal(int number)
{
    caught = number;
}

void signals_catch(void)
{
    struct sigaction action = {.sa_handler = note_signal};

    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

int signals_caught(void)
{
    return caught;
}
