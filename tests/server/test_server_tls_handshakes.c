/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that don't end their handshake take no processor, and are cut in time; those that are
   only slow are answered. Most servers here have no thread, since their loop shows what they do. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

#include <cmocka.h>

#include "server/tls_server.h"
#include "support/hang.h"

/* More rounds than anything here takes before there is nothing left to do. */
#define MOST_ROUNDS 200

/* ---- A call that fails ---- */

static atomic_bool refuses_to_watch;

extern __typeof__(epoll_ctl) __interceptor_epoll_ctl __attribute__((weak));

/* libmicrohttpd watches by edges, the server by levels. */
int epoll_ctl(int epoll_fd, int operation, int fd, struct epoll_event *event)
{
    bool is_ours = operation == EPOLL_CTL_ADD && (event->events & EPOLLET) == 0;
    if (is_ours && atomic_load(&refuses_to_watch)) {
        errno = ENOSPC;
        return -1;
    }
    __typeof__(&epoll_ctl) real =
        __interceptor_epoll_ctl != NULL
            ? __interceptor_epoll_ctl
            : (__typeof__(&epoll_ctl))(uintptr_t)dlsym(RTLD_NEXT, "epoll_ctl");
    return real(epoll_fd, operation, fd, event);
}

/* ---- Servers ---- */

static promlet_server *start_with(bool no_thread, double header_seconds)
{
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.certificate_path = certificate,
                                                                 .key_path = key,
                                                                 .no_thread = no_thread,
                                                                 .header_seconds = header_seconds},
                                          &server),
                     PROMLET_OK);
    return server;
}

/* Run a server until it would wait, but wait for what is on its way. */
static void run_until_it_waits(promlet_server *server)
{
    int rounds = 0;
    struct pollfd source = {promlet_server_fd(server), POLLIN, 0};
    while (poll(&source, 1, promlet_server_timeout_ms(server) == 0 ? 0 : 20) == 1 ||
           promlet_server_timeout_ms(server) == 0) {
        assert_true(++rounds < MOST_ROUNDS);
        assert_int_equal(promlet_server_run(server), PROMLET_OK);
    }
}

/* ---- Clients ---- */

/* The head of a ClientHello. */
#define HEAD_OF_HELLO "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"

static int connect_and_say(const promlet_server *server, const char *bytes, size_t size)
{
    int fd = http_connect(promlet_server_port(server));
    assert_true(fd >= 0);
    assert_true(size == 0 || http_send_bytes(fd, bytes, size));
    return fd;
}

/* What a slow client sends, a few bytes at a time. */
static ssize_t push_slowly(gnutls_transport_ptr_t to, const void *bytes, size_t size)
{
    int fd = (int)(intptr_t)to;
    size_t part = size < 50 ? size : 50;
    (void)poll(NULL, 0, 2);
    return send(fd, bytes, part, MSG_NOSIGNAL);
}

/* What the server sends reaches the client once this is set. */
static bool reads;

static ssize_t pull_later(gnutls_transport_ptr_t from, void *bytes, size_t size)
{
    errno = EAGAIN;
    return reads ? recv((int)(intptr_t)from, bytes, size, 0) : -1;
}

/* A client that sends its ClientHello, and does not answer what comes back yet. */
static void send_hello(const promlet_server *server, tls_connection *client, bool is_slow)
{
    *client = (tls_connection){.fd = connect_and_say(server, NULL, 0)};
    tls_check(gnutls_certificate_allocate_credentials(&client->credentials));
    tls_check(gnutls_init(&client->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL | GNUTLS_NONBLOCK));
    tls_check(gnutls_set_default_priority(client->session));
    tls_check(gnutls_credentials_set(client->session, GNUTLS_CRD_CERTIFICATE, client->credentials));
    gnutls_transport_set_int(client->session, client->fd);
    gnutls_transport_set_pull_function(client->session, pull_later);
    reads = false;
    if (is_slow) {
        gnutls_transport_set_push_function(client->session, push_slowly);
    }
    assert_int_equal(fcntl(client->fd, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(gnutls_handshake(client->session), GNUTLS_E_AGAIN);
}

/* ---- Those that stop ---- */

static void half_handshakes_leave_nothing_to_do(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {{"", 0}, {HEAD_OF_HELLO, 1}, {HEAD_OF_HELLO, sizeof HEAD_OF_HELLO - 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        promlet_server *server = start_with(true, 0);
        int descriptors = count_descriptors();
        int fd = connect_and_say(server, cases[i].bytes, cases[i].size);
        run_until_it_waits(server);
        assert_true(promlet_server_timeout_ms(server) > 1000);
        close(fd);
        run_until_it_waits(server);
        assert_int_equal(count_descriptors(), descriptors);
        promlet_server_stop(server);
    }
}

static void handshake_whose_end_does_not_come_leaves_nothing_to_do(void **state)
{
    tls_connection client;
    (void)state;
    promlet_server *server = start_with(true, 0);
    int descriptors = count_descriptors();
    send_hello(server, &client, false);
    run_until_it_waits(server);
    assert_true(promlet_server_timeout_ms(server) > 1000);
    tls_close(&client);
    run_until_it_waits(server);
    assert_int_equal(count_descriptors(), descriptors);
    promlet_server_stop(server);
}

static void half_handshake_is_cut_in_time(void **state)
{
    (void)state;
    promlet_server *server = start_with(false, 0.1);
    int descriptors = count_descriptors();
    int fd = connect_and_say(server, HEAD_OF_HELLO, sizeof HEAD_OF_HELLO - 1);
    assert_true(http_is_closed(fd));
    close(fd);
    while (count_descriptors() != descriptors) {
        (void)poll(NULL, 0, 1);
    }
    promlet_server_stop(server);
}

static void stop_ends_half_handshakes(void **state)
{
    tls_connection client;
    (void)state;
    int descriptors = count_descriptors();
    for (int i = 0; i < 2; i++) {
        bool no_thread = i == 1;
        promlet_server *server = start_with(no_thread, 0);
        int fd = connect_and_say(server, HEAD_OF_HELLO, sizeof HEAD_OF_HELLO - 1);
        send_hello(server, &client, false);
        if (no_thread) {
            run_until_it_waits(server);
        } else {
            struct pollfd answer = {client.fd, POLLIN, 0};
            assert_int_equal(poll(&answer, 1, HTTP_WAIT_MS), 1);
        }
        promlet_server_stop(server);
        assert_true(http_is_closed(fd));
        close(fd);
        tls_close(&client);
    }
    assert_int_equal(count_descriptors(), descriptors);
}

/* ---- Those that go on ---- */

static void slow_handshake_is_answered(void **state)
{
    tls_connection client;
    int result;
    (void)state;
    promlet_server *server = start_with(false, 0);
    send_hello(server, &client, true);
    reads = true;
    while ((result = gnutls_handshake(client.session)) == GNUTLS_E_AGAIN) {
        (void)poll(NULL, 0, 1);
    }
    assert_int_equal(result, 0);
    assert_int_equal(fcntl(client.fd, F_SETFL, 0), 0);
    assert_int_equal(tls_ask(&client, "/-/healthy", ""), 200);
    assert_int_equal(tls_ask(&client, "/-/healthy", ""), 200);
    tls_close(&client);
    promlet_server_stop(server);
}

/* Then they stay with libmicrohttpd, which takes a processor, and are answered all the same. */
static void handshakes_that_cannot_be_watched_are_answered(void **state)
{
    tls_connection half;
    (void)state;
    tls_manners manners = anonymous();
    promlet_server *server = start_with(false, 0);
    int port = promlet_server_port(server);
    atomic_store(&refuses_to_watch, true);
    send_hello(server, &half, false);
    assert_int_equal(tls_get_status(port, &manners, "/-/healthy"), 200);
    atomic_store(&refuses_to_watch, false);
    assert_int_equal(tls_get_status(port, &manners, "/-/healthy"), 200);
    promlet_server_stop(server);
    tls_close(&half);
}

/* In each round as many as an address may have say what is no TLS, and leave. Those of one round
   are all there at once, so they must not be so many that an older one goes for them. */
static void handshake_beside_nonsense_from_its_address_is_finished(void **state)
{
    tls_connection client;
    int result;
    int rounds = 0;
    (void)state;
    promlet_server *server = start_with(true, 100);
    send_hello(server, &client, false);
    run_until_it_waits(server);
    do {
        for (int i = 0; i < PROMLET_DEFAULT_MAX_CONNECTIONS_PER_ADDRESS; i++) {
            close(connect_and_say(server, "GET / HTTP/1.1\r\n\r\n", 18));
        }
        assert_int_equal(promlet_server_run(server), PROMLET_OK);
        reads = ++rounds > 10;
        result = gnutls_handshake(client.session);
    } while (result == GNUTLS_E_AGAIN && rounds < MOST_ROUNDS);
    assert_int_equal(result, 0);
    tls_close(&client);
    promlet_server_stop(server);
}

/* ---- Those that take places ---- */

static promlet_server *start_strict(int max_connections)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {.certificate_path = certificate,
                                   .key_path = key,
                                   .max_connections = max_connections,
                                   .max_connections_per_address = max_connections,
                                   .header_seconds = 0.3};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    return server;
}

/* The begin of a record that a client would begin with; the rest comes a byte at a time. */
static int begin_handshake(const promlet_server *server)
{
    static const char begin_of_hello[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
    int fd = http_connect(promlet_server_port(server));
    assert_true(fd >= 0);
    assert_true(http_send_bytes(fd, begin_of_hello, sizeof begin_of_hello));
    return fd;
}

static void test_promise_P14_handshake_that_trickles_is_closed(void **state)
{
    (void)state;
    promlet_server *server = start_strict(4);
    int fd = begin_handshake(server);
    struct pollfd source = {fd, POLLIN, 0};
    int trickled = 0;
    while (poll(&source, 1, 20) == 0 && trickled < 500) {
        (void)http_send_bytes(fd, "", 1);
        trickled++;
    }
    assert_true(trickled < 500);
    assert_true(http_is_closed(fd));
    close(fd);
    promlet_server_stop(server);
}

static void test_promise_P14_half_open_handshakes_keep_nobody_out(void **state)
{
    int fds[12];
    (void)state;
    tls_manners manners = anonymous();
    promlet_server *server = start_strict(3);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        fds[i] = begin_handshake(server);
    }
    /* One that comes to a place that is being freed may be sent away, and comes again. */
    int status = 0;
    for (int i = 0; i < 100 && status == 0; i++) {
        status = status_of(server, &manners);
    }
    assert_int_equal(status, 200);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        close(fds[i]);
    }
    promlet_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWED(half_handshakes_leave_nothing_to_do),
        RENEWED(handshake_whose_end_does_not_come_leaves_nothing_to_do),
        RENEWED(half_handshake_is_cut_in_time),
        RENEWED(stop_ends_half_handshakes),
        RENEWED(slow_handshake_is_answered),
        RENEWED(handshakes_that_cannot_be_watched_are_answered),
        RENEWED(handshake_beside_nonsense_from_its_address_is_finished),
        RENEWED(test_promise_P14_handshake_that_trickles_is_closed),
        RENEWED(test_promise_P14_half_open_handshakes_keep_nobody_out),
    };
    end_hang_after(110);
    return cmocka_run_group_tests(tests, begin, end);
}
