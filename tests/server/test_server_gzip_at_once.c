/* SPDX-License-Identifier: Apache-2.0 */
/* Compressing takes several times as long as writing, so less is compressed by the thread that
   serves. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/maker.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define GZIP "Accept-Encoding: gzip\r\n"

static bool is_made_by_who_serves(const promlet_server *server, const char *headers)
{
    http_reply reply;
    assert_int_equal(
        http_request_with(promlet_server_port(server), "GET", "/metrics", headers, &reply), 200);
    http_reply_clear(&reply);
    return maker_is_who_serves();
}

static void gzip_is_made_at_once_of_little_only(void **state)
{
    (void)state;
    promlet_registry *registry;
    promlet_server *server = maker_start(&registry);
    promlet_set_log_callback(maker_hear, NULL);
    maker_add(registry, 10);
    (void)is_made_by_who_serves(server, ""); /* which puts it in order */
    assert_true(is_made_by_who_serves(server, GZIP));
    maker_add(registry, 500);
    (void)is_made_by_who_serves(server, "");
    assert_false(is_made_by_who_serves(server, GZIP));
    assert_true(is_made_by_who_serves(server, ""));
    maker_stop(server, registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gzip_is_made_at_once_of_little_only),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
