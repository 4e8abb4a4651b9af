/* SPDX-License-Identifier: Apache-2.0 */
/* Many clients at once, in each mode in which libmicrohttpd runs: every request counts once. */
#include "server/measured.h"
#include "support/hang.h"

#include <pthread.h>

#define CLIENTS 8
#define ROUNDS 25

/* What each client asks for in each round, on one connection. */
static const struct {
    const char *method;
    const char *target;
    const char *handler;
    const char *code;
} asked[] = {
    {"GET", "/text/a", ROUTE_TEXT, "200"},      {"HEAD", "/text/b", ROUTE_TEXT, "200"},
    {"POST", "/text/c", ROUTE_TEXT, "200"},     {"DELETE", "/none", "other", "404"},
    {"BREW", "/by-hand", ROUTE_BY_HAND, "202"}, {"GET", "/left-out", NULL, NULL},
};

static const char *method_label(const char *method)
{
    return strcmp(method, "BREW") == 0 ? "other" : method;
}

/* A client, and what went wrong; NULL: nothing. */
static void *ask_often(void *argument)
{
    const service *self = argument;
    int fd = http_connect(self->port);
    if (fd < 0) {
        return "cannot connect";
    }
    void *wrong = NULL;
    for (size_t i = 0; wrong == NULL && i < ROUNDS * COUNT_OF(asked); i++) {
        http_reply reply;
        const char *method = asked[i % COUNT_OF(asked)].method;
        if (!http_ask(fd, method, asked[i % COUNT_OF(asked)].target) ||
            !http_receive(fd, strcmp(method, "HEAD") != 0, &reply)) {
            wrong = "no answer";
            break;
        }
        http_reply_clear(&reply);
    }
    close(fd);
    return wrong;
}

/* Scrapes while requests run, in which nothing may ever look wrong. */
static void *scrape_often(void *argument)
{
    const service *self = argument;
    for (int i = 0; i < 50; i++) {
        double in_progress = in_progress_of(self);
        if (in_progress < 0 || in_progress > CLIENTS) {
            return "a wrong number of requests in progress";
        }
    }
    return NULL;
}

static void ask_with_many_clients(const service *self)
{
    pthread_t threads[CLIENTS + 1];
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, i < CLIENTS ? ask_often : scrape_often,
                                        (void *)(uintptr_t)self),
                         0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        if (wrong != NULL) {
            fail_msg("%s", (const char *)wrong);
        }
    }
}

static void expect_all_counted(const service *self)
{
    for (size_t i = 0; i < COUNT_OF(asked); i++) {
        if (asked[i].handler != NULL) {
            assert_true(requests_of(self, method_label(asked[i].method), asked[i].handler,
                                    asked[i].code) == CLIENTS * ROUNDS);
        }
    }
    assert_true(histogram_of(self, "http_request_duration_seconds", "_count", "GET", ROUTE_TEXT) ==
                CLIENTS * ROUNDS);
    assert_true(histogram_of(self, "http_response_size_bytes", "_sum", "GET", ROUTE_TEXT) ==
                5 * CLIENTS * ROUNDS);
    assert_true(in_progress_of(self) == 0);
}

static void requests_of_many_clients_count_once_in_each_mode(void **state)
{
    static const struct MHD_OptionItem pool[] = {{MHD_OPTION_THREAD_POOL_SIZE, 4, NULL},
                                                 {MHD_OPTION_END, 0, NULL}};
    static const struct {
        unsigned int flags;
        const struct MHD_OptionItem *options;
    } modes[] = {
        {MHD_USE_AUTO_INTERNAL_THREAD, NULL},
        {MHD_USE_AUTO_INTERNAL_THREAD, pool},
        {MHD_USE_POLL_INTERNAL_THREAD, pool},
        {MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, NULL},
        {MHD_USE_INTERNAL_POLLING_THREAD, NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        service self;
        start_service_with(&self, NULL, modes[i].flags, modes[i].options);
        ask_with_many_clients(&self);
        stop_daemon(&self);
        expect_all_counted(&self);
        free_service(&self);
    }
}

/* ---- an external loop ------------------------------------------------------------------------ */

static atomic_bool is_over;

static void *run_loop(void *argument)
{
    const service *self = argument;
    while (!atomic_load(&is_over)) {
        (void)MHD_run_wait(self->daemon, 10);
    }
    return NULL;
}

static void requests_of_many_clients_count_once_in_an_external_loop(void **state)
{
    service self;
    pthread_t loop;
    (void)state;
    start_service_with(&self, NULL, MHD_USE_EPOLL, NULL);
    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&loop, NULL, run_loop, &self), 0);
    ask_with_many_clients(&self);
    atomic_store(&is_over, true);
    assert_int_equal(pthread_join(loop, NULL), 0);
    stop_daemon(&self);
    expect_all_counted(&self);
    free_service(&self);
}

/* Two daemons of a service, each in a thread of its own, share one object. */
static void two_daemons_may_share_what_is_measured(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    struct MHD_Daemon *first = self.daemon;
    int first_port = self.port;
    start_daemon(&self, MHD_USE_AUTO_INTERNAL_THREAD, NULL);
    assert_int_equal(http_get_status(first_port, "/text/a"), 200);
    assert_int_equal(http_get_status(self.port, "/text/a"), 200);
    MHD_stop_daemon(first);
    stop_daemon(&self);
    assert_true(requests_of(&self, "GET", ROUTE_TEXT, "200") == 2);
    free_service(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_of_many_clients_count_once_in_each_mode),
        cmocka_unit_test(requests_of_many_clients_count_once_in_an_external_loop),
        cmocka_unit_test(two_daemons_may_share_what_is_measured),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
