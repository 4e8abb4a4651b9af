/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of graphite.h with every combination of good and wrong arguments. */
#include "support/wrong_starts.h"

#include <limits.h>

static const char *const headers[] = {"graphite.h", NULL};

static const promlet_graphite_encoding any_graphite_encodings[] = {
    {0},
    {.prefix = "a.b", .tagged = true, .timestamp_seconds = 1},
    {.prefix = ""},
    {.prefix = "..", .timestamp_seconds = INT64_MAX},
    {.prefix = "\xff%s%n"},
    {.timestamp_seconds = INT64_MIN},
};

/* Addresses only, of which no name server is asked, and nobody listens there. */
static const promlet_graphite_opts any_graphite_options[] = {
    {0},
    {.host = ""},
    {.host = "127.0.0.1", .port = INT_MIN},
    {.host = "127.0.0.1", .port = INT_MAX},
    {.host = "127.0.0.1", .port = 1, .prefix = "\xff%s%n"},
    {.host = "127.0.0.1", .port = 1, .tagged = true, .hide_own_metrics = true},
    {.host = "127.0.0.1", .port = 1, .prefix = "a", .max_interval_seconds = -1},
};

static bool take_any(const char *data, size_t size, void *ctx)
{
    (void)ctx;
    return size > 0 && data != NULL;
}

static void call_promlet_graphite_write_sized(void)
{
    uint64_t left_out;
    promlet_snapshot *const snapshots[] = {NULL, promlet_snapshot_take(own)};
    FOR_EACH(snapshot, snapshots)
    {
        FOR_EACH(encoding, any_graphite_encodings)
        {
            SAID(promlet_graphite_write(*snapshot, encoding, take_any, NULL, &left_out));
            SAID(promlet_graphite_write(*snapshot, encoding, NULL, NULL, NULL));
            SAID(promlet_graphite_write_sized(*snapshot, encoding, take_any, NULL, NULL, 1));
            SAID(promlet_graphite_write_sized(*snapshot, encoding, take_any, NULL, NULL, 0));
        }
        FOR_EACH(size, any_sizes)
        {
            SAID(promlet_graphite_write_sized(*snapshot, NULL, take_any, NULL, NULL, *size));
        }
    }
    promlet_snapshot_release(snapshots[1]);
}

static void call_promlet_graphite_send_sized(void)
{
    uint64_t left_out;
    FOR_EACH(options, any_graphite_options)
    {
        FOR_EACH(seconds, any_doubles)
        {
            promlet_graphite_opts with_times = *options;
            with_times.connect_seconds = *seconds;
            with_times.send_seconds = *seconds;
            SAID(promlet_graphite_send(&with_times, &left_out));
        }
        SAID(promlet_graphite_send_sized(options, NULL, 1));
        SAID(promlet_graphite_send_sized(options, NULL, 0));
    }
    FOR_EACH(size, any_sizes)
    {
        SAID(promlet_graphite_send_sized(NULL, &left_out, *size));
    }
    unsigned char longer[sizeof(promlet_graphite_opts) + sizeof(void *)] = {0};
    longer[sizeof longer - 1] = 1;
    SAID(promlet_graphite_send_sized((const promlet_graphite_opts *)(const void *)longer, NULL,
                                     sizeof longer));
}

CALL_OF_START(promlet_graphite, any_graphite_options)

static const wrong_call table[] = {
    WRONG_CALL(promlet_graphite_write_sized),
    WRONG_CALL(promlet_graphite_send_sized),
    WRONG_CALL(promlet_graphite_start_sized),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin_with_a_counter, end_with_registry);
}
