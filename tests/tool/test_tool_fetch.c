/* SPDX-License-Identifier: Apache-2.0 */
/* What a request is made of when there is no memory for all of it. */
#include "tool/fetch.h"

#include "tool_test.h"

#include <curl/curl.h>
#include <dlfcn.h>

static int refused_at; /* counts down to the header that is refused; 0: none */

/* In place of libcurl's. */
struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
    struct curl_slist *(*real)(struct curl_slist *, const char *) =
        (__typeof__(&curl_slist_append))(uintptr_t)dlsym(RTLD_NEXT, "curl_slist_append");
    return refused_at > 0 && --refused_at == 0 ? NULL : real(list, text);
}

static void header_that_finds_no_memory_is_an_error(void **state)
{
    char token[] = "Authorization: Bearer secret";
    char other[] = "X-Other: 1";
    char *headers[] = {token, other};
    const pml_source_options options = {
        .timeout_seconds = 1, .max_bytes = 1, .headers = headers, .header_count = 2};
    (void)state;
    for (int i = 1; i <= 3; i++) { /* the first is promlet's own */
        pml_buffer why = {.bytes = NULL};
        refused_at = i;
        assert_null(pml_fetch_new("http://127.0.0.1:1", &options, &why));
        assert_string_equal(pml_buffer_peek(&why), "libcurl can't be used");
        pml_buffer_free(&why);
    }
    pml_buffer why = {.bytes = NULL};
    pml_fetch *fetch = pml_fetch_new("http://127.0.0.1:1", &options, &why);
    assert_non_null(fetch);
    pml_fetch_free(fetch);
    pml_buffer_free(&why);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_that_finds_no_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
