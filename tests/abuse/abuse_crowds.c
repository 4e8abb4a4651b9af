/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Crowds of clients that mean harm, and beside them a good one, which is answered within two
 * seconds. When they have gone nothing of them is left in the process: no descriptor, no thread, no
 * memory.
 *
 * Each attack takes PROMLET_TEST_SECONDS, or 3.
 */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/attackers.h"
#include "server/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "abuse/memory.h"
#include "support/hang.h"

#define SMALL "/metrics?name[]=small_total"

/* How often the good client asks. */
#define SCRAPE_MS 50

#define LEAST_SCRAPES 5

/* How many bytes of answers the server may hold. */
#define MOST_BODY_BYTES PROMLET_DEFAULT_MAX_BODY_BYTES

static promlet_registry *registry;
static promlet_server *server;
static int port;
static int idle_descriptors; /* when the server has no client */

/* What is promised, and more where everything takes longer. */
static double most_seconds(void)
{
    return runs_under_valgrind() || sanitizer_name() != NULL ? 20 : 2;
}

static double seconds_of_attack(void)
{
    const char *given = getenv("PROMLET_TEST_SECONDS");
    return given != NULL ? strtod(given, NULL) : 3;
}

/* ---- The good client ---- */

typedef struct scrapes {
    const char *source; /* The address that it comes from; NULL: the usual one. */
    bool tries_again;   /* When it is closed without an answer. */
    int count;
    int refusals;
    double longest; /* seconds */
    size_t most_resident;
    char failure[100]; /* "" when all is well. */
} scrapes;

/* Returns the status, 0 when there was no whole answer. */
static int ask_once(const char *source, const char *target)
{
    http_reply reply;
    int fd = http_connect_from(source, "127.0.0.1", port, 0);
    if (fd < 0) {
        return 0;
    }
    (void)http_ask(fd, "GET", target);
    (void)http_receive(fd, true, &reply);
    bool is_right = reply.status == 200 && strstr(reply.body, "\nsmall_total 1\n") != NULL;
    int status = reply.status == 200 && !is_right ? 0 : reply.status;
    http_reply_clear(&reply);
    close(fd);
    return status;
}

static void scrape_once(const char *target, scrapes *of)
{
    double before = seconds_now(CLOCK_MONOTONIC);
    double seconds = 0;
    int status = ask_once(of->source, target);
    while (status == 0 && of->tries_again && seconds <= most_seconds()) {
        of->refusals++;
        (void)poll(NULL, 0, SCRAPE_MS);
        status = ask_once(of->source, target);
        seconds = seconds_now(CLOCK_MONOTONIC) - before;
    }
    seconds = seconds_now(CLOCK_MONOTONIC) - before;
    if (status != 200 || seconds > most_seconds()) {
        snprintf(of->failure, sizeof of->failure, "scrape %d: status %d after %.1f s", of->count,
                 status, seconds);
    }
    size_t resident = resident_bytes();
    of->most_resident = resident > of->most_resident ? resident : of->most_resident;
    of->longest = seconds > of->longest ? seconds : of->longest;
    of->count++;
}

/* Most of the time it asks for little, and now and then for all, if nobody else of its address has
   to wait for that. */
static void scrape_for(double seconds, scrapes *made)
{
    double end = seconds_now(CLOCK_MONOTONIC) + seconds;
    while (made->failure[0] == '\0' &&
           (seconds_now(CLOCK_MONOTONIC) < end || made->count < LEAST_SCRAPES)) {
        bool is_for_all = made->source != NULL && made->count % LEAST_SCRAPES == 0;
        scrape_once(is_for_all ? "/metrics" : SMALL, made);
        (void)poll(NULL, 0, SCRAPE_MS);
    }
}

/* ---- Attacks ---- */

static void report(const attack *bad, const scrapes *made, double cpu, size_t more)
{
    print_message(
        "%3d %s: %3d scrapes, %.3f s at most, %d tried again, %.1f s of processor, %zu MB "
        "more\n",
        bad->count, bad->has_one_address ? "at one address  " : "of own addresses", made->count,
        made->longest, made->refusals, cpu, more >> 20);
    if (made->failure[0] != '\0') {
        fail_msg("%s", made->failure);
    }
    if (can_count_memory() && more > MOST_BODY_BYTES + SLACK_BYTES) {
        fail_msg("%zu MB more", more >> 20);
    }
}

/* From addresses of their own, or all from the good client's. There it may be closed at once, when
   all the others that the address may have are being answered, and is answered when it tries again.
 */
static void attack_once(attack_kind kind, int count, bool has_one_address, double seconds)
{
    static attack bad;
    footprint before = take_footprint();
    size_t resident = resident_bytes();
    scrapes made = {.source = has_one_address ? NULL : "127.0.0.9", .tries_again = has_one_address};
    bad = (attack){.kind = kind, .port = port, .count = count, .has_one_address = has_one_address};
    double cpu = seconds_now(CLOCK_PROCESS_CPUTIME_ID);
    assert_true(attack_begin(&bad));
    scrape_for(seconds, &made);
    cpu = seconds_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    attack_end(&bad);
    assert_footprint(&before, idle_descriptors);
    report(&bad, &made, cpu, made.most_resident > resident ? made.most_resident - resident : 0);
}

/* The first one brings the process to its size. */
static void withstand(attack_kind kind, int count)
{
    attack_once(kind, count, false, seconds_of_attack() / 3);
    size_t resident = resident_bytes();
    attack_once(kind, count, false, seconds_of_attack());
    attack_once(kind, count, true, seconds_of_attack());
    if (can_count_memory() && resident_bytes() > resident + MOST_BODY_BYTES) {
        fail_msg("%zu MB more than after the first time", (resident_bytes() - resident) >> 20);
    }
}

static void scrapes_beside_idle_clients(void **state)
{
    (void)state;
    withstand(ATTACK_IDLE, 200);
}

/* As many as a process may have descriptors for, usually. Most of them wait to be accepted, and the
   good client behind them. */
static void scrapes_beside_a_thousand_idle_clients(void **state)
{
    (void)state;
    withstand(ATTACK_IDLE, MOST_ATTACKERS);
}

static void scrapes_beside_clients_that_drip(void **state)
{
    (void)state;
    withstand(ATTACK_DRIP, 200);
}

static void scrapes_beside_clients_that_do_not_read(void **state)
{
    (void)state;
    withstand(ATTACK_READ, 64);
}

static void scrapes_beside_clients_that_read_slowly(void **state)
{
    (void)state;
    withstand(ATTACK_SIP, 64);
}

static void scrapes_beside_a_flood_of_clients(void **state)
{
    (void)state;
    withstand(ATTACK_LEAVE, 200);
}

static void scrapes_beside_clients_that_reset(void **state)
{
    (void)state;
    withstand(ATTACK_RESET, 20);
}

static void scrapes_beside_clients_that_pipeline(void **state)
{
    (void)state;
    withstand(ATTACK_PIPELINE, 64);
}

static void scrapes_beside_noise(void **state)
{
    (void)state;
    withstand(ATTACK_NOISE, 200);
}

static void scrapes_beside_half_requests(void **state)
{
    (void)state;
    withstand(ATTACK_HALF, 200);
}

/* ---- Many requests in one connection ---- */

#define PIPELINED 1000

static void *send_pipelined(void *argument)
{
    int fd = *(int *)argument;
    for (int i = 0; i < PIPELINED; i++) {
        if (!http_ask(fd, "GET", SMALL)) {
            return "not sent";
        }
    }
    return NULL;
}

static void pipelined_requests_are_all_answered(void **state)
{
    pthread_t thread;
    void *failure = NULL;
    scrapes made = {.source = "127.0.0.9"};
    (void)state;
    footprint before = take_footprint();
    int fd = http_connect_from("127.0.1.1", "127.0.0.1", port, 0);
    assert_true(fd >= 0);
    assert_int_equal(pthread_create(&thread, NULL, send_pipelined, &fd), 0);
    for (int i = 0; i < PIPELINED; i++) {
        http_reply reply;
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
        if (i % 100 == 0) {
            scrape_once(SMALL, &made);
            assert_string_equal(made.failure, "");
        }
    }
    assert_int_equal(pthread_join(thread, &failure), 0);
    assert_null(failure);
    close(fd);
    assert_footprint(&before, idle_descriptors);
}

/* ---- One server for all of it ---- */

static int start(void **state)
{
    (void)state;
    registry = new_big_registry();
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "small_total"}));
    server = start_any(registry);
    port = promlet_server_port(server);
    idle_descriptors = count_descriptors();
    bool is_serving = server != NULL && http_get_status(port, "/metrics") == 200;
    while (is_serving && count_descriptors() != idle_descriptors) {
        (void)poll(NULL, 0, 1); /* Until the server has closed its side. */
    }
    return is_serving ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrapes_beside_idle_clients),
        cmocka_unit_test(scrapes_beside_a_thousand_idle_clients),
        cmocka_unit_test(scrapes_beside_clients_that_drip),
        cmocka_unit_test(scrapes_beside_clients_that_do_not_read),
        cmocka_unit_test(scrapes_beside_clients_that_read_slowly),
        cmocka_unit_test(scrapes_beside_a_flood_of_clients),
        cmocka_unit_test(scrapes_beside_clients_that_reset),
        cmocka_unit_test(scrapes_beside_clients_that_pipeline),
        cmocka_unit_test(scrapes_beside_noise),
        cmocka_unit_test(scrapes_beside_half_requests),
        cmocka_unit_test(pipelined_requests_are_all_answered),
    };
    end_hang_after(1800);
    return cmocka_run_group_tests(tests, start, stop);
}
