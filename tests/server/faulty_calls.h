/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls of a test program with servers, which can be made to fail one by one, at the
   start of a server or in its threads. They take the place of libc's in the whole program, which
   reaches libmicrohttpd's and GnuTLS's too, so one file of it includes this, after cmocka.h. */
#ifndef PML_TESTS_SERVER_FAULTY_CALLS_H
#define PML_TESTS_SERVER_FAULTY_CALLS_H

#include "server/http_client.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

enum call {
    CALL_NONE,
    CALL_SOCKET,
    CALL_BIND,
    CALL_LISTEN,
    CALL_GETSOCKNAME,
    CALL_SETSOCKOPT,
    CALL_GETSOCKOPT,
    CALL_SHUTDOWN,
    CALL_EVENTFD,
    CALL_EVENTFD_WRITE,
    CALL_EPOLL_CREATE1,
    CALL_EPOLL_CTL,
    CALL_EPOLL_CTL_OF_OURS, /* Where clients wait is taken out of the server's own set. */
    CALL_EPOLL_WAIT,
    CALL_PTHREAD_CREATE,
    CALL_ACCEPT4,
    CALL_RECV,
    CALL_SEND,
    CALL_SENDMSG,
    CALL_WRITEV
};

/* ---- The calls ---- */

/* What fails, in the thread that starts servers or in all others, which are the servers'. */
static struct {
    atomic_int call;
    int error;
    int after;      /* Once it has worked so often, */
    bool is_sticky; /* and whether it goes on failing. */
    bool is_at_start;
    atomic_int count;
    atomic_int hits;
} fault;

static _Thread_local bool is_starter;

/* Whether this call is to fail, with errno. */
static bool fails(enum call call)
{
    if (atomic_load(&fault.call) != (int)call || fault.is_at_start != is_starter) {
        return false;
    }
    int number = atomic_fetch_add(&fault.count, 1);
    if (number < fault.after || (number > fault.after && !fault.is_sticky)) {
        return false;
    }
    atomic_fetch_add(&fault.hits, 1);
    errno = fault.error;
    return true;
}

static void set_fault(enum call call, int error, int after, bool is_sticky, bool is_at_start)
{
    atomic_store(&fault.call, CALL_NONE);
    fault.error = error;
    fault.after = after;
    fault.is_sticky = is_sticky;
    fault.is_at_start = is_at_start;
    atomic_store(&fault.count, 0);
    atomic_store(&fault.hits, 0);
    atomic_store(&fault.call, (int)call);
}

static void clear_fault(void)
{
    atomic_store(&fault.call, CALL_NONE);
}

/* The function that this program's own hides: a sanitizer's, which wants to see the call, or
 * libc's.
 */
#define HIDDEN(name) extern __typeof__(name) __interceptor_##name __attribute__((weak))
#define REAL(name)                                                                                 \
    (__interceptor_##name != NULL ? __interceptor_##name                                           \
                                  : (__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

HIDDEN(socket);
HIDDEN(bind);
HIDDEN(listen);
HIDDEN(getsockname);
HIDDEN(setsockopt);
HIDDEN(getsockopt);
HIDDEN(shutdown);
HIDDEN(eventfd);
HIDDEN(eventfd_write);
HIDDEN(epoll_create1);
HIDDEN(epoll_ctl);
HIDDEN(epoll_wait);
HIDDEN(pthread_create);
HIDDEN(accept4);
HIDDEN(recv);
HIDDEN(send);
HIDDEN(sendmsg);
HIDDEN(writev);

int socket(int domain, int type, int protocol)
{
    return fails(CALL_SOCKET) ? -1 : REAL(socket)(domain, type, protocol);
}

/* Some of these take a union of all address pointers under _GNU_SOURCE. */
int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
    return fails(CALL_BIND) ? -1 : REAL(bind)(fd, address, size);
}

int listen(int fd, int backlog)
{
    return fails(CALL_LISTEN) ? -1 : REAL(listen)(fd, backlog);
}

int getsockname(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
    return fails(CALL_GETSOCKNAME) ? -1 : REAL(getsockname)(fd, address, size);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
    return fails(CALL_SETSOCKOPT) ? -1 : REAL(setsockopt)(fd, level, option, value, size);
}

int getsockopt(int fd, int level, int option, void *value, socklen_t *size)
{
    return fails(CALL_GETSOCKOPT) ? -1 : REAL(getsockopt)(fd, level, option, value, size);
}

int shutdown(int fd, int how)
{
    return fails(CALL_SHUTDOWN) ? -1 : REAL(shutdown)(fd, how);
}

int eventfd(unsigned int count, int flags)
{
    return fails(CALL_EVENTFD) ? -1 : REAL(eventfd)(count, flags);
}

int eventfd_write(int fd, eventfd_t value)
{
    return fails(CALL_EVENTFD_WRITE) ? -1 : REAL(eventfd_write)(fd, value);
}

int epoll_create1(int flags)
{
    return fails(CALL_EPOLL_CREATE1) ? -1 : REAL(epoll_create1)(flags);
}

static bool is_listening(int fd)
{
    int result = 0;
    socklen_t size = sizeof result;
    return REAL(getsockopt)(fd, SOL_SOCKET, SO_ACCEPTCONN, &result, &size) == 0 && result != 0;
}

/* What was added can be removed; libmicrohttpd ends the process where it can't, so there it always
   can. */
int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    bool is_failing = operation == EPOLL_CTL_ADD ? fails(CALL_EPOLL_CTL)
                                                 : operation == EPOLL_CTL_DEL && is_listening(fd) &&
                                                       fails(CALL_EPOLL_CTL_OF_OURS);
    return is_failing ? -1 : REAL(epoll_ctl)(epoll_fd, operation, fd, event);
}

int epoll_wait(int epoll_fd, struct epoll_event *events, int count, int timeout_ms)
{
    return fails(CALL_EPOLL_WAIT) ? -1 : REAL(epoll_wait)(epoll_fd, events, count, timeout_ms);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                   void *argument)
{
    return fails(CALL_PTHREAD_CREATE) ? errno
                                      : REAL(pthread_create)(thread, attributes, run, argument);
}

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
    return fails(CALL_ACCEPT4) ? -1 : REAL(accept4)(fd, address, size, flags);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    return fails(CALL_RECV) ? -1 : REAL(recv)(fd, bytes, size, flags);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    return fails(CALL_SEND) ? -1 : REAL(send)(fd, bytes, size, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return fails(CALL_SENDMSG) ? -1 : REAL(sendmsg)(fd, message, flags);
}

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    return fails(CALL_WRITEV) ? -1 : REAL(writev)(fd, pieces, count);
}

#endif
