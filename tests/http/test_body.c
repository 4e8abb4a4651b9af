/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies: what is added comes out in few pieces, and the budget knows of all memory. */
#include "http/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/responses.h"

#define PIECE PML_HTTP_PIECE_BYTES

static const pml_http_limits unlimited = {.budget = NULL};

/* So many bytes, each with a value of its own place. */
static char *make_bytes(size_t size)
{
    char *bytes = malloc(size + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (char)(i * 31 + i / 251 + 1);
    }
    return bytes;
}

static void assert_holds(const pml_http_body *body, const char *bytes, size_t size)
{
    char *joined = join_pieces(body->pieces, body->count, body->size);
    assert_int_equal(body->size, size);
    assert_memory_equal(joined, bytes, size);
    free(joined);
}

static void bytes_of_all_sizes_come_out_in_order(void **state)
{
    static const size_t steps[] = {1, 100, 16384, 50000, 65536, 200000};
    size_t size = 10 * PIECE + 7;
    char *bytes = make_bytes(size);
    (void)state;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        pml_http_body body;
        pml_http_body_start(&body, &unlimited);
        for (size_t at = 0; at < size; at += steps[i]) {
            size_t step = steps[i] < size - at ? steps[i] : size - at;
            assert_true(pml_http_body_add(&body, bytes + at, step));
        }
        pml_http_body_finish(&body);
        assert_int_equal(body.outcome, PML_HTTP_MADE);
        assert_int_equal(body.count, 11);
        assert_holds(&body, bytes, size);
        pml_http_body_clear(&body);
        assert_int_equal(body.count, 0);
        assert_int_equal(body.size, 0);
    }
    free(bytes);
}

static void room_is_written_in_place(void **state)
{
    pml_http_body body;
    size_t room = 0;
    (void)state;
    pml_http_body_start(&body, &unlimited);
    char *first = pml_http_body_reserve(&body, &room);
    assert_non_null(first);
    assert_int_equal(room, PIECE);
    pml_http_body_keep(&body, 0);
    memset(first, 'a', PIECE - 1);
    pml_http_body_keep(&body, PIECE - 1);
    assert_ptr_equal(pml_http_body_reserve(&body, &room), first + PIECE - 1);
    assert_int_equal(room, 1);
    first[PIECE - 1] = 'b';
    pml_http_body_keep(&body, 1);
    assert_non_null(pml_http_body_reserve(&body, &room));
    assert_int_equal(room, PIECE);
    pml_http_body_keep(&body, 0);
    assert_int_equal(body.size, PIECE);
    pml_http_body_clear(&body);
}

/* Servers list the pieces of an answer. Nothing is written, so they are not really there. */
static void body_of_any_size_has_few_pieces(void **state)
{
    pml_http_body body;
    size_t room = 0;
    (void)state;
    pml_http_body_start(&body, &unlimited);
    while (body.size < (size_t)256 << 20) {
        assert_non_null(pml_http_body_reserve(&body, &room));
        assert_true(room <= PIECE || room <= body.size / 4);
        pml_http_body_keep(&body, room);
    }
    assert_true(body.count < 270);
    pml_http_body_clear(&body);
}

static void body_of_nothing_has_no_pieces(void **state)
{
    pml_http_body body;
    (void)state;
    pml_http_body_start(&body, &unlimited);
    assert_true(pml_http_body_add(&body, "", 0));
    pml_http_body_finish(&body);
    assert_int_equal(body.count, 0);
    pml_http_body_clear(&body);
}

static void budget_counts_what_bodies_hold(void **state)
{
    pml_http_budget budget;
    pml_http_limits limits = {.budget = &budget};
    pml_http_body first;
    pml_http_body second;
    char *bytes = make_bytes(3 * PIECE);
    (void)state;
    pml_http_budget_start(&budget, 3 * PIECE);
    pml_http_body_start(&first, &limits);
    pml_http_body_start(&second, &limits);
    assert_true(pml_http_body_add(&first, bytes, PIECE + 100));
    assert_int_equal(budget.used, 2 * PIECE);
    pml_http_body_finish(&first);
    assert_int_equal(budget.used, PIECE + 100);

    assert_true(pml_http_body_add(&second, bytes, PIECE));
    assert_false(pml_http_body_add(&second, bytes, 1));
    assert_int_equal(second.outcome, PML_HTTP_OVER_BUDGET);
    assert_int_equal(budget.used, 2 * PIECE + 100);
    assert_holds(&second, bytes, PIECE);

    pml_http_body_clear(&first);
    assert_int_equal(budget.used, PIECE);
    pml_http_body_clear(&second);
    assert_int_equal(budget.used, 0);
    assert_true(pml_http_body_add(&second, bytes, 3 * PIECE));
    assert_int_equal(second.outcome, PML_HTTP_MADE);
    pml_http_body_clear(&second);
    assert_int_equal(budget.used, 0);
    pml_http_budget_end(&budget);
    free(bytes);
}

/* Else a document beyond the budget would never be seen. */
static void body_alone_may_be_larger_than_the_budget(void **state)
{
    pml_http_budget budget;
    pml_http_limits limits = {.budget = &budget};
    pml_http_body large;
    pml_http_body next;
    char *bytes = make_bytes(3 * PIECE);
    (void)state;
    pml_http_budget_start(&budget, PIECE);
    pml_http_body_start(&large, &limits);
    pml_http_body_start(&next, &limits);
    assert_true(pml_http_body_add(&large, bytes, 3 * PIECE));
    assert_int_equal(budget.used, 3 * PIECE);
    assert_false(pml_http_body_add(&next, bytes, 1));
    assert_int_equal(next.outcome, PML_HTTP_OVER_BUDGET);
    pml_http_body_clear(&next);
    pml_http_body_clear(&large);
    assert_int_equal(budget.used, 0);
    pml_http_budget_end(&budget);
    free(bytes);
}

static bool asks_to_stop(void *ctx)
{
    return *(bool *)ctx;
}

static void body_stops_when_it_is_told_to(void **state)
{
    bool is_stopped = false;
    pml_http_limits limits = {.is_stopped = asks_to_stop, .ctx = &is_stopped};
    pml_http_body body;
    (void)state;
    pml_http_body_start(&body, &limits);
    assert_true(pml_http_body_goes_on(&body));
    is_stopped = true;
    assert_false(pml_http_body_goes_on(&body));
    assert_int_equal(body.outcome, PML_HTTP_STOPPED);
    pml_http_body_clear(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of_all_sizes_come_out_in_order),
        cmocka_unit_test(room_is_written_in_place),
        cmocka_unit_test(body_of_any_size_has_few_pieces),
        cmocka_unit_test(body_of_nothing_has_no_pieces),
        cmocka_unit_test(budget_counts_what_bodies_hold),
        cmocka_unit_test(body_alone_may_be_larger_than_the_budget),
        cmocka_unit_test(body_stops_when_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
