/* SPDX-License-Identifier: Apache-2.0 */
/* A measured service without memory: it is answered for, or refused, but nothing is lost. */
#include "support/faults.h"

#include <promlet/microhttpd.h>

static const char *const routes[] = {"/a", "/b/{c}"};

/* How often the service was called in the scenario, which knows what it kept. */
static uint64_t calls;

static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
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
        &(promlet_microhttpd_opts){.handler = answer, .routes = routes, .route_count = 2});
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
        &(promlet_microhttpd_opts){.handler = answer, .routes = routes, .route_count = 2});
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
        &(promlet_microhttpd_opts){.handler = answer, .routes = routes, .route_count = 2});
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(service_without_memory_goes_on),
        cmocka_unit_test(request_takes_one_allocation),
        cmocka_unit_test(request_without_memory_counts_as_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
