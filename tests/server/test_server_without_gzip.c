/* SPDX-License-Identifier: Apache-2.0 */
/* The server as it is built without zlib: everything is sent as it is. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void gzip_is_never_sent(void **state)
{
    char help[4096];
    char value[256];
    http_reply reply;
    (void)state;
    memset(help, 'h', sizeof help - 1);
    help[sizeof help - 1] = '\0';
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_new(registry, &(promlet_opts){.name = "level", .help = help});
    promlet_server *server = start_any(registry);
    assert_non_null(server);
    assert_int_equal(http_request_with(promlet_server_port(server), "GET", "/metrics",
                                       "Accept-Encoding: gzip\r\n", &reply),
                     200);
    assert_null(http_header(&reply, "Content-Encoding", value));
    assert_true(reply.body_length > sizeof help);
    assert_non_null(strstr(reply.body, "\nlevel 0\n"));
    http_reply_clear(&reply);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_is_never_sent),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
