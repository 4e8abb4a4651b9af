/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that ask for some metrics by name[], as Prometheus' own servers have it. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define A "# TYPE a gauge\na 0\n"
#define B "# TYPE b_total counter\nb_total 0\n"
#define C "# TYPE c gauge\nc 0\n"

static promlet_registry *registry;
static promlet_server *server;
static int port;

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    assert_non_null(registry);
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    promlet_counter_new(registry, &(promlet_opts){.name = "b_total"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "c"});
    server = start_any(registry);
    assert_non_null(server);
    port = promlet_server_port(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    promlet_registry_free(registry);
    return 0;
}

static void names_in_the_query_choose_families(void **state)
{
    (void)state;
    const struct {
        const char *target;
        const char *body;
    } cases[] = {
        {"/metrics?name[]=a", A},
        {"/metrics?name[]=a&name[]=c", A C},
        {"/metrics?name%5B%5D=b_total", B},
        {"/metrics?name%5b%5d=%61&other=1&name[]=b", A B},
        {"/metrics?name[]=nothing", ""},
        {"/metrics?name[]=", ""},
        {"/metrics?name[]", ""},
        {"/metrics?name[]=a+b", ""},
        {"/metrics?name=a", A B C},
        {"/metrics?other[]=a", A B C},
        {"/metrics?", A B C},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        http_reply reply;
        assert_int_equal(http_request(port, "GET", cases[i].target, &reply), 200);
        assert_string_equal(reply.body, cases[i].body);
        http_reply_clear(&reply);
    }
}

static void name_with_a_nul_is_refused(void **state)
{
    (void)state;
    assert_int_equal(http_get_status(port, "/metrics?name[]=a%00b"), 400);
}

/* The status of a request for the name a so many times. */
static int status_of_names(size_t count)
{
    static char request[40000];
    size_t size = (size_t)snprintf(request, sizeof request, "GET /metrics?");
    for (size_t i = 0; i < count; i++) {
        size += (size_t)snprintf(request + size, sizeof request - size, "name[]=a&");
    }
    (void)snprintf(request + size, sizeof request - size, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    int fd = http_connect(port);
    assert_true(fd >= 0);
    assert_true(http_send(fd, request));
    http_reply reply;
    (void)http_receive(fd, true, &reply);
    close(fd);
    int status = reply.status;
    http_reply_clear(&reply);
    return status;
}

static void names_beyond_the_limit_are_refused(void **state)
{
    (void)state;
    assert_int_equal(status_of_names(1024), 200);
    assert_int_equal(status_of_names(1025), 400);
    assert_int_equal(http_get_status(port, "/metrics"), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_in_the_query_choose_families),
        cmocka_unit_test(name_with_a_nul_is_refused),
        cmocka_unit_test(names_beyond_the_limit_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
