/* SPDX-License-Identifier: Apache-2.0 */
/* Compression without memory, or with a zlib that fails: a plain body, or none, but never half of
   one. */
#include <promlet/promlet.h>

#include "http/document.h"
#include "server/gunzip.h"
#include "support/allocations.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/responses.h"

/* ---- a zlib that fails ----------------------------------------------------------------------- */

static bool start_fails;
static int calls_before_failure; /* of deflate(); -1: it never fails */

typedef int start_fn(z_streamp stream, int level, int method, int window_bits, int memory_level,
                     int strategy, const char *version, int stream_size);
typedef int deflate_fn(z_streamp stream, int flush);

int deflateInit2_(z_streamp stream, int level, int method, int window_bits, int memory_level,
                  int strategy, const char *version, int stream_size)
{
    start_fn *real = (start_fn *)(uintptr_t)dlsym(RTLD_NEXT, "deflateInit2_");
    return start_fails ? Z_MEM_ERROR
                       : real(stream, level, method, window_bits, memory_level, strategy, version,
                              stream_size);
}

int deflate(z_streamp stream, int flush)
{
    deflate_fn *real = (deflate_fn *)(uintptr_t)dlsym(RTLD_NEXT, "deflate");
    if (calls_before_failure == 0) {
        return Z_STREAM_ERROR;
    }
    calls_before_failure -= calls_before_failure > 0;
    return real(stream, flush);
}

/* ---- tests ----------------------------------------------------------------------------------- */

static promlet_registry *registry;
static promlet_snapshot *snapshot;
static char *expected;

/* A document of several pieces, which is hardly compressible. */
static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "noise", .labels = {"of"}, .max_series = 4000});
    uint64_t noise = 88172645463325252U;
    for (int i = 0; i < 4000; i++) {
        char of[32];
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        (void)snprintf(of, sizeof of, "%016llx", (unsigned long long)noise);
        promlet_gauge_set(promlet_gauge_with(family, of), (double)noise);
    }
    snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    expected = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    start_fails = false;
    calls_before_failure = -1;
    return expected == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_free(expected);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
    return 0;
}

static const pml_http_form compressed = {{.format = PROMLET_FORMAT_TEXT_0_0_4}, true};
static const pml_http_limits unlimited = {.budget = NULL};

static pml_http_outcome write_compressed(pml_http_body *body)
{
    pml_http_body_start(body, &unlimited);
    return pml_http_write_document(snapshot, &compressed, body);
}

/* Whether the body is a gzip stream; fails unless it is the document. Frees it. */
static bool judge_body(pml_http_body *body)
{
    char *bytes = join_pieces(body->pieces, body->count, body->size);
    size_t size = body->size;
    char *text = body->is_gzip ? gunzip(bytes, body->size, &size) : NULL;
    const char *shown = body->is_gzip ? text : bytes;
    bool is_gzip = body->is_gzip;
    assert_non_null(shown);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(shown, expected, size);
    free(text);
    free(bytes);
    pml_http_body_clear(body);
    return is_gzip;
}

static bool body_is_gzip(void)
{
    pml_http_body body;
    assert_int_equal(write_compressed(&body), PML_HTTP_MADE);
    return judge_body(&body);
}

static void zlib_that_works_compresses(void **state)
{
    (void)state;
    assert_true(body_is_gzip());
}

static void zlib_that_does_not_start_leaves_a_plain_body(void **state)
{
    (void)state;
    start_fails = true;
    assert_false(body_is_gzip());
}

static void zlib_that_fails_at_any_call_leaves_a_plain_body(void **state)
{
    int calls = 0;
    (void)state;
    for (calls_before_failure = 0; !body_is_gzip(); calls_before_failure = ++calls) {
    }
    assert_true(calls > 5);
}

/* With each request for memory refused once: what is left must be a whole body. */
static void compressing_without_some_memory_leaves_a_body(void **state)
{
    int plain_bodies = 0;
    bool is_gzip = false;
    (void)state;
    long alive = allocations_alive;
    for (long n = 1; !is_gzip || plain_bodies == 0; n++) {
        pml_http_body body;
        allocations_refuse(n, false);
        pml_http_outcome outcome = write_compressed(&body);
        allocations_refuse(0, false);
        assert_int_equal(outcome, PML_HTTP_MADE);
        is_gzip = judge_body(&body);
        plain_bodies += !is_gzip;
        assert_int_equal(allocations_alive, alive);
    }
}

/* And with all that come after it: there may be none. */
static void compressing_without_memory_makes_no_body(void **state)
{
    int without = 0;
    (void)state;
    long alive = allocations_alive;
    for (long n = 1; without < n; n++) {
        pml_http_body body;
        allocations_refuse(n, true);
        pml_http_outcome outcome = write_compressed(&body);
        allocations_refuse(0, false);
        if (outcome == PML_HTTP_MADE) {
            (void)judge_body(&body);
            assert_int_equal(allocations_alive, alive);
            assert_true(without > 0);
            return;
        }
        assert_int_equal(outcome, PML_HTTP_NO_MEMORY);
        assert_int_equal(body.count, 0);
        assert_int_equal(allocations_alive, alive);
        without++;
    }
}

#define WITH_SNAPSHOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SNAPSHOT(zlib_that_works_compresses),
        WITH_SNAPSHOT(zlib_that_does_not_start_leaves_a_plain_body),
        WITH_SNAPSHOT(zlib_that_fails_at_any_call_leaves_a_plain_body),
        WITH_SNAPSHOT(compressing_without_some_memory_leaves_a_body),
        WITH_SNAPSHOT(compressing_without_memory_makes_no_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
