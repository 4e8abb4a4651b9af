/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of negotiation with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/negotiation.h>

static const char *const headers[] = {"negotiation.h", NULL};

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    return own == NULL;
}

static const char *const any_headers[] = {
    NULL, "", ",;=\"", "\xff\xfe;q=%n", "*/*", "gzip", "application/openmetrics-text;q=0.5",
};

static void call_promlet_negotiate_sized(void)
{
    static const unsigned int sets[] = {0, 1, 2, 1U << 31, ~0U};
    FOR_EACH(header, any_headers)
    FOR_EACH(set, sets)
    FOR_EACH(size, any_sizes)
    {
        promlet_encoding encoding = {
            .format = (promlet_format)-1, .escaping = (promlet_escaping)-1, .with_created = true};
        SAID(promlet_negotiate_sized(*header, *set, NULL, *size));
        SAID(promlet_negotiate_sized(*header, *set, &encoding, *size));
        SAID(promlet_negotiate(*header, *set, &encoding));
        assert_non_null(promlet_encoding_content_type(&encoding));
    }
}

static void call_promlet_negotiate_gzip(void)
{
    FOR_EACH(header, any_headers)
    {
        (void)promlet_negotiate_gzip(*header);
    }
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_negotiate_sized),
    WRONG_CALL(promlet_negotiate_gzip),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
