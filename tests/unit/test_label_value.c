/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_label_value(): label values of text that is counted, not terminated. */
#include "support/expect.h"

#define FFFD "\xef\xbf\xbd"

/* The text is read up to its length and no further, where valgrind and sanitizers watch. */
static void expect_made(size_t size, const char *text, size_t length, const char *expected)
{
    char *exact = malloc(length == 0 ? 1 : length);
    char *buffer = malloc(size);
    assert_non_null(exact);
    assert_non_null(buffer);
    memcpy(exact, text, length);
    assert_ptr_equal(promlet_label_value(buffer, size, exact, length), buffer);
    assert_string_equal(buffer, expected);
    free(buffer);
    free(exact);
}

static void counted_text_becomes_a_value(void **state)
{
    (void)state;
    expect_made(16, "GET /path", 3, "GET");
    expect_made(16, "", 0, "");
    expect_made(4, "GET", 3, "GET");
    expect_made(16, "\xc3\xa9\"\\\n\x01", 6, "\xc3\xa9\"\\\n\x01");
}

static void text_that_does_not_fit_is_cut_between_characters(void **state)
{
    (void)state;
    expect_made(3, "GET", 3, "GE");
    expect_made(1, "GET", 3, "");
    expect_made(3, "\xc3\xa9\xc3\xa9", 4, "\xc3\xa9");
    expect_made(4, "\xc3\xa9\xc3\xa9", 4, "\xc3\xa9");
    expect_made(5, "\xc3\xa9\xc3\xa9", 4, "\xc3\xa9\xc3\xa9");
    expect_made(4, "\xf0\x9f\x98\x80", 4, "");
    expect_made(5, "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80");
}

static void nuls_and_wrong_bytes_are_replaced(void **state)
{
    (void)state;
    expect_made(16, "a\0b", 3, "a" FFFD "b");
    expect_made(16, "\0\0", 2, FFFD FFFD);
    expect_made(16, "\0", 1, FFFD);
    expect_made(16, "a\xff", 2, "a" FFFD);
    expect_made(16, "a\xe2\x82", 3, "a" FFFD);
    expect_made(16, "\xe2\x82\0\xac", 4, FFFD FFFD FFFD);
    expect_made(4, "a\0b", 3, "a");
    expect_made(5, "a\0b", 3, "a" FFFD);
    expect_made(6, "a\0b", 3, "a" FFFD "b");
}

/* What was replaced here is not looked at again. */
static void value_is_found_as_it_is(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "n_total", .help = "Things.", .labels = {"x"}});
    char buffer[8];
    promlet_counter_inc_by(family, promlet_label_value(buffer, sizeof buffer, "a\0\xff more", 8));
    promlet_counter_inc_by(family, promlet_label_value(buffer, sizeof buffer, "a\xff\0", 3));
    expect_metrics(registry, "label_value", NULL,
                   "# HELP n_total Things.\n"
                   "# TYPE n_total counter\n"
                   "n_total{x=\"a" FFFD FFFD "\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counted_text_becomes_a_value),
        cmocka_unit_test(text_that_does_not_fit_is_cut_between_characters),
        cmocka_unit_test(nuls_and_wrong_bytes_are_replaced),
        cmocka_unit_test(value_is_found_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
