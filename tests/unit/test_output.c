/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of base/output.h: the three places where encoded bytes can go. */
#include "base/output.h"

#include "base/alloc.h"
#include "support/expect.h"

#define GUARD 0x5a
#define PIECE 7

static const char text[] = "one two three four five six seven eight nine ten";

#define TEXT_SIZE (sizeof text - 1)

/* What a writer got, and how many calls it allows. */
struct written {
    char bytes[256];
    size_t size;
    size_t largest_piece;
    size_t smallest_piece;
    int calls;
    int allowed_calls;
};

static bool write_down(const char *data, size_t size, void *ctx)
{
    struct written *written = ctx;
    written->calls++;
    memcpy(written->bytes + written->size, data, size);
    written->size += size;
    written->largest_piece = size > written->largest_piece ? size : written->largest_piece;
    written->smallest_piece = size < written->smallest_piece ? size : written->smallest_piece;
    return written->calls < written->allowed_calls;
}

static struct written nothing_written(int allowed_calls)
{
    return (struct written){.smallest_piece = SIZE_MAX, .allowed_calls = allowed_calls};
}

/* Appends the text in portions of that many bytes. */
static void append_in_portions(pml_output *output, size_t portion)
{
    for (size_t at = 0; at < TEXT_SIZE; at += portion) {
        size_t left = TEXT_SIZE - at;
        pml_output_append(output, text + at, portion < left ? portion : left);
    }
}

static void string_nothing_appended_is_empty(void **state)
{
    (void)state;
    pml_output output;
    size_t length = 99;
    pml_output_start_string(&output);
    char *string = pml_output_take_string(&output, &length);
    assert_string_equal(string, "");
    assert_int_equal(length, 0);
    pml_free(string);
}

static void string_without_length_is_taken(void **state)
{
    (void)state;
    pml_output output;
    pml_output_start_string(&output);
    pml_output_append_text(&output, text);
    char *string = pml_output_take_string(&output, NULL);
    assert_string_equal(string, text);
    pml_free(string);
}

/* Around the size at which the string grows for the first time, a byte at a time. */
static void string_of_each_size_is_whole(void **state)
{
    (void)state;
    for (size_t size = 4090; size < 4100; size++) {
        pml_output output;
        pml_output_start_string(&output);
        for (size_t i = 0; i < size; i++) {
            pml_output_append(&output, &"0123456789"[i % 10], 1);
        }
        size_t length = 0;
        char *string = pml_output_take_string(&output, &length);
        assert_int_equal(length, size);
        assert_int_equal(strlen(string), size);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(string[i], "0123456789"[i % 10]);
        }
        pml_free(string);
    }
}

static void string_one_large_append_grows_more_than_once(void **state)
{
    (void)state;
    size_t size = 100000;
    char *bytes = pml_alloc(size);
    memset(bytes, 'x', size);
    bytes[size - 1] = 'y';
    pml_output output;
    pml_output_start_string(&output);
    pml_output_append(&output, bytes, size);
    size_t length = 0;
    char *string = pml_output_take_string(&output, &length);
    assert_int_equal(length, size);
    assert_memory_equal(string, bytes, size);
    pml_free(string);
    pml_free(bytes);
}

static void memory_of_each_capacity_holds_the_beginning(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity <= TEXT_SIZE + 1; capacity++) {
        for (size_t portion = 1; portion <= TEXT_SIZE; portion++) {
            char memory[sizeof text + 8];
            memset(memory, GUARD, sizeof memory);
            pml_output output;
            pml_output_start_memory(&output, memory, capacity);
            append_in_portions(&output, portion);
            size_t fits = capacity < TEXT_SIZE ? capacity : TEXT_SIZE;
            assert_int_equal(pml_output_total(&output), TEXT_SIZE);
            assert_memory_equal(memory, text, fits);
            for (size_t i = fits; i < sizeof memory; i++) {
                assert_int_equal(memory[i], GUARD);
            }
        }
    }
}

static void memory_null_without_capacity_counts(void **state)
{
    (void)state;
    pml_output output;
    pml_output_start_memory(&output, NULL, 0);
    for (int i = 0; i < 100; i++) {
        pml_output_append_text(&output, text);
    }
    assert_int_equal(pml_output_total(&output), 100 * TEXT_SIZE);
}

static void writer_pieces_are_bounded_and_whole(void **state)
{
    (void)state;
    for (size_t portion = 1; portion <= TEXT_SIZE; portion++) {
        struct written written = nothing_written(1000);
        char piece[PIECE];
        pml_output output;
        pml_output_start_writer(&output, piece, sizeof piece, write_down, &written);
        append_in_portions(&output, portion);
        assert_int_equal(pml_output_finish_writer(&output), PROMLET_OK);
        assert_int_equal(written.size, TEXT_SIZE);
        assert_memory_equal(written.bytes, text, TEXT_SIZE);
        assert_true(written.largest_piece <= PIECE);
        assert_true(written.smallest_piece >= 1);
    }
}

static void writer_piece_that_is_just_full_is_handed_over_once(void **state)
{
    (void)state;
    struct written written = nothing_written(1000);
    char piece[PIECE];
    pml_output output;
    pml_output_start_writer(&output, piece, sizeof piece, write_down, &written);
    pml_output_append(&output, text, PIECE);
    assert_int_equal(pml_output_finish_writer(&output), PROMLET_OK);
    assert_int_equal(written.calls, 1);
    assert_int_equal(written.size, PIECE);
}

static void writer_nothing_appended_is_not_called(void **state)
{
    (void)state;
    struct written written = nothing_written(1000);
    char piece[PIECE];
    pml_output output;
    pml_output_start_writer(&output, piece, sizeof piece, write_down, &written);
    assert_int_equal(pml_output_finish_writer(&output), PROMLET_OK);
    assert_int_equal(written.calls, 0);
}

static void writer_that_stops_is_not_called_again(void **state)
{
    (void)state;
    for (int allowed = 1; allowed <= 3; allowed++) {
        struct written written = nothing_written(allowed);
        char piece[PIECE];
        pml_output output;
        pml_output_start_writer(&output, piece, sizeof piece, write_down, &written);
        for (int i = 0; i < 50; i++) {
            pml_output_append_text(&output, text);
        }
        assert_int_equal(pml_output_finish_writer(&output), PROMLET_ERROR_WRITER);
        assert_int_equal(written.calls, allowed);
    }
}

static void writer_that_stops_at_the_last_piece_is_an_error(void **state)
{
    (void)state;
    struct written written = nothing_written(1);
    char piece[PIECE];
    pml_output output;
    pml_output_start_writer(&output, piece, sizeof piece, write_down, &written);
    pml_output_append(&output, text, 3);
    assert_int_equal(pml_output_finish_writer(&output), PROMLET_ERROR_WRITER);
    assert_int_equal(written.calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(string_nothing_appended_is_empty),
        cmocka_unit_test(string_without_length_is_taken),
        cmocka_unit_test(string_of_each_size_is_whole),
        cmocka_unit_test(string_one_large_append_grows_more_than_once),
        cmocka_unit_test(memory_of_each_capacity_holds_the_beginning),
        cmocka_unit_test(memory_null_without_capacity_counts),
        cmocka_unit_test(writer_pieces_are_bounded_and_whole),
        cmocka_unit_test(writer_piece_that_is_just_full_is_handed_over_once),
        cmocka_unit_test(writer_nothing_appended_is_not_called),
        cmocka_unit_test(writer_that_stops_is_not_called_again),
        cmocka_unit_test(writer_that_stops_at_the_last_piece_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
