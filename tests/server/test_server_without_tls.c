/* SPDX-License-Identifier: Apache-2.0 */
/* The server as it is built without GnuTLS: it does not start when it is asked for TLS. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void start_with_a_certificate_is_refused(void **state)
{
    (void)state;
    promlet_server *server = (promlet_server *)&server;
    promlet_server_opts options = {.certificate_path = "/no/such/file"};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(),
                        "certificate_path: this promlet was built without TLS");
    assert_null(server);
}

static void plain_http_and_credentials_work(void **state)
{
    (void)state;
    http_reply reply;
    promlet_server *server = NULL;
    promlet_server_opts options = {.bearer_token = "t0ken"};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    int port = promlet_server_port(server);
    assert_int_equal(http_get_status(port, "/metrics"), 401);
    assert_int_equal(
        http_request_with(port, "GET", "/metrics", "Authorization: Bearer t0ken\r\n", &reply), 200);
    http_reply_clear(&reply);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_ERROR_ARGUMENT);
    promlet_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_with_a_certificate_is_refused),
        cmocka_unit_test(plain_http_and_credentials_work),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
