/* SPDX-License-Identifier: Apache-2.0 */
/* What takes but a moment is made by the thread that serves; everything else by the other one, so
   that nobody waits for it who asks for something else. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/maker.h"
#include "server/slow_callback.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void scrape(const promlet_server *server)
{
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
}

static void assert_answered(int fd)
{
    http_reply reply;
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    close(fd);
}

static bool is_answered_already(int fd)
{
    struct pollfd source = {fd, POLLIN, 0};
    return poll(&source, 1, 0) == 1;
}

/* One whose document was found to be made in a moment. */
static promlet_server *start_with_a_small_document(promlet_registry **registry)
{
    promlet_server *server = maker_start(registry);
    promlet_set_log_callback(maker_hear, NULL);
    scrape(server);
    (void)maker_is_who_collects();
    scrape(server);
    assert_true(maker_is_who_serves());
    return server;
}

/* What the one before has left to be put in order is the other thread's. */
static void small_document_is_made_at_once(void **state)
{
    (void)state;
    promlet_registry *registry;
    promlet_server *server = maker_start(&registry);
    promlet_set_log_callback(maker_hear, NULL);
    maker_add(registry, 10);
    scrape(server);
    assert_true(maker_is_who_collects());
    for (int i = 0; i < 3; i++) {
        scrape(server);
        assert_true(maker_is_who_serves());
    }
    maker_stop(server, registry);
}

static void document_of_some_families_is_not(void **state)
{
    (void)state;
    promlet_registry *registry;
    promlet_server *server = maker_start(&registry);
    promlet_set_log_callback(maker_hear, NULL);
    scrape(server);
    (void)maker_is_who_collects();
    assert_int_equal(http_get_status(promlet_server_port(server), MAKER_TARGET), 200);
    assert_true(maker_is_who_collects());
    scrape(server);
    assert_true(maker_is_who_serves());
    maker_stop(server, registry);
}

static void registry_that_has_grown_is_not(void **state)
{
    (void)state;
    promlet_registry *registry;
    promlet_server *server = start_with_a_small_document(&registry);
    maker_add(registry, 5000);
    for (int i = 0; i < 3; i++) {
        scrape(server);
        assert_true(maker_is_who_collects());
    }
    maker_stop(server, registry);
}

static void callback_that_came_later_delays_nobody(void **state)
{
    (void)state;
    promlet_registry *registry;
    promlet_server *server = start_with_a_small_document(&registry);
    add_slow_callback(registry);
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);
    assert_int_equal(http_get_status(promlet_server_port(server), "/-/healthy"), 200);
    sem_post(&slow_may_end);
    assert_answered(fd);
    assert_true(maker_is_who_collects());
    maker_stop(server, registry);
}

/* ---- Turns ---- */

static sem_t collecting;
static sem_t may_collect;

/* The thread that collects stays in here until it may go on. */
static void hold_who_collects(const char *message, void *ctx)
{
    maker_hear(message, ctx);
    if (maker_is_who_collects()) {
        sem_post(&collecting);
        while (sem_wait(&may_collect) != 0) {
        }
    }
}

static void who_waits_is_not_passed(void **state)
{
    (void)state;
    promlet_registry *registry;
    promlet_server *server = maker_start(&registry);
    int port = promlet_server_port(server);
    sem_init(&collecting, 0, 0);
    sem_init(&may_collect, 0, 0);
    scrape(server);
    promlet_set_log_callback(hold_who_collects, NULL);
    int first = http_connect(port);
    assert_true(http_ask(first, "GET", MAKER_TARGET));
    sem_wait(&collecting);
    int second = http_connect(port);
    assert_true(http_ask(second, "GET", "/metrics"));
    /* The first answer comes when it was read, the second one when it would have been made. */
    assert_int_equal(http_get_status(port, "/-/healthy"), 200);
    assert_int_equal(http_get_status(port, "/-/healthy"), 200);
    assert_false(is_answered_already(second));
    sem_post(&may_collect);
    sem_post(&may_collect);
    assert_answered(first);
    assert_answered(second);
    maker_stop(server, registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_document_is_made_at_once),
        cmocka_unit_test(document_of_some_families_is_not),
        cmocka_unit_test(registry_that_has_grown_is_not),
        cmocka_unit_test(callback_that_came_later_delays_nobody),
        cmocka_unit_test(who_waits_is_not_passed),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
