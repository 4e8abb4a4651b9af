/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of whole protobuf documents: sizes, large labels, and all ways out of the library. */
#include "support/protobuf.h"

#define MIB (1024 * 1024)

/* One of everything, with labels to escape. */
static promlet_registry *fill_registry(size_t series_count)
{
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "requests_total", .help = "Requests.", .labels = {"path"}});
    promlet_histogram_family *waits = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "wait_seconds", .unit = "seconds", .labels = {"path"}});
    for (size_t i = 0; i < series_count; i++) {
        char path[40];
        (void)snprintf(path, sizeof path, "/\"%zu\"\n\\%zu", i, i * i);
        promlet_counter_add_u64(promlet_counter_with(requests, path), i << i % 50);
        promlet_histogram_observe(promlet_histogram_with(waits, path), (double)i / 100);
    }
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "depth"}), -0.0);
    return registry;
}

/* The rules hold, and the texts that are looked for are there. */
static void expect_readable(const char *bytes, size_t size, const char *const *texts)
{
    strict_protobuf read;
    if (!strict_protobuf_read(&read, bytes, size)) {
        fail_msg("%s", read.reading.why);
    }
    for (; *texts != NULL; texts++) {
        assert_non_null(strstr(read.reading.text, *texts));
    }
    strict_protobuf_free(&read);
}

/* ---- ways out -------------------------------------------------------------------------------- */

/* What a writer got, and after how many pieces it stops. */
struct written {
    char *bytes;
    size_t size;
    size_t pieces;
    size_t allowed_pieces;
};

static bool write_down(const char *data, size_t size, void *ctx)
{
    struct written *written = ctx;
    assert_true(size > 0 && size <= PROMLET_PIECE_SIZE);
    memcpy(written->bytes + written->size, data, size);
    written->size += size;
    return ++written->pieces < written->allowed_pieces;
}

/* Fields are cut at the end of a piece wherever that falls. */
static void document_written_is_the_string_of_the_same(void **state)
{
    (void)state;
    promlet_registry *registry = fill_registry(600);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    size_t size;
    char *string = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    assert_true(size > 4 * PROMLET_PIECE_SIZE);
    struct written written = {test_malloc(size), 0, 0, SIZE_MAX};
    assert_int_equal(
        promlet_snapshot_write(snapshot, PROMLET_FORMAT_PROTOBUF, write_down, &written),
        PROMLET_OK);
    assert_int_equal(written.size, size);
    assert_memory_equal(written.bytes, string, size);
    expect_readable(string, size, (const char *const[]){"\"/\\\"599\\\"\\n\\\\358801\"", NULL});
    for (size_t pieces = 1; pieces < 4; pieces++) {
        written = (struct written){written.bytes, 0, 0, pieces};
        assert_int_equal(
            promlet_snapshot_write(snapshot, PROMLET_FORMAT_PROTOBUF, write_down, &written),
            PROMLET_ERROR_WRITER);
        assert_int_equal(written.pieces, pieces);
        assert_memory_equal(written.bytes, string, written.size);
    }
    test_free(written.bytes);
    promlet_free(string);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void document_copied_fits_or_is_its_beginning(void **state)
{
    (void)state;
    promlet_registry *registry = fill_registry(3);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    size_t total;
    char *string = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &total);
    for (size_t size = 0; size <= total + 2; size++) {
        char *buffer = test_malloc(size + 1);
        size_t needed = 0;
        promlet_status status =
            promlet_snapshot_copy(snapshot, PROMLET_FORMAT_PROTOBUF, buffer, size, &needed);
        assert_int_equal(status, size > total ? PROMLET_OK : PROMLET_ERROR_BUFFER_SIZE);
        assert_int_equal(needed, total + 1);
        size_t copied = size > total ? total : size - (size > 0);
        assert_memory_equal(buffer, string, copied);
        test_free(buffer);
    }
    promlet_free(string);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void document_of_nothing_is_no_byte(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    struct written written = {NULL, 0, 0, 1};
    assert_int_equal(
        promlet_snapshot_write(snapshot, PROMLET_FORMAT_PROTOBUF, write_down, &written),
        PROMLET_OK);
    assert_int_equal(written.pieces, 0);
    size_t needed;
    char end = 'x';
    assert_int_equal(promlet_snapshot_copy(snapshot, PROMLET_FORMAT_PROTOBUF, &end, 1, &needed),
                     PROMLET_OK);
    assert_int_equal(needed, 1);
    assert_int_equal(end, '\0');
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void document_of_the_same_values_is_the_same_bytes(void **state)
{
    (void)state;
    promlet_registry *registry = fill_registry(20);
    char *strings[2];
    size_t sizes[2];
    for (int i = 0; i < 2; i++) {
        promlet_snapshot *snapshot = promlet_snapshot_take(registry);
        strings[i] = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &sizes[i]);
        promlet_snapshot_release(snapshot);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(strings[0], strings[1], sizes[0]);
    promlet_free(strings[0]);
    promlet_free(strings[1]);
    promlet_registry_free(registry);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

/* Wherever a length takes one byte more, in each message around a label value. */
static void value_of_each_size_is_read_back(void **state)
{
    (void)state;
    for (size_t size = 0; size < 20000; size += size < 300 || size > 16200 ? 1 : 97) {
        size = size > 16500 && size < 19000 ? 19000 : size;
        char *value = test_malloc(size + 1);
        memset(value, 'v', size);
        value[size] = '\0';
        promlet_registry *registry = new_registry();
        promlet_registry_configure(registry,
                                   &(promlet_registry_opts){.max_label_value_bytes = MIB});
        promlet_gauge_family *family =
            promlet_gauge_family_new(registry, &(promlet_opts){.name = "a", .labels = {"x"}});
        promlet_gauge_set(promlet_gauge_with(family, value), 1);
        promlet_snapshot *snapshot = promlet_snapshot_take(registry);
        size_t document_size;
        char *bytes = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &document_size);
        expect_readable(bytes, document_size, (const char *const[]){value, NULL});
        promlet_free(bytes);
        promlet_snapshot_release(snapshot);
        promlet_registry_free(registry);
        test_free(value);
    }
}

static void value_of_a_mebibyte_is_read_back(void **state)
{
    (void)state;
    char *value = test_malloc(MIB + 1);
    for (size_t i = 0; i < MIB; i++) {
        value[i] = "plain \"\\\n\t"[i % 10];
    }
    value[MIB] = '\0';
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.max_label_value_bytes = MIB});
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "a", .labels = {"x"}});
    promlet_gauge_set(promlet_gauge_with(family, value), 1);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    size_t size;
    char *bytes = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    expect_readable(bytes, size, (const char *const[]){"plain \\\"\\\\\\n\\tplain ", NULL});
    assert_non_null(memmem(bytes, size, value, MIB));
    promlet_free(bytes);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
    test_free(value);
}

static void labels_as_many_as_there_can_be_are_read_back(void **state)
{
    (void)state;
    char names[PROMLET_MAX_LABELS][8];
    const char *values[PROMLET_MAX_LABELS];
    promlet_opts options = {.name = "a"};
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%zu", i);
        options.labels[i] = names[i];
        values[i] = i % 2 == 0 ? "\"even\"" : "odd";
    }
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family =
        promlet_gauge_family_new_sized(registry, &options, sizeof options);
    promlet_gauge_set(promlet_gauge_with_values(family, values, PROMLET_MAX_LABELS), 1);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    size_t size;
    char *bytes = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    expect_readable(bytes, size,
                    (const char *const[]){"\"l0\"\n    value: \"\\\"even\\\"\"\n",
                                          "\"l31\"\n    value: \"odd\"\n", NULL});
    promlet_free(bytes);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(document_written_is_the_string_of_the_same),
        cmocka_unit_test(document_copied_fits_or_is_its_beginning),
        cmocka_unit_test(document_of_nothing_is_no_byte),
        cmocka_unit_test(document_of_the_same_values_is_the_same_bytes),
        cmocka_unit_test(value_of_each_size_is_read_back),
        cmocka_unit_test(value_of_a_mebibyte_is_read_back),
        cmocka_unit_test(labels_as_many_as_there_can_be_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
