/* SPDX-License-Identifier: Apache-2.0 */
/* A server on a listening socket that the program hands over. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/unix_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static promlet_server *start_on(int fd)
{
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.listen_fd = fd}, &server),
                     PROMLET_OK);
    return server;
}

static void descriptor_is_served_and_stays_the_callers(void **state)
{
    int port;
    (void)state;
    int fd = http_listen("127.0.0.1", &port);
    int descriptors = count_descriptors();
    for (int i = 0; i < 3; i++) {
        promlet_server *server = start_on(fd);
        assert_int_equal(promlet_server_port(server), port);
        assert_int_equal(http_get_status(port, "/metrics"), 200);
        promlet_server_stop(server);
        assert_int_equal(count_descriptors(), descriptors);
    }
    /* It still listens, for whoever accepts next. */
    int client = http_connect(port);
    assert_true(client >= 0);
    int accepted = accept(fd, NULL, NULL);
    assert_true(accepted >= 0);
    close(accepted);
    close(client);
    close(fd);
    assert_true(http_is_refused(port));
}

static void descriptor_may_be_closed_once_the_server_runs(void **state)
{
    int port;
    (void)state;
    int fd = http_listen("127.0.0.1", &port);
    promlet_server *server = start_on(fd);
    close(fd);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
    promlet_server_stop(server);
    assert_true(http_is_refused(port));
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

static void descriptor_becomes_non_blocking_and_is_duplicated_close_on_exec(void **state)
{
    int port;
    (void)state;
    int fd = http_listen("127.0.0.1", &port);
    int inherited = count_open_on_exec();
    promlet_server *server = start_on(fd);
    assert_true((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    assert_int_equal(count_open_on_exec(), inherited);
    promlet_server_stop(server);
    close(fd);
}

static void unix_descriptor_is_served_and_its_file_left_alone(void **state)
{
    test_folder folder = make_folder();
    const char *path = file_in(&folder, "own");
    (void)state;
    int fd = unix_bind(path, SOCK_STREAM);
    assert_int_equal(listen(fd, 8), 0);
    promlet_server *server = start_on(fd);
    assert_int_equal(promlet_server_port(server), 0);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
    assert_int_equal(count_files(&folder), 1);
    close(fd);
    remove_folder(&folder);
}

static int warnings;

static void keep_warning(const char *message, void *ctx)
{
    warnings++;
    snprintf(ctx, 256, "%s", message);
}

static void public_descriptor_draws_one_warning_with_its_address(void **state)
{
    char last[256] = "";
    char expected[256];
    int port;
    (void)state;
    warnings = 0;
    promlet_set_log_callback(keep_warning, last);
    int fd = http_listen("0.0.0.0", &port);
    promlet_server_stop(start_on(fd));
    promlet_set_log_callback(NULL, NULL);
    snprintf(expected, sizeof expected,
             "0.0.0.0:%d: anyone who reaches this address can read the metrics", port);
    assert_string_equal(last, expected);
    assert_int_equal(warnings, 1);
    close(fd);
}

/* Expect a sentence "listen_fd N: cannot listen: reason" and fd as it was. */
static void assert_refused(int fd, const char *reason)
{
    char expected[256];
    promlet_server *server = NULL;
    int flags = fcntl(fd, F_GETFL);
    int descriptors = count_descriptors();
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.listen_fd = fd}, &server),
                     PROMLET_ERROR_ARGUMENT);
    snprintf(expected, sizeof expected, "listen_fd %d: cannot listen: %s", fd, reason);
    assert_string_equal(promlet_last_error(), expected);
    assert_null(server);
    assert_int_equal(count_descriptors(), descriptors);
    assert_int_equal(fcntl(fd, F_GETFL), flags);
}

static void descriptor_that_is_no_listening_stream_socket_is_refused(void **state)
{
    int port;
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_refused(fd, "it is no socket");
    close(fd);
    assert_refused(fd, "the descriptor is not open");

    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_refused(fd, "it is no stream socket");
    close(fd);
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    assert_refused(fd, "it is no stream socket");
    close(fd);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_refused(fd, "the socket does not listen");
    close(fd);

    int listening = http_listen("127.0.0.1", &port);
    int client = http_connect(port);
    assert_refused(client, "the socket does not listen");
    close(client);
    close(listening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptor_is_served_and_stays_the_callers),
        cmocka_unit_test(descriptor_may_be_closed_once_the_server_runs),
        cmocka_unit_test(descriptor_becomes_non_blocking_and_is_duplicated_close_on_exec),
        cmocka_unit_test(unix_descriptor_is_served_and_its_file_left_alone),
        cmocka_unit_test(public_descriptor_draws_one_warning_with_its_address),
        cmocka_unit_test(descriptor_that_is_no_listening_stream_socket_is_refused),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
