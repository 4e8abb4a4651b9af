/* SPDX-License-Identifier: Apache-2.0 */
/* Who is answered by a server that asks for credentials, and what the others get. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define BASIC_ALADDIN "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
#define GOOD_BASIC "Authorization: Basic " BASIC_ALADDIN "\r\n"
#define GOOD_BEARER "Authorization: Bearer t0ken\r\n"
#define WRONG_BASIC "Authorization: Basic QWxhZGRpbjp4\r\n"

static promlet_server *start(const promlet_server_opts *options)
{
    promlet_server *server = NULL;
    if (promlet_server_start(options, &server) != PROMLET_OK) {
        fail_msg("%s", promlet_last_error());
    }
    return server;
}

static promlet_server *start_with_both(void)
{
    return start(&(promlet_server_opts){
        .username = "Aladdin", .password = "open sesame", .bearer_token = "t0ken"});
}

static int status_of(const promlet_server *server, const char *headers)
{
    http_reply reply;
    int status = http_request_with(promlet_server_port(server), "GET", "/metrics", headers, &reply);
    http_reply_clear(&reply);
    return status;
}

/* ---- options --------------------------------------------------------------------------------- */

static void start_unusable_credentials_are_refused_with_a_sentence(void **state)
{
    static const char pair[] = "username, password: need each other and must not be empty";
    static const char characters[] = "username, password: must not contain control characters, "
                                     "nor the username a ':'";
    static const char token[] = "bearer_token: must be printable ASCII without blanks";
    static char longest[5000];
    static const struct {
        promlet_server_opts options;
        const char *sentence;
    } cases[] = {
        {{.username = "u"}, pair},
        {{.password = "p"}, pair},
        {{.username = "", .password = "p"}, pair},
        {{.username = "u", .password = ""}, pair},
        {{.username = "a:b", .password = "p"}, characters},
        {{.username = "u\n", .password = "p"}, characters},
        {{.username = "u", .password = "p\x7f"}, characters},
        {{.username = "u", .password = longest}, "username, password: are too long"},
        {{.bearer_token = ""}, "bearer_token: must not be empty"},
        {{.bearer_token = "a b"}, token},
        {{.bearer_token = "a\n"}, token},
        {{.bearer_token = "\xc3\xa9"}, token},
        {{.bearer_token = longest}, "bearer_token: is too long"},
    };
    (void)state;
    memset(longest, 'x', sizeof longest - 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        promlet_server *server = (promlet_server *)&server;
        assert_int_equal(promlet_server_start(&cases[i].options, &server), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
        assert_null(server);
    }
}

static void start_copies_the_credentials(void **state)
{
    char username[] = "Aladdin";
    char password[] = "open sesame";
    (void)state;
    promlet_server *server =
        start(&(promlet_server_opts){.username = username, .password = password});
    memset(username, 'x', sizeof username - 1);
    memset(password, 'x', sizeof password - 1);
    assert_int_equal(status_of(server, GOOD_BASIC), 200);
    promlet_server_stop(server);
}

static int warnings;

static void count_warning(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
    warnings++;
}

static void start_in_public_with_credentials_does_not_warn(void **state)
{
    (void)state;
    promlet_set_log_callback(count_warning, NULL);
    warnings = 0;
    promlet_server_stop(start(&(promlet_server_opts){.host = "0.0.0.0", .bearer_token = "t"}));
    assert_int_equal(warnings, 0);
    promlet_server_stop(start(&(promlet_server_opts){.host = "0.0.0.0"}));
    assert_int_equal(warnings, 1);
    promlet_set_log_callback(NULL, NULL);
}

/* ---- credentials ----------------------------------------------------------------------------- */

static void right_credentials_are_answered(void **state)
{
    static const char *const right[] = {
        GOOD_BASIC,
        GOOD_BEARER,
        "authorization: basic " BASIC_ALADDIN "\r\n",
        "AUTHORIZATION: BASIC   " BASIC_ALADDIN "\r\n",
        "Authorization: Basic " BASIC_ALADDIN "  \r\n",
        "Authorization: bEARER t0ken\t\r\n",
    };
    (void)state;
    promlet_server *server = start_with_both();
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        if (status_of(server, right[i]) != 200) {
            fail_msg("%s", right[i]);
        }
    }
    promlet_server_stop(server);
}

/* Whatever is wrong, the answer is the same to the byte, but for the date. */
static void wrong_credentials_all_get_the_same_401(void **state)
{
    static const char *const wrong[] = {
        "",
        WRONG_BASIC,
        "Authorization: Basic eDpvcGVuIHNlc2FtZQ==\r\n",
        "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ\r\n",
        "Authorization: Basic t0ken\r\n",
        "Authorization: Bearer " BASIC_ALADDIN "\r\n",
        "Authorization: Bearer t0ken2\r\n",
        "Authorization: Bearer t0ke\r\n",
        "Authorization: Bearer\r\n",
        "Authorization: Basic\r\n",
        "Authorization: Basic" BASIC_ALADDIN "\r\n",
        "Authorization: " BASIC_ALADDIN "\r\n",
        "Authorization: t0ken\r\n",
        "Authorization: \r\n",
        "Authorization: Digest username=\"Aladdin\"\r\n",
        "Authorization: Basic " BASIC_ALADDIN ", Basic " BASIC_ALADDIN "\r\n",
        WRONG_BASIC GOOD_BASIC,
        GOOD_BASIC GOOD_BASIC,
        "Proxy-Authorization: Basic " BASIC_ALADDIN "\r\n",
    };
    char expected[HTTP_HEAD_SIZE] = "";
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        http_reply reply;
        promlet_server *server = start_with_both();
        (void)http_request_with(promlet_server_port(server), "GET", "/metrics", wrong[i], &reply);
        char *date = strstr(reply.head, "Date: ");
        assert_non_null(date);
        memset(date, 'x', strcspn(date, "\r"));
        if (i == 0) {
            (void)snprintf(expected, sizeof expected, "%s", reply.head);
        }
        assert_int_equal(reply.status, 401);
        assert_string_equal(reply.head, expected);
        assert_string_equal(reply.body, "Unauthorized.\n");
        http_reply_clear(&reply);
        promlet_server_stop(server);
    }
    assert_non_null(
        strstr(expected, "\r\nWWW-Authenticate: Basic realm=\"metrics\", charset=\"UTF-8\"\r\n"));
    assert_non_null(strstr(expected, "\r\nWWW-Authenticate: Bearer realm=\"metrics\"\r\n"));
    assert_non_null(strstr(expected, "\r\nConnection: close\r\n"));
}

/* Strangers don't learn which paths and methods there are. */
static void every_path_and_method_is_guarded(void **state)
{
    static const char *const targets[] = {"/metrics", "/",      "/-/healthy",
                                          "/-/ready", "/other", "/metrics?name[]=a"};
    static const char *const methods[] = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE"};
    (void)state;
    promlet_server *server = start_with_both();
    int port = promlet_server_port(server);
    for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++) {
        for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
            http_reply reply;
            assert_int_equal(http_request(port, methods[m], targets[t], &reply), 401);
            http_reply_clear(&reply);
        }
    }
    assert_int_equal(status_of(server, "Content-Length: 5\r\n"), 401);
    promlet_server_stop(server);
}

static void challenge_names_what_is_asked_for(void **state)
{
    char value[256];
    http_reply reply;
    (void)state;
    promlet_server *server = start(&(promlet_server_opts){.bearer_token = "t0ken"});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/metrics", &reply), 401);
    assert_string_equal(http_header(&reply, "WWW-Authenticate", value), "Bearer realm=\"metrics\"");
    http_reply_clear(&reply);
    assert_int_equal(status_of(server, GOOD_BASIC), 401);
    assert_int_equal(status_of(server, GOOD_BEARER), 200);
    promlet_server_stop(server);
}

/* ---- failed tries ---------------------------------------------------------------------------- */

/* Spend the tries of this address, and more. Returns the last answer. */
static void try_often(const promlet_server *server, http_reply *reply)
{
    memset(reply, 0, sizeof *reply);
    for (int i = 0; i < 100 && reply->status != 429; i++) {
        http_reply_clear(reply);
        (void)http_request_with(promlet_server_port(server), "GET", "/metrics", WRONG_BASIC, reply);
        assert_true(reply->status == 401 || reply->status == 429);
    }
}

static void many_wrong_tries_get_429_and_then_right_ones_are_answered(void **state)
{
    char value[256];
    http_reply reply;
    (void)state;
    promlet_server *server = start_with_both();
    try_often(server, &reply);
    assert_int_equal(reply.status, 429);
    assert_string_equal(http_header(&reply, "Retry-After", value), "1");
    assert_null(http_header(&reply, "WWW-Authenticate", value));
    assert_string_equal(reply.body, "Too many failed tries.\n");
    http_reply_clear(&reply);

    /* Who has not tried anything is told what to do, as ever. */
    assert_int_equal(status_of(server, ""), 401);
    int status = 429;
    for (int i = 0; i < 2000 && status == 429; i++) {
        (void)poll(NULL, 0, 5);
        status = status_of(server, GOOD_BASIC);
    }
    assert_int_equal(status, 200);
    promlet_server_stop(server);
}

/* A scraper that keeps its connection is not held up by others at its address. */
static void known_connection_is_answered_however_often_others_fail(void **state)
{
    http_reply reply;
    (void)state;
    promlet_server *server = start_with_both();
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask_with(fd, "GET", "/metrics", GOOD_BASIC));
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    for (int i = 0; i < 20; i++) {
        try_often(server, &reply);
        http_reply_clear(&reply);
        assert_true(http_ask_with(fd, "GET", "/metrics", GOOD_BASIC));
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, 200);
        http_reply_clear(&reply);
    }

    /* With a wrong try it is one of them. */
    assert_true(http_ask_with(fd, "GET", "/metrics", WRONG_BASIC));
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 401);
    http_reply_clear(&reply);
    assert_true(http_is_closed(fd));
    close(fd);
    promlet_server_stop(server);
}

static void other_address_is_not_held_up(void **state)
{
    http_reply reply;
    (void)state;
    promlet_server *server = start(&(promlet_server_opts){
        .host = "0.0.0.0", .username = "Aladdin", .password = "open sesame"});
    try_often(server, &reply);
    http_reply_clear(&reply);
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000002)}};
    struct sockaddr_in other = {.sin_family = AF_INET,
                                .sin_addr = {htonl(INADDR_LOOPBACK)},
                                .sin_port = htons((uint16_t)promlet_server_port(server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof own), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&other, sizeof other), 0);
    assert_true(http_ask_with(fd, "GET", "/metrics", GOOD_BASIC));
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    close(fd);
    promlet_server_stop(server);
}

/* ---- the host's own function ----------------------------------------------------------------- */

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
        cmocka_unit_test(start_unusable_credentials_are_refused_with_a_sentence),
        cmocka_unit_test(start_copies_the_credentials),
        cmocka_unit_test(start_in_public_with_credentials_does_not_warn),
        cmocka_unit_test(right_credentials_are_answered),
        cmocka_unit_test(wrong_credentials_all_get_the_same_401),
        cmocka_unit_test(every_path_and_method_is_guarded),
        cmocka_unit_test(challenge_names_what_is_asked_for),
        cmocka_unit_test(many_wrong_tries_get_429_and_then_right_ones_are_answered),
        cmocka_unit_test(known_connection_is_answered_however_often_others_fail),
        cmocka_unit_test(other_address_is_not_held_up),
        cmocka_unit_test(host_sees_the_request_and_decides),
        cmocka_unit_test(host_is_asked_on_each_path),
        cmocka_unit_test(host_is_asked_after_the_credentials),
        cmocka_unit_test(host_that_knows_nobody_is_spared_many_tries),
        cmocka_unit_test(host_may_use_promlet),
        cmocka_unit_test(host_may_stop_the_server),
        cmocka_unit_test(request_of_a_test_has_no_headers),
    };
    alarm(100); /* A hang must end the run. */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
