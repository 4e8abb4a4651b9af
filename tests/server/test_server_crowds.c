/* SPDX-License-Identifier: Apache-2.0 */
/* A good client beside many bad ones is answered soon, whatever these do. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/attackers.h"
#include "server/http_client.h"
#include "support/hang.h"
#include "support/sanitizers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What is promised, and more where everything takes longer. */
static double most_seconds(void)
{
    return runs_under_valgrind() || sanitizer_name() != NULL ? 20 : 2;
}

/* The server's own: the listening socket, two epoll sets, the eventfd and the reserve. */
#define OWN_DESCRIPTORS 5

static void assert_served_soon(int port, const char *source)
{
    for (int i = 0; i < 5; i++) {
        http_reply reply;
        double before = seconds_now(CLOCK_MONOTONIC);
        int fd = http_connect_from(source, "127.0.0.1", port, 0);
        assert_true(fd >= 0);
        assert_true(http_ask(fd, "GET", "/metrics?name[]=big_total"));
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        double seconds = seconds_now(CLOCK_MONOTONIC) - before;
        if (seconds > most_seconds()) {
            fail_msg("answered after %.1f s", seconds);
        }
        http_reply_clear(&reply);
        close(fd);
    }
}

/* The default limits, and a scraper at an address of its own. */
static void withstand(attack_kind kind, int count, promlet_registry *registry)
{
    int descriptors = count_descriptors();
    promlet_server *server = start_any(registry);
    static attack bad;
    bad = (attack){.kind = kind, .port = promlet_server_port(server), .count = count};
    double before = seconds_now(CLOCK_PROCESS_CPUTIME_ID);
    assert_true(attack_begin(&bad));
    assert_served_soon(bad.port, "127.0.0.9");
    assert_true(count_descriptors() <= descriptors + count + 64 + OWN_DESCRIPTORS);
    print_message("%.2f s of processor time\n", seconds_now(CLOCK_PROCESS_CPUTIME_ID) - before);
    promlet_server_stop(server);
    attack_end(&bad);
    assert_int_equal(count_descriptors(), descriptors);
}

/* All from one address, the scraper too. */
static void withstand_at_one_address(attack_kind kind, int count, promlet_registry *registry)
{
    promlet_server *server = start_any(registry);
    static attack bad;
    bad = (attack){
        .kind = kind, .port = promlet_server_port(server), .count = count, .has_one_address = true};
    double before = seconds_now(CLOCK_PROCESS_CPUTIME_ID);
    assert_true(attack_begin(&bad));
    assert_served_soon(bad.port, NULL);
    print_message("%.2f s of processor time\n", seconds_now(CLOCK_PROCESS_CPUTIME_ID) - before);
    promlet_server_stop(server);
    attack_end(&bad);
}

static void scrape_beside_idle_clients(void **state)
{
    (void)state;
    withstand(ATTACK_IDLE, 64, NULL);
    withstand(ATTACK_IDLE, 200, NULL);
    withstand_at_one_address(ATTACK_IDLE, 200, NULL);
}

static void scrape_beside_dripping_clients(void **state)
{
    (void)state;
    withstand(ATTACK_DRIP, 64, NULL);
    withstand(ATTACK_DRIP, 200, NULL);
    withstand_at_one_address(ATTACK_DRIP, 200, NULL);
}

static void scrape_beside_clients_that_leave(void **state)
{
    (void)state;
    withstand(ATTACK_LEAVE, 200, NULL);
    withstand_at_one_address(ATTACK_LEAVE, 200, NULL);
}

static void test_defect_19_scrape_beside_slow_readers(void **state)
{
    (void)state;
    promlet_registry *registry = new_big_registry();
    withstand(ATTACK_READ, 64, registry);
    promlet_registry_free(registry);
}

/* One place and a hundred who wait for it in silence: each has its turn soon. */
static void scrape_behind_many_silent_clients(void **state)
{
    int silent[100];
    promlet_server *server = NULL;
    (void)state;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.max_connections = 1}, &server),
                     PROMLET_OK);
    for (int i = 0; i < 100; i++) {
        silent[i] = http_connect(promlet_server_port(server));
        assert_true(silent[i] >= 0);
    }
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
    for (int i = 0; i < 100; i++) {
        close(silent[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrape_beside_idle_clients),
        cmocka_unit_test(scrape_beside_dripping_clients),
        cmocka_unit_test(scrape_beside_clients_that_leave),
        cmocka_unit_test(test_defect_19_scrape_beside_slow_readers),
        cmocka_unit_test(scrape_behind_many_silent_clients),
    };
    end_hang_after(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
