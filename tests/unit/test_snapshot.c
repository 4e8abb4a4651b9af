/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/snapshot.h: what a snapshot holds, how long it lives, and how it is written. */
#include "support/expect.h"

#include <pthread.h>
#include <stdlib.h>

#define GUARD 0x5a

#define SMALL_TEXT                                                                                 \
    "# HELP jobs_total Jobs.\n"                                                                    \
    "# TYPE jobs_total counter\n"                                                                  \
    "jobs_total{queue=\"a\"} 3\n"

/* A registry with one counter family; its series "a" stands at 3. */
static promlet_registry *small_registry(promlet_counter_family **family)
{
    promlet_registry *registry = new_registry();
    *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"queue"}});
    promlet_counter_add_u64(promlet_counter_with(*family, "a"), 3);
    return registry;
}

static promlet_snapshot *take(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    return snapshot;
}

static void expect_snapshot(const promlet_snapshot *snapshot, const char *document,
                            const char *expected)
{
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_non_null(text);
    keep_document(document, text, NULL);
    assert_string_equal(text, expected);
    promlet_free(text);
}

/* ---- what it holds --------------------------------------------------------------------------- */

static void snapshot_later_records_do_not_show(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot *snapshot = take(registry);
    promlet_counter_inc(promlet_counter_with(family, "a"));
    promlet_counter_inc(promlet_counter_with(family, "b"));
    promlet_gauge_new(registry, &(promlet_opts){.name = "later"});
    promlet_counter_add(promlet_counter_with(family, "a"), -1);
    expect_snapshot(snapshot, "snapshot_immutable", SMALL_TEXT);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_later_observations_do_not_show(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(
        registry, &(promlet_opts){.name = "wait_seconds", .help = "Wait.", PROMLET_BOUNDS(1)});
    promlet_histogram_observe(histogram, 0.5);
    promlet_snapshot *snapshot = take(registry);
    promlet_histogram_observe(histogram, 0.5);
    promlet_histogram_observe(histogram, 7);
    expect_snapshot(snapshot, "snapshot_immutable_histogram",
                    "# HELP wait_seconds Wait.\n"
                    "# TYPE wait_seconds histogram\n"
                    "wait_seconds_bucket{le=\"1.0\"} 1\n"
                    "wait_seconds_bucket{le=\"+Inf\"} 1\n"
                    "wait_seconds_sum 0.5\n"
                    "wait_seconds_count 1\n");
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_taken_again_is_up_to_date(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot_release(take(registry));
    promlet_counter_inc(promlet_counter_with(family, "b"));
    promlet_snapshot *snapshot = take(registry);
    expect_snapshot(snapshot, "snapshot_again", SMALL_TEXT "jobs_total{queue=\"b\"} 1\n");
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

/* ---- how long it lives ----------------------------------------------------------------------- */

static void snapshot_retained_outlives_its_registry(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot *snapshot = take(registry);
    assert_ptr_equal(promlet_snapshot_retain(snapshot), snapshot);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
    expect_snapshot(snapshot, "snapshot_outlives", SMALL_TEXT);
    promlet_snapshot_release(snapshot);
}

static void snapshots_of_a_freed_registry_live_apart(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot *first = take(registry);
    promlet_snapshot *second = take(registry);
    promlet_registry_free(registry);
    promlet_snapshot_release(first);
    expect_snapshot(second, "snapshot_second_outlives", SMALL_TEXT);
    promlet_snapshot_release(second);
}

static void snapshot_null_may_be_retained_and_released(void **state)
{
    (void)state;
    assert_null(promlet_snapshot_retain(NULL));
    promlet_snapshot_release(NULL);
}

#define THREADS 4
#define SCRAPES 200

/* Each thread counts in a series of its own and must see each of its counts in the next snapshot,
   whoever takes that. */
struct counting_thread {
    pthread_t thread;
    promlet_registry *registry;
    promlet_counter *counter;
    char sample[40];
    int first_wrong;
};

static void *count_and_look(void *argument)
{
    struct counting_thread *self = argument;
    for (int i = 1; i <= SCRAPES && self->first_wrong == 0; i++) {
        promlet_counter_inc(self->counter);
        promlet_snapshot *snapshot = promlet_snapshot_take(self->registry);
        char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
        if ((int)sample_value(text, self->sample) != i) {
            self->first_wrong = i;
        }
        promlet_free(text);
        promlet_snapshot_release(snapshot);
    }
    return NULL;
}

static void snapshot_shared_by_threads_holds_what_each_recorded_before(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    struct counting_thread threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        struct counting_thread *self = &threads[i];
        char queue[] = {(char)('p' + i), '\0'};
        self->registry = registry;
        self->counter = promlet_counter_with(family, queue);
        self->first_wrong = 0;
        (void)snprintf(self->sample, sizeof self->sample, "jobs_total{queue=\"%s\"}", queue);
        assert_int_equal(pthread_create(&self->thread, NULL, count_and_look, self), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i].thread, NULL), 0);
        assert_int_equal(threads[i].first_wrong, 0);
    }
    promlet_registry_free(registry);
}

/* ---- copies into the caller's memory --------------------------------------------------------- */

static void snapshot_copy_of_each_size_is_a_terminated_beginning(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot *snapshot = take(registry);
    const size_t whole = sizeof SMALL_TEXT;
    for (size_t size = 0; size <= whole + 1; size++) {
        char buffer[sizeof SMALL_TEXT + 16];
        memset(buffer, GUARD, sizeof buffer);
        size_t needed = 0;
        promlet_status status =
            promlet_snapshot_copy(snapshot, PROMLET_FORMAT_TEXT_0_0_4, buffer, size, &needed);
        assert_int_equal(status, size < whole ? PROMLET_ERROR_BUFFER_SIZE : PROMLET_OK);
        assert_int_equal(needed, whole);
        size_t text_size = size == 0 ? 0 : size < whole ? size - 1 : whole - 1;
        assert_memory_equal(buffer, SMALL_TEXT, text_size);
        if (size > 0) {
            assert_int_equal(buffer[text_size], '\0');
        }
        for (size_t i = size < whole ? size : whole; i < sizeof buffer; i++) {
            assert_int_equal(buffer[i], GUARD);
        }
    }
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_copy_without_buffer_measures(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot *snapshot = take(registry);
    size_t needed = 0;
    assert_int_equal(
        promlet_snapshot_copy(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL, 0, &needed),
        PROMLET_ERROR_BUFFER_SIZE);
    assert_int_equal(needed, sizeof SMALL_TEXT "# EOF\n");
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_copy_too_small_says_both_sizes(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_snapshot *snapshot = take(registry);
    char buffer[3];
    assert_int_equal(
        promlet_snapshot_copy(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, buffer, sizeof buffer, NULL),
        PROMLET_ERROR_BUFFER_SIZE);
    assert_string_equal(promlet_last_error(), "the text needs 7 bytes, the buffer has 3");
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

/* ---- writers --------------------------------------------------------------------------------- */

/* What a writer got, and how many calls it allows. */
struct written {
    char *bytes;
    size_t size;
    size_t largest_piece;
    size_t empty_pieces;
    int calls;
    int allowed_calls;
};

static bool write_down(const char *data, size_t size, void *ctx)
{
    struct written *written = ctx;
    written->calls++;
    written->empty_pieces += size == 0;
    written->largest_piece = size > written->largest_piece ? size : written->largest_piece;
    written->bytes = realloc(written->bytes, written->size + size + 1);
    memcpy(written->bytes + written->size, data, size);
    written->size += size;
    written->bytes[written->size] = '\0';
    return written->calls < written->allowed_calls;
}

/* Its text is several pieces long. */
static promlet_registry *large_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "queue_length", .help = "Jobs.", .labels = {"queue"}});
    for (int i = 0; i < 1500; i++) {
        char value[32];
        (void)snprintf(value, sizeof value, "queue-%d", i);
        promlet_gauge_set(promlet_gauge_with(family, value), i);
    }
    return registry;
}

static void snapshot_write_pieces_are_the_string(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry();
    promlet_snapshot *snapshot = take(registry);
    struct written written = {.allowed_calls = 1000000};
    assert_int_equal(
        promlet_snapshot_write(snapshot, PROMLET_FORMAT_TEXT_0_0_4, write_down, &written),
        PROMLET_OK);
    expect_snapshot(snapshot, "snapshot_large", written.bytes);
    assert_int_equal(written.empty_pieces, 0);
    assert_int_equal(written.largest_piece, PROMLET_PIECE_SIZE);
    assert_int_equal(written.calls, (written.size + PROMLET_PIECE_SIZE - 1) / PROMLET_PIECE_SIZE);
    free(written.bytes);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_write_stopped_is_not_called_again(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry();
    promlet_snapshot *snapshot = take(registry);
    for (int allowed = 1; allowed <= 2; allowed++) {
        struct written written = {.allowed_calls = allowed};
        assert_int_equal(
            promlet_snapshot_write(snapshot, PROMLET_FORMAT_TEXT_0_0_4, write_down, &written),
            PROMLET_ERROR_WRITER);
        assert_int_equal(written.calls, allowed);
        assert_string_equal(promlet_last_error(), "the writer asked to stop");
        free(written.bytes);
    }
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_write_stopped_at_the_only_piece_is_an_error(void **state)
{
    (void)state;
    promlet_counter_family *family;
    promlet_registry *registry = small_registry(&family);
    promlet_snapshot *snapshot = take(registry);
    struct written written = {.allowed_calls = 1};
    assert_int_equal(
        promlet_snapshot_write(snapshot, PROMLET_FORMAT_TEXT_0_0_4, write_down, &written),
        PROMLET_ERROR_WRITER);
    assert_string_equal(written.bytes, SMALL_TEXT);
    free(written.bytes);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void snapshot_write_nothing_does_not_call(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_snapshot *snapshot = take(registry);
    struct written written = {.allowed_calls = 1};
    assert_int_equal(
        promlet_snapshot_write(snapshot, PROMLET_FORMAT_TEXT_0_0_4, write_down, &written),
        PROMLET_OK);
    assert_int_equal(written.calls, 0);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot_later_records_do_not_show),
        cmocka_unit_test(snapshot_later_observations_do_not_show),
        cmocka_unit_test(snapshot_taken_again_is_up_to_date),
        cmocka_unit_test(snapshot_retained_outlives_its_registry),
        cmocka_unit_test(snapshots_of_a_freed_registry_live_apart),
        cmocka_unit_test(snapshot_null_may_be_retained_and_released),
        cmocka_unit_test(snapshot_shared_by_threads_holds_what_each_recorded_before),
        cmocka_unit_test(snapshot_copy_of_each_size_is_a_terminated_beginning),
        cmocka_unit_test(snapshot_copy_without_buffer_measures),
        cmocka_unit_test(snapshot_copy_too_small_says_both_sizes),
        cmocka_unit_test(snapshot_write_pieces_are_the_string),
        cmocka_unit_test(snapshot_write_stopped_is_not_called_again),
        cmocka_unit_test(snapshot_write_stopped_at_the_only_piece_is_an_error),
        cmocka_unit_test(snapshot_write_nothing_does_not_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
