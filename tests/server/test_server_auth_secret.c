/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: what is equal to one, and how a name and a password become one. */
#include "server/auth_secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool is_equal(const pml_server_secret *secret, const char *text)
{
    return pml_server_secret_equals(secret, text, strlen(text));
}

static void secret_equals_itself_alone(void **state)
{
    pml_server_secret secret;
    (void)state;
    assert_true(pml_server_secret_set(&secret, "swordfish", 9));
    assert_true(is_equal(&secret, "swordfish"));
    assert_false(is_equal(&secret, ""));
    assert_false(is_equal(&secret, "swordfis"));
    assert_false(is_equal(&secret, "swordfishs"));
    assert_false(is_equal(&secret, "Swordfish"));
    assert_false(is_equal(&secret, "swordfisH"));
    assert_false(pml_server_secret_equals(&secret, "swordfish\0", 10));
}

static void secret_that_is_not_there_equals_nothing(void **state)
{
    pml_server_secret secret = {.size = 0};
    (void)state;
    assert_false(is_equal(&secret, ""));
    assert_false(is_equal(&secret, "a"));
    assert_true(pml_server_secret_set(&secret, "", 0));
    assert_false(is_equal(&secret, ""));
}

/* A difference in any byte counts, up to the last one that there may be. */
static void test_fault_F22_secret_of_any_size_differs_in_each_byte(void **state)
{
    static const size_t sizes[] = {1, 7, 8, 9, 1000, PML_SERVER_SECRET_BYTES};
    pml_server_secret secret;
    char *text = malloc(PML_SERVER_SECRET_BYTES + 1);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', PML_SERVER_SECRET_BYTES + 1);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_true(pml_server_secret_set(&secret, text, sizes[i]));
        assert_true(pml_server_secret_equals(&secret, text, sizes[i]));
        assert_false(pml_server_secret_equals(&secret, text, sizes[i] - 1));
        assert_false(pml_server_secret_equals(&secret, text, sizes[i] + 1));
        for (size_t at = 0; at < sizes[i]; at++) {
            text[at] ^= 1;
            assert_false(pml_server_secret_equals(&secret, text, sizes[i]));
            text[at] ^= 1;
        }
    }
    free(text);
}

static void secret_too_long_is_refused(void **state)
{
    pml_server_secret secret;
    char *text = malloc(PML_SERVER_SECRET_BYTES + 1);
    (void)state;
    assert_non_null(text);
    memset(text, 'x', PML_SERVER_SECRET_BYTES + 1);
    assert_false(pml_server_secret_set(&secret, text, PML_SERVER_SECRET_BYTES + 1));
    assert_false(pml_server_secret_equals(&secret, text, PML_SERVER_SECRET_BYTES));
    free(text);
}

/* RFC 7617 and the vectors of RFC 4648, as far as there is a colon in them. */
static void basic_is_base64_of_name_and_password(void **state)
{
    static const struct {
        const char *username;
        const char *password;
        const char *expected;
    } cases[] = {
        {"Aladdin", "open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"test", "123\xc2\xa3", "dGVzdDoxMjPCow=="},
        {"a", "b", "YTpi"},
        {"a", "bc", "YTpiYw=="},
        {"a", "bcd", "YTpiY2Q="},
        {"\xff\xfe", "\xfb\xff?>", "//46+/8/Pg=="},
        {"a", "b:c", "YTpiOmM="},
    };
    pml_server_secret secret;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(pml_server_secret_set_basic(&secret, cases[i].username, cases[i].password));
        assert_true(is_equal(&secret, cases[i].expected));
    }
    assert_false(is_equal(&secret, "YTpiOmM"));
}

static void basic_of_any_length_fits_or_is_refused(void **state)
{
    char password[3100];
    pml_server_secret secret;
    (void)state;
    for (size_t size = 3060; size < 3090; size++) {
        memset(password, 'p', size);
        password[size] = '\0';
        bool fits = size + 2 <= PML_SERVER_SECRET_BYTES / 4 * 3;
        assert_int_equal(pml_server_secret_set_basic(&secret, "u", password), fits);
        assert_int_equal(secret.size, fits ? (size + 2 + 2) / 3 * 4 : 0);
    }
}

static void wiped_secret_is_zero(void **state)
{
    pml_server_secret secret;
    pml_server_secret zero;
    (void)state;
    memset(&zero, 0, sizeof zero);
    assert_true(pml_server_secret_set(&secret, "swordfish", 9));
    pml_server_secret_wipe(&secret);
    assert_memory_equal(&secret, &zero, sizeof zero);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secret_equals_itself_alone),
        cmocka_unit_test(secret_that_is_not_there_equals_nothing),
        cmocka_unit_test(test_fault_F22_secret_of_any_size_differs_in_each_byte),
        cmocka_unit_test(secret_too_long_is_refused),
        cmocka_unit_test(basic_is_base64_of_name_and_password),
        cmocka_unit_test(basic_of_any_length_fits_or_is_refused),
        cmocka_unit_test(wiped_secret_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
