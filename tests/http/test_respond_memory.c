/* SPDX-License-Identifier: Apache-2.0 */
/* Answers without memory: each allocation is refused, once and from there on. There is always an
   answer, and it is whole or says what is missing. */
#include <promlet/http.h>
#include <promlet/promlet.h>

#include "http/batch.h"
#include "http/response.h"
#include "support/allocations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/responses.h"

#define MOST_FAULT_POINTS 10000

static promlet_registry *registry;

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "many_total", .labels = {"n"}, .max_series = 100000});
    for (int i = 0; i < 5000; i++) {
        char n[16];
        (void)snprintf(n, sizeof n, "%d", i);
        (void)promlet_counter_with(family, n);
    }
    promlet_snapshot_release(promlet_snapshot_take(registry)); /* makes what lasts */
    return registry == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

/* Whether there was memory; fails unless the response says so in all its parts. */
static bool judge(const promlet_http_response *response, size_t size)
{
    if (response->status == 200) {
        assert_int_equal(response->size, size);
        free(join_pieces(response->pieces, response->piece_count, size));
        return true;
    }
    assert_int_equal(response->status, 500);
    assert_body(response, "Out of memory.\n");
    assert_int_equal(response->header_count, 3);
    assert_string_equal(promlet_last_error(), promlet_status_text(PROMLET_ERROR_MEMORY));
    return false;
}

/* Asks until a request meets no refusal; returns how many ended without memory. */
static long refuse_each(const promlet_http_request *request, bool on)
{
    promlet_http_response *usual = promlet_respond(registry, request);
    size_t size = usual->size;
    promlet_http_response_release(usual);
    long failures = 0;
    bool is_refused = true;
    for (long n = 1; is_refused; n++) {
        long alive = atomic_load(&allocations_alive);
        assert_true(n < MOST_FAULT_POINTS);
        (void)promlet_set_last_error(PROMLET_OK, "");
        allocations_refuse(n, on);
        promlet_http_response *response = promlet_respond(registry, request);
        is_refused = atomic_load(&allocations_asked) >= n;
        allocations_refuse(0, false);
        bool is_whole = judge(response, size);
        assert_true(is_whole || is_refused);
        failures += !is_whole;
        promlet_http_response_release(response);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    return failures;
}

static void every_refused_allocation_is_answered(void **state)
{
    static const promlet_http_request requests[] = {
        {.query = NULL},
        {.query = "name[]=many_total&name[]=other"},
        {.accept = "application/openmetrics-text", .query = "x=1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        long once = refuse_each(&requests[i], false);
        long on = refuse_each(&requests[i], true);
        print_message("request %zu: %ld fault points, %ld with all that follow\n", i, once, on);
        assert_true(once > 3 && on > 3);
    }
}

static void batch_of_registries_without_memory_is_answered(void **state)
{
    promlet_registry *own = promlet_registry_new();
    promlet_registry *registries[] = {registry, own};
    pml_http_source source = {.registries = registries, .registry_count = 2};
    promlet_http_response *refusal = NULL;
    pml_http_request *request = pml_http_request_new(&(promlet_http_request){0}, &refusal);
    bool is_whole = false;
    (void)state;
    promlet_gauge_new(own, &(promlet_opts){.name = "own"});
    promlet_snapshot_release(promlet_snapshot_take(own));
    for (long n = 1; !is_whole; n++) {
        long alive = atomic_load(&allocations_alive);
        pml_http_job second = {.request = request};
        pml_http_job first = {.request = request, .next = &second};
        assert_true(n < MOST_FAULT_POINTS);
        (void)promlet_set_last_error(PROMLET_OK, "");
        allocations_refuse(n, true);
        pml_http_answer(&source, &first);
        allocations_refuse(0, false);
        is_whole = judge(first.response, first.response->size);
        assert_ptr_equal(second.response, first.response);
        pml_http_response_release(first.response);
        pml_http_response_release(second.response);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    pml_http_request_free(request);
    promlet_registry_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refused_allocation_is_answered),
        cmocka_unit_test(batch_of_registries_without_memory_is_answered),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
