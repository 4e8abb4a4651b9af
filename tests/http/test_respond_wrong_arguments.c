/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of <promlet/http.h> with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/http.h>

static const char *const headers[] = {"http.h", NULL};

static const char *const any_strings[] = {
    NULL, "", "GET", "HEAD", "\xff\xfe%n", "name[]=good", "name[]=%00", "%", ",;=\"", "*/*", "gzip",
};

static void respond(promlet_registry *registry, const promlet_http_request *request, size_t size)
{
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_http_response *response = promlet_respond_sized(registry, request, size);
    assert_non_null(response);
    assert_true((response->status >= 500) == (promlet_last_error()[0] != '\0'));
    promlet_http_response_release(response);
}

/* Larger sizes only without a request, since so much would be read. */
static void call_promlet_respond_sized(void)
{
    static const unsigned int sets[] = {0, 1, 1U << 31, ~0U};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(method, any_strings)
        FOR_EACH(query, any_strings)
        FOR_EACH(header, any_strings)
        FOR_EACH(set, sets)
        {
            promlet_http_request request = {.method = *method,
                                            .query = *query,
                                            .accept = *header,
                                            .accept_encoding = *header,
                                            .formats = *set};
            respond(*registry, &request, sizeof request);
        }
        for (size_t size = 0; size <= sizeof(promlet_http_request); size++) {
            respond(*registry, &(promlet_http_request){.method = "GET"}, size);
        }
        FOR_EACH(size, any_sizes)
        {
            respond(*registry, NULL, *size);
        }
    }
}

static void call_promlet_http_response_release(void)
{
    promlet_http_response_release(NULL);
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_respond_sized),
    WRONG_CALL(promlet_http_response_release),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin_with_a_counter, end_with_registry);
}
