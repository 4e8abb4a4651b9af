/* SPDX-License-Identifier: Apache-2.0 */
/* What is sent at "/", for people with a browser. What becomes of it in one is for tests/browser.
 */
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

#define MOST_PAGE_BYTES (40 * 1024)

static promlet_server *start_with(const promlet_server_opts *options)
{
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(options, &server), PROMLET_OK);
    return server;
}

static void assert_header(const http_reply *reply, const char *name, const char *expected)
{
    char value[256];
    assert_non_null(http_header(reply, name, value));
    assert_string_equal(value, expected);
}

/* The start and the end of a directive of the policy. */
static bool allows(const http_reply *reply, const char *directive)
{
    const char *policy = strstr(reply->head, "\r\nContent-Security-Policy: ");
    return policy != NULL && strstr(policy, directive) != NULL &&
           strstr(policy, directive) < strstr(policy + 2, "\r\n");
}

static void page_is_html_that_fetches_the_metrics(void **state)
{
    (void)state;
    http_reply reply;
    promlet_server *server = start_with(&(promlet_server_opts){.port = 0});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/", &reply), 200);
    assert_header(&reply, "Content-Type", "text/html; charset=utf-8");
    assert_non_null(strstr(reply.body, "<!doctype html>"));
    assert_non_null(strstr(reply.body, "href=\"./metrics\""));
    assert_string_equal(reply.body + reply.body_length - 8, "</html>\n");
    assert_true(reply.body_length < MOST_PAGE_BYTES);
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

/* Its own script and style by their hashes, metrics from the same place, and nothing else. */
static void page_has_headers_that_allow_nothing_else(void **state)
{
    (void)state;
    http_reply reply;
    promlet_server *server = start_with(&(promlet_server_opts){.port = 0});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/", &reply), 200);
    assert_header(&reply, "Referrer-Policy", "no-referrer");
    assert_header(&reply, "X-Content-Type-Options", "nosniff");
    assert_header(&reply, "Cache-Control", "no-store");
    assert_true(allows(&reply, " default-src 'none'; script-src 'sha256-"));
    assert_true(allows(&reply, "='; style-src 'sha256-"));
    assert_true(allows(&reply, "='; connect-src 'self'; img-src data:; base-uri 'none'; "
                               "form-action 'none'; frame-ancestors 'none'; "
                               "require-trusted-types-for 'script'; trusted-types 'none'"));
    assert_null(strstr(reply.head, "unsafe"));
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

/* The policy would refuse it; this says that the page does not even try. */
static void page_names_no_outside_resource(void **state)
{
    static const char *const outside[] = {" src=", "url(", "@import", "import(", "http:", "https:"};
    (void)state;
    http_reply reply;
    promlet_server *server = start_with(&(promlet_server_opts){.port = 0});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/", &reply), 200);
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        for (char *found = strstr(reply.body, outside[i]); found != NULL;
             found = strstr(found + 1, outside[i])) {
            /* The name of SVG, which nobody fetches. */
            assert_int_equal(strncmp(found, "http://www.w3.org/2000/svg'", 27), 0);
        }
    }
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

static void page_is_answered_to_head_and_with_a_query(void **state)
{
    (void)state;
    http_reply reply;
    http_reply head;
    promlet_server *server = start_with(&(promlet_server_opts){.port = 0});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/?x=1", &reply), 200);
    assert_int_equal(http_request(promlet_server_port(server), "HEAD", "/", &head), 200);
    char value[256];
    assert_non_null(http_header(&head, "Content-Length", value));
    assert_int_equal(strtoul(value, NULL, 10), reply.body_length);
    http_reply_clear(&reply);
    http_reply_clear(&head);
    promlet_server_stop(server);
}

static void page_to_other_methods_and_paths_is_not_answered(void **state)
{
    (void)state;
    http_reply reply;
    promlet_server *server = start_with(&(promlet_server_opts){.port = 0});
    assert_int_equal(http_request(promlet_server_port(server), "POST", "/", &reply), 405);
    assert_header(&reply, "Allow", "GET, HEAD");
    http_reply_clear(&reply);
    assert_int_equal(http_get_status(promlet_server_port(server), "//"), 404);
    assert_int_equal(http_get_status(promlet_server_port(server), "/index.html"), 404);
    assert_int_equal(http_get_status(promlet_server_port(server), "/%2f"), 404);
    promlet_server_stop(server);
}

static void page_is_not_served_with_no_page(void **state)
{
    (void)state;
    promlet_server *server = start_with(&(promlet_server_opts){.no_page = true});
    assert_int_equal(http_get_status(promlet_server_port(server), "/"), 404);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    promlet_server_stop(server);
}

static void page_gives_way_to_metrics_at_its_path(void **state)
{
    (void)state;
    http_reply reply;
    promlet_server *server = start_with(&(promlet_server_opts){.path = "/"});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/", &reply), 200);
    assert_header(&reply, "Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

/* A path that could end the attribute which it stands in. */
static void page_escapes_the_path_of_the_metrics(void **state)
{
    (void)state;
    http_reply reply;
    promlet_server *server =
        start_with(&(promlet_server_opts){.path = "/\"><script>x('a&b')</script>"});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/", &reply), 200);
    assert_non_null(strstr(reply.body, "href=\"./&quot;&gt;&lt;script&gt;x(&#39;a&amp;b&#39;)"
                                       "&lt;/script&gt;\""));
    assert_null(strstr(reply.body, "<script>x("));
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

/* Whoever may read metrics may read them elsewhere as well: nothing of the host is in the page. */
static void page_is_the_same_for_every_registry(void **state)
{
    (void)state;
    http_reply one;
    http_reply other;
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_new(registry, &(promlet_opts){.name = "secret", .help = "Secret."});
    promlet_server *first = start_with(&(promlet_server_opts){.port = 0});
    promlet_server *second = start_with(&(promlet_server_opts){.registry = registry});
    assert_int_equal(http_request(promlet_server_port(first), "GET", "/", &one), 200);
    assert_int_equal(http_request(promlet_server_port(second), "GET", "/", &other), 200);
    assert_string_equal(one.body, other.body);
    http_reply_clear(&one);
    http_reply_clear(&other);
    promlet_server_stop(first);
    promlet_server_stop(second);
    promlet_registry_free(registry);
}

/* Metrics are asked for, and their callback has been called and does not return. */
static void page_does_not_wait_for_metrics(void **state)
{
    (void)state;
    http_reply reply;
    promlet_registry *registry = new_slow_registry();
    promlet_server *server = start_with(&(promlet_server_opts){.registry = registry});
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);

    assert_int_equal(http_get_status(promlet_server_port(server), "/"), 200);

    sem_post(&slow_may_end);
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    close(fd);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_is_html_that_fetches_the_metrics),
        cmocka_unit_test(page_has_headers_that_allow_nothing_else),
        cmocka_unit_test(page_names_no_outside_resource),
        cmocka_unit_test(page_is_answered_to_head_and_with_a_query),
        cmocka_unit_test(page_to_other_methods_and_paths_is_not_answered),
        cmocka_unit_test(page_is_not_served_with_no_page),
        cmocka_unit_test(page_gives_way_to_metrics_at_its_path),
        cmocka_unit_test(page_escapes_the_path_of_the_metrics),
        cmocka_unit_test(page_is_the_same_for_every_registry),
        cmocka_unit_test(page_does_not_wait_for_metrics),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
