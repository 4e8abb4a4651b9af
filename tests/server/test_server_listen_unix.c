/* SPDX-License-Identifier: Apache-2.0 */
/* A server on a UNIX socket: what is served, and who may connect. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/unix_place.h"
#include "support/hang.h"

static mode_t mode_of(const char *file)
{
    struct stat found;
    assert_int_equal(lstat(file, &found), 0);
    return found.st_mode & 07777;
}

/* ---- Serving ---- */

static void count_warning(const char *message, void *ctx)
{
    (void)message;
    (*(int *)ctx)++;
}

static void unix_socket_is_served_without_a_warning(void **state)
{
    int warnings = 0;
    (void)state;
    promlet_set_log_callback(count_warning, &warnings);
    promlet_server *server = start_unix(path);
    assert_non_null(server);
    assert_int_equal(promlet_server_port(server), 0);
    assert_int_equal(unix_get_status(path), 200);
    assert_int_equal(unix_get_status(path), 200);
    promlet_server_stop(server);
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(warnings, 0);
}

static void curl_reads_a_unix_socket(void **state)
{
    char command[PATH_MAX + 200];
    char document[4096] = "";
    (void)state;
    promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = "over_unix"}), 7);
    promlet_server *server = start_unix(path);
    snprintf(command, sizeof command,
             "curl --silent --show-error --max-time 20 --unix-socket %s http://localhost/metrics",
             path);
    FILE *curl = popen(command, "re");
    assert_non_null(curl);
    (void)fread(document, 1, sizeof document - 1, curl);
    assert_int_equal(pclose(curl), 0);
    assert_non_null(strstr(document, "\nover_unix 7\n"));
    promlet_server_stop(server);
}

static void mode_is_the_one_asked_for_whatever_the_umask(void **state)
{
    static const struct {
        int option;
        mode_t mode;
    } cases[] = {{0, 0660}, {0600, 0600}, {0666, 0666}, {0777, 0777}, {0200, 0200}};
    static const mode_t umasks[] = {0, 022, 077, 0777};
    mode_t before = umask(0);
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t j = 0; j < sizeof umasks / sizeof umasks[0]; j++) {
            promlet_server *server = NULL;
            umask(umasks[j]);
            assert_int_equal(
                promlet_server_start(
                    &(promlet_server_opts){.unix_path = path, .unix_mode = cases[i].option},
                    &server),
                PROMLET_OK);
            assert_int_equal(mode_of(path), cases[i].mode);
            assert_int_equal(umask(umasks[j]), umasks[j]);
            promlet_server_stop(server);
        }
    }
    umask(before);
}

static void abstract_name_is_served_and_has_no_file(void **state)
{
    char name[64];
    (void)state;
    snprintf(name, sizeof name, "@promlet-test-%d", (int)getpid());
    promlet_server *server = start_unix(name);
    assert_non_null(server);
    assert_refused(&(promlet_server_opts){.unix_path = name}, PROMLET_ERROR_PORT_IN_USE,
                   "cannot listen: address already in use");
    assert_int_equal(unix_get_status(name), 200);
    promlet_server_stop(server);
    assert_int_equal(unix_connect(name), -1);
    assert_int_equal(errno, ECONNREFUSED);
    assert_int_equal(access(name, F_OK), -1);
    promlet_server_stop(start_unix(name));
}

static void longest_path_is_served(void **state)
{
    char longest[108];
    (void)state;
    memset(longest, 's', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest, file_in(&folder, ""), strlen(folder.path) + 1);
    promlet_server *server = start_unix(longest);
    assert_non_null(server);
    assert_int_equal(unix_get_status(longest), 200);
    promlet_server_stop(server);
    assert_int_equal(count_files(&folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(unix_socket_is_served_without_a_warning),
        IN_FOLDER(curl_reads_a_unix_socket),
        IN_FOLDER(mode_is_the_one_asked_for_whatever_the_umask),
        IN_FOLDER(abstract_name_is_served_and_has_no_file),
        IN_FOLDER(longest_path_is_served),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
