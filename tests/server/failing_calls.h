/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of a test program that opens sockets, which can be made to fail one by one. They
   take the place of libc's in the whole program, so one file of it includes this, after cmocka.h.
 */
#ifndef PML_TESTS_SERVER_FAILING_CALLS_H
#define PML_TESTS_SERVER_FAILING_CALLS_H

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum call {
    CALL_SOCKET,
    CALL_BIND,
    CALL_LISTEN,
    CALL_GETSOCKNAME,
    CALL_GETSOCKOPT,
    CALL_CONNECT,
    CALL_FCNTL,
    CALL_FSTAT,
    CALL_LSTAT,
    CALL_FCHMOD,
    CALL_FCHMODAT,
    CALL_UNLINK,
    CALL_OPEN,
    CALL_FLOCK,
    CALL_COUNT
};

/* What fails in the thread that sets it, which is the one that starts a server. */
static _Thread_local struct {
    int error;      /* 0: nothing. */
    enum call call; /* Which call, */
    int after;      /* once it has worked so often, */
    bool is_sticky; /* and whether it goes on failing. */
    int counts[CALL_COUNT];
} faults;

/* Whether this call is to fail, with errno. */
static bool fails(enum call call)
{
    int number = faults.counts[call]++;
    if (faults.error == 0 || faults.call != call || number < faults.after ||
        (number > faults.after && !faults.is_sticky)) {
        return false;
    }
    errno = faults.error;
    return true;
}

/* The function that this program's own hides. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

/* Every mode bit that the file of the socket was seen with while it was made. */
static const char *watched;
static mode_t seen_modes;

static void watch(void)
{
    struct stat found;
    if (watched != NULL && stat(watched, &found) == 0) {
        seen_modes |= found.st_mode & 07777;
    }
}

/* No socket of this family can be made; -1: all can. */
static int missing_family = -1;

int socket(int domain, int type, int protocol)
{
    if (domain == missing_family) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    return fails(CALL_SOCKET) ? -1 : REAL(socket)(domain, type, protocol);
}

/* These take a union of all address pointers under _GNU_SOURCE. */
int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
    int result = fails(CALL_BIND) ? -1 : REAL(bind)(fd, address, size);
    int error = errno;
    watch();
    errno = error;
    return result;
}

int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
    return fails(CALL_CONNECT) ? -1 : REAL(connect)(fd, address, size);
}

int getsockname(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
    return fails(CALL_GETSOCKNAME) ? -1 : REAL(getsockname)(fd, address, size);
}

int listen(int fd, int backlog)
{
    watch();
    return fails(CALL_LISTEN) ? -1 : REAL(listen)(fd, backlog);
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
    return fails(CALL_GETSOCKOPT) ? -1 : REAL(getsockopt)(fd, level, option, value, size);
}

int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return fails(CALL_FCNTL) ? -1 : REAL(fcntl)(fd, command, argument);
}

int fstat(int fd, struct stat *status)
{
    return fails(CALL_FSTAT) ? -1 : REAL(fstat)(fd, status);
}

int lstat(const char *path, struct stat *status)
{
    return fails(CALL_LSTAT) ? -1 : REAL(lstat)(path, status);
}

int fchmod(int fd, mode_t mode)
{
    return fails(CALL_FCHMOD) ? -1 : REAL(fchmod)(fd, mode);
}

int fchmodat(int folder, const char *path, mode_t mode, int flags)
{
    return fails(CALL_FCHMODAT) ? -1 : REAL(fchmodat)(folder, path, mode, flags);
}

int unlink(const char *path)
{
    return fails(CALL_UNLINK) ? -1 : REAL(unlink)(path);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails(CALL_OPEN) ? -1 : REAL(open)(path, flags, mode);
}

int flock(int fd, int operation)
{
    return fails(CALL_FLOCK) ? -1 : REAL(flock)(fd, operation);
}

/* Every machine's "localhost" is ::1 before it is 127.0.0.1 here. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **addresses)
{
    struct addrinfo *second = NULL;
    if (strcmp(host, "localhost") != 0) {
        return REAL(getaddrinfo)(host, service, hints, addresses);
    }
    assert_int_equal(REAL(getaddrinfo)("::1", service, hints, addresses), 0);
    assert_int_equal(REAL(getaddrinfo)("127.0.0.1", service, hints, &second), 0);
    (*addresses)->ai_next = second;
    return 0;
}

static void set_fault(enum call call, int error, int after, bool is_sticky)
{
    memset(&faults, 0, sizeof faults);
    faults.call = call;
    faults.error = error;
    faults.after = after;
    faults.is_sticky = is_sticky;
}

#endif
