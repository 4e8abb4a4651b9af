/* SPDX-License-Identifier: Apache-2.0 */
/* The limits that options set: how many clients, how many requests, how many bytes, how long. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/slow_callback.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static promlet_registry *registry;
static promlet_server *server;
static int port;

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    server = NULL;
    registry = NULL;
    return 0;
}

static void start(promlet_server_opts options)
{
    options.registry = registry;
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    port = promlet_server_port(server);
}

static int ask(void)
{
    int fd = http_connect(port);
    assert_true(fd >= 0);
    assert_true(http_ask(fd, "GET", "/metrics"));
    return fd;
}

static void expect_status(int fd, int status)
{
    http_reply reply;
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, status);
    http_reply_clear(&reply);
}

/* A client with a small buffer that asks for a lot and reads the beginning. */
static int ask_without_reading(const char *headers)
{
    char byte;
    int fd = http_connect_with("127.0.0.1", port, 4096);
    assert_true(fd >= 0);
    assert_true(http_ask_with(fd, "GET", "/metrics", headers));
    assert_int_equal(http_read(fd, &byte, 1), 1);
    return fd;
}

/* Whether the server closes one of its sockets, of which it has one for each client of this
   process. What a client does not read keeps it from seeing that itself. */
static bool becomes_fewer(int descriptors)
{
    for (int i = 0; i < HTTP_WAIT_MS; i++) {
        if (count_descriptors() < descriptors) {
            return true;
        }
        (void)poll(NULL, 0, 1);
    }
    return false;
}

/* ---- Connections ---- */

static void connection_beyond_the_limit_replaces_an_idle_one(void **state)
{
    (void)state;
    start((promlet_server_opts){.max_connections = 3});
    int fds[3];
    for (size_t i = 0; i < 3; i++) {
        fds[i] = ask();
        expect_status(fds[i], 200);
    }
    int next = ask();
    expect_status(next, 200);
    assert_true(http_is_closed(fds[0])); /* It was idle longest. */
    assert_true(http_ask(fds[2], "GET", "/metrics"));
    expect_status(fds[2], 200);
    close(next);
    for (size_t i = 0; i < 3; i++) {
        close(fds[i]);
    }
}

static void connection_beyond_the_limit_replaces_one_without_a_request(void **state)
{
    (void)state;
    start((promlet_server_opts){.max_connections = 2, .header_seconds = 1000});
    int first = http_connect(port);
    int second = http_connect(port);
    assert_true(http_send(first, "GET /metrics HTTP/1.1\r\nHost: "));
    int next = ask();
    expect_status(next, 200);
    assert_true(http_is_closed(first));
    assert_true(http_ask(second, "GET", "/metrics"));
    expect_status(second, 200);
    close(first);
    close(second);
    close(next);
}

static void connection_that_ends_makes_room(void **state)
{
    (void)state;
    registry = new_slow_registry();
    start((promlet_server_opts){.max_connections = 1});
    int first = ask();
    sem_wait(&slow_begins);
    int next = ask(); /* Nobody can go for it. */
    sem_post(&slow_may_end);
    expect_status(first, 200);
    sem_post(&slow_may_end);
    expect_status(next, 200);
    close(first);
    close(next);
}

static void address_beyond_its_limit_loses_its_oldest_connection(void **state)
{
    (void)state;
    start((promlet_server_opts){.max_connections_per_address = 2});
    int other = http_connect_from("127.0.0.2", "127.0.0.1", port, 0);
    int first = http_connect(port);
    int second = ask();
    expect_status(second, 200);
    int third = ask();
    expect_status(third, 200);
    /* Who is idle goes before who has not asked yet. */
    assert_true(http_is_closed(second));
    int fourth = ask();
    expect_status(fourth, 200);
    assert_true(http_is_closed(third));
    assert_true(http_ask(first, "GET", "/metrics"));
    expect_status(first, 200);
    assert_true(http_ask(other, "GET", "/metrics"));
    expect_status(other, 200);
    close(other);
    close(first);
    close(second);
    close(third);
    close(fourth);
}

static void address_with_busy_connections_only_gets_no_more(void **state)
{
    (void)state;
    registry = new_slow_registry();
    start((promlet_server_opts){.max_connections_per_address = 1});
    int first = ask();
    sem_wait(&slow_begins);
    int next = http_connect(port);
    assert_true(http_is_closed(next));
    sem_post(&slow_may_end);
    expect_status(first, 200);
    close(first);
    close(next);
}

/* One client that asks for a lot and reads nothing, and does so again whenever it is cut, must not
   keep others of its address out. */
static void address_with_slow_readers_only_loses_one_soon(void **state)
{
    (void)state;
    registry = new_big_registry();
    start((promlet_server_opts){.max_connections_per_address = 2});
    int first = ask_without_reading("");
    int second = ask_without_reading("");
    (void)poll(NULL, 0, 100);
    int next = ask();
    expect_status(next, 200);
    close(first);
    close(second);
    close(next);
}

/* ---- Requests ---- */

static void request_beyond_the_limit_gets_503(void **state)
{
    http_reply reply;
    char value[256] = "";
    (void)state;
    registry = new_slow_registry();
    start((promlet_server_opts){.max_in_flight = 1});
    int first = ask();
    sem_wait(&slow_begins);
    int next = ask();
    /* What needs no metrics is answered meanwhile. */
    assert_int_equal(http_get_status(port, "/other"), 404);
    assert_true(http_receive(next, true, &reply));
    assert_int_equal(reply.status, 503);
    assert_non_null(http_header(&reply, "Retry-After", value));
    assert_string_equal(value, "1");
    http_reply_clear(&reply);
    sem_post(&slow_may_end);
    expect_status(first, 200);
    close(first);
    close(next);
}

/* Those that come while one is being answered share the next answer. */
static void test_fault_F16_requests_that_wait_share_a_snapshot(void **state)
{
    int fds[8];
    int scrapes = 0;
    (void)state;
    registry = new_slow_registry();
    start((promlet_server_opts){0});
    int first = ask();
    sem_wait(&slow_begins);
    for (size_t i = 0; i < 8; i++) {
        fds[i] = ask();
    }
    /* All of them have come in when the first of these, which came last, is answered; they wait for
       the worker from the end of that round on, and the second is answered in a later one. */
    assert_int_equal(http_get_status(port, "/other"), 404);
    assert_int_equal(http_get_status(port, "/other"), 404);
    sem_post(&slow_may_end);
    expect_status(first, 200);
    sem_post(&slow_may_end);
    for (size_t i = 0; i < 8; i++) {
        expect_status(fds[i], 200);
        close(fds[i]);
    }
    while (sem_trywait(&slow_begins) == 0) {
        scrapes++;
    }
    assert_int_equal(scrapes, 1);
    close(first);
}

/* ---- Bytes ---- */

static void answer_alone_may_be_larger_than_the_limit(void **state)
{
    (void)state;
    registry = new_big_registry();
    start((promlet_server_opts){.max_body_bytes = 1000});
    int fd = ask();
    expect_status(fd, 200);
    close(fd);
}

static void slow_reader_is_cut_for_the_next_answer(void **state)
{
    (void)state;
    registry = new_big_registry();
    start((promlet_server_opts){.max_body_bytes = 9000000});
    int slow = ask_without_reading("");
    int next = http_connect(port);
    int descriptors = count_descriptors() + 1; /* Once the server has accepted the second one. */
    assert_true(http_ask(next, "GET", "/metrics"));
    expect_status(next, 200);
    assert_true(becomes_fewer(descriptors));
    close(slow);
    close(next);
}

/* ---- Times ---- */

static void test_defect_19_headers_that_trickle_in_are_cut_at_their_deadline(void **state)
{
    (void)state;
    start((promlet_server_opts){.header_seconds = 0.3});
    int fd = http_connect(port);
    assert_true(http_send(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\nX: "));
    struct pollfd source = {fd, POLLIN, 0};
    int sent = 0;
    while (poll(&source, 1, 20) == 0) {
        (void)http_send(fd, "x");
        sent++;
        assert_true(sent < HTTP_WAIT_MS / 20);
    }
    assert_true(http_is_closed(fd));
    close(fd);
}

static void client_that_says_nothing_is_cut(void **state)
{
    (void)state;
    start((promlet_server_opts){.header_seconds = 0.2});
    int fd = http_connect(port);
    assert_true(http_is_closed(fd));
    close(fd);
}

static void idle_connection_is_cut_at_its_deadline(void **state)
{
    (void)state;
    start((promlet_server_opts){.idle_seconds = 0.2});
    int fd = ask();
    expect_status(fd, 200);
    assert_true(http_is_closed(fd));
    close(fd);
}

static void reader_is_cut_at_its_deadline(void **state)
{
    (void)state;
    registry = new_big_registry();
    start((promlet_server_opts){.send_seconds = 0.3});
    int fd = ask_without_reading("");
    assert_true(becomes_fewer(count_descriptors()));
    close(fd);
}

static void reader_is_cut_when_prometheus_no_longer_waits(void **state)
{
    (void)state;
    registry = new_big_registry();
    start((promlet_server_opts){0});
    int fd = ask_without_reading("X-Prometheus-Scrape-Timeout-Seconds: 0.25\r\n");
    assert_true(becomes_fewer(count_descriptors()));
    close(fd);
}

#define WITH_SERVER(test) cmocka_unit_test_teardown(test, tear_down)

/* The bytes that the system holds for clients of the server, which they have not taken. */
static unsigned long bytes_of_system(void)
{
    char line[256];
    unsigned long sum = 0;
    FILE *file = fopen("/proc/net/tcp", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        unsigned int local_port = 0;
        unsigned int phase = 0;
        unsigned long bytes = 0;
        int count = sscanf(line, " %*d: %*x:%x %*x:%*x %x %lx", &local_port, &phase, &bytes);
        bool is_listening = phase == 0x0a;
        sum += count == 3 && (int)local_port == port && !is_listening ? bytes : 0;
    }
    fclose(file);
    return sum;
}

/* It would copy megabytes of each answer otherwise, for as many clients as ask and don't read. */
static void slow_reader_has_little_of_the_system(void **state)
{
    (void)state;
    registry = new_big_registry();
    start((promlet_server_opts){0});
    int fd = ask_without_reading("");
    unsigned long bytes = 0;
    unsigned long before;
    do {
        before = bytes;
        (void)poll(NULL, 0, 50);
        bytes = bytes_of_system();
    } while (bytes == 0 || bytes != before);
    assert_in_range(bytes, 1, 1 << 20);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(connection_beyond_the_limit_replaces_an_idle_one),
        WITH_SERVER(connection_beyond_the_limit_replaces_one_without_a_request),
        WITH_SERVER(connection_that_ends_makes_room),
        WITH_SERVER(address_beyond_its_limit_loses_its_oldest_connection),
        WITH_SERVER(address_with_busy_connections_only_gets_no_more),
        WITH_SERVER(address_with_slow_readers_only_loses_one_soon),
        WITH_SERVER(request_beyond_the_limit_gets_503),
        WITH_SERVER(test_fault_F16_requests_that_wait_share_a_snapshot),
        WITH_SERVER(answer_alone_may_be_larger_than_the_limit),
        WITH_SERVER(slow_reader_is_cut_for_the_next_answer),
        WITH_SERVER(test_defect_19_headers_that_trickle_in_are_cut_at_their_deadline),
        WITH_SERVER(client_that_says_nothing_is_cut),
        WITH_SERVER(idle_connection_is_cut_at_its_deadline),
        WITH_SERVER(reader_is_cut_at_its_deadline),
        WITH_SERVER(reader_is_cut_when_prometheus_no_longer_waits),
        WITH_SERVER(slow_reader_has_little_of_the_system),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
