/* SPDX-License-Identifier: Apache-2.0 */
/* How requests are measured between libmicrohttpd and the callbacks of a service: connections that
   are used again, requests in progress, what the service keeps, and services that do less. */
#include "server/measured.h"
#include "support/hang.h"

/* ---- connections ----------------------------------------------------------------------------- */

static void pipelined_requests_are_counted_one_by_one(void **state)
{
    service self;
    http_reply reply;
    (void)state;
    start_service(&self);
    int fd = http_connect(self.port);
    assert_true(http_send(fd, "GET /text/a HTTP/1.1\r\nHost: a\r\n\r\n"
                              "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
                              "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"));
    static const int statuses[] = {200, 201, 404};
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        assert_true(http_receive(fd, true, &reply));
        assert_int_equal(reply.status, statuses[i]);
        http_reply_clear(&reply);
    }
    close(fd);
    stop_daemon(&self);
    assert_true(requests_of(&self, "GET", ROUTE_TEXT, "200") == 1);
    assert_true(requests_of(&self, "POST", ROUTE_UPLOAD, "201") == 1);
    assert_true(requests_of(&self, "GET", "other", "404") == 1);
    free_service(&self);
}

static void request_is_in_progress_while_its_handler_runs(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    int fd = http_connect(self.port);
    assert_true(http_ask(fd, "GET", "/wait"));
    sem_wait(&self.entered);
    assert_true(in_progress_of(&self) == 1);
    assert_true(requests_of(&self, "GET", ROUTE_WAIT, "204") == 0);
    sem_post(&self.may_go_on);
    wait_for_rest(&self);
    close(fd);
    assert_true(requests_of(&self, "GET", ROUTE_WAIT, "204") == 1);
    assert_true(histogram_of(&self, "http_response_size_bytes", "_sum", "GET", ROUTE_WAIT) == 0);
    free_service(&self);
}

/* Begins a request whose handler suspends the connection. */
static int begin_suspended(service *self)
{
    start_service_with(self, NULL, MHD_USE_AUTO_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, NULL);
    int fd = http_connect(self->port);
    assert_true(http_ask(fd, "GET", "/suspend"));
    sem_wait(&self->entered);
    assert_true(in_progress_of(self) == 1);
    return fd;
}

static void end_suspended(service *self, int fd, const char *code)
{
    http_reply reply;
    assert_true(http_receive(fd, true, &reply));
    http_reply_clear(&reply);
    close(fd);
    stop_daemon(self);
    assert_true(requests_of(self, "GET", ROUTE_SUSPEND, code) == 1);
    assert_true(in_progress_of(self) == 0);
    free_service(self);
}

static void suspended_request_is_one_request(void **state)
{
    service self;
    (void)state;
    int fd = begin_suspended(&self);
    MHD_resume_connection(self.suspended);
    end_suspended(&self, fd, "200");
}

/* As a service does whose answers come from threads of its own. */
static void answer_from_another_thread_counts_with_its_status(void **state)
{
    service self;
    (void)state;
    int fd = begin_suspended(&self);
    assert_int_equal(send_plainly(self.suspended, MHD_HTTP_CONFLICT), MHD_YES);
    MHD_resume_connection(self.suspended);
    end_suspended(&self, fd, "409");
}

/* ---- the service's own callbacks ------------------------------------------------------------- */

static void *remember_target(void *ctx, const char *uri, struct MHD_Connection *connection)
{
    service *self = ctx;
    (void)connection;
    atomic_fetch_add(&self->begun, 1);
    atomic_fetch_add(&self->states, 1);
    assert_int_equal(uri[0], '/');
    return calloc(1, sizeof(service_state));
}

static void log_of_targets_gives_the_service_its_pointer(void **state)
{
    service self;
    (void)state;
    promlet_microhttpd_opts options = service_options(&self);
    options.begun = remember_target;
    options.begun_ctx = &self;
    start_service_with(&self, &options, MHD_USE_AUTO_INTERNAL_THREAD, NULL);
    stop_daemon(&self);
    const struct MHD_OptionItem more[] = {
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)promlet_microhttpd_begin, self.measured},
        {MHD_OPTION_END, 0, NULL}};
    start_daemon(&self, MHD_USE_AUTO_INTERNAL_THREAD, more);
    ask(&self, "GET", "/text/a", 200);
    int fd = http_connect(self.port);
    assert_true(http_send(fd, "GET /text/b HTTP/1.1\r\nno header\r\n\r\n"));
    http_reply reply;
    (void)http_receive(fd, true, &reply);
    http_reply_clear(&reply);
    close(fd);
    stop_daemon(&self);
    assert_int_equal(atomic_load(&self.begun), 2);
    assert_true(requests_of(&self, "GET", ROUTE_TEXT, "200") == 1);
    assert_true(in_progress_of(&self) == 0);
    free_service(&self);
}

/* The calls that ask for the request of a connection are for handlers that are measured. */
static void service_that_is_not_measured_may_call_them_too(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    stop_daemon(&self);
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self.daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, answer, &self,
                                   MHD_OPTION_NOTIFY_COMPLETED, forget, &self, MHD_OPTION_SOCK_ADDR,
                                   (struct sockaddr *)&address, MHD_OPTION_END);
    self.port = MHD_get_daemon_info(self.daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    ask(&self, "GET", "/text/a", 200);
    ask(&self, "GET", "/by-hand", 202);
    ask(&self, "GET", "/left-out", 200);
    stop_daemon(&self);
    expect_no_requests(&self);
    free_service(&self);
}

static void nothing_but_progress_is_recorded_while_recording_is_off(void **state)
{
    service self;
    (void)state;
    start_service(&self);
    promlet_set_recording(false);
    int fd = http_connect(self.port);
    assert_true(http_ask(fd, "GET", "/wait"));
    sem_wait(&self.entered);
    assert_true(in_progress_of(&self) == 1);
    sem_post(&self.may_go_on);
    wait_for_rest(&self);
    close(fd);
    promlet_set_recording(true);
    expect_no_requests(&self);
    free_service(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipelined_requests_are_counted_one_by_one),
        cmocka_unit_test(request_is_in_progress_while_its_handler_runs),
        cmocka_unit_test(suspended_request_is_one_request),
        cmocka_unit_test(answer_from_another_thread_counts_with_its_status),
        cmocka_unit_test(log_of_targets_gives_the_service_its_pointer),
        cmocka_unit_test(service_that_is_not_measured_may_call_them_too),
        cmocka_unit_test(nothing_but_progress_is_recorded_while_recording_is_off),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
