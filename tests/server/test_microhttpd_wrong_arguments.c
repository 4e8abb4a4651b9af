/* SPDX-License-Identifier: Apache-2.0 */
/* The calls for libmicrohttpd services with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/microhttpd.h>

static const char *const headers[] = {"microhttpd.h", NULL};

static promlet_microhttpd *good;

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
    (void)state;
    return MHD_YES;
}

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    good = promlet_microhttpd_new(own, &(promlet_microhttpd_opts){.handler = answer});
    return own == NULL || good == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_microhttpd_free(good);
    promlet_registry_free(own);
    return 0;
}

static const char *const one_route[] = {"/a"};

static const promlet_microhttpd_opts any_service_options[] = {
    {0},
    {.routes = one_route, .route_count = 1},
    {.handler = answer, .routes = NULL, .route_count = 1},
    {.handler = answer, .routes = one_route, .route_count = PROMLET_MICROHTTPD_MAX_ROUTES + 1},
    {.handler = answer, .routes = one_route, .route_count = SIZE_MAX},
    {.handler = answer, .routes = any_texts, .route_count = 6},
};

static void call_promlet_microhttpd_new_sized(void)
{
    FOR_EACH(options, any_service_options)
    {
        (void)promlet_set_last_error(PROMLET_OK, "");
        assert_null(promlet_microhttpd_new(own, options));
        assert_true(promlet_last_error()[0] != '\0');
        assert_null(promlet_microhttpd_new_sized(own, options, 1));
    }
    FOR_EACH(size, any_sizes)
    {
        assert_null(promlet_microhttpd_new_sized(own, NULL, *size));
    }
}

/* As a program that was compiled with a longer struct calls it. */
static void call_with_longer_options(void)
{
    struct {
        promlet_microhttpd_opts options;
        void *more;
    } longer = {{.handler = answer}, NULL};
    promlet_microhttpd *measured =
        promlet_microhttpd_new_sized(own, &longer.options, sizeof longer);
    assert_non_null(measured);
    promlet_microhttpd_free(measured);
    longer.more = &longer;
    assert_null(promlet_microhttpd_new_sized(own, &longer.options, sizeof longer));
}

static void call_promlet_microhttpd_free(void)
{
    promlet_microhttpd_free(NULL);
    call_with_longer_options();
}

static void call_promlet_microhttpd_handle(void)
{
    void *const services[] = {NULL, good};
    FOR_EACH(service, services)
    {
        FOR_EACH(text, any_texts)
        {
            size_t size = 3;
            void *state = NULL;
            (void)promlet_microhttpd_handle(*service, NULL, *text, *text, *text, *text, &size,
                                            &state);
            (void)promlet_microhttpd_handle(*service, NULL, *text, *text, *text, *text, NULL,
                                            &state);
            (void)promlet_microhttpd_handle(*service, NULL, *text, *text, *text, *text, &size,
                                            NULL);
            promlet_microhttpd_complete(*service, NULL, &state, MHD_REQUEST_TERMINATED_WITH_ERROR);
            assert_null(state);
        }
    }
}

static void call_promlet_microhttpd_complete(void)
{
    void *state = NULL;
    FOR_EACH(reason, any_enums)
    {
        promlet_microhttpd_complete(NULL, NULL, NULL, (enum MHD_RequestTerminationCode) * reason);
        promlet_microhttpd_complete(NULL, NULL, &state, (enum MHD_RequestTerminationCode) * reason);
        promlet_microhttpd_complete(good, NULL, NULL, (enum MHD_RequestTerminationCode) * reason);
        promlet_microhttpd_complete(good, NULL, &state, (enum MHD_RequestTerminationCode) * reason);
    }
}

static void call_promlet_microhttpd_begin(void)
{
    FOR_EACH(text, any_texts)
    {
        assert_null(promlet_microhttpd_begin(NULL, *text, NULL));
        void *state = promlet_microhttpd_begin(good, *text, NULL);
        assert_non_null(state);
        promlet_microhttpd_complete(good, NULL, &state, MHD_REQUEST_TERMINATED_COMPLETED_OK);
    }
}

static void call_promlet_microhttpd_set_route(void)
{
    FOR_EACH(text, any_texts)
    {
        promlet_microhttpd_set_route(NULL, *text);
    }
}

static void call_promlet_microhttpd_leave_out(void)
{
    promlet_microhttpd_leave_out(NULL);
}

static void call_promlet_microhttpd_queue_response(void)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, (void *)(uintptr_t) "", MHD_RESPMEM_PERSISTENT);
    assert_int_equal(promlet_microhttpd_queue_response(NULL, 200, NULL, 0), MHD_NO);
    assert_int_equal(promlet_microhttpd_queue_response(NULL, 200, response, 0), MHD_NO);
    MHD_destroy_response(response);
}

static void call_promlet_microhttpd_respond(void)
{
    FOR_EACH(text, any_texts)
    {
        assert_int_equal(promlet_microhttpd_respond(own, NULL, *text), MHD_NO);
        assert_int_equal(promlet_microhttpd_respond(NULL, NULL, *text), MHD_NO);
    }
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_microhttpd_new_sized), WRONG_CALL(promlet_microhttpd_free),
    WRONG_CALL(promlet_microhttpd_handle),    WRONG_CALL(promlet_microhttpd_complete),
    WRONG_CALL(promlet_microhttpd_begin),     WRONG_CALL(promlet_microhttpd_set_route),
    WRONG_CALL(promlet_microhttpd_leave_out), WRONG_CALL(promlet_microhttpd_queue_response),
    WRONG_CALL(promlet_microhttpd_respond),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

/* A name that the registry gave to another metric costs that metric alone. */
static void metric_that_is_there_already_is_told_by_the_registry(void **state)
{
    promlet_registry *registry = new_registry();
    void *request = NULL;
    size_t size = 0;
    (void)state;
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "http_request_size_bytes"});
    promlet_microhttpd *measured =
        promlet_microhttpd_new(registry, &(promlet_microhttpd_opts){.handler = answer});
    assert_non_null(measured);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    assert_int_equal(
        promlet_microhttpd_handle(measured, NULL, "/", "GET", "HTTP/1.1", NULL, &size, &request),
        MHD_YES);
    promlet_microhttpd_complete(measured, NULL, &request, MHD_REQUEST_TERMINATED_CLIENT_ABORT);
    assert_true(scraped_value(registry, "http_requests_total{method=\"GET\",handler=\"other\","
                                        "code=\"aborted\"}") == 1);
    promlet_microhttpd_free(measured);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
        cmocka_unit_test(metric_that_is_there_already_is_told_by_the_registry),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
