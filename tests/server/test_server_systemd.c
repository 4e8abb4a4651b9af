/* SPDX-License-Identifier: Apache-2.0 */
/* A server on a socket that systemd hands over. This program runs itself for that: with "activated"
   as its first argument it is the service. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/unix_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

static const char *program;

/* The service: start a server, write "OK" or the sentence and close the output, then serve until
   the input ends. */
static int serve_activated(void)
{
    promlet_server *server = NULL;
    end_hang_after(60);
    promlet_server_opts options = {.listen_fd = PROMLET_LISTEN_FD_SYSTEMD};
    promlet_status status = promlet_server_start(&options, &server);
    if (status == PROMLET_OK) {
        /* It can be had once more after a stop. */
        promlet_server_stop(server);
        status = promlet_server_start(&options, &server);
    }
    printf("%d %s\n", (int)status, status == PROMLET_OK ? "OK" : promlet_last_error());
    fclose(stdout);
    (void)getchar();
    bool is_closed_on_exec =
        server == NULL || fcntl(3, F_GETFD) == FD_CLOEXEC || fcntl(4, F_GETFD) == FD_CLOEXEC;
    promlet_server_stop(server);
    return is_closed_on_exec ? 0 : 1;
}

/* What a service manager says; NULL leaves a variable out. */
typedef struct activation {
    const char *pid; /* "own": that of the service. */
    const char *count;
    const char *names;
} activation;

typedef struct service {
    pid_t pid;
    int input;
    char answer[512]; /* The service's line, without its end. */
} service;

static void set_variable(const char *name, const char *value)
{
    if (value != NULL) {
        (void)setenv(name, value, 1);
    } else {
        (void)unsetenv(name);
    }
}

/* Between fork() and exec(), as a service manager does it: descriptors from 3 on, LISTEN_PID last.
 */
static void become_service(const activation *how, const int *descriptors, size_t count)
{
    char own[16];
    for (size_t i = 0; i < count; i++) {
        /* Out of the way of the numbers that are given out. */
        int copy = fcntl(descriptors[i], F_DUPFD_CLOEXEC, 100 + (int)i);
        (void)dup2(copy, 3 + (int)i);
    }
    snprintf(own, sizeof own, "%d", (int)getpid());
    set_variable("LISTEN_PID", how->pid != NULL && strcmp(how->pid, "own") == 0 ? own : how->pid);
    set_variable("LISTEN_FDS", how->count);
    set_variable("LISTEN_FDNAMES", how->names);
    execl(program, program, "activated", (char *)NULL);
    _exit(99);
}

static service activate(const activation *how, const int *descriptors, size_t count)
{
    service result = {0};
    int input[2];
    int output[2];
    assert_true(pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0);
    result.pid = fork();
    assert_true(result.pid >= 0);
    if (result.pid == 0) {
        (void)dup2(input[0], STDIN_FILENO);
        (void)dup2(output[1], STDOUT_FILENO);
        become_service(how, descriptors, count);
    }
    close(input[0]);
    close(output[1]);
    result.input = input[1];
    FILE *line = fdopen(output[0], "r");
    assert_non_null(line);
    assert_non_null(fgets(result.answer, sizeof result.answer, line));
    fclose(line);
    result.answer[strcspn(result.answer, "\n")] = '\0';
    return result;
}

static void end_service(service *running)
{
    int status = 0;
    close(running->input);
    assert_int_equal(waitpid(running->pid, &status, 0), running->pid);
    assert_int_equal(status, 0);
}

static void systemd_hands_over_one_socket(void **state)
{
    int port;
    (void)state;
    int fd = http_listen("127.0.0.1", &port);
    static const activation ways[] = {
        {"own", "1", NULL},
        {"own", "1", ""},
        {"own", "1", "myservice.socket"},
        {"own", "1", "metrics"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        service running = activate(&ways[i], &fd, 1);
        assert_string_equal(running.answer, "0 OK");
        assert_int_equal(http_get_status(port, "/metrics"), 200);
        end_service(&running);
        /* The service manager keeps its own descriptor, and clients wait for the next service. */
        int client = http_connect(port);
        assert_true(client >= 0);
        close(client);
        int waiting = accept(fd, NULL, NULL);
        close(waiting);
    }
    close(fd);
}

static void systemd_hands_over_a_unix_socket(void **state)
{
    test_folder folder = make_folder();
    const char *path = file_in(&folder, "metrics");
    (void)state;
    int fd = unix_bind(path, SOCK_STREAM);
    assert_int_equal(listen(fd, 8), 0);
    service running = activate(&(activation){"own", "1", NULL}, &fd, 1);
    assert_string_equal(running.answer, "0 OK");
    assert_int_equal(unix_get_status(path), 200);
    end_service(&running);
    assert_int_equal(count_files(&folder), 1);
    close(fd);
    remove_folder(&folder);
}

static void systemd_hands_over_several_and_the_name_decides(void **state)
{
    int ports[2];
    (void)state;
    int descriptors[2] = {http_listen("127.0.0.1", &ports[0]), http_listen("127.0.0.1", &ports[1])};
    static const struct {
        const char *names;
        int chosen;
    } cases[] = {{"metrics:web", 0}, {"web:metrics", 1}, {":metrics", 1}, {"metricsx:metrics", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        service running = activate(&(activation){"own", "2", cases[i].names}, descriptors, 2);
        assert_string_equal(running.answer, "0 OK");
        assert_int_equal(http_get_status(ports[cases[i].chosen], "/metrics"), 200);
        end_service(&running);
    }
    close(descriptors[0]);
    close(descriptors[1]);
}

static void systemd_without_a_socket_for_us_is_an_error(void **state)
{
#define MISSING "9 systemd's socket: was not handed over: "
    static const struct {
        activation how;
        const char *answer;
    } cases[] = {
        {{NULL, NULL, NULL}, MISSING "LISTEN_PID is not set"},
        {{"", "1", NULL}, MISSING "LISTEN_PID is not set"},
        {{NULL, "1", NULL}, MISSING "LISTEN_PID is not set"},
        {{"1", "1", NULL}, MISSING "LISTEN_PID is \"1\", but this is process "},
        {{"self", "1", NULL}, MISSING "LISTEN_PID is \"self\", but this is process "},
        {{"99999999999999999999", "1", NULL}, MISSING "LISTEN_PID is \"99999999999999999999\""},
        {{"own", NULL, NULL}, MISSING "LISTEN_FDS is no number from 1"},
        {{"own", "0", NULL}, MISSING "LISTEN_FDS is no number from 1"},
        {{"own", "-1", NULL}, MISSING "LISTEN_FDS is no number from 1"},
        {{"own", "1 ", NULL}, MISSING "LISTEN_FDS is no number from 1"},
        {{"own", "2147483647", NULL}, MISSING "LISTEN_FDS is no number from 1"},
        {{"own", "2", NULL}, MISSING "0 of the 2 sockets have FileDescriptorName=metrics"},
        {{"own", "2", "web:api"}, MISSING "0 of the 2 sockets have FileDescriptorName=metrics"},
        {{"own", "2", "web:api:metrics"}, MISSING "0 of the 2 sockets have FileDescriptorName="},
        {{"own", "2", "metrics:metrics"}, MISSING "2 of the 2 sockets have FileDescriptorName="},
    };
    int port;
    (void)state;
    int fd = http_listen("127.0.0.1", &port);
    int descriptors[2] = {fd, fd};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        service running = activate(&cases[i].how, descriptors, 2);
        running.answer[strlen(cases[i].answer)] = '\0';
        assert_string_equal(running.answer, cases[i].answer);
        end_service(&running);
    }
    close(fd);
}

static void systemd_descriptor_that_is_no_socket_is_an_error(void **state)
{
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    service running = activate(&(activation){"own", "1", NULL}, &fd, 1);
    assert_string_equal(running.answer, "1 systemd's socket: cannot listen: it is no socket");
    end_service(&running);
    close(fd);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(systemd_hands_over_one_socket),
        cmocka_unit_test(systemd_hands_over_a_unix_socket),
        cmocka_unit_test(systemd_hands_over_several_and_the_name_decides),
        cmocka_unit_test(systemd_without_a_socket_for_us_is_an_error),
        cmocka_unit_test(systemd_descriptor_that_is_no_socket_is_an_error),
    };
    program = argv[0];
    if (argc == 2 && strcmp(argv[1], "activated") == 0) {
        return serve_activated();
    }
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
