/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a temporary file and renames it. Everything is done in the folder that was opened at
 * first, wherever that is moved meanwhile. What goes wrong is said once, at the end.
 */
#define _GNU_SOURCE /* O_PATH */

#include "expose/whole_file.h"

#include "expose/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* So that the name of the temporary file is not longer than a name may be. */
#define MOST_OF_NAME 200

/* Somebody would have to guess 64 bits to be in the way even once. */
#define MOST_TRIES 8

const char *pml_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* ---- SIGXFSZ --------------------------------------------------------------------------------- */

/* A write beyond the limit of a file's size ends the process, unless it blocks this signal. */
static void hold_back_signal(pml_whole_file *file)
{
    sigset_t one;
    sigset_t pending;
    sigemptyset(&one);
    sigaddset(&one, SIGXFSZ);
    sigemptyset(&pending);
    (void)sigpending(&pending);
    file->was_pending = sigismember(&pending, SIGXFSZ) == 1;
    (void)pthread_sigmask(SIG_BLOCK, &one, &file->signals);
}

/* Takes the signal that a write of ours has raised, and no other one. */
static void let_signal_through(const pml_whole_file *file)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGXFSZ);
    if (file->error == EFBIG && !file->was_pending) {
        (void)sigtimedwait(&one, NULL, &(struct timespec){0, 0});
    }
    (void)pthread_sigmask(SIG_SETMASK, &file->signals, NULL);
}

/* ---- beginning ------------------------------------------------------------------------------- */

static int open_folder(const char *path, const char *name)
{
    char folder[PATH_MAX] = ".";
    size_t size = (size_t)(name - path);
    if (size >= sizeof folder) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (size > 0) {
        memcpy(folder, path, size);
        folder[size] = '\0';
    }
    return open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* rename() would replace a device, too. */
static bool is_another_kind(const pml_whole_file *file)
{
    struct stat found;
    return fstatat(file->folder, file->name, &found, AT_SYMLINK_NOFOLLOW) == 0 &&
           !S_ISREG(found.st_mode) && !S_ISLNK(found.st_mode);
}

static uint64_t random_bits(const void *salt)
{
    uint64_t bits = 0;
    if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != (ssize_t)sizeof bits) {
        /* Two that choose the same find it out by O_EXCL. */
        struct timespec now;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        bits = (uint64_t)now.tv_nsec << 32 ^ (uint64_t)getpid() ^ (uint64_t)(uintptr_t)salt;
    }
    return bits;
}

/* It is open to nobody else before it is whole. */
static int open_temporary(pml_whole_file *file)
{
    int fd = -1;
    for (int i = 0; i < MOST_TRIES && fd < 0; i++) {
        (void)snprintf(file->temporary, sizeof file->temporary, ".%.*s.promlet-%016llx",
                       MOST_OF_NAME, file->name, (unsigned long long)random_bits(&fd));
        fd = openat(file->folder, file->temporary,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd < 0 && errno != EEXIST) {
            break;
        }
    }
    return fd;
}

promlet_status pml_whole_file_begin(pml_whole_file *file, const char *path)
{
    memset(file, 0, sizeof *file);
    file->path = path;
    file->name = pml_file_name(path);
    file->folder = open_folder(path, file->name);
    if (file->folder < 0) {
        return pml_expose_fail(path, "opening its folder", errno);
    }
    if (is_another_kind(file)) {
        close(file->folder);
        return pml_expose_fail_with(PROMLET_ERROR_ARGUMENT, path, "is not a regular file");
    }
    file->fd = open_temporary(file);
    if (file->fd < 0) {
        int error = errno;
        close(file->folder);
        return pml_expose_fail(path, "making a temporary file beside it", error);
    }
    hold_back_signal(file);
    return PROMLET_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

bool pml_whole_file_put(const char *data, size_t size, void *ctx)
{
    pml_whole_file *file = ctx;
    while (size > 0) {
        ssize_t written = write(file->fd, data, size);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            file->error = written < 0 ? errno : ENOSPC;
            return false;
        }
        data += written;
        size -= (size_t)written;
        file->size += (uint64_t)written;
    }
    return true;
}

/* ---- ending ---------------------------------------------------------------------------------- */

/* O_PATH opens a folder that may not be read; for fsync() it must be. */
static int sync_folder(const pml_whole_file *file)
{
    int fd = openat(file->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = fsync(fd) != 0 ? errno : 0;
    close(fd);
    return error;
}

/* Returns the step that failed, with *error; NULL: none. */
static const char *put_in_place(pml_whole_file *file, const pml_whole_file_opts *options,
                                int *error)
{
    *error = file->error;
    if (*error != 0) {
        return "writing";
    }
    if (fchmod(file->fd, (mode_t)options->mode) != 0) {
        *error = errno;
        return "changing its mode";
    }
    if (options->syncs && fsync(file->fd) != 0) {
        *error = errno;
        return "writing it to the disk";
    }
    /* Some file systems find only here that there is no room. */
    int closed = close(file->fd);
    file->fd = -1;
    if (closed != 0 && errno != EINTR) {
        *error = errno;
        return "writing";
    }
    if (renameat(file->folder, file->temporary, file->folder, file->name) != 0) {
        *error = errno;
        return "replacing it";
    }
    file->temporary[0] = '\0';
    if (options->syncs) {
        *error = sync_folder(file);
    }
    return *error != 0 ? "writing its folder to the disk" : NULL;
}

static void clean_up(pml_whole_file *file)
{
    if (file->fd >= 0) {
        close(file->fd);
    }
    if (file->temporary[0] != '\0') {
        (void)unlinkat(file->folder, file->temporary, 0);
    }
    close(file->folder);
    let_signal_through(file);
}

promlet_status pml_whole_file_end(pml_whole_file *file, const pml_whole_file_opts *options,
                                  bool is_whole)
{
    int error = 0;
    const char *step = NULL;
    if (is_whole || file->error != 0) {
        step = put_in_place(file, options, &error);
    }
    clean_up(file);
    return step != NULL ? pml_expose_fail(file->path, step, error) : PROMLET_OK;
}
