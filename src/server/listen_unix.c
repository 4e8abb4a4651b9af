/* SPDX-License-Identifier: Apache-2.0 */
/* Listens on a UNIX socket: a path, or a name of Linux' abstract namespace. */
#include "server/failure.h"
#include "server/listen_kinds.h"
#include "server/unix_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(sizeof((struct sockaddr_un){0}.sun_path) == PML_SERVER_UNIX_PATH_SIZE,
               "a path that fits one fits the other");

static const char step[] = "cannot listen";

typedef struct unix_address {
    struct sockaddr_un address;
    socklen_t size;
} unix_address;

/* text was checked: it is not empty and fits. A leading '@' stands for the NUL of an abstract name,
   which has no other one: its size says where it ends. */
static unix_address make_address(const char *text)
{
    unix_address result = {.address = {.sun_family = AF_UNIX}};
    size_t length = strlen(text);
    memcpy(result.address.sun_path, text, length);
    if (text[0] == '@') {
        result.address.sun_path[0] = '\0';
    } else {
        length++;
    }
    result.size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return result;
}

static int open_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* Returns 0 or an errno value. */
static int bind_to(int fd, const unix_address *to)
{
    return bind(fd, (const struct sockaddr *)&to->address, to->size) == 0 ? 0 : errno;
}

/* ---- A file that is there already ---- */

/* Ask by a connection, which fails at once on a file that no process listens on. Returns 0 then,
   EADDRINUSE when somebody does, another errno value when nobody can tell. */
static int find_listener(const unix_address *to)
{
    int fd = open_socket();
    if (fd < 0) {
        return errno;
    }
    int error = connect(fd, (const struct sockaddr *)&to->address, to->size) == 0 ? 0 : errno;
    close(fd);
    switch (error) {
    case ECONNREFUSED:
    case ENOENT: /* gone meanwhile */
        return 0;
    case 0:
    case EAGAIN:     /* its backlog is full */
    case EPROTOTYPE: /* it is no stream socket, but somebody's */
        return EADDRINUSE;
    default:
        return error;
    }
}

/* Remove what a killed server has left behind, and nothing else. */
static promlet_status remove_stale(const char *path, const unix_address *to)
{
    struct stat found;
    if (lstat(path, &found) != 0) {
        return errno == ENOENT ? PROMLET_OK : pml_server_fail(path, step, errno);
    }
    if (!S_ISSOCK(found.st_mode)) {
        return pml_server_fail_with(PROMLET_ERROR_ADDRESS, path, step,
                                    "the file there is no socket, and was left alone");
    }
    int error = find_listener(to);
    if (error != 0) {
        return pml_server_fail(path, step, error);
    }
    if (found.st_uid != geteuid()) {
        return pml_server_fail_with(PROMLET_ERROR_PERMISSION, path, step,
                                    "the socket there is another user's, and was left alone");
    }
    if (unlink(path) != 0 && errno != ENOENT) {
        return pml_server_fail(path, "cannot remove the old socket", errno);
    }
    return PROMLET_OK;
}

/* ---- A file of our own ---- */

void pml_server_remove_file(const pml_server_listener *listener)
{
    struct stat found;
    /* While our socket is open its inode stays in use, so no other file has this number. */
    if (listener->unix_path[0] != '\0' && lstat(listener->unix_path, &found) == 0 &&
        found.st_dev == listener->unix_file.device && found.st_ino == listener->unix_file.inode) {
        (void)unlink(listener->unix_path);
    }
}

/* Keep which file bind() has made, and give it the mode, from which it took the umask away. No link
   is followed: in a folder that others may write to, it could lead to any file of ours. Returns 0
   or an errno value. */
static int finish_file(pml_server_listener *listener, const char *path, mode_t mode)
{
    struct stat made;
    bool is_made = lstat(path, &made) == 0;
    if (is_made && (made.st_mode & (mode_t)07777) != mode) {
        is_made = fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0;
    }
    if (!is_made) {
        int error = errno;
        (void)unlink(path);
        return error;
    }
    strcpy(listener->unix_path, path);
    listener->unix_file = (pml_server_identity){made.st_dev, made.st_ino};
    return 0;
}

/* Bind a socket to a file that has at no moment more than mode: Linux makes it with the mode of the
   socket itself, less the umask. (The umask belongs to the whole process; we can't change it.) */
static promlet_status bind_to_file(pml_server_listener *listener, const char *path, mode_t mode)
{
    unix_address to = make_address(path);
    if (fchmod(listener->fd, mode) != 0) {
        return pml_server_fail(path, "cannot set its mode", errno);
    }
    int error = bind_to(listener->fd, &to);
    if (error == EADDRINUSE) {
        promlet_status status = remove_stale(path, &to);
        if (status != PROMLET_OK) {
            return status;
        }
        error = bind_to(listener->fd, &to);
    }
    if (error != 0) {
        return pml_server_fail(path, step, error);
    }
    error = finish_file(listener, path, mode);
    return error == 0 ? PROMLET_OK : pml_server_fail(path, "cannot set its mode", error);
}

static promlet_status start_listening(const pml_server_listener *listener)
{
    return listen(listener->fd, SOMAXCONN) == 0 ? PROMLET_OK
                                                : pml_server_fail(listener->place, step, errno);
}

static promlet_status listen_on_file(pml_server_listener *listener, const char *path, mode_t mode)
{
    int lock = pml_server_lock_folder_of(path);
    promlet_status status = bind_to_file(listener, path, mode);
    if (status == PROMLET_OK) {
        status = start_listening(listener);
    }
    pml_server_unlock_folder(lock);
    return status;
}

/* An abstract name has no file and no mode, and ends with its socket. */
static promlet_status listen_on_name(pml_server_listener *listener, const char *name)
{
    unix_address to = make_address(name);
    int error = bind_to(listener->fd, &to);
    return error == 0 ? start_listening(listener) : pml_server_fail(name, step, error);
}

promlet_status pml_server_listen_unix(const promlet_server_opts *options,
                                      pml_server_listener *listener)
{
    const char *path = options->unix_path;
    strcpy(listener->place, path);
    listener->is_local = true;
    listener->fd = open_socket();
    if (listener->fd < 0) {
        return pml_server_fail(path, step, errno);
    }
    return path[0] == '@' ? listen_on_name(listener, path)
                          : listen_on_file(listener, path, (mode_t)options->unix_mode);
}
