/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of encode/wire.h: fields to the byte, and as many as were counted. */
#include "support/expect.h"

#include "encode/wire.h"

#include <math.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

typedef void (*put_fn)(pml_wire *wire, uint64_t value);

/* What is put is this, in memory of each size, and as much as is counted. */
static void expect_bytes(put_fn put, uint64_t value, const char *expected, size_t size)
{
    pml_wire count = {NULL, 0, NULL};
    put(&count, value);
    assert_int_equal(count.size, size);
    for (size_t capacity = 0; capacity <= 30; capacity++) {
        char memory[31];
        memset(memory, 0x5a, sizeof memory);
        pml_output output;
        pml_output_start_memory(&output, memory, capacity);
        pml_wire wire = {&output, 0, NULL};
        put(&wire, value);
        assert_int_equal(pml_output_total(&output), size);
        assert_memory_equal(memory, expected, size < capacity ? size : capacity);
        for (size_t i = capacity; i < sizeof memory; i++) {
            assert_int_equal(memory[i], 0x5a);
        }
    }
}

static void put_varint(pml_wire *wire, uint64_t value)
{
    pml_wire_put_varint(wire, value);
}

static void put_u64(pml_wire *wire, uint64_t value)
{
    pml_wire_put_u64(wire, 1, value);
}

static void put_far_u64(pml_wire *wire, uint64_t value)
{
    pml_wire_put_u64(wire, 16, value);
}

static void put_fixed64(pml_wire *wire, uint64_t value)
{
    pml_wire_put_fixed64(wire, 2, value);
}

static void put_three_bytes(pml_wire *wire, uint64_t value)
{
    (void)value;
    pml_wire_put_bytes(wire, 5, "abc", 3);
}

/* Three bytes that are put only where they are not counted already. */
static void put_begun(pml_wire *wire, uint64_t value)
{
    if (pml_wire_begin(wire, (unsigned)value, 3)) {
        pml_output_append(wire->output, "abc", 3);
    }
}

static void varint_at_each_bound_is_as_short_as_can_be(void **state)
{
    (void)state;
    expect_bytes(put_varint, 0, BYTES("\0"));
    expect_bytes(put_varint, 1, BYTES("\x01"));
    expect_bytes(put_varint, 127, BYTES("\x7f"));
    expect_bytes(put_varint, 128, BYTES("\x80\x01"));
    expect_bytes(put_varint, 300, BYTES("\xac\x02"));
    expect_bytes(put_varint, 16383, BYTES("\xff\x7f"));
    expect_bytes(put_varint, 16384, BYTES("\x80\x80\x01"));
    expect_bytes(put_varint, UINT32_MAX, BYTES("\xff\xff\xff\xff\x0f"));
    expect_bytes(put_varint, INT64_MAX, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));
    expect_bytes(put_varint, UINT64_MAX, BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
}

static void varint_of_each_power_has_the_size_that_is_said(void **state)
{
    (void)state;
    for (unsigned bit = 0; bit < 64; bit++) {
        for (uint64_t below = 0; below < 2; below++) {
            uint64_t value = (UINT64_C(1) << bit) - below;
            char bytes[PML_VARINT_SIZE];
            size_t size = (size_t)(pml_varint_write(bytes, value) - bytes);
            assert_int_equal(size, pml_varint_size(value));
        }
    }
}

static void zigzag_takes_both_signs_by_turns(void **state)
{
    (void)state;
    assert_int_equal(pml_zigzag(0), 0);
    assert_int_equal(pml_zigzag(-1), 1);
    assert_int_equal(pml_zigzag(1), 2);
    assert_int_equal(pml_zigzag(-2), 3);
    assert_true(pml_zigzag(INT64_MAX) == UINT64_MAX - 1);
    assert_true(pml_zigzag(INT64_MIN) == UINT64_MAX);
}

static void fields_are_to_the_byte(void **state)
{
    (void)state;
    expect_bytes(put_u64, 150, BYTES("\x08\x96\x01"));
    expect_bytes(put_u64, UINT64_MAX, BYTES("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
    expect_bytes(put_far_u64, 1, BYTES("\x80\x01\x01"));
    expect_bytes(put_fixed64, UINT64_C(0x0807060504030201),
                 BYTES("\x11\x01\x02\x03\x04\x05\x06\x07\x08"));
    expect_bytes(put_three_bytes, 0,
                 BYTES("\x2a\x03"
                       "abc"));
    expect_bytes(put_begun, 5,
                 BYTES("\x2a\x03"
                       "abc"));
    expect_bytes(put_begun, 16,
                 BYTES("\x82\x01\x03"
                       "abc"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varint_at_each_bound_is_as_short_as_can_be),
        cmocka_unit_test(varint_of_each_power_has_the_size_that_is_said),
        cmocka_unit_test(zigzag_takes_both_signs_by_turns),
        cmocka_unit_test(fields_are_to_the_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
