/* SPDX-License-Identifier: Apache-2.0 */
/* System calls that fail while a server opens its socket: nothing stays open, no file is left or
   lost, and a sentence says why. The calls are replaced in this program. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/ipv6.h"
#include "server/unix_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/failing_calls.h"
#include "support/hang.h"

static test_folder folder;
static const char *path;

static int set_up(void **state)
{
    static char buffer[PATH_MAX];
    (void)state;
    memset(&faults, 0, sizeof faults);
    watched = NULL;
    missing_family = -1;
    folder = make_folder();
    snprintf(buffer, sizeof buffer, "%s/promlet.sock", folder.path);
    path = buffer;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    memset(&faults, 0, sizeof faults);
    missing_family = -1;
    remove_folder(&folder);
    return 0;
}

/* ---- One fault, one sentence ---- */

static void assert_fails(const promlet_server_opts *options, promlet_status status,
                         const char *sentence)
{
    promlet_server *server = NULL;
    int files = count_files(&folder);
    int descriptors = count_descriptors();
    memset(faults.counts, 0, sizeof faults.counts);
    assert_int_equal(promlet_server_start(options, &server), status);
    faults.error = 0;
    assert_null(server);
    if (strstr(promlet_last_error(), sentence) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", promlet_last_error(), sentence);
    }
    assert_int_equal(count_descriptors(), descriptors);
    assert_int_equal(count_files(&folder), files);
}

static void unix_socket_that_cannot_be_made_says_why(void **state)
{
    static const struct {
        enum call call;
        int error;
        promlet_status status;
        const char *sentence;
    } cases[] = {
        {CALL_SOCKET, EMFILE, PROMLET_ERROR_SYSTEM, ": cannot listen: too many open files"},
        {CALL_SOCKET, EAFNOSUPPORT, PROMLET_ERROR_ADDRESS, ": cannot listen: address family"},
        {CALL_BIND, EROFS, PROMLET_ERROR_PERMISSION, ": cannot listen: read-only file system"},
        {CALL_BIND, ENOSPC, PROMLET_ERROR_SYSTEM, ": cannot listen: no space left on device"},
        {CALL_BIND, ENOMEM, PROMLET_ERROR_MEMORY, ": cannot listen: cannot allocate memory"},
        {CALL_LISTEN, EADDRINUSE, PROMLET_ERROR_PORT_IN_USE, ": cannot listen: address already"},
        {CALL_FCHMOD, EPERM, PROMLET_ERROR_PERMISSION, ": cannot set its mode: operation not"},
        {CALL_LSTAT, EIO, PROMLET_ERROR_SYSTEM, ": cannot set its mode: input/output error"},
        {CALL_FCHMODAT, EOPNOTSUPP, PROMLET_ERROR_SYSTEM, ": cannot set its mode: operation not"},
        {CALL_FSTAT, ENOMEM, PROMLET_ERROR_MEMORY, ": cannot look at the socket: cannot alloc"},
    };
    mode_t before = umask(077);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_fault(cases[i].call, cases[i].error, 0, true);
        assert_fails(&(promlet_server_opts){.unix_path = path}, cases[i].status, cases[i].sentence);
    }
    umask(before);
}

static void stale_socket_that_cannot_be_replaced_stays_and_says_why(void **state)
{
    static const struct {
        enum call call;
        int error;
        int after;
        promlet_status status;
        const char *sentence;
    } cases[] = {
        {CALL_LSTAT, EACCES, 0, PROMLET_ERROR_PERMISSION, ": cannot listen: permission denied"},
        {CALL_SOCKET, EMFILE, 1, PROMLET_ERROR_SYSTEM, ": cannot listen: too many open files"},
        {CALL_CONNECT, EACCES, 0, PROMLET_ERROR_PERMISSION, ": cannot listen: permission denied"},
        {CALL_CONNECT, EAGAIN, 0, PROMLET_ERROR_PORT_IN_USE, ": cannot listen: address already"},
        {CALL_UNLINK, EPERM, 0, PROMLET_ERROR_PERMISSION, ": cannot remove the old socket: oper"},
    };
    (void)state;
    unix_leave_stale(path);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_fault(cases[i].call, cases[i].error, cases[i].after, true);
        assert_fails(&(promlet_server_opts){.unix_path = path}, cases[i].status, cases[i].sentence);
    }
    promlet_server *server = start_unix(path);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
}

static void handed_over_socket_that_cannot_be_used_says_why(void **state)
{
    static const struct {
        enum call call;
        int error;
        int after;
        promlet_status status;
        const char *sentence;
    } cases[] = {
        {CALL_GETSOCKOPT, ENOBUFS, 0, PROMLET_ERROR_SYSTEM, ": cannot listen: no buffer space"},
        {CALL_GETSOCKOPT, ENOBUFS, 1, PROMLET_ERROR_SYSTEM, ": cannot listen: no buffer space"},
        {CALL_FCNTL, EMFILE, 0, PROMLET_ERROR_SYSTEM, ": cannot listen: too many open files"},
        {CALL_FCNTL, EPERM, 1, PROMLET_ERROR_PERMISSION, ": cannot listen: operation not permit"},
        {CALL_FCNTL, EPERM, 2, PROMLET_ERROR_PERMISSION, ": cannot listen: operation not permit"},
        {CALL_GETSOCKNAME, ENOBUFS, 0, PROMLET_ERROR_SYSTEM, ": cannot read back the port: no b"},
        {CALL_FSTAT, EOVERFLOW, 0, PROMLET_ERROR_SYSTEM, ": cannot look at the socket: value to"},
    };
    int port;
    (void)state;
    int fd = http_occupy_port(&port);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_fault(cases[i].call, cases[i].error, cases[i].after, true);
        assert_fails(&(promlet_server_opts){.listen_fd = fd}, cases[i].status, cases[i].sentence);
    }
    assert_false(http_is_refused(port));
    close(fd);
}

/* ---- Every fault point ---- */

static bool is_socket_there(void)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

/* Start on a stale socket with a fault. Returns whether the fault was met. */
static bool start_with_fault(enum call call, int after, bool is_sticky)
{
    promlet_server *server = NULL;
    if (!is_socket_there()) {
        unix_leave_stale(path);
    }
    int descriptors = count_descriptors();
    set_fault(call, EIO, after, is_sticky);
    promlet_status status =
        promlet_server_start(&(promlet_server_opts){.unix_path = path}, &server);
    bool is_met = faults.counts[call] > after;
    faults.error = 0;
    if (status == PROMLET_OK) {
        assert_int_equal(unix_get_status(path), 200);
        promlet_server_stop(server);
        assert_int_equal(count_files(&folder), 0);
    } else {
        assert_null(server);
        assert_int_equal(unix_connect(path), -1);
    }
    assert_int_equal(count_descriptors(), descriptors);
    return is_met;
}

static void every_fault_is_survived_and_the_next_start_works(void **state)
{
    mode_t before = umask(077);
    int points = 0;
    (void)state;
    for (enum call call = 0; call < CALL_COUNT; call++) {
        for (int after = 0; start_with_fault(call, after, false); after++) {
            assert_true(start_with_fault(call, after, true));
            points += 2;
            promlet_server *server = start_unix(path);
            assert_non_null(server);
            promlet_server_stop(server);
        }
    }
    print_message("%d fault points\n", points);
    assert_true(points >= 2 * 14);
    umask(before);
}

/* ---- What no fault may change ---- */

static void file_is_never_more_open_than_asked_for(void **state)
{
    static const mode_t umasks[] = {0, 022, 077};
    static const int modes[] = {0600, 0660, 0606};
    mode_t before = umask(0);
    (void)state;
    watched = path;
    for (size_t i = 0; i < sizeof umasks / sizeof umasks[0]; i++) {
        for (size_t j = 0; j < sizeof modes / sizeof modes[0]; j++) {
            promlet_server_opts options = {.unix_path = path, .unix_mode = modes[j]};
            promlet_server *server = NULL;
            umask(umasks[i]);
            seen_modes = 0;
            assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
            assert_int_equal(seen_modes, modes[j]);
            promlet_server_stop(server);
        }
    }
    watched = NULL;
    umask(before);
}

/* Somebody who holds the lock of the folder for ever does not keep a server from starting. */
static void start_with_the_folder_locked_by_somebody_works(void **state)
{
    (void)state;
    int fd = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    promlet_server *server = start_unix(path);
    assert_non_null(server);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
    close(fd);
}

/* ---- Names with addresses of both kinds ---- */

static int start_localhost(promlet_server **server)
{
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.host = "localhost"}, server),
                     PROMLET_OK);
    return promlet_server_port(*server);
}

static void name_with_both_kinds_of_address_is_served_on_ipv4(void **state)
{
    promlet_server *server = NULL;
    (void)state;
    int port = start_localhost(&server);
    assert_int_equal(status_of_get(http_connect_with("127.0.0.1", port, 0)), 200);
    assert_int_equal(http_connect_with("::1", port, 0), -1);
    promlet_server_stop(server);
}

static void name_without_ipv4_on_this_machine_is_served_on_ipv6(void **state)
{
    promlet_server *server = NULL;
    (void)state;
    if (!has_ipv6()) {
        skip_ipv6();
    }
    missing_family = AF_INET;
    int port = start_localhost(&server);
    assert_int_equal(status_of_get(http_connect_with("::1", port, 0)), 200);
    promlet_server_stop(server);
}

static void address_of_a_family_that_is_missing_says_so(void **state)
{
    (void)state;
    missing_family = AF_INET6;
    assert_fails(&(promlet_server_opts){.host = "::1", .port = 9464}, PROMLET_ERROR_ADDRESS,
                 "[::1]:9464: cannot listen: address family not supported by protocol");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(unix_socket_that_cannot_be_made_says_why),
        IN_FOLDER(stale_socket_that_cannot_be_replaced_stays_and_says_why),
        IN_FOLDER(handed_over_socket_that_cannot_be_used_says_why),
        IN_FOLDER(every_fault_is_survived_and_the_next_start_works),
        IN_FOLDER(file_is_never_more_open_than_asked_for),
        IN_FOLDER(start_with_the_folder_locked_by_somebody_works),
        IN_FOLDER(name_with_both_kinds_of_address_is_served_on_ipv4),
        IN_FOLDER(name_without_ipv4_on_this_machine_is_served_on_ipv6),
        IN_FOLDER(address_of_a_family_that_is_missing_says_so),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
