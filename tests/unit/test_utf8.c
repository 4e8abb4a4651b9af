/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of base/utf8.h. The oracle below decodes by arithmetic instead of by the Unicode table. */
#include "base/utf8.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h relies on some of the above. */
#include <cmocka.h>

#define DEFAULT_SEED UINT64_C(20260817)
#define TEXT_SIZE 64
#define GUARD 0x5a
#define FFFD "\xef\xbf\xbd"

static uint64_t seed;

struct repair {
    const char *text;
    size_t size;
    const char *expected;
};

/* Text that may hold NUL, as both of its values. */
#define TEXT(literal) literal, sizeof(literal) - 1

/* SplitMix64. */
static uint64_t next_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(marks[size] | code);
    return size;
}

static bool is_scalar_value(uint32_t code)
{
    return code < 0xd800 || (code > 0xdfff && code <= 0x10ffff);
}

/* The size of the sequence at text, or 0: whatever bits its bytes carry must give the same bytes
 * when they are encoded again. */
static size_t oracle_sequence_size(const char *text, size_t size)
{
    for (size_t length = 1; length <= 4 && length <= size; length++) {
        static const uint32_t lead_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
        uint32_t code = (unsigned char)text[0] & lead_bits[length];
        for (size_t i = 1; i < length; i++) {
            code = code << 6 | ((unsigned char)text[i] & 0x3f);
        }
        char again[4];
        if (is_scalar_value(code) && encode(code, again) == length &&
            memcmp(again, text, length) == 0) {
            return length;
        }
    }
    return 0;
}

static bool oracle_is_valid(const char *text, size_t size)
{
    for (size_t done = 0; done < size;) {
        size_t length = oracle_sequence_size(text + done, size - done);
        if (length == 0) {
            return false;
        }
        done += length;
    }
    return true;
}

/* Whether more bytes could make text, which has two or three, one well-formed sequence. From the
 * third byte on all are alike, so 80 stands for them. */
static bool oracle_is_start(const char *text, size_t size)
{
    char whole[] = "\x80\x80\x80\x80";
    memcpy(whole, text, size);
    return oracle_sequence_size(whole, 4) > size;
}

static size_t oracle_repair(const char *text, size_t size, char *out)
{
    size_t written = 0;
    for (size_t done = 0; done < size;) {
        size_t length = oracle_sequence_size(text + done, size - done);
        const char *from = length > 0 ? text + done : FFFD;
        size_t from_size = length > 0 ? length : strlen(FFFD);
        memcpy(out + written, from, from_size);
        written += from_size;
        if (length == 0) {
            length = 1;
            while (done + length < size && length < 3 && oracle_is_start(text + done, length + 1)) {
                length++;
            }
        }
        done += length;
    }
    return written;
}

/* Repairs into exactly as much room as measuring says, and checks that no more is touched. */
static void assert_repair(const char *text, size_t size, const char *expected, size_t expected_size)
{
    char out[TEXT_SIZE * 3 + 1];
    memset(out, GUARD, sizeof out);
    assert_int_equal(pml_utf8_repair(text, size, NULL), expected_size);
    assert_int_equal(pml_utf8_repair(text, size, out), expected_size);
    assert_memory_equal(out, expected, expected_size);
    assert_int_equal(out[expected_size], GUARD);
    assert_true(pml_utf8_is_valid(out, expected_size));
}

static void assert_like_oracle(const char *text, size_t size)
{
    char expected[TEXT_SIZE * 3];
    size_t expected_size = oracle_repair(text, size, expected);
    assert_int_equal(pml_utf8_is_valid(text, size), oracle_is_valid(text, size));
    assert_repair(text, size, expected, expected_size);
}

static void assert_repairs(const struct repair *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_false(pml_utf8_is_valid(rows[i].text, rows[i].size));
        assert_repair(rows[i].text, rows[i].size, rows[i].expected, strlen(rows[i].expected));
    }
}

static void utf8_empty_is_valid(void **state)
{
    (void)state;
    assert_true(pml_utf8_is_valid("", 0));
    assert_true(pml_utf8_is_valid(NULL, 0));
    assert_repair("", 0, "", 0);
}

static void utf8_one_byte_is_valid_if_ascii(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char text = (char)byte;
        assert_int_equal(pml_utf8_is_valid(&text, 1), byte < 0x80);
        assert_like_oracle(&text, 1);
    }
}

static void utf8_two_bytes_are_like_oracle(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 0x10000; pair++) {
        char text[2] = {(char)(pair >> 8), (char)(pair & 0xff)};
        assert_like_oracle(text, 2);
    }
}

/* Bytes on both sides of each limit in table 3-7. */
static void utf8_four_boundary_bytes_are_like_oracle(void **state)
{
    (void)state;
    static const char bytes[] = "\x41\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed"
                                "\xee\xef\xf0\xf1\xf3\xf4\xf5\xff";
    size_t count = sizeof bytes - 1;
    for (size_t i = 0; i < count * count * count * count; i++) {
        char text[4] = {bytes[i % count], bytes[i / count % count],
                        bytes[i / count / count % count], bytes[i / count / count / count]};
        assert_like_oracle(text, 3);
        assert_like_oracle(text, 4);
    }
}

static void utf8_every_scalar_value_is_valid(void **state)
{
    (void)state;
    for (uint32_t code = 0; code <= 0x110000; code++) {
        char text[4];
        size_t size = encode(code, text);
        assert_int_equal(pml_utf8_is_valid(text, size), is_scalar_value(code));
    }
}

static void utf8_sequence_cut_off_is_invalid(void **state)
{
    (void)state;
    static const char *const whole[] = {"\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        size_t size = strlen(whole[i]);
        assert_true(pml_utf8_is_valid(whole[i], size));
        for (size_t cut = 1; cut < size; cut++) {
            assert_false(pml_utf8_is_valid(whole[i], cut));
            assert_repair(whole[i], cut, FFFD, strlen(FFFD));
        }
    }
}

static void utf8_nul_is_a_character(void **state)
{
    (void)state;
    assert_true(pml_utf8_is_valid(TEXT("a\0b")));
    assert_false(pml_utf8_is_valid(TEXT("a\0\xff")));
    assert_repair(TEXT("a\0\xff"), TEXT("a\0" FFFD));
}

static void repair_ill_formed_replaces_each_maximal_subpart(void **state)
{
    (void)state;
    static const struct repair rows[] = {
        {TEXT("\xc0\xaf"), FFFD FFFD},
        {TEXT("\xed\xa0\x80"), FFFD FFFD FFFD},
        {TEXT("\xf4\x90\x80\x80"), FFFD FFFD FFFD FFFD},
        {TEXT("\xf0\x80\x80\x41"), FFFD FFFD FFFD "A"},
        {TEXT("\xe1\xa0\x41"), FFFD "A"},
        {TEXT("\xf1\x80\x80\x41"), FFFD "A"},
        {TEXT("\xe0\x80\x80"), FFFD FFFD FFFD},
        {TEXT("\xff"), FFFD},
        {TEXT("\x80\xbf"), FFFD FFFD},
    };
    assert_repairs(rows, sizeof rows / sizeof rows[0]);
}

/* The examples that the Unicode standard gives in its section on U+FFFD substitution, tables 3-8
 * to 3-11. */
static void repair_examples_of_unicode_are_as_there(void **state)
{
    (void)state;
    static const struct repair rows[] = {
        {TEXT("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"), FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A"},
        {TEXT("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"), FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A"},
        {TEXT("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"), FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B"},
        {TEXT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), FFFD FFFD FFFD FFFD "A"},
    };
    assert_repairs(rows, sizeof rows / sizeof rows[0]);
}

static void repair_valid_is_identity(void **state)
{
    (void)state;
    static const char text[] =
        "plain ASCII, then \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 and \\\"\n";
    assert_true(pml_utf8_is_valid(TEXT(text)));
    assert_repair(TEXT(text), TEXT(text));
}

static void utf8_bad_byte_in_long_ascii_is_found_at_each_offset(void **state)
{
    (void)state;
    for (size_t start = 0; start < 8; start++) {
        for (size_t offset = 0; offset <= 16; offset++) {
            char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
            size_t size = strlen(text + start);
            assert_true(pml_utf8_is_valid(text + start, size));
            text[start + offset] = '\xff';
            assert_false(pml_utf8_is_valid(text + start, size));
            assert_like_oracle(text + start, size);
            assert_false(pml_utf8_is_valid(text + start, offset + 1));
            assert_true(pml_utf8_is_valid(text + start, offset));
        }
    }
}

static size_t fill_at_random(uint64_t *random, char *text, size_t size)
{
    size_t used = 0;
    while (used + 8 < size) {
        uint64_t bits = next_random(random);
        uint32_t code = (uint32_t)(bits >> 32) % 0x110000;
        switch (bits % 8) {
        case 0:
            text[used++] = (char)(bits >> 8);
            break;
        case 1:
            used += encode(code, text + used);
            break;
        case 2:
            used += encode(code % 0x1000, text + used);
            break;
        default:
            text[used++] = (char)('a' + bits / 8 % 26);
            break;
        }
    }
    return used;
}

static void utf8_random_text_is_like_oracle(void **state)
{
    (void)state;
    uint64_t random = seed;
    for (int i = 0; i < 100000; i++) {
        char text[TEXT_SIZE];
        size_t size = fill_at_random(&random, text, 9 + next_random(&random) % (TEXT_SIZE - 8));
        assert_like_oracle(text, size);
    }
}

static void read_seed(void)
{
    const char *text = getenv("PROMLET_TEST_SEED");
    seed = text != NULL ? strtoull(text, NULL, 0) : DEFAULT_SEED;
    printf("PROMLET_TEST_SEED=%" PRIu64 "\n", seed);
}

int main(void)
{
    read_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_empty_is_valid),
        cmocka_unit_test(utf8_one_byte_is_valid_if_ascii),
        cmocka_unit_test(utf8_two_bytes_are_like_oracle),
        cmocka_unit_test(utf8_four_boundary_bytes_are_like_oracle),
        cmocka_unit_test(utf8_every_scalar_value_is_valid),
        cmocka_unit_test(utf8_sequence_cut_off_is_invalid),
        cmocka_unit_test(utf8_nul_is_a_character),
        cmocka_unit_test(utf8_bad_byte_in_long_ascii_is_found_at_each_offset),
        cmocka_unit_test(utf8_random_text_is_like_oracle),
        cmocka_unit_test(repair_ill_formed_replaces_each_maximal_subpart),
        cmocka_unit_test(repair_examples_of_unicode_are_as_there),
        cmocka_unit_test(repair_valid_is_identity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
