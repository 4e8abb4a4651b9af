/* SPDX-License-Identifier: Apache-2.0 */
/* A measured service without memory: it is answered for, or refused, but nothing is lost. */
#include "server/measured.h"
#include "support/faults.h"

static const char *const routes[] = {"/a", "/b/{c}"};

/* How often the service was called in the scenario, which knows what it kept. */
static uint64_t calls;

static enum MHD_Result accept_all(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state)
{
    (void)ctx;
    (void)connection;
    (void)url;
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_size;
    assert_null(*state);
    calls++;
    return MHD_YES;
}

/* libmicrohttpd's part in the life of a request. */
static bool serve(promlet_microhttpd *measured, const char *url, bool is_logged)
{
    size_t size = 0;
    void *state = is_logged ? promlet_microhttpd_begin(measured, url, NULL) : NULL;
    bool is_served = promlet_microhttpd_handle(measured, NULL, url, "GET", "HTTP/1.1", NULL, &size,
                                               &state) == MHD_YES;
    promlet_microhttpd_complete(measured, NULL, &state, MHD_REQUEST_TERMINATED_CLIENT_ABORT);
    return is_served;
}

/* What a service does that checks what it can. */
static bool serve_some(promlet_registry *registry)
{
    forget_last_error();
    promlet_microhttpd *measured = promlet_microhttpd_new(
        registry,
        &(promlet_microhttpd_opts){.handler = accept_all, .routes = routes, .route_count = 2});
    if (measured == NULL) {
        return false;
    }
    bool is_good = has_worked();
    calls = 0;
    bool is_served = serve(measured, "/a", false);
    is_served = serve(measured, "/b/1", true) && is_served;
    assert_int_equal(calls == 2, is_served);
    promlet_microhttpd_free(measured);
    return is_good && is_served && has_worked();
}

/* Each request of the run without a fault is there, and of the other one nothing is there twice. */
static void check_some(const char *text)
{
    static const char *const samples[] = {
        "http_requests_total{method=\"GET\",handler=\"/a\",code=\"aborted\"}",
        "http_requests_total{method=\"GET\",handler=\"/b/{c}\",code=\"aborted\"}"};
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        double value = sample_value(text, samples[i]);
        assert_true(value == 1 || value == 2);
    }
    assert_shown(text, "http_requests_in_progress", 0);
}

static void service_without_memory_goes_on(void **state)
{
    static const scenario scenarios[] = {{"measured service", serve_some, check_some}};
    (void)state;
    refuse_each_allocation(scenarios, COUNT_OF(scenarios));
}

/* The few bytes of a request are all that it takes. */
static void request_takes_one_allocation(void **state)
{
    promlet_registry *registry = new_registry();
    promlet_microhttpd *measured = promlet_microhttpd_new(
        registry,
        &(promlet_microhttpd_opts){.handler = accept_all, .routes = routes, .route_count = 2});
    (void)state;
    assert_true(serve(measured, "/a", false));
    allocations_refuse(0, false);
    assert_true(serve(measured, "/a", false));
    assert_int_equal(atomic_load(&allocations_asked), 1);
    promlet_microhttpd_free(measured);
    promlet_registry_free(registry);
}

static void request_without_memory_counts_as_failed(void **state)
{
    promlet_registry *registry = new_registry();
    promlet_microhttpd *measured = promlet_microhttpd_new(
        registry,
        &(promlet_microhttpd_opts){.handler = accept_all, .routes = routes, .route_count = 2});
    (void)state;
    for (int is_logged = 0; is_logged < 2; is_logged++) {
        calls = 0;
        allocations_refuse(1, false);
        assert_false(serve(measured, "/a", is_logged != 0));
        allocations_refuse(0, false);
        assert_int_equal(calls, 0);
    }
    assert_true(scraped_value(registry, "http_requests_total{method=\"GET\",handler=\"/a\","
                                        "code=\"failed\"}") == 2);
    assert_true(scraped_value(registry, "http_requests_in_progress") == 0);
    promlet_microhttpd_free(measured);
    promlet_registry_free(registry);
}

/* ---- scrapes --------------------------------------------------------------------------------- */

/* The status; 0 also when the client had no memory for the reply. */
static int scrape(const service *self)
{
    http_reply reply;
    int status = http_request_with(self->port, "GET", "/metrics?name[]=some",
                                   "Accept: text/plain\r\nAccept-Encoding: gzip\r\n", &reply);
    status = reply.body != NULL ? status : 0;
    assert_true(status != 200 || strcmp(reply.body, "# TYPE some gauge\nsome 1\n") == 0);
    http_reply_clear(&reply);
    return status;
}

/* Which request is refused is changed while no thread of libmicrohttpd runs. */
static int scrape_once(service *self)
{
    start_daemon(self, MHD_USE_AUTO_INTERNAL_THREAD, NULL);
    int status = scrape(self);
    stop_daemon(self);
    return status;
}

/* The n-th request for memory of a scrape is refused. Returns what is alive after it. */
static long scrape_with_fault(service *self, long n, bool *is_refused)
{
    allocations_refuse(n, false);
    int status = scrape_once(self);
    *is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    assert_true(status == 200 || (*is_refused && (status == 500 || status == 0)));
    assert_int_equal(scrape_once(self), 200);
    return atomic_load(&allocations_alive);
}

/* The service stays; a scrape is answered, with 500 or in full, or its connection is closed. The
   first fault makes the series in which such requests are counted. */
static void scrape_without_memory_leaves_the_service_as_it_was(void **state)
{
    service self;
    bool is_refused = true;
    (void)state;
    start_service(&self);
    stop_daemon(&self);
    promlet_gauge_set(promlet_gauge_new(self.registry, &(promlet_opts){.name = "some"}), 1);
    long alive = scrape_with_fault(&self, 1, &is_refused);
    for (long n = 1; is_refused; n++) {
        assert_int_equal(scrape_with_fault(&self, n, &is_refused), alive);
    }
    free_service(&self);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_without_memory_goes_on),
        cmocka_unit_test(request_takes_one_allocation),
        cmocka_unit_test(request_without_memory_counts_as_failed),
        cmocka_unit_test(scrape_without_memory_leaves_the_service_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
