/* SPDX-License-Identifier: Apache-2.0 */
/* promlet_respond(): what it answers to which request. */
#include <promlet/http.h>
#include <promlet/promlet.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "http/responses.h"

#define TEXT_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define TYPE_FOR_PEOPLE "text/plain; charset=utf-8"

static promlet_registry *registry;

static int set_up(void **state)
{
    (void)state;
    registry = promlet_registry_new();
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    promlet_counter_new(registry, &(promlet_opts){.name = "b_total"});
    return registry == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

/* A document of more than one piece. */
static void add_series(int count)
{
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "many_total", .labels = {"n"}, .max_series = 100000});
    for (int i = 0; i < count; i++) {
        char n[16];
        (void)snprintf(n, sizeof n, "%d", i);
        promlet_counter_add_u64(promlet_counter_with(family, n), (uint64_t)i * 7919);
    }
}

static char *document(promlet_format format)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    char *text = promlet_snapshot_string(snapshot, format, NULL);
    promlet_snapshot_release(snapshot);
    assert_non_null(text);
    return text;
}

static void usual_request_gets_the_text(void **state)
{
    (void)state;
    promlet_http_response *response = promlet_respond(registry, &(promlet_http_request){0});
    assert_int_equal(response->status, 200);
    assert_int_equal(response->header_count, 4);
    assert_header(response, "Content-Type", TEXT_TYPE);
    assert_header(response, "Content-Encoding", NULL);
    assert_header(response, "Vary", "Accept, Accept-Encoding");
    assert_header(response, "Cache-Control", "no-store");
    assert_header(response, "X-Content-Type-Options", "nosniff");
    assert_body(response, "# TYPE a gauge\na 0\n# TYPE b_total counter\nb_total 0\n");
    promlet_http_response_release(response);
}

static void request_of_null_is_a_get(void **state)
{
    (void)state;
    promlet_http_response *response = promlet_respond(registry, NULL);
    assert_int_equal(response->status, 200);
    assert_body(response, "# TYPE a gauge\na 0\n# TYPE b_total counter\nb_total 0\n");
    promlet_http_response_release(response);
}

static void registry_of_null_is_the_default_one(void **state)
{
    (void)state;
    promlet_gauge_new(NULL, &(promlet_opts){.name = "of_default"});
    promlet_http_response *response =
        promlet_respond(NULL, &(promlet_http_request){.query = "name[]=of_default"});
    assert_body(response, "# TYPE of_default gauge\nof_default 0\n");
    promlet_http_response_release(response);
}

static void accept_chooses_the_format(void **state)
{
    static const struct {
        const char *accept;
        const char *type;
        promlet_format format;
    } cases[] = {
        {"application/openmetrics-text",
         "application/openmetrics-text; version=1.0.0; "
         "charset=utf-8",
         PROMLET_FORMAT_OPENMETRICS_1_0_0},
        {"text/plain", TEXT_TYPE, PROMLET_FORMAT_TEXT_0_0_4},
        {"nonsense", TEXT_TYPE, PROMLET_FORMAT_TEXT_0_0_4},
        {"text/plain;version=1.0.0",
         "text/plain; version=1.0.0; charset=utf-8; escaping=underscores",
         PROMLET_FORMAT_TEXT_1_0_0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *expected = document(cases[i].format);
        promlet_http_response *response =
            promlet_respond(registry, &(promlet_http_request){.accept = cases[i].accept});
        assert_header(response, "Content-Type", cases[i].type);
        assert_body(response, expected);
        promlet_http_response_release(response);
        promlet_free(expected);
    }
}

static void options_limit_the_choice(void **state)
{
    (void)state;
    promlet_http_response *response = promlet_respond(
        registry,
        &(promlet_http_request){.accept = "application/openmetrics-text",
                                .formats = PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4)});
    assert_header(response, "Content-Type", TEXT_TYPE);
    promlet_http_response_release(response);

    response =
        promlet_respond(registry, &(promlet_http_request){.accept = "application/openmetrics-text",
                                                          .query = "name[]=b",
                                                          .with_created = true});
    char *body = body_of(response);
    assert_non_null(strstr(body, "\nb_created "));
    free(body);
    promlet_http_response_release(response);
}

static void large_document_comes_in_pieces(void **state)
{
    (void)state;
    add_series(20000);
    char *expected = document(PROMLET_FORMAT_TEXT_0_0_4);
    promlet_http_response *response = promlet_respond(registry, NULL);
    assert_true(response->piece_count > 4);
    assert_body(response, expected);
    promlet_http_response_release(response);
    promlet_free(expected);
}

static void head_has_the_length_and_no_body(void **state)
{
    (void)state;
    add_series(5000);
    promlet_http_response *get = promlet_respond(registry, NULL);
    promlet_http_response *head =
        promlet_respond(registry, &(promlet_http_request){.method = "HEAD"});
    assert_int_equal(head->status, 200);
    assert_int_equal(head->piece_count, 0);
    assert_int_equal(head->size, get->size);
    assert_int_equal(head->header_count, get->header_count);
    assert_header(head, "Content-Type", TEXT_TYPE);
    promlet_http_response_release(head);
    promlet_http_response_release(get);
}

static void names_choose_families(void **state)
{
    (void)state;
    promlet_http_response *response =
        promlet_respond(registry, &(promlet_http_request){.query = "name%5B%5D=b_total&x=y"});
    assert_body(response, "# TYPE b_total counter\nb_total 0\n");
    promlet_http_response_release(response);
    response = promlet_respond(registry, &(promlet_http_request){.query = "name[]=none"});
    assert_int_equal(response->status, 200);
    assert_int_equal(response->piece_count, 0);
    assert_int_equal(response->size, 0);
    promlet_http_response_release(response);
}

static void wrong_query_is_refused(void **state)
{
    static const char *const queries[] = {"name[]=%", "name[]=a%00", "%zz=x"};
    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        promlet_http_request request = {.query = queries[i]};
        promlet_http_response *response = promlet_respond(registry, &request);
        assert_int_equal(response->status, 400);
        assert_header(response, "Content-Type", TYPE_FOR_PEOPLE);
        assert_header(response, "Cache-Control", "no-store");
        assert_header(response, "X-Content-Type-Options", "nosniff");
        assert_body(response, "Too many or wrong names.\n");
        size_t size = response->size;
        promlet_http_response_release(response);

        request.method = "HEAD";
        response = promlet_respond(registry, &request);
        assert_int_equal(response->status, 400);
        assert_int_equal(response->piece_count, 0);
        assert_int_equal(response->size, size);
        promlet_http_response_release(response);
    }
}

static void other_methods_are_refused(void **state)
{
    static const char *const methods[] = {"POST", "PUT", "OPTIONS", "get", "head", "GETT", ""};
    (void)state;
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        promlet_http_response *response =
            promlet_respond(registry, &(promlet_http_request){.method = methods[i]});
        assert_int_equal(response->status, 405);
        assert_header(response, "Allow", "GET, HEAD");
        assert_body(response, "Only GET and HEAD.\n");
        promlet_http_response_release(response);
    }
}

/* ---- a callback that asks -------------------------------------------------------------------- */

static double respond_in_callback(void *ctx)
{
    int *status = ctx;
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_http_response *get = promlet_respond(registry, NULL);
    promlet_http_response *head =
        promlet_respond(registry, &(promlet_http_request){.method = "HEAD"});
    *status = get->status;
    assert_int_equal(head->status, get->status);
    assert_int_equal(head->piece_count, 0);
    assert_int_equal(head->size, get->size);
    assert_header(get, "Retry-After", "1");
    assert_true(promlet_last_error()[0] != '\0');
    promlet_http_response_release(get);
    promlet_http_response_release(head);
    return 1;
}

static void callback_gets_no_metrics(void **state)
{
    int status = 0;
    (void)state;
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "asks"}, respond_in_callback,
                               &status);
    promlet_http_response *response =
        promlet_respond(registry, &(promlet_http_request){.query = "name[]=asks"});
    assert_int_equal(status, 503);
    assert_int_equal(response->status, 200);
    assert_body(response, "# TYPE asks gauge\nasks 1\n");
    promlet_http_response_release(response);
}

/* ---- callers of other versions --------------------------------------------------------------- */

static void shorter_request_has_zeros_behind_it(void **state)
{
    promlet_http_request request = {.query = "name[]=a", .accept = "application/openmetrics-text"};
    (void)state;
    promlet_http_response *response =
        promlet_respond_sized(registry, &request, offsetof(promlet_http_request, accept));
    assert_header(response, "Content-Type", TEXT_TYPE);
    assert_body(response, "# TYPE a gauge\na 0\n");
    promlet_http_response_release(response);
}

static void longer_request_must_ask_for_nothing_more(void **state)
{
    struct {
        promlet_http_request known;
        const void *more;
    } request = {.known = {.query = "name[]=a"}};
    (void)state;
    promlet_http_response *response =
        promlet_respond_sized(registry, &request.known, sizeof request);
    assert_int_equal(response->status, 200);
    promlet_http_response_release(response);

    request.more = &request;
    (void)promlet_set_last_error(PROMLET_OK, "");
    response = promlet_respond_sized(registry, &request.known, sizeof request);
    assert_int_equal(response->status, 500);
    assert_string_equal(promlet_last_error(),
                        "a request's fields hold members that promlet " PROMLET_VERSION_STRING
                        " does not know");
    promlet_http_response_release(response);
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(usual_request_gets_the_text),
        WITH_REGISTRY(request_of_null_is_a_get),
        WITH_REGISTRY(registry_of_null_is_the_default_one),
        WITH_REGISTRY(accept_chooses_the_format),
        WITH_REGISTRY(options_limit_the_choice),
        WITH_REGISTRY(large_document_comes_in_pieces),
        WITH_REGISTRY(head_has_the_length_and_no_body),
        WITH_REGISTRY(names_choose_families),
        WITH_REGISTRY(wrong_query_is_refused),
        WITH_REGISTRY(other_methods_are_refused),
        WITH_REGISTRY(callback_gets_no_metrics),
        WITH_REGISTRY(shorter_request_has_zeros_behind_it),
        WITH_REGISTRY(longer_request_must_ask_for_nothing_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
