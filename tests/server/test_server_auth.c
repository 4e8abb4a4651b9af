/* SPDX-License-Identifier: Apache-2.0 */
/* Who is answered by a server that asks for credentials, and what the others get. The host's own
   function is test_server_auth_host.c's. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/credentials.h"
#include "support/hang.h"

static promlet_server *start_with_both(void)
{
    return start(&(promlet_server_opts){
        .username = "Aladdin", .password = "open sesame", .bearer_token = "t0ken"});
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

static void keep_warning(const char *message, void *ctx)
{
    char *last = ctx;
    warnings++;
    snprintf(last, 256, "%s", message);
}

static promlet_authorization let_in(const promlet_server_request *request, void *ctx)
{
    (void)request;
    (void)ctx;
    return PROMLET_AUTHORIZED;
}

/* What a server with these options warns of, "" for nothing, without the address and the port. */
static const char *warning_of(const promlet_server_opts *options)
{
    static char last[256];
    last[0] = '\0';
    warnings = 0;
    promlet_set_log_callback(keep_warning, last);
    promlet_server_stop(start(options));
    promlet_set_log_callback(NULL, NULL);
    assert_true(warnings <= 1);
    const char *sentence = strstr(last, ": ");
    return sentence != NULL ? sentence + 2 : last;
}

static void start_in_public_warns_of_secrets_without_tls(void **state)
{
    static const char sentence[] =
        "anyone on the way can read the password or token, since there is no TLS";
    static const struct {
        promlet_server_opts options;
        const char *warning;
    } cases[] = {
        {{.host = "0.0.0.0", .bearer_token = "t"}, sentence},
        {{.host = "0.0.0.0", .username = "u", .password = "p"}, sentence},
        {{.host = "0.0.0.0", .bearer_token = "t", .authorize = let_in}, sentence},
        {{.host = "0.0.0.0", .authorize = let_in}, ""},
        {{.host = "127.0.0.1", .bearer_token = "t"}, ""},
        {{.host = "0.0.0.0"}, "anyone who reaches this address can read the metrics"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_string_equal(warning_of(&cases[i].options), cases[i].warning);
    }
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
static void test_fault_F22_wrong_credentials_all_get_the_same_401(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_unusable_credentials_are_refused_with_a_sentence),
        cmocka_unit_test(start_copies_the_credentials),
        cmocka_unit_test(start_in_public_warns_of_secrets_without_tls),
        cmocka_unit_test(right_credentials_are_answered),
        cmocka_unit_test(test_fault_F22_wrong_credentials_all_get_the_same_401),
        cmocka_unit_test(every_path_and_method_is_guarded),
        cmocka_unit_test(challenge_names_what_is_asked_for),
        cmocka_unit_test(many_wrong_tries_get_429_and_then_right_ones_are_answered),
        cmocka_unit_test(known_connection_is_answered_however_often_others_fail),
        cmocka_unit_test(other_address_is_not_held_up),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
