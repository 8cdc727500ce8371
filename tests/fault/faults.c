/* The program with memory, disk and descriptors that fail: for every k, the kth
 * allocation and the kth call to the system of a small run.
 *
 * What must hold each time: it says a sentence and leaves with 1, or it can do
 * without and leaves with 0; the result folder is whole or not there; nothing
 * else is left behind; no memory is lost. The program's own main is linked
 * under another name; its calls to the system pass through __wrap_ (ld --wrap);
 * malloc is defined here, so that the libraries' allocations are counted too. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int chipsplit_main(int argc, char **argv);

/* --- the device ----------------------------------------------------------------- */

enum device { NOTHING, MEMORY, SYSTEM_CALLS, SHORT_WRITES, NO_PERMISSION };

static enum device device;
static long countdown;       /* calls that still succeed */
static bool fired, in_gsl;   /* it failed; it was called by GSL */
static long outstanding;     /* allocations that have not been freed */
static char last_call[16];

static bool fails(enum device kind)
{
    if (device != kind || countdown-- != 0)
        return false;
    fired = true;
    return true;
}

/* GSL 2.7 itself loses the first part of a matrix or workspace whose second part
 * cannot be had. */
static bool memory_fails(void *caller)
{
    Dl_info info;

    if (!fails(MEMORY))
        return false;
    in_gsl = dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "libgsl");
    errno = ENOMEM;
    return true;
}

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *memory);

static void *counted(void *memory)
{
    outstanding += memory != NULL;
    return memory;
}

void *malloc(size_t size)
{
    if (memory_fails(__builtin_return_address(0)))
        return NULL;
    return counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    if (memory_fails(__builtin_return_address(0)))
        return NULL;
    return counted(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    if (memory_fails(__builtin_return_address(0)))
        return NULL;
    void *const memory = __libc_realloc(old, size);
    return old ? memory : counted(memory);
}

void *__libc_memalign(size_t alignment, size_t size);

void *aligned_alloc(size_t alignment, size_t size)
{
    if (memory_fails(__builtin_return_address(0)))
        return NULL;
    return counted(__libc_memalign(alignment, size));
}

void free(void *memory)
{
    outstanding -= memory != NULL;
    __libc_free(memory);
}

static bool call_fails(const char *name, int number)
{
    if (!fails(SYSTEM_CALLS))
        return false;
    snprintf(last_call, sizeof last_call, "%s", name);
    errno = number;
    return true;
}

#define WRAP(type, name, number, parameters, arguments) \
    type __real_##name parameters;                      \
    type __wrap_##name parameters;                      \
    type __wrap_##name parameters                       \
    {                                                   \
        return call_fails(#name, number) ? -1 : __real_##name arguments; \
    }
WRAP(ssize_t, read, EIO, (int fd, void *to, size_t size), (fd, to, size))
WRAP(int, fsync, EIO, (int fd), (fd))
WRAP(int, rename, EIO, (const char *from, const char *to), (from, to))
WRAP(int, mkdir, ENOSPC, (const char *path, mode_t mode), (path, mode))

ssize_t __real_write(int fd, const void *from, size_t size);
ssize_t __wrap_write(int fd, const void *from, size_t size);
ssize_t __wrap_write(int fd, const void *from, size_t size)
{
    if (call_fails("write", ENOSPC))
        return -1;
    if (device == SHORT_WRITES && countdown++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return __real_write(fd, from, device == SHORT_WRITES && size > 1000 ? 1000 : size);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list list;

    va_start(list, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;
    va_end(list);
    if (device == NO_PERMISSION && strstr(path, "buyers.csv")) {
        errno = EACCES;
        return -1;
    }
    return call_fails("open", EMFILE) ? -1 : __real_open(path, flags, mode);
}

/* --- the run --------------------------------------------------------------------- */

enum { TEXT = 1 << 16 };

static const char *const files[] = {"manifest.csv", "summary.csv", "regimes.csv",
                                    "probabilities.csv"};
enum { FILES = sizeof files / sizeof *files };

static char said[TEXT];            /* on stderr by the last call */
static int report;                 /* where this program prints: 1 is the run's */
static char whole[FILES][1 << 20]; /* the files of a run without faults */
static int passed, failed;

/* Length of what is read from the start of a file, at most size - 1; -1 without it. */
static long slurp(const char *path, char *to, size_t size)
{
    const int fd = __real_open(path, O_RDONLY);
    long used = 0;

    if (fd < 0)
        return -1;
    for (ssize_t n = 1; n > 0 && (size_t)used < size - 1; used += n > 0 ? n : 0)
        n = __real_read(fd, to + used, size - 1 - (size_t)used);
    to[used] = '\0';
    close(fd);
    return used;
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

static int run(enum device kind, long k, bool force)
{
    char *argv[] = {"chipsplit", "run", "tiny", "-n", "2", "-j", "1", "-o", "a/out",
                    force ? "--force" : NULL, NULL};
    const int stderr_before = dup(2);
    const int to = __real_open("said", O_WRONLY | O_CREAT | O_TRUNC, 0666);

    dup2(to, 2);
    close(to);
    device = kind;
    countdown = k;
    fired = in_gsl = false;
    const int code = chipsplit_main(force ? 10 : 9, argv);
    device = NOTHING;
    dup2(stderr_before, 2);
    close(stderr_before);
    slurp("said", said, sizeof said);
    remove("said");
    return code;
}

/* Whether a/out holds the files of a run without faults. */
static bool is_whole(void)
{
    static char text[1 << 20];
    char path[64];

    for (int f = 0; f < FILES; f++) {
        snprintf(path, sizeof path, "a/out/%s", files[f]);
        if (slurp(path, text, sizeof text) < 0 || strcmp(text, whole[f]))
            return false;
    }
    return true;
}

/* Names in a folder, without . and .. and `but`; -1 if there is no folder. */
static int names(const char *folder, const char *but)
{
    DIR *const dir = opendir(folder);
    int count = 0;

    if (!dir)
        return -1;
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
                 strcmp(entry->d_name, but);
    closedir(dir);
    return count;
}

/* What is wrong after a run, or NULL. */
static const char *verdict(int code, long lost, bool force)
{
    const bool there = names("a/out", "") >= 0;

    if (code != 0 && code != 1)
        return "neither 0 nor 1";
    if (lost < 0 || lost > (in_gsl ? 2 : 0))
        return "memory is lost";
    if (code == 1 && strncmp(said, "chipsplit: ", 11))
        return "no sentence";
    if (code == 0 && *said)
        return "a sentence without a failure";
    if (there ? !is_whole() || names("a/out", "timing.csv") != FILES : code == 0 || force)
        return "the result is not whole";
    if (names(".", "tiny") != (there ? 1 : 0) + (names("scenarios", "") >= 0) ||
        (there && names("a", "out") > (strstr(said, "could not be removed") != NULL)))
        return "something is left behind";
    return NULL;
}

/* Every k until nothing fails any more. With `force` an older result stands there. */
static void check_all(const char *what, enum device kind, bool force)
{
    long k = 0, tolerated = 0, wrong = 0;

    do {
        nftw("a", remove_one, 8, FTW_DEPTH | FTW_PHYS);
        if (force)
            run(NOTHING, 0, false);
        const long before = outstanding;
        const int code = run(kind, k, force);
        const char *const fault = verdict(code, outstanding - before, force);
        tolerated += fired && code == 0;
        if (fault && wrong++ < 5)
            dprintf(report, "faults: %s %ld%s%s: %s (exit %d, %ld lost): %s", what, k,
                   kind == SYSTEM_CALLS ? ", " : "", kind == SYSTEM_CALLS ? last_call : "", fault,
                   code, outstanding - before, *said ? said : "nothing said\n");
        k++;
    } while (fired);
    dprintf(report, "faults: %s: %ld, %ld without effect, %ld wrong\n", what, k - 1, tolerated,
            wrong);
    passed += !wrong;
    failed += wrong > 0;
}

static void check(const char *what, bool holds)
{
    if (!holds)
        dprintf(report, "faults: %s: %s\n", what, said);
    passed += holds;
    failed += !holds;
}

/* Called in a folder that holds `tiny` and nothing else. */
int main(void)
{
    static char buffer[TEXT]; /* so that the first print allocates nothing */
    char path[64];

    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    report = dup(1);
    dup2(__real_open("/dev/null", O_WRONLY), 1);
    bool good = run(NOTHING, 0, false) == 0 && !*said;
    for (int f = 0; f < FILES; f++) {
        snprintf(path, sizeof path, "a/out/%s", files[f]);
        good = slurp(path, whole[f], sizeof whole[f]) > 0 && good;
    }
    check("a run without faults", good);
    check_all("allocations", MEMORY, false);
    check_all("system calls", SYSTEM_CALLS, false);
    check_all("system calls over an older result", SYSTEM_CALLS, true);
    check("short and interrupted writes", run(SHORT_WRITES, 0, true) == 0 && !*said && is_whole());
    check("a file without permission",
          run(NO_PERMISSION, 0, true) == 2 &&
              !strcmp(said, "chipsplit: tiny/buyers.csv: cannot be read: Permission denied\n") &&
              is_whole());
    dprintf(report, "faults: %d passed, %d failed\n", passed, failed);
    return failed > 0;
}
