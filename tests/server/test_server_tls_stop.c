/* SPDX-License-Identifier: Apache-2.0 */
/* The stop of a server with TLS takes next to nothing, whatever its clients do. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/stopping.h"
#include "server/tls_server.h"
#include "support/hang.h"

static promlet_server *start_with(promlet_registry *registry)
{
    promlet_server *server = NULL;
    assert_int_equal(
        promlet_server_start(&(promlet_server_opts){.registry = registry,
                                                    .certificate_path = certificate,
                                                    .key_path = key,
                                                    .max_connections = PLACES,
                                                    .max_connections_per_address = PLACES},
                             &server),
        PROMLET_OK);
    return server;
}

/* ---- Those who are no clients of TLS, or not yet ---- */

static double stop_attacked(void *ctx)
{
    const attack_kind *kind = ctx;
    promlet_server *server = start_with(NULL);
    static attack bad;
    bad = (attack){.kind = *kind, .port = promlet_server_port(server), .count = CLIENTS};
    assert_true(attack_begin(&bad));
    double seconds = seconds_of_stop(server);
    attack_end(&bad);
    return seconds;
}

static void stop_beside_attackers_of_the_handshake_is_soon(void **state)
{
    static const struct {
        const char *name;
        attack_kind kind;
    } attacks[] = {{"idle", ATTACK_IDLE},   {"hello", ATTACK_HELLO}, {"drip", ATTACK_DRIP},
                   {"noise", ATTACK_NOISE}, {"half", ATTACK_HALF},   {"leave", ATTACK_LEAVE}};
    (void)state;
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
        attack_kind kind = attacks[i].kind;
        assert_one_is_soon(attacks[i].name, stop_attacked, &kind);
    }
}

/* ---- Those who have asked ---- */

#define READERS 8

/* Each has begun to read an answer that is larger than what is between it and the server, or has
   been answered and says nothing more. */
static double stop_beside_clients(void *ctx)
{
    static const char ask_for_all[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
    tls_connection clients[READERS];
    char byte;
    tls_manners manners = anonymous();
    promlet_server *server = start_with(ctx);
    for (int i = 0; i < READERS; i++) {
        assert_true(tls_connect(&clients[i], promlet_server_port(server), &manners));
        if (i % 2 == 0) {
            assert_true(tls_send(&clients[i], ask_for_all));
            assert_int_equal(gnutls_record_recv(clients[i].session, &byte, 1), 1);
        } else {
            assert_int_equal(tls_ask(&clients[i], "/-/healthy", ""), 200);
        }
    }
    double seconds = seconds_of_stop(server);
    for (int i = 0; i < READERS; i++) {
        tls_close(&clients[i]);
    }
    return seconds;
}

static void stop_beside_clients_that_do_not_read_is_soon(void **state)
{
    (void)state;
    promlet_registry *registry = new_big_registry();
    assert_one_is_soon("readers", stop_beside_clients, registry);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWED(stop_beside_attackers_of_the_handshake_is_soon),
        RENEWED(stop_beside_clients_that_do_not_read_is_soon),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, begin, end);
}
