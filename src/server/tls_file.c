/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files of TLS. What is in them is tls_identity.c's. */
#define _DEFAULT_SOURCE /* explicit_bzero() */

#include "server/tls_file.h"

#include "base/shown_path.h"
#include "server/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* All certificates that a distribution trusts take less than a quarter of this. */
#define MAX_FILE_BYTES (1 << 20)

/* ---- sentences ------------------------------------------------------------------------------- */

promlet_status pml_server_tls_fail(promlet_status status, const char *option, const char *path,
                                   const char *reason)
{
    return pml_path_is_text(path)
               ? pml_path_refuse_text(option)
               : pml_server_fail_with(status, option, pml_shown_path(path), reason);
}

/* A path that leads nowhere is a wrong option here. */
static promlet_status fail_with_errno(const char *option, const char *path, int error)
{
    if (pml_path_is_text(path)) {
        return pml_path_refuse_text(option);
    }
    promlet_status status = pml_server_fail(option, pml_shown_path(path), error);
    return status == PROMLET_ERROR_ADDRESS ? PROMLET_ERROR_ARGUMENT : status;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Read up to room bytes. Returns how many there were, or -1 with errno. */
static ssize_t read_up_to(int fd, unsigned char *bytes, size_t room)
{
    size_t size = 0;
    while (size < room) {
        ssize_t count = read(fd, bytes + size, room - size);
        if (count == 0) {
            break;
        }
        if (count < 0 && errno != EINTR) {
            return -1;
        }
        size += count > 0 ? (size_t)count : 0;
    }
    return (ssize_t)size;
}

/* A file that grows meanwhile is read up to the size it had; its next stamp will tell. */
static promlet_status read_open(int fd, const char *option, const char *path,
                                pml_server_tls_file *file)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return fail_with_errno(option, path, errno);
    }
    if (!S_ISREG(status.st_mode) || status.st_size == 0 || status.st_size > MAX_FILE_BYTES) {
        return pml_server_tls_fail(PROMLET_ERROR_ARGUMENT, option, path,
                                   "must be a file of 1 byte to 1 MiB");
    }
    size_t room = (size_t)status.st_size;
    file->bytes = malloc(room);
    if (file->bytes == NULL) {
        return fail_with_errno(option, path, ENOMEM);
    }
    file->size = room;
    ssize_t size = read_up_to(fd, file->bytes, room);
    if (size < 0) {
        int error = errno;
        pml_server_tls_file_clear(file);
        return fail_with_errno(option, path, error);
    }
    file->size = (size_t)size;
    return PROMLET_OK;
}

/* Not to wait is for what turns out to be a pipe. */
promlet_status pml_server_tls_file_read(const char *option, const char *path,
                                        pml_server_tls_file *file)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return fail_with_errno(option, path, errno);
    }
    promlet_status status = read_open(fd, option, path, file);
    close(fd);
    return status;
}

void pml_server_tls_file_clear(pml_server_tls_file *file)
{
    if (file->bytes != NULL) {
        explicit_bzero(file->bytes, file->size);
        free(file->bytes);
    }
    *file = (pml_server_tls_file){NULL, 0};
}

/* ---- versions -------------------------------------------------------------------------------- */

pml_server_tls_stamp pml_server_tls_stamp_of(const char *path)
{
    struct stat status;
    pml_server_tls_stamp stamp;
    memset(&stamp, 0, sizeof stamp);
    if (path != NULL && stat(path, &status) == 0) {
        stamp.device = status.st_dev;
        stamp.inode = status.st_ino;
        stamp.size = status.st_size;
        stamp.modified = status.st_mtim;
        stamp.changed = status.st_ctim;
    }
    return stamp;
}

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool pml_server_tls_stamp_equals(const pml_server_tls_stamp *a, const pml_server_tls_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           is_same_time(&a->modified, &b->modified) && is_same_time(&a->changed, &b->changed);
}
