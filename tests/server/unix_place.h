/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of a server on a UNIX socket: each has a folder, and the path of a socket in it. To be
   included after cmocka.h. */
#ifndef PML_TESTS_SERVER_UNIX_PLACE_H
#define PML_TESTS_SERVER_UNIX_PLACE_H

#include "server/unix_client.h"

static test_folder folder;
static const char *path;

static inline int set_up(void **state)
{
    static char buffer[PATH_MAX];
    (void)state;
    folder = make_folder();
    snprintf(buffer, sizeof buffer, "%s/promlet.sock", folder.path);
    path = buffer;
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    remove_folder(&folder);
    return 0;
}

/* Expect that a server can't be started, with "path: " and then reason as the sentence. */
static inline void assert_refused(const promlet_server_opts *options, promlet_status status,
                                  const char *reason)
{
    char expected[PATH_MAX + 256];
    promlet_server *server = NULL;
    int descriptors = count_descriptors();
    assert_int_equal(promlet_server_start(options, &server), status);
    snprintf(expected, sizeof expected, "%s: %s", options->unix_path, reason);
    assert_string_equal(promlet_last_error(), expected);
    assert_null(server);
    assert_true(has_descriptor_count(descriptors));
}

static inline void assert_path_refused(promlet_status status, const char *reason)
{
    assert_refused(&(promlet_server_opts){.unix_path = path}, status, reason);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
