/* SPDX-License-Identifier: Apache-2.0 */
/* Servers and forked children: neither hurts the other. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"
#include "support/leaks.h"
#include "support/sanitizers.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

/* Children of a process with threads start threads of their own here, and end without those of the
   parent; ThreadSanitizer takes both for mistakes unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0:report_thread_leaks=0";
}

/* Run body in a child, with the server of the parent, and expect it to return 0. */
static void assert_child_succeeds(int (*body)(promlet_server *server), promlet_server *server)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(30);
        _exit(body(server));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with status 0x%x", (unsigned int)status);
    }
}

/* How many descriptors the process has without the server under test. */
static int descriptors_without_server;

static int stop_in_child(promlet_server *server)
{
    promlet_server_stop(server);
    return count_descriptors() == descriptors_without_server ? 0 : 1;
}

static void fork_child_stop_leaves_the_parents_server_alone(void **state)
{
    http_reply reply;
    (void)state;
    descriptors_without_server = count_descriptors() + 1; /* The client below. */
    promlet_server *server = start_any(NULL);
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);

    assert_child_succeeds(stop_in_child, server);
    /* Both the open connection and the listening socket still work. */
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    close(fd);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

static int count_in_child(promlet_server *server)
{
    return server != NULL && count_descriptors() == descriptors_without_server ? 0 : 1;
}

static int count_and_use_in_child(promlet_server *server)
{
    if (promlet_server_fd(server) != -1 || promlet_server_timeout_ms(server) != -1 ||
        promlet_server_run(server) != PROMLET_ERROR_ARGUMENT) {
        return 2;
    }
    return count_in_child(server);
}

/* Without any call: neither the port nor a client is held. */
static void fork_child_has_no_descriptors_of_servers(void **state)
{
    (void)state;
    descriptors_without_server = count_descriptors() + 20; /* The clients below. */
    promlet_server *server = NULL;
    promlet_server *driven = NULL;
    int clients[20];
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.max_connections_per_address = 64}, &server),
        PROMLET_OK);
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.no_thread = true}, &driven),
                     PROMLET_OK);
    for (size_t i = 0; i < 20; i++) {
        clients[i] = http_connect(promlet_server_port(server));
    }
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    assert_child_succeeds(count_in_child, server);
    assert_child_succeeds(count_and_use_in_child, driven);
    for (size_t i = 0; i < 20; i++) {
        close(clients[i]);
    }
    promlet_server_stop(server);
    promlet_server_stop(driven);
}

/* The parent's clients see the end of the connection while a child lives on. */
static void fork_child_that_lives_on_does_not_hold_clients(void **state)
{
    int pipe_fds[2];
    char byte;
    (void)state;
    promlet_server *server = start_any(NULL);
    int fd = http_connect(promlet_server_port(server));
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(30);
        close(pipe_fds[1]);
        _exit((int)read(pipe_fds[0], &byte, 1)); /* Until the parent is done. */
    }
    promlet_server_stop(server);
    assert_true(http_is_closed(fd));
    close(fd);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* How many descriptors a program that is started now would inherit, the caller's own included. */
static int count_open_on_exec(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++) {
        count += fcntl(fd, F_GETFD) == 0;
    }
    return count;
}

/* For vfork() and posix_spawn(), which call no handlers, and for any other descriptor. */
static void program_inherits_no_descriptors_of_servers(void **state)
{
    (void)state;
    int before = count_open_on_exec();
    promlet_server *server = start_any(NULL);
    promlet_server *driven = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.no_thread = true}, &driven),
                     PROMLET_OK);
    int fd = http_connect(promlet_server_port(server));
    http_reply reply;
    assert_true(http_ask(fd, "GET", "/metrics"));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    assert_int_equal(count_open_on_exec(), before);
    close(fd);
    promlet_server_stop(driven);
    promlet_server_stop(server);
}

static int start_own_in_child(promlet_server *parents)
{
    (void)parents;
    if (promlet_metrics_server_port() != 0 || promlet_start_metrics_server(0) != PROMLET_OK) {
        return 1;
    }
    int port = promlet_metrics_server_port();
    if (port == 0 || http_get_status(port, "/metrics") != 200) {
        return 2;
    }
    promlet_stop_metrics_server();
    return http_is_refused(port) && promlet_metrics_server_port() == 0 ? 0 : 3;
}

static void fork_child_can_start_its_own(void **state)
{
    (void)state;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    /* Lets the thread get past its start: the address sanitizer can't stand a fork beside one that
       allocates. */
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    assert_child_succeeds(start_own_in_child, NULL);
    assert_int_equal(promlet_metrics_server_port(), port);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    promlet_stop_metrics_server();
}

/* A child that closed everything has others' descriptors under the old numbers. */
static int stop_after_closing_all(promlet_server *server)
{
    int count = 0;
    int last = 2;
    for (int fd = 3; fd < 256; fd++) {
        close(fd);
    }
    for (int fd = dup(2); fd >= 0 && fd < 64; fd = dup(2)) {
        last = fd;
    }
    promlet_server_stop(server);
    for (int fd = 3; fd <= last; fd++) {
        count += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    }
    return count == last - 2 ? 0 : 1;
}

static void fork_child_stop_does_not_close_what_is_not_ours(void **state)
{
    (void)state;
    promlet_server *server = start_any(NULL);
    assert_child_succeeds(stop_after_closing_all, server);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

static void fork_child_that_lives_on_does_not_hold_the_port(void **state)
{
    int pipe_fds[2];
    char byte;
    (void)state;
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(30);
        close(pipe_fds[1]);
        _exit((int)read(pipe_fds[0], &byte, 1)); /* Until the parent is done. */
    }
    promlet_stop_metrics_server();
    assert_true(http_is_refused(port));
    assert_int_equal(promlet_start_metrics_server(port), PROMLET_OK);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    promlet_stop_metrics_server();
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static int use_default_in_child(promlet_server *parents)
{
    (void)parents;
    (void)promlet_metrics_server_port();
    promlet_stop_metrics_server();
    return 0;
}

/* The other thread holds the lock at many of the forks. */
static void fork_amid_start_and_stop_does_not_block_the_child(void **state)
{
    pthread_t thread;
    void *error = NULL;
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    assert_int_equal(pthread_create(&thread, NULL, start_and_stop_often, NULL), 0);
    for (int i = 0; i < 30; i++) {
        assert_child_succeeds(use_default_in_child, NULL);
    }
    pthread_join(thread, &error);
    assert_null(error);
}

struct scraper {
    int port;
    int requests;
    bool has_failed;
};

static void *scrape_often(void *argument)
{
    struct scraper *scraper = argument;
    for (int i = 0; i < scraper->requests; i++) {
        scraper->has_failed |= http_get_status(scraper->port, "/metrics") != 200;
    }
    return NULL;
}

/* The server's thread is amid a snapshot at many of the forks. */
static void fork_amid_scrapes_child_can_serve(void **state)
{
    pthread_t thread;
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    struct scraper scraper = {promlet_metrics_server_port(), 600, false};
    assert_int_equal(pthread_create(&thread, NULL, scrape_often, &scraper), 0);
    for (int i = 0; i < 30; i++) {
        assert_child_succeeds(start_own_in_child, NULL);
    }
    pthread_join(thread, NULL);
    assert_false(scraper.has_failed);
    promlet_stop_metrics_server();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fork_child_stop_leaves_the_parents_server_alone),
        cmocka_unit_test(fork_child_has_no_descriptors_of_servers),
        cmocka_unit_test(fork_child_that_lives_on_does_not_hold_clients),
        cmocka_unit_test(program_inherits_no_descriptors_of_servers),
        cmocka_unit_test(fork_child_can_start_its_own),
        cmocka_unit_test(fork_child_stop_does_not_close_what_is_not_ours),
        cmocka_unit_test(fork_child_that_lives_on_does_not_hold_the_port),
        cmocka_unit_test(fork_amid_start_and_stop_does_not_block_the_child),
        cmocka_unit_test(fork_amid_scrapes_child_can_serve),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
