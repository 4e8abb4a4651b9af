/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What writing a snapshot needs: no memory at all through a writer or into a buffer, however many
 * series there are, in any format; and for a string the string alone.
 */
#include "support/allocations.h"
#include "support/expect.h"

#define COUNTERS 20000
#define HISTOGRAMS 2000

static const promlet_encoding encodings[] = {
    {.format = PROMLET_FORMAT_TEXT_0_0_4},
    {.format = PROMLET_FORMAT_TEXT_1_0_0, .escaping = PROMLET_ESCAPING_ALLOW_UTF8},
    {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0, .with_created = true},
    {.format = PROMLET_FORMAT_OPENMETRICS_2_0_0},
    {.format = PROMLET_FORMAT_PROTOBUF},
};

static promlet_snapshot *snapshot;

static void add_series(promlet_registry *registry)
{
    promlet_counter_family *requests =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "requests_total",
                                                             .help = "Requests.",
                                                             .labels = {"id"},
                                                             .max_series = COUNTERS});
    promlet_histogram_family *waits = promlet_histogram_family_new(
        registry,
        &(promlet_opts){
            .name = "wait_seconds", .help = "Wait.", .labels = {"id"}, .max_series = HISTOGRAMS});
    for (unsigned i = 0; i < COUNTERS; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%u", i);
        promlet_counter_add_u64(promlet_counter_with(requests, id), i);
        if (i < HISTOGRAMS) {
            promlet_histogram_observe(promlet_histogram_with(waits, id), i / 1000.0);
        }
    }
}

static int begin(void **state)
{
    (void)state;
    promlet_registry *registry = promlet_registry_new();
    add_series(registry);
    snapshot = promlet_snapshot_take(registry);
    promlet_registry_free(registry);
    return snapshot == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_snapshot_release(snapshot);
    return 0;
}

typedef struct seen {
    size_t size;
    size_t largest_piece;
} seen;

static bool look_at(const char *data, size_t size, void *ctx)
{
    seen *to = ctx;
    to->size += size;
    to->largest_piece = size > to->largest_piece ? size : to->largest_piece;
    return data != NULL;
}

static void write_of_many_series_allocates_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        seen to = {0, 0};
        allocations_refuse(1, true);
        assert_int_equal(promlet_snapshot_write_as(snapshot, &encodings[i], look_at, &to),
                         PROMLET_OK);
        assert_int_equal(atomic_load(&allocations_asked), 0);
        allocations_refuse(0, false);
        assert_true(to.size > COUNTERS * sizeof "requests_total{id=\"1\"} 1");
        assert_int_equal(to.largest_piece, PROMLET_PIECE_SIZE);
    }
}

static void copy_of_many_series_allocates_nothing(void **state)
{
    (void)state;
    static char buffer[1000];
    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        size_t needed = 0;
        allocations_refuse(1, true);
        assert_int_equal(
            promlet_snapshot_copy_as(snapshot, &encodings[i], buffer, sizeof buffer, &needed),
            PROMLET_ERROR_BUFFER_SIZE);
        assert_int_equal(atomic_load(&allocations_asked), 0);
        allocations_refuse(0, false);
        assert_true(needed > COUNTERS * sizeof "requests_total{id=\"1\"} 1");
    }
}

static void string_without_memory_is_reported_and_leaks_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        long alive = atomic_load(&allocations_alive);
        char *text = NULL;
        long n = 0;
        do {
            n++;
            assert_null(text);
            assert_int_equal(atomic_load(&allocations_alive), alive);
            (void)promlet_set_last_error(PROMLET_OK, "");
            allocations_refuse(n, true);
            text = promlet_snapshot_string_as(snapshot, &encodings[i], NULL);
            allocations_refuse(0, false);
            assert_true((text == NULL) == (strcmp(promlet_last_error(), "out of memory") == 0));
        } while (text == NULL && n < 100);
        assert_true(n > 1 && n < 100);
        promlet_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(write_of_many_series_allocates_nothing),
        cmocka_unit_test(copy_of_many_series_allocates_nothing),
        cmocka_unit_test(string_without_memory_is_reported_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
