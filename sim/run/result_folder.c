#define _XOPEN_SOURCE 700 /* realpath */

#include "run/result_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tool/csv.h"
#include "tool/text.h"

enum { NAMES = 100 };

/* --- looking ---------------------------------------------------------------- */

static bool is_dot(const char *name)
{
    return !strcmp(name, ".") || !strcmp(name, "..");
}

/* 1 if the folder is empty, 0 if not, -1 with errno. */
static int is_empty(const char *path)
{
    DIR *const dir = opendir(path);
    int empty = 1;

    if (!dir)
        return -1;
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        if (!is_dot(entry->d_name))
            empty = 0;
    closedir(dir);
    return empty;
}

/* Whether a manifest of ours is there. A file of another kind is none; without the
 * means to look, a code. */
static int find_manifest(const char *path, bool *ours, struct cs_error *err)
{
    char *const name = text_format("%s/manifest.csv", path);
    struct csv_file file = {0};
    struct cs_error quiet = {0};
    int code = name ? csv_read(name, &file, &quiet) : cs_fail_memory(err);

    *ours = false;
    if (!code) {
        *ours = file.count > 1 && file.rows[0].count == 2 && file.rows[1].count == 2 &&
               !strcmp(file.rows[0].cells[0], "key") && !strcmp(file.rows[0].cells[1], "value") &&
               !strcmp(file.rows[1].cells[0], "version");
        csv_release(&file);
    }
    free(name);
    if (quiet.code && quiet.code != CS_INPUT)
        cs_fail(err, quiet.code, "%s", quiet.text[0]);
    return code == CS_INPUT ? CS_OK : code;
}

static int check_place(struct folder *f, bool force, struct cs_error *err)
{
    struct stat info;

    if (stat(f->out, &info))
        return errno == ENOENT ? CS_OK : cs_fail_errno(err, "%s", f->name);
    if (!S_ISDIR(info.st_mode))
        return cs_fail(err, CS_INPUT, "%s: is a file; results need a folder", f->name);
    const int empty = is_empty(f->out);
    if (empty < 0)
        return cs_fail_errno(err, "%s", f->name);
    if (empty)
        return CS_OK;
    if (!force)
        return cs_fail(err, CS_INPUT, "%s: the folder is not empty; choose another with -o, or "
                       "replace an older result with --force", f->name);
    const int code = find_manifest(f->out, &f->replaces, err);
    if (code)
        return code;
    if (!f->replaces)
        return cs_fail(err, CS_INPUT, "%s: the folder is not empty and holds no manifest.csv of "
                       "chipsplit, so --force does not replace it", f->name);
    return CS_OK;
}

/* --- making ----------------------------------------------------------------- */

/* Without trailing slashes; a folder that exists by its real name, so that a
 * link to it stays. */
static char *clean(const char *out)
{
    char *const real = realpath(out, NULL);
    size_t length = strlen(out);

    if (real)
        return real;
    while (length > 1 && out[length - 1] == '/')
        length--;
    return text_copy_n(out, length);
}

/* Makes the parents of `path`; the first one made goes to f->made. */
static int make_parents(struct folder *f, const char *path, struct cs_error *err)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        char *const parent = text_copy_n(path, (size_t)(slash - path));
        if (!parent)
            return cs_fail_memory(err);
        const bool made = mkdir(parent, 0777) == 0;
        if (!made && errno != EEXIST) {
            cs_fail_errno(err, "%s: the folder cannot be made", parent);
            free(parent);
            return CS_SYSTEM;
        }
        if (made && !f->made)
            f->made = parent;
        else
            free(parent);
    }
    return CS_OK;
}

/* The folder that holds a path; NULL without memory. */
static char *parent_of(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return !slash          ? text_copy(".")
           : slash == path ? text_copy("/")
                           : text_copy_n(path, (size_t)(slash - path));
}

/* A name beside `out` that nobody has: OUT.part-PID or OUT.part-PID-1, ... */
static char *beside(const char *out, const char *what, int number)
{
    const long pid = (long)getpid();

    return number ? text_format("%s.%s-%ld-%d", out, what, pid, number)
                  : text_format("%s.%s-%ld", out, what, pid);
}

static int lock_at(int parent, const char *name)
{
    const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    const int number = errno;
    close(fd);
    errno = number;
    return -1;
}

int folder_lock(const char *path)
{
    return lock_at(AT_FDCWD, path);
}

static const char *last_part(const char *path)
{
    const char *const slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* OUT.part-... or OUT.unfinished, where another run may be at work. */
static bool is_beside(const char *name, const char *out)
{
    const size_t length = strlen(out);

    return !strncmp(name, out, length) && (!strncmp(name + length, ".part-", strlen(".part-")) ||
                                           !strcmp(name + length, ".unfinished"));
}

bool folder_is_contested(const struct folder *f, const char *mine)
{
    char *const parent = parent_of(f->out);
    DIR *const dir = parent ? opendir(parent) : NULL;
    bool contested = false;

    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry && !contested;
         entry = readdir(dir)) {
        if (!is_beside(entry->d_name, last_part(f->out)) ||
            !strcmp(entry->d_name, last_part(mine)))
            continue;
        const int fd = lock_at(dirfd(dir), entry->d_name);
        contested = fd < 0 && errno == EWOULDBLOCK;
        if (fd >= 0)
            close(fd);
    }
    if (dir)
        closedir(dir);
    free(parent);
    return contested;
}

static int make_work(struct folder *f, struct cs_error *err)
{
    for (int k = 0; k < NAMES; k++) {
        free(f->work);
        f->work = beside(f->out, "part", k);
        if (!f->work)
            return cs_fail_memory(err);
        if (mkdir(f->work, 0777) == 0) {
            f->lock = folder_lock(f->work);
            return CS_OK;
        }
        if (errno != EEXIST)
            break;
    }
    cs_fail_errno(err, "%s: the result folder cannot be made", f->name);
    free(f->work);
    f->work = NULL;
    return CS_SYSTEM;
}

int folder_check(struct folder *f, const char *out, bool force, struct cs_error *err)
{
    *f = (struct folder){.lock = -1};
    if (!*out)
        return cs_fail(err, CS_INPUT, "the result folder needs a name");
    f->name = text_copy(out);
    f->out = clean(out);
    int code = f->name && f->out ? CS_OK : cs_fail_memory(err);
    if (!code)
        code = check_place(f, force, err);
    if (!code)
        code = make_parents(f, f->out, err);
    if (code)
        folder_abandon(f);
    return code;
}

int folder_make(struct folder *f, struct cs_error *err)
{
    int code = make_work(f, err);

    if (!code && folder_is_contested(f, f->work))
        code = cs_fail(err, CS_INPUT, "%s: another run is writing this folder", f->name);
    if (code)
        folder_abandon(f);
    return code;
}

int folder_begin(struct folder *f, const char *out, bool force, struct cs_error *err)
{
    const int code = folder_check(f, out, force, err);

    return code ? code : folder_make(f, err);
}

/* --- removing --------------------------------------------------------------- */

/* Removes what stands in an open folder, links themselves and never their
 * targets. Closes fd. Returns 0 or -1 with errno. */
static int empty_folder(int fd)
{
    DIR *const dir = fdopendir(fd);
    int failed = 0;

    if (!dir) {
        close(fd);
        return -1;
    }
    for (struct dirent *entry = readdir(dir); entry && !failed; entry = readdir(dir)) {
        if (is_dot(entry->d_name) || unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        const int inner = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        failed = inner < 0 || empty_folder(inner) || unlinkat(fd, entry->d_name, AT_REMOVEDIR);
    }
    closedir(dir);
    return failed ? -1 : 0;
}

int folder_remove(const char *path)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

    return fd < 0 || empty_folder(fd) || rmdir(path) ? -1 : 0;
}

/* Parents from the innermost up to the first that was made, while empty. */
static void remove_parents(const struct folder *f)
{
    const size_t top = strlen(f->made);
    char *const path = text_copy(f->out);

    for (char *slash = path ? strrchr(path, '/') : NULL;
         slash && (size_t)(slash - path) >= top; slash = strrchr(path, '/')) {
        *slash = '\0';
        if (rmdir(path))
            break;
    }
    free(path);
}

static void folder_release(struct folder *f)
{
    if (f->work && f->lock >= 0)
        close(f->lock);
    free(f->name);
    free(f->out);
    free(f->work);
    free(f->made);
    *f = (struct folder){0};
}

void folder_abandon(struct folder *f)
{
    if (f->work)
        folder_remove(f->work);
    if (f->made)
        remove_parents(f);
    folder_release(f);
}

/* --- putting in place -------------------------------------------------------- */

int folder_flush(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const int failed = fd < 0 || (fsync(fd) && errno != EINVAL); /* of those that cannot */

    if (fd >= 0)
        close(fd);
    return failed ? -1 : 0;
}

/* The rename is on disk only when the parent is; it has been done if that fails. */
static void flush_parent(const char *path)
{
    char *const parent = parent_of(path);

    if (parent)
        folder_flush(parent);
    free(parent);
}

/* Moves the older result aside under a free name. */
static char *move_aside(const char *out)
{
    for (int k = 0; k < NAMES; k++) {
        char *const old = beside(out, "old", k);
        struct stat info;
        if (old && lstat(old, &info) && rename(out, old) == 0)
            return old;
        free(old);
    }
    return NULL;
}

int folder_commit(struct folder *f, struct cs_error *err)
{
    char *const old = f->replaces ? move_aside(f->out) : NULL;
    int code = CS_OK;

    if ((f->replaces && !old) || rename(f->work, f->out)) {
        code = cs_fail_errno(err, "%s: could not be put in place", f->name);
        if (old && rename(old, f->out))
            cs_fail_errno(err, "the older result is now at %s", old);
        free(old);
        folder_abandon(f);
        return code;
    }
    flush_parent(f->out);
    if (old && folder_remove(old))
        code = cs_fail_errno(err, "%s: the older result could not be removed", old);
    free(old);
    folder_release(f);
    return code;
}

/* --- copying ------------------------------------------------------------------- */

static int copy_bytes(int from, int to)
{
    enum { CHUNK = 1 << 16 };
    char bytes[CHUNK];
    ssize_t n;

    while ((n = read(from, bytes, CHUNK)) > 0)
        for (ssize_t done = 0; done < n;) {
            const ssize_t m = write(to, bytes + done, (size_t)(n - done));
            if (m <= 0)
                return -1;
            done += m;
        }
    return n < 0 || fsync(to) ? -1 : 0;
}

static int copy_file(const char *from, const char *to, struct cs_error *err)
{
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    const int code = in < 0 || out < 0 || copy_bytes(in, out) ? cs_fail_errno(err, "%s", to) : 0;

    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return code;
}

static int copy_entry(const char *from, const char *to, const char *name, struct cs_error *err)
{
    char *const source = text_format("%s/%s", from, name);
    char *const target = text_format("%s/%s", to, name);
    struct stat info;
    int code = source && target ? CS_OK : cs_fail_memory(err);

    if (!code && stat(source, &info))
        code = cs_fail_errno(err, "%s", source);
    if (!code)
        code = S_ISDIR(info.st_mode) ? folder_copy(source, target, err)
                                     : copy_file(source, target, err);
    free(source);
    free(target);
    return code;
}

int folder_copy(const char *from, const char *to, struct cs_error *err)
{
    DIR *const dir = opendir(from);
    int code = CS_OK;

    if (!dir)
        return cs_fail_errno(err, "%s", from);
    if (mkdir(to, 0777) && errno != EEXIST)
        code = cs_fail_errno(err, "%s: the folder cannot be made", to);
    for (struct dirent *entry = readdir(dir); entry && !code; entry = readdir(dir))
        if (!is_dot(entry->d_name))
            code = copy_entry(from, to, entry->d_name, err);
    closedir(dir);
    return code;
}
