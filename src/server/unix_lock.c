/* SPDX-License-Identifier: Apache-2.0 */
/* Locks a folder, which leaves no file behind and ends with the process. */
#include "server/unix_lock.h"

#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define TRIES 1000
#define BETWEEN_TRIES_NS 1000000L

static void cut_last_name(char path[PML_SERVER_UNIX_PATH_SIZE])
{
    char *slash = strrchr(path, '/');
    slash[slash == path ? 1 : 0] = '\0';
}

static bool lock_within_a_second(int fd)
{
    for (int i = 0; i < TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return false;
        }
        struct timespec pause = {0, BETWEEN_TRIES_NS};
        nanosleep(&pause, NULL);
    }
    return false;
}

int pml_server_lock_folder_of(const char *path)
{
    char folder[PML_SERVER_UNIX_PATH_SIZE];
    strcpy(folder, path);
    cut_last_name(folder);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && !lock_within_a_second(fd)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

void pml_server_unlock_folder(int lock)
{
    if (lock >= 0) {
        (void)flock(lock, LOCK_UN); /* A forked child may have inherited it. */
        close(lock);
    }
}
