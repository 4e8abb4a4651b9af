/* SPDX-License-Identifier: Apache-2.0 */
/* How long clients with wrong credentials have to wait, and who else. */
#include "server/auth_tries.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Any time; what counts are differences. */
#define START_MS 1000000

static pml_server_tries tries;

static int forget(void **state)
{
    (void)state;
    memset(&tries, 0, sizeof tries);
    return 0;
}

/* IPv4 addresses are given as they are in IPv6. */
static pml_server_source source_of(const char *address)
{
    pml_server_address read = {.is_known = true};
    assert_int_equal(inet_pton(AF_INET6, address, read.bytes), 1);
    return pml_server_source_of(&read);
}

static pml_server_source numbered(unsigned int number)
{
    char address[64];
    (void)snprintf(address, sizeof address, "::ffff:10.0.%u.%u", number / 256, number % 256);
    return source_of(address);
}

static int64_t wait_of(pml_server_source source, int64_t now_ms)
{
    return pml_server_tries_wait_ms(&tries, &source, now_ms);
}

static void fail_at(pml_server_source source, int64_t now_ms)
{
    pml_server_tries_failed(&tries, &source, now_ms);
}

static void succeed(pml_server_source source)
{
    pml_server_tries_succeeded(&tries, &source);
}

static bool is_same(pml_server_source a, pml_server_source b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void sources_are_those_who_share_an_address(void **state)
{
    static const pml_server_address of_unix_socket;
    pml_server_source nobody = pml_server_source_of(&of_unix_socket);
    (void)state;
    assert_true(is_same(source_of("::ffff:192.0.2.1"), source_of("::ffff:192.0.2.1")));
    assert_false(is_same(source_of("::ffff:192.0.2.1"), source_of("::ffff:192.0.2.2")));
    assert_true(is_same(source_of("2001:db8::1"), source_of("2001:db8::ffff:1")));
    assert_false(is_same(source_of("2001:db8::1"), source_of("2001:db8:0:1::1")));
    assert_true(is_same(nobody, pml_server_source_of(&of_unix_socket)));
    assert_false(is_same(nobody, source_of("::ffff:127.0.0.1")));
}

static void ten_wrong_tries_are_free_and_then_one_a_second(void **state)
{
    (void)state;
    pml_server_source source = numbered(1);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(wait_of(source, START_MS), 0);
        fail_at(source, START_MS);
    }
    assert_int_equal(wait_of(source, START_MS), 1000);
    assert_int_equal(wait_of(source, START_MS + 999), 1);
    assert_int_equal(wait_of(source, START_MS + 1000), 0);
    fail_at(source, START_MS + 1000);
    assert_int_equal(wait_of(source, START_MS + 1000), 1000);
    assert_int_equal(wait_of(source, START_MS + 2000), 0);
}

/* Nobody is locked out for longer than that, however often others at the same address try: tries
   that are not looked at don't count. */
static void waits_never_exceed_a_second(void **state)
{
    (void)state;
    pml_server_source source = numbered(1);
    for (int64_t now = START_MS; now < START_MS + 100000; now += 7) {
        if (wait_of(source, now) == 0) {
            fail_at(source, now);
        }
        assert_true(wait_of(source, now) <= 1000);
    }
    assert_int_equal(wait_of(source, START_MS + 101000), 0);
}

static void after_ten_quiet_seconds_all_is_forgiven(void **state)
{
    (void)state;
    pml_server_source source = numbered(1);
    for (int i = 0; i < 10; i++) {
        fail_at(source, START_MS);
    }
    for (int i = 0; i < 10; i++) {
        assert_int_equal(wait_of(source, START_MS + 10000), 0);
        fail_at(source, START_MS + 10000);
    }
    assert_int_equal(wait_of(source, START_MS + 10000), 1000);
}

static void others_do_not_wait_for_one_source(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        fail_at(numbered(1), START_MS);
    }
    assert_int_equal(wait_of(numbered(2), START_MS), 0);
}

/* Many sources share a hundred tries, and then twenty a second, except those that know better. */
static void many_sources_share_a_limit_but_for_the_known_ones(void **state)
{
    (void)state;
    succeed(numbered(1000));
    for (unsigned int i = 0; i < 100; i++) {
        assert_int_equal(wait_of(numbered(i), START_MS), 0);
        fail_at(numbered(i), START_MS);
    }
    assert_int_equal(wait_of(numbered(500), START_MS), 50);
    assert_int_equal(wait_of(numbered(500), START_MS + 50), 0);
    assert_int_equal(wait_of(numbered(1000), START_MS), 0);
    for (int i = 0; i < 10; i++) {
        fail_at(numbered(1000), START_MS);
    }
    assert_int_equal(wait_of(numbered(1000), START_MS), 1000);
}

/* With more sources than there is room for, those with right credentials are remembered, and
   whoever tried most. */
static void flood_of_sources_forgets_the_quiet_ones_first(void **state)
{
    (void)state;
    succeed(numbered(1000));
    for (int i = 0; i < 10; i++) {
        fail_at(numbered(1001), START_MS);
    }
    for (unsigned int i = 0; i < 500; i++) {
        fail_at(numbered(i), START_MS);
    }
    assert_int_equal(wait_of(numbered(1000), START_MS), 0);
    assert_true(wait_of(numbered(500), START_MS) > 0);
    assert_int_equal(wait_of(numbered(1001), START_MS + 25000), 0);
    memset(&tries.everyone, 0, sizeof tries.everyone);
    assert_int_equal(wait_of(numbered(1001), START_MS), 1000);
}

static void more_known_sources_than_room_are_survived(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 3 * PML_SERVER_TRIES_ENTRIES; i++) {
        succeed(numbered(i));
        assert_int_equal(wait_of(numbered(i), START_MS), 0);
    }
    fail_at(numbered(1000), START_MS);
    assert_int_equal(wait_of(numbered(1000), START_MS), 0);
}

#define FORGETFUL(test) cmocka_unit_test_setup(test, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORGETFUL(sources_are_those_who_share_an_address),
        FORGETFUL(ten_wrong_tries_are_free_and_then_one_a_second),
        FORGETFUL(waits_never_exceed_a_second),
        FORGETFUL(after_ten_quiet_seconds_all_is_forgiven),
        FORGETFUL(others_do_not_wait_for_one_source),
        FORGETFUL(many_sources_share_a_limit_but_for_the_known_ones),
        FORGETFUL(flood_of_sources_forgets_the_quiet_ones_first),
        FORGETFUL(more_known_sources_than_room_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
