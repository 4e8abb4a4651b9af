/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A forked child that has its parent's process id, as the first process of a PID namespace has that
 * was made by the first one of another. The linker has our getpid() called.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"
#include "support/leaks.h"

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

pid_t __wrap_getpid(void);
pid_t __wrap_getpid(void)
{
    return 1;
}

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
    assert_int_equal(status, 0);
}

static int stop_in_child(promlet_server *server)
{
    promlet_server_stop(server);
    return 0;
}

static void child_leaves_the_parents_server_alone(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.no_thread = false}, &server),
                     PROMLET_OK);
    int fd = http_connect(promlet_server_port(server));
    http_reply reply;
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

static int drive_in_child(promlet_server *server)
{
    bool is_refused = promlet_server_fd(server) == -1 && promlet_server_timeout_ms(server) == -1 &&
                      promlet_server_run(server) == PROMLET_ERROR_ARGUMENT;
    promlet_server_stop(server);
    return is_refused ? 0 : 1;
}

static void child_can_not_run_the_parents_driven_server(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.no_thread = true}, &server),
                     PROMLET_OK);
    assert_child_succeeds(drive_in_child, server);
    assert_int_equal(promlet_server_run(server), PROMLET_OK);
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
    return 0;
}

static void child_has_not_the_parents_default_server(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_leaves_the_parents_server_alone),
        cmocka_unit_test(child_can_not_run_the_parents_driven_server),
        cmocka_unit_test(child_has_not_the_parents_default_server),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
