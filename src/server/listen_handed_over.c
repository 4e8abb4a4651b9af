/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a listening socket that somebody else has opened. */
#include "server/failure.h"
#include "server/listen_kinds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>

static promlet_status refuse(const pml_server_listener *listener, const char *reason)
{
    return pml_server_fail_with(PROMLET_ERROR_ARGUMENT, listener->place, "cannot listen", reason);
}

/* Read an option of fd that is a number. Returns false with errno. */
static bool read_option(int fd, int option, int *value)
{
    socklen_t size = sizeof *value;
    return getsockopt(fd, SOL_SOCKET, option, value, &size) == 0;
}

static promlet_status check_socket(const pml_server_listener *listener, int fd)
{
    int type = 0;
    int is_listening = 0;
    if (!read_option(fd, SO_TYPE, &type) || !read_option(fd, SO_ACCEPTCONN, &is_listening)) {
        return errno == EBADF      ? refuse(listener, "the descriptor is not open")
               : errno == ENOTSOCK ? refuse(listener, "it is no socket")
                                   : pml_server_fail(listener->place, "cannot listen", errno);
    }
    if (type != SOCK_STREAM) {
        return refuse(listener, "it is no stream socket");
    }
    return is_listening != 0 ? PROMLET_OK : refuse(listener, "the socket does not listen");
}

/* A duplicate shares its flag with the original, which is documented; a thread of ours that waits
   for a client that was just gone would answer nobody. */
static bool set_non_blocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static promlet_status duplicate(pml_server_listener *listener, int fd)
{
    listener->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (listener->fd < 0 || !set_non_blocking(listener->fd)) {
        return pml_server_fail(listener->place, "cannot listen", errno);
    }
    return PROMLET_OK;
}

/* What systemd hands over is not close-on-exec, and nobody else of this process cares for it. */
static promlet_status take_systemd_fd(const pml_server_listener *listener, int *fd)
{
    promlet_status status = pml_server_find_systemd_fd(listener->place, fd);
    if (status == PROMLET_OK) {
        status = check_socket(listener, *fd);
    }
    if (status == PROMLET_OK && fcntl(*fd, F_SETFD, FD_CLOEXEC) != 0) {
        status = pml_server_fail(listener->place, "cannot listen", errno);
    }
    return status;
}

promlet_status pml_server_listen_handed_over(const promlet_server_opts *options,
                                             pml_server_listener *listener)
{
    int fd = options->listen_fd;
    promlet_status status;
    listener->is_handed_over = true;
    if (fd == PROMLET_LISTEN_FD_SYSTEMD) {
        snprintf(listener->place, sizeof listener->place, "systemd's socket");
        status = take_systemd_fd(listener, &fd);
    } else {
        snprintf(listener->place, sizeof listener->place, "listen_fd %d", fd);
        status = check_socket(listener, fd);
    }
    if (status == PROMLET_OK) {
        status = duplicate(listener, fd);
    }
    return status == PROMLET_OK ? pml_server_read_back(listener, NULL) : status;
}
