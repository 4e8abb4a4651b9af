/* SPDX-License-Identifier: Apache-2.0 */
/* What the server compresses, and that the same document comes out of it. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/gunzip.h"
#include "server/http_client.h"
#include "support/hang.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define GZIP "Accept-Encoding: gzip\r\n"
#define OM "Accept: application/openmetrics-text\r\n"
#define OM_AND_GZIP OM GZIP
#define PROTOBUF                                                                                   \
    "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"             \
    "encoding=delimited\r\n"

static promlet_registry *registry;
static promlet_server *server;

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    assert_non_null(registry);
    server = start_any(registry);
    assert_non_null(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}

/* A text of so many bytes: that of one gauge, with a help text as long as need be. */
static void fill_registry(size_t size)
{
    static char help[4096];
    size_t least = strlen("# HELP level \n# TYPE level gauge\nlevel 0\n");
    assert_true(size > least && size - least < sizeof help);
    memset(help, 'h', size - least);
    help[size - least] = '\0';
    promlet_gauge_new(registry, &(promlet_opts){.name = "level", .help = help, .no_lint = true});
}

static void add_series(int count)
{
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .labels = {"queue"}, .max_series = 100000});
    for (int i = 0; i < count; i++) {
        char queue[32];
        (void)snprintf(queue, sizeof queue, "%x", (unsigned)i * 2654435761U);
        promlet_counter_add_u64(promlet_counter_with(family, queue), (uint64_t)i * 7919);
    }
}

static void ask(const char *headers, http_reply *reply)
{
    assert_int_equal(
        http_request_with(promlet_server_port(server), "GET", "/metrics", headers, reply), 200);
}

static bool is_gzip(const http_reply *reply)
{
    char value[256];
    if (http_header(reply, "Content-Encoding", value) == NULL) {
        return false;
    }
    assert_string_equal(value, "gzip");
    return true;
}

/* The document of a reply, whose body goes. */
static char *plain_of(http_reply *reply, size_t *size)
{
    assert_true(is_gzip(reply));
    char *plain = gunzip(reply->body, reply->body_length, size);
    assert_non_null(plain);
    http_reply_clear(reply);
    return plain;
}

static void expect_same_as_plain(const char *accept)
{
    char headers[256];
    http_reply plain;
    http_reply compressed;
    size_t size = 0;
    (void)snprintf(headers, sizeof headers, "%s" GZIP, accept);
    ask(accept, &plain);
    assert_false(is_gzip(&plain));
    ask(headers, &compressed);
    size_t compressed_size = compressed.body_length;
    char *text = plain_of(&compressed, &size);
    assert_int_equal(size, plain.body_length);
    assert_memory_equal(text, plain.body, size);
    assert_true(compressed_size < size);
    free(text);
    http_reply_clear(&plain);
}

static void compressed_document_is_the_plain_one(void **state)
{
    static const char *const accepts[] = {
        "",       "Accept: text/plain;version=1.0.0\r\n",
        OM,       "Accept: application/openmetrics-text;version=2.0.0\r\n",
        PROTOBUF,
    };
    (void)state;
    add_series(300);
    for (size_t i = 0; i < COUNT_OF(accepts); i++) {
        expect_same_as_plain(accepts[i]);
    }
}

/* Many pieces of the encoder, and a result that grows more than once. */
static void large_document_comes_whole(void **state)
{
    (void)state;
    add_series(20000);
    expect_same_as_plain("");
}

static void only_a_document_of_1_kib_is_compressed(void **state)
{
    (void)state;
    http_reply reply;
    fill_registry(1023);
    ask(GZIP, &reply);
    assert_int_equal(reply.body_length, 1023);
    assert_false(is_gzip(&reply));
    http_reply_clear(&reply);
}

static void document_of_1_kib_is_compressed(void **state)
{
    (void)state;
    fill_registry(1024);
    expect_same_as_plain("");
}

static void empty_document_is_not_compressed(void **state)
{
    (void)state;
    http_reply reply;
    ask(GZIP, &reply);
    assert_int_equal(reply.body_length, 0);
    assert_false(is_gzip(&reply));
    http_reply_clear(&reply);
}

static void accept_encoding_is_negotiated(void **state)
{
    static const struct {
        const char *headers;
        bool is_gzip;
    } cases[] = {
        {"", false},
        {"Accept-Encoding: gzip\r\n", true},
        {"accept-encoding: deflate, GZIP;q=0.5\r\n", true},
        {"Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n", true},
        {"Accept-Encoding: identity\r\n", false},
        {"Accept-Encoding: gzip;q=0\r\n", false},
        {"Accept-Encoding: gzip;q=0.5\r\nAccept-Encoding: identity;q=0.8\r\n", false},
        {"Accept-Encoding: *\r\n", true},
        {"Accept-Encoding: x-gzip, deflate, br, zstd\r\n", false},
        {"Accept-Encoding:\r\n", false},
        {"Accept: gzip\r\n", false},
    };
    (void)state;
    fill_registry(2000);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        http_reply reply;
        char value[256];
        ask(cases[i].headers, &reply);
        if (is_gzip(&reply) != cases[i].is_gzip) {
            fail_msg("%s: not %d", cases[i].headers, cases[i].is_gzip);
        }
        assert_non_null(http_header(&reply, "Vary", value));
        assert_string_equal(value, "Accept, Accept-Encoding");
        http_reply_clear(&reply);
    }
}

static void head_has_the_headers_of_the_compressed_document(void **state)
{
    static const char *const names[] = {"Content-Type", "Content-Length", "Content-Encoding"};
    (void)state;
    http_reply head;
    http_reply get;
    add_series(100);
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask_with(fd, "HEAD", "/metrics", GZIP));
    assert_true(http_receive(fd, false, &head));
    assert_true(http_ask_with(fd, "GET", "/metrics", GZIP));
    assert_true(http_receive(fd, true, &get));
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char of_head[256];
        char of_get[256];
        assert_non_null(http_header(&head, names[i], of_head));
        assert_non_null(http_header(&get, names[i], of_get));
        assert_string_equal(of_head, of_get);
    }
    http_reply_clear(&head);
    http_reply_clear(&get);
    close(fd);
}

static void names_in_the_query_are_compressed_as_well(void **state)
{
    (void)state;
    http_reply reply;
    size_t size = 0;
    add_series(100);
    promlet_gauge_new(registry, &(promlet_opts){.name = "other"});
    assert_int_equal(http_request_with(promlet_server_port(server), "GET",
                                       "/metrics?name[]=jobs_total", GZIP, &reply),
                     200);
    char *text = plain_of(&reply, &size);
    assert_non_null(strstr(text, "jobs_total{"));
    assert_null(strstr(text, "other"));
    free(text);
}

static void server_told_not_to_compresses_nothing(void **state)
{
    (void)state;
    http_reply reply;
    fill_registry(2000);
    promlet_server *plain = NULL;
    assert_int_equal(promlet_server_start(&(promlet_server_opts){.registry = registry,
                                                                 .no_gzip = true,
                                                                 .hide_server_metrics = true},
                                          &plain),
                     PROMLET_OK);
    assert_int_equal(http_request_with(promlet_server_port(plain), "GET", "/metrics", GZIP, &reply),
                     200);
    assert_false(is_gzip(&reply));
    assert_int_equal(reply.body_length, 2000);
    http_reply_clear(&reply);
    promlet_server_stop(plain);
}

/* ---- many clients ---------------------------------------------------------------------------- */

#define CLIENTS 8
#define REQUESTS 25

static void *record(void *argument)
{
    promlet_counter *counter = argument;
    for (int i = 0; i < 100000; i++) {
        promlet_counter_inc(counter);
    }
    return NULL;
}

/* What is wrong with a reply, or NULL; its body goes. */
static const char *judge(http_reply *reply, bool is_openmetrics)
{
    size_t size = reply->body_length;
    char *text = is_gzip(reply) ? gunzip(reply->body, reply->body_length, &size)
                                : strndup(reply->body, reply->body_length);
    http_reply_clear(reply);
    if (text == NULL) {
        return "no whole body";
    }
    const char *end = is_openmetrics ? "\n# EOF\n" : "\n";
    bool is_right = size > strlen(end) && strcmp(text + size - strlen(end), end) == 0 &&
                    strstr(text, "busy_total ") != NULL &&
                    (strstr(text, "# EOF") != NULL) == is_openmetrics;
    free(text);
    return is_right ? NULL : "another document";
}

/* A client with a connection and wishes of its own. */
static void *scrape_often(void *argument)
{
    static const char *const wishes[] = {"", GZIP, OM, OM_AND_GZIP};
    const int *number = argument;
    const char *wrong = NULL;
    int fd = http_connect(promlet_server_port(server));
    for (int i = 0; i < REQUESTS && wrong == NULL; i++) {
        size_t wish = (size_t)(*number + i) % COUNT_OF(wishes);
        http_reply reply;
        if (!http_ask_with(fd, "GET", "/metrics", wishes[wish]) ||
            !http_receive(fd, true, &reply)) {
            wrong = "no reply";
        } else {
            wrong = judge(&reply, wish >= 2);
        }
    }
    close(fd);
    return (void *)wrong;
}

static void clients_that_overlap_get_what_each_wants(void **state)
{
    pthread_t clients[CLIENTS];
    pthread_t recorder;
    int numbers[CLIENTS];
    (void)state;
    add_series(200);
    promlet_counter *busy = promlet_counter_new(registry, &(promlet_opts){.name = "busy_total"});
    assert_int_equal(pthread_create(&recorder, NULL, record, busy), 0);
    for (int i = 0; i < CLIENTS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&clients[i], NULL, scrape_often, &numbers[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        void *wrong = NULL;
        pthread_join(clients[i], &wrong);
        if (wrong != NULL) {
            fail_msg("client %d: %s", i, (const char *)wrong);
        }
    }
    pthread_join(recorder, NULL);
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(compressed_document_is_the_plain_one),
        WITH_SERVER(large_document_comes_whole),
        WITH_SERVER(only_a_document_of_1_kib_is_compressed),
        WITH_SERVER(document_of_1_kib_is_compressed),
        WITH_SERVER(empty_document_is_not_compressed),
        WITH_SERVER(accept_encoding_is_negotiated),
        WITH_SERVER(head_has_the_headers_of_the_compressed_document),
        WITH_SERVER(names_in_the_query_are_compressed_as_well),
        WITH_SERVER(server_told_not_to_compresses_nothing),
        WITH_SERVER(clients_that_overlap_get_what_each_wants),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
