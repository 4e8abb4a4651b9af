/* SPDX-License-Identifier: Apache-2.0 */
/* What a server was told as credentials is in no memory that it gives back. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"
#include "support/wiped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BASIC_ALADDIN "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
#define TOKEN "a-t0ken-that-is-nowhere-else"

static const char *const secrets[] = {"open sesame", BASIC_ALADDIN, TOKEN, NULL};

static int begin(void **state)
{
    (void)state;
    begin_to_look(secrets);
    return 0;
}

static int end(void **state)
{
    (void)state;
    end_to_look();
    return 0;
}

static int status_with(const promlet_server *server, const char *authorization)
{
    http_reply reply;
    int status =
        http_request_with(promlet_server_port(server), "GET", "/metrics", authorization, &reply);
    http_reply_clear(&reply);
    return status;
}

static void server_that_has_ended_leaves_no_credentials(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    promlet_server_opts options = {
        .username = "Aladdin", .password = "open sesame", .bearer_token = TOKEN};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    assert_int_equal(status_with(server, "Authorization: Basic " BASIC_ALADDIN "\r\n"), 200);
    assert_int_equal(status_with(server, "Authorization: Bearer " TOKEN "\r\n"), 200);
    assert_int_equal(status_with(server, "Authorization: Bearer " TOKEN "x\r\n"), 401);
    promlet_server_stop(server);
    assert_int_equal(secrets_given_back(), 0);
    assert_true(has_looked());
}

static void server_that_does_not_start_leaves_no_credentials(void **state)
{
    (void)state;
    promlet_server *server = NULL;
    promlet_server_opts options = {
        .username = "Aladdin", .password = "open sesame", .bearer_token = "\n"};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(secrets_given_back(), 0);
    assert_true(has_looked());
}

static void credentials_that_are_left_are_noticed(void **state)
{
    (void)state;
    char *volatile left = strdup(TOKEN);
    free(left);
    assert_int_equal(secrets_given_back(), runs_under_valgrind() ? 0 : 1);
}

#define WATCHED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCHED(server_that_has_ended_leaves_no_credentials),
        WATCHED(server_that_does_not_start_leaves_no_credentials),
        WATCHED(credentials_that_are_left_are_noticed),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
