/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that fail while a server starts or serves: nothing stays open, and a sentence says
   why. The calls are replaced in this program, which reaches libmicrohttpd's too. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include <cmocka.h>

/* Which calls fail with which errno; 0: none. Set while no server runs. */
static struct {
    int socket_error;
    int ipv6_socket_error;
    int bind_error;
    int first_bind_error;
    int listen_error;
    int name_error;
    int eventfd_error;
    int second_eventfd_error;
    int epoll_error;
    int second_epoll_error;
    int control_error; /* of epoll_ctl() */
    int eventfds;      /* How many were made, */
    int epolls;        /* and of these. */
} faults;

static int call(int error, long number, long first, long second, long third)
{
    if (error != 0) {
        errno = error;
        return -1;
    }
    return (int)syscall(number, first, second, third);
}

int socket(int domain, int type, int protocol)
{
    int error = domain == AF_INET6 && faults.ipv6_socket_error != 0 ? faults.ipv6_socket_error
                                                                    : faults.socket_error;
    return call(error, SYS_socket, domain, type, protocol);
}

/* These two take a union of all address pointers under _GNU_SOURCE. */
int bind(int fd, __CONST_SOCKADDR_ARG address, socklen_t size)
{
    int error = faults.first_bind_error != 0 ? faults.first_bind_error : faults.bind_error;
    faults.first_bind_error = 0;
    return call(error, SYS_bind, fd, (long)address.__sockaddr__, (long)size);
}

int listen(int fd, int backlog)
{
    return call(faults.listen_error, SYS_listen, fd, backlog, 0);
}

int getsockname(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
    return call(faults.name_error, SYS_getsockname, fd, (long)address.__sockaddr__, (long)size);
}

typedef int getaddrinfo_fn(const char *host, const char *service, const struct addrinfo *hints,
                           struct addrinfo **addresses);

/* Every machine's "localhost" has two addresses here, both 127.0.0.1. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **addresses)
{
    getaddrinfo_fn *real = (getaddrinfo_fn *)(uintptr_t)dlsym(RTLD_NEXT, "getaddrinfo");
    if (strcmp(host, "localhost") != 0) {
        return real(host, service, hints, addresses);
    }
    struct addrinfo *first = NULL;
    struct addrinfo *second = NULL;
    assert_int_equal(real("127.0.0.1", service, hints, &first), 0);
    assert_int_equal(real("127.0.0.1", service, hints, &second), 0);
    first->ai_next = second;
    *addresses = first;
    return 0;
}

/* A sanitizer's own eventfd(), without which it would not see that a write to it comes before what
   the reader does next. */
extern int __interceptor_eventfd(unsigned int count, int flags) __attribute__((weak));

int eventfd(unsigned int count, int flags)
{
    int error = faults.eventfds++ == 1 ? faults.second_eventfd_error : faults.eventfd_error;
    if (error == 0 && __interceptor_eventfd != NULL) {
        return __interceptor_eventfd(count, flags);
    }
    return call(error, SYS_eventfd2, (long)count, flags, 0);
}

int epoll_create1(int flags)
{
    int error = faults.epolls++ == 1 ? faults.second_epoll_error : faults.epoll_error;
    return call(error, SYS_epoll_create1, flags, 0, 0);
}

extern int __interceptor_epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
    __attribute__((weak));

int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    if (faults.control_error == 0 && __interceptor_epoll_ctl != NULL) {
        return __interceptor_epoll_ctl(epoll_fd, operation, fd, event);
    }
    if (faults.control_error != 0) {
        errno = faults.control_error;
        return -1;
    }
    return (int)syscall(SYS_epoll_ctl, epoll_fd, operation, fd, event);
}

static int clear_faults(void **state)
{
    (void)state;
    memset(&faults, 0, sizeof faults);
    return 0;
}

/* Start with the faults that are set, and expect status, a sentence that ends so, and nothing that
   stays open; then start without them. */
static void assert_start_fails(promlet_status status, const char *sentence)
{
    int threads = count_threads_without_server();
    int descriptors = count_descriptors();
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){0}, &server), status);
    assert_null(server);
    assert_non_null(strstr(promlet_last_error(), "127.0.0.1:"));
    if (strstr(promlet_last_error(), sentence) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", promlet_last_error(), sentence);
    }
    assert_int_equal(count_descriptors(), descriptors);
    assert_true(has_thread_entries(threads));
}

static void assert_start_succeeds(void)
{
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){0}, &server), PROMLET_OK);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

static void start_failing_call_leaves_nothing_open(void **state)
{
    static const struct {
        int *fault;
        int error;
        promlet_status status;
        const char *sentence;
    } cases[] = {
        {&faults.socket_error, EMFILE, PROMLET_ERROR_SYSTEM,
         "127.0.0.1:0: cannot listen: too many open files"},
        {&faults.socket_error, ENOMEM, PROMLET_ERROR_MEMORY, "cannot allocate memory"},
        {&faults.socket_error, EAFNOSUPPORT, PROMLET_ERROR_ADDRESS, "not supported"},
        {&faults.socket_error, EACCES, PROMLET_ERROR_PERMISSION, "permission denied"},
        {&faults.bind_error, EACCES, PROMLET_ERROR_PERMISSION,
         "127.0.0.1:0: cannot listen: permission denied"},
        {&faults.bind_error, EPERM, PROMLET_ERROR_PERMISSION, "operation not permitted"},
        {&faults.bind_error, EADDRINUSE, PROMLET_ERROR_PORT_IN_USE, "address already in use"},
        {&faults.bind_error, EADDRNOTAVAIL, PROMLET_ERROR_ADDRESS, "cannot assign"},
        {&faults.bind_error, ENOBUFS, PROMLET_ERROR_SYSTEM, "no buffer space"},
        {&faults.listen_error, EADDRINUSE, PROMLET_ERROR_PORT_IN_USE, "address already in use"},
        {&faults.name_error, ENOBUFS, PROMLET_ERROR_SYSTEM, "cannot read back the port: "},
        {&faults.eventfd_error, EMFILE, PROMLET_ERROR_SYSTEM,
         "cannot wait for clients: too many open files"},
        {&faults.eventfd_error, ENOMEM, PROMLET_ERROR_MEMORY, "cannot wait for clients: "},
        {&faults.second_eventfd_error, ENFILE, PROMLET_ERROR_SYSTEM, "cannot wait for clients: "},
        {&faults.epoll_error, EMFILE, PROMLET_ERROR_SYSTEM, "cannot wait for clients: "},
        {&faults.epoll_error, ENOMEM, PROMLET_ERROR_MEMORY, "cannot wait for clients: "},
        {&faults.control_error, ENOSPC, PROMLET_ERROR_SYSTEM, "cannot wait for clients: "},
        {&faults.second_epoll_error, EMFILE, PROMLET_ERROR_SYSTEM, "cannot start libmicrohttpd: "},
        {&faults.second_epoll_error, ENOMEM, PROMLET_ERROR_MEMORY, "cannot start libmicrohttpd: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        faults.eventfds = 0;
        faults.epolls = 0;
        *cases[i].fault = cases[i].error;
        assert_start_fails(cases[i].status, cases[i].sentence);
        *cases[i].fault = 0;
        assert_start_succeeds();
    }
}

static void start_and_stop_when_told(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
    (void)promlet_start_metrics_server(0);
    promlet_stop_metrics_server();
}

/* In a log callback, a start or a stop would wait for the start that calls it. */
static void start_default_without_libmicrohttpd_says_what_that_says(void **state)
{
    (void)state;
    promlet_set_log_callback(start_and_stop_when_told, NULL);
    faults.epolls = 0;
    faults.second_epoll_error = EMFILE;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_ERROR_SYSTEM);
    assert_non_null(strstr(promlet_last_error(), ": cannot start libmicrohttpd: call to epoll_"));
    assert_non_null(strstr(promlet_last_error(), " failed: Too many open files"));
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(promlet_metrics_server_port(), 0);
}

static void start_without_a_thread_leaves_nothing_open(void **state)
{
    pthread_attr_t usual;
    pthread_attr_t huge;
    (void)state;
    assert_int_equal(pthread_getattr_default_np(&usual), 0);
    assert_int_equal(pthread_getattr_default_np(&huge), 0);
    /* More stack than there are addresses. */
    assert_int_equal(pthread_attr_setstacksize(&huge, (size_t)1 << 47), 0);
    assert_int_equal(pthread_setattr_default_np(&huge), 0);
    assert_start_fails(PROMLET_ERROR_SYSTEM, "cannot start a thread: ");
    assert_int_equal(pthread_setattr_default_np(&usual), 0);
    pthread_attr_destroy(&usual);
    pthread_attr_destroy(&huge);
    assert_start_succeeds();
}

static void test_fault_F15_start_everywhere_without_ipv6_serves_ipv4(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    faults.ipv6_socket_error = EAFNOSUPPORT;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "::"}, &server),
                     PROMLET_OK);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

static void start_name_passes_over_an_address_that_is_not_there(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    faults.first_bind_error = EADDRNOTAVAIL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "localhost"}, &server),
                     PROMLET_OK);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

/* Else some clients of the name would find a server, and it would not be ours. */
static void start_name_with_a_port_in_use_does_not_go_on(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    faults.first_bind_error = EADDRINUSE;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "localhost"}, &server),
                     PROMLET_ERROR_PORT_IN_USE);
}

/* Duplicates of the eventfds among some descriptors, beyond all that will be opened. */
static int keep_eventfds(int first, int last, int kept[16])
{
    int count = 0;
    for (int fd = first; fd <= last; fd++) {
        char path[64];
        char target[64] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        if (readlink(path, target, sizeof target - 1) > 0 && strstr(target, "eventfd") != NULL) {
            kept[count++] = fcntl(fd, F_DUPFD_CLOEXEC, 200);
        }
    }
    return count;
}

/* A host that has closed every descriptor of its process: no abort, no hang, no foreign
   descriptor closed. The server's thread is left behind, and ends if it is ever woken. */
static void stop_after_the_host_closed_all_descriptors_returns(void **state)
{
    int ours[16];
    int eventfds[16];
    int count = 0;
    (void)state;
    int threads = count_threads_without_server();
    int first = dup(2);
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){0}, &server), PROMLET_OK);
    int idle_count = count_descriptors();
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    while (count_descriptors() != idle_count) { /* amid a call, libmicrohttpd would abort */
        (void)sched_yield();
    }
    int last = dup(2);
    assert_true(last - first < 16);
    int eventfd_count = keep_eventfds(first, last, eventfds);
    assert_true(eventfd_count > 0);
    /* The thread sanitizer would see, rightly, that a thread of the server, which nobody joins,
       uses the numbers that close() and dup() are called for. */
    for (int fd = first; fd <= last; fd++) {
        (void)syscall(SYS_close, fd);
    }
    while (count < last - first + 1) {
        ours[count++] = (int)syscall(SYS_dup, 2);
    }
    promlet_server_stop(server);
    for (int i = 0; i < eventfd_count; i++) {
        assert_int_equal(eventfd_write(eventfds[i], 1), 0);
        close(eventfds[i]);
    }
    assert_true(has_thread_entries(threads));
    assert_start_succeeds(); /* on other numbers, so that the sanitizer sees no old thread there */
    for (int i = 0; i < count; i++) {
        assert_int_equal(syscall(SYS_close, ours[i]), 0);
    }
}

#define WITH_FAULTS(test) cmocka_unit_test_setup_teardown(test, clear_faults, clear_faults)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAULTS(start_failing_call_leaves_nothing_open),
        WITH_FAULTS(start_default_without_libmicrohttpd_says_what_that_says),
        WITH_FAULTS(start_without_a_thread_leaves_nothing_open),
        WITH_FAULTS(test_fault_F15_start_everywhere_without_ipv6_serves_ipv4),
        WITH_FAULTS(start_name_passes_over_an_address_that_is_not_there),
        WITH_FAULTS(start_name_with_a_port_in_use_does_not_go_on),
        WITH_FAULTS(stop_after_the_host_closed_all_descriptors_returns),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
