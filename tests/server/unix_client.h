/* SPDX-License-Identifier: Apache-2.0 */
/* For server tests: UNIX sockets with a folder for their files and a client, and sockets to hand
   over. */
#ifndef PML_TESTS_SERVER_UNIX_CLIENT_H
#define PML_TESTS_SERVER_UNIX_CLIENT_H

#include "server/http_client.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/un.h>

/* A folder of this test's own, with nothing in it; short, since a socket's path has to be. */
typedef struct test_folder {
    char path[32];
} test_folder;

static inline test_folder make_folder(void)
{
    test_folder folder = {"/tmp/promlet-XXXXXX"};
    if (mkdtemp(folder.path) == NULL) {
        perror("mkdtemp");
        abort();
    }
    return folder;
}

/* How many files are in it. */
static inline int count_files(const test_folder *folder)
{
    return count_entries(folder->path) - 2; /* "." and ".." */
}

/* Remove the folder and what is in it, folders in it when they are empty. */
static inline void remove_folder(const test_folder *folder)
{
    DIR *dir = opendir(folder->path);
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        (void)unlinkat(dirfd(dir), entry->d_name, entry->d_type == DT_DIR ? AT_REMOVEDIR : 0);
    }
    closedir(dir);
    if (rmdir(folder->path) != 0) {
        perror(folder->path);
        abort();
    }
}

/* Whether this process has so many descriptors open. A server of ours that was connected to has one
   more for a moment, which is waited for. */
static inline bool has_descriptor_count(int expected)
{
    for (int i = 0; i < HTTP_WAIT_MS; i++) {
        if (count_descriptors() == expected) {
            return true;
        }
        (void)poll(NULL, 0, 1);
    }
    return false;
}

/* The path of a file in it, in a buffer that the next call but three uses again. */
static inline const char *file_in(const test_folder *folder, const char *name)
{
    static char paths[4][PATH_MAX];
    static unsigned int next;
    char *path = paths[next++ % 4];
    snprintf(path, PATH_MAX, "%s/%s", folder->path, name);
    return path;
}

/* The address of path, which fits; a leading '@' means an abstract name. */
static inline socklen_t unix_address_of(const char *path, struct sockaddr_un *address)
{
    size_t length = strlen(path);
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    if (path[0] == '@') {
        address->sun_path[0] = '\0';
        return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    }
    return sizeof *address;
}

/* A socket that is bound to path, as another program would do it, and does not listen yet. */
static inline int unix_bind(const char *path, int type)
{
    struct sockaddr_un address;
    socklen_t size = unix_address_of(path, &address);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0) {
        perror(path);
        abort();
    }
    return fd;
}

/* Leave a socket there that nobody listens on any more. */
static inline void unix_leave_stale(const char *path)
{
    int fd = unix_bind(path, SOCK_STREAM);
    if (listen(fd, 1) != 0) {
        abort();
    }
    close(fd);
}

/* Connect to a socket. Returns -1 with errno. */
static inline int unix_connect(const char *path)
{
    struct sockaddr_un address;
    socklen_t size = unix_address_of(path, &address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size) != 0) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    return fd;
}

/* The status of GET /metrics on a connection, which is closed; 0 when there was no whole reply. */
static inline int status_of_get(int fd)
{
    http_reply reply = {0};
    if (fd >= 0) {
        if (http_ask(fd, "GET", "/metrics")) {
            (void)http_receive(fd, true, &reply);
        }
        close(fd);
    }
    int status = reply.status;
    http_reply_clear(&reply);
    return status;
}

static inline int unix_get_status(const char *path)
{
    return status_of_get(unix_connect(path));
}

/* A listening socket on a free port of an IPv4 address, for a server to be handed. */
static inline int http_listen(const char *host, int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
        bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* Start a server of the default registry on path; NULL when that fails. */
static inline promlet_server *start_unix(const char *path)
{
    promlet_server *server = NULL;
    (void)promlet_server_start(&(promlet_server_opts){.unix_path = path}, &server);
    return server;
}

#endif
