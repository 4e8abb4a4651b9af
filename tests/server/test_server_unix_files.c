/* SPDX-License-Identifier: Apache-2.0 */
/* The file of a server's UNIX socket: which a stop removes, and which a start replaces. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "support/leaks.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "server/unix_place.h"
#include "support/hang.h"

/* ---- What a stop removes ---- */

static void stop_removes_the_file(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        promlet_server *server = start_unix(path);
        assert_non_null(server);
        assert_int_equal(count_files(&folder), 1);
        promlet_server_stop(server);
        assert_int_equal(count_files(&folder), 0);
    }
}

static void stop_leaves_another_file_alone(void **state)
{
    (void)state;
    promlet_server *server = start_unix(path);
    assert_int_equal(rename(path, file_in(&folder, "moved")), 0);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
    promlet_server_stop(server);
    assert_int_equal(access(path, F_OK), 0);
}

static void stop_leaves_the_socket_of_another_server_alone(void **state)
{
    (void)state;
    promlet_server *first = start_unix(path);
    assert_int_equal(unlink(path), 0);
    promlet_server *second = start_unix(path);
    assert_non_null(second);
    promlet_server_stop(first);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(second);
    assert_int_equal(count_files(&folder), 0);
}

static void stop_in_a_child_leaves_the_file_alone(void **state)
{
    int status = 0;
    (void)state;
    promlet_server *server = start_unix(path);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(30);
        promlet_server_stop(server);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
}

/* ---- What a start finds ---- */

static void start_replaces_a_stale_socket(void **state)
{
    (void)state;
    unix_leave_stale(path);
    promlet_server *server = start_unix(path);
    assert_non_null(server);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
    assert_int_equal(count_files(&folder), 0);
}

static void start_replaces_the_socket_of_a_killed_server(void **state)
{
    int ready[2];
    char byte;
    (void)state;
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        end_hang_after(60);
        byte = start_unix(path) != NULL;
        (void)!write(ready[1], &byte, 1);
        pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 1);
    assert_path_refused(PROMLET_ERROR_PORT_IN_USE, "cannot listen: address already in use");
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(count_files(&folder), 1);

    promlet_server *server = start_unix(path);
    assert_non_null(server);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
    close(ready[0]);
    close(ready[1]);
}

static void start_refuses_a_socket_that_somebody_listens_on(void **state)
{
    (void)state;
    promlet_server *server = start_unix(path);
    assert_path_refused(PROMLET_ERROR_PORT_IN_USE, "cannot listen: address already in use");
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
}

/* A connection would have to wait, which is as good as one. */
static void start_refuses_a_socket_with_a_full_backlog(void **state)
{
    int clients[8];
    struct sockaddr_un address;
    (void)state;
    int fd = unix_bind(path, SOCK_STREAM);
    assert_int_equal(listen(fd, 1), 0);
    socklen_t size = unix_address_of(path, &address);
    for (size_t i = 0; i < 8; i++) {
        clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        (void)connect(clients[i], (struct sockaddr *)&address, size);
    }
    assert_int_equal(errno, EAGAIN);
    assert_path_refused(PROMLET_ERROR_PORT_IN_USE, "cannot listen: address already in use");
    for (size_t i = 0; i < 8; i++) {
        close(clients[i]);
    }
    close(fd);
}

static void start_refuses_a_datagram_socket_in_use(void **state)
{
    (void)state;
    int fd = unix_bind(path, SOCK_DGRAM);
    assert_path_refused(PROMLET_ERROR_PORT_IN_USE, "cannot listen: address already in use");
    assert_int_equal(access(path, F_OK), 0);
    close(fd);
}

static void start_leaves_a_file_that_is_no_socket_alone(void **state)
{
    static const char reason[] = "cannot listen: the file there is no socket, and was left alone";
    (void)state;
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "data", 4), 4);
    close(fd);
    assert_path_refused(PROMLET_ERROR_ADDRESS, reason);
    struct stat found;
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_size, 4);
    assert_int_equal(found.st_mode & 07777, 0600);
    assert_int_equal(unlink(path), 0);

    assert_int_equal(mkdir(path, 0700), 0);
    assert_path_refused(PROMLET_ERROR_ADDRESS, reason);
    assert_int_equal(rmdir(path), 0);

    assert_int_equal(mkfifo(path, 0600), 0);
    assert_path_refused(PROMLET_ERROR_ADDRESS, reason);
    assert_int_equal(unlink(path), 0);

    unix_leave_stale(file_in(&folder, "stale"));
    assert_int_equal(symlink(file_in(&folder, "stale"), path), 0);
    assert_path_refused(PROMLET_ERROR_ADDRESS, reason);
    assert_int_equal(unlink(path), 0);

    assert_int_equal(symlink(file_in(&folder, "nothing"), path), 0);
    assert_path_refused(PROMLET_ERROR_ADDRESS, reason);
    assert_int_equal(count_files(&folder), 2);
}

static void start_leaves_the_stale_socket_of_another_user_alone(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        fputs("*** SKIPPED: only root can make the socket of another user ***\n", stderr);
        skip();
    }
    unix_leave_stale(path);
    assert_int_equal(chown(path, 65534, 65534), 0);
    assert_path_refused(PROMLET_ERROR_PERMISSION,
                        "cannot listen: the socket there is another user's, and was left alone");
    assert_int_equal(access(path, F_OK), 0);
}

static void start_in_a_folder_that_is_not_there_says_so(void **state)
{
    (void)state;
    assert_refused(&(promlet_server_opts){.unix_path = file_in(&folder, "no/promlet.sock")},
                   PROMLET_ERROR_ADDRESS, "cannot listen: no such file or directory");
    unix_leave_stale(path);
    assert_refused(&(promlet_server_opts){.unix_path = file_in(&folder, "promlet.sock/a")},
                   PROMLET_ERROR_ADDRESS, "cannot listen: not a directory");
}

/* In a child, since root may write everywhere. */
static void start_in_a_folder_of_somebody_else_says_so(void **state)
{
    int status = 0;
    (void)state;
    assert_int_equal(chmod(folder.path, 0500), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        promlet_server *server = NULL;
        end_hang_after(30);
        bool is_other = geteuid() != 0 || (setegid(65534) == 0 && seteuid(65534) == 0);
        promlet_status result =
            promlet_server_start(&(promlet_server_opts){.unix_path = path}, &server);
        bool is_said = strstr(promlet_last_error(), ": cannot listen: permission denied") != NULL;
        _exit(is_other && result == PROMLET_ERROR_PERMISSION && is_said ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(folder.path, 0700), 0);
}

/* ---- Many at once ---- */

#define STARTERS 4

/* Start a server when the pipe ends, tell whether it did, and keep it until the other one ends. */
static void start_in_child(int begin, int tell, int end)
{
    char byte;
    end_hang_after(60);
    (void)!read(begin, &byte, 1);
    promlet_server *server = NULL;
    promlet_status status =
        promlet_server_start(&(promlet_server_opts){.unix_path = path}, &server);
    byte = status == PROMLET_OK ? 's' : status == PROMLET_ERROR_PORT_IN_USE ? 'u' : '?';
    (void)!write(tell, &byte, 1);
    (void)!read(end, &byte, 1);
    promlet_server_stop(server);
    _exit(0);
}

static void start_all_at_once(void)
{
    int begin[2];
    int tell[2];
    int end[2];
    char told[STARTERS + 1] = "";
    int started = 0;
    assert_true(pipe2(begin, O_CLOEXEC) == 0 && pipe2(tell, O_CLOEXEC) == 0 &&
                pipe2(end, O_CLOEXEC) == 0);
    for (int i = 0; i < STARTERS; i++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            close(begin[1]);
            close(end[1]);
            start_in_child(begin[0], tell[1], end[0]);
        }
    }
    close(begin[1]);
    for (int i = 0; i < STARTERS; i++) {
        assert_int_equal(read(tell[0], &told[i], 1), 1);
        assert_true(told[i] == 's' || told[i] == 'u');
        started += told[i] == 's';
    }
    assert_int_equal(started, 1);
    assert_int_equal(unix_get_status(path), 200);
    close(end[1]);
    while (wait(NULL) > 0) {
    }
    assert_int_equal(count_files(&folder), 0);
    close(begin[0]);
    close(tell[0]);
    close(tell[1]);
    close(end[0]);
}

/* Each has found the socket stale, or not there, and may have been about to replace it. */
static void start_of_many_processes_at_once_succeeds_once(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) {
        if (i % 2 == 0) {
            unix_leave_stale(path);
        }
        start_all_at_once();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(stop_removes_the_file),
        IN_FOLDER(stop_leaves_another_file_alone),
        IN_FOLDER(stop_leaves_the_socket_of_another_server_alone),
        IN_FOLDER(stop_in_a_child_leaves_the_file_alone),
        IN_FOLDER(start_replaces_a_stale_socket),
        IN_FOLDER(start_replaces_the_socket_of_a_killed_server),
        IN_FOLDER(start_refuses_a_socket_that_somebody_listens_on),
        IN_FOLDER(start_refuses_a_socket_with_a_full_backlog),
        IN_FOLDER(start_refuses_a_datagram_socket_in_use),
        IN_FOLDER(start_leaves_a_file_that_is_no_socket_alone),
        IN_FOLDER(start_leaves_the_stale_socket_of_another_user_alone),
        IN_FOLDER(start_in_a_folder_that_is_not_there_says_so),
        IN_FOLDER(start_in_a_folder_of_somebody_else_says_so),
        IN_FOLDER(start_of_many_processes_at_once_succeeds_once),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
