/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a test without a fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void one_is_one(void **state)
{
    (void)state;
    assert_int_equal(1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_is_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
