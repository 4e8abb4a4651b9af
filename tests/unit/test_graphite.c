/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics on their way to Graphite: all of them arrive, or an error says where and how it ended. */
#include "support/carried.h"
#include "support/graphite_peer.h"
#include "support/hang.h"

#include <math.h>

static graphite_peer peer;

static promlet_graphite_opts options_for(promlet_registry *registry)
{
    return (promlet_graphite_opts){.registry = registry, .host = "127.0.0.1", .port = peer.port};
}

/* The last error, for the port that the system gave. */
static void expect_sentence(const char *host, const char *reason)
{
    char expected[300];
    (void)snprintf(expected, sizeof expected, "%s:%d: %s", host, peer.port, reason);
    assert_string_equal(promlet_last_error(), expected);
}

static void expect_error_between(promlet_status status, promlet_status expected, const char *begin,
                                 const char *end)
{
    assert_int_equal(status, expected);
    const char *sentence = promlet_last_error();
    assert_non_null(strstr(sentence, begin));
    assert_non_null(strstr(sentence, end));
}

/* A sample of the document, without its time. */
static bool has_line(const char *text, const char *path_and_value)
{
    const char *at = strstr(text, path_and_value);
    return at != NULL && (at == text || at[-1] == '\n');
}

/* ---- what arrives ---------------------------------------------------------------------------- */

static void document_arrives_whole(void **state)
{
    uint64_t left_out = 99;
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "nan"}), NAN);
    peer_starts(&peer, PEER_READS);
    promlet_graphite_opts options = options_for(registry);
    options.prefix = "a.b";
    assert_int_equal(promlet_graphite_send(&options, &left_out), PROMLET_OK);
    assert_int_equal(left_out, 1);
    /* Before the peer is waited for: the call has waited. */
    char *text = peer_text(&peer);
    assert_true(has_line(text, "a.b.g.which.series_number_00000000_of_a_large_one 1 1"));
    assert_true(has_line(text, "a.b.g.which.series_number_00000999_of_a_large_one 1 1"));
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_null(strstr(text, "promlet_graphite"));
    free(text);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void labels_may_be_tags(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(2);
    peer_starts(&peer, PEER_READS);
    promlet_graphite_opts options = options_for(registry);
    options.host = "localhost";
    options.tagged = true;
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_OK);
    char *text = peer_text(&peer);
    assert_true(has_line(text, "g;which=series_number_00000999_of_a_large_one 2 1"));
    free(text);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void what_the_other_side_says_is_ignored(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    peer_starts(&peer, PEER_TALKS);
    promlet_graphite_opts options = options_for(registry);
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_OK);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void ipv6_is_spoken(void **state)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t size = sizeof address;
    (void)state;
    peer.listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (peer.listener < 0 || bind(peer.listener, (struct sockaddr *)&address, size) != 0) {
        print_message("this machine has no IPv6\n");
        skip();
    }
    assert_int_equal(getsockname(peer.listener, (struct sockaddr *)&address, &size), 0);
    peer.port = ntohs(address.sin6_port);
    promlet_registry *registry = registry_of(1);
    promlet_graphite_opts options = options_for(registry);
    options.host = "::1";
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_ERROR_UNREACHABLE);
    expect_sentence("[::1]", "connecting: Connection refused");
    peer_starts_on(&peer, PEER_READS);
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_OK);
    char *text = peer_text(&peer);
    assert_true(has_line(text, "g 1 1"));
    free(text);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

/* ---- what does not --------------------------------------------------------------------------- */

static void nobody_listening_is_an_error(void **state)
{
    uint64_t left_out = 99;
    (void)state;
    int bound = bind_any(&peer.port);
    promlet_registry *registry = registry_of(1);
    promlet_graphite_opts options = options_for(registry);
    assert_int_equal(promlet_graphite_send(&options, &left_out), PROMLET_ERROR_UNREACHABLE);
    expect_sentence("127.0.0.1", "connecting: Connection refused");
    assert_int_equal(left_out, 0);
    (void)close(bound);
    promlet_registry_free(registry);
}

/* Its queue is full, so that the system answers no more. */
static void connection_that_nobody_answers_takes_its_time(void **state)
{
    int clients[10];
    (void)state;
    int bound = bind_any(&peer.port);
    assert_int_equal(listen(bound, 0), 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)peer.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        (void)connect(clients[i], (struct sockaddr *)&address, sizeof address);
    }
    promlet_registry *registry = registry_of(1);
    promlet_graphite_opts options = options_for(registry);
    options.connect_seconds = 0.05;
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_ERROR_TIMEOUT);
    expect_sentence("127.0.0.1", "connecting: Connection timed out");
    for (size_t i = 0; i < COUNT_OF(clients); i++) {
        (void)close(clients[i]);
    }
    (void)close(bound);
    promlet_registry_free(registry);
}

static void silence_at_the_end_takes_its_time(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_IS_SILENT);
    promlet_graphite_opts options = options_for(registry);
    options.send_seconds = 0.05;
    assert_int_equal(promlet_graphite_send(&options, NULL), PROMLET_ERROR_TIMEOUT);
    expect_sentence("127.0.0.1", "waiting for its end, after 15 bytes: Connection timed out");
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void other_side_that_goes_is_an_error(peer_manner manner, promlet_registry *registry)
{
    peer_starts(&peer, manner);
    promlet_graphite_opts options = options_for(registry);
    for (int i = 0; i < 200; i++) {
        promlet_status status = promlet_graphite_send(&options, NULL);
        expect_error_between(status, PROMLET_ERROR_UNREACHABLE, ", after ", " bytes: ");
    }
    peer_ends(&peer);
    promlet_registry_free(registry);
}

/* Whether all was on its way by then or not. */
static void connection_that_ends_too_early_is_an_error(void **state)
{
    (void)state;
    other_side_that_goes_is_an_error(PEER_LEAVES, registry_of(1));
    other_side_that_goes_is_an_error(PEER_LEAVES, large_registry_of(1));
}

static void connection_that_is_reset_is_an_error(void **state)
{
    (void)state;
    other_side_that_goes_is_an_error(PEER_RESETS, registry_of(1));
    other_side_that_goes_is_an_error(PEER_RESETS, large_registry_of(1));
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void wrong_options_are_refused(void **state)
{
    static char long_host[300];
    static const struct {
        promlet_graphite_opts options;
        const char *sentence;
    } cases[] = {
        {{.host = NULL}, "host: is NULL or empty"},
        {{.host = ""}, "host: is NULL or empty"},
        {{.host = long_host}, "host: is longer than a name can be"},
        {{.host = "x:2003"}, "host: is no name or address; the port is an option of its own"},
        {{.host = "[::1]:2003"}, "host: is no name or address; the port is an option of its own"},
        {{.host = "tcp://x"}, "host: is no name or address; the port is an option of its own"},
        {{.host = "x", .port = -1}, "port: is not one"},
        {{.host = "x", .port = 65536}, "port: is not one"},
        {{.host = "x", .connect_seconds = -1}, "connect_seconds: is not a time"},
        {{.host = "x", .send_seconds = NAN}, "send_seconds: is not a time"},
        {{.host = "x", .prefix = "a..b"},
         "prefix: has more than letters, digits, '_', '-', ':', and single dots between them"},
    };
    promlet_periodic *periodic = (promlet_periodic *)&state;
    (void)state;
    memset(long_host, 'x', sizeof long_host - 1);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(promlet_graphite_send(&cases[i].options, NULL), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
        assert_int_equal(promlet_graphite_start(&cases[i].options, &periodic),
                         PROMLET_ERROR_ARGUMENT);
        assert_null(periodic);
    }
}

static double send_in_callback(void *ctx)
{
    promlet_graphite_opts options = {.registry = (promlet_registry *)ctx, .host = "127.0.0.1"};
    return promlet_graphite_send(&options, NULL);
}

static void sending_in_a_callback_is_an_error_at_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "g"}, send_in_callback, registry);
    assert_true(scraped_value(registry, "g") == PROMLET_ERROR_BUSY);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(document_arrives_whole),
        cmocka_unit_test(labels_may_be_tags),
        cmocka_unit_test(what_the_other_side_says_is_ignored),
        cmocka_unit_test(ipv6_is_spoken),
        cmocka_unit_test(nobody_listening_is_an_error),
        cmocka_unit_test(connection_that_nobody_answers_takes_its_time),
        cmocka_unit_test(silence_at_the_end_takes_its_time),
        cmocka_unit_test(connection_that_ends_too_early_is_an_error),
        cmocka_unit_test(connection_that_is_reset_is_an_error),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(sending_in_a_callback_is_an_error_at_once),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
