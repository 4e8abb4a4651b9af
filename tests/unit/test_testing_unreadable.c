/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_testing_find() where a registry's text can't be read, which is made here: the
   library's is always readable. */
#include <promlet/metrics.h>
#include <promlet/testing.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h relies on some of the above. */
#include <cmocka.h>

static const char *document;

/* Instead of the library's, for the helpers that are linked with it. */
char *promlet_registry_get_metrics(promlet_registry *registry)
{
    (void)registry;
    return strdup(document);
}

static void expect_unreadable(const char *text, const char *sentence)
{
    document = text;
    double value = 7;
    assert_int_equal(promlet_testing_find(NULL, (const char *const[]){"a"}, 1, &value),
                     PROMLET_ERROR_NOT_FOUND);
    assert_string_equal(promlet_last_error(), sentence);
    assert_true(value >= 7 && value <= 7);
}

static void find_in_unreadable_text_names_the_line(void **state)
{
    (void)state;
    expect_unreadable("a 1\nb{ 2\n",
                      "line 2 of the registry's text: a label is not name=\"value\"");
    expect_unreadable("a 1\nb 2\na 3\n", "line 3 of the registry's text: it stands there twice");
}

static void find_in_readable_text_finds(void **state)
{
    (void)state;
    document = "a 1\n";
    double value = 0;
    assert_int_equal(promlet_testing_find(NULL, (const char *const[]){"a"}, 1, &value), PROMLET_OK);
    assert_true(value >= 1 && value <= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find_in_unreadable_text_names_the_line),
        cmocka_unit_test(find_in_readable_text_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
