/* SPDX-License-Identifier: Apache-2.0 */
/* "/-/healthy" and "/-/ready". */
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

static promlet_server *start_with(const promlet_server_opts *options)
{
    promlet_server *server = NULL;
    assert_int_equal(promlet_server_start(options, &server), PROMLET_OK);
    return server;
}

/* The service's own answer, and how often it was asked. Only the server's thread is at it while a
   request runs. */
typedef struct service {
    bool is_ready;
    int times;
} service;

static bool tell(void *ctx)
{
    service *self = ctx;
    self->times++;
    return self->is_ready;
}

static void assert_text(const promlet_server *server, const char *target, int status,
                        const char *text)
{
    char value[256];
    http_reply reply;
    assert_int_equal(http_request(promlet_server_port(server), "GET", target, &reply), status);
    assert_string_equal(reply.body, text);
    assert_string_equal(http_header(&reply, "Content-Type", value), "text/plain; charset=utf-8");
    assert_string_equal(http_header(&reply, "Cache-Control", value), "no-store");
    assert_string_equal(http_header(&reply, "X-Content-Type-Options", value), "nosniff");
    http_reply_clear(&reply);
}

static void healthy_is_always_ok(void **state)
{
    (void)state;
    service self = {.is_ready = false};
    promlet_server *server =
        start_with(&(promlet_server_opts){.is_ready = tell, .ready_ctx = &self});
    assert_text(server, "/-/healthy", 200, "Healthy.\n");
    assert_int_equal(self.times, 0);
    promlet_server_stop(server);
}

static void ready_without_callback_is_ok(void **state)
{
    (void)state;
    promlet_server *server = start_with(&(promlet_server_opts){.port = 0});
    assert_text(server, "/-/ready", 200, "Ready.\n");
    promlet_server_stop(server);
}

static void ready_is_what_the_callback_says_now(void **state)
{
    (void)state;
    service self = {.is_ready = false};
    promlet_server *server =
        start_with(&(promlet_server_opts){.is_ready = tell, .ready_ctx = &self});
    assert_text(server, "/-/ready", 503, "Not ready.\n");
    self.is_ready = true;
    assert_text(server, "/-/ready?now", 200, "Ready.\n");
    self.is_ready = false;
    assert_text(server, "/-/ready", 503, "Not ready.\n");
    assert_int_equal(self.times, 3);
    promlet_server_stop(server);
}

static void health_is_answered_to_get_and_head_only(void **state)
{
    static const char *const targets[] = {"/-/healthy", "/-/ready"};
    (void)state;
    service self = {.is_ready = true};
    promlet_server *server =
        start_with(&(promlet_server_opts){.is_ready = tell, .ready_ctx = &self});
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        http_reply reply;
        assert_int_equal(http_request(promlet_server_port(server), "HEAD", targets[i], &reply),
                         200);
        http_reply_clear(&reply);
        assert_int_equal(http_request(promlet_server_port(server), "POST", targets[i], &reply),
                         405);
        http_reply_clear(&reply);
    }
    assert_int_equal(self.times, 1);
    assert_int_equal(http_get_status(promlet_server_port(server), "/-/"), 404);
    assert_int_equal(http_get_status(promlet_server_port(server), "/-/healthy/"), 404);
    promlet_server_stop(server);
}

static void health_gives_way_to_metrics_at_its_path(void **state)
{
    (void)state;
    char value[256];
    http_reply reply;
    promlet_server *server = start_with(&(promlet_server_opts){.path = "/-/ready"});
    assert_int_equal(http_request(promlet_server_port(server), "GET", "/-/ready", &reply), 200);
    assert_string_equal(http_header(&reply, "Content-Type", value),
                        "text/plain; version=0.0.4; charset=utf-8");
    http_reply_clear(&reply);
    promlet_server_stop(server);
}

/* Metrics are asked for, and their callback has been called and does not return. */
static void health_does_not_wait_for_metrics(void **state)
{
    (void)state;
    http_reply reply;
    promlet_registry *registry = new_slow_registry();
    promlet_server *server = start_with(&(promlet_server_opts){.registry = registry});
    int fd = http_connect(promlet_server_port(server));
    assert_true(http_ask(fd, "GET", "/metrics"));
    sem_wait(&slow_begins);

    assert_text(server, "/-/healthy", 200, "Healthy.\n");
    assert_text(server, "/-/ready", 200, "Ready.\n");

    sem_post(&slow_may_end);
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    close(fd);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

/* The service may decide in there that it is time to go. */
static bool stop_servers(void *ctx)
{
    (void)ctx;
    promlet_stop_metrics_server();
    return false;
}

static void ready_callback_may_stop_another_server(void **state)
{
    (void)state;
    promlet_server *server = start_with(&(promlet_server_opts){.is_ready = stop_servers});
    assert_int_equal(promlet_start_metrics_server(0), PROMLET_OK);
    int port = promlet_metrics_server_port();
    assert_text(server, "/-/ready", 503, "Not ready.\n");
    assert_true(http_is_refused(port));
    promlet_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(healthy_is_always_ok),
        cmocka_unit_test(ready_without_callback_is_ok),
        cmocka_unit_test(ready_is_what_the_callback_says_now),
        cmocka_unit_test(health_is_answered_to_get_and_head_only),
        cmocka_unit_test(health_gives_way_to_metrics_at_its_path),
        cmocka_unit_test(health_does_not_wait_for_metrics),
        cmocka_unit_test(ready_callback_may_stop_another_server),
    };
    end_hang_after(60);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
