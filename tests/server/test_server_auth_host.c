/* SPDX-License-Identifier: Apache-2.0 */
/* What the host's own function is asked about requests, and what it may do. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/credentials.h"
#include "support/hang.h"

/* What the function was given last, and what it says. */
static struct {
    promlet_authorization answer;
    int calls;
    char method[16];
    char path[64];
    char address[64];
    char api_key[64];
    bool is_tls;
    bool has_subject;
    void (*act)(void);
    promlet_server *server;
} host;

static promlet_authorization ask_host(const promlet_server_request *request, void *ctx)
{
    const char *api_key = promlet_server_request_header(request, "x-api-key");
    assert_ptr_equal(ctx, &host);
    host.calls++;
    (void)snprintf(host.method, sizeof host.method, "%s", request->method);
    (void)snprintf(host.path, sizeof host.path, "%s", request->path);
    (void)snprintf(host.address, sizeof host.address, "%s", request->address);
    (void)snprintf(host.api_key, sizeof host.api_key, "%s", api_key != NULL ? api_key : "none");
    host.is_tls = request->is_tls;
    host.has_subject = request->client_subject != NULL;
    if (host.act != NULL) {
        host.act();
    }
    return host.answer;
}

static promlet_server *start_with_host(promlet_server_opts options, promlet_authorization answer)
{
    memset(&host, 0, sizeof host);
    host.answer = answer;
    options.authorize = ask_host;
    options.authorize_ctx = &host;
    return start(&options);
}

static void host_sees_the_request_and_decides(void **state)
{
    static const struct {
        promlet_authorization answer;
        int status;
    } cases[] = {{PROMLET_AUTHORIZED, 200},
                 {PROMLET_UNAUTHORIZED, 401},
                 {PROMLET_FORBIDDEN, 403},
                 {(promlet_authorization)17, 403}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        http_reply reply;
        promlet_server *server = start_with_host((promlet_server_opts){.port = 0}, cases[i].answer);
        assert_int_equal(http_request_with(promlet_server_port(server), "GET", "/metrics?a=b",
                                           "X-Api-Key: k\r\n", &reply),
                         cases[i].status);
        http_reply_clear(&reply);
        assert_int_equal(host.calls, 1);
        assert_string_equal(host.method, "GET");
        assert_string_equal(host.path, "/metrics");
        assert_string_equal(host.address, "127.0.0.1");
        assert_string_equal(host.api_key, "k");
        assert_false(host.is_tls || host.has_subject);
        promlet_server_stop(server);
    }
}

static void host_is_asked_on_each_path(void **state)
{
    (void)state;
    promlet_server *server = start_with_host((promlet_server_opts){.port = 0}, PROMLET_FORBIDDEN);
    assert_int_equal(http_get_status(promlet_server_port(server), "/other"), 403);
    assert_string_equal(host.path, "/other");
    host.answer = PROMLET_AUTHORIZED;
    assert_int_equal(http_get_status(promlet_server_port(server), "/other"), 404);
    promlet_server_stop(server);
}

/* It can only take away from what credentials give. */
static void host_is_asked_after_the_credentials(void **state)
{
    (void)state;
    promlet_server *server =
        start_with_host((promlet_server_opts){.bearer_token = "t0ken"}, PROMLET_AUTHORIZED);
    assert_int_equal(status_of(server, ""), 401);
    assert_int_equal(status_of(server, WRONG_BASIC), 401);
    assert_int_equal(host.calls, 0);
    assert_int_equal(status_of(server, GOOD_BEARER), 200);
    host.answer = PROMLET_FORBIDDEN;
    assert_int_equal(status_of(server, GOOD_BEARER), 403);
    assert_int_equal(host.calls, 2);
    promlet_server_stop(server);
}

static void host_that_knows_nobody_is_spared_many_tries(void **state)
{
    http_reply reply;
    (void)state;
    promlet_server *server =
        start_with_host((promlet_server_opts){.port = 0}, PROMLET_UNAUTHORIZED);
    try_often(server, &reply);
    assert_int_equal(reply.status, 429);
    http_reply_clear(&reply);
    assert_true(host.calls < 100);

    /* But not those who don't try. */
    int calls = host.calls;
    for (int i = 0; i < 30; i++) {
        assert_int_equal(status_of(server, ""), 401);
    }
    assert_int_equal(host.calls, calls + 30);
    promlet_server_stop(server);
}

static void scrape_and_declare(void)
{
    promlet_counter_inc(promlet_counter_new(NULL, &(promlet_opts){.name = "asked_total"}));
    promlet_free(promlet_get_metrics());
}

static void host_may_use_promlet(void **state)
{
    http_reply reply;
    (void)state;
    promlet_server *server = start_with_host((promlet_server_opts){.port = 0}, PROMLET_AUTHORIZED);
    host.act = scrape_and_declare;
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 200);
    assert_non_null(strstr(reply.body, "\nasked_total 1\n"));
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

static void stop_server(void)
{
    promlet_server_stop(host.server);
}

static void host_may_stop_the_server(void **state)
{
    (void)state;
    int threads = count_threads_without_server();
    int descriptors = count_descriptors();
    host.server = NULL;
    promlet_server *server = start_with_host((promlet_server_opts){.port = 0}, PROMLET_AUTHORIZED);
    int port = promlet_server_port(server);
    host.server = server;
    host.act = stop_server;
    (void)http_get_status(port, "/metrics");
    assert_true(has_thread_entries(threads));
    assert_true(http_is_refused(port));
    assert_int_equal(count_descriptors(), descriptors);
}

static void request_of_a_test_has_no_headers(void **state)
{
    (void)state;
    promlet_server_request request = {.method = "GET", .path = "/metrics", .address = ""};
    assert_null(promlet_server_request_header(&request, "X-Api-Key"));
    assert_null(promlet_server_request_header(NULL, "X-Api-Key"));
    assert_null(promlet_server_request_header(&request, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_sees_the_request_and_decides),
        cmocka_unit_test(host_is_asked_on_each_path),
        cmocka_unit_test(host_is_asked_after_the_credentials),
        cmocka_unit_test(host_that_knows_nobody_is_spared_many_tries),
        cmocka_unit_test(host_may_use_promlet),
        cmocka_unit_test(host_may_stop_the_server),
        cmocka_unit_test(request_of_a_test_has_no_headers),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
