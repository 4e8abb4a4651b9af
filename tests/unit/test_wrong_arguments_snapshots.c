/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of texts and snapshots, with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

static const char *const headers[] = {"metrics.h", "snapshot.h", NULL};

static promlet_snapshot *snapshots[2];

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(own, &(promlet_opts){.name = "good_total"}));
    registries[1] = own;
    snapshots[1] = promlet_snapshot_take(own);
    return own == NULL || snapshots[1] == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_snapshot_release(snapshots[1]);
    promlet_registry_free(own);
    return 0;
}

/* ---- where to write -------------------------------------------------------------------------- */

static bool go_on(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    return data != NULL && size > 0;
}

static bool stop(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    (void)data;
    (void)size;
    return false;
}

static const promlet_write_fn writers[] = {NULL, go_on, stop};

static char buffer[100];

/* A size goes with a buffer that has it. */
static const struct any_buffer {
    char *buffer;
    size_t size;
} buffers[] = {{NULL, 0}, {NULL, 1}, {NULL, SIZE_MAX}, {buffer, 0}, {buffer, 1}, {buffer, 100}};

/* ---- texts of registries --------------------------------------------------------------------- */

static void call_promlet_get_metrics(void)
{
    promlet_free(promlet_get_metrics());
}

static void call_promlet_registry_get_metrics(void)
{
    FOR_EACH(registry, registries)
    {
        promlet_free(promlet_registry_get_metrics(*registry));
    }
}

static void call_promlet_get_metrics_of(void)
{
    promlet_free(promlet_get_metrics_of(NULL, 0));
    promlet_free(promlet_get_metrics_of(registries, 0));
    promlet_free(promlet_get_metrics_of(registries, COUNT_OF(registries)));
    promlet_free(promlet_get_metrics_of((promlet_registry *[]){own, own}, 2));
    FOR_EACH(size, any_sizes)
    {
        assert_true(*size == 0 || promlet_get_metrics_of(NULL, *size) == NULL);
    }
}

static void call_promlet_registry_copy_metrics(void)
{
    FOR_EACH(registry, registries)
    FOR_EACH(to, buffers)
    {
        size_t needed;
        SAID(promlet_registry_copy_metrics(*registry, to->buffer, to->size, &needed));
        SAID(promlet_registry_copy_metrics(*registry, to->buffer, to->size, NULL));
    }
}

static void call_promlet_registry_write_metrics(void)
{
    FOR_EACH(registry, registries)
    FOR_EACH(writer, writers)
    {
        SAID(promlet_registry_write_metrics(*registry, *writer, NULL));
    }
}

/* ---- snapshots ------------------------------------------------------------------------------- */

static void call_promlet_snapshot_take(void)
{
    FOR_EACH(registry, registries)
    {
        promlet_snapshot_release(promlet_snapshot_take(*registry));
    }
}

static void call_promlet_snapshot_take_at_once(void)
{
    static const size_t most[] = {0, 1, SIZE_MAX};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(max_bytes, most)
        {
            (void)promlet_set_last_error(PROMLET_OK, "");
            promlet_snapshot *taken = promlet_snapshot_take_at_once(*registry, *max_bytes);
            assert_true((taken == NULL) == (promlet_last_error()[0] != '\0'));
            promlet_snapshot_release(taken);
        }
    }
}

static const char *const no_name[] = {NULL};
static const char *const odd_names[] = {"", "\xff", "good_total"};

static const promlet_filter any_filters[] = {
    {0},
    {.names = odd_names, .name_count = 3},
    {.names = odd_names},
    {.names = NULL, .name_count = 1},
    {.names = NULL, .name_count = SIZE_MAX},
    {.names = no_name, .name_count = 1},
    {.allow_prefixes = odd_names, .allow_count = 3},
    {.allow_prefixes = NULL, .allow_count = 1},
    {.allow_prefixes = no_name, .allow_count = 1},
    {.deny_prefixes = odd_names, .deny_count = 3},
    {.deny_prefixes = NULL, .deny_count = SIZE_MAX},
    {.deny_prefixes = no_name, .deny_count = 1},
};

static void call_promlet_snapshot_take_filtered_sized(void)
{
    static const size_t sizes[] = {0, 1, sizeof(promlet_filter)};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(filter, any_filters)
        FOR_EACH(size, sizes)
        {
            (void)promlet_set_last_error(PROMLET_OK, "");
            promlet_snapshot *taken =
                promlet_snapshot_take_filtered_sized(*registry, filter, *size);
            assert_true((taken == NULL) == (promlet_last_error()[0] != '\0'));
            promlet_snapshot_release(taken);
        }
        FOR_EACH(size, any_sizes)
        {
            assert_null(promlet_snapshot_take_filtered_sized(*registry, NULL, *size));
        }
    }
}

static void call_promlet_snapshot_merge(void)
{
    assert_null(promlet_snapshot_merge(snapshots, 1));
    assert_null(promlet_snapshot_merge(snapshots, 2));
    promlet_snapshot_release(promlet_snapshot_merge(snapshots + 1, 1));
    promlet_snapshot_release(
        promlet_snapshot_merge((promlet_snapshot *[]){snapshots[1], snapshots[1]}, 2));
    FOR_EACH(size, any_sizes)
    {
        promlet_snapshot *merged = promlet_snapshot_merge(NULL, *size);
        assert_true((merged != NULL) == (*size == 0));
        promlet_snapshot_release(merged);
    }
}

static void call_promlet_snapshot_retain(void)
{
    FOR_EACH(snapshot, snapshots)
    {
        assert_ptr_equal(promlet_snapshot_retain(*snapshot), *snapshot);
        promlet_snapshot_release(*snapshot);
    }
}

static void call_promlet_snapshot_release(void)
{
    promlet_snapshot_release(NULL);
}

/* ---- writing snapshots ----------------------------------------------------------------------- */

static void call_promlet_snapshot_write(void)
{
    FOR_EACH(snapshot, snapshots)
    FOR_EACH(format, any_enums)
    FOR_EACH(writer, writers)
    {
        SAID(promlet_snapshot_write(*snapshot, (promlet_format)*format, *writer, NULL));
    }
}

static void call_promlet_snapshot_copy(void)
{
    FOR_EACH(snapshot, snapshots)
    FOR_EACH(format, any_enums)
    FOR_EACH(to, buffers)
    {
        size_t needed;
        promlet_format as = (promlet_format)*format;
        SAID(promlet_snapshot_copy(*snapshot, as, to->buffer, to->size, &needed));
        SAID(promlet_snapshot_copy(*snapshot, as, to->buffer, to->size, NULL));
    }
}

static void call_promlet_snapshot_string(void)
{
    FOR_EACH(snapshot, snapshots)
    FOR_EACH(format, any_enums)
    {
        size_t length;
        (void)promlet_set_last_error(PROMLET_OK, "");
        char *text = promlet_snapshot_string(*snapshot, (promlet_format)*format, &length);
        assert_true((text != NULL) == (promlet_last_error()[0] == '\0'));
        promlet_free(text);
        promlet_free(promlet_snapshot_string(*snapshot, (promlet_format)*format, NULL));
    }
}

static void call_promlet_format_content_type(void)
{
    FOR_EACH(format, any_enums)
    {
        bool is_one = *format >= 0 && *format <= PROMLET_FORMAT_PROTOBUF;
        assert_true((promlet_format_content_type((promlet_format)*format) != NULL) == is_one);
    }
}

/* Each is read for every size that it is said to have. */
static const promlet_encoding any_encodings[] = {
    {.format = PROMLET_FORMAT_TEXT_0_0_4},
    {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0, .with_created = true},
    {.format = PROMLET_FORMAT_PROTOBUF},
    {.format = PROMLET_FORMAT_OPENMETRICS_2_0_0, .without_timestamps = true},
    {.format = (promlet_format)-1},
    {.format = (promlet_format)1000000},
    {.escaping = PROMLET_ESCAPING_ALLOW_UTF8},
    {.escaping = (promlet_escaping)-1},
    {.escaping = (promlet_escaping)1000000},
};

static const size_t any_encoding_sizes[] = {0, 1, 4, sizeof(promlet_encoding)};

static void call_promlet_snapshot_write_as_sized(void)
{
    FOR_EACH(snapshot, snapshots)
    FOR_EACH(as, any_encodings)
    FOR_EACH(size, any_encoding_sizes)
    FOR_EACH(writer, writers)
    {
        SAID(promlet_snapshot_write_as_sized(*snapshot, as, *writer, NULL, *size));
        SAID(promlet_snapshot_write_as_sized(*snapshot, NULL, *writer, NULL, *size));
    }
}

static void call_promlet_snapshot_copy_as_sized(void)
{
    FOR_EACH(snapshot, snapshots)
    FOR_EACH(as, any_encodings)
    FOR_EACH(as_size, any_encoding_sizes)
    FOR_EACH(to, buffers)
    {
        size_t needed;
        SAID(
            promlet_snapshot_copy_as_sized(*snapshot, as, to->buffer, to->size, &needed, *as_size));
        SAID(promlet_snapshot_copy_as_sized(*snapshot, NULL, to->buffer, to->size, NULL, *as_size));
    }
}

static void call_promlet_snapshot_string_as_sized(void)
{
    FOR_EACH(snapshot, snapshots)
    FOR_EACH(as, any_encodings)
    FOR_EACH(size, any_encoding_sizes)
    {
        size_t length;
        (void)promlet_set_last_error(PROMLET_OK, "");
        char *text = promlet_snapshot_string_as_sized(*snapshot, as, &length, *size);
        assert_true((text != NULL) == (promlet_last_error()[0] == '\0'));
        promlet_free(text);
        assert_null(promlet_snapshot_string_as_sized(*snapshot, NULL, NULL, *size));
    }
}

static void call_promlet_encoding_content_type_sized(void)
{
    FOR_EACH(as, any_encodings)
    FOR_EACH(size, any_encoding_sizes)
    {
        (void)promlet_set_last_error(PROMLET_OK, "");
        const char *type = promlet_encoding_content_type_sized(as, *size);
        assert_true((type != NULL) == (promlet_last_error()[0] == '\0'));
        assert_null(promlet_encoding_content_type_sized(NULL, *size));
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    WRONG_CALL(promlet_get_metrics),
    WRONG_CALL(promlet_registry_get_metrics),
    WRONG_CALL(promlet_get_metrics_of),
    WRONG_CALL(promlet_registry_copy_metrics),
    WRONG_CALL(promlet_registry_write_metrics),
    WRONG_CALL(promlet_snapshot_take),
    WRONG_CALL(promlet_snapshot_take_at_once),
    WRONG_CALL(promlet_snapshot_take_filtered_sized),
    WRONG_CALL(promlet_snapshot_merge),
    WRONG_CALL(promlet_snapshot_retain),
    WRONG_CALL(promlet_snapshot_release),
    WRONG_CALL(promlet_snapshot_write),
    WRONG_CALL(promlet_snapshot_copy),
    WRONG_CALL(promlet_snapshot_string),
    WRONG_CALL(promlet_format_content_type),
    WRONG_CALL(promlet_snapshot_write_as_sized),
    WRONG_CALL(promlet_snapshot_copy_as_sized),
    WRONG_CALL(promlet_snapshot_string_as_sized),
    WRONG_CALL(promlet_encoding_content_type_sized),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
