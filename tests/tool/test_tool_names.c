/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of tool/names.h: a set of texts. */
#include "tool/names.h"

#include "tool_test.h"

static size_t add(pml_names *names, size_t index, bool *is_new)
{
    char text[32];
    int size = snprintf(text, sizeof text, "name %zu", index);
    return pml_names_add(names, text, (size_t)size, is_new);
}

static void each_text_has_a_number_of_its_own(void **state)
{
    (void)state;
    pml_names names = {.items = NULL};
    bool is_new;
    for (size_t i = 0; i < 20000; i++) {
        assert_int_equal(add(&names, i / 2, &is_new), i / 2);
        assert_int_equal(is_new, i % 2 == 0);
    }
    assert_string_equal(names.items[9999], "name 9999");
    pml_names_free(&names);
}

/* It is cleared behind each family: behind a large one, all of its room a million times. */
static void cleared_set_has_little_left_to_clear(void **state)
{
    (void)state;
    pml_names names = {.items = NULL};
    bool is_new;
    for (size_t i = 0; i < 20000; i++) {
        (void)add(&names, i, &is_new);
    }
    pml_names_clear(&names);
    assert_true(names.slot_count <= 1024);
    assert_int_equal(add(&names, 7, &is_new), 0);
    assert_true(is_new);
    pml_names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_has_a_number_of_its_own),
        cmocka_unit_test(cleared_set_has_little_left_to_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
